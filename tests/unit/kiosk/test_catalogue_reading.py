"""A catalogue is read service by service: what is wrong with one keeps no other away."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from pydantic import ValidationError

from kiosk.central.models import Catalogue, When

BOTH = {"zh-CN": "样例", "en": "Sample"}
GOOD: dict[str, object] = {
    "code": "good_one",
    "names": BOTH,
    "summary": BOTH,
    "icon": "home",
    "category": "enquire",
    "steps": [
        {"kind": "identify", "params": {"documents": ["resident"]}},
        {"kind": "turn", "for_each": "parties", "when": {"fact": "paid", "equals": True}},
        {"kind": "slip", "when": {"fact": "outcome", "equals": "accepted"}},
    ],
}
HEAD: dict[str, object] = {"version": 3, "valid_until": "2026-12-01T00:00:00+08:00"}


def read(services: Sequence[object], **more: object) -> Catalogue:
    content = {**HEAD, "services": services, **more}
    return Catalogue.model_validate_json(json.dumps(content))


def with_step(**step: object) -> dict[str, object]:
    return {**GOOD, "code": "bad_one", "steps": [{"kind": "slip", **step}]}


def test_the_grammar_is_read() -> None:
    (service,) = read([GOOD]).services
    assert [step.when for step in service.steps] == [
        None,
        When(fact="paid", equals=True),
        When(fact="outcome", equals="accepted"),
    ]
    assert [step.for_each for step in service.steps] == [None, "parties", None]
    assert (service.pay_at, service.tax_precondition) == (None, False)


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        ({**GOOD, "code": "bad_one", "names": {"en": "no Chinese"}}, "bad_one"),
        ({**GOOD, "code": "bad_one", "steps": "identify, then the rest"}, "bad_one"),
        ({**GOOD, "code": "bad_one", "pay_at": "never"}, "bad_one"),
        (with_step(when={"fact": "paid"}), "bad_one"),
        (with_step(when={"fact": "paid", "equals": 1}), "bad_one"),
        (with_step(when={"fact": "paid", "equals": None}), "bad_one"),
        (with_step(when="paid"), "bad_one"),
        (with_step(for_each="children"), "bad_one"),
        (with_step(kind="Slip!"), "bad_one"),
        ({**GOOD, "code": "Bad One"}, "#1"),
        ({**GOOD, "code": ["good_one"]}, "#1"),
        ({}, "#1"),
        ([], "#1"),
        (None, "#1"),
        ("housing", "#1"),
    ],
)
def test_one_bad_service_is_named_and_left_out(bad: object, name: str) -> None:
    catalogue = read([GOOD, bad, {**GOOD, "code": "other"}])
    assert [service.code for service in catalogue.services] == ["good_one", "other"]
    assert catalogue.unreadable == (name,)


def test_what_the_centre_says_of_unreadable_ones_is_nothing_to_us() -> None:
    assert read([GOOD], unreadable=["good_one", 7]).unreadable == ()


@pytest.mark.parametrize(
    "content",
    [
        HEAD,
        {**HEAD, "services": {"0": GOOD}},
        {**HEAD, "services": None},
        {**HEAD, "services": [GOOD] * 201},
        {**HEAD, "services": [7] * 201},
        {"services": [GOOD]},
        {"version": 3, "services": [GOOD]},
        {"version": "3", "valid_until": HEAD["valid_until"], "services": []},
        [GOOD],
        None,
    ],
)
def test_what_is_no_catalogue_at_all(content: object) -> None:
    with pytest.raises(ValidationError):
        Catalogue.model_validate_json(json.dumps(content))
