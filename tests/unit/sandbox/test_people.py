from __future__ import annotations

import re
from datetime import date

import pytest

from sandbox.people import City, UnknownPerson
from sandbox.people_form import id_check_character, uscc_check_character
from sandbox.people_seed import invent_city

UNIT = re.compile(r"^\d{12}[GJZ][ABCDEFGHLNSWXY]\d{5}([FLQ]\d{8}|W0{8})$")


@pytest.fixture(scope="module", name="city")
def invented_city() -> City:
    return invent_city()


def test_check_characters_agree_with_the_standards_own_examples() -> None:
    assert id_check_character("11010519491231002") == "X"
    assert uscc_check_character("91350100M000100Y4") == "3"


def test_the_same_seed_gives_the_same_city_and_another_seed_another(city: City) -> None:
    assert invent_city() == city
    other = invent_city(seed=7)
    assert other.keys == city.keys
    assert other.resident("zhang").number != city.resident("zhang").number


def test_every_number_is_valid_in_form_and_marked_as_invented(city: City) -> None:
    for resident in city.residents:
        assert re.fullmatch(r"\d{17}[\dX]", resident.number)
        assert resident.number[17] == id_check_character(resident.number[:17])
        assert resident.number[6:14] == f"{resident.birth:%Y%m%d}"
        assert int(resident.number[16]) % 2 == (1 if resident.sex == "1" else 0)
        assert resident.phone.startswith("12")
        assert len(resident.phone) == 11
    assert len({resident.number for resident in city.residents}) == len(city.residents)


def test_each_kind_of_card_has_its_prefix(city: City) -> None:
    prefix = {"resident": "99", "hmt_residence": "810000", "foreign_permanent": "9"}
    for resident in city.residents:
        assert resident.number.startswith(prefix[resident.kind])
    assert {resident.kind for resident in city.residents} == set(prefix)


def test_what_is_on_a_card_fits_the_cards_fields(city: City) -> None:
    for resident in city.residents:
        assert len(resident.name.encode("utf-16-le")) <= 30
        assert len(resident.address.encode("utf-16-le")) <= 70
        assert len(resident.issuer.encode("utf-16-le")) <= 30
        assert len(resident.english_name.encode("utf-16-le")) <= 70


def test_only_one_card_is_expired_and_one_never_will_be(city: City) -> None:
    today = date(2026, 11, 1)
    over = [r.key for r in city.residents if r.valid_until and r.valid_until < today]
    assert over == ["expired"]
    assert [r.key for r in city.residents if r.valid_until is None] == ["zhao"]


def test_the_rare_name_lies_outside_the_basic_plane(city: City) -> None:
    assert any(ord(character) > 0xFFFF for character in city.resident("rare").name)


@pytest.mark.parametrize(
    ("key", "scope", "homes"),
    [
        ("zhang", "990000", 1),
        ("li", "990000", 0),
        ("wang", "990000", 2),
        ("wang", "990100", 1),
        ("wang", "990221", 1),
        ("chen", "990000", 1),
        ("liu", "990000", 0),  # owns a shop, and a shop is no home
        ("zhang", "990103", 0),
    ],
)
def test_homes_are_counted_by_owner_scope_and_use(
    city: City, key: str, scope: str, homes: int
) -> None:
    region = city.region(scope)
    assert region is not None
    assert len(city.homes(key, region)) == homes


def test_units_and_companies_are_valid_in_form(city: City) -> None:
    for unit in city.properties:
        assert UNIT.fullmatch(unit.unit_no)
        assert unit.unit_no.startswith(unit.region)
        assert re.fullmatch(r"\d+\.\d\d", unit.area_m2)
    assert len({unit.unit_no for unit in city.properties}) == len(city.properties)
    for company in city.companies:
        assert company.uscc[17] == uscc_check_character(company.uscc[:17])
        assert city.resident(company.legal_representative)


def test_data_from_is_the_latest_of_the_scopes_parts(city: City) -> None:
    whole, county = city.region("990000"), city.region("990102")
    assert whole is not None
    assert county is not None
    assert city.data_from(whole) == date(2010, 3, 1)
    assert city.data_from(county) == date(2005, 1, 1)


def test_a_document_belongs_to_someone_only_if_kind_number_and_name_agree(city: City) -> None:
    zhang, foreign = city.resident("zhang"), city.resident("foreign")
    assert city.holder_of(zhang.kind, zhang.number, zhang.name) == zhang
    assert city.holder_of("hmt_residence", zhang.number, zhang.name) is None
    assert city.holder_of(zhang.kind, zhang.number, foreign.name) is None
    assert city.holder_of(foreign.kind, foreign.number, foreign.english_name) == foreign
    assert city.holder_of(zhang.kind, zhang.number, "") is None


def test_an_unknown_key_is_an_error(city: City) -> None:
    with pytest.raises(UnknownPerson):
        city.resident("nobody")
