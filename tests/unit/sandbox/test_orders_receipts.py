"""Fiscal e-receipts: numbers, the amount in capitals, the finance seal, and whose they are."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
from asn1crypto.x509 import Certificate
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from sandbox.central.receipt_amount import LARGEST_FEN, in_capitals
from sandbox.certificates import FINANCE_SEAL_NAME
from tests.unit.sandbox.orders_hall import FEE_FEN, LINE, PAYEE, Hall, lines_with, refused

pytestmark = pytest.mark.city


@pytest.fixture(scope="module", name="running")
def running_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    hall = Hall.opened(tmp_path_factory.mktemp("hall"))
    yield hall
    hall.close()


@pytest.fixture(name="hall")
def hall_that_behaves(running: Hall) -> Iterator[Hall]:
    yield running
    running.centre.tamper("none")


def _paid(hall: Hall, *lines: dict[str, object]) -> str:
    order_id = hall.order(*lines)
    hall.centre.money.pay(hall.attempt(order_id))
    return order_id


@pytest.mark.parametrize(
    ("fen", "capitals"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (101, "壹元零壹分"),
        (8_000, "捌拾元整"),
        (8_050, "捌拾元伍角整"),
        (55_000, "伍佰伍拾元整"),
        (160_900, "壹仟陆佰零玖元整"),
        (650_052, "陆仟伍佰元伍角贰分"),
        (10_500_000, "壹拾万零伍仟元整"),
        (100_000_100, "壹佰万零壹元整"),
        (10_000_010_000, "壹亿零壹佰元整"),
        (12_345_678_901, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分"),
    ],
)
def test_an_amount_in_capitals(fen: int, capitals: str) -> None:
    assert in_capitals(fen) == capitals


@pytest.mark.parametrize("fen", [-1, LARGEST_FEN + 1])
def test_an_amount_that_no_receipt_bears(fen: int) -> None:
    with pytest.raises(ValueError, match="amount"):
        in_capitals(fen)


def test_a_receipt_has_numbers_that_run(hall: Hall) -> None:
    token = hall.token()
    first, second = (
        hall.terminal.call("GET", f"/v1/orders/{_paid(hall)}/receipt", token=token).json()
        for _ in range(2)
    )
    assert re.fullmatch(r"990101\d{2}", first["code"])
    assert first["code"][6:] == f"{hall.clock():%y}"
    assert int(second["number"]) == int(first["number"]) + 1
    assert len(first["number"]) == 10
    assert re.fullmatch(r"[0-9a-f]{6}", first["check_code"])
    assert (first["payee"], first["total_fen"], first["pages"]) == (PAYEE, FEE_FEN, 1)
    assert first["title"] == "云汀市非税收入通用票据（电子）"


def test_the_page_says_who_paid_what(hall: Hall) -> None:
    token = hall.token()
    waived = lines_with(code="452003", quantity=1, unit_fen=1_000, total_fen=0)
    order_id = _paid(hall, dict(LINE), waived)
    told = hall.terminal.call("GET", f"/v1/orders/{order_id}/receipt", token=token).json()
    path = f"/v1/receipts/{told['receipt_id']}/document"
    reply = hall.terminal.call("GET", path, token=token)
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.headers["x-document-pages"] == "1"
    assert hall.terminal.call("GET", path, token=token).body == reply.body
    text = re.sub(r"\s", "", _text(reply.body))
    case_no = str(hall.case(order_id)["case_no"])
    for words in (
        hall.city.resident("zhang").name,
        told["code"],
        told["number"],
        told["check_code"],
        "捌拾元整",
        "￥80.00",
        "减免10.00",
        "微信支付",
        case_no,
    ):
        assert words in text, words


@pytest.mark.parametrize(
    ("kind", "holds"),
    [
        ("none", {"intact": True, "docmdp_ok": True, "trusted": True}),
        ("byte", {"intact": False}),
        ("append", {"docmdp_ok": False}),
        ("other_ca", {"intact": True, "trusted": False}),
    ],
)
def test_the_finance_seal(
    hall: Hall, kind: str, holds: dict[str, bool], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL", logger="pyhanko")
    token = hall.token()
    told = hall.terminal.call("GET", f"/v1/orders/{_paid(hall)}/receipt", token=token).json()
    hall.centre.tamper(kind)
    path = f"/v1/receipts/{told['receipt_id']}/document"
    status = _seal(hall, hall.terminal.call("GET", path, token=token).body)
    assert {name: bool(getattr(status, name)) for name in holds} == holds
    assert status.bottom_line == (kind == "none")
    subject = cast("Any", status.signing_cert).subject.native
    assert subject["common_name"] == FINANCE_SEAL_NAME
    if kind == "none":
        assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def test_a_receipt_is_there_once_it_is_paid_and_only_for_its_parties(hall: Hall) -> None:
    order_id, token = hall.order(), hall.token()
    path = f"/v1/orders/{order_id}/receipt"
    assert refused(hall.terminal.call("GET", path, token=token)) == (404, "receipt_not_ready")
    hall.centre.money.pay(hall.attempt(order_id))
    receipt_id = hall.terminal.call("GET", path, token=token).json()["receipt_id"]
    pdf = f"/v1/receipts/{receipt_id}/document"
    assert refused(hall.terminal.call("GET", path)) == (401, "token_invalid")
    assert refused(hall.terminal.call("GET", pdf)) == (401, "token_invalid")
    stranger = hall.token("li")
    assert refused(hall.terminal.call("GET", path, token=stranger)) == (404, "order_unknown")
    assert refused(hall.terminal.call("GET", pdf, token=stranger)) == (404, "receipt_unknown")
    nowhere = hall.terminal.call("GET", "/v1/receipts/" + "0" * 32 + "/document", token=token)
    assert refused(nowhere) == (404, "receipt_unknown")


def _text(pdf: bytes) -> str:
    import pypdfium2 as pdfium  # noqa: PLC0415 - heavy, and only these tests need it

    loaded = cast("Any", pdfium.PdfDocument(pdf))
    text = "".join(page.get_textpage().get_text_range() for page in loaded)
    loaded.close()
    return text


def _seal(hall: Hall, pdf: bytes) -> PdfSignatureStatus:
    pem: str = hall.terminal.call("GET", "/v1/trust").json()["seal_cas"][0]
    authority = next(cast("Iterator[Certificate]", load_certs_from_pemder_data(pem.encode())))
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    context = ValidationContext(trust_roots=[authority], allow_fetching=False)
    return validate_pdf_signature(signature, context)
