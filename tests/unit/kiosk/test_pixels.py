"""Pixel slots: sealed, zeroed before they are given back, deaf to late pictures."""

from __future__ import annotations

import fcntl
import mmap
import os
import threading
from collections.abc import Iterator

import pytest

from kiosk.pixels import PixelSlots, Slot
from screens.models.pixels import read_picture, slot_size

RED = b"\xff\x00\x00"


class Audience:
    """Remembers what was lent and taken back, and keeps its own mapping as a screen does."""

    def __init__(self) -> None:
        self.gone: list[str] = []
        self.maps: dict[str, mmap.mmap] = {}
        self.slots = PixelSlots(self._lent, self.gone.append)

    def _lent(self, slot: Slot) -> None:
        fd = os.dup(slot.fd)
        self.maps[slot.name] = mmap.mmap(fd, slot.size)
        os.close(fd)


@pytest.fixture
def audience() -> Iterator[Audience]:
    audience = Audience()
    yield audience
    audience.slots.wipe()


def test_a_picture_arrives_and_the_wipe_zeroes_it_for_everybody(audience: Audience) -> None:
    slot = audience.slots.create("portrait", 2, 2)
    audience.slots.put(slot, 2, 2, 1.0, RED * 4)
    seen = read_picture(audience.maps["portrait"])
    assert seen is not None
    assert seen.rgb == RED * 4
    audience.slots.wipe()
    assert bytes(audience.maps["portrait"]) == bytes(slot.size)
    assert audience.gone == ["portrait"]
    assert audience.slots.current() == ()


def test_a_picture_put_after_the_slot_was_removed_is_dropped(audience: Audience) -> None:
    slot = audience.slots.create("live", 1, 1)
    audience.slots.remove("live")
    audience.slots.put(slot, 1, 1, 1.0, RED)
    assert bytes(slot.memory) == bytes(slot.size)


def test_a_picture_for_the_slot_before_does_not_come_into_the_one_of_today(
    audience: Audience,
) -> None:
    before = audience.slots.create("live", 1, 1)
    today = audience.slots.create("live", 1, 1)
    audience.slots.put(before, 1, 1, 1.0, RED)
    assert read_picture(today.memory) is None
    assert audience.gone == ["live"]


def test_the_size_is_sealed(audience: Audience) -> None:
    slot = audience.slots.create("page-1", 4, 3)
    assert slot.size == slot_size(4, 3)
    assert fcntl.fcntl(slot.fd, fcntl.F_GET_SEALS) & (fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    for size in (0, slot.size * 2):
        with pytest.raises(PermissionError):
            os.ftruncate(slot.fd, size)


def test_a_picture_that_does_not_fit_is_refused(audience: Audience) -> None:
    slot = audience.slots.create("live", 1, 1)
    with pytest.raises(ValueError, match="for 2x1"):
        audience.slots.put(slot, 2, 1, 1.0, RED * 2)


def test_a_camera_that_writes_during_the_wipe_leaves_nothing_behind(audience: Audience) -> None:
    stop = threading.Event()
    slot = audience.slots.create("live", 64, 48)
    picture = RED * 64 * 48

    def film() -> None:
        while not stop.is_set():
            audience.slots.put(slot, 64, 48, 1.0, picture)

    camera = threading.Thread(target=film)
    camera.start()
    try:
        while read_picture(slot.memory) is None:
            pass
        audience.slots.wipe()
        assert bytes(slot.memory) == bytes(slot.size)
    finally:
        stop.set()
        camera.join(5)
    assert bytes(slot.memory) == bytes(slot.size)
