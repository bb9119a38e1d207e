"""Orders of steps in which a visit would break are found before anybody sees the service."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.journey import catalogue
from kiosk.journey.plan import FACTS, values_of
from kiosk.journey.steps import ALL
from sandbox.central import catalogue as city
from sandbox.central.catalogue_filing import PRESALE, TRANSFER
from tests.unit.kiosk.test_catalogue import Spoil, Told, defects, moved, place, step, told, without

WHENS: Mapping[str, tuple[str, Told, str]] = {
    "unknown": ("case_result", {"fact": "moon_phase", "equals": "full"}, "unknown fact"),
    "a word for a yes": ("payment", {"fact": "fee_due", "equals": "true"}, "never has that value"),
    "a yes for a word": ("case_result", {"fact": "outcome", "equals": True}, "never has"),
    "no such word": ("case_result", {"fact": "outcome", "equals": "perhaps"}, "never has"),
    "too early": ("consent", {"fact": "paid", "equals": False}, "not known so early"),
    "always needed": ("submit", {"fact": "party_known", "equals": True}, "can't be left out"),
    "signs sometimes": ("signature", {"fact": "party_known", "equals": True}, "left out"),
    "one more receipt": ("print_document", {"fact": "paid", "equals": True}, ""),
}


@pytest.mark.parametrize("name", WHENS)
def test_conditions(name: str) -> None:
    kind, when, expected = WHENS[name]
    service = told(TRANSFER)
    step(service, kind, number=-1)["when"] = when
    assert any(expected in what and kind in what for what in defects(service))


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_can_be_asked_for_in_its_place(fact: str) -> None:
    service = told("case_progress") if fact == "booked" else told(TRANSFER)
    for value in values_of(fact):
        step(service, "rating")["when"] = {"fact": fact, "equals": value}
        assert defects(service) == ()


ORDERS: Mapping[str, tuple[str, Spoil, str]] = {
    "signature before preparation": (
        TRANSFER,
        lambda s: moved(s, "signature", place(s, "preparation")),
        "signature): no review before it",
    ),
    "form before preparation": (
        TRANSFER,
        lambda s: moved(s, "application_form", 0),
        "application_form): no preparation before it",
    ),
    "each party before preparation": (
        TRANSFER,
        lambda s: moved(s, "preparation", place(s, "submit") - 1),
        "no preparation before the steps for each party",
    ),
    "submitted unsigned": (TRANSFER, lambda s: without(s, "signature"), "no signature before"),
    "signed unseen": (TRANSFER, lambda s: without(s, "review"), "no review before"),
    "submitted last": (
        TRANSFER,
        lambda s: moved(s, "submit", len(s["steps"]) - 2),
        "payment): no submit before it",
    ),
    "paid without submit": (
        TRANSFER,
        lambda s: without(s, "submit"),
        "payment): no submit before it",
    ),
    "receipt without payment": (
        TRANSFER,
        lambda s: without(s, "payment"),
        "fiscal_receipt): no payment before it",
    ),
    "printed and never fetched": (
        PRESALE,
        lambda s: without(s, "document"),
        "print_document): what it prints is not fetched",
    ),
    "another paper is printed": (
        PRESALE,
        lambda s: step(s, "print_document")["params"].update(subject="enquiry"),
        "no housing_result before it",
    ),
    "a paper that may be missing": (
        TRANSFER,
        lambda s: step(s, "document", number=1).pop("when"),
        "the receipt may be missing",
    ),
    "a certificate that may be missing": (
        "case_progress",
        lambda s: step(s, "document").pop("when"),
        "the certificate may be missing",
    ),
    "fetched under another condition": (
        TRANSFER,
        lambda s: step(s, "document").update(when={"fact": "outcome", "equals": "accepted"}),
        "fetched under another condition",
    ),
    "printed twice": (
        PRESALE,
        lambda s: s["steps"].insert(-2, step(s, "print_document")),
        "it comes twice",
    ),
    "submitted twice": (
        PRESALE,
        lambda s: s["steps"].insert(-2, step(s, "submit")),
        "it comes twice",
    ),
    "nobody is identified": (
        PRESALE,
        lambda s: s["steps"].__delitem__(slice(0, 3)),
        "preparation): no person_check before it",
    ),
    "checked without consent": (
        city.HOUSING,
        lambda s: without(s, "consent"),
        "person_check): no consent before it",
    ),
    "found without asking": (
        city.HOUSING,
        lambda s: without(s, "housing_enquiry"),
        "housing_result): no housing_enquiry before it",
    ),
    "others are not identified": (
        PRESALE,
        lambda s: s["steps"].remove(step(s, "identify", number=1)),
        "somebody would sign without identify",
    ),
    "others are checked too late": (
        PRESALE,
        lambda s: moved(s, "signature", place(s, "turn") + 1),
        "somebody would sign without",
    ),
    "others are checked under a wrong condition": (
        PRESALE,
        lambda s: step(s, "person_check", number=1)["when"].update(equals=True),
        "somebody would sign without person_check",
    ),
    "one signs for all": (
        PRESALE,
        lambda s: step(s, "signature").pop("for_each"),
        "signature): it is gone through for each party",
    ),
    "filed once for each": (
        PRESALE,
        lambda s: step(s, "submit").update(for_each="parties"),
        "submit): it is not gone through for each party",
    ),
    "two loops": (
        PRESALE,
        lambda s: step(s, "questioning").pop("for_each"),
        "not one stretch",
    ),
    "a slip of nothing": (
        "case_progress",
        lambda s: s["steps"].insert(-2, {"kind": "slip", "params": {}}),
        "slip): no housing_result or submit before it",
    ),
    "a guide of its own": (
        "case_progress",
        lambda s: s["steps"].insert(0, {"kind": "guide", "params": {}}),
        "the guide comes by itself",
    ),
    "no farewell": ("case_progress", lambda s: without(s, "farewell"), "last step is no farewell"),
    "goes on after the farewell": (
        "case_progress",
        lambda s: moved(s, "farewell", 4),
        "last step is no farewell",
    ),
    "stages of no case": (
        "case_progress",
        lambda s: without(s, "case_list"),
        "case_stages): no case_list before it",
    ),
}


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_that_would_break_a_visit(name: str) -> None:
    code, spoil, expected = ORDERS[name]
    service = told(code)
    spoil(service)
    assert any(expected in what for what in defects(service)), defects(service)


def test_an_order_of_many_faults_names_each() -> None:
    service = told(TRANSFER)
    without(service, "identify", "preparation", "review")
    assert len(defects(service)) >= 6


@given(
    kinds=st.lists(st.sampled_from([*ALL, "hologram_scan"]), max_size=25),
    loops=st.sets(st.integers(0, 24)),
    subjects=st.lists(st.sampled_from([*catalogue.SUBJECTS, "x"]), min_size=25, max_size=25),
)
@settings(max_examples=150, deadline=None)
def test_any_order_is_judged(kinds: list[str], loops: set[int], subjects: list[str]) -> None:
    steps = [
        {
            "kind": kind,
            "params": {"subject": subjects[n]},
            "for_each": "parties" if n in loops else None,
        }
        for n, kind in enumerate(kinds)
    ]
    found = defects({**told(PRESALE), "steps": steps})
    if not found:
        assert kinds[-1] == "farewell"
        assert "hologram_scan" not in kinds
        assert kinds.count("submit") == 0
