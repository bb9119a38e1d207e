"""Prints a sealed document. An unknown outcome is never printed again by itself."""

from __future__ import annotations

from dataclasses import replace

from devices.api import PrintOutcome
from kiosk.journey.effects import Effect, PrintDocument
from kiosk.journey.facts import PrintFacts
from kiosk.journey.session import Session
from kiosk.journey.step import Params
from kiosk.journey.steps.document import source_of, subject_of
from kiosk.journey.steps.printing import PrintingStep
from kiosk.journey.troubles import Trouble

_PAPER = {"paper_out", "cover_open", "paper_jam"}


class PrintDocumentStep(PrintingStep):
    """``subject`` of the parameters says which document."""

    kind = "print_document"
    device = "certificate_printer"
    texts = "printing"

    def effect(self, session: Session, params: Params, job_id: str) -> Effect | None:
        """The document that was fetched and whose seal holds."""
        subject = subject_of(params)
        source = source_of(session, subject)
        if source is None or subject not in session.documents:
            return None
        return PrintDocument(job_id, subject, source.source_id, source.number)

    def known(self, session: Session, params: Params, result: PrintFacts) -> Session:
        """Kept by subject, beyond the wipe: the farewell says what to take."""
        return replace(session, prints={**session.prints, subject_of(params): result})

    def trouble(self, outcome: PrintOutcome, fault: str) -> Trouble:
        """Not printed: once more, or go on without. Unknown: go on; staff look."""
        if outcome is PrintOutcome.NOT_PRINTED:
            key = "not_printed_paper" if fault in _PAPER else "not_printed"
            return Trouble(key, tone="wait", retry=True, forward="next")
        return Trouble("print_unknown", tone="wait", retry=False, forward="next")
