"""Same key, same answer: the memory of writes that were already carried out.

Keys belong to a terminal. Answers that say nothing about the write itself (the token is over, too
many requests, the centre failed) are not remembered: the same key may be tried again.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from dataclasses import dataclass

from sandbox.central.ledger import Ledger
from sandbox.central.moments import Clock, written
from sandbox.central.problems import Problem

KEY = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
NOT_FINAL = frozenset({401, 409, 429})


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was given the first time."""

    status: int
    content_type: str
    body: bytes


class AnswerMemory:
    """Answers by terminal and key, in the ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def begin(self, terminal_id: str, key: str, request: bytes) -> Kept | None:
        """Claim the key; the earlier answer if there is one. ``request`` is all that must agree.

        Raises Problem ``idempotency_missing``, ``_mismatch`` or ``_running``.
        """
        if not KEY.fullmatch(key):
            raise Problem("idempotency_missing")
        digest = hashlib.sha256(request).hexdigest()
        row = {"terminal_id": terminal_id, "key": key.lower(), "request_sha256": digest}
        try:
            self._ledger.insert("answers", {**row, "at": written(self._clock())})
        except sqlite3.IntegrityError:
            return self._earlier(terminal_id, key.lower(), digest)
        return None

    def _earlier(self, terminal_id: str, key: str, digest: str) -> Kept | None:
        row = self._ledger.one(
            "SELECT * FROM answers WHERE terminal_id = ? AND key = ?", terminal_id, key
        )
        if row is None:  # the first try failed between the two statements: not carried out
            raise Problem("idempotency_running")
        if row["request_sha256"] != digest:
            raise Problem("idempotency_mismatch")
        status, body = row["status"], row["body"]
        if not isinstance(status, int) or not isinstance(body, bytes):
            raise Problem("idempotency_running")
        return Kept(status, str(row["content_type"]), body)

    def finish(self, terminal_id: str, key: str, kept: Kept) -> None:
        """Keep a final answer; forget the key after one that is not."""
        if kept.status in NOT_FINAL or kept.status >= 500:
            self.forget(terminal_id, key)
            return
        self._ledger.execute(
            "UPDATE answers SET status = ?, content_type = ?, body = ? "
            "WHERE terminal_id = ? AND key = ?",
            kept.status,
            kept.content_type,
            kept.body,
            terminal_id,
            key.lower(),
        )

    def forget(self, terminal_id: str, key: str) -> None:
        """Free the key: the write was not carried out."""
        self._ledger.execute(
            "DELETE FROM answers WHERE terminal_id = ? AND key = ? AND status IS NULL",
            terminal_id,
            key.lower(),
        )
