"""Prints the certificate. Three outcomes; an unknown one is never printed again by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from devices.api import PrintOutcome
from kiosk.journey import framing, troubles
from kiosk.journey.effects import PrintDocument
from kiosk.journey.events import Answered, Event, Failed, IntentGiven, Printed, Progressed
from kiosk.journey.facts import PrintFacts
from kiosk.journey.session import Session
from kiosk.journey.step import FINAL, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.troubles import Trouble
from screens.models.base import Bar, Notice, Page
from screens.models.intents import Pressed
from screens.models.pages import DevicePage

_WAITS_FOR = {"paper_out", "cover_open", "paper_jam", "busy"}
"""Words of the printer's progress that a person must put right before it goes on."""


@dataclass(frozen=True, slots=True)
class Printing:
    """Paper moves; ``waits_for`` says what the printer waits for, if it does."""

    done: int = 0
    total: int = 0
    waits_for: str = ""


class PrintDocumentStep:
    """A barrier: what is printed is printed."""

    kind = "print_document"
    reversal: Reversal = FINAL

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Print at once: the citizen has just pressed print."""
        return _print(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Follow the sheets; then go on, or say what is known."""
        match event:
            case Progressed(what=what, done=done, total=total):
                waits_for = what if what in _WAITS_FOR else ""
                return Stay(session.at_step(Printing(done, total, waits_for)))
            case Answered(answer=Printed(result=result)):
                known = replace(session, printed=result)
                if result.outcome is PrintOutcome.PRINTED:
                    return Next(known)
                return Stay(known.at_step(_trouble(result.outcome, result.fault)))
            case Answered(answer=Failed()):
                known = replace(session, printed=PrintFacts(PrintOutcome.UNKNOWN))
                return Stay(known.at_step(_trouble(PrintOutcome.UNKNOWN, "")))
            case IntentGiven(intent=Pressed(name="retry")) if _may_retry(session):
                return _print(session)
            case IntentGiven(intent=Pressed(name="next")) if isinstance(session.local, Trouble):
                return Next(session)
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """Nobody leaves while paper moves."""
        return Busy.COMMITTED if isinstance(session.local, Printing) else Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """The printer, or the outcome."""
        if isinstance(session.local, Trouble):
            return troubles.page(session.local, frame, reference=framing.reference(session))
        printing = session.local if isinstance(session.local, Printing) else Printing()
        waiting = printing.waits_for
        return DevicePage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("printing.heading"),
            notice=Notice(tone="wait", text=framing.text(f"printing.{waiting}"))
            if waiting
            else None,
            device="certificate_printer",
            sentence=framing.text("printing.sentence"),
            busy=True,
            done=min(printing.done + 1, printing.total),
            total=printing.total,
            bar=Bar(),
        )


def _may_retry(session: Session) -> bool:
    return isinstance(session.local, Trouble) and session.local.retry


def _trouble(outcome: PrintOutcome, fault: str) -> Trouble:
    if outcome is PrintOutcome.NOT_PRINTED:
        paper = fault in {"paper_out", "cover_open", "paper_jam"}
        key = "not_printed_paper" if paper else "not_printed"
        return Trouble(key, tone="wait", retry=True, forward="next")
    return Trouble("print_unknown", tone="wait", retry=False, forward="next")


def _print(session: Session) -> Outcome:
    if session.housing is None or session.document is None:
        return Stay(session.at_step(Trouble("broken", retry=False)))
    waiting, job_id = session.job()
    effect = PrintDocument(job_id, session.housing.enquiry_id, session.housing.number)
    return Stay(waiting.at_step(Printing()), (effect,))
