"""What steps share that ask the centre something and show what it says."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.journey import framing, troubles
from kiosk.journey.effects import Effect
from kiosk.journey.events import Answer, Answered, Event, Failed, IntentGiven
from kiosk.journey.session import Session
from kiosk.journey.step import REVERSIBLE, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.troubles import Trouble
from screens.models.base import Bar, Page
from screens.models.intents import Pressed
from screens.models.pages import WaitPage


@dataclass(frozen=True, slots=True)
class Asking:
    """The centre is asked. ``key`` stays for a retry, so that a thing is done once, not twice."""

    key: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer that counts; ``key`` as above."""

    trouble: Trouble
    key: str = ""


def wait_page(frame: Frame, texts: str, *, about_s: int = 5, bar: Bar | None = None) -> WaitPage:
    """``wait.<texts>``: what is being done, and for how long yet."""
    return WaitPage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text(f"wait.{texts}.heading"),
        sentence=framing.text(f"wait.{texts}.sentence"),
        about_s=about_s,
        bar=bar or framing.bar(frame),
    )


class AskingStep:
    """Asks the centre when it is entered, and shows what it says. Its kinds say what and how."""

    kind = ""
    texts = ""
    """Last part of the wait page's keys."""
    reversal: Reversal = REVERSIBLE

    def known(self, session: Session) -> bool:
        """Whether Back returns to an answer that still holds; then nothing is asked."""
        return False

    def effect(self, session: Session, job_id: str) -> Effect:
        """The question."""
        raise NotImplementedError

    def taken(self, session: Session, answer: Answer) -> Outcome:
        """What its answer makes of the visit."""
        raise NotImplementedError

    def trouble(self, failed: Failed) -> Trouble:
        """What a failure means here."""
        return troubles.of(failed)

    def pressed(self, session: Session, name: str) -> Outcome:
        """A button of the page that shows the answer."""
        return Next(session) if name == "next" else Stay(session)

    def shown(self, session: Session, frame: Frame) -> Page:
        """The page that shows the answer."""
        raise NotImplementedError

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Ask, unless it is known."""
        return Stay(session) if self.known(session) else self._ask(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Take the answer; try again, or go on without, where that makes sense."""
        match event, session.local:
            case Answered(answer=Failed() as failed), Asking():
                return Stay(session.at_step(Unanswered(self.trouble(failed))))
            case Answered(answer=answer), Asking():
                return self.taken(session.at_step(None), answer)
            case IntentGiven(intent=Pressed(name="retry")), Unanswered(trouble=trouble):
                return self._ask(session) if trouble.retry else Stay(session)
            case IntentGiven(intent=Pressed(name="next")), Unanswered(trouble=trouble):
                return Next(session) if trouble.forward else Stay(session)
            case IntentGiven(intent=Pressed(name=name)), None:
                return self.pressed(session, name)
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """The centre works while it is asked."""
        return Busy.WORKING if isinstance(session.local, Asking) else Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """Wait, trouble, or the answer."""
        match session.local:
            case Unanswered(trouble=trouble):
                return troubles.page(trouble, frame, reference=framing.reference(session))
            case Asking():
                return wait_page(frame, self.texts)
            case _:
                return self.shown(session, frame)

    def _ask(self, session: Session) -> Outcome:
        waiting, job_id = session.job()
        return Stay(waiting.at_step(Asking()), (self.effect(waiting, job_id),))
