"""What the centre made of the application, told at once and whole; its paper follows."""

from __future__ import annotations

from kiosk.journey import framing
from kiosk.journey.case_facts import CaseFacts, Reason
from kiosk.journey.events import Event, IntentGiven
from kiosk.journey.session import Session
from kiosk.journey.step import BARRIER, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.steps.preparation import reasons
from screens.models.intents import Pressed
from screens.models.pages import OutcomePage
from screens.models.words import Words

_TONES = {"accepted": "done", "to_be_completed": "wait", "not_accepted": "danger"}


class CaseResultStep:
    """Accepted, to be completed (everything that is missing), or not accepted (every reason)."""

    kind = "case_result"
    reversal: Reversal = BARRIER

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Show it."""
        return Stay(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Go on to the notice."""
        if isinstance(event, IntentGiven) and event.intent == Pressed(name="next"):
            return Next(session)
        return Stay(session)

    def busy(self, session: Session) -> Busy:
        """A person reads."""
        return Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> OutcomePage:
        """The outcome, the number, what to do now."""
        case = session.case
        outcome = case.outcome if case is not None else "not_accepted"
        return OutcomePage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text(f"case.{outcome}.heading"),
            tone=_TONES[outcome],
            meaning=framing.text(f"case.{outcome}.meaning"),
            todo=_todo(case) if case is not None else (),
            reference=framing.reference(session),
            bar=framing.bar(frame, forward=framing.button("next", "button.see_notice")),
        )


def _todo(case: CaseFacts) -> tuple[Words, ...]:
    listed: tuple[Reason, ...] = (*case.missing, *case.reasons)
    if listed:
        return reasons(listed)
    return (framing.text("case.pay_next" if case.order_id else "case.nothing_to_pay"),)
