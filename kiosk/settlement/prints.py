"""Prints: intent first, outcome after.

The visit is told if it still waits; the outcome is on disk, and in the outbox for the centre,
whether it waits or not.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from devices.api import (
    Cancelled,
    DeviceError,
    Done,
    Failed,
    Fault,
    Job,
    JobFinished,
    Outcome,
    PrintOutcome,
    PrintResult,
)
from devices.receipt_printer.slip import Slip
from devices.worker import NOT_OPEN, DeviceWorker
from kiosk.central.models import NUMBER_MAX, PrintOutcomeReport
from kiosk.journey.facts import PrintFacts
from offline_cache.delivery import Record
from offline_cache.errors import CacheError
from offline_cache.intents import Intent, IntentKind, Intents

log = logging.getLogger(__name__)

ASK_AGAIN_S = 15.0
"""Between two questions about a print whose printer does not answer."""
_WORTH_ASKING = {Fault.DISCONNECTED, Fault.SILENT, Fault.GARBLED}
Settled = Callable[[PrintFacts], None]


class DocumentPrinter(Protocol):
    """The certificate printer's verbs (devices.certificate_printer)."""

    def print(
        self,
        document: bytes,
        *,
        job_name: str,
        pages: int,
        submitted: Callable[[Mapping[str, str]], None],
    ) -> Job:
        """Print; returns a PrintResult."""
        ...

    def inquire(self, job_name: str, known: Mapping[str, str], pages: int) -> Job:
        """Find out, never print; returns a PrintResult."""
        ...


class SlipPrinter(Protocol):
    """The receipt printer's verb (devices.receipt_printer)."""

    def print(self, slip: Slip) -> Job:
        """Print; returns a PrintResult."""
        ...


@dataclass(frozen=True, slots=True)
class _Waits:
    """Who is told of a print, and on which printer it is."""

    worker: DeviceWorker
    settled: Settled


