"""Orders and attempts at the wire: what pays them, what doesn't, and that nothing pays twice."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from sandbox.acquirers import PaymentRefused
from sandbox.central import orders
from sandbox.central.orders_acquiring import CHANNELS
from tests.unit.sandbox.orders_hall import (
    FEE_FEN,
    LINE,
    PAYEE,
    Hall,
    lines_with,
    new_ref,
    refused,
    state_and_reason,
)

pytestmark = pytest.mark.city


@pytest.fixture(scope="module", name="running")
def running_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    hall = Hall.opened(tmp_path_factory.mktemp("hall"))
    yield hall
    hall.close()


@pytest.fixture(name="hall")
def hall_that_behaves(running: Hall) -> Iterator[Hall]:
    yield running
    running.clock.ahead = timedelta()
    running.centre.start()
    money = running.centre.money
    money.late_payments(on=False)
    money.hold_refunds(on=False)
    money.qr_lifetime(300)


def test_an_order_says_what_is_due_to_whom(hall: Hall) -> None:
    waived = lines_with(code="452003", quantity=2, unit_fen=1_000, total_fen=0)
    order_id = hall.order(LINE, waived)
    told = hall.told(order_id)
    assert (told["total_fen"], told["state"], told["receipt_ready"]) == (FEE_FEN, "open", False)
    assert told["lines"] == [dict(LINE), waived]
    assert [channel["channel"] for channel in told["channels"]] == list(CHANNELS)
    person = hall.city.resident("zhang")
    body = hall.terminal.call("GET", f"/v1/orders/{order_id}").body.decode()
    assert person.name not in body
    assert person.number not in body


def test_an_order_is_known_where_its_case_was_filed(hall: Hall) -> None:
    order_id, ref = hall.order(), new_ref()
    path = f"/v1/orders/{order_id}"
    strangers = [
        hall.neighbour.call("GET", path),
        hall.neighbour.write(f"{path}/attempts", {"attempt": ref, "means": "qr"}),
        hall.neighbour.call("GET", f"{path}/attempts/{ref}"),
        hall.neighbour.write(f"{path}/attempts/{ref}/close", {}),
        hall.terminal.call("GET", "/v1/orders/" + "0" * 32),
    ]
    assert {refused(reply) for reply in strangers} == {(404, "order_unknown")}


@pytest.mark.parametrize("channel", list(CHANNELS))
def test_a_code_paid_on_the_phone_pays_the_order_and_books_the_case(
    hall: Hall, channel: str
) -> None:
    order_id = hall.order()
    ref = hall.attempt(order_id)
    shown = hall.centre.money.open_codes()[0]
    assert (shown["attempt"], shown["amount_fen"]) == (ref, FEE_FEN)
    assert shown["payee"] == PAYEE["zh-CN"]
    hall.centre.money.pay(channel=channel)
    told = hall.terminal.call("GET", f"/v1/orders/{order_id}/attempts/{ref}").json()
    assert (told["state"], told["paid_fen"], told["channel"]) == ("paid", FEE_FEN, channel)
    record = hall.centre.acquiring.wallet.query(ref)
    assert record is not None
    assert (record.state, record.channel_ref) == ("paid", told["channel_ref"])
    assert (hall.told(order_id)["state"], hall.told(order_id)["receipt_ready"]) == ("paid", True)
    assert hall.case(order_id)["paid_at"] is not None
    assert hall.case(order_id)["booked_at"] is not None
    assert ref not in [code["attempt"] for code in hall.centre.money.open_codes()]


@pytest.mark.parametrize("reason", ["declined", "cancelled"])
def test_a_failed_attempt_leaves_the_order_open_for_another(hall: Hall, reason: str) -> None:
    order_id = hall.order()
    first = hall.attempt(order_id)
    hall.centre.money.decline(first, reason)
    assert hall.state(order_id, first) == ("not_paid", reason)
    second = hall.attempt(order_id)
    hall.centre.money.pay(second)
    assert hall.state(order_id, second) == ("paid", "")


def test_a_code_past_its_life_is_closed_and_can_not_be_paid(hall: Hall) -> None:
    order_id = hall.order()
    hall.centre.money.qr_lifetime(120)
    asked, phoned = new_ref(), new_ref()
    reply = hall.try_attempt(order_id, asked)
    assert 118 <= reply.json()["qr"]["expires_in_s"] <= 120
    assert hall.state(order_id, asked) == ("pending", "")
    hall.clock.ahead += timedelta(seconds=121)
    assert hall.centre.money.open_codes() == []
    assert hall.state(order_id, asked) == ("not_paid", "expired")
    hall.attempt(order_id, phoned)
    hall.clock.ahead += timedelta(seconds=121)
    with pytest.raises(PaymentRefused):
        hall.centre.money.pay(phoned)
    assert hall.state(order_id, phoned) == ("not_paid", "expired")
    third = hall.attempt(order_id)
    hall.clock.ahead += timedelta(seconds=121)
    hall.attempt(order_id)
    assert hall.closed(order_id, third) == ("not_paid", "expired")


def test_one_attempt_of_an_order_lives_at_a_time(hall: Hall) -> None:
    order_id, other = hall.order(), hall.order()
    first = hall.attempt(order_id)
    assert refused(hall.try_attempt(order_id, new_ref())) == (409, "attempt_open")
    assert refused(hall.try_attempt(order_id, new_ref(), "pad")) == (409, "attempt_open")
    assert refused(hall.try_attempt(other, first)) == (409, "attempt_used")
    assert refused(hall.try_attempt(order_id, first, "pad")) == (409, "attempt_used")
    hall.centre.money.pay(first)
    assert refused(hall.try_attempt(order_id, new_ref())) == (409, "order_not_open")
    again = hall.try_attempt(order_id, first).json()
    assert (again["state"], again["qr"]) == ("paid", None)


def test_a_reference_that_the_acquirer_knows_otherwise_is_refused(hall: Hall) -> None:
    order_id, ref = hall.order(), new_ref()
    hall.centre.acquiring.wallet.open_payment(ref, FEE_FEN + 1)
    assert refused(hall.try_attempt(order_id, ref)) == (409, "attempt_used")
    assert hall.told(order_id)["state"] == "open"
    hall.attempt(order_id)


def test_an_attempt_nobody_opened_is_unknown(hall: Hall) -> None:
    order_id, other = hall.order(), hall.order()
    path = f"/v1/orders/{order_id}/attempts"
    assert refused(hall.terminal.call("GET", f"{path}/{new_ref()}")) == (404, "attempt_unknown")
    elsewhere = hall.attempt(other)
    assert refused(hall.terminal.call("GET", f"{path}/{elsewhere}")) == (404, "attempt_unknown")
    closing = hall.terminal.write(f"{path}/{elsewhere}/close", {})
    assert refused(closing) == (404, "attempt_unknown")
    assert hall.state(other, elsewhere) == ("pending", "")


@pytest.mark.parametrize(
    "body",
    [
        {"attempt": "short", "means": "qr"},
        {"attempt": "P" * 33, "means": "qr"},
        {"attempt": "P" * 19 + "-", "means": "qr"},
        {"attempt": "P" * 24, "means": "cash"},
        {"attempt": "P" * 24, "means": "qr", "amount_fen": 1},
    ],
)
def test_an_attempt_that_does_not_fit_is_refused(hall: Hall, body: dict[str, object]) -> None:
    reply = hall.terminal.write(f"/v1/orders/{hall.order()}/attempts", body)
    assert refused(reply) == (422, "request_invalid")


def test_a_replay_never_makes_two_attempts(hall: Hall) -> None:
    order_id, ref, key = hall.order(), new_ref(), secrets.token_hex(16)
    path, body = f"/v1/orders/{order_id}/attempts", {"attempt": ref, "means": "qr"}
    first = hall.terminal.call("POST", path, body, key=key)
    second = hall.terminal.call("POST", path, body, key=key)
    with_another_key = hall.terminal.write(path, body)
    assert (first.status, second.body) == (201, first.body)
    assert with_another_key.json()["qr"]["payload"] == first.json()["qr"]["payload"]
    assert [row["attempt"] for row in _attempts(hall, order_id)] == [ref]


def test_of_two_attempts_at_once_one_lives(hall: Hall) -> None:
    order_id = hall.order()
    same, barrier = new_ref(), Barrier(6)
    refs = [same, same, same, new_ref(), new_ref(), new_ref()]

    def at_once(ref: str) -> int:
        barrier.wait()
        return hall.try_attempt(order_id, ref).status

    with ThreadPoolExecutor(len(refs)) as pool:
        statuses = list(pool.map(at_once, refs))
    live = [row for row in _attempts(hall, order_id) if row["state"] == "pending"]
    assert len(live) == 1
    assert statuses.count(201) == refs.count(str(live[0]["attempt"]))
    assert {status for status in statuses if status != 201} <= {409}


@pytest.mark.parametrize("means", ["qr", "pad"])
def test_closing_and_paying_at_once_end_in_one_of_the_two(hall: Hall, means: str) -> None:
    acquirer = hall.centre.acquiring.behind(means)
    ends: list[str] = []
    for turn in range(8):
        order_id = hall.order()
        ref = hall.attempt(order_id, means=means)
        if means == "pad":
            acquirer.open_payment(ref, FEE_FEN)
        barrier = Barrier(2)

        def pay(ref: str = ref, barrier: Barrier = barrier, turn: int = turn) -> bool:
            barrier.wait()
            if turn % 2:  # the payer has to look for the button
                hall.told("0" * 32)
            try:
                return acquirer.pay(ref, "wechat").state == "paid"
            except PaymentRefused:
                return False

        def close(order_id: str = order_id, ref: str = ref, barrier: Barrier = barrier) -> str:
            barrier.wait()
            return hall.closed(order_id, ref)[0]

        with ThreadPoolExecutor(2) as pool:
            paying, closing = pool.submit(pay), pool.submit(close)
        took, said = paying.result(), closing.result()
        hall.centre.settle()
        assert said == ("paid" if took else "not_paid")
        record = acquirer.query(ref)
        assert record is not None
        assert record.state == ("paid" if took else "closed")
        assert hall.told(order_id)["state"] == ("paid" if took else "open")
        assert (hall.case(order_id)["paid_at"] is not None) == took
        assert hall.alarms(ref) == []
        ends.append(said)
    assert set(ends) <= {"paid", "not_paid"}
    assert len(ends) == 8


def test_a_closed_reference_stays_closed_even_if_its_opening_comes_later(hall: Hall) -> None:
    order_id, ref = hall.order(), new_ref()
    assert hall.closed(order_id, ref) == ("not_paid", "closed")
    late = hall.try_attempt(order_id, ref).json()
    assert (late["state"], late["qr"]) == ("not_paid", None)
    for acquirer in (hall.centre.acquiring.wallet, hall.centre.acquiring.card):
        acquirer.open_payment(ref, FEE_FEN)
        with pytest.raises(PaymentRefused):
            acquirer.pay(ref, "wechat")
    hall.attempt(order_id)


def test_what_was_paid_while_the_centre_was_down_is_made_up_for(hall: Hall) -> None:
    order_id = hall.order()
    ref = hall.attempt(order_id)
    hall.centre.stop()
    hall.centre.money.pay(ref, "alipay")
    assert hall.case(order_id)["paid_at"] is None
    hall.centre.start()
    hall.centre.settle()
    assert hall.case(order_id)["paid_at"] is not None
    assert hall.told(order_id)["state"] == "paid"


def test_a_withdrawn_case_takes_no_money_any_more(hall: Hall) -> None:
    order_id = hall.order()
    ref = hall.attempt(order_id)
    with hall.office.ledger.transaction():
        assert orders.close_order(hall.office, order_id) == "closed"
    assert hall.told(order_id)["state"] == "closed"
    assert hall.state(order_id, ref) == ("not_paid", "closed")
    with pytest.raises(PaymentRefused):
        hall.centre.money.pay(ref)
    assert refused(hall.try_attempt(order_id, new_ref())) == (409, "order_not_open")


@pytest.mark.parametrize("heard", [True, False], ids=["booked", "money was faster"])
def test_a_paid_order_that_is_closed_is_given_back(hall: Hall, heard: bool) -> None:  # noqa: FBT001 - a parameter of the test
    order_id = hall.order()
    ref = hall.attempt(order_id)
    if not heard:
        hall.centre.stop()
    hall.centre.money.pay(ref)
    hall.centre.money.hold_refunds(on=True)
    with hall.office.ledger.transaction():
        assert orders.close_order(hall.office, order_id) == "refunding"
    hall.centre.start()
    assert hall.told(order_id)["state"] == "refunding"
    assert (hall.case(order_id)["paid_at"] is not None) == heard
    assert hall.state(order_id, ref) == ("refunding", "")
    hall.centre.money.hold_refunds(on=False)
    assert hall.state(order_id, ref) == ("refunded", "")
    assert (hall.told(order_id)["state"], hall.told(order_id)["receipt_ready"]) == (
        "refunded",
        False,
    )
    record = hall.centre.acquiring.wallet.query(ref)
    assert record is not None
    assert record.state == "refunded"
    assert hall.alarms(ref) == []


def _attempts(hall: Hall, order_id: str) -> list[dict[str, object]]:
    return [dict(row) for row in hall.centre.attempts() if row["order_id"] == order_id]


def test_closing_twice_says_the_same(hall: Hall) -> None:
    order_id = hall.order()
    ref = hall.attempt(order_id)
    first, second = hall.closed(order_id, ref), hall.closed(order_id, ref)
    assert first == second == ("not_paid", "closed")
    path = f"/v1/orders/{order_id}/attempts/{ref}/close"
    assert refused(hall.terminal.write(path, {"why": 1})) == (422, "request_invalid")
    assert state_and_reason(hall.terminal.write(path, {})) == first
