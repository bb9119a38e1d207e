"""The fiscal e-receipt of a paid order, as the centre issues it; never made here."""

from __future__ import annotations

from dataclasses import replace

from kiosk.journey.effects import Effect, FetchReceipt
from kiosk.journey.events import Answer, Failed, ReceiptKnown
from kiosk.journey.session import Session
from kiosk.journey.step import BARRIER, Frame, Next, Outcome, Reversal, Stay
from kiosk.journey.steps.asking import AskingStep, wait_page
from kiosk.journey.troubles import Trouble
from screens.models.base import Page


class FiscalReceiptStep(AskingStep):
    """Without it the visit goes on: what was paid is paid, and it can be had later."""

    kind = "fiscal_receipt"
    texts = "receipt"
    reversal: Reversal = BARRIER

    def effect(self, session: Session, job_id: str) -> Effect:
        """Of the case's order."""
        return FetchReceipt(job_id, session.case.order_id if session.case else "")

    def taken(self, session: Session, answer: Answer) -> Outcome:
        """On to its paper."""
        if isinstance(answer, ReceiptKnown):
            return Next(replace(session, receipt=answer.receipt))
        return Stay(session)

    def trouble(self, failed: Failed) -> Trouble:
        """Nothing that says anything of the money: that is paid."""
        ready = failed.code != "receipt_not_ready"
        return Trouble("paper_not_here" if ready else "receipt_not_ready", "wait", forward="next")

    def shown(self, session: Session, frame: Frame) -> Page:
        """Its paper is the next step's."""
        return wait_page(frame, self.texts)
