"""What the pad's twin says of a payment or a void: ECRHub's ResponseBizData, by field names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC

from sandbox.acquirers import Acquirer, Record
from sandbox.devices.ecrhub_pad_wire import fen, yuan

TRANS_STATUS = {
    "waiting": "0",
    "paid": "2",
    "closed": "1",
    "declined": "1",
    "cancelled": "3",
    "voided": "3",
    "refunded": "3",
}
PAYER_ACCOUNT = "622848******0019"
"""A payer's account comes with each payment; the kiosk must not keep it."""
DEVICE = ("Twin Cashier", "WP2611000001", "2.4.0")


def payment_biz(record: Record) -> dict[str, str]:
    """A payment as the pad words it."""
    biz = {
        "merchant_order_no": record.ref,
        "trans_type": "1",
        "trans_status": TRANS_STATUS[record.state],
        "price_currency": "CNY",
        "trans_no": record.trans_no,
        "pay_channel_trans_no": record.channel_ref,
        "pay_method_id": record.method,
    }
    if record.amount_fen:
        biz["order_amount"] = yuan(record.amount_fen)
    if record.state == "paid":
        biz["paid_amount"] = yuan(record.amount_fen)
        biz["trans_end_time"] = record.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return biz


class Voids:
    """Gives payments back under numbers of their own; a number is used once, refused or not."""

    def __init__(self, acquirer: Acquirer) -> None:
        self._acquirer = acquirer
        self._refused: set[str] = set()

    def give_back(self, request: Mapping[str, str]) -> dict[str, str]:
        """Carry a void out; WireError when its amount is none. The same again changes nothing."""
        ref, orig_ref = (request.get(f"{which}merchant_order_no", "") for which in ("", "orig_"))
        amount_fen = fen(request.get("order_amount", ""))
        original = self._acquirer.query(orig_ref)
        fresh = self.biz(ref) is None and self._acquirer.query(ref) is None
        asked = None if original is None else (original.state, original.amount_fen)
        if fresh and asked == ("paid", amount_fen):
            self._acquirer.void(orig_ref, ref)
        moved = self._acquirer.movement(ref)
        done = moved is not None and (moved.ref, moved.amount_fen) == (orig_ref, amount_fen)
        if moved is None:
            self._refused.add(ref)
        return _void_biz(ref, amount_fen, done=done)

    def biz(self, ref: str) -> dict[str, str] | None:
        """Where the void of this number stands; None if there is none."""
        moved = self._acquirer.movement(ref)
        if moved is not None and moved.ref != ref:
            return _void_biz(ref, moved.amount_fen, done=True)
        return _void_biz(ref, 0, done=False) if ref in self._refused else None


def _void_biz(ref: str, amount_fen: int, *, done: bool) -> dict[str, str]:
    return {
        "merchant_order_no": ref,
        "order_amount": yuan(amount_fen) if amount_fen else "",
        "trans_type": "2",
        "trans_status": "2" if done else "1",
    }
