"""A visit's reading and looking devices: card readers, camera, face check, code scanner.

On the core's loop. One reading and one looking job at a time; what nobody waits for any more is
called off, and a late answer of it is dropped: it is of a visit or a step that was left.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from devices.api import Cancelled, Done, Fault, Job, JobFinished, Outcome, Status
from devices.api import Failed as DeviceFailed
from devices.camera.frames import LatestFrame
from devices.camera.opencv_camera import OpencvCamera
from devices.face.checker import FaceChecker, FaceResult
from devices.id_card.sdt_serial import CardRead, SdtReader
from devices.qr_scanner.scanner import QrScanner, QrSeen
from devices.social_card.pcsc_reader import PcscReader, SocialCardRead
from devices.worker import DeviceWorker
from kiosk.central.models import IdentityDocument
from kiosk.credentials.numbers import DocumentKind
from kiosk.journey.events import Answer, CardSeen, CodeSeen, FaceChecked, FaceOutcome, Failed, Why
from kiosk.journey.facts import CardFacts
from kiosk.journey.steps.identify import PORTRAIT_SLOT
from kiosk.journey.steps.person_check import LIVE_SLOT
from kiosk.live import LiveView
from kiosk.lying_cards import LyingCards
from kiosk.pixels import PixelSlots
from kiosk.vault import Vault

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The devices of a visit with their workers; None where none is fitted."""

    reader: tuple[SdtReader, DeviceWorker] | None = None
    social: tuple[PcscReader, DeviceWorker] | None = None
    camera: tuple[OpencvCamera, DeviceWorker] | None = None
    face: tuple[FaceChecker, DeviceWorker] | None = None
    scanner: tuple[QrScanner, DeviceWorker] | None = None


@dataclass(slots=True)
class _Reading:
    """The readers that wait for a card, by device: the first card counts."""

    job_id: str = ""
    workers: dict[str, DeviceWorker] = field(default_factory=dict[str, DeviceWorker])


@dataclass(frozen=True, slots=True)
class _Looking:
    """Who looks at the camera's pictures now, and the camera."""

    camera: DeviceWorker
    looker: DeviceWorker


