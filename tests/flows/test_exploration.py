"""Every state of every service's visit: nobody is stuck, nothing is kept, nothing happens twice.

Promise K6. Each walk must come everywhere, else finding nothing is cheap; what breaks the rules is
found in test_exploration_controls.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from devices.api import PrintOutcome
from kiosk.journey.facts import PrintFacts
from tests.flows.explorer import Explorer
from tests.flows.explorer_walks import WALKS
from tests.flows.samples_filing import OTHER_NAME
from tests.flows.samples_small import THIRD_NAME

CENTRE = {"centre_unreachable", "centre_unbelievable", "centre_busy"}
TROUBLES = {
    "housing": {"document_untrusted", "print_unknown", "not_printed", "slip_not_printed"},
    "one_party": {"nothing_to_file", "submit_unknown", "withdrawal_unknown", "case_booked"},
    "two_parties": {"submit_unknown", "centre_refused"},
    "payment": {
        *("order_unknown", "order_not_open", "pad_gone", "receipt_not_ready", "paper_not_here"),
        *("pay_declined", "pay_expired", "pay_closed", "pay_unknown", "withdrawal_unknown"),
    },
    "progress": CENTRE,
    "certificates": CENTRE,
    "check": {"camera_gone", "broken"},
}
"""What must have been seen of what can go wrong."""


@cache
def explored(name: str) -> Explorer:
    walk = WALKS[name]()
    return Explorer(walk.service, walk.alphabet).run()


@pytest.mark.parametrize("name", WALKS)
def test_nothing_that_must_not_happen_can_happen(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    walked = explored(name)
    record_property("states", len(walked.states))
    record_property("transitions", walked.transitions)
    assert walked.faults == []


@pytest.mark.parametrize("name", WALKS)
def test_the_walk_came_everywhere(name: str) -> None:
    """Every step, every early end, every trouble."""
    walked = explored(name)
    kinds = {state.journey.step_kind for state in walked.states}
    wanted = {"guide", *(spec.kind for spec in WALKS[name]().service.steps), "closing"}
    alone = {"turn"} if name in {"one_party", "payment"} else set[str]()
    assert kinds == wanted - alone, "nobody is called where nobody else is to come"
    ends = {state.journey.ended for state in walked.states} - {None}
    assert {"complete", "left", "idle"} <= ends
    assert {page.rpartition(".")[2] for page in walked.pages} >= TROUBLES[name]


def test_every_outcome_of_a_print_was_seen() -> None:
    for name in ("housing", "one_party"):
        sessions = [state.session for state in explored(name).states]
        printed = {each for session in sessions for each in session.prints.values()}
        assert {PrintFacts(outcome) for outcome in PrintOutcome} <= printed


def test_every_fate_of_an_application_was_seen() -> None:
    pasts = [state.past for state in explored("one_party").states]
    assert {past.handed_in for past in pasts} == {"", "asked", "unknown", "decided"}
    assert {past.withdrawal for past in pasts} == {"", "asked", "unknown", "done"}
    cases = [state.session.case for state in explored("one_party").states]
    outcomes = {case.outcome for case in cases if case is not None}
    assert outcomes == {"accepted", "to_be_completed", "not_accepted"}


def test_every_fate_of_a_payment_was_seen() -> None:
    states = explored("payment").states
    known = {"", "asked", "open", "unknown", "paid", "free"}
    assert {state.past.money for state in states} == known
    withdrawn = {state.past.money for state in states if state.past.withdrawal == "done"}
    assert withdrawn == {"", "free", "paid"}, "never while it is not known"


def test_the_second_party_was_walked_through_and_gone_back_from() -> None:
    states = explored("two_parties").states
    served = {(s.session.index, s.session.party_index) for s in states if s.session.case is None}
    kinds = [spec.kind for spec in WALKS["two_parties"]().service.steps]
    loop = range(kinds.index("turn") + 1, kinds.index("submit") + 1)
    assert {(index, 1) for index in loop} <= served
    assert any(s.session.others and s.journey.step_kind == "application_form" for s in states)
    signers = {s.session.card.name for s in states if s.session.card and s.session.party_index}
    assert signers == {OTHER_NAME, THIRD_NAME}
    assert any(len(s.past.signed) == 2 and s.past.handed_in == "decided" for s in states)
