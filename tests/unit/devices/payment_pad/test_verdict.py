"""What an answer proves, and what it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.api import ChargeOutcome, ChargeResult
from devices.payment_pad.messages import Answer, Order
from devices.payment_pad.verdict import order_verdict, query_verdict, void_query_verdict

ORDER = Order("K1", 8000)
VOID = Order("V1", 8000, orig_ref="K1")
PAID = Answer(
    topic="ecrhub.pay.order",
    msg_id="m1",
    success=True,
    ref="K1",
    order_amount="80.00",
    paid_amount="80.00",
    currency="CNY",
    trans_no="20261122",
    trans_type="1",
    trans_status="2",
    channel_ref="261122",
    ended_at="2026-11-22 04:00:00",
    method="UnionPay",
)
REFUSED = Answer(topic="ecrhub.pay.query", msg_id="m1", success=False, message="not found")


def told(result: ChargeResult | None) -> tuple[ChargeOutcome, str, int]:
    assert result is not None
    return result.outcome, result.reason, result.paid_fen


def test_paid_with_its_evidence() -> None:
    result = order_verdict(PAID, ORDER)
    assert told(result) == (ChargeOutcome.PAID, "", 8000)
    assert result is not None
    assert result.evidence == {
        "msg_id": "m1",
        "ref": "K1",
        "status": "2",
        "trans_type": "1",
        "trans_no": "20261122",
        "channel_ref": "261122",
        "method": "UnionPay",
        "amount": "80.00",
        "ended_at": "2026-11-22T04:00:00+00:00",
    }


@pytest.mark.parametrize(
    ("changed", "defect"),
    [
        ({"ref": "K2"}, "ref"),
        ({"ref": ""}, "ref"),
        ({"trans_type": "2"}, "trans_type"),
        ({"currency": "USD"}, "currency"),
        ({"order_amount": "80.01"}, "amount"),
        ({"paid_amount": "79.99"}, "amount"),
        ({"order_amount": "", "paid_amount": ""}, "amount"),
        ({"order_amount": "8e1"}, "amount"),
        ({"trans_status": "4"}, "status"),
        ({"trans_status": ""}, "status"),
    ],
)
def test_a_paid_answer_that_does_not_fit_is_unknown(changed: dict[str, str], defect: str) -> None:
    result = order_verdict(replace(PAID, **changed), ORDER)
    assert told(result) == (ChargeOutcome.UNKNOWN, "", 0)
    assert result is not None
    assert result.evidence["defect"] == defect


def test_completed_without_success_is_unknown() -> None:
    assert told(order_verdict(replace(PAID, success=False), ORDER))[0] is ChargeOutcome.UNKNOWN


@pytest.mark.parametrize("success", [True, False])
@pytest.mark.parametrize(("status", "reason"), [("1", "declined"), ("3", "cancelled")])
def test_closed_and_cancelled_are_not_paid(*, success: bool, status: str, reason: str) -> None:
    answer = replace(PAID, success=success, trans_status=status, paid_amount="")
    assert told(order_verdict(answer, ORDER)) == (ChargeOutcome.NOT_PAID, reason, 0)


@pytest.mark.parametrize("status", ["0", "9"])
def test_an_order_under_way_has_no_verdict_yet(status: str) -> None:
    assert order_verdict(replace(PAID, trans_status=status), ORDER) is None


def test_a_refusal_of_the_order_proves_nothing() -> None:
    assert told(order_verdict(REFUSED, ORDER)) == (ChargeOutcome.UNKNOWN, "", 0)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, (ChargeOutcome.PAID, "", 8000)),
        ({"paid_amount": "79.00"}, (ChargeOutcome.PAID, "", 7900)),
        ({"trans_status": "1"}, (ChargeOutcome.NOT_PAID, "closed", 0)),
        ({"trans_status": "3"}, (ChargeOutcome.NOT_PAID, "cancelled", 0)),
        ({"trans_status": "0"}, (ChargeOutcome.PENDING, "", 0)),
        ({"trans_status": "9"}, (ChargeOutcome.PENDING, "", 0)),
        ({"trans_status": "7"}, (ChargeOutcome.UNKNOWN, "", 0)),
        ({"trans_status": ""}, (ChargeOutcome.UNKNOWN, "", 0)),
        ({"ref": "K2"}, (ChargeOutcome.UNKNOWN, "", 0)),
        ({"paid_amount": "0.00"}, (ChargeOutcome.UNKNOWN, "", 0)),
        ({"paid_amount": "?"}, (ChargeOutcome.UNKNOWN, "", 0)),
        ({"trans_type": "2"}, (ChargeOutcome.UNKNOWN, "", 0)),
    ],
)
def test_what_a_query_says(
    changed: dict[str, str], expected: tuple[ChargeOutcome, str, int]
) -> None:
    assert told(query_verdict(replace(PAID, **changed), "K1")) == expected


def test_a_query_that_finds_nothing_is_not_found() -> None:
    assert told(query_verdict(REFUSED, "K1"))[0] is ChargeOutcome.NOT_FOUND
    assert told(void_query_verdict(REFUSED, "V1"))[0] is ChargeOutcome.NOT_FOUND


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("2", (ChargeOutcome.NOT_PAID, "voided", 0)),
        ("1", (ChargeOutcome.UNKNOWN, "declined", 0)),
        ("3", (ChargeOutcome.UNKNOWN, "declined", 0)),
    ],
)
def test_a_void_is_about_the_payment(status: str, expected: tuple[ChargeOutcome, str, int]) -> None:
    answer = replace(PAID, ref="V1", trans_type="2", trans_status=status)
    assert told(order_verdict(answer, VOID)) == expected
    assert told(void_query_verdict(answer, "V1")) == expected


def test_a_void_of_another_amount_or_payment_proves_nothing() -> None:
    voided = replace(PAID, ref="V1", trans_type="2")
    for answer in (replace(voided, order_amount="1.00"), replace(voided, ref="K1")):
        assert told(order_verdict(answer, VOID)) == (ChargeOutcome.UNKNOWN, "", 0)
    assert told(void_query_verdict(replace(voided, trans_status="0"), "V1"))[0] is (
        ChargeOutcome.PENDING
    )


@pytest.mark.parametrize("ended_at", ["", "2026-11-22", "2026-13-01 00:00:00", "yesterday"])
def test_a_time_that_is_none_is_left_out(ended_at: str) -> None:
    result = order_verdict(replace(PAID, ended_at=ended_at), ORDER)
    assert result is not None
    assert result.outcome is ChargeOutcome.PAID
    assert "ended_at" not in result.evidence
