"""Terminals: enrolled by a one-time code, heard from by heartbeats."""

from __future__ import annotations

import json
import secrets
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from sandbox.central.caller import OfficeHere, TerminalHere
from sandbox.central.evidence import evidence_key
from sandbox.central.gate import certificate_fingerprint
from sandbox.central.ledger import Ledger
from sandbox.central.moments import Rfc3339, written
from sandbox.central.problems import Problem
from sandbox.central.strict import Short, Strict
from sandbox.certificates import BadRequestForCertificate, requested_key, terminal_certificate

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and letters that nobody confuses when reading them out."""

router = APIRouter()
open_router = APIRouter()

Pem = Annotated[str, StringConstraints(min_length=32, max_length=8192)]


class Enrolment(Strict):
    """A new terminal's request."""

    code: Short
    csr_pem: Pem
    evidence_public_key_pem: Pem


class DeviceAxes(Strict):
    """One device's state, each axis by its name; ``fault`` is a code or null."""

    device_id: Short
    link: Short
    media: Short
    supply: Short
    fault: Short | None


class Versions(Strict):
    """What runs on the terminal."""

    kiosk: Short


class Heartbeat(Strict):
    """How a terminal is."""

    at: Rfc3339
    versions: Versions
    devices: Annotated[list[DeviceAxes], Field(max_length=64)]
    queue_depth: Annotated[int, Field(ge=0)]


def new_code(ledger: Ledger) -> str:
    """A one-time enrolment code, as an operator would hand it out."""
    code = "-".join("".join(secrets.choice(CODE_ALPHABET) for _ in range(4)) for _ in range(3))
    ledger.insert("enrolment_codes", {"code": code, "terminal_id": None})
    return code


@open_router.post("/v1/terminals/enrol", status_code=201)
def enrol(request: Enrolment, office: OfficeHere) -> dict[str, object]:
    """A certificate for the terminal that knows an unused code."""
    try:
        requested_key(request.csr_pem)
        evidence_key(request.evidence_public_key_pem)
    except BadRequestForCertificate as error:
        raise Problem("csr_invalid", str(error)) from error
    except ValueError as error:
        raise Problem("csr_invalid", "the evidence key is not a P-256 public key") from error
    now = office.clock()
    with office.ledger.transaction():
        terminal_id = _use_code(office.ledger, request.code)
        pem = terminal_certificate(office.vault.ca, request.csr_pem, terminal_id, now).decode()
        office.ledger.insert(
            "terminals",
            {
                "terminal_id": terminal_id,
                "fingerprint": certificate_fingerprint(pem),
                "evidence_key_pem": request.evidence_public_key_pem,
                "enrolled_at": written(now),
            },
        )
    ca_pem = office.vault.ca.certificate_pem.decode("ascii")
    return {"terminal_id": terminal_id, "certificate_pem": pem, "ca_pem": ca_pem}


def _use_code(ledger: Ledger, code: str) -> str:
    """The id of the terminal that this code makes; the code is used up."""
    row = ledger.one("SELECT COUNT(*) AS n FROM terminals")
    terminal_id = f"YT{int(row['n'] or 0) + 1 if row else 1:06d}"
    used = ledger.execute(
        "UPDATE enrolment_codes SET terminal_id = ? WHERE code = ? AND terminal_id IS NULL",
        terminal_id,
        code,
    )
    if not used:
        raise Problem("enrolment_code_invalid")
    return terminal_id


@router.post("/v1/terminals/self/heartbeat")
def heartbeat(beat: Heartbeat, office: OfficeHere, terminal: TerminalHere) -> dict[str, object]:
    """Keep the terminal's last state; commands for it will come in the answer."""
    office.ledger.execute(
        "INSERT OR REPLACE INTO heartbeats VALUES (?, ?, ?)",
        terminal.terminal_id,
        written(office.clock()),
        json.dumps(beat.model_dump(mode="json"), ensure_ascii=False),
    )
    return {"commands": []}
