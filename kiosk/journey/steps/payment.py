"""Pays a case's fee: by a QR code for the phone, or at the payment pad.

What is known of the money comes from settlement, which goes on whatever becomes of the visit. This
step only shows it: an attempt is begun once, its end is waited for, and *unknown* is told as such.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.journey import catalogue, framing, troubles
from kiosk.journey.case_facts import Means, Money, Offered, OrderFacts, PaymentFacts
from kiosk.journey.catalogue import PaymentParams
from kiosk.journey.effects import AwaitPayment, BeginPayment, Cancel, ClosePayment, FetchOrder
from kiosk.journey.events import (
    Answered,
    Event,
    Failed,
    IntentGiven,
    OrderKnown,
    PaymentKnown,
    PaymentOffered,
    Why,
)
from kiosk.journey.session import Session
from kiosk.journey.step import BARRIER, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.steps import payment_pages as pages
from kiosk.journey.steps.asking import Asking, Unanswered, wait_page
from kiosk.journey.troubles import Trouble
from screens.models.base import Bar, Page
from screens.models.intents import Pressed

PAPERS = ("receipt_printer", "certificate_printer")
"""What is printed after a payment; told *before* money moves when it can't be."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """The order, and the ways to pay it."""


@dataclass(frozen=True, slots=True)
class NoPaper:
    """A printer is empty; nothing has been paid. ``means`` is what was chosen."""

    means: Means


@dataclass(frozen=True, slots=True)
class Beginning:
    """The attempt is written down and told to the centre."""


@dataclass(frozen=True, slots=True)
class Paying:
    """The payer may act; ``job_id`` waits for the end."""

    offered: Offered
    job_id: str


@dataclass(frozen=True, slots=True)
class Closing:
    """The payer does not want to; it is made sure that nothing is taken."""

    attempt: str


@dataclass(frozen=True, slots=True)
class Ended:
    """Not paid, or not known."""

    payment: PaymentFacts
    trouble: Trouble


class PaymentStep:
    """Never charges twice: another attempt is begun only when this one surely took nothing."""

    kind = "payment"
    reversal: Reversal = BARRIER

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Ask what is to be paid."""
        return _look(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Choose a way, pay, learn the end."""
        match event, session.local:
            case Answered(answer=OrderKnown(order=order)), Asking():
                return _order(session, order)
            case Answered(answer=PaymentOffered(offered=offered)), Beginning():
                return _wait(session, offered)
            case Answered(answer=PaymentKnown(payment=payment)), Paying() | Closing() | Ended():
                return _known(session, payment)
            case Answered(answer=Failed()), Asking():
                return Stay(session.at_step(Unanswered(_trouble("order_unknown"))))
            case Answered(answer=Failed() as failed), Beginning():
                return _not_begun(session, failed)
            case Answered(answer=Failed()), Paying() | Closing() | Ended():
                return _known(session, PaymentFacts(_attempt(session.local), Money.UNKNOWN))
            case IntentGiven(intent=Pressed(name=name)), _:
                return _pressed(session, params, name)
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """Nobody leaves while money may move; a QR code nobody pays may be left."""
        match session.local:
            case Beginning() | Closing():
                return Busy.COMMITTED
            case Paying(offered=offered):
                return Busy.WORKING if offered.means is Means.QR else Busy.COMMITTED
            case Asking():
                return Busy.WORKING
            case Ended() if session.jobs:
                return Busy.WORKING
            case _:
                return Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """The order, the code, the pad, or what became of it."""
        match session.local:
            case Unanswered(trouble=trouble):
                return troubles.page(trouble, frame, reference=framing.reference(session))
            case NoPaper():
                return pages.no_paper_page(session, frame)
            case Ended(trouble=trouble):
                asking, number = bool(session.jobs), framing.reference(session)
                return troubles.page(trouble, frame, reference=number, asking=asking)
            case Paying(offered=offered):
                return pages.paying_page(session, offered, frame)
            case Choosing() if session.order is not None:
                return pages.order_page(session, session.order, params, frame)
            case Beginning():
                return wait_page(frame, "payment", bar=Bar())
            case Closing():
                return wait_page(frame, "payment_closing", about_s=10, bar=Bar())
            case _:
                return wait_page(frame, "order")


