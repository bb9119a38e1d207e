"""Everything known about one visit. Replaced, never changed in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace

from kiosk.central.models import Service
from kiosk.journey.case_facts import (
    CaseFacts,
    CaseSummary,
    CertificateFacts,
    CheckFacts,
    Item,
    OrderFacts,
    PartyFacts,
    PaymentFacts,
    Preparation,
    ReceiptFacts,
    Signature,
)
from kiosk.journey.facts import CardFacts, DocumentFacts, HousingFacts, PrintFacts, Way


@dataclass(frozen=True, slots=True)
class StepTime:
    """How long a step took and how it was left; goes to the statistics, no person in it."""

    kind: str
    seconds: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be used now: devices that take jobs, and the line."""

    ready: frozenset[str] = frozenset()
    line_up: bool = True


@dataclass(frozen=True, slots=True)
class PartyState:
    """What is known of one party while another stands here."""

    card: CardFacts | None = None
    way: Way | None = None
    face_tries: int = 0
    opened: bool = False
    record: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One visit. ``local`` is the current step's own state; a new step starts with None.

    ``card`` to ``signature`` belong to the party that stands here (``party_index``: the applicant
    is 0); ``others`` keeps them for the parties that do not.
    """

    visit_id: str
    service: Service
    offer: Offer = field(default_factory=Offer)
    index: int = 0
    entered_at: float = 0.0
    next_job: int = 0
    jobs: frozenset[str] = frozenset()
    local: object = None
    aside: object = None
    """State of the withdrawal that is laid over the current step; None while there is none."""
    times: tuple[StepTime, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    card: CardFacts | None = None
    way: Way | None = None
    face_tries: int = 0
    """Checks of the face in this visit that did not match, by whatever way one came to them."""
    opened: bool = False
    record: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """The questioning record: question -> answer."""
    signature: Signature | None = None
    party_index: int = 0
    others: Mapping[int, PartyState] = field(default_factory=dict[int, PartyState], repr=False)
    housing: HousingFacts | None = None
    preparation: Preparation | None = None
    item: Item | None = None
    form: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Fields as they were typed or chosen."""
    case: CaseFacts | None = None
    withdrawn: bool = False
    withdrawal_key: str = ""
    """Key of a withdrawal of which it is not known whether it was carried out; empty: none."""
    order: OrderFacts | None = None
    payment: PaymentFacts | None = None
    receipt: ReceiptFacts | None = None
    cases: tuple[CaseSummary, ...] | None = None
    looked_at: CaseSummary | None = None
    certificates: tuple[CertificateFacts, ...] | None = None
    certificate: CertificateFacts | None = None
    check: CheckFacts | None = None
    documents: Mapping[str, DocumentFacts] = field(default_factory=dict[str, DocumentFacts])
    prints: Mapping[str, PrintFacts] = field(default_factory=dict[str, PrintFacts])
    slip: PrintFacts | None = None

    def job(self) -> tuple[Session, str]:
        """A session that waits for one more job, and that job's id."""
        job_id = f"{self.visit_id}.{self.next_job}"
        waiting = replace(self, next_job=self.next_job + 1, jobs=self.jobs | {job_id})
        return waiting, job_id

    def without_job(self, job_id: str) -> Session:
        """The job has ended."""
        return replace(self, jobs=self.jobs - {job_id})

    def at_step(self, local: object) -> Session:
        """The same visit with another state of the current step."""
        return replace(self, local=local)

    @property
    def parties(self) -> tuple[PartyFacts, ...]:
        """Who must apply: whoever is here first, then the others in the contract's order."""
        if self.item is None:
            return ()
        return tuple(sorted(self.item.parties, key=lambda party: not party.is_self))

    @property
    def party(self) -> PartyFacts | None:
        """The party that stands here; None before a contract is chosen."""
        parties = self.parties
        return parties[self.party_index] if self.party_index < len(parties) else None

    def party_state(self, index: int) -> PartyState:
        """What is known of a party, here or not."""
        if index != self.party_index:
            return self.others.get(index, PartyState())
        return PartyState(**{name: getattr(self, name) for name in _OF_A_PARTY})

    def turn_to(self, index: int) -> Session:
        """Another party stands here now."""
        if index == self.party_index:
            return self
        others = {**self.others, self.party_index: self.party_state(self.party_index)}
        state = others.pop(index, PartyState())
        here = {name: getattr(state, name) for name in _OF_A_PARTY}
        return replace(self, party_index=index, others=others, **here)

    def forget(self, names: Iterable[str]) -> Session:
        """Fields as they were before anything was known; ``signatures`` are those of everybody."""
        forgotten = self
        for name in names:
            if name == "signatures":
                others = {n: replace(s, signature=None) for n, s in forgotten.others.items()}
                forgotten = replace(forgotten, signature=None, others=others)
            else:
                forgotten = replace(forgotten, **{name: _empty(name)})
        return forgotten


_OF_A_PARTY = tuple(each.name for each in fields(PartyState))


def _empty(name: str) -> object:
    known = next(each for each in fields(Session) if each.name == name)
    if known.default_factory is not MISSING:
        return known.default_factory()
    return known.default
