"""The core's loop: one thread, a queue and a heap of timers. No asyncio.

Everything that decides runs here, one thing at a time; workers, link and sync only post.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import queue
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

Call = Callable[[], None]


class Loop:
    """``post`` from any thread; ``call_later`` and ``cancel`` from the loop's own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._queue: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._timers: list[tuple[float, int, Call]] = []
        self._cancelled: set[int] = set()
        self._ids = itertools.count()

    def post(self, call: Call) -> None:
        """Run ``call`` on the loop's thread, after what was posted before."""
        self._queue.put(call)

    def stop(self) -> None:
        """End ``run`` once what was posted before has run."""
        self._queue.put(None)

    def call_later(self, seconds: float, call: Call) -> int:
        """Run ``call`` after ``seconds``; the number cancels it."""
        timer = next(self._ids)
        heapq.heappush(self._timers, (self.clock() + seconds, timer, call))
        return timer

    def cancel(self, timer: int) -> None:
        """Forget a timer; one that has run already is no error."""
        if any(timer == waiting for _, waiting, _ in self._timers):
            self._cancelled.add(timer)

    def run(self) -> None:
        """Until ``stop``. A call that raises is a bug: logged, and the loop goes on."""
        while True:
            self._run_due()
            try:
                call = self._queue.get(timeout=self._patience())
            except queue.Empty:
                continue
            if call is None:
                return
            self._guarded(call)

    def _patience(self) -> float | None:
        if not self._timers:
            return None
        return max(0.0, self._timers[0][0] - self.clock())

    def _run_due(self) -> None:
        while self._timers and self._timers[0][0] <= self.clock():
            _, timer, call = heapq.heappop(self._timers)
            if timer in self._cancelled:
                self._cancelled.discard(timer)
            else:
                self._guarded(call)

    @staticmethod
    def _guarded(call: Call) -> None:
        try:
            call()
        except Exception:
            log.exception("a call on the core's loop failed")
