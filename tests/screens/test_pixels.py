"""The sequence lock of a slot, seen from the screen."""

from __future__ import annotations

import mmap

from screens.models.pixels import HEADER, MAGIC, read_picture, slot_size, wipe, write_picture


class Torn(mmap.mmap):
    """Memory whose writer is caught in the middle: the sequence moves under the first read."""

    moves = 1

    def __getitem__(self, key: slice) -> bytes:  # type: ignore[override] - only slices are read
        if self.moves:
            self.moves -= 1
            write_picture(self, width=1, height=1, stamp=2.0, rgb=b"new")
        return super().__getitem__(key)


def test_a_torn_read_is_tried_again() -> None:
    memory = Torn(-1, slot_size(1, 1))
    write_picture(memory, width=1, height=1, stamp=1.0, rgb=b"old")
    picture = read_picture(memory)
    assert picture is not None
    assert (picture.rgb, picture.stamp) == (b"new", 2.0)


def test_a_picture_being_written_is_not_read() -> None:
    memory = mmap.mmap(-1, slot_size(1, 1))
    write_picture(memory, width=1, height=1, stamp=1.0, rgb=b"abc")
    HEADER.pack_into(memory, 0, MAGIC, 1, 1, 0, 3, 1.0)
    assert read_picture(memory) is None


def test_sizes_that_do_not_fit_and_wiped_memory_are_no_picture() -> None:
    memory = mmap.mmap(-1, slot_size(1, 1))
    HEADER.pack_into(memory, 0, MAGIC, 1 << 31, 1 << 31, 0, 2, 1.0)
    assert read_picture(memory) is None
    wipe(memory)
    assert read_picture(memory) is None
