"""What is wrong with a service of the catalogue is found before anybody sees it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.central.models import Catalogue, Service
from kiosk.journey import catalogue
from kiosk.journey.steps import ALL
from sandbox.central import catalogue as city
from sandbox.central.catalogue_faults import fault_named, spoilt
from sandbox.central.catalogue_filing import PRESALE, TRANSFER
from sandbox.people_seed import invent_city

Told = dict[str, Any]
SERVICES: list[Told] = city.services(invent_city())
HEAD = {"version": 1, "valid_until": "2027-01-01T00:00:00+08:00"}


def told(code: str) -> Told:
    return copy.deepcopy(next(each for each in SERVICES if each["code"] == code))


def defects(service: Mapping[str, object]) -> tuple[str, ...]:
    return catalogue.defects(Service.model_validate_json(json.dumps(service)), ALL.keys())


def step(service: Told, kind: str, *, number: int = 0) -> Told:
    """The step of that kind: the first, or a later one."""
    return [each for each in service["steps"] if each["kind"] == kind][number]


def without(service: Told, *kinds: str) -> None:
    service["steps"] = [each for each in service["steps"] if each["kind"] not in kinds]


def moved(service: Told, kind: str, to: int) -> None:
    mover = step(service, kind)
    service["steps"].remove(mover)
    service["steps"].insert(to, mover)


def place(service: Told, kind: str) -> int:
    return service["steps"].index(step(service, kind))


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service["code"])
def test_the_citys_own_services_have_none(service: Told) -> None:
    assert defects(service) == ()


@pytest.mark.parametrize("fault", ["unknown_step", "broken_schema", "unknown_fact"])
def test_what_a_city_may_deliver_by_mistake_is_found(fault: str) -> None:
    bad = spoilt(cast("list[dict[str, object]]", SERVICES), fault_named(fault))
    found = {each["code"]: defects(each) for each in bad}
    assert found.pop(PRESALE)
    assert not any(found.values())


def test_a_service_that_can_not_be_read_is_named_and_the_others_stay() -> None:
    bad = spoilt(cast("list[dict[str, object]]", SERVICES), fault_named("malformed_service"))
    read = Catalogue.model_validate_json(json.dumps({**HEAD, "services": bad}))
    assert read.unreadable == (PRESALE,)
    assert len(read.services) == len(SERVICES) - 1


def test_what_is_not_offered_needs_no_steps() -> None:
    service = told(TRANSFER)
    service |= {"available": False, "steps": [{"kind": "hologram_scan"}]}
    assert defects(service) == ()
    assert defects({**service, "available": True, "steps": []}) == ("it has no steps",)


Spoil = Callable[[Told], object]


def set_in(kind: str, **params: object) -> Spoil:
    return lambda service: step(service, kind)["params"].update(params)


def drop(kind: str, name: str) -> Spoil:
    return lambda service: step(service, kind)["params"].pop(name)


def twice(kind: str, name: str) -> Spoil:
    """The first entry of a list once more."""
    return lambda service: step(service, kind)["params"][name].append(
        step(service, kind)["params"][name][0]
    )


def rule(**changed: object) -> Spoil:
    """The form's telephone number by another rule."""

    def spoil(service: Told) -> None:
        rules = step(service, "application_form")["params"]["schema"]["properties"]
        rules["contact_phone"] = {**rules["contact_phone"], **changed}

    return spoil


PARAMS: Mapping[str, tuple[Spoil, str]] = {
    "no documents": (set_in("identify", documents=[]), "identify"),
    "documents are a word": (set_in("identify", documents="resident"), "identify"),
    "documents are missing": (drop("identify", "documents"), "identify"),
    "no such subject": (set_in("document", subject="portrait"), "document"),
    "a subject that is none": (set_in("document", subject=["notice"]), "document"),
    "no statement": (drop("signature", "statement"), "signature"),
    "a statement not in Chinese": (set_in("signature", statement={"en": "x"}), "signature"),
    "no means": (set_in("payment", means=[]), "payment"),
    "unknown means": (set_in("payment", means=["cash"]), "payment"),
    "means twice": (set_in("payment", means=["qr", "qr"]), "payment"),
    "no questions": (set_in("questioning", questions=[]), "questioning"),
    "a question twice": (twice("questioning", "questions"), "questioning"),
    "no schema": (drop("application_form", "schema"), "application_form"),
    "a schema that is a word": (set_in("application_form", schema="x"), "application_form"),
    "a schema that is none": (set_in("application_form", schema=None), "application_form"),
    "an empty schema": (set_in("application_form", schema={}), "application_form"),
    "no fields": (set_in("application_form", ui=[]), "application_form"),
    "a field twice": (twice("application_form", "ui"), "application_form"),
    "types in a list": (rule(type=["string"]), "application_form"),
    "a broken pattern": (rule(pattern="^1[0-9{10}$("), "application_form"),
    "an endless pattern": (rule(pattern="^(1+)+$"), "application_form"),
    "a huge repetition": (rule(pattern="1{99999999999}"), "application_form"),
    "a reference": (rule(**{"$ref": "#/x"}), "application_form"),
    "never valid": (rule(minLength=12), "application_form"),
}


@pytest.mark.parametrize("name", PARAMS)
def test_bad_parameters_are_found_at_their_step(name: str) -> None:
    spoil, kind = PARAMS[name]
    service = told(TRANSFER)
    number = next(n for n, each in enumerate(service["steps"], 1) if each["kind"] == kind)
    spoil(service)
    found = defects(service)
    assert found
    assert found[0].startswith(f"step {number} ({kind}): parameter "), found


def test_options_must_hold_together() -> None:
    service = told(city.HOUSING)
    twice("housing_enquiry", "purposes")(service)
    assert "twice" in defects(service)[0]
    service = told(TRANSFER)
    step(service, "questioning")["params"]["questions"][0]["required"] = "perhaps"
    assert "no option" in defects(service)[0]
    service = told("certificate_check")
    twice("certificate_check", "places")(service)
    assert "twice" in defects(service)[0]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)
_NAMES = st.sampled_from(
    ["documents", "schema", "ui", "questions", "statement", "means", "places", "subject", "scopes"]
)


@given(kind=st.sampled_from(sorted(catalogue.PARAMS)), params=st.dictionaries(_NAMES, _JSON))
@settings(max_examples=300, deadline=None)
def test_any_parameters_are_judged(kind: str, params: dict[str, object]) -> None:
    """As the wire delivers them; and no defect quotes what it found there."""
    found = defects({**told(PRESALE), "steps": [{"kind": kind, "params": params}]})
    assert found
    assert all(len(what) < 400 for what in found)
