"""What goes through the outbox, and what can become of it. Data only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """Something for the centre. ``key`` is its idempotency key and never changes.

    ``case`` orders: records of one case are delivered in the order they were kept. ``body`` are
    the exact bytes to send, frozen now; it carries signed evidence, never a token that expires.
    """

    key: str
    case: str
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept record about to be tried. ``seq`` grows within a case (with gaps)."""

    seq: int
    key: str
    case: str
    kind: str
    body: bytes
    attempts: int
    kept_at: float


@dataclass(frozen=True, slots=True)
class Delivered:
    """The centre has it: status, content type, schema and the echoed key all fitted."""


@dataclass(frozen=True, slots=True)
class Later:
    """Not known to have arrived; to be tried again with the same key.

    ``everyone``: the line or the centre as a whole is the reason (no route, 429, 503), so nothing
    else is tried for a while either. False: this record alone (409, still being worked on).
    """

    retry_after_s: float | None = None
    everyone: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """The centre will never take it (400, 422). ``code`` is its stable code, no free text."""

    code: str


Verdict = Delivered | Later | Refused
Deliver = Callable[[Entry], Verdict]
"""One attempt. Blocks as long as its own time limits allow; called with no lock held."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A refused record: its case waits until somebody retries or discards it.

    ``held`` counts the records of the case that wait behind it; ``refused_at`` in epoch seconds.
    """

    key: str
    case: str
    kind: str
    code: str
    refused_at: float
    held: int


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What one round did. ``line_down``: it ended because the line or the centre was the reason."""

    delivered: int = 0
    later: int = 0
    refused: int = 0
    line_down: bool = False

    @property
    def tried(self) -> int:
        """How many attempts the round made."""
        return self.delivered + self.later + self.refused
