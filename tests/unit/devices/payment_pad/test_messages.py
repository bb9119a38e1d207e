"""Amounts to the fen, and messages read by two decoders that share nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.payment_pad.amounts import MOST_FEN, NotAnAmount, fen_of, yuan_text
from devices.payment_pad.messages import (
    Answer,
    MalformedMessage,
    Order,
    Stamp,
    close_request,
    order_request,
    pair_request,
    query_request,
    read_answer,
)
from devices.payment_pad.protocol import LONGEST_DATA
from sandbox.devices.ecrhub_pad_wire import read_request, write_response

STAMP = Stamp("0123456789abcdef" * 2, "kiosk", 1_795_000_000_000)
HEAD = {"msg_id": STAMP.msg_id, "app_id": "kiosk", "timestamp": "1795000000000"}
BIZ = {
    "merchant_order_no": "K2611220001",
    "order_amount": "80.00",
    "trans_no": "202611220000000001",
    "price_currency": "CNY",
    "trans_type": "1",
    "trans_status": "2",
    "pay_channel_trans_no": "261122000001",
    "pay_user_account_id": "622848******0019",
    "paid_amount": "80.00",
    "trans_end_time": "2026-11-22 04:00:00",
    "pay_method_id": "UnionPay",
}


@pytest.mark.parametrize(
    ("fen", "text"),
    [(1, "0.01"), (10, "0.10"), (8000, "80.00"), (123456, "1234.56"), (MOST_FEN, "99999999.99")],
)
def test_fen_become_decimal_yuan(fen: int, text: str) -> None:
    assert yuan_text(fen) == text
    assert fen_of(text) == fen


@pytest.mark.parametrize(("text", "fen"), [("80", 8000), ("80.0", 8000), ("0", 0), ("0.5", 50)])
def test_fewer_places_mean_the_same(text: str, fen: int) -> None:
    assert fen_of(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "", " 80", "80 ", "80.", ".80", "80.000", "080.00", "+80", "-80.00", "8e1", "80,00",
        "80.00\n", "8０", "８０", "٨٠", "NaN", "1_0", "0x50", "100000000", "80.00.00",
    ],
)  # fmt: skip
def test_anything_else_is_no_amount(text: str) -> None:
    with pytest.raises(NotAnAmount):
        fen_of(text)


@pytest.mark.parametrize("fen", [0, -1, MOST_FEN + 1, True])
def test_such_numbers_are_no_amount(fen: int) -> None:
    with pytest.raises(NotAnAmount):
        yuan_text(fen)


@given(st.integers(1, MOST_FEN))
def test_every_amount_comes_back(fen: int) -> None:
    assert fen_of(yuan_text(fen)) == fen


def test_requests_as_the_other_decoder_reads_them() -> None:
    order = Order("K2611220001", 8000, "不动产登记费")
    assert read_request(order_request(STAMP, order)) == HEAD | {
        "topic": "ecrhub.pay.order",
        "merchant_order_no": "K2611220001",
        "price_currency": "CNY",
        "order_amount": "80.00",
        "trans_type": "1",
        "pay_method_category": "BANKCARD",
        "description": "不动产登记费",
    }
    void = Order("V2611220001", 8000, orig_ref="K2611220001")
    assert read_request(order_request(STAMP, void)) == HEAD | {
        "topic": "ecrhub.pay.order",
        "merchant_order_no": "V2611220001",
        "orig_merchant_order_no": "K2611220001",
        "price_currency": "CNY",
        "order_amount": "80.00",
        "trans_type": "2",
    }
    for topic, build in (("query", query_request), ("close", close_request)):
        expected = HEAD | {"topic": f"ecrhub.pay.{topic}", "merchant_order_no": "K1"}
        assert read_request(build(STAMP, "K1")) == expected
    assert read_request(pair_request(STAMP, "kiosk-7")) == HEAD | {
        "topic": "ecrhub.pair",
        "device_name": "kiosk-7",
        "alias_name": "kiosk-7",
    }


def test_an_order_on_the_wire_byte_by_byte() -> None:
    wire = order_request(Stamp("m", "a", 7), Order("K1", 8000))
    assert wire == (
        b"\x0a\x10ecrhub.pay.order\x12\x01m\x1a\x01a\x22\x017\x32\x1d"
        b"\x0a\x02K1\x1a\x03CNY\x22\x0580.00\x32\x011\x3a\x08BANKCARD"
    )


def test_a_response_of_the_other_encoder_is_read_and_the_payer_is_not() -> None:
    data = write_response(
        "ecrhub.pay.order", "m1", success=True, biz=BIZ, device=("Cashier", "SN1", "2.4.0")
    )
    answer = read_answer(data)
    assert answer == Answer(
        topic="ecrhub.pay.order",
        msg_id="m1",
        success=True,
        ref="K2611220001",
        order_amount="80.00",
        paid_amount="80.00",
        currency="CNY",
        trans_no="202611220000000001",
        trans_type="1",
        trans_status="2",
        channel_ref="261122000001",
        ended_at="2026-11-22 04:00:00",
        method="UnionPay",
        app="Cashier 2.4.0",
    )
    assert "622848" not in repr(answer)


def test_a_success_in_a_later_sdks_place_is_none() -> None:
    """There ``success`` is field 4 and ``error_msg`` 5: pairing with such a pad must fail."""
    later = b"\x0a\x0becrhub.pair\x12\x02m1\x20\x01\x2a\x00"
    assert read_answer(later).success is False


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"\x0a\x05abc",
        b"\x0a\x01\xff",  # not UTF-8
        b"\x0a\x81\x01" + b"t" * 129,
        b"\x12\x03a\x00b",
        b"\x42\x03\x0a\x05a",  # a part cut short
        b"\x0b",  # a group that never ends
    ],
)
def test_what_is_no_response_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedMessage):
        read_answer(data)


def test_the_pads_own_words_are_cut_and_card_numbers_blotted_out() -> None:
    data = write_response("t", "m", success=False, error="card 6228480012340019\n" + "x" * 400)
    answer = read_answer(data)
    assert answer.message.startswith("card * ")
    assert len(answer.message) <= 128


@pytest.mark.parametrize("ref", ["", "A" * 33, "A-1", "A 1", "订单", "A1\n"])
def test_what_is_no_order_number_is_not_sent(ref: str) -> None:
    with pytest.raises(ValueError, match="order number"):
        Order(ref, 100)


def test_an_order_fits_a_frame_and_a_longer_text_is_refused() -> None:
    order = Order("A" * 32, MOST_FEN, "费" * 85, "QR_C_SCAN_B", orig_ref="B" * 32)
    assert len(order_request(STAMP, order)) <= LONGEST_DATA
    with pytest.raises(ValueError, match="description"):
        Order("A1", 100, "费" * 86)
    with pytest.raises(ValueError, match="at most"):
        pair_request(STAMP, "x" * LONGEST_DATA)
