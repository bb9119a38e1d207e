"""Attempts to pay an order: by a QR on the terminal's screen, or at its payment pad.

The reference is the terminal's, made before anything happens, never reused: the acquirer knows
the payment by it. One attempt of an order lives at a time.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import StringConstraints

from sandbox.acquirers import PaymentRefused
from sandbox.central.caller import OfficeHere, TerminalHere
from sandbox.central.ledger import Row
from sandbox.central.moments import CITY_TIME, moment_of, written
from sandbox.central.office import Office
from sandbox.central.orders_acquiring import Means
from sandbox.central.orders_book import own_order
from sandbox.central.orders_settlement import attempt_row, live_attempts, settle
from sandbox.central.problems import Problem
from sandbox.central.strict import Strict

QR_TEXT = "https://pay.yunting.example/q/"
"""``.example`` belongs to nobody: a phone that scans the code goes nowhere."""
TOLD = ("attempt", "state", "reason", "paid_fen", "channel", "channel_ref", "at")
router = APIRouter()
Reference = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{20,32}$")]


class AttemptRequest(Strict):
    """How the visitor wants to pay this time."""

    attempt: Reference
    means: Means


class Nothing(Strict):
    """An empty object."""


@router.post("/v1/orders/{order_id}/attempts", status_code=201)
def attempt(
    order_id: str, wanted: AttemptRequest, office: OfficeHere, terminal: TerminalHere
) -> dict[str, object]:
    """Open an attempt. One that is known already (under another key, say) is told again."""
    order = own_order(office, terminal, order_id)
    _settle_live(office, order_id)
    with office.ledger.transaction():
        known = attempt_row(office, wanted.attempt)
        if known is None:
            order = own_order(office, terminal, order_id)
            _require_free(office, order)
            known = _open(office, order, wanted)
        elif (known["order_id"], known["means"]) not in {(order_id, wanted.means), (order_id, "")}:
            raise Problem("attempt_used")
        return _opened(office, settle(office, known))


@router.get("/v1/orders/{order_id}/attempts/{attempt}")
def attempt_state(
    order_id: str, attempt: str, office: OfficeHere, terminal: TerminalHere
) -> dict[str, object]:
    """Where the attempt stands, by its acquirer's ledger."""
    own_order(office, terminal, order_id)
    with office.ledger.transaction():
        return _told(settle(office, _of_order(office, order_id, attempt)))


@router.post("/v1/orders/{order_id}/attempts/{attempt}/close")
def close(
    order_id: str,
    attempt: Reference,
    nothing: Nothing,  # noqa: ARG001 - the body must be an empty object
    office: OfficeHere,
    terminal: TerminalHere,
) -> dict[str, object]:
    """Let it be paid no more; ``paid`` if the money was faster.

    A reference that never came is remembered as closed: its request may still be on the way.
    """
    order = own_order(office, terminal, order_id)
    with office.ledger.transaction():
        known = attempt_row(office, attempt) or _closed_unseen(office, order, attempt)
        if known["order_id"] != order_id:
            raise Problem("attempt_unknown")
        return _told(settle(office, known, close=True))


def _settle_live(office: Office, order_id: str) -> None:
    """So that a QR past its life doesn't stand in the next one's way."""
    with office.ledger.transaction():
        for live in live_attempts(office, order_id):
            settle(office, live)


def _require_free(office: Office, order: Row) -> None:
    if order["state"] != "open":
        raise Problem("order_not_open")
    if live_attempts(office, str(order["order_id"])):
        raise Problem("attempt_open")


def _open(office: Office, order: Row, wanted: AttemptRequest) -> Row:
    amount_fen = int(order["total_fen"] or 0)
    row = _kept(office, order, wanted.attempt, wanted.means)
    if wanted.means == "qr":
        try:
            office.acquiring.wallet.open_payment(wanted.attempt, amount_fen)
        except PaymentRefused as error:
            raise Problem("attempt_used", "the acquirer knows this reference") from error
    return row


def _closed_unseen(office: Office, order: Row, attempt: str) -> Row:
    """Nobody has said by which means it would be paid: no QR may be, the card's turn is next."""
    office.acquiring.wallet.close(attempt)
    return _kept(office, order, attempt, "")


def _kept(office: Office, order: Row, attempt: str, means: str) -> Row:
    now = office.clock()
    expires = (now + office.acquiring.qr_life).astimezone(CITY_TIME) if means == "qr" else None
    row: Row = {
        "attempt": attempt,
        "order_id": order["order_id"],
        "means": means,
        "amount_fen": order["total_fen"],
        "state": "pending",
        "opened_at": written(now),
        "expires_at": expires.isoformat(timespec="milliseconds") if expires else None,
        "at": written(now),
    }
    office.ledger.insert("attempts", row)
    return row


def _of_order(office: Office, order_id: str, attempt: str) -> Row:
    row = attempt_row(office, attempt)
    if row is None or row["order_id"] != order_id:
        raise Problem("attempt_unknown")
    return row


def _opened(office: Office, row: Row) -> dict[str, object]:
    """With the QR, as long as somebody can pay it."""
    qr: dict[str, object] | None = None
    if row["state"] == "pending" and row["expires_at"] is not None:
        left = moment_of(str(row["expires_at"])) - office.clock()
        qr = {
            "payload": f"{QR_TEXT}{row['attempt']}",
            "expires_in_s": max(0, int(left.total_seconds())),
        }
    return {"attempt": row["attempt"], "state": row["state"], "qr": qr}


def _told(row: Row) -> dict[str, object]:
    return {name: row[name] for name in TOLD}
