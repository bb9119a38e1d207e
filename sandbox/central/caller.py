"""Who calls, as the gate found out: dependencies of the routes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from sandbox.central.office import Office


@dataclass(frozen=True, slots=True)
class Terminal:
    """An enrolled terminal that showed its certificate."""

    terminal_id: str
    fingerprint: str
    """SHA-256 of the certificate (DER), hex."""
    evidence_key_pem: str


@dataclass(frozen=True, slots=True)
class Session:
    """A citizen's open session, found by its bearer token."""

    session_id: str
    resident: str
    """The resident's key."""


def _office(request: Request) -> Office:
    return cast("Office", request.app.state.office)


def _terminal(request: Request) -> Terminal:
    return cast("Terminal", request.state.terminal)


def _session(request: Request) -> Session:
    return cast("Session", request.state.session)


def _idempotency_key(request: Request) -> str:
    return request.headers["idempotency-key"]


OfficeHere = Annotated[Office, Depends(_office)]
TerminalHere = Annotated[Terminal, Depends(_terminal)]
SessionHere = Annotated[Session, Depends(_session)]
KeyHere = Annotated[str, Depends(_idempotency_key)]
