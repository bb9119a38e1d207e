"""What the centre is told of a payment in its own time: the pad's results, and incidents."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Literal

from kiosk.central.models_queued import Incident, PadResult
from kiosk.money.answers import Said
from kiosk.money.payment import Alarm, Becomes, PaymentEvent
from offline_cache.delivery import Record
from offline_cache.payments import Payment

_REFERENCE = re.compile(r"[0-9A-Za-z_.:\-]{0,64}", re.ASCII)
_METHOD_MAX = 64
_OUTCOMES: dict[PaymentEvent, Literal["paid", "not_paid", "voided"]] = {
    PaymentEvent.PAID: "paid",
    PaymentEvent.PAID_OTHER: "paid",
    PaymentEvent.NOT_PAID: "not_paid",
    PaymentEvent.REFUNDED: "voided",
}


def records(
    payment: Payment, becomes: Becomes, said: Said, *, by_pad: bool, at: datetime
) -> list[Record]:
    """What goes into the outbox with a move of this payment."""
    made: list[Record] = []
    if by_pad and said.event in _OUTCOMES:
        made.append(_pad_result(payment, said, at))
    if becomes.alarm is not None:
        made.append(_incident(payment, becomes.alarm, said, at))
    return made


def _pad_result(payment: Payment, said: Said, at: datetime) -> Record:
    body = PadResult(
        order_id=payment.order_id,
        attempt=payment.attempt,
        outcome=_OUTCOMES[said.event],
        trans_no=_reference(said.trans_no),
        channel_ref=_reference(said.channel_ref),
        method=said.channel[:_METHOD_MAX],
        paid_fen=said.paid_fen,
        at=at,
    )
    content = body.model_dump_json().encode()
    return Record(secrets.token_hex(16), f"payment-{payment.attempt}", "pad_result", content)


def _incident(payment: Payment, alarm: Alarm, said: Said, at: datetime) -> Record:
    """An incident waits behind nothing: its case is its own."""
    key = secrets.token_hex(16)
    body = Incident(
        code=alarm.value,
        subject=payment.attempt,
        detail=f"{payment.means} {payment.state} {said.event}: {said.paid_fen} fen"
        f" of {payment.amount_fen}",
        at=at,
    )
    return Record(key, f"incident-{key}", "incident", body.model_dump_json().encode())


def _reference(text: str) -> str:
    """A number that the contract can carry; one it can't is left out, it is in our own log."""
    return text if _REFERENCE.fullmatch(text) else ""
