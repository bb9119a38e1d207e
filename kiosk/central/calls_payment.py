"""Orders and attempts to pay: the terminal's own calls, without a citizen's token.

After the visit the money must still come to an end, so nothing here hangs on a session.
"""

from __future__ import annotations

from kiosk.central.calls import Calls, json_body, require_echo
from kiosk.central.errors import Disbelief, Unbelievable
from kiosk.central.models_payment import Attempt, AttemptState, Order


class PaymentCalls(Calls):
    """An answer about another order or attempt than the one asked for is Unbelievable."""

    def order(self, order_id: str) -> Order:
        """What a case that was filed at this terminal has to pay. Refused: order_unknown."""
        order = self._read(f"/v1/orders/{order_id}", Order)
        require_echo(order_id, order.order_id, "order")
        return order

    def begin_attempt(self, order_id: str, attempt: str, means: str, key: str) -> Attempt:
        """Make the centre know the attempt before anybody can pay it.

        ``attempt``: the terminal's reference, 20 to 32 letters and digits. ``means``: qr or pad.
        Same key and attempt: the same answer. Refused: order_not_open, attempt_open, attempt_used.
        """
        body = json_body({"attempt": attempt, "means": means})
        begun = self._write(f"/v1/orders/{order_id}/attempts", body, key, Attempt)
        require_echo(attempt, begun.attempt, "attempt")
        if (begun.qr is not None) > (means == "qr") or (
            means == "qr" and begun.state == "pending" and begun.qr is None
        ):
            raise Unbelievable(Disbelief.SCHEMA, "a QR too many or too few")
        return begun

    def attempt(self, order_id: str, attempt: str) -> AttemptState:
        """Where the attempt stands. Refused: attempt_unknown, order_unknown."""
        state = self._read(f"/v1/orders/{order_id}/attempts/{attempt}", AttemptState)
        require_echo(attempt, state.attempt, "attempt")
        return state

    def close_attempt(self, order_id: str, attempt: str, key: str) -> AttemptState:
        """Let it be paid no more: not_paid, or paid when the money was faster. Never pending.

        A reference the centre never heard of is remembered as closed.
        """
        path = f"/v1/orders/{order_id}/attempts/{attempt}/close"
        state = self._write(path, b"{}", key, AttemptState, 200)
        require_echo(attempt, state.attempt, "attempt")
        if state.state == "pending":
            raise Unbelievable(Disbelief.SCHEMA, "pending after closing")
        return state
