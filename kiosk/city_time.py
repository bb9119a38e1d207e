"""The city's time: UTC+8, corrected by what the centre's answers say of our clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

CITY = timezone(timedelta(hours=8), "UTC+8")
Offset = Callable[[], float | None]
"""Seconds to add to this machine's clock; None while no answer of the centre was believed."""


class CityClock:
    """Wall-clock time for papers and evidence. Never for time-outs: those are monotonic."""

    def __init__(
        self, offset_s: Offset, wall: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._offset_s = offset_s
        self._wall = wall

    def now(self) -> datetime:
        """The best known time, aware, in the city's zone."""
        return (self._wall() + timedelta(seconds=self._offset_s() or 0.0)).astimezone(CITY)

    def today(self) -> date | None:
        """The date when the centre has vouched for the clock, else None: unknown is not today."""
        return None if self._offset_s() is None else self.now().date()
