"""A small world with memory: time, a disk, and a ledger that tells the truth.

Everything happens on one thread in virtual time, so a case is repeated exactly by its numbers. A
crash can strike at each *point*: before and after each commit, each frame, each call.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import apsw

from kiosk.city_time import CITY
from offline_cache.errors import StoreFull, StoreUnavailable
from offline_cache.migrations import migrate
from offline_cache.store import Row, Store, Value

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=CITY)


class Killed(BaseException):
    """The process is gone: nothing of it goes on, not even its clean-up."""


class Clock:
    """Virtual time with its queue. ``crash`` empties it: what was planned dies with the process."""

    def __init__(self) -> None:
        self.now = 0.0
        self._own: list[tuple[float, int, Callable[[], None]]] = []
        self._others: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        heapq.heappush(self._own, (self.now + seconds, next(self._numbers), call))

    def post(self, call: Callable[[], None]) -> None:
        self.call_later(0.0, call)

    def elsewhere(self, seconds: float, call: Callable[[], None]) -> None:
        """Something outside the process: it happens whatever becomes of the process."""
        heapq.heappush(self._others, (self.now + seconds, next(self._numbers), call))

    def crash(self) -> None:
        self._own.clear()

    def step(self, until: float) -> bool:
        """Do what is next; False when there is nothing until then. Killed passes."""
        queues = [queue for queue in (self._own, self._others) if queue]
        if not queues:
            return False
        queue = min(queues, key=lambda q: q[0][:2])
        if queue[0][0] > until:
            return False
        at, _, call = heapq.heappop(queue)
        self.now = max(self.now, at)
        call()
        return True


class Points:
    """Counts where the process could be killed, and kills it at one of them."""

    def __init__(self) -> None:
        self.passed = 0
        self.kill_at: int | None = None

    def __call__(self) -> None:
        self.passed += 1
        if self.passed == self.kill_at:
            raise Killed


class MemoryStore(Store):
    """The real store's transactions over a database in memory; its commits are points."""

    def __init__(self, point: Points | None = None) -> None:
        self._point = point or Points()
        self.full = False
        self.unreadable = False
        self._lock = threading.RLock()
        self._depth = 0
        self._owner = -1
        self._connection = apsw.Connection(":memory:")
        kill_at, self._point.kill_at = self._point.kill_at, None
        migrate(self)
        self._point.passed, self._point.kill_at = 0, kill_at

    def _run(self, sql: str, bindings: tuple[Value, ...] = ()) -> list[Row]:
        if self.unreadable:
            raise StoreUnavailable("planted")
        if sql != "COMMIT":
            return super()._run(sql, bindings)
        self._point()
        if self.full:
            raise StoreFull("planted")
        done = super()._run(sql, bindings)
        self._point()
        return done


@dataclass
class Ledger:
    """The acquirer's: what really happened to the money."""

    state: dict[str, str] = field(default_factory=dict[str, str])
    reason: dict[str, str] = field(default_factory=dict[str, str])
    moves: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    order_of: dict[str, str] = field(default_factory=dict[str, str])
    forgetful: bool = False
    """Forgets a close that came before its payment: what no acquirer may do."""
    most_at_once: int = 0

    def open(self, ref: str, order_id: str) -> None:
        self.order_of[ref] = order_id
        self.state.setdefault(ref, "waiting")

    def pay(self, ref: str) -> None:
        if self.state.get(ref) == "waiting":
            self.state[ref] = "paid"
            self.moves.append((ref, "payment"))
            self.most_at_once = max(self.most_at_once, *map(self.net, self.order_of.values()))

    def decline(self, ref: str) -> None:
        if self.state.get(ref) == "waiting":
            self.state[ref], self.reason[ref] = "closed", "declined"

    def close(self, ref: str) -> None:
        if self.state.get(ref) == "waiting" or (ref not in self.state and not self.forgetful):
            self.state[ref], self.reason[ref] = "closed", "closed"

    def give_back(self, ref: str) -> bool:
        if self.state.get(ref) == "paid":
            self.state[ref] = "refunded"
            self.moves.append((ref, "refund"))
        return self.state.get(ref) == "refunded"

    def net(self, order_id: str) -> int:
        """How many times the payer of this order has paid and not got it back."""
        signs = {"payment": 1, "refund": -1}
        return sum(signs[k] for ref, k in self.moves if self.order_of[ref] == order_id)
