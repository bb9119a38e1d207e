"""What the outside must do. Data only; answers come back as events bearing the job id."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.journey.case_facts import Draft, Means
from kiosk.journey.facts import SlipFacts, Way


@dataclass(frozen=True, slots=True)
class ReadCard:
    """Wait for a card and read it -> CardSeen."""

    job_id: str


@dataclass(frozen=True, slots=True)
class CheckFace:
    """Challenge, then match against the card's photo -> FaceChecked. Starts the live view."""

    job_id: str


@dataclass(frozen=True, slots=True)
class SendCode:
    """Have the centre send an SMS code -> CodeSent. ``key`` is the idempotency key's seed."""

    job_id: str
    key: str


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Sign the evidence and open the centre's session -> SessionOpened."""

    job_id: str
    key: str
    way: Way
    score_band: str = ""
    challenge_id: str = ""
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class FindHousing:
    """Ask for the housing situation -> HousingFound."""

    job_id: str
    key: str
    scope: str
    purpose: str


@dataclass(frozen=True, slots=True)
class FetchDocument:
    """Fetch a sealed document, check its seal, show its pages -> DocumentReady.

    ``subject``: enquiry, notice, receipt or certificate; ``source_id``: of that enquiry, case,
    receipt or certificate.
    """

    job_id: str
    subject: str
    source_id: str


@dataclass(frozen=True, slots=True)
class PrintDocument:
    """Print what was fetched for the subject, intent first -> Printed."""

    job_id: str
    subject: str
    source_id: str
    number: str


@dataclass(frozen=True, slots=True)
class PrintSlip:
    """Print the visit's slip -> Printed."""

    job_id: str
    slip: SlipFacts


@dataclass(frozen=True, slots=True)
class TurnTo:
    """Another party stands here now; what the vault holds of each is kept apart by ``index``."""

    index: int


@dataclass(frozen=True, slots=True)
class Prepare:
    """Look up what this person can file -> Prepared."""

    job_id: str
    service: str


@dataclass(frozen=True, slots=True)
class SubmitApplication:
    """Hand the application in -> Decided. The same ``key`` hands in the same application."""

    job_id: str
    key: str
    draft: Draft


@dataclass(frozen=True, slots=True)
class WithdrawCase:
    """Take the application back -> Withdrawn."""

    job_id: str
    key: str
    case_id: str


@dataclass(frozen=True, slots=True)
class FetchOrder:
    """What is to be paid -> OrderKnown."""

    job_id: str
    order_id: str


@dataclass(frozen=True, slots=True)
class BeginPayment:
    """Begin one attempt to pay: written down before anybody hears of it -> PaymentOffered."""

    job_id: str
    order_id: str
    means: Means


@dataclass(frozen=True, slots=True)
class AwaitPayment:
    """Wait for the attempt's end, or until it must be called unknown -> PaymentKnown."""

    job_id: str
    attempt: str


@dataclass(frozen=True, slots=True)
class ClosePayment:
    """The payer does not want to pay this way any more -> PaymentKnown."""

    job_id: str
    attempt: str


@dataclass(frozen=True, slots=True)
class FetchReceipt:
    """The fiscal e-receipt of a paid order -> ReceiptKnown."""

    job_id: str
    order_id: str


@dataclass(frozen=True, slots=True)
class ListCases:
    """This person's cases -> CasesListed."""

    job_id: str


@dataclass(frozen=True, slots=True)
class FetchCase:
    """One case with its stages -> CaseKnown."""

    job_id: str
    case_id: str


@dataclass(frozen=True, slots=True)
class ListCertificates:
    """This person's e-certificates -> CertificatesListed."""

    job_id: str


@dataclass(frozen=True, slots=True)
class ScanCode:
    """Look for a QR code before the camera -> CodeSeen. Starts the live view."""

    job_id: str


@dataclass(frozen=True, slots=True)
class CheckCode:
    """Check a certificate by what its code says -> Checked."""

    job_id: str
    key: str
    payload: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CheckNumber:
    """Check a certificate by its number and its holder's document -> Checked."""

    job_id: str
    key: str
    number: str
    document_kind: str
    document_number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cancel:
    """Nobody waits for this job any more. Money and paper go on in settlement."""

    job_id: str


@dataclass(frozen=True, slots=True)
class Keep:
    """Put a record into the outbox: on disk before anything else happens."""

    kind: str
    body: dict[str, object]


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Fire TimerFired(name) after ``seconds``; setting a name again replaces it."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Forget the timer."""

    name: str


@dataclass(frozen=True, slots=True)
class WipeVisit:
    """Forget everything of this visitor: token, card, portrait, document, slots, live view."""


Effect = (
    ReadCard
    | CheckFace
    | SendCode
    | OpenSession
    | FindHousing
    | FetchDocument
    | PrintDocument
    | PrintSlip
    | TurnTo
    | Prepare
    | SubmitApplication
    | WithdrawCase
    | FetchOrder
    | BeginPayment
    | AwaitPayment
    | ClosePayment
    | FetchReceipt
    | ListCases
    | FetchCase
    | ListCertificates
    | ScanCode
    | CheckCode
    | CheckNumber
    | Cancel
    | Keep
    | SetTimer
    | CancelTimer
    | WipeVisit
)
