"""What a transition adds to the past of a walk."""

from __future__ import annotations

from dataclasses import replace

from devices.api import PrintOutcome
from kiosk.journey import effects
from kiosk.journey.case_facts import Money
from kiosk.journey.effects import Effect
from kiosk.journey.events import (
    Answer,
    Decided,
    DocumentReady,
    Failed,
    OrderKnown,
    PaymentKnown,
    PaymentOffered,
    Printed,
    Why,
    Withdrawn,
)
from kiosk.journey.session import Session
from tests.flows.explorer_state import Past, signed_now

SAYS_NOTHING = frozenset({"token_invalid", "session_unknown", "idempotency_running"})
"""Refusals at the centre's door: of an earlier try under the same key they say nothing."""


def heard(past: Past, effect: Effect, answer: Answer) -> Past:
    """An answer has come, whatever the journey makes of it."""
    match effect, answer:
        case effects.SubmitApplication(), Decided():
            return replace(past, handed_in="decided")
        case effects.SubmitApplication(), Failed() as failed:
            return replace(past, handed_in="" if _surely_not(failed) else "unknown")
        case effects.WithdrawCase(), Withdrawn():
            return replace(past, withdrawal="done")
        case effects.WithdrawCase(), Failed() as failed:
            return replace(past, withdrawal="" if _surely_not(failed) else "unknown")
        case effects.PrintDocument() | effects.PrintSlip(), Printed() | Failed():
            return _printed(past, effect, answer)
        case effects.FetchDocument(subject=subject, source_id=source), _:
            others = frozenset(each for each in past.intact if each[0] != subject)
            kept = (
                {(subject, source)} if isinstance(answer, DocumentReady) else set[tuple[str, str]]()
            )
            return replace(past, intact=others | kept)
        case _:
            return _heard_of_money(past, effect, answer)


def _heard_of_money(past: Past, effect: Effect, answer: Answer) -> Past:
    match effect, answer:
        case effects.FetchOrder(), OrderKnown(order=order) if order.state == "paid":
            return replace(past, money="paid")
        case effects.BeginPayment(), PaymentOffered():
            return replace(past, money="open")
        case effects.BeginPayment(), Failed():
            return replace(past, money="free")  # settlement's word: nothing is charged then
        case _, PaymentKnown(payment=payment):
            known = {Money.PAID: "paid", Money.NOT_PAID: "free", Money.UNKNOWN: "unknown"}
            return replace(past, money=known[payment.money])
        case effects.AwaitPayment() | effects.ClosePayment(), Failed():
            return replace(past, money="unknown")
        case _:
            return past


def done(past: Past, effect: Effect) -> Past:
    """The journey has asked for something."""
    match effect:
        case effects.SubmitApplication(key=key):
            return replace(past, handed_in=past.handed_in or "asked", submit_key=key)
        case effects.WithdrawCase(key=key):
            return replace(past, withdrawal="asked", withdraw_key=key)
        case effects.BeginPayment():
            return replace(past, money="asked")
        case effects.TurnTo(index=index):
            return replace(past, standing=index)
        case effects.WipeVisit():
            return replace(past, wipes=past.wipes + 1)
        case _:
            return past


def signed(past: Past, before: Session | None, after: Session) -> Past:
    """Who has just signed, under what."""
    if before is None or after.case is not None:
        return past
    index = before.party_index
    made = after.party_state(index).signature
    if made is None or made is before.signature:
        return past
    here = signed_now(after, index)
    return replace(past, signed={**past.signed, index: here})


def _printed(past: Past, effect: effects.PrintDocument | effects.PrintSlip, answer: Answer) -> Past:
    surely_not = isinstance(answer, Printed) and answer.result.outcome is PrintOutcome.NOT_PRINTED
    if surely_not:
        return past
    subject = effect.subject if isinstance(effect, effects.PrintDocument) else "slip"
    return replace(past, out=past.out | {subject})


def _surely_not(failed: Failed) -> bool:
    return failed.why is Why.REFUSED and failed.code not in SAYS_NOTHING
