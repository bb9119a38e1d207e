"""What is put into the post: on disk with a time of its own, and where it is delivered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.central.client import QUEUED_PATHS
from kiosk.post import Post
from offline_cache.store import Store

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "cache.db", bytes(31) + b"\x01")
    yield store
    store.close()


def kept(store: Store) -> list[dict[str, object]]:
    return [json.loads(body) for (body,) in store.rows("SELECT body FROM outbox ORDER BY rowid")]


def test_a_record_bears_its_own_time_or_that_of_keeping(store: Store) -> None:
    post = Post(store, lambda: NOW)
    post.keep("evaluation", {"grade": 5})
    post.keep("pad_result", {"at": "2026-11-21T10:00:00+08:00", "outcome": "paid"})
    assert kept(store) == [
        {"grade": 5, "at": "2026-11-21T03:00:00+00:00"},
        {"at": "2026-11-21T10:00:00+08:00", "outcome": "paid"},
    ]
    assert post.pending() == 2


def test_every_kind_has_a_place_to_go() -> None:
    assert set(QUEUED_PATHS) == {
        "evaluation",
        "statistics",
        "print_outcome",
        "pad_result",
        "incident",
    }
