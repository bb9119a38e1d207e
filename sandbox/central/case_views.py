"""What a person sees of their cases and may do with one: list, stages, notice, withdrawal."""

from __future__ import annotations

from fastapi import APIRouter, Response

from sandbox.central import certificates_register, orders, sealed_papers
from sandbox.central.caller import OfficeHere, Session, SessionHere
from sandbox.central.cases import case_row, cases_of, parties, stage_of, stages, state_of
from sandbox.central.catalogue_filing import NAMES
from sandbox.central.ledger import Row
from sandbox.central.moments import written
from sandbox.central.office import Office
from sandbox.central.problems import Problem
from sandbox.central.sessions import Nothing

router = APIRouter()


@router.get("/v1/cases")
def case_list(office: OfficeHere, session: SessionHere) -> dict[str, object]:
    """The person's cases, the newest first."""
    return {"cases": [_told(office, row, session) for row in cases_of(office, session.resident)]}


@router.get("/v1/cases/{case_id}")
def case(case_id: str, office: OfficeHere, session: SessionHere) -> dict[str, object]:
    """One case with its five stages."""
    row = _own(office, session, case_id)
    return {**_told(office, row, session), "stages": stages(row)}


@router.get("/v1/cases/{case_id}/notice")
def notice(case_id: str, office: OfficeHere, session: SessionHere) -> Response:
    """The written answer to the application, sealed on its first delivery."""
    row = _own(office, session, case_id)
    sealed = sealed_papers.delivery(
        office,
        row["notice_sealed"],
        page=lambda: _page(row),
        keep=lambda made: office.ledger.execute(
            "UPDATE cases SET notice_sealed = ? WHERE case_id = ?", made, case_id
        ),
    )
    return sealed_papers.answer(sealed, int(row["notice_pages"] or 0))


@router.post("/v1/cases/{case_id}/withdrawal")
def withdraw(
    case_id: str,
    nothing: Nothing,  # noqa: ARG001 - the body must be an empty object
    office: OfficeHere,
    session: SessionHere,
) -> dict[str, object]:
    """Take the application back, which is open until the booking (Interim Regulations Art. 15)."""
    with office.ledger.transaction():
        row = _own(office, session, case_id)
        state = state_of(row)
        if state == "booked":
            raise Problem("case_booked")
        if state not in {"running", "awaiting_payment"}:
            raise Problem("case_closed")
        refund = False
        if row["order_id"] is not None:
            refund = orders.close_order(office, str(row["order_id"])) == "refunding"
        office.ledger.execute(
            "UPDATE cases SET withdrawn_at = ? WHERE case_id = ?",
            written(office.clock()),
            case_id,
        )
    return {"withdrawn": True, "refund": refund}


def _own(office: Office, session: Session, case_id: str) -> Row:
    """The case, if the session's person is one of its parties."""
    row = case_row(office, case_id)
    if row is None or session.resident not in parties(office, case_id):
        raise Problem("case_unknown")
    return row


def _page(row: Row) -> bytes:
    page = row["notice"]
    if not isinstance(page, bytes):
        raise TypeError("the ledger holds no page for this notice")
    return page


def _told(office: Office, row: Row, session: Session) -> dict[str, object]:
    own = ("case_id", "case_no", "service", "title", "filed_at")
    return {
        **{name: row[name] for name in own},
        "names": NAMES[str(row["service"])],
        "state": state_of(row),
        "stage": stage_of(row),
        "order": _order(office, row),
        "certificate_id": certificates_register.certificate_of(
            office, str(row["case_id"]), session.resident
        ),
    }


def _order(office: Office, row: Row) -> dict[str, object] | None:
    order = office.ledger.one(
        "SELECT order_id, total_fen, state FROM orders WHERE order_id = ?", row["order_id"]
    )
    return dict(order) if order else None
