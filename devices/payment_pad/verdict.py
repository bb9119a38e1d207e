"""What an answer of the pad proves, without any I/O.

Only status 2 is paid, only 1 and 3 are not paid; anything else, or anything that does not fit the
question, is unknown. A verdict is never better than the answer it rests on.
"""

from __future__ import annotations

from datetime import UTC, datetime

from devices.api import ChargeOutcome, ChargeResult
from devices.payment_pad.amounts import NotAnAmount, fen_of
from devices.payment_pad.messages import CURRENCY, PURCHASE, VOID, Answer, Order

UNDER_WAY = frozenset({"0", "9"})
"""Created or paying; pre-order."""
COMPLETED = "2"
CLOSED = "1"
CANCELLED = "3"


def order_verdict(answer: Answer, order: Order) -> ChargeResult | None:
    """The end of an order, as far as its answer proves one; None while the payer is still at it."""
    if defect := _contradiction(answer, order.ref, order.trans_type, order.amount_fen):
        return _unknown(answer, defect)
    if answer.trans_status in UNDER_WAY and answer.success:
        return None
    if order.orig_ref:
        return _void_verdict(answer)
    return _purchase_verdict(answer, reason_of_closed="declined", order_fen=order.amount_fen)


def query_verdict(answer: Answer, ref: str) -> ChargeResult:
    """Where a purchase stands. ``paid_fen`` is what the pad says: compare it with the order."""
    return _stands(answer, ref, PURCHASE) or _purchase_verdict(answer, reason_of_closed="closed")


def void_query_verdict(answer: Answer, ref: str) -> ChargeResult:
    """Where a void stands: NOT_PAID "voided" when the money went back."""
    return _stands(answer, ref, VOID) or _void_verdict(answer)


def _stands(answer: Answer, ref: str, trans_type: str) -> ChargeResult | None:
    """What a query's answer says of every kind of order; None when its end is to be read."""
    if not answer.success:
        return ChargeResult(ChargeOutcome.NOT_FOUND, evidence=evidence_of(answer))
    if defect := _contradiction(answer, ref, trans_type, None):
        return _unknown(answer, defect)
    if answer.trans_status in UNDER_WAY:
        return ChargeResult(ChargeOutcome.PENDING, evidence=evidence_of(answer))
    return None


def _purchase_verdict(
    answer: Answer, *, reason_of_closed: str, order_fen: int | None = None
) -> ChargeResult:
    if answer.trans_status == CLOSED:
        return _not_paid(answer, reason_of_closed)
    if answer.trans_status == CANCELLED:
        return _not_paid(answer, "cancelled")
    if answer.trans_status != COMPLETED or not answer.success:
        return _unknown(answer, "status")
    paid_fen = _paid_fen(answer)
    if paid_fen is None or order_fen not in (None, paid_fen):
        return _unknown(answer, "amount")
    return ChargeResult(ChargeOutcome.PAID, paid_fen=paid_fen, evidence=evidence_of(answer))


def _void_verdict(answer: Answer) -> ChargeResult:
    """A refused void does not say where the payment stands: ask for that one."""
    if answer.trans_status == COMPLETED and answer.success:
        return _not_paid(answer, "voided")
    return ChargeResult(ChargeOutcome.UNKNOWN, "declined", evidence=evidence_of(answer))


def _contradiction(answer: Answer, ref: str, trans_type: str, amount_fen: int | None) -> str:
    """Which field of the answer belongs to another question; empty when none does.

    A refusal without an order number is no contradiction, and no end either: its status is empty.
    """
    if answer.ref != ref and (answer.ref or answer.trans_status):
        return "ref"
    if answer.trans_type not in ("", trans_type):
        return "trans_type"
    if answer.currency not in ("", CURRENCY):
        return "currency"
    said = [text for text in (answer.order_amount, answer.paid_amount) if text]
    if amount_fen is not None and answer.trans_status == COMPLETED:
        return "" if said and all(_is(text, amount_fen) for text in said) else "amount"
    return ""


def _is(text: str, amount_fen: int) -> bool:
    try:
        return fen_of(text) == amount_fen
    except NotAnAmount:
        return False


def _paid_fen(answer: Answer) -> int | None:
    """What was paid: paid_amount, or order_amount where that is missing; None if it can't be."""
    try:
        return fen_of(answer.paid_amount or answer.order_amount) or None
    except NotAnAmount:
        return None


def _not_paid(answer: Answer, reason: str) -> ChargeResult:
    return ChargeResult(ChargeOutcome.NOT_PAID, reason, evidence=evidence_of(answer))


def _unknown(answer: Answer, defect: str) -> ChargeResult:
    return ChargeResult(ChargeOutcome.UNKNOWN, evidence=evidence_of(answer) | {"defect": defect})


def evidence_of(answer: Answer) -> dict[str, str]:
    """What the pad said, under our words; nothing that was empty, and no payer's account."""
    said = {
        "msg_id": answer.msg_id,
        "ref": answer.ref,
        "status": answer.trans_status,
        "trans_type": answer.trans_type,
        "trans_no": answer.trans_no,
        "channel_ref": answer.channel_ref,
        "method": answer.method,
        "amount": answer.paid_amount or answer.order_amount,
        "ended_at": _rfc3339(answer.ended_at),
        "message": answer.message,
    }
    return {key: value for key, value in said.items() if value}


def _rfc3339(ended_at: str) -> str:
    """The pad's UTC ``YYYY-MM-DD HH:mm:ss``; empty when it is none."""
    try:
        return datetime.strptime(ended_at, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).isoformat()
    except ValueError:
        return ""
