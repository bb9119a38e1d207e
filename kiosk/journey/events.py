"""What happened. Every event says when (``at``, monotonic seconds)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.journey.case_facts import (
    CaseFacts,
    CaseSummary,
    CertificateFacts,
    CheckFacts,
    Offered,
    OrderFacts,
    PaymentFacts,
    Preparation,
    ReceiptFacts,
)
from kiosk.journey.facts import CardFacts, DocumentFacts, HousingFacts, PrintFacts
from screens.models.intents import Intent


@dataclass(frozen=True, slots=True)
class IntentGiven:
    """A person touched the glass. ``today`` is None while no trusted date is known."""

    at: float
    intent: Intent
    today: date | None = None


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer that an effect set has run out."""

    at: float
    name: str


@dataclass(frozen=True, slots=True)
class OfferChanged:
    """A device or the line came or went; ``ready`` names the devices that can take a job."""

    at: float
    ready: frozenset[str]
    line_up: bool


@dataclass(frozen=True, slots=True)
class Progressed:
    """A running job gave a sign: ``what`` is a word of the driver, e.g. ``turn_left``."""

    at: float
    job_id: str
    what: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class CardSeen:
    """A card was read. Whether it may be used is judged by the step, not by the driver."""

    card: CardFacts


class FaceOutcome(StrEnum):
    """What the face check came to; everything but MATCHED opens nothing."""

    MATCHED = "matched"
    NOT_MATCHED = "not_matched"
    NO_LIVENESS = "no_liveness"
    NO_REFERENCE = "no_reference"
    GAVE_UP = "gave_up"


@dataclass(frozen=True, slots=True)
class FaceChecked:
    """The end of a face check. ``score_band`` is all that is kept of the comparison."""

    outcome: FaceOutcome
    score_band: str = ""


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code is on its way to the phone the centre knows."""

    challenge_id: str
    phone_masked: str
    resend_after_s: int


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """The centre believes who it is."""


@dataclass(frozen=True, slots=True)
class HousingFound:
    """The centre's answer to the enquiry."""

    housing: HousingFacts


@dataclass(frozen=True, slots=True)
class DocumentReady:
    """The document is here, its seal is intact, its pages are in pixel slots."""

    subject: str
    document: DocumentFacts


@dataclass(frozen=True, slots=True)
class Printed:
    """A print came to one of its three outcomes."""

    result: PrintFacts


@dataclass(frozen=True, slots=True)
class Prepared:
    """What this person can file."""

    preparation: Preparation


@dataclass(frozen=True, slots=True)
class Decided:
    """The centre has the application and says what it made of it."""

    case: CaseFacts


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The application is taken back; ``refund``: what was paid is returned."""

    refund: bool


@dataclass(frozen=True, slots=True)
class OrderKnown:
    """What is to be paid."""

    order: OrderFacts


@dataclass(frozen=True, slots=True)
class PaymentOffered:
    """The attempt is on disk and the centre knows it: the payer may act."""

    offered: Offered


@dataclass(frozen=True, slots=True)
class PaymentKnown:
    """What the attempt has come to; unknown goes on being asked about, visit or not."""

    payment: PaymentFacts


@dataclass(frozen=True, slots=True)
class ReceiptKnown:
    """The fiscal e-receipt is issued."""

    receipt: ReceiptFacts


@dataclass(frozen=True, slots=True)
class CasesListed:
    """This person's cases, newest first."""

    cases: tuple[CaseSummary, ...]


@dataclass(frozen=True, slots=True)
class CaseKnown:
    """One case with its stages."""

    case: CaseSummary


@dataclass(frozen=True, slots=True)
class CertificatesListed:
    """This person's e-certificates."""

    certificates: tuple[CertificateFacts, ...]


@dataclass(frozen=True, slots=True)
class CodeSeen:
    """A QR code was held before the camera."""

    payload: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of a certificate came to."""

    check: CheckFacts


class Why(StrEnum):
    """Why a job came to nothing."""

    DEVICE = "device"
    UNREACHABLE = "unreachable"
    UNBELIEVABLE = "unbelievable"
    BUSY = "busy"
    REFUSED = "refused"
    SEAL = "seal"
    CANCELLED = "cancelled"
    BROKEN = "broken"
    """Our own bug: logged for the technician, a plain apology for the citizen."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A job failed. ``code``: a Fault code, a problem code of the centre, or a seal verdict.

    ``texts``: the centre's own words for the citizen per language, where it gave some.
    """

    why: Why
    code: str = ""
    texts: tuple[tuple[str, str], ...] = ()
    attempts_left: int | None = None


Answer = (
    CardSeen
    | FaceChecked
    | CodeSent
    | SessionOpened
    | HousingFound
    | DocumentReady
    | Printed
    | Prepared
    | Decided
    | Withdrawn
    | OrderKnown
    | PaymentOffered
    | PaymentKnown
    | ReceiptKnown
    | CasesListed
    | CaseKnown
    | CertificatesListed
    | CodeSeen
    | Checked
    | Failed
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A job that an effect started has ended. ``today`` as in IntentGiven."""

    at: float
    job_id: str
    answer: Answer
    today: date | None = None


Event = IntentGiven | TimerFired | OfferChanged | Progressed | Answered
