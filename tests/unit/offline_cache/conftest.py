from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache.store import Store

KEY = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "cache.db", KEY) as opened:
        yield opened
