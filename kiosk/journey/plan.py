"""The order in which a service's steps come: its grammar of ``when`` and ``for_each``. Pure.

``when`` leaves a step out unless a fact has a value *when the visit comes by*. Neighbouring steps
with ``for_each: parties`` form one loop, gone through once for every party of the application.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kiosk.central.models import StepSpec
from kiosk.journey.case_facts import Money
from kiosk.journey.session import Session


def _paid(session: Session) -> bool:
    return session.payment is not None and session.payment.money is Money.PAID


FACTS: Mapping[str, Callable[[Session], str | bool]] = {
    "party_known": lambda session: session.opened,
    "outcome": lambda session: session.case.outcome if session.case else "",
    "fee_due": lambda session: bool(session.case and session.case.order_id) and not _paid(session),
    "paid": _paid,
    "receipt_known": lambda session: session.receipt is not None,
    "booked": lambda session: bool(session.looked_at and session.looked_at.certificate_id),
}
"""What a service's ``when`` may ask for."""
_WORDS: Mapping[str, frozenset[str | bool]] = {
    "outcome": frozenset({"accepted", "to_be_completed", "not_accepted"})
}
_EITHER: frozenset[str | bool] = frozenset({True, False})


def values_of(fact: str) -> frozenset[str | bool]:
    """The values that a fact can have: words, or true and false."""
    return _WORDS.get(fact, _EITHER)


@dataclass(frozen=True, slots=True)
class Place:
    """A step of the plan, and which party stands there."""

    index: int
    party_index: int


class Plan:
    """A service's steps. Places are asked for with the session as it is then."""

    def __init__(self, specs: Sequence[StepSpec]) -> None:
        self.specs = tuple(specs)

    def after(self, session: Session, skip: int = 0) -> Place | None:
        """The next place that applies, leaving ``skip`` of them out; None after the last step."""
        place: Place | None = Place(session.index, session.party_index)
        for _ in range(skip + 1):
            place = self._following(session, place) if place is not None else None
        return place

    def before(self, session: Session) -> Place | None:
        """The place that Back leads to; None where there is none.

        Another party's steps are not among them: that party has signed.
        """
        index = session.index - 1
        while index >= 0:
            if self._crosses_parties(session, index):
                return None
            if self._applies(session, index):
                return Place(index, session.party_index)
            index -= 1
        return None

    def earlier(self, session: Session, kind: str) -> Place | None:
        """The nearest earlier step of that kind, for a change that was asked for; else None.

        A step before the loop is the applicant's.
        """
        for index in range(session.index - 1, -1, -1):
            if self.specs[index].kind == kind:
                looped = self.specs[index].for_each is not None
                return Place(index, session.party_index if looped else 0)
        return None

    def applying(self, session: Session, first: int, end: int) -> tuple[StepSpec, ...]:
        """The steps from ``first`` up to ``end`` that apply."""
        return tuple(self.specs[i] for i in range(first, end) if self._applies(session, i))

    def _following(self, session: Session, place: Place) -> Place | None:
        index, party = place.index, place.party_index
        while True:
            index, party = self._step(session, index, party)
            if index >= len(self.specs):
                return None
            if self._applies(session.turn_to(party), index):
                return Place(index, party)

    def _step(self, session: Session, index: int, party: int) -> tuple[int, int]:
        """One step on, or back to the loop's first for the next party."""
        ends_loop = self._looped(index) and not self._looped(index + 1)
        if ends_loop and party + 1 < len(session.parties):
            return self._loop_start(index), party + 1
        return index + 1, party

    def _crosses_parties(self, session: Session, index: int) -> bool:
        """Whether ``index`` lies before the loop in which a later party is being served."""
        in_loop = self._looped(session.index)
        return session.party_index > 0 and in_loop and not self._looped(index)

    def _looped(self, index: int) -> bool:
        return index < len(self.specs) and self.specs[index].for_each is not None

    def _loop_start(self, index: int) -> int:
        while index > 0 and self._looped(index - 1):
            index -= 1
        return index

    def _applies(self, session: Session, index: int) -> bool:
        when = self.specs[index].when
        if when is None:
            return True
        return FACTS[when.fact](session) == when.equals
