"""好差评: five grades, none chosen beforehand, never prompted, skippable."""

from __future__ import annotations

from kiosk.journey import framing
from kiosk.journey.effects import Keep
from kiosk.journey.events import Event, IntentGiven
from kiosk.journey.session import Session
from kiosk.journey.step import FINAL, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from screens.models.base import Bar
from screens.models.intents import Pressed
from screens.models.pages import RatingPage

GRADES = (5, 4, 3, 2, 1)


class RatingStep:
    """The grade goes into the outbox: it is kept even when the line is down."""

    kind = "rating"
    reversal: Reversal = FINAL

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Ask once."""
        return Stay(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """A grade, or none."""
        if not (isinstance(event, IntentGiven) and isinstance(event.intent, Pressed)):
            return Stay(session)
        if event.intent.name == "skip":
            return Next(session)
        for grade in GRADES:
            if event.intent.name == f"rate:{grade}":
                return Next(session, (Keep("evaluation", _body(session, grade)),))
        return Stay(session)

    def busy(self, session: Session) -> Busy:
        """A person decides."""
        return Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> RatingPage:
        """Five equal buttons."""
        return RatingPage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("rating.heading"),
            subheading=framing.text("rating.subheading"),
            grades=tuple(framing.button(f"rate:{grade}", f"rating.{grade}") for grade in GRADES),
            bar=Bar(forward=framing.button("skip")),
        )


def _body(session: Session, grade: int) -> dict[str, object]:
    return {"visit": session.visit_id, "service": session.service.code, "grade": grade}
