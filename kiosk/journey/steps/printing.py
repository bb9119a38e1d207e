"""What every printing step shares: one print, three outcomes, nobody leaves while paper moves."""

from __future__ import annotations

from dataclasses import dataclass

from devices.api import PrintOutcome
from kiosk.journey import framing, troubles
from kiosk.journey.effects import Effect
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


class PrintingStep:
    """Prints at once when it is entered. Its kinds say what, and what an outcome means."""

    kind = ""
    device = ""
    texts = ""
    """First part of the keys of heading, sentence and what the printer waits for."""
    reversal: Reversal = FINAL
    """Printed is printed."""

    def effect(self, session: Session, params: Params, job_id: str) -> Effect | None:
        """The print to be made; None where there is nothing that could be printed."""
        raise NotImplementedError

    def known(self, session: Session, params: Params, result: PrintFacts) -> Session:
        """The visit, once the outcome is known."""
        raise NotImplementedError

    def trouble(self, outcome: PrintOutcome, fault: str) -> Trouble:
        """What an outcome other than PRINTED means here."""
        raise NotImplementedError

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Print at once: the citizen has just pressed print."""
        return self._print(session, params)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Follow the sheets; then go on, or say what is known."""
        match event:
            case Progressed(what=what, done=done, total=total):
                waits_for = what if what in _WAITS_FOR else ""
                return Stay(session.at_step(Printing(done, total, waits_for)))
            case Answered(answer=Printed(result=result)):
                return self._ended(session, params, result)
            case Answered(answer=Failed()):
                return self._ended(session, params, PrintFacts(PrintOutcome.UNKNOWN))
            case IntentGiven(intent=Pressed(name="retry")) if _may_retry(session):
                return self._print(session, params)
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
        waits = printing.waits_for
        notice = Notice(tone="wait", text=framing.text(f"printing.{waits}")) if waits else None
        return DevicePage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text(f"{self.texts}.heading"),
            notice=notice,
            device=self.device,
            sentence=framing.text(f"{self.texts}.sentence"),
            busy=True,
            done=min(printing.done + 1, printing.total),
            total=printing.total,
            bar=Bar(),
        )

    def _print(self, session: Session, params: Params) -> Outcome:
        waiting, job_id = session.job()
        effect = self.effect(session, params, job_id)
        if effect is None:
            return Next(session)  # the visitor has been told why already, and has gone on
        return Stay(waiting.at_step(Printing()), (effect,))

    def _ended(self, session: Session, params: Params, result: PrintFacts) -> Outcome:
        known = self.known(session, params, result)
        if result.outcome is PrintOutcome.PRINTED:
            return Next(known)
        return Stay(known.at_step(self.trouble(result.outcome, result.fault)))


def _may_retry(session: Session) -> bool:
    return isinstance(session.local, Trouble) and session.local.retry
