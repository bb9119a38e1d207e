"""What goes to the centre in its own time: kept on disk first, delivered when the line allows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from kiosk.central.client import CentralClient, new_key
from offline_cache.delivery import Delivered, Entry, Later, Refused, Verdict
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from offline_cache.sync import Pacing, Sync

GAP_MIN_S = 0.1
"""A terminal sends three records a visit; the pacing is for a backlog."""


class Post:
    """The outbox with its records' form, its client and its thread."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._outbox = Outbox(store, time.time)
        self._now = now
        self._sync: Sync | None = None

    def keep(self, kind: str, body: Mapping[str, object]) -> None:
        """Keep a record, on disk before this returns. CacheError.

        ``kind`` is one of central.client.QUEUED_PATHS. A body without its own time ``at`` gets
        that of now.
        """
        dated = {"at": self._now().isoformat(timespec="seconds"), **body}
        key = new_key()
        self._outbox.put(key, key, kind, json.dumps(dated, ensure_ascii=False).encode())
        self.nudge()

    def begin(self, client: CentralClient) -> None:
        """The centre is known now: deliver."""
        pacing = Pacing(gap_min_s=GAP_MIN_S)
        self._sync = Sync(
            self._outbox, lambda entry: deliver(client, entry), time.time, pacing=pacing
        )
        self._sync.start()

    def nudge(self) -> None:
        """Something was kept, or the line came back."""
        if self._sync is not None:
            self._sync.nudge()

    def stop(self) -> None:
        """End the thread; what is kept stays kept."""
        if self._sync is not None:
            self._sync.stop()

    def pending(self) -> int:
        """How many records the centre does not have yet."""
        return self._outbox.pending()

    def refused(self) -> int:
        """How many records the centre will never take: somebody has to look."""
        return len(self._outbox.dead_letters())

    def forget(self, before: float) -> None:
        """Drop the memory of what was delivered before that time (epoch seconds)."""
        self._outbox.forget_delivered(before)


def deliver(client: CentralClient, entry: Entry) -> Verdict:
    """One attempt, on the sync's thread."""
    match client.deliver(entry.kind, entry.key, entry.body):
        case "delivered":
            return Delivered()
        case ("refused", code):
            return Refused(str(code))
        case (_, retry_after_s):
            return Later(retry_after_s if isinstance(retry_after_s, float) else None)
