"""What every call of the centre works with: the city, its keys, the ledger and the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from sandbox.central.catalogue_faults import CatalogueFault
from sandbox.central.ledger import Ledger
from sandbox.central.moments import Clock
from sandbox.central.orders_acquiring import Acquiring
from sandbox.central.pdf_seal import Tampering
from sandbox.certificates import Vault
from sandbox.people import City

TOKEN_LIFE = timedelta(minutes=15)
SESSION_LIFE = timedelta(minutes=60)
EVIDENCE_LIFE = timedelta(minutes=10)
SMS_LIFE = timedelta(minutes=5)
SMS_RESEND = timedelta(seconds=60)
SMS_ATTEMPTS = 3


@dataclass(slots=True)
class Mischief:
    """What the panel has told the centre to do wrong with documents."""

    document: Tampering = "none"
    catalogue: CatalogueFault = ""
    holds_booking: bool = False
    """Accepted (and paid) cases wait for the booking."""
    finds_lacking: bool = False
    """Every application that comes in lacks two things."""
    trust_expired: bool = False
    """Key list and revocation list are delivered past their last day."""


@dataclass(frozen=True, slots=True)
class Office:
    """The centre's parts, as the calls see them."""

    city: City
    vault: Vault
    ledger: Ledger
    clock: Clock
    mischief: Mischief = field(default_factory=Mischief)
    acquiring: Acquiring = field(default_factory=Acquiring.in_memory)