class Prints:
    """Used from the core's loop. ``finished`` is called with every JobFinished of a printer."""

    def __init__(
        self,
        intents: Intents,
        *,
        now: Callable[[], datetime],
        call_later: Callable[[float, Callable[[], None]], object],
        nudge: Callable[[], None],
    ) -> None:
        self._intents = intents
        self._now = now
        self._call_later = call_later
        self._nudge = nudge
        self._waiting: dict[str, _Waits] = {}
        self._begun: set[str] = set()
        self.printed = 0
        """Papers that came out since the start, certificates and slips."""
        self._certificates: tuple[DocumentPrinter, DeviceWorker] | None = None
        self._slips: tuple[SlipPrinter, DeviceWorker] | None = None

    def fit_certificates(self, printer: DocumentPrinter, worker: DeviceWorker) -> None:
        """The certificate printer is there."""
        self._certificates = (printer, worker)

    def fit_slips(self, printer: SlipPrinter, worker: DeviceWorker) -> None:
        """The receipt printer is there."""
        self._slips = (printer, worker)

    def print_document(
        self, key: str, subject: Mapping[str, str], document: bytes, settled: Settled
    ) -> None:
        """Print a document: the intent is on disk before the printer hears of it.

        ``key``: 32 hex digits, the job's name at the printer and the outcome's idempotency key.
        ``subject``: enquiry_id, number, pages; no person.
        """
        if self._certificates is None:
            settled(PrintFacts(PrintOutcome.NOT_PRINTED, Fault.DISCONNECTED.code))
            return
        printer, worker = self._certificates
        if not self._begin(key, IntentKind.PRINT_DOCUMENT, subject, worker, settled):
            return
        worker.submit(
            key,
            lambda: printer.print(
                document,
                job_name=key,
                pages=int(subject["pages"]),
                submitted=lambda facts: self._note(key, facts),
            ),
        )

    def print_slip(self, key: str, number: str, slip: Slip, settled: Settled) -> None:
        """Print a slip; of value to nobody else, so its outcome stays on this machine."""
        if self._slips is None:
            settled(PrintFacts(PrintOutcome.NOT_PRINTED, Fault.DISCONNECTED.code))
            return
        printer, worker = self._slips
        if not self._begin(key, IntentKind.PRINT_SLIP, {"number": number}, worker, settled):
            return
        worker.submit(key, lambda: printer.print(slip))

    def forget(self) -> None:
        """The visit is over: outcomes still go to disk and to the centre, but to no page."""
        self._waiting.clear()

    def hung(self, device_id: str) -> None:
        """A printer's driver does not come back: unknown for who waits, and still open here.

        What is queued or under way is called off, so that no paper comes out to nobody later.
        """
        hung = [key for key, waits in self._waiting.items() if waits.worker.device_id == device_id]
        for key in hung:
            waits = self._waiting.pop(key)
            waits.worker.cancel(key)
            waits.settled(PrintFacts(PrintOutcome.UNKNOWN, Fault.SILENT.code))

    def recover(self) -> None:
        """After a start: ask the printer about every print that was begun and not settled.

        A slip printer remembers nothing, so a slip under way at the crash stays unknown. While the
        disk refuses it is tried again; what has begun meanwhile is none of it.
        """
        try:
            before = [i for i in self._intents.open_intents() if i.key not in self._begun]
            for intent in before:
                if intent.kind == IntentKind.PRINT_SLIP:
                    self._intents.settle(intent.key, PrintOutcome.UNKNOWN, {"reason": "restart"})
        except CacheError as exc:
            log.error("prints not recovered now: %s", type(exc).__name__)  # noqa: TRY400 - the disk, not a bug
            self._call_later(ASK_AGAIN_S, self.recover)
            return
        for intent in before:
            if intent.kind == IntentKind.PRINT_DOCUMENT:
                self._inquire(intent.key)

    def finished(self, event: JobFinished) -> None:
        """A printer's job has ended: settle its intent, tell who waits.

        Whoever waits is told even when the disk refuses; the outcome is then written later.
        """
        waits = self._waiting.pop(event.job_id, None)
        try:
            result = self._take_in(event)
            self._begun.discard(event.job_id)
        except CacheError as exc:
            log.error("print %s can't be settled now: %s", event.job_id, type(exc).__name__)  # noqa: TRY400 - the disk, not a bug
            self._call_later(ASK_AGAIN_S, lambda: self.finished(event))
            result = _result(event.outcome, begun_at_printer=True)
        if waits is not None and result is not None:
            waits.settled(PrintFacts(result.outcome, result.fault.code if result.fault else ""))

    def _begin(
        self,
        key: str,
        kind: IntentKind,
        subject: Mapping[str, str],
        worker: DeviceWorker,
        settled: Settled,
    ) -> bool:
        """Write the intent down. False, and ``settled`` is told, when the act must not start."""
        try:
            new = self._intents.begin(key, kind, subject)
        except CacheError as exc:
            log.error("print %s not begun: %s", key, type(exc).__name__)  # noqa: TRY400 - as above
            settled(PrintFacts(PrintOutcome.NOT_PRINTED, Fault.HARDWARE.code))
            return False
        if new:
            self._begun.add(key)
            self._waiting[key] = _Waits(worker, settled)
        else:
            settled(PrintFacts(PrintOutcome.UNKNOWN))
        return new

    def _note(self, key: str, facts: Mapping[str, str]) -> None:
        """On the printer's thread. What can't be written down stops the print: no byte follows.

        The fault is one after which the printer is asked what came of it.
        """
        try:
            self._intents.note(key, facts)
        except CacheError:
            raise DeviceError(Fault.SILENT, "the store takes no note") from None

    def _take_in(self, event: JobFinished) -> PrintResult | None:
        """Write down what the job's end says; None when it says nothing new."""
        intent = self._intents.get(event.job_id)
        if intent is None or intent.outcome is not None:
            return None
        result = _result(event.outcome, begun_at_printer=bool(intent.facts))
        if _may_still_be_learned(intent, result, event.outcome):
            self._call_later(ASK_AGAIN_S, lambda: self._inquire(intent.key))
        else:
            self._settle(intent, result)
        return result

    def _inquire(self, key: str) -> None:
        if self._certificates is None:
            return
        printer, worker = self._certificates
        try:
            known = self._intents.get(key)
        except CacheError:
            self._call_later(ASK_AGAIN_S, lambda: self._inquire(key))
            return
        if known is not None and known.outcome is None:
            pages = int(known.subject["pages"])
            worker.submit(key, lambda: printer.inquire(key, known.facts, pages))

    def _settle(self, intent: Intent, result: PrintResult) -> None:
        report = () if intent.kind != IntentKind.PRINT_DOCUMENT else (self._report(intent, result),)
        self._intents.settle(intent.key, result.outcome.value, result.evidence, report)
        self.printed += result.outcome is PrintOutcome.PRINTED
        log.info("print %s: %s", intent.key, result.outcome)
        self._nudge()

    def _report(self, intent: Intent, result: PrintResult) -> Record:
        sheets = result.evidence.get("impressions", "")
        body = PrintOutcomeReport(
            enquiry_id=intent.subject.get("enquiry_id"),
            number=intent.subject["number"][:NUMBER_MAX],
            job_name=intent.key,
            outcome=result.outcome.value,
            sheets=int(sheets) if sheets.isdecimal() else None,
            at=self._now(),
        )
        content = json.dumps(body.model_dump(mode="json"), ensure_ascii=False).encode()
        return Record(intent.key, f"print-{intent.key}", "print_outcome", content)


def _result(outcome: Outcome, *, begun_at_printer: bool) -> PrintResult:
    """What a job's end says of the paper. Only what surely never began is NOT_PRINTED."""
    match outcome:
        case Done(value=PrintResult() as result):
            return result
        case Cancelled(progress=None) if not begun_at_printer:
            return PrintResult(PrintOutcome.NOT_PRINTED)
        case Cancelled():  # says nothing of the paper: the printer is asked
            return PrintResult(PrintOutcome.UNKNOWN, Fault.SILENT)
        case _:
            fault = getattr(outcome, "fault", None)
            began = getattr(outcome, "progress", None) is not None or begun_at_printer
            crashed = fault is Fault.DRIVER_CRASHED  # who knows where
            known = PrintOutcome.UNKNOWN if began or crashed else PrintOutcome.NOT_PRINTED
            return PrintResult(known, fault if isinstance(fault, Fault) else None)


def _may_still_be_learned(intent: Intent, result: PrintResult, outcome: Outcome) -> bool:
    """A printer that is away may answer later; until then the intent stays open."""
    never_asked = isinstance(outcome, Failed) and outcome.detail == NOT_OPEN
    return (
        intent.kind == IntentKind.PRINT_DOCUMENT
        and result.outcome is PrintOutcome.UNKNOWN
        and (never_asked or result.fault in _WORTH_ASKING)
    )
