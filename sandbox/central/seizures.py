"""Seized units: the city's own state, and what the panel's hand has put over it."""

from __future__ import annotations

from sandbox.central.office import Office
from sandbox.people import City


def is_seized(office: Office, unit_no: str) -> bool:
    """Whether a court has seized the unit, as of now."""
    hand = office.ledger.one("SELECT seized FROM restraints WHERE unit_no = ?", unit_no)
    if hand is not None:
        return bool(hand["seized"])
    city = office.city
    return any(unit.unit_no == unit_no and unit.state == "seized" for unit in city.properties) or (
        any(contract.unit_no == unit_no and contract.seized for contract in city.contracts)
    )


def restrain(office: Office, person_or_unit: str, *, seized: bool) -> None:
    """Seize or release a unit, or all that a person owns or has bought.

    Raises UnknownPerson if it names neither.
    """
    for unit_no in _units(office.city, person_or_unit):
        office.ledger.execute(
            "INSERT OR REPLACE INTO restraints VALUES (?, ?)", unit_no, int(seized)
        )


def _units(city: City, person_or_unit: str) -> list[str]:
    known = {unit.unit_no for unit in (*city.properties, *city.contracts)}
    if person_or_unit in known:
        return [person_or_unit]
    key = city.resident(person_or_unit).key
    owned = [unit.unit_no for unit in city.properties if key in unit.owners]
    return [*owned, *(deal.unit_no for deal in city.contracts if key in deal.buyers)]
