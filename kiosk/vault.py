"""What is personal and needed while a visit lasts: card, portrait, token, document, keys.

Owned by the performer, one per visit, closed at its end. A late answer finds it closed and is
dropped. Python can't promise that freed memory is zero; references are dropped at once and what
is a bytearray is zeroed.
"""

from __future__ import annotations

import threading
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
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def key(self, seed: str) -> str:
        """The idempotency key of this seed: made before the first try, the same for each retry."""
        return self.keys.setdefault(seed, new_key())

    def keep_session(self, session: Session, evidence: SignedEvidence, until: float) -> bool:
        """Take the centre's session, good until that monotonic time; any thread.

        False when the visit has ended meanwhile: nothing is kept, and whoever opened closes it.
        """
        with self._lock:
            if not self.closed:
                self.session, self.evidence, self.token_until = session, evidence, until
            return not self.closed

    def keep_document(self, pdf: bytes, pages: int) -> bool:
        """Take a document whose seal is intact; any thread. False when the visit has ended."""
        with self._lock:
            if not self.closed:
                self.pdf, self.pages = bytearray(pdf), pages
            return not self.closed

    def close(self) -> str:
        """Forget everything. The id of the session to close at the centre, empty when none is.

        Safe to call twice.
        """
        with self._lock:
            self.closed = True
            session, self.session = self.session, None
            self.identity = None
            self.portrait_png = b""
            self.evidence = None
            self.pdf[:] = bytes(len(self.pdf))
            self.pdf = bytearray()
            self.keys.clear()
        return session.session_id if session is not None else ""
