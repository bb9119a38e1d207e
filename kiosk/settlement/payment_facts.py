"""What a visit is told of an attempt to pay."""

from __future__ import annotations

from kiosk.central.errors import CentralError
from kiosk.central.models_payment import Attempt
from kiosk.journey.case_facts import Means, Money, Offered, PaymentFacts
from kiosk.money.payment import PaymentState
from offline_cache.payments import Payment

_REASONS = {"declined", "cancelled", "expired", "closed"}


def offered(
    payment: Payment, outcome: Attempt | CentralError | None, longest_s: float
) -> Offered | None:
    """What the payer can act on; None if the centre has not clearly opened this attempt.

    No code is shown for more than ``longest_s``: it is closed then.
    """
    if not isinstance(outcome, Attempt) or outcome.state != "pending":
        return None
    means = Means(payment.means)
    if means is Means.PAD:
        return Offered(payment.attempt, means)
    if outcome.qr is None or outcome.qr.expires_in_s == 0:
        return None
    life_s = min(outcome.qr.expires_in_s, int(longest_s))
    return Offered(payment.attempt, means, outcome.qr.payload, life_s)


def facts(attempt: str, payment: Payment | None) -> PaymentFacts:
    """How far it is known. Money that was given back is money not paid."""
    if payment is None:
        return PaymentFacts(attempt, Money.UNKNOWN)
    match PaymentState(payment.state):
        case PaymentState.PAID:
            return PaymentFacts(attempt, Money.PAID, "", payment.amount_fen, payment.channel)
        case PaymentState.NOT_PAID | PaymentState.REFUNDED:
            reason = payment.reason if payment.reason in _REASONS else "closed"
            return PaymentFacts(attempt, Money.NOT_PAID, reason, payment.amount_fen)
        case _:
            return PaymentFacts(attempt, Money.UNKNOWN, "", payment.amount_fen)
