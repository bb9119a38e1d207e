"""What is personal and needed while a visit lasts: cards, portraits, tokens, documents, keys.

Owned by the performer, one per visit, closed at its end. A late answer finds it closed and is
dropped. Python can't promise that freed memory is zero; references are dropped at once and what
is a bytearray is zeroed.

An application may have several parties. Who stands here is the *current* one, by index (the
applicant is 0); what belongs to the others is kept until they are turned to again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.central.client import new_key
from kiosk.central.identity import SignedEvidence
from kiosk.central.models import IdentityDocument, Session


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stood here when something was asked for; by its turn another card may lie there."""

    index: int
    identity: IdentityDocument | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """A party's session at the centre; its token is good until that monotonic time."""

    session: Session
    evidence: SignedEvidence
    until: float


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A copy of a document whose seal was found intact."""

    pdf: bytes = field(repr=False)
    pages: int


@dataclass(frozen=True, slots=True)
class _Paper:
    pdf: bytearray
    pages: int

    def wipe(self) -> None:
        self.pdf[:] = bytes(len(self.pdf))


@dataclass(slots=True)
class _Party:
    identity: IdentityDocument | None = None
    portrait_png: bytes = b""
    held: Held | None = None


class Vault:
    """Mutable on purpose: its end is what matters. ``repr`` shows nothing of the visitors.

    Any thread may ask and keep; only the core's loop turns from one party to another.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parties: dict[int, _Party] = {}
        self._index = 0
        self._papers: dict[str, _Paper] = {}
        self._requests: dict[str, bytearray] = {}
        self._keys: dict[str, str] = {}
        self._closed = False

    def __repr__(self) -> str:
        return f"<Vault {'closed' if self._closed else 'open'}>"

    @property
    def closed(self) -> bool:
        """Whether the visit has ended."""
        return self._closed

    @property
    def index(self) -> int:
        """The current party."""
        return self._index

    def turn_to(self, index: int) -> None:
        """Another party stands here now."""
        with self._lock:
            self._index = index

    @property
    def identity(self) -> IdentityDocument | None:
        """The current party's document."""
        return self.identity_of(self._index)

    @identity.setter
    def identity(self, identity: IdentityDocument | None) -> None:
        with self._lock:
            if not self._closed:
                self._party(self._index).identity = identity

    @property
    def portrait_png(self) -> bytes:
        """The photo on the current party's document; empty when there is none."""
        with self._lock:
            return self._party(self._index).portrait_png

    @portrait_png.setter
    def portrait_png(self, portrait_png: bytes) -> None:
        with self._lock:
            if not self._closed:
                self._party(self._index).portrait_png = portrait_png

    def standing(self) -> Standing:
        """Who stands here now, for an errand that will have its turn later."""
        with self._lock:
            return Standing(self._index, self._party(self._index).identity)

    def identity_of(self, index: int) -> IdentityDocument | None:
        """A party's document."""
        with self._lock:
            return self._party(index).identity

    def evidence_of(self, index: int) -> SignedEvidence | None:
        """The evidence that opened a party's session; None while it has none."""
        held = self.held(index)
        return held.evidence if held is not None else None

    def held(self, index: int | None = None) -> Held | None:
        """A party's session (the current one's by default); None while there is none."""
        with self._lock:
            return self._party(self._index if index is None else index).held

    def key(self, seed: str) -> str:
        """The idempotency key of this seed: made before the first try, the same for each retry."""
        with self._lock:
            return self._keys.setdefault(seed, new_key())

    def request(self, seed: str, make: Callable[[], bytes]) -> bytes:
        """The request that goes with this seed's key: made once, the very same bytes ever after."""
        with self._lock:
            kept = self._requests.get(seed)
        if kept is not None:
            return bytes(kept)
        made = make()
        with self._lock:
            if not self._closed:
                self._requests[seed] = bytearray(made)
        return made

    def keep_session(
        self, index: int, session: Session, evidence: SignedEvidence, until: float
    ) -> bool:
        """Take a party's session, good until that monotonic time.

        False when the visit has ended meanwhile: nothing is kept, and whoever opened closes it.
        """
        with self._lock:
            if not self._closed:
                self._party(index).held = Held(session, evidence, until)
            return not self._closed

    def keep_document(self, subject: str, pdf: bytes, pages: int) -> bool:
        """Take a document whose seal is intact, in place of the subject's last one.

        ``subject``: enquiry, notice, receipt or certificate. False when the visit has ended.
        """
        with self._lock:
            if not self._closed:
                if (last := self._papers.pop(subject, None)) is not None:
                    last.wipe()
                self._papers[subject] = _Paper(bytearray(pdf), pages)
            return not self._closed

    def document(self, subject: str) -> KeptDocument | None:
        """The subject's document; None while there is none."""
        with self._lock:
            paper = self._papers.get(subject)
            return KeptDocument(bytes(paper.pdf), paper.pages) if paper is not None else None

    def close(self) -> tuple[str, ...]:
        """Forget everything. The ids of the sessions to close at the centre; none the second time.

        Safe to call twice.
        """
        with self._lock:
            self._closed = True
            held = [party.held for party in self._parties.values()]
            self._parties.clear()
            for paper in self._papers.values():
                paper.wipe()
            self._papers.clear()
            for request in self._requests.values():
                request[:] = bytes(len(request))
            self._requests.clear()
            self._keys.clear()
        return tuple(each.session.session_id for each in held if each is not None)

    def _party(self, index: int) -> _Party:
        """What is held of a party. Under the lock; one of a closed vault is kept by nobody."""
        if self._closed:
            return _Party()
        return self._parties.setdefault(index, _Party())
