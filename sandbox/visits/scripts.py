"""All scripted visits by their names. Each begins at a home page that is ready and ends at one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sandbox.visits.scripts_check import CHECK_VISITS
from sandbox.visits.scripts_enquiry import ENQUIRY_VISITS
from sandbox.visits.scripts_filing import FILING_VISITS
from sandbox.visits.scripts_own import OWN_VISITS
from sandbox.visits.scripts_payment import PAYMENT_VISITS
from sandbox.visits.step import Visit

VISITS: Final[dict[str, Callable[[], Visit]]] = {
    **ENQUIRY_VISITS,
    **FILING_VISITS,
    **PAYMENT_VISITS,
    **OWN_VISITS,
    **CHECK_VISITS,
}
DEMONSTRATED: Final = ("certificate", "application", "check")
"""What ``make demo`` walks through, in this order, in one city."""


def cities(names: Sequence[str]) -> list[list[str]]:
    """The visits by the city in which they can be made, one after the other.

    A contract can be filed once: the payments have a city, with its contracts, of their own.
    """
    apart = [[name] for name in names if VISITS[name]().before is not None]
    paying = [name for name in names if name in PAYMENT_VISITS]
    others = [name for name in names if name not in paying and [name] not in apart]
    return [group for group in (others, paying, *apart) if group]
