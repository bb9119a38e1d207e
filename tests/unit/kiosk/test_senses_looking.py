"""Camera, face check and scanner in a visit: one look, one answer, and the lens is shut again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from devices.api import Cancelled, Done, Failed, Fault, Outcome, Progress
from devices.qr_scanner.scanner import QrSeen
from devices.worker import NOT_OPEN
from kiosk.journey import effects
from kiosk.journey.events import CardSeen, CodeSeen, FaceChecked, FaceOutcome, Why
from kiosk.journey.events import Failed as CameToNothing
from kiosk.live import HEIGHT, WIDTH
from screens.models.pixels import read_picture
from tests.unit.kiosk.performer_bench import MATCHED, SOCIAL, Machine, frame, picture, social_card

GONE = CameToNothing(Why.DEVICE, Fault.DISCONNECTED.code)
SILENT = CameToNothing(Why.DEVICE, Fault.SILENT.code)
AWAY = Failed(Fault.DISCONNECTED, None, NOT_OPEN)


@pytest.fixture
def machine() -> Iterator[Machine]:
    machine = Machine()
    yield machine
    machine.slots.wipe()


ENDINGS: list[tuple[str, Outcome, str]] = [
    ("done", Done(MATCHED), "{job}"),
    ("given up", Done(None), "{job}"),
    ("failed", Failed(Fault.HARDWARE), "{job}"),
    ("called off", Cancelled(), "{job}"),
    ("camera stalls", Failed(Fault.CAMERA_STALLED), "{job}.stream"),
    ("camera gone", AWAY, "{job}.stream"),
]


@pytest.mark.parametrize(("outcome", "job"), [e[1:] for e in ENDINGS], ids=[e[0] for e in ENDINGS])
@pytest.mark.parametrize("what", ["face", "scan"])
def test_the_live_view_runs_while_somebody_looks_and_not_after(
    machine: Machine, what: str, outcome: Outcome, job: str
) -> None:
    machine.starts_the_check() if what == "face" else machine.starts_the_scan()
    assert "live" in machine.shown
    before = len(machine.answers)
    machine.ends(job.format(job="v.1"), outcome)
    assert "live" not in machine.shown
    assert machine.camera.cancelled == ["v.1.stream"], "the lens is shut"
    assert machine.devices.frames is not None
    assert machine.devices.frames.newest() is None
    assert [job_id for job_id, _ in machine.answers[before:]] == ["v.1"]
    machine.ends("v.1", Cancelled())
    machine.ends("v.1.stream", Cancelled())
    assert len(machine.answers) == before + 1, "one look, one answer"


@pytest.mark.parametrize("end", [effects.Cancel("v.1"), effects.WipeVisit()])
@pytest.mark.parametrize("what", ["face", "scan"])
def test_who_leaves_is_not_looked_at_any_more(
    machine: Machine, what: str, end: effects.Effect
) -> None:
    machine.starts_the_check() if what == "face" else machine.starts_the_scan()
    before = len(machine.answers)
    machine.does(end)
    assert "live" not in machine.shown
    assert machine.camera.cancelled == ["v.1.stream"]
    worker = machine.face if what == "face" else machine.scanner
    assert worker.cancelled == ["v.1"]
    machine.ends("v.1", Done(MATCHED if what == "face" else QrSeen("BDC1:X")))
    assert len(machine.answers) == before


def test_a_frame_after_the_check_reaches_no_slot(machine: Machine) -> None:
    machine.starts_the_check()
    live = machine.slots.current()[-1]
    on_frame = machine.devices.on_frame
    assert on_frame is not None
    on_frame(frame(1.0))
    assert any(live.memory[:])
    machine.does(effects.Cancel("v.1"))
    on_frame(frame(9.0))
    assert not any(live.memory[:])


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((WIDTH, HEIGHT), (WIDTH, HEIGHT)),
        ((1280, 720), (640, 360)),
        ((1920, 1080), (640, 360)),
        ((641, 480), (321, 240)),
        ((100, 1000), (34, 334)),
    ],
)
def test_a_picture_larger_than_the_slot_is_shown_smaller_and_never_not_at_all(
    machine: Machine, size: tuple[int, int], shown: tuple[int, int]
) -> None:
    machine.starts_the_scan()
    (live,) = machine.slots.current()
    assert machine.devices.on_frame is not None
    machine.devices.on_frame(frame(1.0, *size))
    got = read_picture(live.memory)
    assert got is not None
    assert (got.width, got.height) == shown


def test_the_portrait_of_the_card_is_the_reference(machine: Machine) -> None:
    machine.starts_the_check()
    assert machine.devices.references == [picture()]


@pytest.mark.parametrize("read", [None, social_card()], ids=["nobody's", "social security"])
def test_without_a_photo_there_is_no_match_and_the_lens_stays_shut(
    machine: Machine, read: object
) -> None:
    if read is not None:
        machine.does(effects.ReadCard("v.0"))
        machine.ends("v.0", Done(read), SOCIAL)
    machine.does(effects.CheckFace("v.1"))
    assert machine.answers[-1] == ("v.1", FaceChecked(FaceOutcome.NO_REFERENCE))
    assert (machine.camera.queued, machine.face.queued) == ([], [])
    assert machine.shown == []


def test_a_look_takes_the_place_of_one_that_was_not_even_called_off(machine: Machine) -> None:
    machine.starts_the_scan("v.1")
    machine.starts_the_scan("v.2")
    assert machine.camera.cancelled == ["v.1.stream"], "a stream ends only by being called off"
    assert machine.scanner.cancelled == ["v.1"]
    machine.ends("v.1", Done(QrSeen("BDC1:OLD")), "scanner")
    assert machine.shown == ["live"]
    machine.ends("v.2", Done(QrSeen("BDC1:NEW")), "scanner")
    assert machine.answers == [("v.2", CodeSeen("BDC1:NEW"))]


def test_the_end_of_an_earlier_check_does_not_blind_the_one_that_runs(machine: Machine) -> None:
    machine.starts_the_check("v.1")
    machine.ends("v.1.stream", Failed(Fault.CAMERA_STALLED))
    machine.starts_the_check("v.2")
    machine.ends("v.1", Cancelled(Progress("look_straight")))
    machine.ends("v.1.stream", Failed(Fault.DISCONNECTED))
    assert "live" in machine.shown
    assert machine.camera.cancelled == ["v.1.stream"]
    machine.ends("v.2", Done(MATCHED))
    assert machine.answers[-1] == ("v.2", FaceChecked(FaceOutcome.MATCHED, "high"))


@pytest.mark.parametrize("job_id", ["warm", "a.0", ""])
def test_the_end_of_any_other_job_leaves_the_check_alone(machine: Machine, job_id: str) -> None:
    machine.starts_the_check()
    machine.answers.clear()
    machine.ends(job_id, Done(), "face")
    assert "live" in machine.shown
    assert machine.answers == []


def test_a_code_is_told_as_it_stands_there(machine: Machine) -> None:
    machine.starts_the_scan()
    assert machine.devices.seen_by == ["scanner"]
    machine.ends("v.1", Done(QrSeen("BDC1:ABC")), "scanner")
    assert machine.answers == [("v.1", CodeSeen("BDC1:ABC"))]
    assert "ABC" not in repr(machine.answers), "it may name a person"


def test_a_scan_that_gives_up_says_so(machine: Machine) -> None:
    machine.starts_the_scan()
    machine.ends("v.1", Done(None), "scanner")
    assert machine.answers == [("v.1", CameToNothing(Why.CANCELLED, "nothing_seen"))]


@pytest.mark.parametrize(
    ("fitted", "effect"),
    [
        (("none",), effects.ReadCard("v.1")),
        (("none",), effects.CheckFace("v.1")),
        (("none",), effects.ScanCode("v.1")),
        (("scanner",), effects.ScanCode("v.1")),
        (("camera", "face"), effects.ScanCode("v.1")),
        (("camera", "scanner"), effects.CheckFace("v.1")),
    ],
)
def test_a_machine_without_the_device_says_so(
    fitted: tuple[str, ...], effect: effects.Effect
) -> None:
    machine = Machine(*fitted)
    machine.does(effect)
    assert machine.answers == [("v.1", GONE)]
    assert machine.shown == []


@pytest.mark.parametrize("device", ["camera", "face"])
def test_a_hung_camera_or_matcher_ends_the_check_and_the_live_view(
    machine: Machine, device: str
) -> None:
    machine.starts_the_check()
    machine.performer.hung(device)
    assert machine.answers[-1] == ("v.1", SILENT)
    assert "live" not in machine.shown
    assert machine.camera.cancelled == ["v.1.stream"]
    assert machine.face.cancelled == ["v.1"]


@pytest.mark.parametrize("device", ["camera", "scanner"])
def test_a_hung_camera_or_decoder_ends_the_scan(machine: Machine, device: str) -> None:
    machine.starts_the_scan()
    machine.performer.hung(device)
    assert machine.answers == [("v.1", SILENT)]
    assert machine.shown == []
    assert machine.scanner.cancelled == ["v.1"]


def test_what_hangs_and_is_not_waited_for_disturbs_nobody(machine: Machine) -> None:
    """A hung matcher is found hung again every few seconds: no scan would ever end."""
    for device in ("id_card", SOCIAL, "camera", "face", "scanner", "payment_pad"):
        machine.performer.hung(device)
    machine.starts_the_scan()
    for device in ("face", "id_card", SOCIAL, "payment_pad"):
        machine.performer.hung(device)
    assert machine.shown == ["live"]
    machine.ends("v.1", Done(QrSeen("BDC1:X")), "scanner")
    machine.starts_the_check("v.2")
    machine.performer.hung("scanner")
    assert "live" in machine.shown
    assert [type(answer) for _, answer in machine.answers] == [CodeSeen, CardSeen]
