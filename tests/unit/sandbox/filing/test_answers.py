"""What the centre answers fits the schemas that the contract has for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from jsonschema import Draft202012Validator

from .conftest import PRESALE, TRANSFER, Hall

pytestmark = pytest.mark.city
CONTRACT = Path(__file__).parents[4] / "docs" / "central-api.yaml"


@pytest.fixture(scope="module", name="contract")
def written_contract() -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(CONTRACT.read_text(encoding="utf-8")))


def _misfits(contract: dict[str, Any], schema: str, answer: object) -> list[str]:
    """Where the answer does not fit the schema of that name."""
    wanted = {"$ref": f"#/components/schemas/{schema}", "components": contract["components"]}
    validator = cast("Any", Draft202012Validator(wanted))
    return [f"{error.json_path}: {error.validator}" for error in validator.iter_errors(answer)]


def test_a_schema_that_is_not_met_is_noticed(contract: dict[str, Any]) -> None:
    assert _misfits(contract, "Withdrawn", {"withdrawn": False}) == [
        "$: required",
        "$.withdrawn: const",
    ]


@pytest.mark.parametrize(
    ("service", "keys"),
    [
        (PRESALE, ("zhang",)),
        (PRESALE, ("wang", "chen")),
        (PRESALE, ("hmt",)),
        (PRESALE, ("seized",)),
        (TRANSFER, ("landlord",)),
        (TRANSFER, ("foreign",)),
    ],
)
def test_every_answer_of_a_filing_fits(
    hall: Hall, contract: dict[str, Any], service: str, keys: tuple[str, ...]
) -> None:
    visit = hall.visit(service, *keys)
    application = visit.application()
    filed = visit.file(application).json()
    answers = {
        "Preparation": visit.preparation,
        "SignedApplication": application,
        "FiledCase": filed,
        "CaseList": visit.get("/v1/cases").json(),
        "CaseDetail": visit.get(f"/v1/cases/{filed['case_id']}").json(),
        "CertificateList": visit.get("/v1/certificates").json(),
    }
    for schema, answer in answers.items():
        assert _misfits(contract, schema, answer) == [], schema


def test_the_catalogue_and_its_parameters_fit(hall: Hall, contract: dict[str, Any]) -> None:
    catalogue = hall.terminal.call("GET", "/v1/catalogue").json()
    assert _misfits(contract, "Catalogue", catalogue) == []
    checked: set[str] = set()
    for service in catalogue["services"]:
        for step in service["steps"]:
            schema = "".join(word.title() for word in step["kind"].split("_")) + "Params"
            if schema in contract["components"]["schemas"]:
                assert _misfits(contract, schema, step["params"]) == []
                checked.add(step["kind"])
    assert checked == {"application_form", "questioning", "certificate_check"}
    hall.pull("catalogue_fault", kind="malformed_service")
    spoilt = hall.terminal.call("GET", "/v1/catalogue").json()
    assert _misfits(contract, "Catalogue", spoilt)


def test_a_refusal_fits(hall: Hall, contract: dict[str, Any]) -> None:
    visit = hall.visit(PRESALE, "zhang")
    refusal = visit.file(visit.application(visit.form(contact_phone="1"))).json()
    assert refusal["defects"]
    assert _misfits(contract, "Problem", refusal) == []
