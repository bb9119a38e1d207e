"""What the outside must do. Data only; answers come back as events bearing the job id."""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.api import PrintOutcome
from kiosk.journey.facts import Way


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
    """Fetch the sealed document, check its seal, show its pages -> DocumentReady."""

    job_id: str
    enquiry_id: str


@dataclass(frozen=True, slots=True)
class PrintDocument:
    """Print what was fetched, intent first -> Printed."""

    job_id: str
    enquiry_id: str
    number: str


@dataclass(frozen=True, slots=True)
class PrintSlip:
    """Print the visit's slip -> Printed. ``document`` is the document's own outcome."""

    job_id: str
    service: dict[str, str]
    number: str
    verification_code: str
    verification_url: str
    document: PrintOutcome


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
    | Cancel
    | Keep
    | SetTimer
    | CancelTimer
    | WipeVisit
)
