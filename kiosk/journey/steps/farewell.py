"""Take your card and your papers; nothing of you stays here."""

from __future__ import annotations

from kiosk.journey import framing
from kiosk.journey.effects import SetTimer, WipeVisit
from kiosk.journey.events import Event, IntentGiven, TimerFired
from kiosk.journey.session import Session
from kiosk.journey.step import FINAL, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from screens.models.base import Bar
from screens.models.intents import Pressed
from screens.models.pages import FarewellPage

SHOWN_S = 30.0
"""Long enough to take three things; the page also goes at a touch."""
_TIMER = "farewell"


class FarewellStep:
    """The visit's last page. Going on from here is the visit's end."""

    kind = "farewell"
    reversal: Reversal = FINAL

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Show it for a while. The page says that nothing is kept, so the wipe comes first."""
        return Stay(session, (WipeVisit(), SetTimer(_TIMER, SHOWN_S)))

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """End at a touch or when the time is over."""
        match event:
            case TimerFired(name=name) if name == _TIMER:
                return Next(session)
            case IntentGiven(intent=Pressed(name="finish")):
                return Next(session)
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """It has its own clock."""
        return Busy.COMMITTED

    def view(self, session: Session, params: Params, frame: Frame) -> FarewellPage:
        """What to take, in the order it lies there."""
        return FarewellPage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("farewell.heading"),
            subheading=framing.text("farewell.subheading"),
            take=framing.left_things(session),
            sentences=(framing.text("farewell.wiped"),),
            bar=Bar(forward=framing.button("finish")),
        )
