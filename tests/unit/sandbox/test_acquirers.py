"""The acquirers' ledger: what closes, what pays, what survives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.acquirers import CITY_TIME, Acquirer, PaymentRefused, Record

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=CITY_TIME)


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "bank" / "card.sqlite"


@pytest.fixture
def bank(ledger: Path, clock: Clock) -> Iterator[Acquirer]:
    bank = Acquirer("card", ledger, now=clock)
    yield bank
    bank.close_ledger()


def test_a_payment_opens_waits_and_is_paid_once(bank: Acquirer) -> None:
    assert bank.query("A1") is None
    bank.open_payment("A1", 8000)
    bank.open_payment("A1", 8000)
    assert bank.query("A1") == Record("A1", 8000, "waiting", "", "", "", "", NOON)
    paid = bank.pay("A1", "WeChatPay")
    assert (paid.state, paid.method, paid.amount_fen) == ("paid", "WeChatPay", 8000)
    assert (paid.trans_no, paid.channel_ref) == ("202611220000000001", "261122000001")
    assert bank.pay("A1", "Alipay") == paid
    assert [m.kind for m in bank.day_file(NOON.date())] == ["payment"]


@pytest.mark.parametrize(("ref", "amount_fen"), [("A1", 8001), ("", 1), ("A2", 0), ("A2", -1)])
def test_another_amount_or_none_is_refused(bank: Acquirer, ref: str, amount_fen: int) -> None:
    bank.open_payment("A1", 8000)
    with pytest.raises(ValueError, match="amount"):
        bank.open_payment(ref, amount_fen)
    assert [r.ref for r in bank.records()] == ["A1"]
    assert bank.records()[0].amount_fen == 8000


def test_a_close_before_the_payment_is_remembered(bank: Acquirer) -> None:
    assert bank.close("A1") == Record("A1", 0, "closed", "closed", "", "", "", NOON)
    bank.open_payment("A1", 8000)
    assert bank.close("A1").amount_fen == 8000
    with pytest.raises(PaymentRefused, match="closed"):
        bank.pay("A1", "UnionPay")


def test_a_paid_one_stays_paid_when_closed(bank: Acquirer) -> None:
    bank.open_payment("A1", 8000)
    bank.pay("A1", "UnionPay")
    assert bank.close("A1").state == "paid"


@pytest.mark.parametrize(
    ("reason", "state"), [("declined", "declined"), ("cancelled", "cancelled"), ("51", "declined")]
)
def test_a_failed_one_keeps_its_reason_and_takes_no_money(
    bank: Acquirer, reason: str, state: str
) -> None:
    bank.open_payment("A1", 8000)
    failed = bank.decline("A1", reason)
    assert (failed.state, failed.reason) == (state, reason)
    assert bank.close("A1") == failed
    for again in (lambda: bank.pay("A1", "UnionPay"), lambda: bank.decline("A1", "declined")):
        with pytest.raises(PaymentRefused, match=state):
            again()


def test_late_takes_the_payment_of_a_closed_reference(bank: Acquirer) -> None:
    bank.open_payment("A1", 8000)
    bank.close("A1")
    bank.late(on=True)
    assert bank.pay("A1", "UnionPay").state == "paid"
    bank.close("A2")
    with pytest.raises(PaymentRefused, match="how much"):
        bank.pay("A2", "UnionPay")
    bank.late(on=False)
    bank.open_payment("A3", 1)
    bank.close("A3")
    with pytest.raises(PaymentRefused, match="closed"):
        bank.pay("A3", "UnionPay")


@pytest.mark.parametrize(("kind", "state"), [("void", "voided"), ("refund", "refunded")])
def test_money_goes_back_once(bank: Acquirer, kind: str, state: str) -> None:
    verbs: dict[str, Callable[[str, str], Record]] = {"void": bank.void, "refund": bank.refund}
    bank.open_payment("A1", 8000)
    with pytest.raises(PaymentRefused, match="waiting"):
        verbs[kind]("A1", "V1")
    paid = bank.pay("A1", "UnionPay")
    given_back = verbs[kind]("A1", "V1")
    assert (given_back.state, given_back.trans_no) == (state, paid.trans_no)
    assert verbs[kind]("A1", "V2") == given_back
    other = {"void": "refund", "refund": "void"}[kind]
    with pytest.raises(PaymentRefused, match=state):
        verbs[other]("A1", "")
    with pytest.raises(PaymentRefused, match="no such"):
        verbs[kind]("A9", "")
    moved = bank.movement("V1")
    assert moved is not None
    assert (moved.ref, moved.kind, moved.amount_fen) == ("A1", kind, 8000)
    assert bank.movement("V2") is None


def test_one_number_voids_one_payment(bank: Acquirer) -> None:
    for ref in ("A1", "A2"):
        bank.open_payment(ref, 100)
        bank.pay(ref, "UnionPay")
    bank.void("A1", "V1")
    with pytest.raises(PaymentRefused, match="another"):
        bank.void("A2", "V1")
    assert [r.state for r in bank.records()] == ["voided", "paid"]


def test_a_day_file_holds_its_own_day_of_the_city(bank: Acquirer, clock: Clock) -> None:
    bank.open_payment("A1", 100)
    clock.now = datetime(2026, 11, 22, 15, 59, tzinfo=UTC)
    bank.pay("A1", "UnionPay")
    clock.now += timedelta(minutes=1)
    bank.refund("A1")
    assert [(m.kind, m.ref) for m in bank.day_file(date(2026, 11, 22))] == [("payment", "A1")]
    assert [(m.kind, m.ref) for m in bank.day_file(date(2026, 11, 23))] == [("refund", "A1")]
    assert bank.day_file(date(2026, 11, 24)) == []


def test_the_ledger_survives(bank: Acquirer, ledger: Path) -> None:
    bank.open_payment("A1", 8000)
    bank.pay("A1", "UnionPay")
    bank.close("A2")
    before, moved = bank.records(), bank.day_file(NOON.date())
    bank.close_ledger()
    again = Acquirer("card", ledger)
    assert (again.records(), again.day_file(NOON.date())) == (before, moved)
    again.close_ledger()


def test_listeners_hear_of_changes_and_of_nothing_else(bank: Acquirer) -> None:
    heard: list[str] = []
    bank.listen(lambda record: heard.append(f"{record.ref} {record.state}"))
    bank.open_payment("A1", 8000)
    bank.open_payment("A1", 8000)
    with pytest.raises(PaymentRefused):
        bank.open_payment("A1", 1)
    bank.pay("A1", "UnionPay")
    bank.pay("A1", "UnionPay")
    bank.close("A1")
    bank.void("A1")
    assert heard == ["A1 waiting", "A1 paid", "A1 voided"]


def test_a_listener_may_ask_and_change(bank: Acquirer) -> None:
    def give_back(record: Record) -> None:
        if record.state == "paid":
            bank.refund(record.ref)

    bank.listen(give_back)
    bank.open_payment("A1", 8000)
    bank.pay("A1", "UnionPay")
    record = bank.query("A1")
    assert record is not None
    assert record.state == "refunded"


def test_of_a_payment_and_a_close_at_once_one_wins(bank: Acquirer) -> None:
    outcomes: list[str] = []
    for number in range(40):
        ref = f"A{number}"
        bank.open_payment(ref, 100)
        gate = threading.Barrier(2)
        payer = threading.Thread(target=_pay_at, args=(bank, ref, gate))
        payer.start()
        gate.wait()
        closed = bank.close(ref)
        payer.join()
        final = bank.query(ref)
        assert final == closed
        outcomes.append(closed.state)
    assert set(outcomes) <= {"paid", "closed"}
    assert len(bank.day_file(NOON.date())) == outcomes.count("paid")


def _pay_at(bank: Acquirer, ref: str, gate: threading.Barrier) -> None:
    gate.wait()
    with suppress(PaymentRefused):
        bank.pay(ref, "UnionPay")
