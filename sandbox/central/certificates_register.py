"""E-certificates: issued when a case is booked, listed and shown to their holders.

Owners of old have theirs from before the sandbox began (``enter_present_owners``). What a
certificate says was fixed when it was issued; only its state changes.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import date
from typing import Final, cast

from fastapi import APIRouter, Response

from sandbox.central import qr_seal, sealed_papers
from sandbox.central.caller import OfficeHere, SessionHere
from sandbox.central.catalogue_filing import PRESALE
from sandbox.central.certificate_page import KIND_NAMES, PAGES, CertificateFacts, Kind, render
from sandbox.central.ledger import Row, Value
from sandbox.central.moments import city_day
from sandbox.central.office import Office
from sandbox.central.problems import Problem
from sandbox.central.register_names import STATES, USES
from sandbox.people import Contract, Property

WORDS: Final[dict[Kind, str]] = {"ownership": "不动产权", "proof": "不动产证明"}
router = APIRouter()


@router.get("/v1/certificates")
def certificates(office: OfficeHere, session: SessionHere) -> dict[str, object]:
    """The certificates and proofs in the person's name, the newest first."""
    rows = office.ledger.all("SELECT * FROM certificates ORDER BY issued_on DESC, rowid DESC")
    own = [row for row in rows if session.resident in holders_of(row)]
    return {"certificates": [_told(row) for row in own]}


@router.get("/v1/certificates/{certificate_id}/document")
def certificate_document(certificate_id: str, office: OfficeHere, session: SessionHere) -> Response:
    """The certificate, sealed on its first delivery, with the signed QR."""
    row = office.ledger.one("SELECT * FROM certificates WHERE certificate_id = ?", certificate_id)
    if row is None or session.resident not in holders_of(row):
        raise Problem("certificate_unknown")
    sealed = sealed_papers.delivery(
        office,
        row["sealed"],
        page=lambda: render(_facts(office, row)),
        keep=lambda made: office.ledger.execute(
            "UPDATE certificates SET sealed = ? WHERE certificate_id = ?", made, certificate_id
        ),
    )
    return sealed_papers.answer(sealed, PAGES)


def enter_present_owners(office: Office) -> None:
    """The certificates of everybody who owned a unit before; once per ledger."""
    with office.ledger.transaction():
        for unit in office.city.properties:
            known = office.ledger.one(
                "SELECT 1 FROM certificates WHERE number = ?", unit.certificate_no
            )
            if known is None:
                _enter(office, _of_old(office, unit))


def issue(office: Office, contract: Contract, case_id: str, *, separate: bool) -> None:
    """The certificates of a booked case: one for all buyers, or one for each of them."""
    kind: Kind = "proof" if contract.service == PRESALE else "ownership"
    groups = [(buyer,) for buyer in contract.buyers] if separate else [contract.buyers]
    for holders in groups:
        _enter(office, _of_case(office, contract, case_id, kind, holders))


def certificate_of(office: Office, case_id: str, resident: str) -> str | None:
    """The id of the certificate that a resident has from a case."""
    rows = office.ledger.all("SELECT * FROM certificates WHERE case_id = ?", case_id)
    return next((str(row["certificate_id"]) for row in rows if resident in holders_of(row)), None)


def holders_of(row: Row) -> list[str]:
    """The holders' keys."""
    return cast("list[str]", json.loads(str(row["holders"])))


def _enter(office: Office, row: dict[str, Value]) -> None:
    office.ledger.insert("certificates", {**row, "state": "current", "pages": PAGES})


