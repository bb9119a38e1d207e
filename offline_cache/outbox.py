"""A durable queue of records for the centre. Retries live here and nowhere else. Knows no HTTP.

Order: a record is deliverable when every earlier record of its case is delivered or discarded; a
refused one holds its case, and only its case. Times are epoch seconds of the injected clock,
since they must outlive a restart; a due time further away than any pause can be means that the
clock was set back, and counts as due.
"""

from __future__ import annotations

import hashlib
import logging
import random
import threading
from collections.abc import Callable
from dataclasses import replace

from offline_cache.backoff import FOREGROUND_CAP_S, IDLE_CAP_S, LONGEST_WAIT_S, next_try
from offline_cache.delivery import (
    DeadLetter,
    Deliver,
    Delivered,
    DeliveryReport,
    Entry,
    Later,
    Record,
    Refused,
    Verdict,
)
from offline_cache.errors import KeyReused
from offline_cache.store import Store

log = logging.getLogger(__name__)


class Outbox:
    """Records are kept until the centre has them, or refuses them and somebody has looked.

    Safe to use from any thread; one thread at a time delivers. ``clock`` gives epoch seconds.
    """

    def __init__(
        self, store: Store, clock: Callable[[], float], *, rng: random.Random | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._rng = rng or random.SystemRandom()
        self._cap_s = IDLE_CAP_S
        self._delivering = threading.Lock()

    def put(self, key: str, case: str, kind: str, body: bytes) -> bool:
        """Keep a record: on disk before this returns, or with the transaction that is open.

        False if this very record is kept already (a repeat after a crash), KeyReused if ``key``
        came with another content; StoreFull or StoreUnavailable if it could not be kept.
        """
        return keep(self._store, Record(key, case, kind, body), self._clock())

    def next_due(self, now: float) -> Entry | None:
        """Return the oldest record that may be tried at ``now``; None while the line rests."""
        if _until(self._line()[1], now) > 0:
            return None
        found = self._store.rows(
            "SELECT seq, key, case_id, kind, body, attempts, kept_at FROM outbox_heads"
            " WHERE due <= ? OR due > ? ORDER BY seq LIMIT 1",
            now,
            now + LONGEST_WAIT_S,
        )
        return Entry(*found[0]) if found else None

    def deliver_due(self, deliver: Deliver, limit: int = 20) -> DeliveryReport:
        """Try up to ``limit`` records that are due, oldest first, and record each verdict.

        Stops early at a ``Later`` that concerns everyone. The verdict is on disk before the next
        attempt; a crash in between repeats the attempt under the same key. An exception from
        ``deliver`` is a bug there: it counts as Later for that record alone and is logged by its
        type. CacheError passes.
        """
        report = DeliveryReport()
        with self._delivering:
            while report.tried < limit and not report.line_down:
                entry = self.next_due(self._clock())
                if entry is None:
                    break
                verdict = _attempt(deliver, entry)
                self._record(entry, verdict)
                report = _counted(report, verdict)
        return report

    def wait_s(self, now: float) -> float | None:
        """Seconds until something can be tried (0: now); None if nothing is deliverable."""
        if self.next_due(now) is not None:
            return 0.0  # the usual case in a long backlog, spared the search below
        found = self._store.rows(
            "SELECT min(iif(due > ?, 0, due)) FROM outbox_heads", now + LONGEST_WAIT_S
        )
        if found[0][0] is None:
            return None
        return max(_until(float(found[0][0]), now), _until(self._line()[1], now))

    def hurry(self) -> None:
        """A visitor waits: pauses are capped at 60 s, running ones shortened to that.

        What the centre asked for by Retry-After is kept all the same.
        """
        self._cap_s = FOREGROUND_CAP_S
        now = self._clock()
        soon = now + self._rng.uniform(0.0, FOREGROUND_CAP_S)
        late = now + FOREGROUND_CAP_S
        with self._store.transaction():
            self._store.change(
                "UPDATE outbox SET due = max(not_before, ?) WHERE verdict = 'pending' AND due > ?",
                soon,
                late,
            )
            self._store.change(
                "UPDATE outbox_line SET due = max(not_before, ?) WHERE due > ?", soon, late
            )

    def relax(self) -> None:
        """Nobody waits any more: pauses may grow to 15 minutes again."""
        self._cap_s = IDLE_CAP_S

    def pending(self) -> int:
        """How many records the centre may still get; refused ones are not among them."""
        return int(self._store.rows("SELECT count(*) FROM outbox WHERE verdict = 'pending'")[0][0])

    def oldest_age_s(self) -> float:
        """Age of the oldest pending record, 0 if there is none. An alarm is due at 24 hours."""
        sql = "SELECT kept_at FROM outbox WHERE verdict = 'pending' ORDER BY seq LIMIT 1"
        found = self._store.rows(sql)
        return max(0.0, self._clock() - float(found[0][0])) if found else 0.0

    def dead_letters(self) -> list[DeadLetter]:
        """Refused records that nobody has dealt with yet, oldest first."""
        found = self._store.rows(
            "SELECT key, case_id, kind, code, settled_at, (SELECT count(*) FROM outbox AS behind"
            " WHERE behind.case_id = outbox.case_id AND behind.holds = 1"
            " AND behind.seq > outbox.seq) FROM outbox WHERE verdict = 'refused' ORDER BY seq"
        )
        return [DeadLetter(*row) for row in found]

    def retry_refused(self, key: str) -> bool:
        """Try a refused record again once the centre was put right. False if it is not refused."""
        return bool(
            self._store.change(
                "UPDATE outbox SET verdict = 'pending', code = '', due = ?, not_before = 0,"
                " settled_at = NULL WHERE key = ? AND verdict = 'refused'",
                self._clock(),
                key,
            )
        )

    def discard_refused(self, key: str) -> bool:
        """Give a refused record up: body wiped, its case goes on. False if it is not refused."""
        return bool(
            self._store.change(
                "UPDATE outbox SET verdict = 'discarded', body = NULL, holds = 0, settled_at = ?"
                " WHERE key = ? AND verdict = 'refused'",
                self._clock(),
                key,
            )
        )

    def forget_delivered(self, before: float) -> int:
        """Drop keys and verdicts older than ``before``; return how many.

        Keep at least the 30 days for which the centre remembers keys too: until then a repeated
        ``put`` is recognised.
        """
        return self._store.change("DELETE FROM outbox WHERE holds = 0 AND settled_at < ?", before)

    def _record(self, entry: Entry, verdict: Verdict) -> None:
        now = self._clock()
        with self._store.transaction():
            if isinstance(verdict, Later):
                self._postpone(entry, verdict, now)
            else:
                self._settle(entry, verdict, now)

    def _settle(self, entry: Entry, verdict: Delivered | Refused, now: float) -> None:
        """Write an answer of the centre down; whatever it was, the line works again."""
        if isinstance(verdict, Delivered):
            self._store.change(
                "UPDATE outbox SET verdict = 'delivered', body = NULL, holds = 0, attempts = ?,"
                " settled_at = ? WHERE seq = ?",
                entry.attempts + 1,
                now,
                entry.seq,
            )
        else:
            log.warning("outbox: refused kind=%s code=%s", entry.kind, verdict.code)
            self._store.change(
                "UPDATE outbox SET verdict = 'refused', code = ?, attempts = ?, settled_at = ?"
                " WHERE seq = ?",
                verdict.code,
                entry.attempts + 1,
                now,
                entry.seq,
            )
        self._store.change(
            "UPDATE outbox_line SET failures = 0, due = 0, not_before = 0 WHERE failures > 0"
        )

    def _postpone(self, entry: Entry, verdict: Later, now: float) -> None:
        """Put the record off, and the whole line too if it is the reason.

        Both wait by their own count: a record that makes the centre fail each time is soon tried
        far more rarely than the line, and the others get through.
        """
        tries = entry.attempts + 1
        due = next_try(now, tries, self._cap_s, verdict.retry_after_s, self._rng)
        self._store.change(
            "UPDATE outbox SET attempts = ?, due = ?, not_before = ? WHERE seq = ?",
            tries,
            due.at,
            due.not_before,
            entry.seq,
        )
        if verdict.everyone:
            failures = self._line()[0] + 1
            due = next_try(now, failures, self._cap_s, verdict.retry_after_s, self._rng)
            self._store.change(
                "UPDATE outbox_line SET failures = ?, due = ?, not_before = ?",
                failures,
                due.at,
                due.not_before,
            )

    def _line(self) -> tuple[int, float]:
        """Return failures in a row of the line as a whole, and when it may be tried again."""
        failures, due = self._store.rows("SELECT failures, due FROM outbox_line")[0]
        return int(failures), float(due)


def keep(store: Store, record: Record, now: float) -> bool:
    """Insert ``record``; joins the open transaction. The rules are those of ``Outbox.put``."""
    digest = _digest(record)
    with store.transaction():
        found = store.rows("SELECT digest FROM outbox WHERE key = ?", record.key)
        if found and bytes(found[0][0]) != digest:
            raise KeyReused(f"a key of kind {record.kind} is kept with other content")
        if found:
            return False
        store.change(
            "INSERT INTO outbox(key, case_id, kind, body, digest, kept_at, due)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            record.key,
            record.case,
            record.kind,
            record.body,
            digest,
            now,
            now,
        )
    return True


def _digest(record: Record) -> bytes:
    """Fingerprint case, kind and body: it stays when the body is wiped."""
    head = f"{len(record.case)}:{record.case}{len(record.kind)}:{record.kind}"
    return hashlib.sha256(head.encode() + record.body).digest()


def _attempt(deliver: Deliver, entry: Entry) -> Verdict:
    try:
        return deliver(entry)
    except Exception as exc:  # noqa: BLE001 - a bug in one kind's delivery must not stop the others
        log.error("outbox: delivering kind=%s raised %s", entry.kind, type(exc).__name__)  # noqa: TRY400 - the text may hold data
        return Later(everyone=False)


def _counted(report: DeliveryReport, verdict: Verdict) -> DeliveryReport:
    if isinstance(verdict, Delivered):
        return replace(report, delivered=report.delivered + 1)
    if isinstance(verdict, Refused):
        return replace(report, refused=report.refused + 1)
    return replace(report, later=report.later + 1, line_down=verdict.everyone)


def _until(due: float, now: float) -> float:
    """Seconds from ``now`` to ``due``; 0 for a time no pause can reach (a clock set back)."""
    wait = due - now
    return wait if 0.0 < wait <= LONGEST_WAIT_S else 0.0
