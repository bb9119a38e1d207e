"""Effects carried out, and what comes back late: nothing of one visit reaches the next."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import cast

import numpy as np
import pytest
from PIL import Image

from devices.api import (
    Cancelled,
    Done,
    Failed,
    Fault,
    Job,
    JobFinished,
    JobProgressed,
    Outcome,
    PrintOutcome,
    Progress,
)
from devices.camera.frames import Frame, LatestFrame
from devices.camera.opencv_camera import OpencvCamera
from devices.face.checker import FaceChecker, FaceResult
from devices.id_card.card import CardKind, IdCard
from devices.id_card.sdt_serial import CardRead, SdtReader
from devices.receipt_printer.slip import Line, Slip
from devices.worker import DeviceWorker
from kiosk.central.errors import Unreachable
from kiosk.errands import Errands
from kiosk.journey import effects
from kiosk.journey.events import (
    Answer,
    CardSeen,
    DocumentReady,
    FaceChecked,
    FaceOutcome,
    Printed,
    SessionOpened,
    Why,
)
from kiosk.journey.events import Failed as CameToNothing
from kiosk.journey.facts import PrintFacts, Way
from kiosk.performer import Fitted, Outlets, Performer
from kiosk.pixels import PixelSlots
from kiosk.settlement import Settled, Settlement
from tests.unit.kiosk.centre_desk import NUMBER, OTHER_NUMBER, Desk, trusting
from tests.unit.kiosk.test_pdf_seal import issue, plain_pdf, seal

MATCHED = FaceResult("matched", "passed", "high", "matched")


def picture(width: int = 4, height: int = 5) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (255, 0, 0)).save(out, "PNG")
    return out.getvalue()


def card(number: str = NUMBER, *, name: str = "章样例", kind: CardKind = "resident") -> CardRead:
    read = IdCard(
        kind=kind, name=name, english_name=None, sex="1", ethnic="01", number=number,
        birth=date(1955, 3, 12), address="", issuer="", valid_from=date(2015, 1, 1),
        valid_until=date(2035, 1, 1), photo=b"",
    )  # fmt: skip
    return CardRead(read, picture())


class HandWorker:
    """A worker whose jobs end when the test says so."""

    def __init__(self) -> None:
        self.submitted: dict[str, Callable[[], Job]] = {}
        self.cancelled: list[str] = []

    def submit(self, job_id: str, job: Callable[[], Job]) -> None:
        self.submitted[job_id] = job

    def cancel(self, job_id: str) -> None:
        self.cancelled.append(job_id)


class Devices:
    """Reader, camera and face check in one; they keep what they were given."""

    def __init__(self) -> None:
        self.references: list[bytes] = []
        self.frames: LatestFrame | None = None
        self.on_frame: Callable[[Frame], None] | None = None

    def read(self, give_up_after_s: float | None = None) -> Job:
        del give_up_after_s
        yield Progress("waiting_for_card")
        return None

    def stream(self, slot: LatestFrame, on_frame: Callable[[Frame], None]) -> Job:
        self.frames, self.on_frame = slot, on_frame
        yield Progress("frame")
        return None

    def check(self, reference: bytes, frames: LatestFrame, *, give_up_after_s: float) -> Job:
        del frames, give_up_after_s
        self.references.append(reference)
        yield Progress("look_straight")
        return None


class Ledger:
    """A settlement that remembers what it was asked to print."""

    def __init__(self) -> None:
        self.documents: list[tuple[str, dict[str, str], bytes]] = []
        self.slips: list[str] = []
        self.waiting: dict[str, Settled] = {}

    def print_document(
        self, key: str, subject: dict[str, str], document: bytes, settled: Settled
    ) -> None:
        self.documents.append((key, subject, document))
        self.waiting[key] = settled

    def print_slip(self, key: str, number: str, slip: Slip, settled: Settled) -> None:
        del number, slip
        self.slips.append(key)
        self.waiting[key] = settled

    def forget(self) -> None:
        self.waiting.clear()


class HandErrands:
    """Errands that wait until the test runs them."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def run(self, errand: Callable[[], None]) -> None:
        self.waiting.append(errand)

    def work(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


class Machine:
    """A performer among fakes. What it answers is in ``answers``."""

    def __init__(self, *, fitted: bool = True) -> None:
        self.devices = Devices()
        self.reader, self.camera, self.face = HandWorker(), HandWorker(), HandWorker()
        self.desk, self.errands, self.ledger = Desk(), HandErrands(), Ledger()
        self.answers: list[tuple[str, Answer]] = []
        self.signs: list[tuple[str, str]] = []
        self.posted: list[Callable[[], None]] = []
        self.gone: list[str] = []
        self.slots = PixelSlots(lambda _: None, self.gone.append)
        parts = Fitted(
            reader=(cast("SdtReader", self.devices), cast("DeviceWorker", self.reader)),
            camera=(cast("OpencvCamera", self.devices), cast("DeviceWorker", self.camera)),
            face=(cast("FaceChecker", self.devices), cast("DeviceWorker", self.face)),
        )
        self.performer = Performer(
            parts if fitted else Fitted(),
            self.desk.counter,
            cast("Errands", self.errands),
            cast("Settlement", self.ledger),
            self.slots,
            self._outlets(),
        )

    def _outlets(self) -> Outlets:
        return Outlets(
            answer=lambda job_id, answer: self.answers.append((job_id, answer)),
            progress=lambda job_id, what, _done, _total: self.signs.append((job_id, what)),
            post=self.posted.append,
            keep=lambda _kind, _body: None,
            set_timer=lambda _name, _seconds: None,
            cancel_timer=lambda _name: None,
            slip=lambda _effect: Slip(lines=(Line("样例"),)),
        )

    def does(self, *asked: effects.Effect) -> None:
        for effect in asked:
            self.performer.perform(effect)

    def ends(self, job_id: str, outcome: Outcome, device: str = "device") -> None:
        self.performer.finished(JobFinished(job_id, device, outcome))

    def errands_end(self) -> None:
        """The errands' thread works, then the loop takes in what it posted."""
        self.errands.work()
        while self.posted:
            self.posted.pop(0)()

    def reads(self, read: CardRead | None = None, job_id: str = "v.0") -> None:
        self.does(effects.ReadCard(job_id))
        self.ends(job_id, Done(read or card()))

    def starts_the_check(self, job_id: str = "v.1") -> None:
        self.does(effects.CheckFace(job_id))
        self.camera.submitted[f"{job_id}.stream"]().send(None)

    def opens(self, job_id: str = "v.2") -> None:
        self.does(effects.OpenSession(job_id, job_id, Way.FACE, "high"))
        self.errands_end()

    def has_a_document(self) -> None:
        authority = issue("测试印章认证中心", None)
        self.desk.centre.pdf = seal(
            plain_pdf(), issue("测试专用章", authority, serial=8), authority
        )
        self.desk.trust = trusting(authority.pem)

    @property
    def shown(self) -> list[str]:
        return [slot.name for slot in self.slots.current()]


@pytest.fixture
def machine() -> Iterator[Machine]:
    machine = Machine()
    yield machine
    machine.slots.wipe()


def frame(at: float = 1.0) -> Frame:
    return Frame(2, 2, np.full((2, 2, 3), 200, np.uint8), at)


def test_a_card_is_read_and_its_portrait_shown(machine: Machine) -> None:
    machine.reads()
    job_id, answer = machine.answers[0]
    assert job_id == "v.0"
    assert isinstance(answer, CardSeen)
    assert (answer.card.number, answer.card.portrait) == (NUMBER, True)
    assert machine.shown == ["portrait"]


def test_a_portrait_that_is_no_picture_is_no_portrait(machine: Machine) -> None:
    machine.reads(CardRead(card().card, b"not a PNG"))
    answer = machine.answers[0][1]
    assert isinstance(answer, CardSeen)
    assert not answer.card.portrait
    assert machine.shown == []


def test_a_card_with_an_impossible_field_is_unreadable_and_no_crash(machine: Machine) -> None:
    machine.reads(card(name=""))
    assert machine.answers == [("v.0", CameToNothing(Why.DEVICE, "card_unreadable"))]
    assert machine.shown == []


def test_the_card_of_the_last_visit_does_not_fill_the_vault_of_this_one(machine: Machine) -> None:
    machine.does(effects.ReadCard("a.0"), effects.Cancel("a.0"), effects.WipeVisit())
    machine.ends("a.0", Done(card()))
    assert machine.shown == []
    machine.opens("b.1")
    assert machine.desk.centre.evidence == [], "nobody's card is here"
    assert machine.answers == [("b.1", CameToNothing(Why.BROKEN, "no_identity"))]


def test_a_card_that_was_sent_away_does_not_replace_the_one_read_after(machine: Machine) -> None:
    machine.does(effects.ReadCard("v.0"), effects.Cancel("v.0"), effects.ReadCard("v.1"))
    machine.ends("v.1", Done(card(NUMBER)))
    machine.ends("v.0", Done(card(OTHER_NUMBER)))
    machine.opens()
    assert machine.desk.centre.evidence[0].document.number == NUMBER


def test_a_check_begun_with_one_card_never_speaks_for_another(machine: Machine) -> None:
    """The errands hang; the visitor goes back and puts another card: the evidence stays true."""
    machine.reads(card(NUMBER))
    machine.does(effects.OpenSession("v.2", "v.2", Way.FACE, "high"))
    machine.reads(card(OTHER_NUMBER), "v.3")
    machine.errands_end()
    assert [one.document.number for one in machine.desk.centre.evidence] == [NUMBER]


def test_a_call_that_nobody_waits_for_any_more_is_not_made(machine: Machine) -> None:
    machine.reads()
    machine.does(effects.OpenSession("v.2", "v.2", Way.FACE, "high"), effects.Cancel("v.2"))
    machine.does(effects.FetchDocument("v.3", "enq-1"), effects.Cancel("v.3"))
    machine.errands_end()
    assert machine.desk.centre.calls == []


def test_the_live_view_runs_while_the_check_runs_and_not_after(machine: Machine) -> None:
    machine.reads()
    machine.starts_the_check()
    assert machine.shown == ["portrait", "live"]
    machine.ends("v.1", Done(MATCHED))
    assert machine.answers[-1] == ("v.1", FaceChecked(FaceOutcome.MATCHED, "high"))
    assert machine.camera.cancelled == ["v.1.stream"]
    assert machine.shown == ["portrait"]


def test_the_portrait_of_the_card_is_the_reference(machine: Machine) -> None:
    machine.reads()
    machine.starts_the_check()
    machine.face.submitted["v.1"]().send(None)
    assert machine.devices.references == [picture()]


def test_a_frame_after_the_check_reaches_no_slot(machine: Machine) -> None:
    machine.starts_the_check()
    (live,) = machine.slots.current()
    on_frame = machine.devices.on_frame
    assert on_frame is not None
    on_frame(frame(1.0))
    assert any(live.memory[:])
    machine.does(effects.Cancel("v.1"))
    on_frame(frame(9.0))
    assert not any(live.memory[:])


def test_the_camera_s_failure_ends_the_check(machine: Machine) -> None:
    machine.starts_the_check()
    machine.ends("v.1.stream", Failed(Fault.CAMERA_STALLED))
    assert machine.face.cancelled == ["v.1"]
    assert machine.answers == [("v.1", CameToNothing(Why.DEVICE, "camera_stalled"))]
    machine.ends("v.1", Cancelled())
    assert len(machine.answers) == 1, "one check, one answer"


def test_the_end_of_an_earlier_check_does_not_blind_the_one_that_runs(machine: Machine) -> None:
    machine.starts_the_check("v.1")
    machine.ends("v.1.stream", Failed(Fault.CAMERA_STALLED))
    machine.starts_the_check("v.2")
    machine.ends("v.1", Cancelled(Progress("look_straight")))
    machine.ends("v.1.stream", Failed(Fault.DISCONNECTED))
    assert machine.shown == ["live"]
    assert machine.camera.cancelled == ["v.1.stream"]
    machine.ends("v.2", Done(MATCHED))
    assert machine.answers[-1] == ("v.2", FaceChecked(FaceOutcome.MATCHED, "high"))


@pytest.mark.parametrize("job_id", ["warm", "a.0", ""])
def test_the_end_of_any_other_job_leaves_the_check_alone(machine: Machine, job_id: str) -> None:
    machine.starts_the_check()
    machine.ends(job_id, Done())
    assert machine.shown == ["live"]
    assert machine.answers == []


def test_a_machine_without_devices_says_so(machine: Machine) -> None:
    del machine
    bare = Machine(fitted=False)
    bare.does(effects.ReadCard("v.0"), effects.CheckFace("v.1"))
    why = CameToNothing(Why.DEVICE, "disconnected")
    assert bare.answers == [("v.0", why), ("v.1", why)]


def test_the_wipe_forgets_everything_and_closes_the_session(machine: Machine) -> None:
    machine.reads()
    machine.opens()
    machine.starts_the_check("v.3")
    before = machine.slots.current()
    machine.does(effects.WipeVisit())
    machine.errands_end()
    assert machine.desk.centre.open_sessions == []
    assert machine.shown == []
    assert not any(any(slot.memory[:]) for slot in before)
    assert machine.camera.cancelled == ["v.3.stream"]


def test_a_late_answer_of_the_centre_is_dropped_after_the_wipe(machine: Machine) -> None:
    machine.reads()
    machine.does(effects.OpenSession("v.2", "v.2", Way.FACE, "high"))
    machine.errands.work()
    machine.does(effects.WipeVisit())
    machine.errands_end()
    assert machine.desk.centre.open_sessions == []
    assert not any(isinstance(answer, SessionOpened) for _, answer in machine.answers)


def test_a_session_that_opens_during_the_wipe_is_closed(machine: Machine) -> None:
    machine.reads()
    machine.does(effects.OpenSession("v.2", "v.2", Way.FACE, "high"))

    def wipe_meanwhile(name: str) -> None:
        if name == "open_session":
            machine.does(effects.WipeVisit())

    machine.desk.centre.during = wipe_meanwhile
    machine.errands_end()
    assert machine.desk.centre.open_sessions == []


def test_an_unreachable_centre_at_the_end_troubles_nobody(machine: Machine) -> None:
    machine.reads()
    machine.opens()
    machine.desk.centre.planted["close_session"] = Unreachable()
    machine.does(effects.WipeVisit())
    machine.errands_end()
    assert machine.desk.centre.of("close_session") == ["s-1"]


def test_the_document_s_pages_come_into_slots_and_its_bytes_to_the_printer(
    machine: Machine,
) -> None:
    machine.has_a_document()
    machine.reads()
    machine.opens()
    machine.does(effects.FetchDocument("v.3", "enq-1"))
    machine.errands_end()
    answer = machine.answers[-1][1]
    assert isinstance(answer, DocumentReady)
    assert answer.document.slots == ("page-1", "page-2")
    assert machine.shown == ["portrait", "page-1", "page-2"]
    machine.does(effects.PrintDocument("v.4", "enq-1", "202611210001"))
    ((key, subject, printed),) = machine.ledger.documents
    assert printed == machine.desk.centre.pdf
    assert subject == {"enquiry_id": "enq-1", "number": "202611210001", "pages": "2"}
    assert len(key) == 32


def test_a_document_for_a_step_that_was_left_shows_no_pages(machine: Machine) -> None:
    machine.has_a_document()
    machine.reads()
    machine.opens()
    machine.does(effects.FetchDocument("v.3", "enq-1"))
    machine.errands.work()
    machine.does(effects.Cancel("v.3"))
    machine.errands_end()
    assert "page-1" not in machine.shown


def test_a_print_is_answered_under_the_journey_s_own_job_id(machine: Machine) -> None:
    machine.does(effects.PrintDocument("v.4", "enq-1", "202611210001"))
    ((key, _, _),) = machine.ledger.documents
    machine.performer.progressed(JobProgressed(key, "certificate_printer", Progress("sheet", 1, 2)))
    machine.ledger.waiting[key](PrintFacts(PrintOutcome.PRINTED))
    assert machine.signs == [("v.4", "sheet")]
    assert machine.answers == [("v.4", Printed(PrintFacts(PrintOutcome.PRINTED)))]


def test_two_prints_never_share_a_key(machine: Machine) -> None:
    for number in range(3):
        machine.does(effects.PrintDocument(f"v.{number}", "enq-1", "1"))
    slip = effects.PrintSlip("v.9", {}, "1", "c", "https://x.example", PrintOutcome.PRINTED)
    machine.does(slip, effects.WipeVisit())
    machine.does(effects.PrintDocument("v.0", "enq-1", "1"))
    keys = [key for key, _, _ in machine.ledger.documents] + machine.ledger.slips
    assert len(set(keys)) == 5


def test_a_bug_in_an_errand_is_an_answer(machine: Machine) -> None:
    machine.reads()

    def bug(_: str) -> None:
        raise ZeroDivisionError

    machine.desk.centre.during = bug
    machine.opens()
    assert machine.answers[-1] == ("v.2", CameToNothing(Why.BROKEN))


def test_who_waits_for_a_hung_reader_is_told_once_and_its_late_card_is_dropped() -> None:
    machine = Machine()
    machine.does(effects.ReadCard("v.0"))
    machine.performer.hung("id_card")
    machine.performer.hung("id_card")
    machine.ends("v.0", Done(card()))
    assert machine.answers == [("v.0", CameToNothing(Why.DEVICE, Fault.SILENT.code))]


@pytest.mark.parametrize("device", ["camera", "face"])
def test_a_hung_camera_or_matcher_ends_the_check_and_the_live_view(device: str) -> None:
    machine = Machine()
    machine.reads()
    machine.starts_the_check("v.1")
    machine.performer.hung(device)
    assert machine.answers[-1] == ("v.1", CameToNothing(Why.DEVICE, Fault.SILENT.code))
    assert "live" in machine.gone
    assert machine.camera.cancelled == ["v.1.stream"]


def test_a_hung_device_that_nobody_waits_for_tells_nobody() -> None:
    machine = Machine()
    for device in ("id_card", "camera", "face"):
        machine.performer.hung(device)
    assert machine.answers == []
