"""Carries the journey's effects out; answers come back as events bearing the job id.

On the core's loop. Devices answer through ``finished`` and ``progressed``; the centre's answers
come from the errands' thread and are posted to the loop. What is personal lives in the vault.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, assert_never

from devices.api import Done, Fault, JobFinished, JobProgressed, Outcome
from devices.api import Failed as DeviceFailed
from devices.camera.frames import LatestFrame
from devices.camera.opencv_camera import OpencvCamera
from devices.face.checker import FaceChecker, FaceResult
from devices.id_card.sdt_serial import CardRead, SdtReader
from devices.receipt_printer.slip import Slip
from devices.worker import DeviceWorker
from kiosk.central.models import IdentityDocument
from kiosk.counter import Counter, Fetched
from kiosk.credentials.numbers import DocumentKind
from kiosk.errands import Errands
from kiosk.journey import effects
from kiosk.journey.effects import Effect
from kiosk.journey.events import (
    Answer,
    CardSeen,
    DocumentReady,
    FaceChecked,
    FaceOutcome,
    Failed,
    Printed,
    Why,
)
from kiosk.journey.facts import CardFacts, DocumentFacts, PrintFacts
from kiosk.journey.steps.identify import PORTRAIT_SLOT
from kiosk.journey.steps.person_check import LIVE_SLOT
from kiosk.live import LiveView
from kiosk.pixels import PixelSlots
from kiosk.settlement import Settlement
from kiosk.vault import Vault

log = logging.getLogger(__name__)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Fitted:
    """The devices of a visit with their workers; None where none is fitted."""

    reader: tuple[SdtReader, DeviceWorker] | None = None
    camera: tuple[OpencvCamera, DeviceWorker] | None = None
    face: tuple[FaceChecker, DeviceWorker] | None = None


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where a performer's answers and records go. All on the core's loop."""

    answer: Callable[[str, Answer], None]
    progress: Callable[[str, str, int, int], None]
    post: Callable[[Callable[[], None]], None]
    keep: Callable[[str, dict[str, object]], None]
    set_timer: Callable[[str, float], None]
    cancel_timer: Callable[[str], None]
    slip: Callable[[effects.PrintSlip], Slip]


