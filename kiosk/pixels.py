"""The core's end of the pixel slots: memory files that the screen maps read-only.

Layout and why memfd: screens.models.pixels. Everything is zeroed before it is given back.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass

from screens.models.pixels import slot_size, wipe, write_picture


@dataclass(frozen=True, slots=True)
class Slot:
    """One picture's place. ``fd`` goes to the screen, ``size`` in bytes with it."""

    name: str
    fd: int
    size: int
    memory: mmap.mmap


class PixelSlots:
    """All slots of the visit. Used from the core's loop, except ``put`` (any thread).

    A picture put late, after its slot was wiped, is dropped.
    """

    def __init__(self, announce: Callable[[Slot], None], withdraw: Callable[[str], None]) -> None:
        self._announce = announce
        self._withdraw = withdraw
        self._slots: dict[str, Slot] = {}
        self._lock = threading.Lock()

    def create(self, name: str, width: int, height: int) -> Slot:
        """A slot for pictures up to this size; one of the same name is wiped first."""
        self.remove(name)
        size = slot_size(width, height)
        fd = os.memfd_create(f"kiosk-{name}", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(fd, size)
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
        slot = Slot(name, fd, size, mmap.mmap(fd, size))
        with self._lock:
            self._slots[name] = slot
        self._announce(slot)
        return slot

    def put(
        self, slot: Slot, width: int, height: int, stamp: float, rgb: bytes | memoryview
    ) -> None:
        """Write a picture, RGB888 without padding."""
        with self._lock:
            if self._slots.get(slot.name) is slot:
                write_picture(slot.memory, width=width, height=height, stamp=stamp, rgb=rgb)

    def current(self) -> tuple[Slot, ...]:
        """What a screen that has just connected must be given."""
        return tuple(self._slots.values())

    def remove(self, name: str) -> None:
        """Zero the slot and let go of it."""
        with self._lock:
            slot = self._slots.pop(name, None)
            if slot is not None:
                wipe(slot.memory)
        if slot is not None:
            self._withdraw(name)
            os.close(slot.fd)

    def wipe(self) -> None:
        """Zero and give back all of them: the visit is over."""
        for name in tuple(self._slots):
            self.remove(name)
