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
    """The camera's picture while a face check runs, and nothing after it."""

    def __init__(self, slots: PixelSlots, name: str) -> None:
        self._slots = slots
        self._name = name
        self._frames: LatestFrame | None = None
        self.job_id = ""

    @property
    def stream_id(self) -> str:
        """The camera's job that belongs to the running check; empty when none runs."""
        return f"{self.job_id}.stream" if self.job_id else ""

    def start(self, job_id: str, frames: LatestFrame) -> Callable[[Frame], None]:
        """Begin; what comes back is called with every frame on the camera's thread."""
        self.job_id = job_id
        self._frames = frames
        slot = self._slots.create(self._name, WIDTH, HEIGHT)
        return _writer(self._slots, slot)

    def stop(self) -> str:
        """Wipe slot and frames; the id of the stream to cancel, empty when none ran."""
        stream, self.job_id = self.stream_id, ""
        if self._frames is not None:
            self._frames.clear()
            self._frames = None
        self._slots.remove(self._name)
        return stream

    def show_portrait(self, name: str, png: bytes) -> bool:
        """Put the card's photo into a slot; False when there is none that can be read."""
        if not png:
            return False
        from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - not on the way to first paint

        try:
            with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
                picture = image.convert("RGB")
        except (UnidentifiedImageError, OSError, ValueError):
            return False
        if picture.width > WIDTH or picture.height > HEIGHT:
            return False
        slot = self._slots.create(name, picture.width, picture.height)
        self._slots.put(slot, picture.width, picture.height, 0.0, picture.tobytes())
        return True


def _writer(slots: PixelSlots, slot: Slot) -> Callable[[Frame], None]:
    last = float("-inf")

    def write(frame: Frame) -> None:
        nonlocal last
        fits = frame.width <= WIDTH and frame.height <= HEIGHT
        if not fits or frame.at - last < MIN_GAP_S:
            return
        last = frame.at
        slots.put(slot, frame.width, frame.height, frame.at, frame.bgr[:, :, ::-1].tobytes())

    return write
