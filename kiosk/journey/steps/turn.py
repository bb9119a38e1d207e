"""Calls the next applicant to the machine."""

from __future__ import annotations

from kiosk.journey import framing
from kiosk.journey.events import Event, IntentGiven
from kiosk.journey.session import Session
from kiosk.journey.step import REVERSIBLE, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from screens.models.intents import Pressed
from screens.models.pages import OutcomePage


class TurnStep:
    """Nothing to do while the applicant is the only one who has been here."""

    kind = "turn"
    reversal: Reversal = REVERSIBLE

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Call whoever is next."""
        alone = session.party_index == 0 and not session.others
        return Next(session) if alone else Stay(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """They are here."""
        if isinstance(event, IntentGiven) and event.intent == Pressed(name="next"):
            return Next(session)
        return Stay(session)

    def busy(self, session: Session) -> Busy:
        """People change places."""
        return Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> OutcomePage:
        """Who is to come, and with what."""
        name = session.party.name if session.party else ""
        known = "again" if session.opened else "new"
        return OutcomePage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("turn.heading", name=name),
            subheading=framing.text(
                "turn.count", number=session.party_index + 1, count=len(session.parties)
            ),
            tone="wait",
            meaning=framing.text(f"turn.meaning.{known}"),
            todo=(framing.text(f"turn.todo.{known}"),),
            bar=framing.bar(frame, forward=framing.button("next", "button.i_am_here")),
        )
