"""The book of orders: rows as others read and move them."""

from __future__ import annotations

import json
from typing import Any, Literal, cast

from sandbox.central.caller import Terminal
from sandbox.central.ledger import Row
from sandbox.central.moments import written
from sandbox.central.office import Office
from sandbox.central.problems import Problem

State = Literal["open", "paid", "closed", "refunding", "refunded"]


def own_order(office: Office, terminal: Terminal, order_id: str) -> Row:
    """The order's row; Problem ``order_unknown`` if its case was not filed at this terminal."""
    row = order_row(office, order_id)
    if row is None or row["terminal_id"] != terminal.terminal_id:
        raise Problem("order_unknown")
    return row


def order_row(office: Office, order_id: str) -> Row | None:
    """The order's row, of whatever terminal."""
    return office.ledger.one("SELECT * FROM orders WHERE order_id = ?", order_id)


def lines_of(row: Row) -> list[dict[str, Any]]:
    """An order's lines as they were given."""
    return cast("list[dict[str, Any]]", json.loads(str(row["lines"])))


def set_state(office: Office, order_id: str, state: State, paid_attempt: str | None = None) -> None:
    """Move the order; ``paid_attempt`` is kept once it is known."""
    office.ledger.execute(
        "UPDATE orders SET state = ?, paid_attempt = COALESCE(?, paid_attempt), changed_at = ? "
        "WHERE order_id = ?",
        state,
        paid_attempt,
        written(office.clock()),
        order_id,
    )
