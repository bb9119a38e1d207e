"""Composition root: builds and connects everything; the only file that knows all parts."""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from devices.api import (
    DeviceEvent,
    Fault,
    JobFinished,
    JobProgressed,
    Link,
    Status,
    StatusChanged,
)
from devices.receipt_printer.slip import Slip
from kiosk import text
from kiosk.central.client import CentralClient
from kiosk.central.enrolment import Enrolment
from kiosk.central.identity import EvidenceSigner
from kiosk.central.models import Heartbeat
from kiosk.central.tripwire import Tripwire
from kiosk.central.watch import CentreWatch
from kiosk.city_time import CityClock
from kiosk.config import SCREEN_SOCKET, Config
from kiosk.counter.base import failed
from kiosk.counter.desk import Counter
from kiosk.errands import Errands
from kiosk.fittings import fit, vendor_host
from kiosk.joining import Joining, patience
from kiosk.journey import steps
from kiosk.journey.effects import PrintSlip
from kiosk.journey.events import Answer, Failed, Why
from kiosk.link import ScreenLink
from kiosk.loop import Loop
from kiosk.offline_check import offline_check
from kiosk.papers.pages import PageRenderer
from kiosk.papers.signature import picture
from kiosk.papers.slips import visit_slip
from kiosk.performer import Outlets, Performer, Settlement
from kiosk.pixels import PixelSlots
from kiosk.post import Post
from kiosk.settlement.payments import Payments
from kiosk.settlement.prints import Prints
from kiosk.status import Report, StatusSocket
from kiosk.supervisor import Supervisor
from kiosk.visits import Visits
from offline_cache.errors import CacheError
from offline_cache.intents import Intents
from offline_cache.keys import load_or_create_key
from offline_cache.payments import PaymentBook
from offline_cache.snapshot import Snapshots
from offline_cache.store import Store

log = logging.getLogger(__name__)

VERSION = "0.1.0"
VISIT_MARK = "visit.open"
"""Exists while somebody is at it: found at a start, it says that a visit was cut short."""
WARM_AFTER_S = 3.0
LOOK_S = 5.0
DAY_S = 86_400.0
KEPT_DAYS = 90
PRINTERS = frozenset({"certificate_printer", "receipt_printer"})
PAD = "payment_pad"


