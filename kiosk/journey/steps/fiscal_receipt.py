"""The fiscal e-receipt of a paid order, as the centre issues it; never made here."""

from __future__ import annotations

from dataclasses import replace

from kiosk.journey import framing, troubles
from kiosk.journey.effects import FetchReceipt
from kiosk.journey.events import Answered, Event, Failed, IntentGiven, ReceiptKnown
from kiosk.journey.session import Session
from kiosk.journey.step import BARRIER, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.steps.asking import Asking, Unanswered, wait_page
from kiosk.journey.troubles import Trouble
from screens.models.base import Page
from screens.models.intents import Pressed


class FiscalReceiptStep:
    """Without it the visit goes on: what was paid is paid, and it can be had later."""

    kind = "fiscal_receipt"
    reversal: Reversal = BARRIER

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Ask for it."""
        return _ask(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """On to its paper, or on without."""
        match event, session.local:
            case Answered(answer=ReceiptKnown(receipt=receipt)), Asking():
                return Next(replace(session, receipt=receipt))
            case Answered(answer=Failed() as failed), Asking():
                return Stay(session.at_step(Unanswered(_trouble(failed))))
            case IntentGiven(intent=Pressed(name="retry")), Unanswered():
                return _ask(session)
            case IntentGiven(intent=Pressed(name="next")), Unanswered():
                return Next(session)
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """The centre works."""
        return Busy.WORKING if isinstance(session.local, Asking) else Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """Wait, or why there is none yet."""
        if isinstance(session.local, Unanswered):
            return troubles.page(session.local.trouble, frame, reference=framing.reference(session))
        return wait_page(frame, "receipt")


def _ask(session: Session) -> Outcome:
    order_id = session.case.order_id if session.case else ""
    waiting, job_id = session.job()
    return Stay(waiting.at_step(Asking()), (FetchReceipt(job_id, order_id),))


def _trouble(failed: Failed) -> Trouble:
    if failed.code == "receipt_not_ready":
        return Trouble("receipt_not_ready", tone="wait", retry=True, forward="next")
    return Trouble("paper_not_here", tone="wait", forward="next")
