"""Certificate checks at the real camera, with the line and without it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.visit import Setting, setting
from sandbox.visits.scripts import VISITS
from tests.e2e.aftermath import Aftermath

pytestmark = [pytest.mark.city, pytest.mark.e2e]


@pytest.mark.parametrize("name", ["check", "check_bad", "check_by_number", "check_offline"])
def test_a_check_needs_no_person_and_leaves_no_trace_of_one(where: Setting, name: str) -> None:
    after = Aftermath(where, name)
    assert after.rows("sessions") == []
    assert after.rows("enquiries") == []
    assert after.ended() == "complete"


@pytest.fixture
def with_expired_lists(tmp_path: Path) -> Iterator[Setting]:
    """A kiosk that has never had a list of keys or revocations which still held."""
    with (
        tempfile.TemporaryDirectory(prefix="city-") as place,
        setting(Path(place), tmp_path / "logs", before=VISITS["check_expired"]().before) as where,
    ):
        yield where


def test_lists_that_are_past_their_last_day_prove_nothing(with_expired_lists: Setting) -> None:
    assert Aftermath(with_expired_lists, "check_expired").ended() == "complete"
