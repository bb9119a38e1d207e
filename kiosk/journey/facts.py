"""What becomes known in a visit, as the journey keeps it. No tokens, keys or pictures in here.

``repr`` of everything that holds a person shows nothing of it: facts end up in tracebacks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from devices.api import PrintOutcome


class Way(StrEnum):
    """How the person was checked. Both open the same doors."""

    FACE = "face"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the identity document says. ``valid_until`` None means: for good (长期)."""

    kind: str
    name: str = field(repr=False)
    number: str = field(repr=False)
    valid_until: date | None
    portrait: bool
    """Whether the photo could be decoded: without it there is no face match, ever."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One property as the centre lists it; texts per language where it delivers them so."""

    unit_no: str = field(repr=False)
    location: str = field(repr=False)
    use: dict[str, str]
    area_m2: str
    state: dict[str, str]


@dataclass(frozen=True, slots=True)
class HousingFacts:
    """The answer to a housing enquiry. ``number`` is what a citizen may quote."""

    enquiry_id: str
    number: str
    scope: dict[str, str]
    holdings: tuple[Holding, ...] = field(repr=False)
    data_from: str
    as_of: str
    verification_code: str
    verification_url: str


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """A fetched document whose seal was found intact; ``slots`` are its pages' pixel slots."""

    slots: tuple[str, ...]
    sealed_by: str
    sealed_on: str


@dataclass(frozen=True, slots=True)
class PrintFacts:
    """What is known of a print. ``fault`` is a devices.api.Fault code, or empty."""

    outcome: PrintOutcome
    fault: str = ""


@dataclass(frozen=True, slots=True)
class SlipFacts:
    """What the visit's slip says. Nothing on it names the visitor.

    ``number_label`` and ``lines`` are the last parts of keys (``paper.slip.<line>``); lines are
    bold: what became of certificate and money. ``code`` is shown beside ``code_url``'s QR, whose
    caption is ``paper.slip.<caption>``.
    """

    service: dict[str, str]
    number: str
    number_label: str = "number"
    lines: tuple[str, ...] = ()
    amount_fen: int | None = None
    payment_ref: str = ""
    code: str = ""
    code_url: str = ""
    caption: str = "scan"
