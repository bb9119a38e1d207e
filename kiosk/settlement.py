"""Every irreversible act: intent first, outcome after, across visits and restarts.

Now prints; charges, bindings and kept cards come the same way. The visit is told if it still
waits; the outcome is on disk, and in the outbox for the centre, whether it waits or not.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from devices.api import (
    Cancelled,
    Done,
    Fault,
    Job,
    JobFinished,
    Outcome,
    PrintOutcome,
    PrintResult,
)
from devices.receipt_printer.slip import Slip
from devices.worker import DeviceWorker
from kiosk.central.models import PrintOutcomeReport
from kiosk.journey.facts import PrintFacts
from offline_cache.delivery import Record
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


class Settlement:
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
        self._waiting: dict[str, Settled] = {}
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
        self._intents.begin(key, IntentKind.PRINT_DOCUMENT, subject)
        self._waiting[key] = settled
        worker.submit(
            key,
            lambda: printer.print(
                document,
                job_name=key,
                pages=int(subject["pages"]),
                submitted=lambda facts: self._intents.note(key, facts),
            ),
        )

    def print_slip(self, key: str, number: str, slip: Slip, settled: Settled) -> None:
        """Print a slip; of value to nobody else, so its outcome stays on this machine."""
        if self._slips is None:
            settled(PrintFacts(PrintOutcome.NOT_PRINTED, Fault.DISCONNECTED.code))
            return
        printer, worker = self._slips
        self._intents.begin(key, IntentKind.PRINT_SLIP, {"number": number})
        self._waiting[key] = settled
        worker.submit(key, lambda: printer.print(slip))

    def forget(self) -> None:
        """The visit is over: outcomes still go to disk and to the centre, but to no page."""
        self._waiting.clear()

    def recover(self) -> None:
        """After a start: ask the printer about every print that was begun and not settled.

        A slip printer remembers nothing, so a slip under way at the crash stays unknown.
        """
        for intent in self._intents.open_intents(IntentKind.PRINT_SLIP):
            self._intents.settle(intent.key, PrintOutcome.UNKNOWN, {"reason": "restart"})
        for intent in self._intents.open_intents(IntentKind.PRINT_DOCUMENT):
            self._inquire(intent)

    def finished(self, event: JobFinished) -> None:
        """A printer's job has ended: settle its intent, tell who waits."""
        intent = self._intents.get(event.job_id)
        if intent is None or intent.outcome is not None:
            return
        result = _result(event.outcome, begun_at_printer=bool(intent.facts))
        tell = self._waiting.pop(event.job_id, None)
        if _may_still_be_learned(intent, result):
            self._call_later(ASK_AGAIN_S, lambda: self._inquire(intent))
        else:
            self._settle(intent, result)
        if tell is not None:
            tell(PrintFacts(result.outcome, result.fault.code if result.fault else ""))

    def _inquire(self, intent: Intent) -> None:
        if self._certificates is None:
            return
        printer, worker = self._certificates
        known = self._intents.get(intent.key) or intent
        if known.outcome is None:
            pages = int(known.subject["pages"])
            worker.submit(known.key, lambda: printer.inquire(known.key, known.facts, pages))

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
            number=intent.subject["number"],
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
        case _:
            fault = getattr(outcome, "fault", None)
            never_began = getattr(outcome, "progress", None) is None and not begun_at_printer
            known = PrintOutcome.NOT_PRINTED if never_began else PrintOutcome.UNKNOWN
            return PrintResult(known, fault if isinstance(fault, Fault) else None)


def _may_still_be_learned(intent: Intent, result: PrintResult) -> bool:
    """A printer that is away may answer later; until then the intent stays open."""
    return (
        intent.kind == IntentKind.PRINT_DOCUMENT
        and result.outcome is PrintOutcome.UNKNOWN
        and result.fault in _WORTH_ASKING
    )
