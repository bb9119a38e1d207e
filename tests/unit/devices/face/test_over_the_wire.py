"""Twin, camera, slot, checker and both workers together, in real time."""

from __future__ import annotations

import queue
from collections.abc import Iterator

import pytest

from devices.api import DeviceEvent, Done, Failed, Fault, JobFinished, JobProgressed
from devices.camera.frames import LatestFrame
from devices.camera.opencv_camera import OpencvCamera
from devices.face.checker import FaceChecker, FaceResult
from devices.vendor_host import VendorHost
from devices.worker import DeviceWorker
from sandbox.devices.camera import CameraTwin
from sandbox.devices.camera_scene import Portrait

pytestmark = pytest.mark.city

TURNS = {"turn_left": "left", "turn_right": "right"}
WAIT_S = 30.0


class Booth:
    """Camera and face checker on their workers, before one twin."""

    def __init__(self, twin: CameraTwin, host: VendorHost) -> None:
        self.twin = twin
        self.slot = LatestFrame()
        self.events: queue.Queue[DeviceEvent] = queue.Queue()
        self.camera = OpencvCamera("camera", twin.url, open_timeout_s=0.6, read_timeout_s=0.4)
        self.face = FaceChecker("face", host)
        self.workers = [DeviceWorker(self.camera, self.events.put)]
        self.workers.append(DeviceWorker(self.face, self.events.put))
        for worker in self.workers:
            worker.start()

    def begin(self, card_png: bytes) -> None:
        self.workers[0].submit("stream", lambda: self.camera.stream(self.slot))
        self.workers[1].submit("check", lambda: self.face.check(card_png, self.slot))

    def until_asked(self) -> None:
        """Read the screen until it asks for the first turn."""
        while True:
            event = self.events.get(timeout=WAIT_S)
            if isinstance(event, JobProgressed) and event.progress.what in TURNS:
                return

    def finished(self, job_id: str, *, obey: bool = True) -> JobFinished:
        """Read the screen and turn as it says, until the job has ended."""
        while True:
            event = self.events.get(timeout=WAIT_S)
            if isinstance(event, JobProgressed) and event.device_id == "face" and obey:
                self.twin.turn(TURNS.get(event.progress.what, "straight"))
            if isinstance(event, JobFinished) and event.job_id == job_id:
                return event


@pytest.fixture
def booth(people: dict[str, Portrait], face_host: VendorHost) -> Iterator[Booth]:
    twin = CameraTwin({key: person.bgr for key, person in people.items()})
    twin.start()
    standing = Booth(twin, face_host)
    yield standing
    for worker in standing.workers:
        worker.stop()
    twin.stop()


def test_matched_over_the_wire_and_nothing_left(booth: Booth, card_png: bytes) -> None:
    booth.twin.stand("citizen")
    booth.begin(card_png)
    outcome = booth.finished("check").outcome
    assert isinstance(outcome, Done)
    assert isinstance(outcome.value, FaceResult)
    assert (outcome.value.outcome, outcome.value.liveness) == ("matched", "passed")
    booth.workers[0].cancel("stream")
    booth.finished("stream")
    assert booth.slot.newest() is None


def test_tilted_photo_over_the_wire(booth: Booth, card_png: bytes) -> None:
    booth.twin.stand("citizen")
    booth.twin.flat_photo("tilt")
    booth.begin(card_png)
    outcome = booth.finished("check", obey=False).outcome
    assert isinstance(outcome, Done)
    assert isinstance(outcome.value, FaceResult)
    assert outcome.value.outcome == "no_liveness"


def test_camera_pulled_during_a_check(booth: Booth, card_png: bytes) -> None:
    booth.twin.stand("citizen")
    booth.begin(card_png)
    booth.until_asked()
    booth.twin.unplug()
    ended = booth.finished("stream", obey=False).outcome
    assert isinstance(ended, Failed)
    assert ended.fault is Fault.DISCONNECTED
    booth.workers[1].cancel("check")
    assert not isinstance(booth.finished("check", obey=False).outcome, Done)
