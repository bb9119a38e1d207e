"""Attempts to pay: written down before anybody is asked for money, moved only as they were known.

Two tables: where each attempt stands, and an append-only log of how it came there. What an event
makes of a state is not decided here (kiosk.money does); here it is made sure that nobody moves an
attempt that has moved meanwhile, and that an order is never paid by two attempts at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from offline_cache.delivery import Record
from offline_cache.errors import IntentConflict
from offline_cache.outbox import keep
from offline_cache.store import Row, Store

BEGUN = "begun"
FREE_STATES = ("not_paid", "refunded")
"""Only when all earlier attempts of its order are in these may another one begin.

The view ``payments_barring`` has the same words, and kiosk.money.payment; tests compare.
"""

Mark = Literal["charged", "voiding"]
"""What the pad may have been told: to take the money, to give it back."""

_COLUMNS = (
    "attempt, order_id, case_no, region, amount_fen, means, state, reason, charged, voiding,"
    " paid_fen, channel, channel_ref, trans_no, begun_at, changed_at"
)


@dataclass(frozen=True, slots=True)
class NewPayment:
    """An attempt as it begins. ``attempt``: the reference it has everywhere, never used before."""

    attempt: str
    order_id: str
    case_no: str
    region: str
    amount_fen: int
    means: str


@dataclass(frozen=True, slots=True)
class Payment:
    """One attempt and how far it is known; times in epoch seconds."""

    attempt: str
    order_id: str
    case_no: str
    region: str
    amount_fen: int
    means: str
    state: str
    reason: str
    charged: bool
    voiding: bool
    paid_fen: int
    channel: str
    channel_ref: str
    trans_no: str
    begun_at: float
    changed_at: float


@dataclass(frozen=True, slots=True)
class Found:
    """What an answer said of the money, for the attempt's row. Empty: keep what is there."""

    reason: str = ""
    paid_fen: int = 0
    channel: str = ""
    channel_ref: str = ""
    trans_no: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One step of an attempt. ``evidence`` is what it rests on; no person."""

    at: float
    event: str
    was: str
    state: str
    evidence: dict[str, str]


class PaymentBook:
    """The terminal's own ledger of payments. Every method is on disk before it returns.

    Safe to use from any thread. ``clock`` gives epoch seconds. Holds no person: a case number
    stands for them on the staff list.
    """

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    def begin(self, new: NewPayment) -> bool:
        """Write the attempt down, before anybody hears of it. Only after True may it go on.

        False: an earlier attempt of this order may have taken money, or the reference is known.
        """
        now = self._clock()
        with self._store.transaction():
            begun = self._store.change(
                "INSERT INTO payments(attempt, order_id, case_no, region, amount_fen, means,"
                " state, begun_at, changed_at) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?"
                " WHERE NOT EXISTS (SELECT 1 FROM payments WHERE attempt = ?)"
                " AND NOT EXISTS (SELECT 1 FROM payments_barring WHERE order_id = ?)",
                *(new.attempt, new.order_id, new.case_no, new.region, new.amount_fen),
                *(new.means, BEGUN, now, now, new.attempt, new.order_id),
            )
            if begun:
                self._log(new.attempt, now, "begun", "", BEGUN, {"means": new.means})
        return bool(begun)

    def move(
        self,
        attempt: str,
        was: str,
        becomes: str,
        event: str,
        found: Found | None = None,
        evidence: Mapping[str, str] | None = None,
        also_put: Sequence[Record] = (),
    ) -> bool:
        """Move the attempt, if it still is in ``was``; False if not, and nothing has changed.

        ``also_put`` goes into the outbox in the same transaction: all is on disk or nothing.
        """
        found, now = found or Found(), self._clock()
        with self._store.transaction():
            if not self._set_state(attempt, was, becomes, found, now):
                return False
            self._log(attempt, now, event, was, becomes, evidence or {})
            for record in also_put:
                keep(self._store, record, now)
        return True

    def mark(self, attempt: str, mark: Mark, within: Collection[str]) -> bool:
        """Write down that the pad is about to be told, before the first byte goes to it.

        False, and the pad must not be told, if the attempt is in none of these states.
        """
        now = self._clock()
        with self._store.transaction():
            known = self._known(attempt)
            if known.state not in within:
                return False
            self._store.change(f"UPDATE payments SET {mark} = 1 WHERE attempt = ?", attempt)  # noqa: S608 - a Mark
            self._log(attempt, now, mark, known.state, known.state, {})
        return True

    def get(self, attempt: str) -> Payment | None:
        """Return the attempt, or None if it was never begun."""
        found = self._select("payments WHERE attempt = ?", attempt)
        return found[0] if found else None

    def barring(self, order_id: str) -> list[Payment]:
        """Attempts of the order that keep another one from beginning, oldest first."""
        return self._select("payments_barring WHERE order_id = ?", order_id)

    def unsettled(self) -> list[Payment]:
        """Attempts to be asked about, oldest first; what staff see as open payments."""
        return self._select("payments_unsettled")

    def lately_not_paid(self, since: float) -> list[Payment]:
        """Attempts that were told about and found not paid since that time, oldest first."""
        return self._select(
            "payments WHERE state = 'not_paid' AND changed_at >= ?"
            " AND attempt IN (SELECT attempt FROM payment_log WHERE event = 'asked')",
            since,
        )

    def history(self, attempt: str) -> list[LogLine]:
        """How the attempt came to where it stands, from its beginning."""
        rows = self._store.rows(
            "SELECT at, event, was, state, evidence FROM payment_log WHERE attempt = ?"
            " ORDER BY seq",
            attempt,
        )
        return [LogLine(at, event, was, state, _load(text)) for at, event, was, state, text in rows]

    def forget_final(self, before: float) -> int:
        """Drop attempts that came to an end before that time, with their log; return how many.

        All attempts of an order go together: as long as one of them is remembered, so is how
        the order was paid.
        """
        return self._store.change(
            "DELETE FROM payments WHERE order_id IN"
            " (SELECT order_id FROM payments_settled_orders WHERE changed_at < ?)",
            before,
        )

    def _set_state(self, attempt: str, was: str, becomes: str, found: Found, now: float) -> bool:
        changed = self._store.change(
            "UPDATE payments SET state = ?, changed_at = ?, bars = iif(? , 0, bars),"
            " reason = iif(? = '', reason, ?), paid_fen = iif(? = 0, paid_fen, ?),"
            " channel = iif(? = '', channel, ?), channel_ref = iif(? = '', channel_ref, ?),"
            " trans_no = iif(? = '', trans_no, ?) WHERE attempt = ? AND state = ?",
            *(becomes, now, int(becomes in FREE_STATES)),
            *(found.reason, found.reason, found.paid_fen, found.paid_fen),
            *(found.channel, found.channel, found.channel_ref, found.channel_ref),
            *(found.trans_no, found.trans_no, attempt, was),
        )
        if not changed:
            self._known(attempt)
        return bool(changed)

    def _log(
        self,
        attempt: str,
        at: float,
        event: str,
        was: str,
        state: str,
        evidence: Mapping[str, str],
    ) -> None:
        text = json.dumps(dict(evidence), ensure_ascii=False, sort_keys=True)
        self._store.change(
            "INSERT INTO payment_log(attempt, at, event, was, state, evidence)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *(attempt, at, event, was, state, text),
        )

    def _known(self, attempt: str) -> Payment:
        if (found := self.get(attempt)) is None:
            raise IntentConflict(f"payment {attempt} was never begun")
        return found

    def _select(self, wanted: str, *bindings: str | float) -> list[Payment]:
        sql = f"SELECT {_COLUMNS} FROM {wanted} ORDER BY seq"  # noqa: S608 - constant
        return [_payment(row) for row in self._store.rows(sql, *bindings)]


def _payment(row: Row) -> Payment:
    *first, charged, voiding, paid_fen, channel, channel_ref, trans_no, begun_at, changed_at = row
    attempt, order_id, case_no, region, amount_fen, means, state, reason = first
    return Payment(
        attempt=attempt,
        order_id=order_id,
        case_no=case_no,
        region=region,
        amount_fen=amount_fen,
        means=means,
        state=state,
        reason=reason,
        charged=bool(charged),
        voiding=bool(voiding),
        paid_fen=paid_fen,
        channel=channel,
        channel_ref=channel_ref,
        trans_no=trans_no,
        begun_at=begun_at,
        changed_at=changed_at,
    )


def _load(text: str) -> dict[str, str]:
    return cast("dict[str, str]", json.loads(text))
