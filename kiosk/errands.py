"""One thread that runs what takes a while in the foreground: calls to the centre, seal checks.

In order, one at a time. The visit's own clock says when nobody waits any more; a result that
comes later is dropped by whoever posted the errand.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


class Errands:
    """``run`` from any thread; what it is given runs on the errands' own."""

    def __init__(self, name: str = "errands") -> None:
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Finish what runs and stop; False when it hung."""
        self._queue.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def run(self, errand: Callable[[], None]) -> None:
        """Run ``errand`` after those before it. One that raises is a bug: logged, passed over."""
        self._queue.put(errand)

    def _work(self) -> None:
        while (errand := self._queue.get()) is not None:
            try:
                errand()
            except Exception:
                log.exception("an errand failed")
