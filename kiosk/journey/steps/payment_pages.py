"""The pages of a payment."""

from __future__ import annotations

from kiosk.journey import catalogue, framing
from kiosk.journey.case_facts import Means, Offered, OrderFacts
from kiosk.journey.catalogue import PaymentParams
from kiosk.journey.session import Session
from kiosk.journey.step import Frame, Params
from screens.models.base import Bar, Button
from screens.models.filing import PayLine, PayPage, QrPage
from screens.models.pages import DevicePage, OutcomePage

WAY = "pay:"
"""Before the means in a button's name; ``pay:later`` goes on without paying."""
_DEVICE = {Means.PAD: "payment_pad"}


def why_not(session: Session, means: Means) -> str:
    """Why these means can't be used now, as the last part of a text key; empty when they can."""
    if session.withdrawal_key:
        return "withdrawal_unknown"
    if not session.offer.line_up:
        return "line_down"
    device = _DEVICE.get(means)
    return "" if device is None or device in session.offer.ready else "pad_down"


def _way(session: Session, means: Means) -> Button:
    why = why_not(session, means)
    return Button(
        name=f"{WAY}{means}",
        text=framing.text(f"payment.way.{means}"),
        enabled=not why,
        why=framing.text(f"payment.why_not.{why}") if why else None,
    )


def order_page(session: Session, order: OrderFacts, params: Params, frame: Frame) -> PayPage:
    """What is to be paid, to whom, and the ways; not to pay now is one of them."""
    means = catalogue.read(PaymentParams, params).means
    return PayPage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text("payment.heading"),
        lines=tuple(
            PayLine(
                label=framing.localised(line.name),
                payee=framing.localised(line.payee),
                amount=framing.yuan(line.total_fen),
            )
            for line in order.lines
        ),
        total=framing.yuan(order.total_fen),
        ways=(
            *(_way(session, each) for each in means),
            framing.button(f"{WAY}later", "button.pay_later"),
        ),
        sentence=framing.text("payment.sentence"),
        bar=framing.bar(frame),
    )


def paying_page(session: Session, offered: Offered, frame: Frame) -> QrPage | DevicePage:
    """The code for the phone, or the pad; both can be called off."""
    cancel = framing.button("cancel_payment", "button.cancel_payment")
    if offered.means is Means.PAD:
        return DevicePage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("payment.pad.heading"),
            device="payment_pad",
            sentence=framing.text("payment.pad.sentence", amount=_amount(session)),
            busy=True,
            actions=(cancel,),
            bar=Bar(),
        )
    channels = session.order.channels if session.order else ()
    return QrPage(
        page_id=f"{frame.page_id}.{offered.attempt}",
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text("payment.qr.heading"),
        total=framing.yuan(session.order.total_fen if session.order else 0),
        qr=offered.qr,
        expires_in_s=offered.expires_in_s,
        sentence=framing.text("payment.qr.sentence"),
        channels=tuple(framing.localised(channel) for channel in channels),
        actions=(cancel,),
        bar=Bar(leave=framing.bar(frame).leave),
    )


def _amount(session: Session) -> str:
    fen = session.order.total_fen if session.order else 0
    return f"{fen // 100}.{fen % 100:02d}"


def no_paper_page(session: Session, frame: Frame) -> OutcomePage:
    """Nothing has been paid yet, and the paper for it may not come out."""
    return OutcomePage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text("payment.no_paper.heading"),
        tone="wait",
        meaning=framing.text("payment.no_paper.meaning"),
        todo=(framing.text("payment.no_paper.todo"),),
        reference=framing.reference(session),
        actions=(framing.button("without_paper", "button.pay_without_paper"),),
        bar=Bar(back=framing.button("other_way", "button.back"), leave=framing.bar(frame).leave),
    )
