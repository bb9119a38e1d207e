"""The book of payments on the real encrypted store: one attempt at a time, none moved blindly."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from offline_cache.delivery import Record
from offline_cache.errors import CacheError, IntentConflict, StoreFull
from offline_cache.outbox import Outbox
from offline_cache.payments import Found, NewPayment, Payment, PaymentBook
from offline_cache.store import Store

KEY = bytes(range(32))
NEW = NewPayment("a" * 24, "order-1", "9901012611210001", "990101", 8000, "pad")
OTHER = replace(NEW, attempt="b" * 24)
REPORT = Record("report-1", "payment-1", "pad_result", b"{}")


@dataclass
class Clock:
    now: float = 5_000.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def book(store: Store) -> PaymentBook:
    return PaymentBook(store, Clock())


def _get(book: PaymentBook, attempt: str = NEW.attempt) -> Payment:
    found = book.get(attempt)
    assert found is not None
    return found


def _end(book: PaymentBook, state: str, attempt: str = NEW.attempt) -> None:
    assert book.move(attempt, _get(book, attempt).state, state, state)


def test_an_attempt_from_begin_to_end(book: PaymentBook) -> None:
    assert book.get(NEW.attempt) is None
    assert book.begin(NEW) is True
    assert book.move(NEW.attempt, "begun", "asked", "asked")
    assert book.mark(NEW.attempt, "charged", ("asked", "pending"))
    found = Found("", 8000, "UnionPay", "ref-7", "no-8")
    assert book.move(NEW.attempt, "asked", "paid", "paid", found, {"status": "2"})
    assert _get(book) == Payment(
        attempt=NEW.attempt,
        order_id="order-1",
        case_no="9901012611210001",
        region="990101",
        amount_fen=8000,
        means="pad",
        state="paid",
        reason="",
        charged=True,
        voiding=False,
        paid_fen=8000,
        channel="UnionPay",
        channel_ref="ref-7",
        trans_no="no-8",
        begun_at=5_001.0,
        changed_at=5_004.0,
    )
    steps = [(line.event, line.was, line.state) for line in book.history(NEW.attempt)]
    assert steps == [
        ("begun", "", "begun"),
        ("asked", "begun", "asked"),
        ("charged", "asked", "asked"),
        ("paid", "asked", "paid"),
    ]
    assert book.history(NEW.attempt)[-1].evidence == {"status": "2"}


@pytest.mark.parametrize(
    "state",
    ["begun", "asked", "pending", "unknown", "closing", "paid", "refund_due", "staff", "new word"],
)
def test_an_attempt_that_may_hold_money_bars_another(book: PaymentBook, state: str) -> None:
    assert book.begin(NEW)
    _end(book, state)
    assert book.begin(OTHER) is False
    assert book.get(OTHER.attempt) is None
    assert book.barring("order-1") == [_get(book)]
    assert book.begin(replace(OTHER, order_id="order-2"))


@pytest.mark.parametrize("state", ["not_paid", "refunded"])
def test_an_attempt_without_money_frees_its_order(book: PaymentBook, state: str) -> None:
    assert book.begin(NEW)
    _end(book, state)
    assert book.barring("order-1") == []
    assert book.begin(OTHER)
    assert book.begin(OTHER) is False


def test_a_reference_is_never_used_again(book: PaymentBook) -> None:
    assert book.begin(NEW)
    _end(book, "not_paid")
    assert book.begin(NEW) is False
    assert book.begin(replace(NEW, order_id="order-2")) is False


def test_money_that_comes_after_all_bars_the_next_but_one(book: PaymentBook) -> None:
    assert book.begin(NEW)
    _end(book, "not_paid")
    assert book.begin(OTHER)
    assert book.move(NEW.attempt, "not_paid", "refund_due", "paid")
    _end(book, "not_paid", OTHER.attempt)
    assert book.begin(replace(NEW, attempt="c" * 24)) is False
    _end(book, "refunded")
    assert book.begin(replace(NEW, attempt="c" * 24))


def test_the_database_itself_refuses_two_at_a_time(store: Store, book: PaymentBook) -> None:
    assert book.begin(NEW)
    with pytest.raises(CacheError):
        store.change(
            "INSERT INTO payments(attempt, order_id, case_no, region, amount_fen, means, state,"
            " begun_at, changed_at) VALUES ('d', 'order-1', '', '', 1, 'qr', 'begun', 0, 0)"
        )


def test_two_threads_can_not_begin_the_same_order(book: PaymentBook) -> None:
    begun: list[bool] = []
    together = threading.Barrier(8)

    def begin(number: int) -> None:
        together.wait()
        begun.append(book.begin(replace(NEW, attempt=f"attempt-{number}")))

    threads = [threading.Thread(target=begin, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(begun) == [False] * 7 + [True]


def test_an_attempt_moves_only_from_where_it_was_known(store: Store, book: PaymentBook) -> None:
    assert book.begin(NEW)
    assert book.move(NEW.attempt, "begun", "asked", "asked")
    assert book.move(NEW.attempt, "begun", "not_paid", "given_up", also_put=[REPORT]) is False
    assert _get(book).state == "asked"
    assert len(book.history(NEW.attempt)) == 2
    assert Outbox(store, Clock()).pending() == 0
    with pytest.raises(IntentConflict):
        book.move("nobody", "begun", "asked", "asked")


def test_what_is_not_said_again_stays(book: PaymentBook) -> None:
    assert book.begin(NEW)
    assert book.move(NEW.attempt, "begun", "paid", "paid", Found("r", 8000, "c", "cr", "tn"))
    assert book.move(NEW.attempt, "paid", "refunded", "refunded", Found(reason="closed"))
    kept = _get(book)
    found = (kept.reason, kept.paid_fen, kept.channel, kept.channel_ref, kept.trans_no)
    assert found == ("closed", 8000, "c", "cr", "tn")


def test_a_mark_is_made_only_within_its_states(book: PaymentBook) -> None:
    assert book.begin(NEW)
    assert book.mark(NEW.attempt, "charged", ("asked",)) is False
    assert _get(book).charged is False
    _end(book, "refund_due")
    assert book.mark(NEW.attempt, "voiding", ("refund_due",))
    assert (_get(book).charged, _get(book).voiding) == (False, True)
    with pytest.raises(IntentConflict):
        book.mark("nobody", "charged", ("asked",))


def test_a_state_and_what_the_centre_is_told_are_kept_together(
    store: Store, book: PaymentBook
) -> None:
    assert book.begin(NEW)
    with pytest.raises(LookupError):
        _move_and_crash(store, book)
    assert _get(book).state == "begun"
    assert Outbox(store, Clock()).pending() == 0
    assert book.move(NEW.attempt, "begun", "paid", "paid", also_put=[REPORT])
    assert Outbox(store, Clock()).pending() == 1


def _move_and_crash(store: Store, book: PaymentBook) -> None:
    with store.transaction():
        book.move(NEW.attempt, "begun", "paid", "paid", also_put=[REPORT])
        raise LookupError


def test_the_log_is_only_added_to(store: Store, book: PaymentBook) -> None:
    assert book.begin(NEW)
    with pytest.raises(CacheError):
        store.change("UPDATE payment_log SET state = 'paid'")
    assert book.history(NEW.attempt)[0].state == "begun"


def test_what_is_to_be_asked_about_is_found_after_a_restart(tmp_path: Path) -> None:
    with Store(tmp_path / "cache.db", KEY) as store:
        book = PaymentBook(store, Clock())
        for number, state in enumerate(("asked", "paid", "staff", "not_paid", "unknown")):
            new = replace(NEW, attempt=f"attempt-{number}", order_id=f"order-{number}")
            assert book.begin(new)
            assert book.move(new.attempt, "begun", state, state)
    with Store(tmp_path / "cache.db", KEY) as store:
        book = PaymentBook(store, Clock())
        assert [p.state for p in book.unsettled()] == ["asked", "staff", "unknown"]
        assert len(book.history("attempt-0")) == 2


def test_ends_without_money_are_looked_back_on_if_anybody_was_told(book: PaymentBook) -> None:
    assert book.begin(NEW)
    assert book.move(NEW.attempt, "begun", "not_paid", "given_up")
    assert book.begin(OTHER)
    assert book.move(OTHER.attempt, "begun", "asked", "asked")
    assert book.move(OTHER.attempt, "asked", "not_paid", "not_paid")
    assert book.lately_not_paid(0.0) == [_get(book, OTHER.attempt)]
    assert book.lately_not_paid(_get(book, OTHER.attempt).changed_at + 1.0) == []


def test_only_whole_orders_that_came_to_an_end_are_forgotten(book: PaymentBook) -> None:
    assert book.begin(NEW)
    _end(book, "not_paid")
    assert book.begin(OTHER)
    assert book.begin(replace(NEW, attempt="c" * 24, order_id="order-2"))
    _end(book, "paid", "c" * 24)
    assert book.forget_final(before=1e9) == 1
    assert book.get("c" * 24) is None
    assert book.history("c" * 24) == []
    _end(book, "paid", OTHER.attempt)
    assert book.forget_final(before=_get(book, OTHER.attempt).changed_at) == 0
    assert book.forget_final(before=1e9) == 2
    assert book.unsettled() == []


def test_a_full_disk_keeps_an_attempt_from_beginning(tmp_path: Path) -> None:
    with Store(tmp_path / "cache.db", KEY, max_bytes=200_000) as store:
        book = PaymentBook(store, Clock())
        begun: list[str] = []
        with pytest.raises(StoreFull):
            _begin_many(book, begun)
        assert [p.attempt for p in book.unsettled()] == begun


def _begin_many(book: PaymentBook, begun: list[str]) -> None:
    for number in range(10_000):
        new = replace(NEW, attempt=f"attempt-{number}", order_id=f"order-{number}")
        assert book.begin(new)
        begun.append(new.attempt)
