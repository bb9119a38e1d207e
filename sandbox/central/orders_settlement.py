"""What became of an attempt, as its acquirer's ledger has it, carried over to order and case.

One table, for an attempt and the acquirer's record of the same reference:

| attempt | record | becomes |
|---|---|---|
| pending | none, waiting | pending; a QR past its life is closed at the acquirer first |
| pending | paid, the right amount, order open | paid; order paid, receipt issued, case told |
| pending | closed, declined, cancelled | not_paid with that reason |
| pending, not_paid | paid otherwise | refunding, and an alarm |
| refunding | paid | refunded once the acquirer has given it back |
| any | voided, refunded | refunded; an order that it had paid is refunded too, with an alarm |

Locks are always taken in the order ledger, acquirer: listeners only put a reference on a queue.
"""

from __future__ import annotations

import logging
import queue
import threading
from datetime import datetime
from typing import Final, Literal

from sandbox.acquirers import PaymentRefused, Record
from sandbox.central import receipts
from sandbox.central.ledger import Row
from sandbox.central.moments import CITY_TIME, moment_of, written
from sandbox.central.office import Office
from sandbox.central.orders_alarms import alarm
from sandbox.central.orders_book import order_row, set_state
from sandbox.central.orders_cases import case_is_paid

AttemptState = Literal["pending", "paid", "not_paid", "refunding", "refunded"]
FAILED: Final = {"closed": "closed", "declined": "declined", "cancelled": "cancelled"}
"""A record's state that ends an attempt without money, and the reason it gives."""
log = logging.getLogger(__name__)


def attempt_row(office: Office, attempt: str) -> Row | None:
    """An attempt by its reference."""
    return office.ledger.one("SELECT * FROM attempts WHERE attempt = ?", attempt)


def live_attempts(office: Office, order_id: str) -> list[Row]:
    """Those of an order that may still bring money; at most one."""
    return office.ledger.all(
        "SELECT * FROM attempts WHERE order_id = ? AND state = 'pending'", order_id
    )


def settle(office: Office, attempt: Row, *, close: bool = False, book: bool = True) -> Row:
    """Ask the acquirer and move the attempt (and all that hangs on it); its row afterwards.

    Inside a transaction. ``close``: let it be paid no more, unless the money was faster.
    ``book``: whether the case hears that it is paid (not if it is being withdrawn).
    """
    ref = str(attempt["attempt"])
    acquirer = office.acquiring.behind(str(attempt["means"]))
    pending = attempt["state"] == "pending"
    expired = pending and not close and _is_over(attempt, office.clock())
    record = acquirer.close(ref) if pending and (close or expired) else acquirer.query(ref)
    if record is not None and record.state != "waiting":
        _apply(office, attempt, record, expired=expired, book=book)
    return attempt_row(office, ref) or attempt


def _is_over(attempt: Row, now: datetime) -> bool:
    return attempt["expires_at"] is not None and now >= moment_of(str(attempt["expires_at"]))


def _apply(office: Office, attempt: Row, record: Record, *, expired: bool, book: bool) -> None:
    state = attempt["state"]
    if record.state in FAILED and state == "pending":
        reason = "expired" if expired and record.state == "closed" else FAILED[record.state]
        _move(office, attempt, "not_paid", record, reason)
    elif record.state == "paid" and state in {"pending", "not_paid"}:
        _take(office, attempt, record, book=book)
    elif record.state in {"voided", "refunded"} and state != "refunded":
        _given_back(office, attempt, record)


def _take(office: Office, attempt: Row, record: Record, *, book: bool) -> None:
    """Money came in: it pays the order if it may, else it goes back."""
    order = order_row(office, str(attempt["order_id"]))
    wrong = _why_not(attempt, order, record)
    if order is None or wrong:
        _move(office, attempt, "refunding", record, str(attempt["reason"]))
        alarm(office, wrong, record.ref, f"{record.amount_fen} fen by {record.method}")
        return
    _move(office, attempt, "paid", record, "")
    order_id = str(order["order_id"])
    set_state(office, order_id, "paid", record.ref)
    if book and case_is_paid(office, str(order["case_id"])):
        receipts.issue(office, order)
    elif book:
        alarm(office, "case_takes_no_payment", record.ref, f"{record.amount_fen} fen")
        give_back(office, {**order, "paid_attempt": record.ref})


