"""What is personal and needed while a visit lasts: card, portrait, token, document, keys.

Owned by the performer, one per visit, closed at its end. A late answer finds it closed and is
dropped. Python can't promise that freed memory is zero; references are dropped at once and what
is a bytearray is zeroed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.central.client import new_key
from kiosk.central.identity import SignedEvidence
from kiosk.central.models import IdentityDocument, Session


@dataclass(slots=True)
class Vault:
    """Mutable on purpose: its end is what matters. ``repr`` shows nothing of the visitor."""

    identity: IdentityDocument | None = field(default=None, repr=False)
    portrait_png: bytes = field(default=b"", repr=False)
    session: Session | None = field(default=None, repr=False)
    evidence: SignedEvidence | None = field(default=None, repr=False)
    token_until: float = 0.0
    pdf: bytearray = field(default_factory=bytearray, repr=False)
    pages: int = 0
    closed: bool = False
    keys: dict[str, str] = field(default_factory=dict[str, str])

    def key(self, seed: str) -> str:
        """The idempotency key of this seed: made before the first try, the same for each retry."""
        return self.keys.setdefault(seed, new_key())

    def close(self) -> None:
        """Forget everything. Safe to call twice."""
        self.closed = True
        self.identity = None
        self.portrait_png = b""
        self.session = None
        self.evidence = None
        self.pdf[:] = bytes(len(self.pdf))
        self.pdf = bytearray()
        self.keys.clear()
