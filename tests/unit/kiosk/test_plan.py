"""The order of steps: conditions, the loop over the parties, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.central.models import StepSpec, When
from kiosk.journey.case_facts import Money, PartyFacts
from kiosk.journey.plan import FACTS, Place, Plan, values_of
from kiosk.journey.session import PartyState, Session
from tests.flows import samples_filing as filing
from tests.flows.samples import BOTH, service

FAR_TOO_MANY = 500
"""More places than any plan here has: a walk that long goes round in circles."""


@dataclass(frozen=True)
class Known:
    """What a visit knows; ``opened``: the parties who have been checked."""

    parties: int = 1
    opened: frozenset[int] = frozenset({0})
    outcome: str = ""
    fee: bool = False
    money: Money | None = None
    receipt: bool = False
    booked: bool = False

    def session(self) -> Session:
        case = filing.case(self.outcome, fee=8000 if self.fee else 0) if self.outcome else None
        return Session(
            visit_id="v",
            service=service(),
            item=replace(filing.item(), parties=tuple(self._parties())),
            opened=0 in self.opened,
            others={n: PartyState(opened=n in self.opened) for n in range(1, self.parties)},
            case=case,
            payment=filing.money(self.money) if self.money else None,
            receipt=filing.receipt() if self.receipt else None,
            looked_at=filing.summary(booked=self.booked),
        )

    def _parties(self) -> Iterator[PartyFacts]:
        for n in range(self.parties):
            yield PartyFacts(f"buyer-{n + 1}", BOTH, "章样例", "990101********0011", n == 0)

    def fact(self, name: str, party: int) -> str | bool:
        """What a reader of the grammar would expect of a fact."""
        paid = self.money is Money.PAID
        told: Mapping[str, str | bool] = {
            "party_known": party in self.opened,
            "outcome": self.outcome,
            "fee_due": self.fee and self.outcome == "accepted" and not paid,
            "paid": paid,
            "receipt_known": self.receipt,
            "booked": self.booked,
        }
        return told[name]


def at(session: Session, place: Place) -> Session:
    return replace(session.turn_to(place.party_index), index=place.index)


def walked(plan: Plan, session: Session) -> list[Place]:
    """Every place from the first step to the end."""
    places = [Place(0, 0)]
    while (place := plan.after(at(session, places[-1]))) is not None:
        places.append(place)
        assert len(places) < FAR_TOO_MANY, "round in circles"
    return places


def expected(specs: Sequence[StepSpec], known: Known) -> list[Place]:
    """The same, told plainly: what is before the loop, the loop for each party, what is after."""
    looped = [n for n, spec in enumerate(specs) if spec.for_each is not None]
    first, end = (looped[0], looped[-1] + 1) if looped else (len(specs), len(specs))
    last = known.parties - 1
    order = [(n, 0) for n in range(first)]
    order += [(n, party) for party in range(known.parties) for n in range(first, end)]
    order += [(n, last) for n in range(end, len(specs))]
    return [Place(n, p if looped else 0) for n, p in order if _applies(specs[n], known, p)]


def _applies(spec: StepSpec, known: Known, party: int) -> bool:
    return spec.when is None or known.fact(spec.when.fact, party) == spec.when.equals


def spec(
    kind: str = "step",
    fact: str = "",
    *,
    equals: str | bool = True,
    looped: bool = False,
) -> StepSpec:
    when = When(fact=fact, equals=equals) if fact else None
    return StepSpec(kind=kind, when=when, for_each="parties" if looped else None)


WHENS = st.one_of(
    st.none(),
    st.sampled_from(sorted(FACTS)).flatmap(
        lambda fact: st.builds(
            When, fact=st.just(fact), equals=st.sampled_from(sorted(values_of(fact), key=str))
        )
    ),
)
KNOWN = st.builds(
    Known,
    parties=st.integers(1, 3),
    opened=st.frozensets(st.integers(0, 2)),
    outcome=st.sampled_from(["", "accepted", "to_be_completed", "not_accepted"]),
    fee=st.booleans(),
    money=st.none() | st.sampled_from(Money),
    receipt=st.booleans(),
    booked=st.booleans(),
)


def _step(when: When | None) -> StepSpec:
    return StepSpec(kind="step", when=when)


def _looped(when: When | None) -> StepSpec:
    return StepSpec(kind="step", when=when, for_each="parties")


ONCE = st.lists(st.builds(_step, WHENS), max_size=6)
FOR_EACH = st.lists(st.builds(_looped, WHENS), max_size=6)
ONE_LOOP = st.tuples(ONCE, FOR_EACH, ONCE).map(
    lambda parts: [spec("guide"), *parts[0], *parts[1], *parts[2]]
)
ANY_PLAN = st.lists(ONCE | FOR_EACH, max_size=6).map(
    lambda parts: [spec("guide"), *(each for part in parts for each in part)]
)


@given(specs=ONE_LOOP, known=KNOWN)
@settings(max_examples=300, deadline=None)
def test_every_place_is_come_to_once_and_in_order(specs: list[StepSpec], known: Known) -> None:
    assert walked(Plan(specs), known.session()) == expected(specs, known)


@given(specs=ONE_LOOP, known=KNOWN)
@settings(max_examples=300, deadline=None)
def test_back_undoes_on_and_never_crosses_to_another_party(
    specs: list[StepSpec], known: Known
) -> None:
    plan, session = Plan(specs), known.session()
    looped = [n for n, each in enumerate(specs) if each.for_each is not None]
    places = walked(plan, session)
    assert plan.before(at(session, places[0])) is None
    for here, there in pairwise(places):
        back = plan.before(at(session, there))
        if back is None:
            assert there.party_index > 0
            assert there.index in looped
            assert here.index not in looped or here.party_index < there.party_index
        elif here.party_index == there.party_index:
            assert back == here
        else:
            assert back.party_index == there.party_index


@given(specs=ANY_PLAN, known=KNOWN, skip=st.integers(0, 9))
@settings(max_examples=300, deadline=None)
def test_no_plan_goes_round_in_circles(specs: list[StepSpec], known: Known, skip: int) -> None:
    """Not even one that the catalogue's own look would hide."""
    plan, session = Plan(specs), known.session()
    places = walked(plan, session)
    for number, place in enumerate(places):
        further = places[number + skip + 1] if number + skip + 1 < len(places) else None
        assert plan.after(at(session, place), skip) == further
        seen = 0
        back: Place | None = place
        while back is not None:
            assert back.index < len(specs)
            back, seen = plan.before(at(session, back)), seen + 1
            assert seen < FAR_TOO_MANY