def _why_not(attempt: Row, order: Row | None, record: Record) -> str:
    """The alarm's code, if this money can't pay the order; empty if it can."""
    if attempt["state"] != "pending":
        return "paid_after_closing"
    if record.amount_fen != attempt["amount_fen"]:
        return "amount_differs"
    return "" if order is not None and order["state"] == "open" else "paid_twice"


def _given_back(office: Office, attempt: Row, record: Record) -> None:
    order = order_row(office, str(attempt["order_id"]))
    _move(office, attempt, "refunded", record, str(attempt["reason"]))
    if attempt["state"] == "not_paid":
        alarm(office, "paid_after_closing", record.ref, f"{record.state} at the acquirer")
    if order is None or order["paid_attempt"] != record.ref:
        return
    if order["state"] == "paid":  # nobody here asked for it: a void at the pad, say
        alarm(office, "paid_then_given_back", record.ref, f"{record.state} at the acquirer")
    set_state(office, str(order["order_id"]), "refunded")
    receipts.reverse(office, str(order["order_id"]))


def give_back(office: Office, order: Row) -> None:
    """Start the refund of a paid order; inside a transaction."""
    set_state(office, str(order["order_id"]), "refunding")
    office.ledger.execute(
        "UPDATE attempts SET state = 'refunding', at = ? WHERE attempt = ?",
        written(office.clock()),
        order["paid_attempt"],
    )


def _move(office: Office, attempt: Row, state: AttemptState, record: Record, reason: str) -> None:
    money = record.state in {"paid", "voided", "refunded"}
    office.ledger.execute(
        "UPDATE attempts SET state = ?, reason = ?, paid_fen = ?, channel = ?, channel_ref = ?, "
        "at = ? WHERE attempt = ?",
        state,
        reason,
        record.amount_fen if money else 0,
        record.method,
        record.channel_ref,
        record.at.astimezone(CITY_TIME).isoformat(timespec="seconds"),
        attempt["attempt"],
    )


class Settlement:
    """Hears from the acquirers and carries it over, on a thread of its own; pays refunds out.

    Calls settle an attempt when they are asked for it anyway: this is what moves a case whose
    terminal has lost its power.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._heard: queue.SimpleQueue[str | threading.Event | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        for acquirer in (office.acquiring.wallet, office.acquiring.card):
            acquirer.listen(self._hear)

    def start(self) -> None:
        """Listen; what happened meanwhile is made up for. Safe to call twice."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="settlement", daemon=True)
            self._thread.start()
            self.sweep()

    def stop(self) -> None:
        """End the thread when it has done what it has heard. Safe to call twice."""
        if self._thread is not None:
            self._heard.put(None)
            self._thread.join()
            self._thread = None

    def sweep(self) -> None:
        """Look at every attempt that is not final, soon."""
        rows = self._office.ledger.all(
            "SELECT attempt FROM attempts WHERE state IN ('pending', 'refunding')"
        )
        for row in rows:
            self._heard.put(str(row["attempt"]))

    def wait(self, timeout_s: float = 10.0) -> bool:
        """Until all that was heard before is carried over; False if it takes too long or is off."""
        if self._thread is None:
            return False
        done = threading.Event()
        self._heard.put(done)
        return done.wait(timeout_s)

    def _hear(self, record: Record) -> None:
        self._heard.put(record.ref)

    def _run(self) -> None:
        while (heard := self._heard.get()) is not None:
            if isinstance(heard, threading.Event):
                heard.set()
                continue
            try:
                self.carry_over(heard)
            except Exception as error:  # noqa: BLE001 - the next attempt must not suffer from it
                log.error("an attempt could not be settled: %s", type(error).__name__)  # noqa: TRY400 - the message may quote a row

    def carry_over(self, ref: str) -> None:
        """Settle one attempt, and give back what it owes unless the panel holds refunds."""
        with self._office.ledger.transaction():
            known = attempt_row(self._office, ref)
            if known is None:
                return
            attempt = settle(self._office, known)
            if attempt["state"] != "refunding" or self._office.acquiring.refunds_held:
                return
            try:
                self._office.acquiring.behind(str(attempt["means"])).refund(ref)
            except PaymentRefused:  # somebody was faster, with a void say: the record tells
                log.warning("an acquirer refused a refund")
            settle(self._office, attempt)
