"""The top strip's buttons, and whose times hold."""

from __future__ import annotations

import pytest

from kiosk.config import Visit
from kiosk.journey.engine import Timing
from kiosk.preferences import Preferences, timing
from tests.flows.samples import documents

CENTRE = documents().configuration


@pytest.mark.parametrize(
    ("pressed", "after"),
    [
        ("language:en", Preferences(language="en")),
        ("language:xx", None),
        ("elder", Preferences(elder=True)),
        ("next", None),
    ],
)
def test_the_strip(pressed: str, after: Preferences | None) -> None:
    assert Preferences().after(pressed) == after


def test_elder_mode_is_switched_back() -> None:
    assert Preferences(elder=True).after("elder") == Preferences()


def test_the_machines_own_times_come_first_each_by_itself() -> None:
    assert timing(Visit(), CENTRE, elder=False) == Timing(90, 20, 15)
    assert timing(Visit(countdown_s=5), CENTRE, elder=False) == Timing(90, 5, 15)
    assert timing(Visit(idle_s=3), CENTRE, elder=False) == Timing(3, 20, 15)
    assert timing(Visit(), None, elder=False) == Timing()


def test_elders_have_twice_the_time_to_answer() -> None:
    assert timing(Visit(), CENTRE, elder=True) == Timing(180, 40, 15)