@pytest.mark.parametrize(
    ("fact", "equals"), [(fact, value) for fact in FACTS for value in values_of(fact)]
)
def test_a_condition_is_asked_when_the_visit_comes_by(fact: str, *, equals: str | bool) -> None:
    """Every fact with every value, against every state that tells it."""
    plan = Plan([spec("guide"), spec("maybe", fact, equals=equals), spec("end")])
    seen: set[bool] = set()
    for opened, outcome, fee, money, receipt, booked in product(
        (frozenset({0}), frozenset[int]()),
        ("", "accepted", "to_be_completed", "not_accepted"),
        (True, False),
        (None, *Money),
        (True, False),
        (True, False),
    ):
        known = Known(1, opened, outcome, fee, money, receipt, booked)
        comes = plan.after(known.session()) == Place(1, 0)
        assert comes == (known.fact(fact, 0) == equals)
        seen.add(comes)
    assert seen == {True, False}


FILING = [
    spec("guide"),
    spec("identify"),
    spec("preparation"),
    spec("application_form"),
    spec("turn", looped=True),
    spec("identify", "party_known", equals=False, looped=True),
    spec("questioning", looped=True),
    spec("review", looped=True),
    spec("signature", looped=True),
    spec("submit"),
    spec("farewell"),
]


@pytest.mark.parametrize("parties", [1, 2, 3])
def test_each_party_takes_its_turn(parties: int) -> None:
    known = Known(parties=parties)
    kinds = [FILING[place.index].kind for place in walked(Plan(FILING), known.session())]
    others = ["turn", "identify", "questioning", "review", "signature"] * (parties - 1)
    assert kinds == [
        *("guide", "identify", "preparation", "application_form"),
        *("turn", "questioning", "review", "signature"),
        *others,
        *("submit", "farewell"),
    ]


def test_the_last_party_goes_back_to_its_own_turn_and_no_further() -> None:
    plan, session = Plan(FILING), Known(parties=2).session()
    place: Place | None = Place(9, 1)
    kinds: list[tuple[str, int]] = []
    while place is not None:
        kinds.append((FILING[place.index].kind, place.party_index))
        place = plan.before(at(session, place))
    assert kinds == [
        *(("submit", 1), ("signature", 1), ("review", 1), ("questioning", 1)),
        *(("identify", 1), ("turn", 1)),
    ]


def test_a_change_goes_to_the_nearest_step_of_its_kind() -> None:
    plan, session = Plan(FILING), Known(parties=2).session()
    here = at(session, Place(7, 1))
    assert plan.earlier(here, "questioning") == Place(6, 1)
    assert plan.earlier(here, "application_form") == Place(3, 0), "before the loop: the applicant"
    assert plan.earlier(here, "signature") is None
    assert plan.earlier(at(session, Place(9, 1)), "review") == Place(7, 1)


def test_what_lies_between_two_steps() -> None:
    plan, session = Plan(FILING), Known().session()
    kinds = [each.kind for each in plan.applying(session, 3, 8)]
    assert kinds == ["application_form", "turn", "questioning", "review"]
