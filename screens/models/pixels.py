"""A pixel slot: memory that core and screen share, with a sequence lock.

Layout, little-endian: magic ``KPX1``, width u32, height u32, reserved u32, sequence u64 (odd while
it is being written), monotonic stamp f64 in seconds, then width*height*3 bytes RGB888 from offset
64. The reader takes the sequence, copies, and takes the sequence again: equal and even, or retry.
memfd and not multiprocessing.shared_memory: on 3.11 a killed screen would unlink the core's slot.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass

HEADER = struct.Struct("<4sIIIQd")
DATA_OFFSET = 64
MAGIC = b"KPX1"
_RETRIES = 8


@dataclass(frozen=True, slots=True)
class Picture:
    """A copy out of a slot: RGB888, rows without padding. ``stamp`` is monotonic seconds."""

    width: int
    height: int
    stamp: float
    rgb: bytes


def slot_size(width: int, height: int) -> int:
    """Bytes a slot needs for pictures up to this size."""
    return DATA_OFFSET + width * height * 3


def write_picture(
    memory: mmap.mmap, *, width: int, height: int, stamp: float, rgb: bytes | memoryview
) -> None:
    """Put a picture into the slot. ValueError when it does not fit or has the wrong length."""
    if len(rgb) != width * height * 3 or slot_size(width, height) > len(memory):
        raise ValueError(f"{len(rgb)} bytes for {width}x{height} in a slot of {len(memory)}")
    sequence = _sequence(memory)
    odd = sequence + 1 if sequence % 2 == 0 else sequence
    HEADER.pack_into(memory, 0, MAGIC, width, height, 0, odd, stamp)
    memory[DATA_OFFSET : DATA_OFFSET + len(rgb)] = bytes(rgb)
    HEADER.pack_into(memory, 0, MAGIC, width, height, 0, odd + 1, stamp)


def read_picture(memory: mmap.mmap) -> Picture | None:
    """The newest whole picture; None when there is none yet or the writer is too quick."""
    for _ in range(_RETRIES):
        magic, width, height, _, before, stamp = HEADER.unpack_from(memory, 0)
        end = slot_size(width, height)
        if magic != MAGIC or width == 0 or end > len(memory):
            return None
        rgb = memory[DATA_OFFSET:end]
        if before % 2 == 0 and _sequence(memory) == before:
            return Picture(width, height, stamp, rgb)
    return None


def wipe(memory: mmap.mmap) -> None:
    """Zero everything: no picture of a visitor outlives the visit."""
    memory[:] = bytes(len(memory))


def _sequence(memory: mmap.mmap) -> int:
    return HEADER.unpack_from(memory, 0)[4]
