"""A QR code held before the camera, as text.

It has no port: the pictures are the camera's. What the text means is nobody's business here; a
code is reported when two pictures in a row say the same, so that a chance misreading is not.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from devices.api import Job, Link, Progress, Status

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from zxingcpp import Barcode

    Pixels = npt.NDArray[np.uint8]

TEXT_MAX = 2000
"""No code of ours is longer; a QR code holds up to 4,296 characters."""
WIDTH_MAX = 1280
"""Pictures are scaled down to this, which bounds the time: 8 ms a picture, whatever is in it."""
FRAME_WAIT_S = 0.25
"""At least this often there is a sign of life, so that a scan can be cancelled."""


class Picture(Protocol):
    """One picture of the camera: BGR, (height, width, 3), taken ``at`` some monotonic second."""

    @property
    def bgr(self) -> Pixels:
        """The pixels."""
        ...

    @property
    def at(self) -> float:
        """When it was taken."""
        ...


class FrameSlot(Protocol):
    """Where the newest picture is; the camera's LatestFrame is one."""

    def wait_newer(self, than: float, timeout_s: float) -> Picture | None:
        """Give a picture taken after ``than``, or None when none came in time."""
        ...


@dataclass(frozen=True, slots=True)
class QrSeen:
    """A code was read. Its text may name a person: not in the repr."""

    payload: str = field(repr=False)


class QrScanner:
    """The decoder as a device that is always ready. See docs/devices/qr_scanner.md."""

    max_silence_s = 5.0
    """One picture takes some milliseconds; seconds mean that the machine is stuck."""

    def __init__(self, device_id: str) -> None:
        self._device_id = device_id

    @property
    def device_id(self) -> str:
        """The name this device has in the configuration."""
        return self._device_id

    def open(self) -> None:
        """Nothing: the camera is the camera's driver's."""

    def close(self) -> None:
        """Nothing is held."""

    def poll(self) -> Status:
        """Ready. Whether there are pictures is the camera's status."""
        return Status(self._device_id, Link.UP)

    def scan(
        self,
        frames: FrameSlot,
        *,
        give_up_after_s: float | None = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> Job:
        """Look for a QR code in each new picture; the job's value is QrSeen.

        None when none was read for ``give_up_after_s`` (None: until cancelled). Yields
        Progress("looking"), or "too_long" while a code of over 2,000 characters is shown.
        ``clock`` must be the one that stamps the pictures.
        """
        started = seen_at = clock()
        before: str | None = None
        progress = Progress("looking")
        while give_up_after_s is None or clock() - started < give_up_after_s:
            yield progress
            frame = frames.wait_newer(seen_at, FRAME_WAIT_S)
            if frame is None:
                continue
            seen_at = frame.at
            text = read_code(frame.bgr)
            progress = Progress("too_long" if text is not None and not _fits(text) else "looking")
            if text is not None and text == before and _fits(text):
                return QrSeen(text)
            before = text
        return None


def read_code(bgr: Pixels) -> str | None:
    """The text of the QR code in a picture, of the largest if there are several; None without."""
    import zxingcpp  # noqa: PLC0415 - compiled code, not before somebody holds up a code

    gray = _gray(bgr)
    try:
        found = zxingcpp.read_barcodes(
            gray,
            # model 2 only: no micro QR, no other kind of code
            formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2]),
            try_rotate=True,
            try_invert=True,  # a phone in its dark mode
            text_mode=zxingcpp.TextMode.Plain,
        )
    finally:
        gray.fill(0)
    codes = [code for code in found if code.valid and code.text]
    return max(codes, key=_area).text if codes else None


def _fits(text: str) -> bool:
    return len(text) <= TEXT_MAX


def _gray(bgr: Pixels) -> Pixels:
    """A grey copy, no wider than WIDTH_MAX."""
    import cv2  # noqa: PLC0415 - see read_code
    import numpy as np  # noqa: PLC0415 - see read_code

    gray = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)
    height, width = gray.shape[:2]
    if width > WIDTH_MAX:
        size = (WIDTH_MAX, max(1, round(height * WIDTH_MAX / width)))
        gray = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    return np.asarray(gray, dtype=np.uint8)


def _area(code: Barcode) -> float:
    """Twice the area that the code covers in the picture, by its corners."""
    at = code.position
    corners = [at.top_left, at.top_right, at.bottom_right, at.bottom_left]
    following = [*corners[1:], corners[0]]
    return abs(sum(a.x * b.y - b.x * a.y for a, b in zip(corners, following, strict=True)))
