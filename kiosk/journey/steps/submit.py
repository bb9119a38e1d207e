"""Hands the application in, once. A barrier: from here on it can only be withdrawn as a whole.

The key is drawn before the first try and stays for every other: an answer that was lost is asked
for again, and the centre says what it said the first time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.journey import application, framing, troubles
from kiosk.journey.effects import SubmitApplication
from kiosk.journey.events import Answered, Decided, Event, Failed, IntentGiven
from kiosk.journey.session import Session
from kiosk.journey.step import BARRIER, Back, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.steps.asking import Asking, Unanswered, wait_page
from kiosk.journey.troubles import Trouble
from screens.models.base import Bar, Fact, Page
from screens.models.filing import ReviewPage, ReviewSection
from screens.models.intents import Pressed
from screens.models.words import Plain


@dataclass(frozen=True, slots=True)
class Confirming:
    """Everybody has signed; nothing has left the machine yet."""


class SubmitStep:
    """Nobody leaves while it is not known whether the centre has it."""

    kind = "submit"
    reversal: Reversal = BARRIER

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Ask once more; a signature that no longer fits is made again first."""
        if application.unsigned(session):
            return Back(session, to="review")
        return Stay(session.at_step(Confirming()))

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Hand it in, or try again with the same key."""
        match event, session.local:
            case IntentGiven(intent=Pressed(name="next")), Confirming():
                return _submit(session, "")
            case IntentGiven(intent=Pressed(name="retry")), Unanswered(key=key, trouble=trouble):
                return _submit(session, key) if trouble.retry else Stay(session)
            case Answered(answer=Decided(case=case)), Asking():
                return Next(replace(session, case=case))
            case Answered(answer=Failed() as failed), Asking(key=key):
                return Stay(session.at_step(Unanswered(_trouble(failed), key)))
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """Committed while it is on its way; sent while it is not known whether it arrived."""
        match session.local:
            case Asking():
                return Busy.COMMITTED
            case Unanswered(trouble=trouble) if trouble.retry:
                return Busy.SENT
            case _:
                return Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """The last question, the wait, or what is not known."""
        match session.local:
            case Unanswered(trouble=trouble):
                return troubles.page(trouble, frame)
            case Asking():
                return wait_page(frame, "submit", about_s=10, bar=Bar())
            case _:
                return _confirm_page(session, frame)


def _submit(session: Session, key: str) -> Outcome:
    made = application.draft(session)
    if made is None:
        unsent = Trouble("submit_unknown", tone="wait") if key else Trouble("broken", retry=False)
        return Stay(session.at_step(Unanswered(unsent, key)))
    waiting, job_id = session.job()
    effect = SubmitApplication(job_id, key or job_id, made)
    return Stay(waiting.at_step(Asking(effect.key)), (effect,))


def _trouble(failed: Failed) -> Trouble:
    """Whatever may have arrived is *not known*; what was refused surely did not count."""
    if troubles.is_unsettled(failed):
        return Trouble("submit_unknown", tone="wait", retry=True)
    return troubles.of(failed)


def _confirm_page(session: Session, frame: Frame) -> ReviewPage:
    signed = tuple(
        Fact(label=framing.localised(party.role), value=Plain(value=party.name))
        for party in session.parties
    )
    title = Plain(value=session.item.title) if session.item else Plain(value="")
    return ReviewPage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text("submit.heading"),
        sentence=framing.text("submit.sentence"),
        sections=(
            ReviewSection(
                title=framing.text("submit.section.what"),
                rows=(
                    Fact(
                        label=framing.text("submit.service"),
                        value=framing.localised(session.service.names),
                    ),
                    Fact(label=framing.text("review.where"), value=title),
                ),
            ),
            ReviewSection(title=framing.text("submit.section.signed"), rows=signed),
        ),
        bar=framing.bar(frame, forward=framing.button("next", "button.submit")),
    )
