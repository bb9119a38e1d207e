"""What an answer of the pad or the centre says of an attempt, as an event of the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from devices.api import ChargeOutcome, ChargeResult
from kiosk.central.models_payment import AttemptState
from kiosk.money.payment import PaymentEvent

VOIDED = "voided"
"""The pad's reason for a payment that it gave back."""


@dataclass(frozen=True, slots=True)
class Said:
    """An event with what came along. ``reason``: declined, cancelled, expired or closed.

    ``evidence`` is what it rests on, in the protocol's words; no person.
    """

    event: PaymentEvent
    reason: str = ""
    paid_fen: int = 0
    channel: str = ""
    channel_ref: str = ""
    trans_no: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict[str, str])


SILENT = Said(PaymentEvent.SILENT)
GIVEN_UP = Said(PaymentEvent.GIVEN_UP, reason="closed")


def of_centre(state: AttemptState, amount_fen: int) -> Said:
    """What the centre's answer about an attempt of this amount says."""
    return Said(
        _centre_event(state, amount_fen),
        reason=state.reason,
        paid_fen=state.paid_fen,
        channel=state.channel,
        channel_ref=state.channel_ref,
        evidence={"centre": state.state, "at": state.at.isoformat()},
    )


def of_pad(result: ChargeResult, amount_fen: int) -> Said:
    """What the pad's answer about an attempt of this amount says. Of a void: ``of_void``."""
    return Said(
        _pad_event(result, amount_fen),
        reason="" if result.reason == VOIDED else result.reason,
        paid_fen=result.paid_fen,
        channel=result.evidence.get("method", ""),
        channel_ref=result.evidence.get("channel_ref", ""),
        trans_no=result.evidence.get("trans_no", ""),
        evidence=result.evidence,
    )


def of_void(result: ChargeResult, *, inquired: bool) -> Said:
    """What the pad's answer to a void, or to the question about one, says.

    A refusal of the void itself is no end (it may be the second time that it was asked for):
    only the answer to the question is.
    """
    match result.outcome, result.reason:
        case ChargeOutcome.NOT_PAID, "voided":
            event = PaymentEvent.REFUNDED
        case ChargeOutcome.UNKNOWN, "declined" if inquired:
            event = PaymentEvent.VOID_FAILED
        case ChargeOutcome.NOT_FOUND, _:
            event = PaymentEvent.NOT_FOUND
        case ChargeOutcome.PENDING, _:
            event = PaymentEvent.PENDING
        case _:
            event = PaymentEvent.SILENT
    return Said(event, evidence=result.evidence)


def _centre_event(state: AttemptState, amount_fen: int) -> PaymentEvent:
    match state.state:
        case "pending":
            return PaymentEvent.PENDING
        case "paid":
            return _paid(state.paid_fen, amount_fen)
        case "not_paid":
            return PaymentEvent.NOT_PAID
        case "refunding":
            return PaymentEvent.REFUNDING
        case "refunded":
            return PaymentEvent.REFUNDED
        case _:
            assert_never(state.state)


def _pad_event(result: ChargeResult, amount_fen: int) -> PaymentEvent:
    match result.outcome:
        case ChargeOutcome.PAID:
            return _paid(result.paid_fen, amount_fen)
        case ChargeOutcome.NOT_PAID:
            voided = result.reason == VOIDED
            return PaymentEvent.REFUNDED if voided else PaymentEvent.NOT_PAID
        case ChargeOutcome.PENDING:
            return PaymentEvent.PENDING
        case ChargeOutcome.NOT_FOUND:
            return PaymentEvent.NOT_FOUND
        case ChargeOutcome.UNKNOWN:
            return PaymentEvent.SILENT
        case _:
            assert_never(result.outcome)


def _paid(paid_fen: int, amount_fen: int) -> PaymentEvent:
    return PaymentEvent.PAID if paid_fen == amount_fen else PaymentEvent.PAID_OTHER
