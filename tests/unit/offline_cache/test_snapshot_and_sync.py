from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from offline_cache.delivery import Delivered, Entry, Later, Verdict
from offline_cache.outbox import Outbox
from offline_cache.snapshot import SignedDocument, Snapshots
from offline_cache.store import Store
from offline_cache.sync import Pacing, Sync

KEY = bytes(range(32))
PACING = Pacing(idle_s=30.0, gap_min_s=1.0, gap_max_s=2.0)


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def _delivered(_: Entry) -> Verdict:
    return Delivered()


def test_a_document_outlives_a_restart_byte_for_byte(tmp_path: Path) -> None:
    body = '{"services":["个人住房情况查询"]}'.encode()
    with Store(tmp_path / "own.db", KEY) as store:
        Snapshots(store, Clock()).put(
            "catalogue", version=3, etag='"a"', signature=b"\x01\x00", body=body
        )
    with Store(tmp_path / "own.db", KEY) as store:
        snapshots = Snapshots(store, Clock())
        expected = SignedDocument("catalogue", 3, '"a"', b"\x01\x00", body, 1_000.0)
        assert snapshots.get("catalogue") == expected
        assert snapshots.get("trust") is None


def test_an_older_version_never_replaces_a_newer(store: Store) -> None:
    snapshots = Snapshots(store, Clock())
    assert snapshots.put("trust", version=2, etag="b", signature=b"s", body=b"two")
    assert not snapshots.put("trust", version=1, etag="a", signature=b"s", body=b"one")
    assert snapshots.put("trust", version=2, etag="c", signature=b"s", body=b"two")
    assert snapshots.put("catalogue", version=1, etag="a", signature=b"s", body=b"one")
    found = snapshots.get("trust")
    assert found is not None
    assert (found.version, found.etag, found.body) == (2, "c", b"two")
    assert snapshots.put("trust", version=3, etag="d", signature=b"s", body=b"three")


def test_a_backlog_drains_paced_then_the_thread_rests(store: Store) -> None:
    clock = Clock()
    outbox = Outbox(store, clock)
    for number in range(3):
        outbox.put(f"k{number}", "case", "rating", b"")
    sync = Sync(outbox, _delivered, clock, pacing=PACING)
    waits = [sync.step() for _ in range(4)]
    assert all(1.0 <= wait <= 2.0 for wait in waits[:2])
    assert waits[2:] == [30.0, 30.0]
    assert outbox.pending() == 0


def test_a_dead_line_is_waited_for_no_longer_than_idle(store: Store) -> None:
    clock = Clock()
    outbox = Outbox(store, clock)
    outbox.put("k", "case", "rating", b"")
    sync = Sync(outbox, lambda _: Later(retry_after_s=600), clock, pacing=PACING)
    assert sync.step() == 30.0
    clock.now += 590
    assert sync.step() == pytest.approx(outbox.wait_s(clock.now))
    assert outbox.pending() == 1


def test_a_failing_store_does_not_end_the_thread(tmp_path: Path) -> None:
    store = Store(tmp_path / "own.db", KEY)
    outbox = Outbox(store, Clock())
    sync = Sync(outbox, _delivered, Clock(), pacing=PACING)
    store.close()
    assert sync.step() == 30.0


def test_a_nudge_wakes_the_thread_and_stop_ends_it(store: Store) -> None:
    asleep, delivered = threading.Event(), threading.Event()
    outbox = Outbox(store, Clock())

    def deliver(_: Entry) -> Verdict:
        delivered.set()
        return Delivered()

    def wait(woken: threading.Event, _: float) -> None:
        asleep.set()
        woken.wait()  # for ever: only a nudge or stop ends it

    sync = Sync(outbox, deliver, Clock(), wait=wait)
    sync.start()
    assert asleep.wait(10)
    outbox.put("k", "case", "rating", b"")
    assert not delivered.is_set()
    sync.nudge()
    assert delivered.wait(10)
    assert sync.stop(10)


def test_stop_before_start_is_harmless(store: Store) -> None:
    assert Sync(Outbox(store, Clock()), _delivered, Clock()).stop()
