"""Money that came too late, twice, short, or only by the pad's word: given back, and an alarm."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta

import pytest

from sandbox.acquirers import PaymentRefused
from sandbox.central import orders
from sandbox.central.moments import written
from tests.unit.sandbox.orders_hall import FEE_FEN, Hall, new_ref, refused

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
    running.centre.money.late_payments(on=False)
    running.centre.money.hold_refunds(on=False)


def _pad_result(hall: Hall, order_id: str, ref: str, **changes: object) -> dict[str, object]:
    return {
        "order_id": order_id,
        "attempt": ref,
        "outcome": "paid",
        "trans_no": "2026112200000001",
        "channel_ref": "261122000001",
        "method": "wechat",
        "paid_fen": FEE_FEN,
        "at": written(hall.clock()),
        **changes,
    }


def test_money_that_comes_after_closing_goes_back_with_an_alarm(hall: Hall) -> None:
    order_id = hall.order()
    ref = hall.attempt(order_id)
    assert hall.closed(order_id, ref) == ("not_paid", "closed")
    with pytest.raises(PaymentRefused):
        hall.centre.money.pay(ref)
    assert hall.alarms(ref) == []
    hall.centre.money.late_payments(on=True)
    hall.centre.money.hold_refunds(on=True)
    hall.centre.money.pay(ref)
    assert hall.state(order_id, ref) == ("refunding", "closed")
    assert hall.alarms(ref) == ["paid_after_closing"]
    assert hall.told(order_id)["state"] == "open"
    second = hall.attempt(order_id)
    hall.centre.money.hold_refunds(on=False)
    assert hall.state(order_id, ref) == ("refunded", "closed")
    hall.centre.money.pay(second)
    assert hall.told(order_id)["state"] == "paid"
    moved = [m.kind for m in hall.centre.acquiring.wallet.day_file(hall.clock().date())]
    assert moved[-3:] == ["payment", "refund", "payment"]
    assert hall.alarms(ref) == ["paid_after_closing"]


def test_refunds_are_not_held_by_themselves(hall: Hall) -> None:
    order_id = hall.order()
    ref = hall.attempt(order_id)
    hall.closed(order_id, ref)
    hall.centre.money.late_payments(on=True)
    hall.centre.money.pay(ref)
    hall.centre.settle()
    assert hall.state(order_id, ref) == ("refunded", "closed")


def test_an_expired_code_that_is_paid_in_late_mode_goes_back(hall: Hall) -> None:
    order_id = hall.order()
    ref = hall.attempt(order_id)
    hall.clock.ahead += timedelta(seconds=301)
    hall.centre.money.late_payments(on=True)
    hall.centre.money.pay()
    hall.centre.settle()
    assert hall.state(order_id, ref) == ("refunded", "expired")
    assert hall.alarms(ref) == ["paid_after_closing"]


def test_the_pad_pays_through_its_acquirer(hall: Hall) -> None:
    order_id = hall.order()
    ref = hall.attempt(order_id, means="pad")
    assert hall.try_attempt(order_id, ref, "pad").json()["qr"] is None
    with pytest.raises(ValueError, match="no QR"):
        hall.centre.money.pay(ref)
    card = hall.centre.acquiring.card
    card.open_payment(ref, FEE_FEN)
    assert hall.state(order_id, ref) == ("pending", "")
    card.pay(ref, "unionpay")
    hall.centre.settle()
    assert hall.case(order_id)["paid_at"] is not None
    told = hall.terminal.call("GET", f"/v1/orders/{order_id}/attempts/{ref}").json()
    record = card.query(ref)
    assert record is not None
    assert (told["state"], told["channel"], told["channel_ref"]) == (
        "paid",
        "unionpay",
        record.channel_ref,
    )


@pytest.mark.parametrize("amount_fen", [1, FEE_FEN + 1])
def test_another_amount_pays_nothing(hall: Hall, amount_fen: int) -> None:
    order_id = hall.order()
    ref = hall.attempt(order_id, means="pad")
    card = hall.centre.acquiring.card
    card.open_payment(ref, amount_fen)
    card.pay(ref, "bank_card")
    hall.centre.settle()
    told = hall.terminal.call("GET", f"/v1/orders/{order_id}/attempts/{ref}").json()
    assert (told["state"], told["paid_fen"]) == ("refunded", amount_fen)
    assert hall.alarms(ref) == ["amount_differs"]
    assert hall.told(order_id)["state"] == "open"
    assert hall.case(order_id)["paid_at"] is None


def test_a_void_at_the_pad_unpays_the_order_with_an_alarm(hall: Hall) -> None:
    order_id = hall.order()
    ref = hall.attempt(order_id, means="pad")
    card = hall.centre.acquiring.card
    card.open_payment(ref, FEE_FEN)
    card.pay(ref, "bank_card")
    hall.centre.settle()
    card.void(ref)
    hall.centre.settle()
    assert hall.state(order_id, ref) == ("refunded", "")
    assert (hall.told(order_id)["state"], hall.told(order_id)["receipt_ready"]) == (
        "refunded",
        False,
    )
    assert hall.alarms(ref) == ["paid_then_given_back"]


def test_money_for_a_withdrawn_case_goes_back(hall: Hall) -> None:
    order_id = hall.order()
    ref = hall.attempt(order_id)
    hall.office.ledger.execute(
        "UPDATE cases SET withdrawn_at = '2026-11-22T10:00:00+08:00' WHERE order_id = ?", order_id
    )
    hall.centre.money.pay(ref)
    hall.centre.settle()
    assert hall.state(order_id, ref) == ("refunded", "")
    assert hall.told(order_id)["state"] == "refunded"
    assert hall.alarms(ref) == ["case_takes_no_payment"]


def test_a_pad_attempt_of_a_withdrawn_case_is_closed_at_its_acquirer(hall: Hall) -> None:
    order_id = hall.order()
    ref = hall.attempt(order_id, means="pad")
    with hall.office.ledger.transaction():
        orders.close_order(hall.office, order_id)
    card = hall.centre.acquiring.card
    card.open_payment(ref, FEE_FEN)
    with pytest.raises(PaymentRefused):
        card.pay(ref, "bank_card")


def test_the_pads_word_alone_pays_nothing(hall: Hall) -> None:
    order_id = hall.order()
    ref = hall.attempt(order_id, means="pad")
    result, key = _pad_result(hall, order_id, ref), secrets.token_hex(16)
    first = hall.terminal.call("POST", "/v1/pad-results", result, key=key)
    again = hall.terminal.call("POST", "/v1/pad-results", result, key=key)
    assert (first.status, first.json()["key"], again.body) == (201, key, first.body)
    assert hall.alarms(ref) == ["paid_at_pad_only"]
    assert (hall.told(order_id)["state"], hall.state(order_id, ref)) == ("open", ("pending", ""))
    assert [r["receipt"] for r in hall.centre.pad_results() if r["attempt"] == ref] == [
        first.json()["receipt"]
    ]


@pytest.mark.parametrize(
    ("told", "alarm"),
    [
        ({}, []),
        ({"outcome": "not_paid"}, ["paid_at_acquirer_only"]),
        ({"paid_fen": 1}, ["amount_differs"]),
    ],
)
def test_what_the_pad_says_is_compared_with_its_acquirer(
    hall: Hall, told: dict[str, object], alarm: list[str]
) -> None:
    order_id = hall.order()
    ref = hall.attempt(order_id, means="pad")
    hall.centre.acquiring.card.open_payment(ref, FEE_FEN)
    hall.centre.acquiring.card.pay(ref, "wechat")
    result = _pad_result(hall, order_id, ref, **told)
    assert hall.terminal.write("/v1/pad-results", result).status == 201
    assert hall.alarms(ref) == alarm
    assert hall.told(order_id)["state"] == "paid"


def test_a_pad_result_without_an_attempt_is_kept_with_an_alarm(hall: Hall) -> None:
    order_id, ref = hall.order(), new_ref()
    assert hall.terminal.write("/v1/pad-results", _pad_result(hall, order_id, ref)).status == 201
    assert hall.alarms(ref) == ["paid_without_attempt", "paid_at_pad_only"]


def test_a_pad_result_of_another_order_or_terminal_is_refused(hall: Hall) -> None:
    order_id, other = hall.order(), hall.order()
    ref = hall.attempt(order_id, means="pad")
    elsewhere = hall.terminal.write("/v1/pad-results", _pad_result(hall, other, ref))
    assert refused(elsewhere) == (404, "attempt_unknown")
    stranger = hall.neighbour.write("/v1/pad-results", _pad_result(hall, order_id, ref))
    assert refused(stranger) == (404, "order_unknown")
    unfit = hall.terminal.write("/v1/pad-results", _pad_result(hall, order_id, ref, paid_fen=-1))
    assert refused(unfit) == (422, "request_invalid")


def test_an_incident_is_kept_once(hall: Hall) -> None:
    ref, key = new_ref(), secrets.token_hex(16)
    incident = {
        "code": "void_failed",
        "subject": ref,
        "detail": "the pad answered nothing",
        "at": written(hall.clock()),
    }
    first = hall.terminal.call("POST", "/v1/incidents", incident, key=key)
    hall.terminal.call("POST", "/v1/incidents", incident, key=key)
    rows = [row for row in hall.centre.incidents() if row["subject"] == ref]
    assert [(r["receipt"], r["terminal_id"], r["code"]) for r in rows] == [
        (first.json()["receipt"], hall.terminal.terminal_id, "void_failed")
    ]
    wrong = hall.terminal.write("/v1/incidents", {**incident, "code": "Void failed"})
    assert refused(wrong) == (422, "request_invalid")


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("pay", {"channel": "cash"}),
        ("pay", {"attempt": "nobody's"}),
        ("decline", {"reason": "mood"}),
        ("qr_lifetime", {"seconds": -1}),
        ("revoke", {"number": "none"}),
        ("revoke", {"number": "none", "state": "lost"}),
        ("forge_qr", {"kind": "better"}),
    ],
)
def test_a_hand_that_asks_for_nonsense_is_told_so(
    hall: Hall, verb: str, arguments: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"must|there is no"):
        hall.centre.verbs[verb](**arguments)