class Core:
    """One machine. ``run`` blocks until ``stop``."""

    def __init__(self, config: Config) -> None:
        self._config = config
        terminal = config.terminal
        for directory in (terminal.state_dir, terminal.runtime_dir):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._loop = Loop()
        self._store = Store(
            terminal.state_dir / "kiosk.db", load_or_create_key(terminal.state_dir / "store.key")
        )
        if self._store.recovered_from_damage:
            log.error("the store was damaged: %s; see docs/operations.md", self._store.recovery)
        self._intents = Intents(self._store, time.time)
        self._payment_book = PaymentBook(self._store, time.time)
        self._snapshots = Snapshots(self._store, time.time)
        self._client: CentralClient | None = None
        self._clock = CityClock(lambda: self._client.clock_offset_s if self._client else None)
        self._post = Post(self._store, self._clock.now)
        self._errands = Errands()
        self._fittings = fit(config.devices, lambda e: self._loop.post(lambda: self._device(e)))
        self._supervisor = Supervisor(self._fittings.workers.keys())
        self._link = ScreenLink(
            terminal.runtime_dir / SCREEN_SOCKET,
            connected=lambda: self._loop.post(self._screen_connected),
            intent=lambda seq, i: self._loop.post(lambda: self._visits.intent(seq, i)),
        )
        self._slots = PixelSlots(self._link.lend, self._link.take_back)
        self._payment_errands = Errands("payments")
        self._settlement = self._build_settlement()
        self._visits = self._build_visits()
        self._renderer_host = vendor_host("pdf_pages")
        self._status = StatusSocket(terminal.runtime_dir, self._report)
        self._performer: Performer | None = None
        self._counter: Counter | None = None
        self._watch: CentreWatch | None = None
        self._tripwire: Tripwire | None = None
        self._joining = Joining(
            config.central,
            terminal.state_dir / "identity",
            lambda who, signer: self._loop.post(partial(self._meet_centre, who, signer)),
        )
        self._warmed = False

    def run(self) -> None:
        """Start everything, then decide until ``stop``."""
        self._fit_settlement()
        if self._mark.exists():
            self._visits.interrupted()
            self._mark_visit(False)  # noqa: FBT003 - a callback's one argument
        self._errands.start()
        self._payment_errands.start()
        self._fittings.start()
        self._link.start()
        self._status.start()
        self._loop.call_later(WARM_AFTER_S, self._warm)
        self._loop.call_later(LOOK_S, self._look_around)
        self._housekeep()
        self._joining.start()
        self._settlement.prints.recover()
        self._settlement.payments.recover()
        try:
            self._loop.run()
        finally:
            self._shut_down()

    def stop(self) -> None:
        """End ``run``; safe from a signal handler and from any thread."""
        self._loop.stop()

    @property
    def _mark(self) -> Path:
        return self._config.terminal.state_dir / VISIT_MARK

    def _build_settlement(self) -> Settlement:
        call_later, now = self._loop.call_later, self._clock.now
        prints = Prints(self._intents, now=now, call_later=call_later, nudge=self._post.nudge)
        payments = Payments(
            self._payment_book,
            errand=self._payment_errands.run,
            post=self._loop.post,
            call_later=call_later,
            now=now,
            nudge=self._post.nudge,
            failed=failed,
        )
        return Settlement(prints, payments)

    def _fit_settlement(self) -> None:
        if self._fittings.certificates:
            self._settlement.prints.fit_certificates(*self._fittings.certificates)
        if self._fittings.slips:
            self._settlement.prints.fit_slips(*self._fittings.slips)
        if self._fittings.pad:
            self._settlement.payments.fit_pad(*self._fittings.pad)

    def _build_visits(self) -> Visits:
        return Visits(
            dict(steps.ALL),
            self._supervisor,
            self._link,
            self._loop,
            self._clock,
            times=self._config.visit,
            first_paint=self._warm,
            occupied=self._mark_visit,
        )

    def _mark_visit(self, occupied: bool) -> None:  # noqa: FBT001 - a callback's one argument
        try:
            if occupied:
                self._mark.touch()
            else:
                self._mark.unlink(missing_ok=True)
        except OSError as exc:  # a full disk must not keep anybody from a visit
            log.warning("the visit's mark: %s", exc.strerror)

    def _meet_centre(self, enrolment: Enrolment, signer: EvidenceSigner) -> None:
        """Everything that needs the centre's certificate, built on the loop's thread."""
        central = self._config.central
        client = CentralClient(
            central.url,
            central.ca_file,
            enrolment.certificate_file,
            enrolment.key_file,
            patience=patience(central),
        )
        self._client = client
        self._counter = Counter(
            client,
            signer,
            PageRenderer(self._renderer_host),
            self._clock,
            lambda: self._visits.documents.trust,
            picture=picture,
            offline_check=lambda text: offline_check(text, self._visits.documents),
            catalogue_version=lambda: self._visits.catalogue_version,
        )
        self._settlement.payments.fit_centre(client)
        self._performer = Performer(
            self._fittings.fitted,
            self._counter,
            self._errands,
            self._settlement,
            self._slots,
            self._outlets(),
            face_give_up_s=self._config.devices.face.give_up_s if self._config.devices.face else 60,
        )
        self._visits.perform = self._performer.perform
        self._watch = CentreWatch(
            client,
            self._snapshots,
            Ed25519PublicKey.from_public_bytes(base64.b64decode(central.document_key)),
            now=self._clock.now,
            heartbeat=self._heartbeat,
            line=lambda up: self._loop.post(lambda: self._line(up=up)),
            documents=lambda d: self._loop.post(lambda: self._visits.take_documents(d)),
            interval_s=central.heartbeat_s,
        )
        self._watch.start()
        self._tripwire = Tripwire(
            central.url, self._watch.look_now, connect_timeout_s=central.connect_timeout_s
        )
        self._tripwire.start()
        self._post.begin(client)

    def _outlets(self) -> Outlets:
        return Outlets(
            answer=self._answer,
            progress=self._visits.progress,
            post=self._loop.post,
            keep=self._post.keep,
            set_timer=self._visits.set_timer,
            cancel_timer=self._visits.cancel_timer,
            slip=self._slip,
        )

    def _answer(self, job_id: str, answer: Answer) -> None:
        """A visit's call that failed says more of the line than the last heartbeat."""
        lost = isinstance(answer, Failed) and answer.why in {Why.UNREACHABLE, Why.UNBELIEVABLE}
        if lost and self._watch is not None:
            self._watch.look_now()
        self._visits.answer(job_id, answer)

    def _device(self, event: DeviceEvent) -> None:
        """A worker's event, on the loop's thread."""
        match event:
            case StatusChanged(status=status):
                self._seen(status)
            case JobFinished(device_id=name) if name in PRINTERS:
                self._settlement.prints.finished(event)
            case JobFinished(device_id=name) if name == PAD:
                self._settlement.payments.finished(event)
            case JobFinished() if self._performer is not None:
                self._performer.finished(event)
            case JobProgressed() if self._performer is not None:
                self._performer.progressed(event)
            case _:
                pass

    def _seen(self, status: Status) -> None:
        """A device's status; one that was known already changes and logs nothing."""
        if self._supervisor.saw(status):
            log.info("%s: %s %s", status.device_id, status.link, status.fault or "")
            self._visits.offer_changed()
        self._settlement.payments.seen(status)
        if self._performer is not None:
            self._performer.seen(status)

    def _look_around(self) -> None:
        """Find drivers that hang, and readers that are well again though they gave up a wait."""
        self._loop.call_later(LOOK_S, self._look_around)
        self._look_for_hangs()
        for status in self._supervisor.statuses():
            if self._performer is not None:
                self._performer.seen(status)

    def _look_for_hangs(self) -> None:
        """A driver that does not come back holds its thread, but neither the menu nor a visitor."""
        for name in self._fittings.hung():
            self._device(StatusChanged(Status(name, Link.UNKNOWN, fault=Fault.SILENT)))
            if name in PRINTERS:
                self._settlement.prints.hung(name)
            elif name == PAD:
                self._settlement.payments.hung(name)
            elif self._performer is not None:
                self._performer.hung(name)

    def _housekeep(self) -> None:
        """Each day, forget what was settled and delivered long ago."""
        self._loop.call_later(DAY_S, self._housekeep)
        before = time.time() - KEPT_DAYS * DAY_S
        try:
            self._post.forget(before)
            self._intents.forget_settled(before)
            self._payment_book.forget_final(before)
        except CacheError as exc:  # a full disk must not keep the machine from starting
            log.error("nothing forgotten today: %s", type(exc).__name__)  # noqa: TRY400 - the disk, not a bug

    def _line(self, *, up: bool) -> None:
        if self._supervisor.line(up=up):
            log.info("the centre %s", "answers" if up else "does not answer")
            self._visits.offer_changed()
            self._post.nudge()
            if up and self._client is not None:  # open payments are asked about now, not later
                self._settlement.payments.fit_centre(self._client)

    def _screen_connected(self) -> None:
        tables = {lang: dict(table) for lang, table in text.tables().items()}
        self._link.hello(tables)
        for slot in self._slots.current():
            self._link.lend(slot)
        self._visits.redraw()

    def _warm(self) -> None:
        """Load the face models: after the first page is on the glass, or after a while."""
        face = self._fittings.fitted.face
        if face is not None and not self._warmed:
            self._warmed = True
            face[1].submit("warm", face[0].warm)

    def _slip(self, effect: PrintSlip) -> Slip:
        configuration = self._visits.documents.configuration
        language = self._visits.preferences.language
        return visit_slip(effect.slip, configuration, self._clock.now(), language)

    def _heartbeat(self) -> Heartbeat:
        """On the watch's thread: reads what the loop writes, each a single reference."""
        return Heartbeat(
            at=self._clock.now(),
            versions={"kiosk": VERSION},
            devices=self._supervisor.reports(),
            queue_depth=self._post.pending(),
        )

    def _report(self) -> Report:
        return {
            "version": VERSION,
            "line_up": self._supervisor.line_up,
            "devices": [report.model_dump() for report in self._supervisor.reports()],
            "in_visit": self._visits.in_visit,
            "visits_ended": self._visits.visits_ended,
            "encodes": self._fittings.encodes(),
            "seal_checks": self._counter.seal_checks if self._counter else 0,
            "prints": self._settlement.prints.printed,
            "payments": self._settlement.payments.paid_count,
            "open_payments": self._settlement.payments.unknown_count,
            "outbox_pending": self._post.pending(),
            "refused_records": self._post.refused(),
            "open_intents": len(self._intents.open_intents()),
            "unknown_prints": len(self._intents.settled_unknown()),
            "hidden_services": {code: list(why) for code, why in self._visits.defects.items()},
            "refused_documents": dict(self._visits.documents.refused),
            "store_damaged": self._store.recovered_from_damage,
        }

    def _shut_down(self) -> None:
        stops: list[Callable[[], object]] = [
            self._joining.stop,
            self._link.stop,
            self._status.stop,
            self._slots.wipe,
            self._fittings.stop,
            self._renderer_host.close,
            self._errands.stop,
            self._payment_errands.stop,
            self._post.stop,
        ]
        if self._tripwire is not None:
            stops.append(self._tripwire.stop)
        if self._watch is not None:
            stops.append(self._watch.stop)
        for stop in (*stops, self._store.close):
            try:
                stop()
            except Exception:
                log.exception("a part did not stop cleanly")
