"""What the money and checking calls answer is what docs/central-api.yaml says they do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.unit.sandbox.orders_hall import Hall, new_ref

pytestmark = pytest.mark.city
CONTRACT = Path(__file__).parents[3] / "docs" / "central-api.yaml"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    hall = Hall.opened(tmp_path_factory.mktemp("hall"))
    yield hall
    hall.close()


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(CONTRACT.read_text(encoding="utf-8")))


def _defects(contract: dict[str, Any], name: str, told: object) -> list[str]:
    """Everything in which an answer differs from its schema, fields it doesn't name included."""
    schemas = contract["components"]["schemas"]
    root = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    validator = cast("Any", Draft202012Validator(cast("Any", root)))
    found = [str(error.message) for error in validator.iter_errors(told)]
    unnamed = set(cast("dict[str, object]", told)) - set(schemas[name]["properties"])
    return found + [f"not in the contract: {field}" for field in sorted(unnamed)]


def test_answers_about_money_fit_the_contract(hall: Hall, contract: dict[str, Any]) -> None:
    order_id, token = hall.order(), hall.token()
    path, ref = f"/v1/orders/{order_id}", new_ref()
    told = {"Order": hall.told(order_id), "Attempt": hall.try_attempt(order_id, ref).json()}
    assert {name: _defects(contract, name, each) for name, each in told.items()} == {
        "Order": [],
        "Attempt": [],
    }
    pending = hall.terminal.call("GET", f"{path}/attempts/{ref}").json()
    hall.centre.money.decline(ref)
    failed = hall.terminal.write(f"{path}/attempts/{ref}/close", {}).json()
    hall.centre.money.pay(hall.attempt(order_id, "P" * 24))
    paid = hall.terminal.call("GET", f"{path}/attempts/{'P' * 24}").json()
    assert [each["state"] for each in (pending, failed, paid)] == ["pending", "not_paid", "paid"]
    for each in (pending, failed, paid):
        assert _defects(contract, "AttemptState", each) == []
    again = hall.try_attempt(order_id, "P" * 24).json()
    assert _defects(contract, "Attempt", again) == []
    receipt = hall.terminal.call("GET", f"{path}/receipt", token=token).json()
    assert _defects(contract, "FiscalReceipt", receipt) == []


def test_answers_about_papers_fit_the_contract(hall: Hall, contract: dict[str, Any]) -> None:
    number, text = next(iter(cast("dict[str, str]", hall.centre.money.codes()["good"]).items()))
    hall.centre.money.revoke(number)
    checked = {"by": "qr", "payload": text}
    told = [
        ("Verdict", hall.terminal.write("/v1/checks", checked)),
        ("Verdict", hall.terminal.write("/v1/checks", {**checked, "payload": "none"})),
        ("Trust", hall.terminal.call("GET", "/v1/trust")),
        ("Revocations", hall.terminal.call("GET", "/v1/revocations")),
    ]
    for name, reply in told:
        assert _defects(contract, name, reply.json()) == [], name
    assert _defects(contract, "Verdict", {"verdict": "perhaps", "more": 1}) != []
