"""Orders: what a case has to pay, line by line, and whether it is paid.

An order is paid by at most one *attempt* (see ``attempts``). What became of an attempt is decided
by its acquirer's ledger alone; ``orders_settlement`` carries that over to here.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Literal, cast

from fastapi import APIRouter

from sandbox.central.caller import OfficeHere, TerminalHere
from sandbox.central.moments import written
from sandbox.central.office import Office
from sandbox.central.orders_acquiring import CHANNELS
from sandbox.central.orders_book import lines_of, order_row, own_order, set_state
from sandbox.central.orders_settlement import give_back, live_attempts, settle

router = APIRouter()


def open_order(
    office: Office,
    case_id: str,
    case_no: str,
    region: str,
    lines: Sequence[Mapping[str, object]],
    terminal_id: str,
) -> str:
    """A new order's id; call it inside the transaction that keeps the case.

    Each line: code, name, kind (``fee``, ``tax``, ``non_tax``), quantity, unit_fen, total_fen,
    payee, region. ``total_fen`` may lie below quantity times unit: part of it can be waived.
    """
    order_id = secrets.token_hex(16)
    now = written(office.clock())
    office.ledger.insert(
        "orders",
        {
            "order_id": order_id,
            "case_id": case_id,
            "case_no": case_no,
            "region": region,
            "terminal_id": terminal_id,
            "lines": json.dumps([_line(line) for line in lines], ensure_ascii=False),
            "total_fen": sum(int(cast("int", line["total_fen"])) for line in lines),
            "state": "open",
            "opened_at": now,
            "changed_at": now,
        },
    )
    return order_id


def close_order(office: Office, order_id: str) -> Literal["closed", "refunding"]:
    """Take no money for it any more: the case is withdrawn. A paid order is given back.

    Call it inside a transaction. What was being paid is closed at its acquirer first: if the
    money was faster, it goes back too. KeyError if there is no such order.
    """
    for attempt in live_attempts(office, order_id):
        settle(office, attempt, close=True, book=False)
    row = order_row(office, order_id)
    if row is None:
        raise KeyError(order_id)
    if row["state"] == "paid":
        give_back(office, row)
        return "refunding"
    if row["state"] in {"refunding", "refunded"}:
        return "refunding"
    set_state(office, order_id, "closed")
    return "closed"


def _line(line: Mapping[str, object]) -> dict[str, object]:
    """The line's columns, in the contract's order; KeyError if one is missing."""
    names = ("code", "name", "kind", "quantity", "unit_fen", "total_fen", "payee", "region")
    return {name: line[name] for name in names}


@router.get("/v1/orders/{order_id}")
def order(order_id: str, office: OfficeHere, terminal: TerminalHere) -> dict[str, object]:
    """An order of a case that was filed at the calling terminal; no person is in it."""
    row = own_order(office, terminal, order_id)
    ready = office.ledger.one(
        "SELECT 1 FROM fiscal_receipts WHERE order_id = ? AND reversed_at IS NULL", order_id
    )
    channels = [{"channel": code, "names": names} for code, names in CHANNELS.items()]
    return {
        **{k: row[k] for k in ("order_id", "case_no", "region", "total_fen", "state")},
        "lines": lines_of(row),
        "channels": channels,
        "receipt_ready": ready is not None,
    }
