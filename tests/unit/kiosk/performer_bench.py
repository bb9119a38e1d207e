"""A performer among fakes with memory: devices whose jobs end when the test says so."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import cast

import numpy as np
from PIL import Image

from devices.api import Done, Job, JobFinished, Outcome, Progress
from devices.camera.frames import Frame, LatestFrame
from devices.camera.opencv_camera import OpencvCamera
from devices.face.checker import FaceChecker, FaceResult
from devices.id_card.card import CardKind, IdCard
from devices.id_card.sdt_serial import CardRead, SdtReader
from devices.qr_scanner.scanner import QrScanner
from devices.receipt_printer.slip import Line, Slip
from devices.social_card.card import SocialCard
from devices.social_card.pcsc_reader import PcscReader, SocialCardRead
from devices.worker import DeviceWorker
from kiosk.errands import Errands
from kiosk.journey import effects
from kiosk.journey.case_facts import Means, OrderFacts, PaymentFacts
from kiosk.journey.events import Answer, Failed, PaymentKnown, PaymentOffered
from kiosk.journey.facts import Way
from kiosk.performer import Outlets, Performer, Settlement
from kiosk.pixels import PixelSlots
from kiosk.senses import Fitted
from kiosk.settlement.payments import Payments
from kiosk.settlement.prints import Prints, Settled
from tests.unit.kiosk.centre_desk import NUMBER, Desk, Plates, trusting
from tests.unit.kiosk.test_pdf_seal import issue, plain_pdf, seal

MATCHED = FaceResult("matched", "passed", "high", "matched")
SOCIAL = "social_card"
"""Device name of the second reader."""


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


def social_card(number: str = NUMBER) -> SocialCardRead:
    return SocialCardRead(
        SocialCard(
            number=number,
            name="章样例",
            card_number="A00000001",
            generation=3,
            issued_on=date(2020, 1, 1),
            valid_until=date(2030, 1, 1),
        )
    )


def frame(at: float = 1.0, width: int = 2, height: int = 2) -> Frame:
    return Frame(width, height, np.full((height, width, 3), 200, np.uint8), at)


class HandWorker:
    """A worker whose jobs end when the test says so."""

    def __init__(self, device_id: str) -> None:
        self.device_id = device_id
        self.submitted: dict[str, Callable[[], Job]] = {}
        self.queued: list[str] = []
        self.cancelled: list[str] = []

    def submit(self, job_id: str, job: Callable[[], Job]) -> None:
        self.submitted[job_id] = job
        self.queued.append(job_id)

    def cancel(self, job_id: str) -> None:
        self.cancelled.append(job_id)


class Devices:
    """Readers, camera, face check and scanner in one; they keep what they were given."""

    def __init__(self) -> None:
        self.references: list[bytes] = []
        self.seen_by: list[str] = []
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
        self.references.append(reference)
        self.seen_by.append("face")
        assert (frames, give_up_after_s) == (self.frames, 60.0)
        yield Progress("look_straight")
        return None

    def scan(self, frames: LatestFrame, *, give_up_after_s: float | None) -> Job:
        self.seen_by.append("scanner")
        assert frames is self.frames
        assert give_up_after_s is None, "the idle clock says when nobody is there"
        yield Progress("looking")
        return None


class Ledger:
    """Remembers what it was asked to print."""

    def __init__(self) -> None:
        self.documents: list[tuple[str, dict[str, str], bytes]] = []
        self.slips: list[tuple[str, str, Slip]] = []
        self.waiting: dict[str, Settled] = {}
        self.told_late: list[Settled] = []
        """Who waited when the visit ended."""

    def print_document(
        self, key: str, subject: dict[str, str], document: bytes, settled: Settled
    ) -> None:
        self.documents.append((key, subject, document))
        self.waiting[key] = settled

    def print_slip(self, key: str, number: str, slip: Slip, settled: Settled) -> None:
        self.slips.append((key, number, slip))
        self.waiting[key] = settled

    def forget(self) -> None:
        self.told_late += self.waiting.values()
        self.waiting.clear()


Told = Callable[[PaymentOffered | PaymentKnown | Failed], None]


class Till:
    """Remembers who asked it for what; tells when the test says so."""

    def __init__(self) -> None:
        self.begun: list[tuple[OrderFacts, Means]] = []
        self.asked: list[tuple[str, str]] = []
        self.waiting: list[Told] = []
        self.forgotten = 0

    def begin(self, order: OrderFacts, means: Means, told: Told) -> None:
        self.begun.append((order, means))
        self.waiting.append(told)

    def wait(self, attempt: str, told: Told) -> None:
        self.asked.append(("wait", attempt))
        self.waiting.append(told)

    def close(self, attempt: str, told: Told) -> None:
        self.asked.append(("close", attempt))
        self.waiting.append(told)

    def forget(self) -> None:
        self.forgotten += 1

    def tells(self, payment: PaymentFacts) -> None:
        """Everybody who ever waited, even those whom a settlement would have forgotten."""
        for told in self.waiting:
            told(PaymentKnown(payment))


class Pages(Plates):
    """Documents have so many pages."""

    count = 2

    def call(
        self, header: dict[str, object], *payloads: bytes
    ) -> tuple[dict[str, object], list[bytes]]:
        told, drawn = super().call(header, *payloads)
        return {**told, "page_count": self.count}, drawn


class HandErrands:
    """Errands that wait until the test runs them."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def run(self, errand: Callable[[], None]) -> None:
        self.waiting.append(errand)

    def work(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


@dataclass
class Records:
    """What the performer gave to the outside, by outlet."""

    kept: list[tuple[str, dict[str, object]]] = field(
        default_factory=list[tuple[str, dict[str, object]]]
    )
    timers: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])
    timers_gone: list[str] = field(default_factory=list[str])
    signs: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    posted: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])


