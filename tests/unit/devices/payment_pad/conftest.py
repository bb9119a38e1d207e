"""A desk with its pad plugged in and greeted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.devices.payment_pad.desk import HASTY_S, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from _greeted(Desk(tmp_path))


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Desk]:
    """One that does not wait long for a payer."""
    yield from _greeted(Desk(tmp_path, patience_s=HASTY_S))


def _greeted(desk: Desk) -> Iterator[Desk]:
    desk.twin.start()
    desk.pad.open()
    yield desk
    desk.stop()
