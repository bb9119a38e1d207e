"""The thread that empties the outbox, one paced attempt at a time."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

from offline_cache.delivery import Deliver, DeliveryReport
from offline_cache.errors import CacheError
from offline_cache.outbox import Outbox

log = logging.getLogger(__name__)

Wait = Callable[[threading.Event, float], object]
"""Waits until the event is set or that many seconds are over."""


@dataclass(frozen=True, slots=True)
class Pacing:
    """How fast a backlog drains, so that a thousand terminals do not fill the centre.

    Between two attempts lies a random pause of ``gap_min_s`` to ``gap_max_s``; ``idle_s`` is the
    longest sleep before looking again.
    """

    idle_s: float = 60.0
    gap_min_s: float = 0.5
    gap_max_s: float = 2.0


class Sync:
    """Delivers what is due. ``step`` is one round without a thread, for tests and simulations."""

    def __init__(
        self,
        outbox: Outbox,
        deliver: Deliver,
        clock: Callable[[], float],
        *,
        pacing: Pacing | None = None,
        rng: random.Random | None = None,
        wait: Wait = threading.Event.wait,
    ) -> None:
        self._outbox = outbox
        self._deliver = deliver
        self._clock = clock
        self._pacing = pacing or Pacing()
        self._rng = rng or random.SystemRandom()
        self._wait = wait
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Start the thread. Once only."""
        self._thread.start()

    def nudge(self) -> None:
        """Look now: something was put, or the line came back. Pauses that run are kept."""
        self._woken.set()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """End after the attempt that runs. False if that took longer than ``timeout_s``."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def step(self) -> float:
        """Make one attempt if one is due; return how many seconds to wait for the next."""
        try:
            report = self._outbox.deliver_due(self._deliver, limit=1)
            wait_s = self._outbox.wait_s(self._clock())
        except CacheError as exc:
            # The centre may have the record by now; it is sent again under its key. No text: data.
            log.error("sync: the store failed: %s", type(exc).__name__)  # noqa: TRY400 - as above
            return self._pacing.idle_s
        return self._pause_s(report, wait_s)

    def _pause_s(self, report: DeliveryReport, wait_s: float | None) -> float:
        if wait_s is None:
            return self._pacing.idle_s
        gap_s = self._rng.uniform(self._pacing.gap_min_s, self._pacing.gap_max_s)
        return min(max(wait_s, gap_s if report.tried else 0.0), self._pacing.idle_s)

    def _run(self) -> None:
        while True:
            self._woken.clear()
            if self._stopping.is_set():  # after clear: stop() sets this before it wakes us
                return
            self._wait(self._woken, self.step())
