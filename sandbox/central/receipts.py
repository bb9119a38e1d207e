"""Fiscal e-receipts (财政电子票据): issued when an order is paid, delivered as sealed PDF."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final, cast

from fastapi import APIRouter, Response

from sandbox.central import pdf_seal, receipt_page, sealed_papers
from sandbox.central.caller import OfficeHere, Session, SessionHere
from sandbox.central.ledger import Row
from sandbox.central.moments import city_day, moment_of, written
from sandbox.central.office import Office
from sandbox.central.orders_acquiring import CHANNELS
from sandbox.central.orders_book import lines_of, order_row
from sandbox.central.orders_cases import parties_of
from sandbox.central.problems import Problem
from sandbox.central.receipt_page import FiscalReceipt, ReceiptLine

SUPERVISION: Final = "99"
"""监管机构区划: the invented city's first two digits."""
KIND: Final = "0101"
"""分类 01 非税收入, 种类 01 通用票据 (reference/domain.md §4)."""
CHECK_ALPHABET: Final = "0123456789abcdef"
PAD_CHANNEL: Final = "终端支付"
router = APIRouter()


def issue(office: Office, order: Row) -> None:
    """Give a paid order its receipt: numbers, payer, day; inside the paying transaction."""
    now = office.clock()
    code = f"{SUPERVISION}{KIND}{city_day(now):%y}"
    office.ledger.insert(
        "fiscal_receipts",
        {
            "receipt_id": secrets.token_hex(16),
            "order_id": order["order_id"],
            "code": code,
            "number": _next_number(office, code),
            "check_code": "".join(secrets.choice(CHECK_ALPHABET) for _ in range(6)),
            "payer": _payer(office, str(order["case_id"])),
            "total_fen": order["total_fen"],
            "issued_at": written(now),
        },
    )


def reverse(office: Office, order_id: str) -> None:
    """冲红: the receipt of an order that was given back counts no more; its number stays used."""
    office.ledger.execute(
        "UPDATE fiscal_receipts SET reversed_at = ? WHERE order_id = ? AND reversed_at IS NULL",
        written(office.clock()),
        order_id,
    )


@router.get("/v1/orders/{order_id}/receipt")
def receipt_of_order(order_id: str, office: OfficeHere, session: SessionHere) -> dict[str, object]:
    """The receipt's numbers, for a party of the case."""
    order = order_row(office, order_id)
    if order is None or session.resident not in parties_of(office, str(order["case_id"])):
        raise Problem("order_unknown")
    row = office.ledger.one(
        "SELECT * FROM fiscal_receipts WHERE order_id = ? AND reversed_at IS NULL", order_id
    )
    if row is None:
        raise Problem("receipt_not_ready")
    told = ("receipt_id", "code", "number", "check_code", "payee", "total_fen", "issued_at")
    printed = _printed(office, row, order)
    payee = lines_of(order)[0]["payee"]
    values: dict[str, object] = {**printed, "payee": payee}
    return {"title": receipt_page.TITLE, **{name: values[name] for name in (*told, "pages")}}


@router.get("/v1/receipts/{receipt_id}/document")
def receipt_document(receipt_id: str, office: OfficeHere, session: SessionHere) -> Response:
    """The receipt, sealed on its first delivery; spoilt if the panel says so."""
    row = _own_receipt(office, session, receipt_id)
    sealed = sealed_papers.delivery(
        office,
        row["sealed"],
        page=lambda: cast("bytes", row["document"]),
        keep=lambda made: office.ledger.execute(
            "UPDATE fiscal_receipts SET sealed = ? WHERE receipt_id = ?", made, receipt_id
        ),
        finance=True,
    )
    return sealed_papers.answer(sealed, int(row["pages"] or 1))


def _next_number(office: Office, code: str) -> str:
    """Ten digits, rising within a code (that is, within a year)."""
    row = office.ledger.one("SELECT MAX(number) AS last FROM fiscal_receipts WHERE code = ?", code)
    return f"{int(row['last'] or 0) + 1 if row else 1:010d}"


def _payer(office: Office, case_id: str) -> str:
    """The parties' names, in the city's own order."""
    parties = parties_of(office, case_id)
    return "、".join(r.name for r in office.city.residents if r.key in parties)


def _own_receipt(office: Office, session: Session, receipt_id: str) -> Row:
    row = office.ledger.one(
        "SELECT * FROM fiscal_receipts WHERE receipt_id = ? AND reversed_at IS NULL", receipt_id
    )
    order = order_row(office, str(row["order_id"])) if row else None
    if row is None or order is None:
        raise Problem("receipt_unknown")
    if session.resident not in parties_of(office, str(order["case_id"])):
        raise Problem("receipt_unknown")
    return _printed(office, row, order)


def _printed(office: Office, row: Row, order: Row) -> Row:
    """The row with its page, made when it is first asked for."""
    if row["document"] is not None:
        return row
    pdf = receipt_page.render(_content(office, row, order))
    pages = pdf_seal.page_count(pdf)
    office.ledger.execute(
        "UPDATE fiscal_receipts SET document = ?, pages = ? "
        "WHERE receipt_id = ? AND document IS NULL",
        pdf,
        pages,
        row["receipt_id"],
    )
    return {**row, "document": pdf, "pages": pages}


def _content(office: Office, row: Row, order: Row) -> FiscalReceipt:
    paid = office.ledger.one("SELECT * FROM attempts WHERE attempt = ?", order["paid_attempt"])
    channel = str(paid["channel"]) if paid else ""
    return FiscalReceipt(
        office=office.city.registry["zh-CN"],
        code=str(row["code"]),
        number=str(row["number"]),
        check_code=str(row["check_code"]),
        payer=str(row["payer"]),
        lines=[_line(line) for line in lines_of(order)],
        total_fen=int(row["total_fen"] or 0),
        issued_at=moment_of(str(row["issued_at"])),
        case_no=str(order["case_no"]),
        channel=CHANNELS[channel]["zh-CN"] if channel in CHANNELS else PAD_CHANNEL,
        channel_ref=str(paid["channel_ref"]) if paid else "",
    )


def _line(line: Mapping[str, Any]) -> ReceiptLine:
    """An order's line in Chinese: the one language of the form."""
    return ReceiptLine(
        code=str(line["code"]),
        name=str(line["name"]["zh-CN"]),
        quantity=int(line["quantity"]),
        unit_fen=int(line["unit_fen"]),
        total_fen=int(line["total_fen"]),
        payee=str(line["payee"]["zh-CN"]),
    )
