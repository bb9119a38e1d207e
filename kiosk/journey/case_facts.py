"""What becomes known of an application, its payment and its papers. No tokens, keys or pictures.

Amounts are integers in fen. Texts that the centre delivers stay per language (``Texts``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from screens.models.intents import Stroke

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """One shared field: what each source says. ``verdict``: agrees, differs, single, unknown."""

    code: str
    label: Texts
    values: tuple[tuple[Texts, str], ...] = field(repr=False)
    verdict: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something can't go on or is missing, and the next step."""

    code: str
    text: Texts
    todo: Texts


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """Somebody who must apply. ``number_masked``: the first six and the last four characters."""

    party: str
    role: Texts
    name: str = field(repr=False)
    number_masked: str = field(repr=False)
    is_self: bool
    share: str = ""


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One fee: ``total_fen`` after waiving."""

    name: Texts
    total_fen: int
    waived_reason: Texts | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One contract that can be filed, as the centre's shared data has it."""

    item: str
    number: str
    title: str = field(repr=False)
    compared: tuple[Compared, ...]
    tax: str
    tax_text: Texts
    hindrances: tuple[Reason, ...]
    parties: tuple[PartyFacts, ...]
    fees: tuple[FeeLine, ...]
    total_fen: int
    prefill: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)


@dataclass(frozen=True, slots=True)
class Preparation:
    """What can be filed by this person now."""

    preparation_id: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """A handwritten signature and what it was made under: ``digest`` in hex."""

    digest: str
    strokes: tuple[Stroke, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PartyDraft:
    """One party's part of an application. ``index`` says whose evidence in the vault it needs."""

    index: int
    party: str
    answers: Mapping[str, str] = field(repr=False)
    signature: Signature


@dataclass(frozen=True, slots=True)
class Draft:
    """An application as it is handed in."""

    service: str
    preparation_id: str
    item: str
    form: Mapping[str, object] = field(repr=False)
    parties: tuple[PartyDraft, ...]


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the centre made of the application.

    ``outcome``: accepted, to_be_completed or not_accepted. ``order_id`` is empty where nothing is
    to be paid.
    """

    case_id: str
    case_no: str
    outcome: str
    title: str = field(repr=False)
    missing: tuple[Reason, ...]
    reasons: tuple[Reason, ...]
    notice_number: str
    notice_title: Texts
    case_url: str
    verification_code: str
    order_id: str = ""
    total_fen: int = 0


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order, with who gets it."""

    name: Texts
    payee: Texts
    total_fen: int


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order. ``state``: open, paid, closed, refunding, refunded; ``region``: where it clears."""

    order_id: str
    case_no: str
    region: str
    total_fen: int
    state: str
    lines: tuple[OrderLine, ...]
    channels: tuple[Texts, ...]


class Means(StrEnum):
    """How a fee is paid here."""

    QR = "qr"
    PAD = "pad"


@dataclass(frozen=True, slots=True)
class Offered:
    """An attempt to pay that the centre knows of. ``qr`` is what the payer's phone scans."""

    attempt: str
    means: Means
    qr: str = field(default="", repr=False)
    expires_in_s: int = 0


class Money(StrEnum):
    """What is known of an attempt. UNKNOWN is never turned into one of the others by a guess."""

    PAID = "paid"
    NOT_PAID = "not_paid"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """How far the payment is. ``reason`` of NOT_PAID: declined, cancelled, expired, closed."""

    attempt: str
    money: Money
    reason: str = ""
    total_fen: int = 0
    channel: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """The fiscal e-receipt's own numbers."""

    receipt_id: str
    title: str
    code: str
    number: str
    check_code: str
    payee: str
    total_fen: int
    issued_at: str


@dataclass(frozen=True, slots=True)
class StageFacts:
    """One of the five stages. ``state``: done, current, todo, not_needed."""

    stage: str
    name: Texts
    state: str
    at: str = ""
    note: Texts | None = None


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """One case of this person; ``stages`` are known once it was looked at."""

    case_id: str
    case_no: str
    names: Texts
    title: str = field(repr=False)
    filed_on: str
    state: str
    certificate_id: str = ""
    stages: tuple[StageFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """One e-certificate of this person."""

    certificate_id: str
    kind: str
    kind_names: Texts
    number: str
    title: str = field(repr=False)
    issued_on: str
    state: str


class CheckVerdict(StrEnum):
    """What a certificate check came to; the last two are the kiosk's own."""

    CURRENT = "current"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    NO_MATCH = "no_match"
    SIGNATURE_ONLY = "signature_only"
    """The centre could not be asked; the code's signature holds and it is not on the list."""
    UNCHECKABLE = "uncheckable"
    """Cannot be checked now; ``why`` says why."""
    FORGED = "forged"
    """A signed code whose signature does not hold."""
    NOT_OURS = "not_ours"
    """A code that is no certificate's."""


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """A certificate check. ``as_of`` is a date or time as it is to be shown.

    ``why`` of UNCHECKABLE: ``line``, ``keys_expired``, ``keys_missing``, ``busy``.
    """

    verdict: CheckVerdict
    kind: Texts | None = None
    number: str = ""
    holder_masked: str = ""
    title: str = ""
    as_of: str = ""
    changed_on: str = ""
    issued_on: str = ""
    issuer: Texts | None = None
    why: str = ""
