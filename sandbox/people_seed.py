"""Invents the city from a seed: the same seed gives the same people, homes and numbers."""

from __future__ import annotations

import random
from datetime import date, timedelta

from sandbox.people import DEFAULT_SEED, City, Company, Property, Resident
from sandbox.people_cast import (
    CAST,
    CITY,
    COMPANIES,
    ESTATES,
    GIVEN_FIRST,
    GIVEN_SECOND_MAN,
    GIVEN_SECOND_WOMAN,
    ISSUERS,
    REGIONS,
    REGISTRY,
    STREETS,
    Firm,
    Home,
    Role,
)
from sandbox.people_contracts import DEALS, contract
from sandbox.people_form import id_number, unit_number, uscc

NUMBER_REGIONS = {"hmt_residence": "810000", "foreign_permanent": "999554"}
"""810000 is Hong Kong's prefix; a foreign resident's starts with 9 (99 + numeric country)."""
PERMIT_ISSUERS = {"hmt_residence": "云汀市公安局", "foreign_permanent": "国家移民管理局"}


def invent_city(seed: int = DEFAULT_SEED) -> City:
    """The city of that seed."""
    dice = random.Random(seed)
    residents = tuple(_resident(dice, role, index) for index, role in enumerate(CAST))
    return City(
        seed=seed,
        names=CITY,
        registry=REGISTRY,
        regions=REGIONS,
        residents=residents,
        properties=_properties(dice),
        companies=tuple(_company(dice, firm) for firm in COMPANIES),
        contracts=tuple(contract(dice, deal, index) for index, deal in enumerate(DEALS, 1)),
    )


def _resident(dice: random.Random, role: Role, index: int) -> Resident:
    birth = date(role.born, 1, 1) + timedelta(days=dice.randrange(365))
    valid_from = _valid_from(dice, role)
    region = NUMBER_REGIONS.get(role.kind, role.region)
    sequence = dice.randrange(0, 499) * 2 + (1 if role.sex == 1 else 0)
    return Resident(
        key=role.key,
        kind=role.kind,
        name=role.surname + (role.given or _given_name(dice, role.sex)),
        sex="1" if role.sex == 1 else "2",
        ethnic_code=role.ethnic,
        birth=birth,
        address=_address(dice, role.region),
        issuer=PERMIT_ISSUERS.get(role.kind, ISSUERS[role.region]),
        valid_from=valid_from,
        valid_until=None if role.long_valid else _years_later(valid_from, _validity_years(role)),
        number=id_number(region, birth, sequence),
        phone=f"12{dice.randrange(10):01d}9900{index:04d}",
        english_name=role.english_name,
        nationality=role.nationality,
        travel_permit=f"H{99000000 + index}" if role.kind == "hmt_residence" else "",
    )


def _validity_years(role: Role) -> int:
    """Cards of the sandbox outlive the project, but for the one that must be expired."""
    if role.kind == "hmt_residence":
        return 5
    return 10 if role.kind == "foreign_permanent" or role.expired else 20


def _valid_from(dice: random.Random, role: Role) -> date:
    year = {"hmt_residence": 2025, "foreign_permanent": 2024}.get(role.kind, 2018)
    start = date(2009 if role.expired else year, 1, 1)
    return start + timedelta(days=dice.randrange(1, 365))


def _years_later(day: date, years: int) -> date:
    """A card's last day: same day of a later year; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _given_name(dice: random.Random, sex: int) -> str:
    second = GIVEN_SECOND_MAN if sex == 1 else GIVEN_SECOND_WOMAN
    return dice.choice(GIVEN_FIRST) + dice.choice(second)


def _region_name(code: str) -> str:
    return next(region.names["zh-CN"] for region in REGIONS if region.code == code)


def _address(dice: random.Random, region: str) -> str:
    """Short enough for the card's 35 characters."""
    street = dice.choice(STREETS[region])
    house, room = dice.randrange(1, 200), dice.randrange(1, 7) * 100 + dice.randrange(1, 5)
    return f"云汀市{_region_name(region)}{street}{house}号{room}室"


def _properties(dice: random.Random) -> tuple[Property, ...]:
    units: list[Property] = []
    for role in CAST:
        for home in role.homes:
            units.append(_property(dice, role.key, home, len(units) + 1))
    return tuple(units)


def _property(dice: random.Random, owner: str, home: Home, index: int) -> Property:
    building, floor, door = dice.randrange(1, 20), dice.randrange(1, 28), dice.randrange(1, 5)
    room = floor * 100 + door
    estate, street = dice.choice(ESTATES[home.region]), dice.choice(STREETS[home.region])
    registered = date(2012, 1, 1) + timedelta(days=dice.randrange(4500))
    area = dice.randrange(2000, 8000) if home.use != "residential" else dice.randrange(5200, 16800)
    return Property(
        unit_no=unit_number(home.region, 1000 + dice.randrange(1, 40), index, building, room),
        region=home.region,
        location=(
            f"云汀市{_region_name(home.region)}{street}{dice.randrange(1, 300)}号"
            f"{estate}{building}幢{room}室"
        ),
        use=home.use,
        area_m2=f"{area / 100:.2f}",
        state=home.state,
        owners=(owner, home.with_owner) if home.with_owner else (owner,),
        certificate_no=f"云({registered.year})云汀市不动产权第{index:07d}号",
        registered_on=registered,
    )


def _company(dice: random.Random, firm: Firm) -> Company:
    return Company(
        key=firm.key,
        name=firm.name,
        uscc=uscc("990102", firm.organisation),
        legal_representative=firm.representative,
        address=_address(dice, "990102"),
        small=firm.small,
    )