class Performer:
    """One visit at a time; ``wipe`` ends it."""

    def __init__(
        self,
        fitted: Fitted,
        counter: Counter,
        errands: Errands,
        settlement: Settlement,
        slots: PixelSlots,
        outlets: Outlets,
        *,
        face_give_up_s: float = 60.0,
    ) -> None:
        self._fitted = fitted
        self._counter = counter
        self._errands = errands
        self._settlement = settlement
        self._slots = slots
        self._out = outlets
        self._face_give_up_s = face_give_up_s
        self._vault = Vault()
        self._printing: dict[str, str] = {}
        self._reading = ""
        self._unwanted: set[str] = set()
        self._live = LiveView(slots, LIVE_SLOT)

    def perform(self, effect: Effect) -> None:
        """Start one effect."""
        match effect:
            case effects.ReadCard():
                self._read_card(effect)
            case effects.CheckFace():
                self._check_face(effect)
            case effects.SendCode():
                identity = self._vault.identity
                self._at_counter(
                    effect.job_id, lambda v: self._counter.send_code(v, identity, effect)
                )
            case effects.OpenSession():
                identity = self._vault.identity
                self._at_counter(
                    effect.job_id, lambda v: self._counter.open_session(v, identity, effect)
                )
            case effects.FindHousing():
                self._at_counter(effect.job_id, lambda v: self._counter.find_housing(v, effect))
            case effects.FetchDocument():
                self._fetch(effect)
            case effects.PrintDocument() | effects.PrintSlip():
                self._print(effect)
            case effects.Cancel():
                self._cancel(effect.job_id)
            case effects.Keep():
                self._out.keep(effect.kind, effect.body)
            case effects.SetTimer():
                self._out.set_timer(effect.name, effect.seconds)
            case effects.CancelTimer():
                self._out.cancel_timer(effect.name)
            case effects.WipeVisit():
                self.wipe()
            case _:
                assert_never(effect)

    def progressed(self, event: JobProgressed) -> None:
        """A device's job gave a sign. A printer's job bears its intent's key."""
        progress = event.progress
        job_id = self._printing.get(event.job_id, event.job_id)
        self._out.progress(job_id, progress.what, progress.done, progress.total)

    def finished(self, event: JobFinished) -> None:
        """A device's job ended; printers' jobs go to settlement, not here.

        Only the card and the check that are waited for count: a late one is of a visit or a step
        that was left, and must neither fill this visitor's vault nor stop the live view.
        """
        if not event.job_id:
            return
        if event.job_id == self._live.stream_id:
            self._stream_ended(event)
        elif event.job_id == self._reading:
            self._reading = ""
            self._out.answer(event.job_id, self._card_answer(event.outcome))
        elif event.job_id == self._live.job_id:
            self._stop_live()
            self._out.answer(event.job_id, _face_answer(event.outcome))

    def hung(self, device_id: str) -> None:
        """A driver does not come back: whoever waits for it is told, and may leave."""
        silent = Failed(Why.DEVICE, Fault.SILENT.code)
        job_id = ""
        if device_id == "id_card":
            job_id = self._reading
        elif device_id in {"camera", "face"}:
            job_id = self._live.job_id
        if job_id:
            self._cancel(job_id)
            self._out.answer(job_id, silent)

    def wipe(self) -> None:
        """Forget the visitor: vault, slots, live view; the centre's session is closed."""
        self._stop_live()
        if session_id := self._vault.close():
            self._errands.run(lambda: self._counter.close_session(session_id))
        self._vault = Vault()
        self._printing = {}
        self._reading = ""
        self._unwanted = set()
        self._settlement.forget()
        self._slots.wipe()

    def _read_card(self, effect: effects.ReadCard) -> None:
        if self._fitted.reader is None:
            self._out.answer(effect.job_id, Failed(Why.DEVICE, "disconnected"))
            return
        self._slots.remove(PORTRAIT_SLOT)
        self._reading = effect.job_id
        reader, worker = self._fitted.reader
        worker.submit(effect.job_id, lambda: reader.read(None))

    def _card_answer(self, outcome: Outcome) -> CardSeen | Failed:
        match outcome:
            case Done(value=CardRead() as read):
                try:
                    return CardSeen(self._take_card(read))
                except ValueError:  # a field no document has; pydantic's text quotes no value
                    log.warning("a card was read that is no identity document")
                    return Failed(Why.DEVICE, Fault.CARD_UNREADABLE.code)
            case _:
                return _device_failure(outcome)

    def _take_card(self, read: CardRead) -> CardFacts:
        card = read.card
        self._vault.identity = IdentityDocument(
            kind=DocumentKind(card.kind),
            number=card.number,
            name=card.name,
            valid_until=card.valid_until,
        )
        self._vault.portrait_png = read.portrait_png or b""
        shown = self._live.show_portrait(PORTRAIT_SLOT, self._vault.portrait_png)
        return CardFacts(card.kind, card.name, card.number, card.valid_until, portrait=shown)

    def _check_face(self, effect: effects.CheckFace) -> None:
        if self._fitted.camera is None or self._fitted.face is None:
            self._out.answer(effect.job_id, Failed(Why.DEVICE, "disconnected"))
            return
        camera, camera_worker = self._fitted.camera
        checker, face_worker = self._fitted.face
        frames, reference = LatestFrame(), self._vault.portrait_png
        on_frame = self._live.start(effect.job_id, frames)
        camera_worker.submit(self._live.stream_id, lambda: camera.stream(frames, on_frame))
        face_worker.submit(
            effect.job_id,
            lambda: checker.check(reference, frames, give_up_after_s=self._face_give_up_s),
        )

    def _stream_ended(self, event: JobFinished) -> None:
        """The camera failed under a running check: the check has nothing to look at any more."""
        job_id = self._live.job_id
        if isinstance(event.outcome, DeviceFailed) and job_id and self._fitted.face is not None:
            self._fitted.face[1].cancel(job_id)
            self._stop_live()
            self._out.answer(job_id, _device_failure(event.outcome))

    def _stop_live(self) -> None:
        stream = self._live.stop()
        if stream and self._fitted.camera is not None:
            self._fitted.camera[1].cancel(stream)

    def _cancel(self, job_id: str) -> None:
        self._unwanted.add(job_id)
        if job_id == self._reading:
            self._reading = ""
        for fitted in (self._fitted.reader, self._fitted.face):
            if fitted is not None:
                fitted[1].cancel(job_id)
        if self._live.job_id == job_id:
            self._stop_live()

    def _at_counter(self, job_id: str, ask: Callable[[Vault], Answer]) -> None:
        """Ask the centre, unless nobody waits any more; so it is with the answer."""
        vault, unwanted = self._vault, self._unwanted

        def errand() -> None:
            if vault.closed or job_id in unwanted:
                return
            answer = _safely(lambda: ask(vault))
            self._out.post(lambda: None if vault.closed else self._out.answer(job_id, answer))

        self._errands.run(errand)

    def _fetch(self, effect: effects.FetchDocument) -> None:
        vault, unwanted = self._vault, self._unwanted

        def errand() -> None:
            if vault.closed or effect.job_id in unwanted:
                return
            fetched = _safely(lambda: self._counter.fetch_document(vault, effect))
            self._out.post(lambda: None if vault.closed else self._fetched(effect.job_id, fetched))

        self._errands.run(errand)

    def _fetched(self, job_id: str, fetched: Fetched | Answer) -> None:
        if job_id in self._unwanted:
            return  # its step was left: no slots for a document that is not shown
        if not isinstance(fetched, Fetched):
            self._out.answer(job_id, fetched)
            return
        names: list[str] = []
        for number, page in enumerate(fetched.pages, 1):
            slot = self._slots.create(f"page-{number}", page.width, page.height)
            self._slots.put(slot, page.width, page.height, 0.0, page.rgb)
            names.append(slot.name)
        facts = DocumentFacts(tuple(names), fetched.sealed_by, fetched.sealed_on)
        self._out.answer(job_id, DocumentReady(facts))

    def _print(self, effect: effects.PrintDocument | effects.PrintSlip) -> None:
        def settled(result: PrintFacts) -> None:
            self._out.answer(effect.job_id, Printed(result))

        key = self._vault.key(effect.job_id)
        self._printing = {key: effect.job_id}
        if isinstance(effect, effects.PrintSlip):
            slip = self._out.slip(effect)
            self._settlement.print_slip(key, effect.number, slip, settled)
            return
        subject = {
            "enquiry_id": effect.enquiry_id,
            "number": effect.number,
            "pages": str(self._vault.pages),
        }
        self._settlement.print_document(key, subject, bytes(self._vault.pdf), settled)


def _face_answer(outcome: Outcome) -> FaceChecked | Failed:
    match outcome:
        case Done(value=FaceResult() as result):
            return FaceChecked(FaceOutcome(result.outcome), result.score_band)
        case _:
            return _device_failure(outcome)


def _device_failure(outcome: Outcome) -> Failed:
    if isinstance(outcome, DeviceFailed):
        return Failed(Why.DEVICE, outcome.fault.code)
    return Failed(Why.CANCELLED)


def _safely(ask: Callable[[], Result]) -> Result | Failed:
    try:
        return ask()
    except Exception:
        log.exception("an errand of the visit failed")
        return Failed(Why.BROKEN)
