"""The live view and the card's portrait: pictures on their way to pixel slots.

Pictures never go through the event queue. ``on_frame`` runs on the camera's thread and writes the
slot; everything else runs on the core's loop.
"""

from __future__ import annotations

import io
from collections.abc import Callable

from devices.camera.frames import Frame, LatestFrame
from kiosk.pixels import PixelSlots, Slot

WIDTH, HEIGHT = 640, 480
MIN_GAP_S = 0.055
"""The screen draws 15 frames a second; more than 18 would be written for nobody."""


class LiveView:
    """The camera's picture while a job looks at it, and nothing after that."""

    def __init__(self, slots: PixelSlots, name: str) -> None:
        self._slots = slots
        self._name = name
        self._frames: LatestFrame | None = None
        self.job_id = ""

    @property
    def stream_id(self) -> str:
        """The camera's job that belongs to the running one; empty when none runs."""
        return f"{self.job_id}.stream" if self.job_id else ""

    def start(self, job_id: str, frames: LatestFrame) -> Callable[[Frame], None]:
        """Begin; what comes back is called with every frame on the camera's thread."""
        self.job_id = job_id
        self._frames = frames
        slot = self._slots.create(self._name, WIDTH, HEIGHT)
        return _writer(self._slots, slot)

    def stop(self) -> None:
        """Wipe slot and frames. Safe to call when none runs."""
        self.job_id = ""
        if self._frames is not None:
            self._frames.clear()
            self._frames = None
        self._slots.remove(self._name)

    def show_portrait(self, name: str, png: bytes) -> bool:
        """Put the card's photo into a slot; False when there is none that can be read."""
        if not png:
            return False
        from PIL import Image  # noqa: PLC0415 - not on the way to first paint

        try:
            with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
                if image.width > WIDTH or image.height > HEIGHT:
                    return False
                picture = image.convert("RGB")
        # a broken PNG is a SyntaxError to Pillow, a huge one an error of its own
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return False
        slot = self._slots.create(name, picture.width, picture.height)
        self._slots.put(slot, picture.width, picture.height, 0.0, picture.tobytes())
        return True


def _writer(slots: PixelSlots, slot: Slot) -> Callable[[Frame], None]:
    last = float("-inf")

    def write(frame: Frame) -> None:
        nonlocal last
        if frame.at - last < MIN_GAP_S:
            return
        last = frame.at
        step = _step(frame.width, frame.height)
        rgb = frame.bgr[::step, ::step, ::-1]
        slots.put(slot, rgb.shape[1], rgb.shape[0], frame.at, rgb.tobytes())

    return write


def _step(width: int, height: int) -> int:
    """Each so many-th pixel fits the slot.

    Today's camera delivers the slot's very size. A larger picture, which a code is read better
    from, must not leave the person before a blank view; dropping pixels costs nothing.
    """
    return max(1, -(-width // WIDTH), -(-height // HEIGHT))
