"""Housing enquiries: found in the register, kept, and delivered as a sealed PDF."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Response

from sandbox.central import pdf_seal
from sandbox.central.caller import OfficeHere, Session, SessionHere, TerminalHere
from sandbox.central.catalogue import PURPOSES, SCOPES
from sandbox.central.housing_page import Finding, render
from sandbox.central.ledger import Row
from sandbox.central.moments import city_day, written
from sandbox.central.office import Office
from sandbox.central.problems import Problem
from sandbox.central.register_names import STATES, USES
from sandbox.central.strict import Short, Strict
from sandbox.people import Property, Region

CODE_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
VERIFICATION_SITE: Final = "https://cx.yunting.example/v/"
"""``.example`` belongs to nobody: a phone that scans the code goes nowhere."""
router = APIRouter()


class HousingEnquiry(Strict):
    """What the citizen asks, about themselves."""

    scope: Short
    purpose: Short


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with the names it goes by."""

    enquiry_id: str
    finding: Finding
    region: Region
    purpose: str
    pdf: bytes
    pages: int


@router.post("/v1/enquiries/housing", status_code=201)
def enquire(
    enquiry: HousingEnquiry, office: OfficeHere, session: SessionHere, terminal: TerminalHere
) -> dict[str, object]:
    """The homes of the session's person within a scope, as of now."""
    region = office.city.region(enquiry.scope)
    if region is None or enquiry.scope not in SCOPES:
        raise Problem("scope_unknown")
    if enquiry.purpose not in PURPOSES:
        raise Problem("purpose_unknown")
    with office.ledger.transaction():
        found = _found(office, session, region, enquiry.purpose)
        _keep(office, session, terminal.terminal_id, found)
    return _told(found)


@router.get("/v1/enquiries/{enquiry_id}/document")
def document(enquiry_id: str, office: OfficeHere, session: SessionHere) -> Response:
    """The certificate, sealed on its first delivery; spoilt if the panel says so."""
    row = office.ledger.one(
        "SELECT * FROM enquiries WHERE enquiry_id = ? AND session_id = ?",
        enquiry_id,
        session.session_id,
    )
    if row is None:
        raise Problem("enquiry_unknown")
    return Response(
        _delivered(office, row),
        media_type="application/pdf",
        headers={"X-Document-Pages": str(row["pages"]), "Cache-Control": "no-store"},
    )


def _found(office: Office, session: Session, region: Region, purpose: str) -> Found:
    now = office.clock()
    code = _verification_code()
    holder = office.city.resident(session.resident)
    finding = Finding(
        office=office.city.registry["zh-CN"],
        number=_next_number(office, now),
        holder=holder,
        scope=region.names["zh-CN"],
        purpose=PURPOSES[purpose]["zh-CN"],
        homes=office.city.homes(holder.key, region),
        data_from=office.city.data_from(region),
        as_of=now,
        verification_code=code,
        verification_url=VERIFICATION_SITE + code.replace("-", ""),
    )
    pdf = render(finding)
    return Found(secrets.token_hex(16), finding, region, purpose, pdf, pdf_seal.page_count(pdf))


def _next_number(office: Office, now: datetime) -> str:
    """``YYYYMMDD`` and the day's running number (4 digits)."""
    day = f"{city_day(now):%Y%m%d}"
    row = office.ledger.one(
        "SELECT MAX(number) AS last FROM enquiries WHERE number LIKE ?", f"{day}%"
    )
    last = str(row["last"]) if row and row["last"] else f"{day}0000"
    return f"{day}{int(last[8:]) + 1:04d}"


def _verification_code() -> str:
    """Four groups of four, without characters that look alike: 79 bits."""
    return "-".join("".join(secrets.choice(CODE_ALPHABET) for _ in range(4)) for _ in range(4))


def _keep(office: Office, session: Session, terminal_id: str, found: Found) -> None:
    finding = found.finding
    office.ledger.insert(
        "enquiries",
        {
            "enquiry_id": found.enquiry_id,
            "number": finding.number,
            "session_id": session.session_id,
            "terminal_id": terminal_id,
            "resident": session.resident,
            "scope": found.region.code,
            "purpose": found.purpose,
            "count": len(finding.homes),
            "verification_code": finding.verification_code,
            "as_of": written(finding.as_of),
            "pages": found.pages,
            "document": found.pdf,
        },
    )


def _told(found: Found) -> dict[str, object]:
    finding = found.finding
    return {
        "enquiry_id": found.enquiry_id,
        "number": finding.number,
        "scope": found.region.code,
        "scope_names": dict(found.region.names),
        "purpose": found.purpose,
        "count": len(finding.homes),
        "properties": [_home(home) for home in finding.homes],
        "data_from": finding.data_from.isoformat(),
        "as_of": written(finding.as_of),
        "verification_code": finding.verification_code,
        "verification_url": finding.verification_url,
        "document_pages": found.pages,
    }


def _home(home: Property) -> dict[str, object]:
    return {
        "unit_no": home.unit_no,
        "location": home.location,
        "use": USES[home.use],
        "area_m2": home.area_m2,
        "state": STATES[home.state],
    }


def _delivered(office: Office, row: Row) -> bytes:
    """The sealed bytes, or what the tampering in force makes of them."""
    tampering = office.mischief.document
    if tampering == "other_ca":
        return _sealed(office, row, false=True)
    sealed = row["sealed"]
    if not isinstance(sealed, bytes):
        sealed = _sealed(office, row, false=False)
        office.ledger.execute(
            "UPDATE enquiries SET sealed = ? WHERE enquiry_id = ?", sealed, row["enquiry_id"]
        )
    if tampering == "byte":
        return pdf_seal.flip_byte(sealed)
    return pdf_seal.append_content(sealed) if tampering == "append" else sealed


def _sealed(office: Office, row: Row, *, false: bool) -> bytes:
    """The page with the centre's seal; a ``false`` one comes from the CA of the same name."""
    vault = office.vault
    credential = vault.other_seal if false else vault.seal
    authority = vault.other_seal_ca if false else vault.seal_ca
    page = row["document"]
    if not isinstance(page, bytes):
        raise TypeError("the ledger holds no page for this enquiry")
    return pdf_seal.seal(page, credential, authority, office.city.registry["zh-CN"])