def _look(session: Session) -> Outcome:
    order_id = session.case.order_id if session.case else ""
    waiting, job_id = session.job()
    return Stay(waiting.at_step(Asking()), (FetchOrder(job_id, order_id),))


def _order(session: Session, order: OrderFacts) -> Outcome:
    known = replace(session, order=order, local=Choosing())
    match order.state:
        case "open":
            return Stay(known)
        case "paid":
            paid = PaymentFacts("", Money.PAID, total_fen=order.total_fen)
            return Next(replace(known, payment=paid))
        case _:
            trouble = Trouble("order_not_open", tone="wait", retry=False, forward="next")
            return Stay(known.at_step(Unanswered(trouble)))


def _pressed(session: Session, params: Params, name: str) -> Outcome:
    match name, session.local:
        case "pay:later", Choosing():
            return Next(session)
        case _, Choosing() if name.startswith(pages.WAY):
            return _chosen(session, params, name.removeprefix(pages.WAY))
        case "without_paper", NoPaper(means=means) if not pages.why_not(session, means):
            return _begin(session, means)
        case "other_way" | "without_paper", NoPaper():
            return Stay(session.at_step(Choosing()))
        case "cancel_payment", Paying(offered=offered, job_id=job_id):
            return _close(session, offered.attempt, job_id)
        case "retry", Unanswered(trouble=trouble) if trouble.retry:
            return _look(session)
        case "retry", Ended(payment=payment) if not session.jobs:
            return _again(session, payment)
        case "next", Unanswered() | Ended():
            return Next(session)
        case _:
            return Stay(session)


def _chosen(session: Session, params: Params, way: str) -> Outcome:
    offered = catalogue.read(PaymentParams, params).means
    means = next((means for means in offered if means == way), None)
    if means is None or pages.why_not(session, means):
        return Stay(session)
    if any(device not in session.offer.ready for device in PAPERS):
        return Stay(session.at_step(NoPaper(means)))
    return _begin(session, means)


def _begin(session: Session, means: Means) -> Outcome:
    if session.order is None:
        return _look(session)
    waiting, job_id = session.job()
    effect = BeginPayment(job_id, session.order.order_id, means)
    return Stay(waiting.at_step(Beginning()), (effect,))


def _not_begun(session: Session, failed: Failed) -> Outcome:
    """Nobody was asked for money yet, or the centre has another attempt: look at the order."""
    key = "pad_gone" if failed.why is Why.DEVICE else "order_unknown"
    return Stay(session.at_step(Unanswered(_trouble(key))))


def _wait(session: Session, offered: Offered) -> Outcome:
    waiting, job_id = session.job()
    return Stay(waiting.at_step(Paying(offered, job_id)), (AwaitPayment(job_id, offered.attempt),))


def _close(session: Session, attempt: str, job_id: str) -> Outcome:
    waiting, closing = session.without_job(job_id).job()
    effects = (Cancel(job_id), ClosePayment(closing, attempt))
    return Stay(waiting.at_step(Closing(attempt)), effects)


def _attempt(local: Paying | Closing | Ended) -> str:
    match local:
        case Paying(offered=offered):
            return offered.attempt
        case Closing(attempt=attempt):
            return attempt
        case Ended(payment=payment):
            return payment.attempt


def _known(session: Session, payment: PaymentFacts) -> Outcome:
    known = replace(session, payment=payment)
    match payment.money:
        case Money.PAID:
            return Next(known)
        case Money.NOT_PAID:
            trouble = _trouble(f"pay_{payment.reason}")
        case Money.UNKNOWN:
            trouble = replace(
                _trouble("pay_unknown", "button.next"), retry_text="button.look_again"
            )
    return Stay(known.at_step(Ended(payment, trouble)))


def _trouble(key: str, forward_text: str = "button.pay_later") -> Trouble:
    """Going on without having paid is always allowed."""
    return Trouble(key, tone="wait", forward="next", forward_text=forward_text)


def _again(session: Session, payment: PaymentFacts) -> Outcome:
    """Not paid: the order once more. Not known: ask about the same attempt, never a new one."""
    if payment.money is Money.NOT_PAID:
        return _look(session)
    waiting, job_id = session.job()
    return Stay(waiting, (AwaitPayment(job_id, payment.attempt),))
