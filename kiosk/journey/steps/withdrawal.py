"""Taking an application back: what Back becomes once it is handed in.

Not a step of the catalogue: the engine lays it over the current step, whose state stays as it is.
Its own state is ``session.aside``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.journey import framing, troubles
from kiosk.journey.case_facts import Money
from kiosk.journey.effects import WithdrawCase
from kiosk.journey.events import Answered, Event, Failed, IntentGiven, Withdrawn
from kiosk.journey.session import Session
from kiosk.journey.step import FINAL, Abandon, Busy, Frame, Outcome, Params, Reversal, Stay
from kiosk.journey.troubles import Trouble
from screens.models.base import Bar, Page
from screens.models.intents import Pressed
from screens.models.pages import OutcomePage, WaitPage

_NOT_FROM = {"print_document", "slip", "rating", "farewell"}
"""Steps in which paper moves or the visit ends."""


@dataclass(frozen=True, slots=True)
class Considering:
    """Is it really wanted."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The centre is told; the visit keeps the key for a retry."""


@dataclass(frozen=True, slots=True)
class Failing:
    """No answer that counts, or a refusal."""

    trouble: Trouble


def may_withdraw(session: Session, kind: str) -> bool:
    """Whether there is something to take back, and nobody pays for it at this moment."""
    if session.case is None or session.case.outcome != "accepted" or kind in _NOT_FROM:
        return False
    unknown = session.payment is not None and session.payment.money is Money.UNKNOWN
    return not session.withdrawn and not unknown


class Withdrawal:
    """Asks once more, tells the centre, ends the visit; or returns to where it was begun."""

    kind = "withdrawal"
    reversal: Reversal = FINAL

    def begun(self, session: Session) -> Session:
        """The visit with the question laid over it."""
        return replace(session, aside=Considering())

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Never entered as a step."""
        return Stay(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Yes, no, or what the centre says."""
        match event, session.aside:
            case IntentGiven(intent=Pressed(name="keep")), Considering() | Failing():
                return Stay(replace(session, aside=None))
            case IntentGiven(intent=Pressed(name="withdraw_now")), Considering():
                return _ask(session)
            case IntentGiven(intent=Pressed(name="retry")), Failing(trouble=trouble):
                return _ask(session) if trouble.retry else Stay(session)
            case Answered(answer=Withdrawn()), Asking():
                return Abandon(replace(session, withdrawn=True), "withdrawn")
            case Answered(answer=Failed() as failed), Asking():
                return _failed(session, failed)
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """Nobody leaves before it is known whether the application stands."""
        return Busy.COMMITTED if isinstance(session.aside, Asking) else Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """The question, the wait, or why not."""
        around = replace(frame, page_id=f"{frame.page_id}.withdrawal", can_go_back=False)
        if isinstance(session.aside, Failing):
            words = "button.next" if session.withdrawal_key else "button.keep_application"
            keep = framing.button("keep", words)
            number = framing.reference(session)
            return troubles.page(session.aside.trouble, around, actions=(keep,), reference=number)
        if isinstance(session.aside, Asking):
            return WaitPage(
                page_id=f"{around.page_id}.asking",
                chrome=around.chrome,
                steps=around.steps,
                heading=framing.text("withdrawal.wait.heading"),
                sentence=framing.text("withdrawal.wait.sentence"),
                about_s=5,
                bar=Bar(),
            )
        return _question(session, around)


def _ask(session: Session) -> Outcome:
    """One key until there is an answer, also when it is begun anew after going on meanwhile."""
    if session.case is None:
        return Stay(replace(session, aside=None))
    waiting, job_id = session.job()
    effect = WithdrawCase(job_id, session.withdrawal_key or job_id, session.case.case_id)
    asking = replace(waiting, withdrawal_key=effect.key, aside=Asking())
    return Stay(asking, (effect,))


def _failed(session: Session, failed: Failed) -> Outcome:
    """A refusal settles it; anything else leaves open whether the application still stands."""
    if troubles.is_unsettled(failed):
        unknown = Trouble("withdrawal_unknown", tone="wait")
        return Stay(replace(session, aside=Failing(unknown)))
    trouble = troubles.of(failed)
    if failed.code in {"case_booked", "case_closed"}:
        trouble = Trouble(failed.code, tone="wait", retry=False)
    return Stay(replace(session, withdrawal_key="", aside=Failing(trouble)))


def _question(session: Session, frame: Frame) -> OutcomePage:
    paid = session.payment is not None and session.payment.money is Money.PAID
    meaning = "withdrawal.meaning_paid" if paid else "withdrawal.meaning"
    number = framing.in_fours(session.case.case_no) if session.case is not None else None
    return OutcomePage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        heading=framing.text("withdrawal.heading"),
        steps=frame.steps,
        tone="wait",
        meaning=framing.text(meaning),
        todo=(framing.text("withdrawal.todo"),),
        reference=number,
        actions=(framing.button("withdraw_now", "button.withdraw_now"),),
        bar=Bar(forward=framing.button("keep", "button.keep_application")),
    )
