"""The catalogue as a terminal gets it: whole, in both languages, and spoilt as the panel wants."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any, cast

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from sandbox.central.catalogue import services
from sandbox.central.sample_terminal import Reply
from sandbox.people import City

from .conftest import PRESALE, TRANSFER, Hall

pytestmark = pytest.mark.city
FACTS = {"party_known", "outcome", "fee_due", "paid", "receipt_known", "booked"}


@pytest.fixture(name="by_code")
def services_by_code(city: City) -> dict[str, dict[str, Any]]:
    return {str(each["code"]): each for each in services(city)}


def test_what_is_open_and_what_is_still_to_come(by_code: dict[str, dict[str, Any]]) -> None:
    assert [code for code, each in by_code.items() if each["available"]] == [
        "housing_situation",
        PRESALE,
        TRANSFER,
        "case_progress",
        "e_certificates",
        "certificate_check",
    ]
    assert all(each["steps"] for each in by_code.values() if each["available"])


def test_every_text_is_there_in_both_languages(by_code: dict[str, dict[str, Any]]) -> None:
    texts = list(_texts(by_code))
    assert len(texts) >= 140
    for text in texts:
        assert set(text) == {"zh-CN", "en"}
        assert all(text.values())


def _texts(node: object) -> Iterator[dict[str, str]]:
    if isinstance(node, dict):
        found = cast("dict[str, object]", node)
        if "zh-CN" in found or "en" in found:
            yield cast("dict[str, str]", found)
        else:
            for value in found.values():
                yield from _texts(value)
    elif isinstance(node, list):
        for value in cast("list[object]", node):
            yield from _texts(value)


@pytest.mark.parametrize("service", [PRESALE, TRANSFER])
def test_a_form_is_a_sound_schema_with_words_for_each_field(
    by_code: dict[str, dict[str, Any]], service: str
) -> None:
    params = _step(by_code[service], "application_form")["params"]
    Draft202012Validator.check_schema(params["schema"])
    fields = {shown["field"]: shown for shown in params["ui"]}
    assert set(fields) == set(params["schema"]["properties"]) == set(params["schema"]["required"])
    groups = [shown["group"] for shown in params["ui"]]
    assert groups == sorted(groups)
    assert max(groups.count(group) for group in groups) <= 3
    for name, shown in fields.items():
        rule = params["schema"]["properties"][name]
        assert shown["errors"]["zh-CN"]
        if shown["kind"] == "choice":
            assert [option["value"] for option in shown["options"]] == rule["enum"]


@pytest.mark.parametrize("service", [PRESALE, TRANSFER])
def test_each_party_has_its_turn_in_one_loop(
    by_code: dict[str, dict[str, Any]], service: str
) -> None:
    steps = by_code[service]["steps"]
    loop = [step["kind"] for step in steps if step.get("for_each") == "parties"]
    assert loop == [
        "turn",
        "identify",
        "consent",
        "person_check",
        "questioning",
        "review",
        "signature",
    ]
    first = [step["kind"] for step in steps].index("turn")
    assert [step["kind"] for step in steps][first : first + 7] == loop
    assert {step["when"]["fact"] for step in steps if "when" in step} <= FACTS
    kinds = {step["kind"] for step in steps}
    assert ("payment" in kinds) == (service == TRANSFER)
    assert by_code[service]["pay_at"] == ("acceptance" if service == TRANSFER else None)
    assert "social_security" in steps[0]["params"]["documents"]


def _step(service: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(step for step in service["steps"] if step["kind"] == kind)


def _catalogue(hall: Hall) -> Reply:
    reply = hall.terminal.call("GET", "/v1/catalogue")
    assert reply.status == 200
    return reply


def _verify(hall: Hall, reply: Reply) -> None:
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(hall.centre.document_public_key))
    key.verify(base64.b64decode(reply.headers["x-signature"]), reply.body)


@pytest.mark.parametrize(
    "kind", ["unknown_step", "broken_schema", "unknown_fact", "malformed_service"]
)
def test_a_bad_service_comes_well_signed_in_a_higher_version(hall: Hall, kind: str) -> None:
    good = _catalogue(hall)
    hall.pull("catalogue_fault", kind=kind)
    bad = _catalogue(hall)
    _verify(hall, bad)
    assert bad.json()["version"] > good.json()["version"]
    differing = [
        one["code"]
        for one, other in zip(bad.json()["services"], good.json()["services"], strict=True)
        if one != other
    ]
    assert differing == [PRESALE]
    hall.pull("catalogue_fault", kind="")
    again = _catalogue(hall)
    assert again.json()["services"] == good.json()["services"]
    assert again.json()["version"] > bad.json()["version"]


def test_a_broken_schema_is_no_schema(hall: Hall) -> None:
    hall.pull("catalogue_fault", kind="broken_schema")
    served = {each["code"]: each for each in _catalogue(hall).json()["services"]}
    with pytest.raises(SchemaError):
        Draft202012Validator.check_schema(
            _step(served[PRESALE], "application_form")["params"]["schema"]
        )
    Draft202012Validator.check_schema(
        _step(served[TRANSFER], "application_form")["params"]["schema"]
    )


def test_an_older_version_is_well_signed_and_older(hall: Hall) -> None:
    good = _catalogue(hall)
    hall.pull("catalogue_fault", kind="older_version")
    old = _catalogue(hall)
    _verify(hall, old)
    assert 1 <= old.json()["version"] < good.json()["version"]
    assert old.headers["etag"] != good.headers["etag"]


def test_a_strange_signature_comes_with_a_higher_version(hall: Hall) -> None:
    good = _catalogue(hall)
    _verify(hall, good)
    hall.pull("catalogue_fault", kind="wrong_signature")
    bad = _catalogue(hall)
    assert bad.json()["version"] > good.json()["version"]
    with pytest.raises(InvalidSignature):
        _verify(hall, bad)
    _verify(hall, hall.terminal.call("GET", "/v1/trust"))


def test_a_fault_nobody_knows_is_an_error(hall: Hall) -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        hall.pull("catalogue_fault", kind="typo")