def _of_case(
    office: Office, contract: Contract, case_id: str, kind: Kind, holders: Sequence[str]
) -> dict[str, Value]:
    today = city_day(office.clock())
    company = office.city.company(contract.seller)
    return {
        "certificate_id": secrets.token_hex(16),
        "cti": secrets.token_hex(16),
        "number": _next_number(office, kind, today.year),
        "kind": kind,
        "holders": json.dumps(list(holders)),
        "unit_no": contract.unit_no,
        "region": contract.region,
        "title": contract.location,
        "area_m2": contract.area_m2,
        "use": contract.use,
        "obligor": company.name if kind == "proof" else "",
        "shares": _shares(office, contract),
        "remarks": f"合同编号 {contract.number}",
        "issued_on": today.isoformat(),
        "case_id": case_id,
    }


def _shares(office: Office, contract: Contract) -> str:
    if len(set(contract.shares)) == 1 and not contract.shares[0][0].isdigit():
        return contract.shares[0]
    names = [office.city.resident(key).name for key in contract.buyers]
    parts = [f"{name} {share}" for name, share in zip(names, contract.shares, strict=True)]
    return f"按份共有：{'，'.join(parts)}"


def _of_old(office: Office, unit: Property) -> dict[str, Value]:
    """Its ids come from the number, so that a second start over the same city finds the same."""
    digest = hashlib.sha256(f"{office.city.seed} {unit.certificate_no}".encode()).hexdigest()
    remarks = "" if unit.state == "current" else STATES[unit.state]["zh-CN"]
    return {
        "certificate_id": digest[:32],
        "cti": digest[32:],
        "number": unit.certificate_no,
        "kind": "ownership",
        "holders": json.dumps(list(unit.owners)),
        "unit_no": unit.unit_no,
        "region": unit.region,
        "title": unit.location,
        "area_m2": unit.area_m2,
        "use": unit.use,
        "obligor": "",
        "shares": "单独所有" if len(unit.owners) == 1 else "共同共有",
        "remarks": remarks,
        "issued_on": unit.registered_on.isoformat(),
        "case_id": None,
    }


def _next_number(office: Office, kind: Kind, year: int) -> str:
    """``云(2026)云汀市不动产权第0000001号``: seven digits that run within the year."""
    prefix = f"云({year})云汀市{WORDS[kind]}第"
    row = office.ledger.one(
        "SELECT MAX(number) AS last FROM certificates WHERE number LIKE ?", f"{prefix}%"
    )
    last = str(row["last"])[len(prefix) : len(prefix) + 7] if row and row["last"] else "0"
    return f"{prefix}{int(last) + 1:07d}号"


def _kind(row: Row) -> Kind:
    return "proof" if row["kind"] == "proof" else "ownership"


def _told(row: Row) -> dict[str, object]:
    return {
        "certificate_id": row["certificate_id"],
        "kind": row["kind"],
        "kind_names": KIND_NAMES[_kind(row)],
        "number": row["number"],
        "title": row["title"],
        "issued_on": row["issued_on"],
        "state": row["state"],
        "pages": row["pages"],
    }


def _facts(office: Office, row: Row) -> CertificateFacts:
    names = [office.city.resident(key).name for key in holders_of(row)]
    return CertificateFacts(
        office=office.city.registry["zh-CN"],
        kind=_kind(row),
        number=str(row["number"]),
        holders=names,
        shares=str(row["shares"]),
        obligor=str(row["obligor"]),
        location=str(row["title"]),
        unit_no=str(row["unit_no"]),
        use=USES[str(row["use"])]["zh-CN"],
        area_m2=str(row["area_m2"]),
        remarks=str(row["remarks"]),
        issued_on=date.fromisoformat(str(row["issued_on"])),
        qr=qr_of(office, row),
    )


def qr_of(office: Office, row: Row) -> str:
    """The text of a certificate's signed QR."""
    names = [office.city.resident(key).name for key in holders_of(row)]
    return qr_seal.certificate_qr(
        office,
        bytes.fromhex(str(row["cti"])),
        _kind(row),
        str(row["number"]),
        "、".join(qr_seal.masked_name(name) for name in names),
        str(row["title"]),
        str(row["unit_no"]),
        str(row["issued_on"]),
        str(row["area_m2"]),
    )
