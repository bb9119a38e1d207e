"""Who may come in: the client's certificate, then (for a citizen's data) the bearer token.

The gate stands before the idempotency memory, so that a replayed answer with a citizen's data
needs the same token as the first one did.
"""

from __future__ import annotations

import hashlib
import re
import ssl

from starlette.datastructures import Headers
from starlette.types import Scope

from sandbox.central.caller import Session, Terminal
from sandbox.central.ledger import Ledger
from sandbox.central.moments import Clock, written
from sandbox.central.problems import Problem

CITIZEN_PATHS = (
    "/v1/enquiries",
    "/v1/preparations",
    "/v1/applications",
    "/v1/cases",
    "/v1/certificates",
    "/v1/receipts",
)
"""Below these a client certificate alone is not enough."""
RECEIPT_OF_ORDER = re.compile(r"/v1/orders/[^/]+/receipt/?")
"""Holds a person's receipt, unlike the order itself."""


class Gate:
    """Admission to the main listener."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def admit(self, scope: Scope) -> str:
        """Put terminal and session into the request's state; returns the terminal's id.

        Raises Problem ``terminal_unknown`` or ``token_invalid``.
        """
        terminal = self._terminal(scope)
        scope["state"]["terminal"] = terminal
        path: str = scope["path"]
        if path.startswith(CITIZEN_PATHS) or RECEIPT_OF_ORDER.fullmatch(path):
            scope["state"]["session"] = self._session(scope, terminal)
        return terminal.terminal_id

    def _terminal(self, scope: Scope) -> Terminal:
        fingerprint = peer_fingerprint(scope)
        row = self._ledger.one("SELECT * FROM terminals WHERE fingerprint = ?", fingerprint)
        if row is None or fingerprint is None:
            raise Problem("terminal_unknown")
        return Terminal(str(row["terminal_id"]), fingerprint, str(row["evidence_key_pem"]))

    def _session(self, scope: Scope, terminal: Terminal) -> Session:
        scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Problem("token_invalid", "a bearer token is needed")
        row = self._ledger.one(
            "SELECT s.session_id, s.resident FROM tokens t JOIN sessions s USING (session_id) "
            "WHERE t.token_sha256 = ? AND t.expires_at > ? AND s.fingerprint = ? "
            "AND s.closed_at IS NULL",
            token_digest(token.strip()),
            written(self._clock()),
            terminal.fingerprint,
        )
        if row is None:
            raise Problem("token_invalid")
        return Session(str(row["session_id"]), str(row["resident"]))


def peer_fingerprint(scope: Scope) -> str | None:
    """SHA-256 (hex) of the client's certificate; None if it showed none."""
    chain: list[str] = scope.get("extensions", {}).get("tls", {}).get("client_cert_chain", [])
    return certificate_fingerprint(chain[0]) if chain else None


def certificate_fingerprint(certificate_pem: str) -> str:
    """SHA-256 (hex) over the DER form."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate_pem)).hexdigest()


def token_digest(token: str) -> str:
    """What the ledger keeps instead of the token."""
    return hashlib.sha256(token.encode()).hexdigest()
