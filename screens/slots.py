"""The pixel slots the core has handed over: mapped read-only, forgotten when told or cut off."""

from __future__ import annotations

import mmap
import os
import time
from collections.abc import Callable

from PySide6.QtGui import QImage

from screens.models.pixels import Picture, read_picture
from screens.models.wire import WireError


class PixelSlots:
    """Slots by name. ``monotonic`` is the clock that the pictures' stamps were taken from."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._maps: dict[str, mmap.mmap] = {}
        self._monotonic = monotonic

    def take(self, name: str, fd: int, size: int) -> None:
        """Map ``fd`` as ``name`` and close the descriptor. WireError when it is not that large."""
        try:
            if os.fstat(fd).st_size < size:
                raise WireError(f"a pixel slot smaller than its {size} bytes")
            memory = mmap.mmap(fd, size, prot=mmap.PROT_READ)
        except (OSError, ValueError) as exc:
            raise WireError("a pixel slot that cannot be mapped") from exc
        finally:
            os.close(fd)
        self.drop(name)
        self._maps[name] = memory

    def drop(self, name: str) -> None:
        """Unmap; a name that is not there is no fault."""
        memory = self._maps.pop(name, None)
        if memory is not None:
            memory.close()

    def drop_all(self) -> None:
        """Unmap everything."""
        for name in tuple(self._maps):
            self.drop(name)

    def picture(self, name: str) -> Picture | None:
        """The newest whole picture of a slot; None when there is none (yet, or any more)."""
        memory = self._maps.get(name)
        return None if memory is None else read_picture(memory)

    def age_s(self, picture: Picture) -> float:
        """How old a picture is, in seconds."""
        return self._monotonic() - picture.stamp


def image_of(picture: Picture) -> QImage:
    """The picture as an image with its own memory, converted by Qt and not pixel by pixel."""
    raw = QImage(
        picture.rgb,
        picture.width,
        picture.height,
        picture.width * 3,
        QImage.Format.Format_RGB888,
    )
    return raw.convertToFormat(QImage.Format.Format_RGB32)
