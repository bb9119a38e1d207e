"""A citizen's session: opened from signed evidence, renewed within a visit, closed."""

from __future__ import annotations

import secrets
import sqlite3
from datetime import datetime

from fastapi import APIRouter

from sandbox.central import evidence as evidence_of
from sandbox.central.caller import KeyHere, OfficeHere, Terminal, TerminalHere
from sandbox.central.evidence import Evidence, SignedEvidence, SmsCheck
from sandbox.central.gate import token_digest
from sandbox.central.ledger import Row
from sandbox.central.moments import city_day, moment_of, written
from sandbox.central.office import SESSION_LIFE, TOKEN_LIFE, Office
from sandbox.central.problems import Problem
from sandbox.central.sms import require_right_code
from sandbox.central.strict import Strict
from sandbox.people import Resident

router = APIRouter()


class Nothing(Strict):
    """An empty object."""


@router.post("/v1/sessions", status_code=201)
def open_session(
    signed: SignedEvidence, office: OfficeHere, terminal: TerminalHere, key: KeyHere
) -> dict[str, object]:
    """A session for the person whom the evidence shows."""
    content = evidence_of.content_of(signed, terminal.evidence_key_pem)
    evidence = evidence_of.read(content, terminal.terminal_id, office.clock())
    _claim_nonce(office, terminal, evidence.nonce, key)
    resident = _holder(office, evidence)
    if isinstance(evidence.check, SmsCheck):
        require_right_code(office, terminal, resident, evidence.check)
    return _opened(office, terminal, resident, evidence.check.kind, evidence_of.digest(content))


@router.post("/v1/sessions/{session_id}/renew")
def renew_session(
    session_id: str, signed: SignedEvidence, office: OfficeHere, terminal: TerminalHere
) -> dict[str, object]:
    """A new token for the same visit: the very evidence that opened it, up to its last minute."""
    content = evidence_of.content_of(signed, terminal.evidence_key_pem)
    session = _session_of(office, terminal, session_id)
    if session["closed_at"] is not None:
        raise Problem("session_unknown", "the session is closed")
    if session["evidence_sha256"] != evidence_of.digest(content):
        raise Problem("evidence_invalid", "not the evidence that opened the session")
    renew_until = moment_of(str(session["renew_until"]))
    if office.clock() >= renew_until:
        raise Problem("session_unknown", "the session can no longer be renewed")
    token, expires_in_s = _issue_token(office, session_id, renew_until)
    return {"token": token, "expires_in_s": expires_in_s}


@router.post("/v1/sessions/{session_id}/close")
def close_session(
    session_id: str,
    nothing: Nothing,  # noqa: ARG001 - the body must be an empty object
    office: OfficeHere,
    terminal: TerminalHere,
) -> dict[str, object]:
    """End the session; its tokens are worth nothing afterwards. Closing twice is no error."""
    _session_of(office, terminal, session_id)
    with office.ledger.transaction():
        office.ledger.execute("DELETE FROM tokens WHERE session_id = ?", session_id)
        office.ledger.execute(
            "UPDATE sessions SET closed_at = ? WHERE session_id = ? AND closed_at IS NULL",
            written(office.clock()),
            session_id,
        )
    return {"closed": True}


def _claim_nonce(office: Office, terminal: Terminal, nonce: str, key: str) -> None:
    """A nonce belongs to one idempotency key for ever."""
    row = {"terminal_id": terminal.terminal_id, "nonce": nonce.lower(), "key": key.lower()}
    try:
        office.ledger.insert("nonces", row)
    except sqlite3.IntegrityError:
        earlier = office.ledger.one(
            "SELECT key FROM nonces WHERE terminal_id = ? AND nonce = ?",
            terminal.terminal_id,
            nonce.lower(),
        )
        if earlier is None or earlier["key"] != key.lower():
            raise Problem("evidence_invalid", "this evidence was used before") from None


def _holder(office: Office, evidence: Evidence) -> Resident:
    """Whose document it is, if it is valid today."""
    document = evidence.document
    resident = office.city.holder_of(document.kind, document.number, document.name)
    if resident is None:
        raise Problem("person_unknown")
    if document.kind == "social_security":
        return resident  # the ID card's last day is not this card's
    if resident.valid_until is not None and resident.valid_until < city_day(office.clock()):
        raise Problem("document_expired")
    return resident


def _opened(
    office: Office, terminal: Terminal, resident: Resident, check_kind: str, digest: str
) -> dict[str, object]:
    session_id = secrets.token_hex(16)
    now = office.clock()
    renew_until = now + SESSION_LIFE
    office.ledger.insert(
        "sessions",
        {
            "session_id": session_id,
            "terminal_id": terminal.terminal_id,
            "fingerprint": terminal.fingerprint,
            "resident": resident.key,
            "check_kind": check_kind,
            "evidence_sha256": digest,
            "opened_at": written(now),
            "renew_until": written(renew_until),
        },
    )
    token, expires_in_s = _issue_token(office, session_id, renew_until)
    return {
        "session_id": session_id,
        "token": token,
        "expires_in_s": expires_in_s,
        "renew_until": written(renew_until),
    }


def _issue_token(office: Office, session_id: str, renew_until: datetime) -> tuple[str, int]:
    """A bearer token and its life in seconds; never longer than the session may last."""
    now = office.clock()
    expires = min(now + TOKEN_LIFE, renew_until)
    token = secrets.token_urlsafe(32)
    office.ledger.insert(
        "tokens",
        {
            "token_sha256": token_digest(token),
            "session_id": session_id,
            "expires_at": written(expires),
        },
    )
    return token, int((expires - now).total_seconds())


def _session_of(office: Office, terminal: Terminal, session_id: str) -> Row:
    row = office.ledger.one(
        "SELECT * FROM sessions WHERE session_id = ? AND terminal_id = ?",
        session_id,
        terminal.terminal_id,
    )
    if row is None:
        raise Problem("session_unknown")
    return row
