"""What becomes of an application that is in order: accepted, to be completed, or not accepted.

Interim Regulations Art. 17: the answer is written and given at once, and names *all* that is
missing or in the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sandbox.central import hindrances
from sandbox.central.hindrances import LACKING, TO_BE_COMPLETED, Obstacle
from sandbox.central.office import Office
from sandbox.people import Contract

Outcome = Literal["accepted", "to_be_completed", "not_accepted"]


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome with its grounds; one of the two is empty, as there is one notice."""

    missing: tuple[Obstacle, ...]
    reasons: tuple[Obstacle, ...]

    @property
    def outcome(self) -> Outcome:
        """One reason to refuse outweighs everything that is merely missing, and takes it along."""
        if self.reasons:
            return "not_accepted"
        return "to_be_completed" if self.missing else "accepted"


def decide(office: Office, contract: Contract) -> Decision:
    """The registry's automatic review, on the state of this moment."""
    found = hindrances.found(office, contract)
    lacking = LACKING if contract.lacking or office.mischief.finds_lacking else ()
    missing = [obstacle for obstacle in found if obstacle.code in TO_BE_COMPLETED]
    reasons = [obstacle for obstacle in found if obstacle.code not in TO_BE_COMPLETED]
    if reasons:
        return Decision((), (*reasons, *missing, *lacking))
    return Decision((*missing, *lacking), ())
