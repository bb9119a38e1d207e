"""The simulated acquirers: whose ledger says what was paid, whatever anybody's wire said.

One object per acquirer; the payment pad's twin and the centre hold the same one. It behaves as
WeChat Pay, Alipay and card acquirers publish it: the reference (merchant_order_no, out_trade_no)
is the key of everything, a closed one takes no money, a paid one can't be closed.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Literal, cast

CITY_TIME = timezone(timedelta(hours=8))

State = Literal["waiting", "paid", "closed", "declined", "cancelled", "voided", "refunded"]
"""``declined`` by the bank or the scheme, ``cancelled`` by the payer."""
Kind = Literal["payment", "void", "refund"]

_TABLES = """
CREATE TABLE IF NOT EXISTS payment (
    ref TEXT PRIMARY KEY, amount_fen INTEGER NOT NULL, state TEXT NOT NULL,
    reason TEXT NOT NULL, method TEXT NOT NULL, trans_no TEXT NOT NULL,
    channel_ref TEXT NOT NULL, at TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS movement (
    number INTEGER PRIMARY KEY, ref TEXT NOT NULL, by_ref TEXT NOT NULL, kind TEXT NOT NULL,
    amount_fen INTEGER NOT NULL, method TEXT NOT NULL, trans_no TEXT NOT NULL,
    channel_ref TEXT NOT NULL, at TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_of_each_kind ON movement (ref, kind);
"""


class PaymentRefused(ValueError):
    """The acquirer does not do it, for the reason in the sentence; nothing has changed."""


@dataclass(frozen=True, slots=True)
class Record:
    """Where one reference stands. ``at`` is when it came to that state.

    ``trans_no`` and ``channel_ref`` are empty until it is paid and stay those of the payment when
    it is given back. ``amount_fen`` is 0 for a reference that was closed before it was opened.
    """

    ref: str
    amount_fen: int
    state: State
    reason: str
    method: str
    trans_no: str
    channel_ref: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Movement:
    """One row of a day's file: money that came in, or went back (``void``, ``refund``).

    ``amount_fen`` is positive in each kind. ``by_ref`` is the reference of the order that asked
    for it: the payment's own, or the one the void bore.
    """

    number: int
    ref: str
    by_ref: str
    kind: Kind
    amount_fen: int
    method: str
    trans_no: str
    channel_ref: str
    at: datetime


Listener = Callable[[Record], None]


def _city_now() -> datetime:
    return datetime.now(CITY_TIME)


class Acquirer:
    """A ledger of payments by reference, in a file of its own; any thread may call.

    Each change is on disk before a call returns, and before listeners hear of it.
    """

    def __init__(self, name: str, path: Path, *, now: Callable[[], datetime] = _city_now) -> None:
        self._name = name
        self._now = now
        self._late = False
        self._listeners: list[Listener] = []
        self._lock = threading.RLock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(_TABLES)

    @property
    def name(self) -> str:
        """Which acquirer this is: ``unionpay``, ``wechat`` ..."""
        return self._name

    def close_ledger(self) -> None:
        """Let the file go. What is in it is found again by the next object on the same path."""
        with self._lock:
            self._connection.close()

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` after each change, with what it came to, on the changer's thread."""
        self._listeners.append(listener)

    def late(self, on: bool = True) -> None:  # noqa: FBT001, FBT002 - a verb of the panel
        """Misbehave: take payments of closed references all the same."""
        self._late = on

    def open_payment(self, ref: str, amount_fen: int) -> None:
        """Wait for a payment. The same again is nothing new; PaymentRefused at another amount.

        A reference that was closed before it was opened stays closed.
        """
        if not ref or amount_fen <= 0:
            raise PaymentRefused("a payment has a reference and an amount above zero")
        with self._change(ref):
            known = self.query(ref)
            if known is None:
                self._insert(ref, amount_fen, "waiting")
            elif known.amount_fen == 0:
                self._update(ref, amount_fen=amount_fen)
            elif known.amount_fen != amount_fen:
                raise PaymentRefused("this reference was used with another amount")

    def pay(self, ref: str, method: str) -> Record:
        """Take the money, once: a paid one stays as it is. PaymentRefused unless it waits."""
        with self._change(ref):
            known = self._known(ref)
            if known.state == "paid":
                return known
            if known.state != "waiting" and not (known.state == "closed" and self._late):
                raise PaymentRefused(f"this payment is {known.state}")
            if known.amount_fen == 0:
                raise PaymentRefused("nobody has said how much")
            self._pay(known, method)
        return self._known(ref)

    def decline(self, ref: str, reason: str = "declined") -> Record:
        """The bank says no, or the payer (``reason`` "cancelled"). Refused unless it waits."""
        with self._change(ref):
            if (known := self._known(ref)).state != "waiting":
                raise PaymentRefused(f"this payment is {known.state}")
            state: State = "cancelled" if reason == "cancelled" else "declined"
            self._update(ref, state=state, reason=reason)
        return self._known(ref)

    def close(self, ref: str) -> Record:
        """Take no money for it any more, even if it is opened later. What is final stays so."""
        with self._change(ref):
            known = self.query(ref)
            if known is None:
                self._insert(ref, 0, "closed")
            elif known.state == "waiting":
                self._update(ref, state="closed", reason="closed")
        return self._known(ref)

    def query(self, ref: str) -> Record | None:
        """Where a payment stands; None if neither an order nor a close ever came."""
        with self._lock:
            row = self._connection.execute("SELECT * FROM payment WHERE ref = ?", (ref,))
            found = cast("sqlite3.Row | None", row.fetchone())
        return None if found is None else _record(found)

    def void(self, ref: str, by_ref: str = "") -> Record:
        """Give a paid one back whole (撤销); a voided one stays as it is."""
        return self._give_back(ref, "void", "voided", by_ref)

    def refund(self, ref: str, by_ref: str = "") -> Record:
        """Give a paid one back whole (退款); a refunded one stays as it is."""
        return self._give_back(ref, "refund", "refunded", by_ref)

    def movement(self, by_ref: str) -> Movement | None:
        """The void or refund that an order of this reference brought about."""
        rows = self._movements("by_ref = ? AND kind <> 'payment'", by_ref)
        return rows[0] if rows else None

    def records(self) -> list[Record]:
        """All there is, in the order it first came."""
        with self._lock:
            rows = self._connection.execute("SELECT * FROM payment ORDER BY rowid").fetchall()
        return [_record(row) for row in cast("list[sqlite3.Row]", rows)]

    def day_file(self, day: date) -> list[Movement]:
        """What moved on that day of the city's calendar, in order: the file for reconciling."""
        return self._movements("substr(at, 1, 10) = ?", day.isoformat())

    @contextmanager
    def _change(self, ref: str) -> Generator[None]:
        """One change of one reference, whole or not at all; listeners hear of it outside."""
        with self._lock:
            before = self.query(ref)
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
            after = self.query(ref)
        if after is not None and after != before:
            for listener in tuple(self._listeners):
                listener(after)

    def _known(self, ref: str) -> Record:
        known = self.query(ref)
        if known is None:
            raise PaymentRefused("no such reference")
        return known

    def _pay(self, known: Record, method: str) -> None:
        at = self._stamp()
        number = self._move(known, "payment", known.ref, method, at)
        trans_no, channel_ref = _numbers(number, at)
        self._update(
            known.ref,
            state="paid",
            reason="",
            method=method,
            trans_no=trans_no,
            channel_ref=channel_ref,
        )

    def _give_back(self, ref: str, kind: Kind, state: State, by_ref: str) -> Record:
        with self._change(ref):
            known = self._known(ref)
            if known.state == state:
                return known
            if known.state != "paid":
                raise PaymentRefused(f"this payment is {known.state}")
            if by_ref and self.movement(by_ref) is not None:
                raise PaymentRefused("this reference was used for another")
            self._move(known, kind, by_ref or ref, known.method, self._stamp())
            self._update(ref, state=state)
        return self._known(ref)

    def _insert(self, ref: str, amount_fen: int, state: State) -> None:
        reason = "closed" if state == "closed" else ""
        self._connection.execute(
            "INSERT INTO payment VALUES (?, ?, ?, ?, '', '', '', ?)",
            (ref, amount_fen, state, reason, self._stamp()),
        )

    def _update(self, ref: str, **columns: str | int) -> None:
        """Set columns of a payment. Their names come from our own code."""
        names = ", ".join(f"{name} = ?" for name in columns)
        self._connection.execute(
            f"UPDATE payment SET {names}, at = ? WHERE ref = ?",  # noqa: S608 - names are ours
            (*columns.values(), self._stamp(), ref),
        )

    def _move(self, known: Record, kind: Kind, by_ref: str, method: str, at: str) -> int:
        (count,) = self._connection.execute("SELECT count(*) FROM movement").fetchone()
        number = cast("int", count) + 1
        self._connection.execute(
            "INSERT INTO movement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, known.ref, by_ref, kind, known.amount_fen, method, *_numbers(number, at), at),
        )
        return number

    def _movements(self, where: str, value: str) -> list[Movement]:
        with self._lock:
            rows = self._connection.execute(
                f"SELECT * FROM movement WHERE {where} ORDER BY number",  # noqa: S608 - ours
                (value,),
            ).fetchall()
        return [_movement(row) for row in cast("list[sqlite3.Row]", rows)]

    def _stamp(self) -> str:
        return self._now().astimezone(CITY_TIME).isoformat()


def _numbers(number: int, at: str) -> tuple[str, str]:
    """The acquirer's own number of a movement (18 digits), and the channel's (12 digits)."""
    day = at[:10].replace("-", "")
    return f"{day}{number:010d}", f"{day[2:]}{number:06d}"


def _record(row: sqlite3.Row) -> Record:
    values: dict[str, str] = {key: row[key] for key in row.keys()}  # noqa: SIM118 - a Row
    return Record(
        values["ref"],
        int(values["amount_fen"]),
        cast("State", values["state"]),
        values["reason"],
        values["method"],
        values["trans_no"],
        values["channel_ref"],
        datetime.fromisoformat(values["at"]),
    )


def _movement(row: sqlite3.Row) -> Movement:
    values: dict[str, str] = {key: row[key] for key in row.keys()}  # noqa: SIM118 - a Row
    return Movement(
        int(values["number"]),
        values["ref"],
        values["by_ref"],
        cast("Kind", values["kind"]),
        int(values["amount_fen"]),
        values["method"],
        values["trans_no"],
        values["channel_ref"],
        datetime.fromisoformat(values["at"]),
    )