class Machine:
    """A performer among fakes. What it answers is in ``answers``."""

    def __init__(self, *fitted: str) -> None:
        self.devices = Devices()
        self.reader, self.social = HandWorker("id_card"), HandWorker(SOCIAL)
        self.camera, self.face = HandWorker("camera"), HandWorker("face")
        self.scanner = HandWorker("scanner")
        self.pages, self.errands = Pages(), HandErrands()
        self.desk = Desk(plates=self.pages)
        self.ledger, self.till = Ledger(), Till()
        self.answers: list[tuple[str, Answer]] = []
        self.out = Records()
        self.gone: list[str] = []
        self.slots = PixelSlots(lambda _: None, self.gone.append)
        self.performer = Performer(
            self._fitted(fitted or ("reader", "social", "camera", "face", "scanner")),
            self.desk.counter,
            cast("Errands", self.errands),
            Settlement(cast("Prints", self.ledger), cast("Payments", self.till)),
            self.slots,
            self._outlets(),
        )

    def _fitted(self, names: tuple[str, ...]) -> Fitted:
        device = self.devices
        parts = {
            "reader": (cast("SdtReader", device), cast("DeviceWorker", self.reader)),
            "social": (cast("PcscReader", device), cast("DeviceWorker", self.social)),
            "camera": (cast("OpencvCamera", device), cast("DeviceWorker", self.camera)),
            "face": (cast("FaceChecker", device), cast("DeviceWorker", self.face)),
            "scanner": (cast("QrScanner", device), cast("DeviceWorker", self.scanner)),
        }
        return Fitted(**{name: parts[name] for name in names if name != "none"})  # pyright: ignore[reportArgumentType] - a table of all kinds

    def _outlets(self) -> Outlets:
        out = self.out
        return Outlets(
            answer=lambda job_id, answer: self.answers.append((job_id, answer)),
            progress=lambda job_id, what, _done, _total: out.signs.append((job_id, what)),
            post=out.posted.append,
            keep=lambda kind, body: out.kept.append((kind, body)),
            set_timer=lambda name, seconds: out.timers.append((name, seconds)),
            cancel_timer=out.timers_gone.append,
            slip=lambda effect: Slip(lines=(Line(effect.slip.number),)),
        )

    def does(self, *asked: effects.Effect) -> None:
        for effect in asked:
            self.performer.perform(effect)

    def ends(self, job_id: str, outcome: Outcome, device: str = "id_card") -> None:
        self.performer.finished(JobFinished(job_id, device, outcome))

    def errands_end(self) -> None:
        """The errands' thread works, then the loop takes in what it posted."""
        self.errands.work()
        while self.out.posted:
            self.out.posted.pop(0)()

    def reads(self, read: CardRead | None = None, job_id: str = "v.0") -> None:
        self.does(effects.ReadCard(job_id))
        self.ends(job_id, Done(read or card()))

    def starts_the_check(self, job_id: str = "v.1") -> None:
        """Of a card with a photo."""
        self.reads(job_id=f"{job_id}.card")
        self.does(effects.CheckFace(job_id))
        self._looks(job_id, self.face)

    def starts_the_scan(self, job_id: str = "v.1") -> None:
        self.does(effects.ScanCode(job_id))
        self._looks(job_id, self.scanner)

    def _looks(self, job_id: str, worker: HandWorker) -> None:
        self.camera.submitted[f"{job_id}.stream"]().send(None)
        worker.submitted[job_id]().send(None)

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