class Senses:
    """``vault`` gives the visit's; ``answer`` takes what the journey is told."""

    def __init__(
        self,
        fitted: Fitted,
        slots: PixelSlots,
        vault: Callable[[], Vault],
        answer: Callable[[str, Answer], None],
        *,
        face_give_up_s: float,
    ) -> None:
        self._fitted = fitted
        self._slots = slots
        self._vault = vault
        self._answer = answer
        self._face_give_up_s = face_give_up_s
        self._reading = _Reading()
        self._looking: _Looking | None = None
        self._lying = LyingCards()
        self._live = LiveView(slots, LIVE_SLOT)

    def read_card(self, job_id: str) -> None:
        """Wait for a card on any reader."""
        self._stop_reading()
        self._slots.remove(PORTRAIT_SLOT)
        if not self._readers():
            self._answer(job_id, Failed(Why.DEVICE, Fault.DISCONNECTED.code))
            return
        self._reading = _Reading(job_id)
        for reader, worker in self._readers():
            self._join(reader, worker)

    def seen(self, status: Status) -> None:
        """A device's status. A reader that is empty, or well again, takes part in the wait."""
        for reader, worker in self._readers():
            if worker.device_id == status.device_id:
                self._lying.seen(status)
                if status.ready and self._reading.job_id:
                    self._join(reader, worker)

    def check_face(self, job_id: str) -> None:
        """Challenge, then match with the card's photo. Without one the lens stays shut."""
        reference = self._vault().portrait_png
        if self._fitted.face is None:
            self._answer(job_id, Failed(Why.DEVICE, Fault.DISCONNECTED.code))
            return
        if not reference:
            self._answer(job_id, FaceChecked(FaceOutcome.NO_REFERENCE))
            return
        checker, worker = self._fitted.face
        patience = self._face_give_up_s
        self._look(job_id, worker, lambda f: checker.check(reference, f, give_up_after_s=patience))

    def scan_code(self, job_id: str) -> None:
        """Look for a QR code."""
        if self._fitted.scanner is None:
            self._answer(job_id, Failed(Why.DEVICE, Fault.DISCONNECTED.code))
            return
        scanner, worker = self._fitted.scanner
        self._look(job_id, worker, lambda f: scanner.scan(f, give_up_after_s=None))

    def finished(self, event: JobFinished) -> None:
        """A job of these devices ended."""
        if not event.job_id:
            return
        if event.job_id == self._live.stream_id:
            self._stream_ended(event)
        elif event.job_id == self._reading.job_id:
            self._card_ended(event)
        elif event.job_id == self._live.job_id:
            self._stop_live()
            self._answer(event.job_id, _seen(event.outcome))

    def hung(self, device_id: str) -> None:
        """A driver does not come back: whoever waits for it is told, and may leave.

        One that nobody waits for disturbs nobody: this comes again until it is back.
        """
        silent = Failed(Why.DEVICE, Fault.SILENT.code)
        if device_id in self._reading.workers:
            self._reader_lost(device_id, silent)
        elif self._looks_through(device_id):
            self._look_failed(silent)

    def cancel(self, job_id: str) -> None:
        """Nobody waits for this job any more."""
        if job_id and job_id == self._reading.job_id:
            self._stop_reading()
        if job_id and job_id == self._live.job_id:
            self._stop_looking()

    def forget(self) -> None:
        """The visit is over: nothing is read and nothing looked at any more.

        A read that went on would take the next visitor's card and have its answer dropped.
        """
        self._stop_reading()
        self._lying.visit_ended()
        self._stop_looking()

    def _readers(self) -> tuple[tuple[SdtReader | PcscReader, DeviceWorker], ...]:
        fitted = (self._fitted.reader, self._fitted.social)
        return tuple(reader for reader in fitted if reader is not None)

    def _join(self, reader: SdtReader | PcscReader, worker: DeviceWorker) -> None:
        """Have this reader wait too, unless it does, or a card lies in it that is not wanted."""
        device_id = worker.device_id
        if device_id not in self._reading.workers and not self._lying.must_go_first(device_id):
            self._reading.workers[device_id] = worker
            worker.submit(self._reading.job_id, _reading_job(reader))

    def _card_ended(self, event: JobFinished) -> None:
        """The first card counts; a reader that fails leaves the wait to the other."""
        job_id = event.job_id
        if isinstance(event.outcome, DeviceFailed) and not _about_a_card(event.outcome.fault):
            self._reader_lost(event.device_id, _failure(event.outcome))
            return
        if isinstance(event.outcome, Cancelled):
            return
        social = self._fitted.social
        if social is not None and event.device_id == social[1].device_id:
            self._lying.dealt_with(event.device_id)
        self._stop_reading()
        self._answer(job_id, self._card_answer(event.outcome))

    def _reader_lost(self, device_id: str, failed: Failed) -> None:
        job_id = self._reading.job_id
        worker = self._reading.workers.pop(device_id, None)
        if worker is not None:
            worker.cancel(job_id)
        if not self._reading.workers:
            self._reading = _Reading()
            self._answer(job_id, failed)

    def _card_answer(self, outcome: Outcome) -> CardSeen | Failed:
        try:
            match outcome:
                case Done(value=CardRead() as read):
                    return CardSeen(self._take_card(read))
                case Done(value=SocialCardRead() as read):
                    return CardSeen(self._take_social(read))
                case _:
                    return _failure(outcome)
        except ValueError:  # a field no document has; pydantic's text quotes no value
            log.warning("a card was read that is no identity document")
            return Failed(Why.DEVICE, Fault.CARD_UNREADABLE.code)
        except OSError:  # no memory file for the portrait: whoever waits must be told all the same
            log.exception("a card could not be taken in")
            return Failed(Why.BROKEN)

    def _take_card(self, read: CardRead) -> CardFacts:
        card = read.card
        portrait = read.portrait_png or b""
        kind = DocumentKind(card.kind)
        self._keep(kind, card.number, card.name, card.valid_until, portrait)
        shown = self._live.show_portrait(PORTRAIT_SLOT, portrait)
        return CardFacts(card.kind, card.name, card.number, card.valid_until, portrait=shown)

    def _take_social(self, read: SocialCardRead) -> CardFacts:
        """It has no photo: never a face match."""
        card, kind = read.card, DocumentKind.SOCIAL_SECURITY
        self._keep(kind, card.number, card.name, card.valid_until, b"")
        return CardFacts(kind.value, card.name, card.number, card.valid_until, portrait=False)

    def _keep(
        self, kind: DocumentKind, number: str, name: str, until: date | None, portrait: bytes
    ) -> None:
        vault = self._vault()
        vault.identity = IdentityDocument(kind=kind, number=number, name=name, valid_until=until)
        vault.portrait_png = portrait

    def _look(self, job_id: str, worker: DeviceWorker, job: Callable[[LatestFrame], Job]) -> None:
        """Stream the camera's pictures to a job that looks at them, and to the glass."""
        self._stop_looking()
        if self._fitted.camera is None:
            self._answer(job_id, Failed(Why.DEVICE, Fault.DISCONNECTED.code))
            return
        camera, camera_worker = self._fitted.camera
        frames = LatestFrame()
        on_frame = self._live.start(job_id, frames)
        self._looking = _Looking(camera_worker, worker)
        camera_worker.submit(self._live.stream_id, lambda: camera.stream(frames, on_frame))
        worker.submit(job_id, lambda: job(frames))

    def _looks_through(self, device_id: str) -> bool:
        looking = self._looking
        return looking is not None and device_id in {
            looking.camera.device_id,
            looking.looker.device_id,
        }

    def _stream_ended(self, event: JobFinished) -> None:
        """The camera failed under a running job: that has nothing to look at any more."""
        if isinstance(event.outcome, DeviceFailed):
            self._look_failed(_failure(event.outcome))

    def _look_failed(self, failed: Failed) -> None:
        job_id = self._live.job_id
        self._stop_looking()
        self._answer(job_id, failed)

    def _stop_reading(self) -> None:
        """Call off every reader that waits. One that has ended already is not troubled by it."""
        reading, self._reading = self._reading, _Reading()
        for worker in reading.workers.values():
            worker.cancel(reading.job_id)

    def _stop_looking(self) -> None:
        """Call off the job that looks, and shut the lens."""
        if self._looking is not None:
            self._looking.looker.cancel(self._live.job_id)
        self._stop_live()

    def _stop_live(self) -> None:
        looking, self._looking = self._looking, None
        if looking is not None:
            looking.camera.cancel(self._live.stream_id)
        self._live.stop()


def _reading_job(reader: SdtReader | PcscReader) -> Callable[[], Job]:
    return lambda: reader.read(None)


def _about_a_card(fault: Fault) -> bool:
    return fault in {Fault.CARD_UNREADABLE, Fault.CARD_UNKNOWN_KIND, Fault.CARD_PROTECTED}


def _seen(outcome: Outcome) -> Answer:
    match outcome:
        case Done(value=FaceResult() as result):
            return FaceChecked(FaceOutcome(result.outcome), result.score_band)
        case Done(value=QrSeen(payload=payload)):
            return CodeSeen(payload)
        case Done():
            return Failed(Why.CANCELLED, "nothing_seen")
        case _:
            return _failure(outcome)


def _failure(outcome: Outcome) -> Failed:
    if isinstance(outcome, DeviceFailed):
        return Failed(Why.DEVICE, outcome.fault.code)
    return Failed(Why.CANCELLED)
