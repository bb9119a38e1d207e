"""The invented city: who lives there, what they own, which companies it has.

Everything comes from one seed, so two processes that name the same seed know the same people.
Nobody here exists: region codes start with 99 (no province), telephone numbers with 12 (no mobile
segment), and given names are built of the characters for "sample", "try", "draft".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

DEFAULT_SEED = 20260101

CardKind = Literal["resident", "hmt_residence", "foreign_permanent"]
Use = Literal["residential", "commercial", "storage"]
State = Literal["current", "mortgaged", "seized"]
TaxState = Literal["paid", "exempt", "unpaid", "unknown"]
Names = Mapping[str, str]
"""A text per language tag: ``zh-CN`` and ``en``."""


class UnknownPerson(KeyError):
    """The city has no resident of that key."""


@dataclass(frozen=True, slots=True)
class Region:
    """A division of the city; ``code`` is shaped as GB/T 2260 (six digits, zeros mean "all")."""

    code: str
    names: Names
    data_from: date
    """The day from which the register's data of this division is complete."""

    def covers(self, code: str) -> bool:
        """Whether ``code`` lies in this division."""
        stem = self.code
        while len(stem) > 2 and stem.endswith("00"):
            stem = stem[:-2]
        return code.startswith(stem)


@dataclass(frozen=True, slots=True)
class Resident:
    """A person and the card they carry."""

    key: str
    kind: CardKind
    name: str
    """The Chinese name as the card stores it."""
    sex: Literal["1", "2"]
    """GB/T 2261.1: 1 male, 2 female."""
    ethnic_code: str
    """GB/T 3304, two digits; empty on cards that have none."""
    birth: date
    address: str
    issuer: str
    valid_from: date
    valid_until: date | None
    """The last day of validity; None is 长期 (no end)."""
    number: str
    phone: str
    english_name: str = ""
    nationality: str = ""
    """Three letters (GB/T 2659); only on a foreign permanent resident's card."""
    travel_permit: str = ""
    """Only on a residence permit of Hong Kong, Macao and Taiwan residents."""

    @property
    def phone_masked(self) -> str:
        """The number as it may be shown on a public screen."""
        return f"{self.phone[:3]}****{self.phone[-4:]}"

    def is_called(self, name: str) -> bool:
        """Whether a document with that name can be this person's."""
        return name in {self.name, self.english_name} - {""}


@dataclass(frozen=True, slots=True)
class Property:
    """A unit in the register, with its present right-holders."""

    unit_no: str
    """28 characters, no spaces."""
    region: str
    location: str
    use: Use
    area_m2: str
    """Two decimals as text: areas are printed, never computed with."""
    state: State
    owners: tuple[str, ...]
    """Keys of residents or companies."""
    certificate_no: str
    registered_on: date


@dataclass(frozen=True, slots=True)
class Company:
    """An enterprise with its unified social credit code."""

    key: str
    name: str
    uscc: str
    legal_representative: str
    """A resident's key."""
    address: str
    small: bool
    """小微企业: some fees are waived."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A sale by a developer, as the housing department's filing system (网签备案) has it."""

    key: str
    service: str
    """The code of the service that registers it."""
    number: str
    buyers: tuple[str, ...]
    """Residents' keys, in the contract's order."""
    shares: tuple[str, ...]
    """Each buyer's, as the contract words it: ``共同共有``, ``1/2``, ``单独所有``."""
    seller: str
    """A company's key."""
    unit_no: str
    region: str
    location: str
    use: Use
    area_m2: str
    taxed_area_m2: str
    """What the tax office has; differs from ``area_m2`` where somebody made a mistake."""
    price_fen: int
    signed_on: date
    filed_on: date | None
    """None: signed, but not filed with the housing department."""
    tax: TaxState
    authorised: bool
    """Whether the developer has authorised the registry to register its sales (一次授权)."""
    seized: bool = False
    lacking: bool = False
    """Something the registry must have can't be had from another department."""


@dataclass(frozen=True, slots=True)
class City:
    """All there is to know about the invented city."""

    seed: int
    names: Names
    registry: Names
    """The registration centre that issues and seals."""
    regions: tuple[Region, ...]
    residents: tuple[Resident, ...]
    properties: tuple[Property, ...]
    companies: tuple[Company, ...]
    contracts: tuple[Contract, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The residents' keys, in the order of the cast."""
        return tuple(resident.key for resident in self.residents)

    def resident(self, key: str) -> Resident:
        """The resident of that key; UnknownPerson if there is none."""
        for resident in self.residents:
            if resident.key == key:
                return resident
        raise UnknownPerson(key)

    def holder_of(self, kind: str, number: str, name: str) -> Resident | None:
        """Whose document that is; None unless kind, number and name all belong together.

        A social-security card bears the number and the name of its holder's resident ID card.
        """
        kind = "resident" if kind == "social_security" else kind
        for resident in self.residents:
            if resident.kind == kind and resident.number == number and resident.is_called(name):
                return resident
        return None

    def company(self, key: str) -> Company:
        """The company of that key; UnknownPerson if there is none."""
        for company in self.companies:
            if company.key == key:
                return company
        raise UnknownPerson(key)

    def contract(self, key: str) -> Contract | None:
        """The contract of that key."""
        return next((contract for contract in self.contracts if contract.key == key), None)

    def contracts_of(self, resident: str, service: str) -> tuple[Contract, ...]:
        """The contracts that a resident may register by a service."""
        return tuple(c for c in self.contracts if c.service == service and resident in c.buyers)

    def region(self, code: str) -> Region | None:
        """The division of that code."""
        return next((region for region in self.regions if region.code == code), None)

    def homes(self, key: str, within: Region) -> tuple[Property, ...]:
        """The dwellings a resident owns or co-owns in a division; shops and stores don't count."""
        return tuple(
            unit
            for unit in self.properties
            if key in unit.owners and unit.use == "residential" and within.covers(unit.region)
        )

    def data_from(self, within: Region) -> date:
        """Since when the data of all parts of a division is complete: its latest part decides."""
        return max(part.data_from for part in self.regions if within.covers(part.code))
