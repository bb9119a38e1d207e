"""The city's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kiosk.city_time import CityClock


def test_the_city_is_eight_hours_ahead_and_the_centre_sets_the_clock() -> None:
    wall = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    clock = CityClock(lambda: 90.0, lambda: wall)
    assert clock.now().isoformat() == "2026-11-21T00:31:30+08:00"
    assert clock.today() == date(2026, 11, 21)


def test_a_clock_nobody_vouched_for_knows_no_date() -> None:
    wall = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    clock = CityClock(lambda: None, lambda: wall)
    assert clock.today() is None
    assert clock.now().isoformat() == "2026-11-21T00:30:00+08:00"
