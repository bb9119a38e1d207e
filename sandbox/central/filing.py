"""Applications: taken in, reviewed at once, answered in writing; one case each, never two."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from fastapi import APIRouter

from sandbox.central import cases, decisions, fees, notice_page, orders, pdf_seal, preparations
from sandbox.central.caller import KeyHere, OfficeHere, Session, SessionHere, Terminal, TerminalHere
from sandbox.central.catalogue_filing import NAMES
from sandbox.central.catalogue_words import Text, text
from sandbox.central.decisions import Decision
from sandbox.central.enquiries import CODE_ALPHABET
from sandbox.central.filing_checks import require_in_order
from sandbox.central.filing_form import Application, FiledApplication, read, signed_bytes
from sandbox.central.ledger import Row
from sandbox.central.moments import city_day, written
from sandbox.central.notice_page import SHORT, TITLES, NoticeFacts
from sandbox.central.office import Office
from sandbox.central.problems import Problem
from sandbox.people import Contract

CASE_SITE: Final = "https://cx.yunting.example/c/"
"""``.example`` belongs to nobody: a phone that scans the code goes nowhere."""
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Filed:
    """An application that is in order, on its way to a case."""

    terminal_id: str
    key: str
    content: bytes
    application: FiledApplication
    contract: Contract
    decision: Decision
    now: datetime


@router.post("/v1/applications", status_code=201)
def file(
    sent: Application,
    office: OfficeHere,
    session: SessionHere,
    terminal: TerminalHere,
    key: KeyHere,
) -> dict[str, object]:
    """Review the application and answer: a case with its notice, or all that is wrong with it."""
    content = signed_bytes(sent, terminal.evidence_key_pem)
    application = read(content)
    with office.ledger.transaction():
        earlier = _earlier(office, terminal, session, key, content)
        if earlier is not None:
            return earlier
        contract = _contract(office, session, application)
        require_in_order(office, terminal, application, contract)
        decision = decisions.decide(office, contract)
        return _keep(
            office,
            Filed(
                terminal.terminal_id,
                key.lower(),
                content,
                application,
                contract,
                decision,
                office.clock(),
            ),
        )


def _earlier(
    office: Office, terminal: Terminal, session: Session, key: str, content: bytes
) -> dict[str, object] | None:
    """What was answered to this key, or to these very bytes, if the person was a party then.

    The front's memory of answers goes first; this one holds if the centre died in between.
    """
    digest = hashlib.sha256(content).hexdigest()
    row = office.ledger.one(
        "SELECT case_id, application_sha256, answer FROM cases "
        "WHERE (terminal_id = ? AND key = ?) OR application_sha256 = ?",
        terminal.terminal_id,
        key.lower(),
        digest,
    )
    if row is None:
        return None
    if row["application_sha256"] != digest:
        raise Problem("idempotency_mismatch")
    if session.resident not in cases.parties(office, str(row["case_id"])):
        raise Problem("case_unknown")
    return cast("dict[str, object]", json.loads(str(row["answer"])))


def _contract(office: Office, session: Session, application: FiledApplication) -> Contract:
    """What the application is about: something that was shown to one of the parties."""
    if application.service not in NAMES:
        raise Problem("service_unknown")
    contract = preparations.shown(
        office, application.preparation_id, application.service, application.item
    )
    if session.resident not in contract.buyers:
        raise Problem("preparation_unknown", "the session's person is no party of it")
    return contract


def _keep(office: Office, filed: Filed) -> dict[str, object]:
    """The case with its notice, its order and, where nothing is in the way, its booking."""
    contract, outcome = filed.contract, filed.decision.outcome
    case_id, case_no = secrets.token_hex(16), _next_case_no(office, filed)
    code = _code()
    separate = filed.application.form.get("separate_certificates") is True
    lines = fees.fees(contract, separate_certificates=separate)
    due_fen = fees.total_fen(lines) if outcome == "accepted" else 0
    notice = _notice(office, filed, case_no, code, due_fen)
    page = notice_page.render(notice)
    order_id = None
    if due_fen:
        region = next(r for r in office.city.regions if r.code == contract.region)
        ordered = [line.ordered(region) for line in lines if line.total_fen]
        order_id = orders.open_order(
            office, case_id, case_no, contract.region, ordered, filed.terminal_id
        )
    row = {
        **_about(filed, case_id, case_no, code),
        "notice_number": notice.number,
        "notice_title": TITLES[outcome]["zh-CN"],
        "notice_pages": pdf_seal.page_count(page),
        "notice": page,
        "order_id": order_id,
    }
    answer = _answer(office, filed, row, due_fen)
    office.ledger.insert("cases", {**row, "answer": json.dumps(answer, ensure_ascii=False)})
    for party, resident in zip(preparations.party_names(contract), contract.buyers, strict=True):
        office.ledger.insert(
            "case_parties", {"case_id": case_id, "resident": resident, "party": party}
        )
    cases.book_if_ready(office, case_id)
    return answer


def _about(filed: Filed, case_id: str, case_no: str, code: str) -> Row:
    """The case's own columns; those of its notice and order come beside them."""
    contract, decision, now = filed.contract, filed.decision, written(filed.now)
    return {
        "case_id": case_id,
        "case_no": case_no,
        "terminal_id": filed.terminal_id,
        "key": filed.key,
        "application_sha256": hashlib.sha256(filed.content).hexdigest(),
        "service": contract.service,
        "contract": contract.key,
        "region": contract.region,
        "unit_no": contract.unit_no,
        "title": contract.location,
        "filed_at": now,
        "decided_at": now,
        "outcome": decision.outcome,
        "verification_code": code,
        "application": filed.content,
        "form": json.dumps(filed.application.form, ensure_ascii=False),
        "missing": json.dumps([o.code for o in decision.missing]),
        "reasons": json.dumps([o.code for o in decision.reasons]),
    }


