"""What the machine was about to do that cannot be undone: written before, settled after.

An act that leaves paper or money in the world is preceded by its intent on disk. After a crash
the open intents say what may have happened; they are asked about (the printer's job, the pad's
transaction), never repeated on a guess. What stays unknown goes on the staff list.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from offline_cache.delivery import Record
from offline_cache.errors import IntentConflict
from offline_cache.outbox import keep
from offline_cache.store import Row, Store

UNKNOWN = "unknown"
"""The outcome that puts a settled intent on the staff list."""

_COLUMNS = "key, kind, subject, facts, begun_at, outcome, evidence, settled_at, finding, reviewer"


class IntentKind(StrEnum):
    """The irreversible acts."""

    PRINT_DOCUMENT = "print_document"
    PRINT_SLIP = "print_slip"


@dataclass(frozen=True, slots=True)
class Intent:
    """One act and how far it is known; times in epoch seconds.

    ``subject`` is what it is about, ``facts`` what was learned on the way (printer, job number),
    ``evidence`` what the outcome rests on. ``outcome`` is None while open; ``finding`` and
    ``reviewer`` are what staff made of an unknown, and who.
    """

    key: str
    kind: str
    subject: dict[str, str]
    facts: dict[str, str]
    begun_at: float
    outcome: str | None
    evidence: dict[str, str]
    settled_at: float | None
    finding: str | None
    reviewer: str | None


class Intents:
    """The log of irreversible acts. Every method is on disk before it returns.

    Safe to use from any thread. ``clock`` gives epoch seconds. Keep persons out of ``subject``
    and ``facts`` where a case or document number does: the staff list shows them.
    """

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    def begin(self, key: str, kind: IntentKind, subject: Mapping[str, str]) -> bool:
        """Write the intent down, before the act. Only when this returns True may the act start.

        False if this very intent is known already: then the act may have happened, and ``get``
        tells how far. IntentConflict if ``key`` was begun for something else.
        """
        with self._store.transaction():
            known = self.get(key)
            if known is not None and (known.kind, known.subject) != (kind.value, dict(subject)):
                raise IntentConflict(f"intent {key} was begun for another act")
            if known is not None:
                return False
            self._store.change(
                "INSERT INTO intents(key, kind, subject, facts, begun_at)"
                " VALUES (?, ?, ?, '{}', ?)",
                key,
                kind.value,
                _dump(subject),
                self._clock(),
            )
        return True

    def note(self, key: str, facts: Mapping[str, str]) -> None:
        """Add what is needed to ask about the act later, before the next byte moves.

        A fact noted again is replaced. IntentConflict if the intent is unknown or settled.
        """
        with self._store.transaction():
            known = self._known(key)
            if known.outcome is not None:
                raise IntentConflict(f"intent {key} is settled already")
            merged = _dump({**known.facts, **facts})
            self._store.change("UPDATE intents SET facts = ? WHERE key = ?", merged, key)

    def settle(
        self,
        key: str,
        outcome: str,
        evidence: Mapping[str, str],
        also_put: Sequence[Record] = (),
    ) -> bool:
        """Write the outcome down, once, and with it what the centre is to be told.

        ``also_put`` goes into the outbox in the same transaction: both are on disk or neither.
        The same outcome again changes nothing and returns False (the first evidence stands, and
        records already kept stay as they are); another outcome is IntentConflict. An unknown is
        not settled twice either: staff add their finding by ``review``.
        """
        with self._store.transaction():
            known = self._known(key)
            if known.outcome not in {None, outcome}:
                raise IntentConflict(f"intent {key} is settled as {known.outcome}, not {outcome}")
            if known.outcome == outcome:
                return False
            now = self._clock()
            self._store.change(
                "UPDATE intents SET outcome = ?, evidence = ?, settled_at = ? WHERE key = ?",
                outcome,
                _dump(evidence),
                now,
                key,
            )
            for record in also_put:
                keep(self._store, record, now)
        return True

    def review(
        self, key: str, finding: str, reviewer: str, also_put: Sequence[Record] = ()
    ) -> bool:
        """Staff looked: take an unknown off their list, with what they found and who they are.

        ``finding`` is an outcome word, ``reviewer`` a staff number. False if it was reviewed with
        the same finding; IntentConflict if with another one, or if it is not a settled unknown.
        """
        with self._store.transaction():
            known = self._known(key)
            if known.outcome != UNKNOWN or known.finding not in {None, finding}:
                raise IntentConflict(f"intent {key} has nothing to review as {finding}")
            if known.finding == finding:
                return False
            now = self._clock()
            self._store.change(
                "UPDATE intents SET finding = ?, reviewer = ?, reviewed_at = ? WHERE key = ?",
                finding,
                reviewer,
                now,
                key,
            )
            for record in also_put:
                keep(self._store, record, now)
        return True

    def get(self, key: str) -> Intent | None:
        """Return the intent, or None if it was never begun."""
        found = self._select("key = ?", key)
        return found[0] if found else None

    def open_intents(self, kind: IntentKind | None = None) -> list[Intent]:
        """Acts begun and not settled, oldest first: after a restart, each is to be asked about."""
        if kind is None:
            return self._select("outcome IS NULL")
        return self._select("outcome IS NULL AND kind = ?", kind.value)

    def settled_unknown(self) -> list[Intent]:
        """The staff list: acts whose outcome stayed unknown and that nobody has reviewed."""
        return self._select("outcome = 'unknown' AND finding IS NULL")

    def forget_settled(self, before: float) -> int:
        """Drop intents settled before that time, except unknowns not reviewed; return how many."""
        return self._store.change(
            "DELETE FROM intents WHERE settled_at < ?"
            " AND (outcome <> 'unknown' OR finding IS NOT NULL)",
            before,
        )

    def _known(self, key: str) -> Intent:
        if (found := self.get(key)) is None:
            raise IntentConflict(f"intent {key} was never begun")
        return found

    def _select(self, condition: str, *bindings: str) -> list[Intent]:
        sql = f"SELECT {_COLUMNS} FROM intents WHERE {condition} ORDER BY seq"  # noqa: S608 - constant
        return [_intent(row) for row in self._store.rows(sql, *bindings)]


def _intent(row: Row) -> Intent:
    key, kind, subject, facts, begun_at, outcome, evidence, settled_at, finding, reviewer = row
    return Intent(
        key=key,
        kind=kind,
        subject=_load(subject),
        facts=_load(facts),
        begun_at=begun_at,
        outcome=outcome,
        evidence=_load(evidence) if evidence is not None else {},
        settled_at=settled_at,
        finding=finding,
        reviewer=reviewer,
    )


def _dump(words: Mapping[str, str]) -> str:
    return json.dumps(dict(words), ensure_ascii=False, sort_keys=True)


def _load(text: str) -> dict[str, str]:
    return cast("dict[str, str]", json.loads(text))
