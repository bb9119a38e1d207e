"""Preparations, applications and cases, as the centre tells of them.

An answer that contradicts itself (fees that do not add up, a case that is accepted and lacks
something, two parties who are both the reader) is not believed. Amounts in fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from kiosk.central.models import Identifier, Line, Localised, Strict, VerificationCode, Word
from kiosk.central.models_payment import Fen

Outcome = Literal["accepted", "to_be_completed", "not_accepted"]
CaseStanding = Literal[
    "running", "awaiting_payment", "booked", "withdrawn", "not_accepted", "to_be_completed"
]
StageName = Literal["application", "review", "booking", "payment", "certificate"]
STAGES: tuple[StageName, ...] = ("application", "review", "booking", "payment", "certificate")
MaskedNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{0,6}\*{2,24}[0-9A-Z]{0,4}$")]
"""At most the first six and the last four characters: a whole number is refused."""
PageCount = Annotated[int, Field(ge=1, le=200)]
CaseNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{16}$")]
Link = Annotated[str, StringConstraints(pattern=r"^https://[!-~]{4,500}$")]


class SourceValue(Strict):
    """What one department says of a field."""

    source: Localised
    value: Line = Field(repr=False)


class ComparedField(Strict):
    """One field of a contract as each source has it."""

    field: Word
    label: Localised
    values: Annotated[tuple[SourceValue, ...], Field(min_length=1, max_length=10)]
    verdict: Literal["agrees", "differs", "single", "unknown"]


class Tax(Strict):
    """Whether the deed tax is settled."""

    state: Literal["paid", "exempt", "unpaid", "unknown"]
    text: Localised


class Obstacle(Strict):
    """A reason against, or something missing, and what to do about it."""

    code: Word
    text: Localised
    todo: Localised


Obstacles = Annotated[tuple[Obstacle, ...], Field(max_length=40)]


class Party(Strict):
    """Somebody who must apply."""

    party: Identifier
    role: Localised
    name: Line = Field(repr=False)
    number_masked: MaskedNumber = Field(repr=False)
    is_self: bool
    share: Annotated[str, Field(max_length=64)] = ""


class Seller(Strict):
    """The property company (开发商), and whether it lets the registry register its sales."""

    name: Line
    authorised: bool


class Fee(Strict):
    """One fee of an item; ``total_fen`` is what is left after waiving."""

    code: Word
    name: Localised
    quantity: Annotated[int, Field(ge=1, le=10_000)]
    unit_fen: Fen
    waived_fen: Fen
    total_fen: Fen
    waived_reason: Localised | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.quantity * self.unit_fen - self.waived_fen != self.total_fen:
            raise ValueError("the fee does not add up")
        return self


class PreparedItem(Strict):
    """One contract of this person's. Exactly one of the parties is whoever asked."""

    item: Identifier
    number: Line
    title: Line = Field(repr=False)
    compared: Annotated[tuple[ComparedField, ...], Field(max_length=60)]
    tax: Tax
    hindrances: Obstacles
    parties: Annotated[tuple[Party, ...], Field(min_length=1, max_length=20)]
    seller: Seller
    fees: Annotated[tuple[Fee, ...], Field(max_length=40)]
    total_fen: Fen
    prefill: Annotated[Mapping[Word, bool | int | Line], Field(max_length=60)] = Field(
        default_factory=dict[str, bool | int | str], repr=False
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if sum(fee.total_fen for fee in self.fees) != self.total_fen:
            raise ValueError("the fees do not add up")
        names = {party.party for party in self.parties}
        if len(names) != len(self.parties) or sum(party.is_self for party in self.parties) != 1:
            raise ValueError("parties twice, or not exactly one of them is the reader")
        return self


class PreparedFiling(Strict):
    """What this person can file by one service now; perhaps nothing."""

    preparation_id: Identifier
    service: Word
    as_of: AwareDatetime
    items: Annotated[tuple[PreparedItem, ...], Field(max_length=50)] = Field(repr=False)


class Notice(Strict):
    """The paper that goes with a decision."""

    number: Line
    title: Localised
    pages: PageCount


class OrderToPay(Strict):
    """That something is to be paid, and how much."""

    order_id: Identifier
    total_fen: Annotated[int, Field(ge=1, le=10**11)]


class Decision(Strict):
    """What the centre made of an application. Whatever is missing or against it comes at once."""

    case_id: Identifier
    case_no: CaseNumber
    service: Word
    names: Localised
    title: Line = Field(repr=False)
    outcome: Outcome
    office: Localised
    decided_at: AwareDatetime
    missing: Obstacles
    reasons: Obstacles
    notice: Notice
    case_url: Link = Field(repr=False)
    verification_code: VerificationCode = Field(repr=False)
    order: OrderToPay | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        told = (bool(self.missing), bool(self.reasons))
        expected = {
            "accepted": (False, False),
            "to_be_completed": (True, False),
            "not_accepted": (False, True),
        }[self.outcome]
        if told != expected or (self.order is not None and self.outcome != "accepted"):
            raise ValueError("the outcome and what is said of it do not fit")
        return self


class Withdrawal(Strict):
    """The application is taken back; ``refund``: what was paid is returned."""

    withdrawn: Literal[True]
    refund: bool


class CaseOrder(OrderToPay):
    """An order of a case, and how far it is."""

    state: Literal["open", "paid", "closed", "refunding", "refunded"]


class CaseRow(Strict):
    """One case of this person. ``stage``: 0 to 4, as in STAGES."""

    case_id: Identifier
    case_no: CaseNumber
    service: Word
    names: Localised
    title: Line = Field(repr=False)
    filed_at: AwareDatetime
    state: CaseStanding
    stage: Annotated[int, Field(ge=0, le=4)]
    order: CaseOrder | None = None
    certificate_id: Identifier | None = None


class CaseList(Strict):
    """All cases of this person."""

    cases: Annotated[tuple[CaseRow, ...], Field(max_length=500)]


class Stage(Strict):
    """How far one of the five stages is."""

    stage: StageName
    name: Localised
    state: Literal["done", "current", "todo", "not_needed"]
    at: AwareDatetime | None = None
    note: Localised | None = None


class Case(CaseRow):
    """One case with its five stages, in the order of STAGES."""

    stages: Annotated[tuple[Stage, ...], Field(min_length=5, max_length=5)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if tuple(stage.stage for stage in self.stages) != STAGES:
            raise ValueError("not the five stages in their order")
        return self


class Certificate(Strict):
    """One e-certificate; ``number`` is the 证号."""

    certificate_id: Identifier
    kind: Literal["ownership", "proof"]
    kind_names: Localised
    number: Line
    title: Line = Field(repr=False)
    issued_on: date
    state: Literal["current", "cancelled", "replaced"]
    pages: PageCount


class CertificateList(Strict):
    """All e-certificates of this person."""

    certificates: Annotated[tuple[Certificate, ...], Field(max_length=500)]
