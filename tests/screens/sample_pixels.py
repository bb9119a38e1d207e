"""Sample pictures in real slots: a person, a portrait, two pages."""

from __future__ import annotations

import mmap
import os
from functools import cache

from screens.models.pixels import slot_size, write_picture
from screens.slots import PixelSlots


def memory(width: int, height: int, rgb: bytes, *, stamp: float) -> tuple[int, int]:
    """A memfd with a picture in it, and its size."""
    fd = os.memfd_create("sample")
    size = slot_size(width, height)
    os.ftruncate(fd, size)
    with mmap.mmap(fd, size) as slot:
        write_picture(slot, width=width, height=height, stamp=stamp, rgb=rgb)
    return fd, size


def fill_slots(slots: PixelSlots, *, stamp: float) -> None:
    """A live frame, a portrait and two pages."""
    for name, width, height, rgb in (
        ("live", 640, 480, _person(640, 480)),
        ("portrait", 204, 252, _person(204, 252)),
        ("page:0", 620, 877, _sheet(620, 877)),
        ("page:1", 620, 877, _sheet(620, 877)),
    ):
        slots.take(name, *memory(width, height, rgb, stamp=stamp))


@cache
def _person(width: int, height: int) -> bytes:
    rows = bytearray()
    for y in range(height):
        for x in range(width):
            dx, dy = (x - width * 0.5) / (height * 0.22), (y - height * 0.42) / (height * 0.28)
            bx, by = (x - width * 0.5) / (height * 0.5), (y - height * 1.05) / (height * 0.36)
            inside = dx * dx + dy * dy < 1
            rows += (
                bytes((222, 186, 160))
                if inside
                else bytes((62, 92, 132))
                if bx * bx + by * by < 1
                else bytes((205, 214, 222 - y * 40 // height))
            )
    return bytes(rows)


@cache
def _sheet(width: int, height: int) -> bytes:
    rows = bytearray()
    for y in range(height):
        for x in range(width):
            line = 150 < y < 760 and y % 34 < 9 and 70 < x < width - 70 - (y * 7) % 160
            title = 70 < y < 100 and width * 0.3 < x < width * 0.7
            ring = 62**2 < (x - 450) ** 2 + (y - 690) ** 2 < 70**2
            rows += (
                bytes((200, 40, 40))
                if ring
                else bytes((60, 60, 66))
                if line or title
                else bytes((255, 255, 255))
            )
    return bytes(rows)