def _answer(office: Office, filed: Filed, row: Row, due_fen: int) -> dict[str, object]:
    decision = filed.decision
    order = {"order_id": row["order_id"], "total_fen": due_fen} if row["order_id"] else None
    return {
        **{k: row[k] for k in ("case_id", "case_no", "service", "title", "outcome")},
        "names": NAMES[filed.contract.service],
        "office": _handling_office(office, filed.contract),
        "decided_at": row["decided_at"],
        "missing": [obstacle.told() for obstacle in decision.missing],
        "reasons": [obstacle.told() for obstacle in decision.reasons],
        "notice": {
            "number": row["notice_number"],
            "title": TITLES[decision.outcome],
            "pages": row["notice_pages"],
        },
        "case_url": CASE_SITE + str(row["verification_code"]).replace("-", ""),
        "verification_code": row["verification_code"],
        "order": order,
    }


def _notice(office: Office, filed: Filed, case_no: str, code: str, due_fen: int) -> NoticeFacts:
    contract, decision = filed.contract, filed.decision
    return NoticeFacts(
        office=office.city.registry["zh-CN"],
        number=_next_notice_number(office, filed),
        outcome=decision.outcome,
        case_no=case_no,
        case_url=CASE_SITE + code.replace("-", ""),
        service=NAMES[contract.service]["zh-CN"],
        applicants=[office.city.resident(key).name for key in contract.buyers],
        location=contract.location,
        unit_no=contract.unit_no,
        contract_no=contract.number,
        filed_at=filed.now,
        obstacles=(*decision.reasons, *decision.missing),
        total_fen=due_fen,
    )


def _handling_office(office: Office, contract: Contract) -> Text:
    """Who handles it: accepted anywhere in the city, handled where the home is (受办分离)."""
    registry = office.city.registry
    region = next(r.names for r in office.city.regions if r.code == contract.region)
    return text(f"{registry['zh-CN']}（{region['zh-CN']}）", f"{registry['en']} ({region['en']})")


def _next_case_no(office: Office, filed: Filed) -> str:
    """Region (6 digits), day (YYMMDD) and the day's running number there (4 digits)."""
    stem = f"{filed.contract.region}{city_day(filed.now):%y%m%d}"
    row = office.ledger.one(
        "SELECT MAX(case_no) AS last FROM cases WHERE case_no LIKE ?", f"{stem}%"
    )
    last = str(row["last"])[12:] if row and row["last"] else "0"
    return f"{stem}{int(last) + 1:04d}"


def _next_notice_number(office: Office, filed: Filed) -> str:
    """``云汀登受〔2026〕第000001号``; each of the three kinds of notice counts for itself."""
    stem = f"云汀登{SHORT[filed.decision.outcome]}〔{city_day(filed.now).year}〕第"
    row = office.ledger.one(
        "SELECT COUNT(*) AS n FROM cases WHERE notice_number LIKE ?", f"{stem}%"
    )
    number = int(row["n"] or 0) + 1 if row else 1
    return f"{stem}{number:06d}号"


def _code() -> str:
    """Four groups of four, without characters that look alike: 79 bits."""
    return "-".join("".join(secrets.choice(CODE_ALPHABET) for _ in range(4)) for _ in range(4))
