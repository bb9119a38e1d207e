"""The one table: complete, in step with docs/payment.md, and incapable of a second charge."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from kiosk.money.payment import (
    FINAL,
    FREE,
    OPEN,
    TABLE,
    Alarm,
    NotInTable,
    PaymentEvent,
    PaymentState,
    after,
)
from offline_cache import payments as book
from tests.unit.kiosk.money.world import MemoryStore

S, E = PaymentState, PaymentEvent
DOC = Path(__file__).parents[4] / "docs" / "payment.md"
ANSWERS_WITHOUT_MONEY = {E.NOT_PAID, E.REFUNDED, E.FOUND_NOT_PAID, E.FOUND_REFUNDED}
NO_ANSWER = {E.SILENT, E.NOT_FOUND, E.PENDING, E.GIVEN_UP, E.RESTARTED}
REFUSED = {
    S.BEGUN: set(E) - {E.ASKED, E.GIVEN_UP, E.RESTARTED},
    **{key: {E.ASKED, E.VOID_FAILED} for key in (*OPEN, S.CLOSING)},
    S.PAID: {E.ASKED, E.VOID_FAILED, E.FOUND_PAID, E.FOUND_NOT_PAID, E.FOUND_REFUNDED},
    S.NOT_PAID: {E.ASKED, E.VOID_FAILED, E.FOUND_PAID, E.FOUND_NOT_PAID, E.FOUND_REFUNDED},
    S.REFUND_DUE: {E.ASKED, E.FOUND_PAID, E.FOUND_NOT_PAID},
    S.REFUNDED: {E.ASKED, E.VOID_FAILED, E.FOUND_PAID, E.FOUND_NOT_PAID, E.FOUND_REFUNDED},
    S.STAFF: {E.ASKED, E.VOID_FAILED},
}


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("event", E)
def test_every_pair_is_defined_or_refused(state: PaymentState, event: PaymentEvent) -> None:
    if event in REFUSED[state]:
        with pytest.raises(NotInTable, match=f"{event} in {state}"):
            after(state, event)
    else:
        assert after(state, event) is TABLE[state][event]


def test_the_document_has_this_very_table() -> None:
    wanted = rendered()
    text = DOC.read_text(encoding="utf-8")
    assert wanted in text, f"docs/payment.md should hold\n{wanted}"


def rendered() -> str:
    """Rows are events, columns states. ``=`` stays, ``–`` can't happen, ``!`` raises the alarm."""
    lines = ["| |" + "".join(f" {state} |" for state in S), "|---|" + "---|" * len(S)]
    lines += [f"| **{event}** |" + "".join(f" {_cell(s, event)} |" for s in S) for event in E]
    return "\n".join(lines)


def _cell(state: PaymentState, event: PaymentEvent) -> str:
    becomes = TABLE[state].get(event)
    if becomes is None:
        return "–"
    word = "=" if becomes.state is state else becomes.state.value
    return f"{word} !{becomes.alarm}" if becomes.alarm else word


def reachable(start: Iterable[PaymentState]) -> set[PaymentState]:
    """Every state that some chain of events leads to, those of ``start`` not counted."""
    found: set[PaymentState] = set()
    edge = set(start)
    while edge:
        edge = {becomes.state for state in edge for becomes in TABLE[state].values()} - found
        found |= edge
    return found


def test_once_it_may_take_no_money_an_attempt_never_may_again() -> None:
    assert reachable(set(S) - OPEN - {S.BEGUN}).isdisjoint(OPEN | {S.BEGUN})
    assert S.BEGUN not in reachable(S)


def test_every_attempt_can_come_to_an_end() -> None:
    for state in set(S) - FINAL:
        assert reachable({state}) & FINAL, state
    assert reachable({S.BEGUN}) == set(S) - {S.BEGUN}


def test_only_an_answer_says_paid_or_not_paid() -> None:
    for state, row in TABLE.items():
        for event, becomes in row.items():
            if becomes.state is state:
                continue
            if becomes.state is S.PAID:
                assert event in {E.PAID, E.FOUND_PAID}
            if becomes.state in FREE and state is not S.BEGUN:
                assert event in ANSWERS_WITHOUT_MONEY
            if event in NO_ANSWER and state is not S.BEGUN:
                assert becomes.state in OPEN | {S.CLOSING}
                assert becomes.alarm is None


def test_only_an_attempt_that_nobody_was_asked_about_ends_without_an_answer() -> None:
    assert {event for event, becomes in TABLE[S.BEGUN].items() if becomes.state in FREE} == {
        E.GIVEN_UP,
        E.RESTARTED,
    }


def test_money_after_an_end_without_money_raises_the_alarm_and_goes_back() -> None:
    for event in (E.PAID, E.PAID_OTHER, E.REFUNDING):
        becomes = after(S.NOT_PAID, event)
        assert (becomes.state, becomes.alarm) == (S.REFUND_DUE, Alarm.PAID_AFTER_CLOSING)
    assert after(S.NOT_PAID, E.REFUNDED).alarm is Alarm.PAID_AFTER_CLOSING


def test_the_faster_payer_has_paid() -> None:
    assert after(S.CLOSING, E.PAID).state is S.PAID
    assert after(S.CLOSING, E.PAID).alarm is None


TRUTHS = {
    "nobody asked": {"waiting", "closed"},
    "waiting": {"paid", "closed"},
    "paid": {"given back"},
    "closed": set[str](),
    "given back": set[str](),
}
"""What can become of the money at an acquirer that keeps its word: a close is remembered."""
HONEST = {
    "nobody asked": {E.NOT_FOUND, E.PENDING},
    "waiting": {E.PENDING},
    "paid": {E.PAID},
    "closed": {E.NOT_PAID},
    "given back": {E.REFUNDED},
}
ALWAYS = {E.SILENT, E.GIVEN_UP, E.RESTARTED}


def test_with_an_honest_acquirer_free_means_that_no_money_can_come() -> None:
    """Every mixture of what is true and what we have heard, and answers as late as you like."""
    start = (S.ASKED, "nobody asked", frozenset[PaymentEvent]())
    seen, edge = {start}, {start}
    while edge:
        state, truth, late = edge.pop()
        heard = HONEST[truth] | ALWAYS | late
        following = {(after(state, event).state, truth, late) for event in heard}
        following |= {(state, then, late | (HONEST[truth] & {E.PENDING, E.NOT_FOUND}))
                      for then in TRUTHS[truth]}  # fmt: skip
        edge |= following - seen
        seen |= following
        assert state is not S.PAID or truth in {"paid", "given back"}
        assert state not in FREE or truth in {"closed", "given back"}
        assert state is not S.REFUND_DUE
    assert {state for state, _, _ in seen} >= {S.PAID, S.NOT_PAID, S.UNKNOWN, S.CLOSING}


def test_the_store_has_the_same_words() -> None:
    assert {*book.FREE_STATES} == FREE
    assert S.BEGUN == book.BEGUN
    store = MemoryStore()
    shop = book.PaymentBook(store, lambda: 1.0)
    for number, state in enumerate(S):
        new = book.NewPayment(f"a{number}", f"order-{number}", "case", "990101", 1, "qr")
        assert shop.begin(new)
        assert shop.move(new.attempt, book.BEGUN, state.value, "planted")
    assert {p.state for p in shop.unsettled()} == set(S) - FINAL
    barring = {p.state for n in range(len(S)) for p in shop.barring(f"order-{n}")}
    assert barring == set(S) - FREE
    assert shop.forget_final(2.0) == len(FINAL)
