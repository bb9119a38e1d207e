"""Pictures of the camera, and the slot that holds only the newest one.

A queue of pictures would show the past to whoever reads slowly; the slot cannot.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture: ``bgr`` has the shape (height, width, 3); ``at`` is in monotonic seconds."""

    width: int
    height: int
    bgr: Pixels
    at: float


class LatestFrame:
    """The newest frame, shared between the camera's thread and those who look.

    ``monotonic`` must be the clock that stamps the frames.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._changed = threading.Condition()
        self._frame: Frame | None = None

    def put(self, frame: Frame) -> None:
        """Replace the frame and wake who waits for one."""
        with self._changed:
            self._frame = frame
            self._changed.notify_all()

    def newest(self) -> Frame | None:
        """Give the newest frame, None before the first and after ``clear``."""
        with self._changed:
            return self._frame

    def wait_newer(self, than: float, timeout_s: float) -> Frame | None:
        """Give a frame taken after ``than``, waiting for it; None when none came in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_newer(than), timeout_s)
            return self._frame if self._is_newer(than) else None

    def age_s(self) -> float | None:
        """Seconds since the newest frame was taken; None when there is none."""
        with self._changed:
            return None if self._frame is None else self._monotonic() - self._frame.at

    def clear(self) -> None:
        """Forget the frame and overwrite its pixels, for everyone who still holds it."""
        with self._changed:
            if self._frame is not None:
                self._frame.bgr.fill(0)
            self._frame = None

    def _is_newer(self, than: float) -> bool:
        return self._frame is not None and self._frame.at > than
