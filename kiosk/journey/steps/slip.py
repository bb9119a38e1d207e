"""The visit's slip (凭条): number, verification code with QR, what became of the certificate.

A slip that could not be printed never holds up the visit: the number is shown instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from devices.api import PrintOutcome
from kiosk.journey import framing, troubles
from kiosk.journey.effects import PrintSlip
from kiosk.journey.events import Answered, Event, Failed, IntentGiven, Printed
from kiosk.journey.facts import PrintFacts
from kiosk.journey.session import Session
from kiosk.journey.step import FINAL, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.troubles import Trouble
from screens.models.base import Bar, Page
from screens.models.intents import Pressed
from screens.models.pages import DevicePage


@dataclass(frozen=True, slots=True)
class Printing:
    """The slip is being printed."""


class SlipStep:
    """Prints once; another one is printed only when the citizen asks for it."""

    kind = "slip"
    reversal: Reversal = FINAL

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Print it."""
        return _print(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Printed: go on. Otherwise show the number to note down."""
        match event:
            case Answered(answer=Printed(result=result)):
                known = replace(session, slip=result)
                if result.outcome is PrintOutcome.PRINTED:
                    return Next(known)
                return Stay(known.at_step(_trouble(result.outcome)))
            case Answered(answer=Failed()):
                known = replace(session, slip=PrintFacts(PrintOutcome.UNKNOWN))
                return Stay(known.at_step(_trouble(PrintOutcome.UNKNOWN)))
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
        """The slip printer, or the number to note down."""
        if isinstance(session.local, Trouble):
            return troubles.page(session.local, frame, reference=framing.reference(session))
        return DevicePage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("slip.heading"),
            device="receipt_printer",
            sentence=framing.text("slip.sentence"),
            busy=True,
            bar=Bar(),
        )


def _may_retry(session: Session) -> bool:
    return isinstance(session.local, Trouble) and session.local.retry


def _trouble(outcome: PrintOutcome) -> Trouble:
    """A slip may be printed again when surely none came out; it holds nothing of value."""
    return Trouble(
        "slip_not_printed", tone="wait", retry=outcome is PrintOutcome.NOT_PRINTED, forward="next"
    )


def _print(session: Session) -> Outcome:
    if session.housing is None:
        return Stay(session.at_step(Trouble("broken", retry=False, forward="next")))
    waiting, job_id = session.job()
    effect = PrintSlip(
        job_id,
        service=dict(session.service.names),
        number=session.housing.number,
        verification_code=session.housing.verification_code,
        verification_url=session.housing.verification_url,
        document=session.printed.outcome if session.printed else PrintOutcome.UNKNOWN,
    )
    return Stay(waiting.at_step(Printing()), (effect,))
