"""The slot that holds only the newest frame."""

from __future__ import annotations

import threading

import numpy as np

from devices.camera.frames import Frame, LatestFrame


def frame(at: float, shade: int = 9) -> Frame:
    return Frame(4, 3, np.full((3, 4, 3), shade, np.uint8), at)


def test_only_the_newest_is_kept_and_its_age_known() -> None:
    slot = LatestFrame(monotonic=lambda: 12.5)
    assert slot.newest() is None
    assert slot.age_s() is None
    slot.put(frame(10.0))
    newer = frame(12.0)
    slot.put(newer)
    assert slot.newest() is newer
    assert slot.age_s() == 0.5


def test_clear_overwrites_the_pixels_for_everyone_who_holds_them() -> None:
    slot = LatestFrame()
    held = frame(1.0)
    slot.put(held)
    slot.clear()
    assert slot.newest() is None
    assert not held.bgr.any()
    slot.clear()


def test_waiting_gives_only_a_newer_frame() -> None:
    slot = LatestFrame()
    slot.put(frame(5.0))
    assert slot.wait_newer(4.9, 0) is slot.newest()
    assert slot.wait_newer(5.0, 0) is None


def test_waiting_ends_when_a_frame_comes() -> None:
    slot = LatestFrame()
    got: list[Frame | None] = []
    waiting = threading.Thread(target=lambda: got.append(slot.wait_newer(5.0, 30)))
    waiting.start()
    slot.put(frame(5.0))
    later = frame(6.0)
    slot.put(later)
    waiting.join(30)
    assert got == [later]
