"""What is looked up before anything is typed, and all that may stand in the way."""

from __future__ import annotations

import pytest

from .conftest import PRESALE, TRANSFER, Hall, refused

pytestmark = pytest.mark.city


def test_a_contract_in_order_agrees_in_every_field(hall: Hall) -> None:
    visit = hall.visit(PRESALE, "zhang")
    item = visit.item
    assert {field["verdict"] for field in item["compared"]} == {"agrees", "single"}
    sources = {v["source"]["zh-CN"] for f in item["compared"] for v in f["values"]}
    assert sources == {"住建部门网签备案", "税务部门", "居民身份证"}
    assert (item["hindrances"], item["tax"]["state"]) == ([], "paid")
    assert item["seller"]["authorised"]
    assert item["prefill"]["contact_phone"] == hall.city.resident("zhang").phone
    assert visit.preparation["service"] == PRESALE


def test_a_finished_home_is_compared_with_the_register_too(hall: Hall) -> None:
    fields = {f["field"]: f for f in hall.visit(TRANSFER, "zhao").item["compared"]}
    sources = [v["source"]["zh-CN"] for v in fields["area"]["values"]]
    assert sources == ["住建部门网签备案", "税务部门", "不动产登记簿"]
    assert fields["unit_no"]["verdict"] == "agrees"


@pytest.mark.parametrize(
    ("service", "key", "hindrance", "tax"),
    [
        (PRESALE, "li", "tax_unpaid", "unpaid"),
        (PRESALE, "liu", "not_authorised", "paid"),
        (PRESALE, "seized", "unit_seized", "paid"),
        (PRESALE, "ma", "data_differs", "paid"),
        (PRESALE, "rare", "contract_not_filed", "paid"),
        (TRANSFER, "li", "tax_unpaid", "unpaid"),
        (TRANSFER, "foreign", "tax_unknown", "unknown"),
    ],
)
def test_each_hindrance_has_its_reason_and_its_next_step(
    hall: Hall, service: str, key: str, hindrance: str, tax: str
) -> None:
    visit = hall.visit(service, key)
    assert (visit.hindrances(), visit.item["tax"]["state"]) == ([hindrance], tax)
    told = visit.item["hindrances"][0]
    assert all(told[part][language] for part in ("text", "todo") for language in ("zh-CN", "en"))


def test_a_field_that_differs_shows_both_values_and_a_silent_source_is_unknown(hall: Hall) -> None:
    area = next(f for f in hall.visit(PRESALE, "ma").item["compared"] if f["field"] == "area")
    assert area["verdict"] == "differs"
    assert len({v["value"] for v in area["values"]}) == 2
    price = next(
        f for f in hall.visit(TRANSFER, "foreign").item["compared"] if f["field"] == "price"
    )
    assert (price["verdict"], price["values"][1]["value"]) == ("unknown", "—")


def test_everything_in_the_way_is_told_at_once(hall: Hall) -> None:
    hall.pull("seize", person="li")
    assert hall.visit(PRESALE, "li").hindrances() == ["tax_unpaid", "unit_seized"]
    hall.pull("release", person="li")
    assert hall.visit(PRESALE, "li").hindrances() == ["tax_unpaid"]


def test_a_seizure_can_be_lifted_and_laid_on_one_unit(hall: Hall) -> None:
    hall.pull("release", person="seized")
    assert hall.visit(PRESALE, "seized").hindrances() == []
    unit = hall.city.contracts_of("landlord", TRANSFER)[1].unit_no
    hall.pull("seize", person=unit)
    visit = hall.visit(TRANSFER, "landlord")
    assert [len(item["hindrances"]) for item in visit.preparation["items"]] == [0, 1, 0]


def test_a_running_case_and_a_registered_home_are_no_second_case(hall: Hall) -> None:
    hall.pull("hold_booking", on=True)
    assert hall.visit(PRESALE, "zhang").file().status == 201
    assert hall.visit(PRESALE, "zhang").hindrances() == ["case_running"]
    hall.pull("hold_booking", on=False)
    assert hall.visit(PRESALE, "zhang").hindrances() == ["already_registered"]


def test_both_buyers_are_parties_and_only_ones_own_number_is_compared(hall: Hall) -> None:
    visit = hall.visit(PRESALE, "chen")
    assert [(p["party"], p["is_self"]) for p in visit.item["parties"]] == [
        ("buyer-1", False),
        ("buyer-2", True),
    ]
    told = str(visit.preparation)
    for key in ("wang", "chen"):
        number = hall.city.resident(key).number
        assert number not in told
        assert f"{number[:6]}********{number[-4:]}" in told
    assert hall.city.resident("wang").phone not in told


@pytest.mark.parametrize(
    ("service", "key", "items"),
    [(TRANSFER, "landlord", 3), (TRANSFER, "ma", 0), (PRESALE, "zhao", 0)],
)
def test_there_are_as_many_items_as_contracts(
    hall: Hall, service: str, key: str, items: int
) -> None:
    assert len(hall.visit(service, key).preparation["items"]) == items


def test_a_notice_is_free_and_says_why_and_a_home_costs_eighty_yuan(hall: Hall) -> None:
    (waived,) = hall.visit(PRESALE, "zhang").item["fees"]
    assert (waived["unit_fen"], waived["waived_fen"], waived["total_fen"]) == (8000, 8000, 0)
    assert waived["waived_reason"]["en"]
    exempt = hall.visit(TRANSFER, "zhao").item
    assert (exempt["tax"]["state"], exempt["total_fen"]) == ("exempt", 8000)
    assert exempt["fees"][0]["waived_reason"] is None


def test_only_applications_are_prepared_and_only_for_a_citizen(hall: Hall) -> None:
    visit = hall.visit(PRESALE, "zhang")
    assert refused(visit.get("/v1/preparations/housing_situation")) == (404, "service_unknown")
    without = hall.terminal.call("GET", f"/v1/preparations/{PRESALE}")
    assert refused(without) == (401, "token_invalid")
