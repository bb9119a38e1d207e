"""Times as the contract writes them: RFC 3339 with the city's offset."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Annotated

from pydantic import AfterValidator

CITY_TIME = timezone(timedelta(hours=8), "+08:00")
"""China has one time zone and no summer time."""

Clock = Callable[[], datetime]
"""Returns an aware datetime."""


def city_clock() -> datetime:
    """Now, in the city."""
    return datetime.now(CITY_TIME)


def written(moment: datetime) -> str:
    """RFC 3339 to the second, with +08:00."""
    return moment.astimezone(CITY_TIME).isoformat(timespec="seconds")


def city_day(moment: datetime) -> date:
    """The calendar day in the city."""
    return moment.astimezone(CITY_TIME).date()


def moment_of(text: str) -> datetime:
    """The aware datetime of an RFC 3339 text; ValueError if it names no offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time needs an offset")
    return moment


def _checked(text: str) -> str:
    moment_of(text)
    return text


Rfc3339 = Annotated[str, AfterValidator(_checked)]
"""A field that holds a time; kept as text, since that is what is signed and stored."""
