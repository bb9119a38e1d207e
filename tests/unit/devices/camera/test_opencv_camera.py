"""The camera against its twin, over the wire."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from devices.api import DeviceError, Fault, Link, Progress
from devices.camera.frames import Frame, LatestFrame
from devices.camera.opencv_camera import STEADY_FRAMES, OpencvCamera, device_path
from sandbox.devices.camera import CameraTwin

pytestmark = pytest.mark.city


@pytest.fixture
def twin() -> Iterator[CameraTwin]:
    camera = CameraTwin({})
    camera.start()
    yield camera
    camera.stop()


def camera_at(twin: CameraTwin, source: str | None = None) -> OpencvCamera:
    where = twin.url if source is None else source
    return OpencvCamera("camera", where, open_timeout_s=0.6, read_timeout_s=0.4)


def fault_of(error: pytest.ExceptionInfo[DeviceError]) -> Fault:
    return error.value.fault


def test_frames_fill_the_slot_with_the_present(twin: CameraTwin) -> None:
    slot, told = LatestFrame(), list[Frame]()
    job = camera_at(twin).stream(slot, told.append)
    signs = [next(job) for _ in range(3)]
    assert signs == [Progress("frame")] * 3
    newest = slot.newest()
    assert newest is told[-1]
    assert newest is not None
    assert (newest.width, newest.height) == (640, 480)
    assert newest.bgr.shape == (480, 640, 3)
    assert told[0].at < told[1].at < told[2].at <= time.monotonic()
    job.close()


def test_another_size_is_brought_to_the_wanted_one(twin: CameraTwin) -> None:
    slot = LatestFrame()
    job = OpencvCamera("camera", twin.url, width=320, height=240).stream(slot)
    next(job)
    newest = slot.newest()
    assert newest is not None
    assert newest.bgr.shape == (240, 320, 3)
    job.close()


def until(condition: threading.Event, twin: CameraTwin, *, watched: bool) -> None:
    deadline = time.monotonic() + 10
    while twin.state()["watched"] is not watched:
        assert time.monotonic() < deadline
        condition.wait(0.02)


def test_lens_is_open_only_while_streaming_and_nothing_is_left(twin: CameraTwin) -> None:
    pause = threading.Event()
    camera, slot = camera_at(twin), LatestFrame()
    camera.open()
    assert camera.poll().link is Link.UP
    assert twin.state()["watched"] is False
    job = camera.stream(slot)
    next(job)
    until(pause, twin, watched=True)
    held = slot.newest()
    job.close()
    assert slot.newest() is None
    assert held is not None
    assert not held.bgr.any()
    until(pause, twin, watched=False)


def test_unplugged_camera_is_gone_and_comes_back(twin: CameraTwin) -> None:
    clock = [0.0]
    camera = OpencvCamera("camera", twin.url, monotonic=lambda: clock[0])
    camera.open()
    twin.unplug()
    assert camera.poll().link is Link.UP, "an address is not knocked at on every poll"
    clock[0] += 0.6
    with pytest.raises(DeviceError) as caught:
        camera.poll()
    assert fault_of(caught) is Fault.DISCONNECTED
    with pytest.raises(DeviceError):
        camera.open()
    twin.plug()
    camera.open()
    assert camera.poll().ready


def test_cable_pulled_while_streaming(twin: CameraTwin) -> None:
    slot = LatestFrame()
    job = camera_at(twin).stream(slot)
    next(job)
    twin.unplug()
    with pytest.raises(DeviceError) as caught:
        list(zip(range(100), job, strict=False))
    assert fault_of(caught) is Fault.DISCONNECTED
    assert slot.newest() is None


def test_broken_stream_is_opened_once_again(twin: CameraTwin) -> None:
    job = camera_at(twin).stream(LatestFrame())
    next(job)
    for _ in range(STEADY_FRAMES + 5):
        next(job)
    twin.unplug()
    twin.plug()
    for _ in range(5):
        next(job)
    twin.unplug()
    twin.plug()
    with pytest.raises(DeviceError) as caught:
        list(zip(range(100), job, strict=False))
    assert fault_of(caught) is Fault.CAMERA_STALLED


def test_stalled_camera_is_told_from_a_missing_one(twin: CameraTwin) -> None:
    camera = camera_at(twin)
    job = camera.stream(LatestFrame())
    next(job)
    twin.stall()
    with pytest.raises(DeviceError) as caught:
        list(zip(range(100), job, strict=False))
    assert fault_of(caught) is Fault.CAMERA_STALLED
    assert camera.poll().link is Link.UP
    twin.stall(on=False)
    again = camera.stream(LatestFrame())
    assert next(again) == Progress("frame")
    again.close()


def test_a_number_is_short_for_its_device() -> None:
    assert device_path("2") == "/dev/video2"
    assert device_path("/dev/v4l/by-id/lens") == "/dev/v4l/by-id/lens"


def test_missing_video_device(twin: CameraTwin) -> None:
    for source in ("97", "/dev/video-none"):
        with pytest.raises(DeviceError) as caught:
            camera_at(twin, source).open()
        assert fault_of(caught) is Fault.DISCONNECTED


def test_device_that_is_no_camera(twin: CameraTwin) -> None:
    camera = camera_at(twin, "/dev/null")
    camera.open()
    with pytest.raises(DeviceError) as caught:
        next(camera.stream(LatestFrame()))
    assert fault_of(caught) is Fault.CAMERA_STALLED


def test_hall_is_what_the_empty_scene_shows(twin: CameraTwin) -> None:
    slot = LatestFrame()
    job = camera_at(twin).stream(slot)
    next(job)
    newest = slot.newest()
    assert newest is not None
    assert float(np.std(newest.bgr)) > 10
    job.close()
