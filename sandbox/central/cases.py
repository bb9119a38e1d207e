"""A case's life after it was filed: paid, booked, withdrawn; and how that is told.

Booking is automatic: at acceptance where nothing is due, else as soon as the order is paid, unless
the panel holds it. Nothing here knows orders but by their table's rows.
"""

from __future__ import annotations

import json
from typing import Final, Literal, cast

from sandbox.central import certificates_register
from sandbox.central.catalogue_filing import PRESALE
from sandbox.central.catalogue_words import Text, text
from sandbox.central.ledger import Row
from sandbox.central.moments import written
from sandbox.central.office import Office
from sandbox.people import Contract

State = Literal[
    "running", "awaiting_payment", "booked", "withdrawn", "not_accepted", "to_be_completed"
]
STAGES: Final = {
    "application": text("网上申请", "Application"),
    "review": text("自动审核", "Review"),
    "booking": text("自动登簿", "Entry in the register"),
    "payment": text("在线缴费", "Payment"),
    "certificate": text("电子证照", "E-certificate"),
}
"""In the order in which they are shown; payment at acceptance comes before the booking in time."""
REVIEW_NOTES: Final = {
    "to_be_completed": text("需要补交材料，见补正告知书", "Something is missing; see the notice"),
    "not_accepted": text("不予受理，原因见告知书", "Not accepted; the notice says why"),
}
WITHDRAWN: Final = text("申请人已撤回", "Withdrawn by the applicant")
TO_PAY: Final = text("请缴费，缴费后马上登簿", "Please pay; the entry follows at once")
WAITING: Final = text("等待登簿，不用您做什么", "Waiting for the entry; nothing for you to do")


def parties(office: Office, case_id: str) -> set[str]:
    """The keys of the residents whose case it is; empty if there is no such case."""
    rows = office.ledger.all("SELECT resident FROM case_parties WHERE case_id = ?", case_id)
    return {str(row["resident"]) for row in rows}


def paid(office: Office, case_id: str) -> bool:
    """The case's order is paid: book it, unless that is held. Call it inside the transaction.

    False if the case takes no payment any more (withdrawn, or none of ours): give the money back.
    """
    row = case_row(office, case_id)
    if row is None or row["withdrawn_at"] is not None or row["outcome"] != "accepted":
        return False
    office.ledger.execute(
        "UPDATE cases SET paid_at = COALESCE(paid_at, ?) WHERE case_id = ?",
        written(office.clock()),
        case_id,
    )
    book_if_ready(office, case_id)
    return True


def book_if_ready(office: Office, case_id: str) -> None:
    """Enter the case in the register and issue its certificates. Inside a transaction."""
    row = case_row(office, case_id)
    if row is None or office.mischief.holds_booking or state_of(row) != "running":
        return
    office.ledger.execute(
        "UPDATE cases SET booked_at = ? WHERE case_id = ?", written(office.clock()), case_id
    )
    form = cast("dict[str, object]", json.loads(str(row["form"])))
    certificates_register.issue(
        office, contract_of(office, row), case_id, separate=bool(form.get("separate_certificates"))
    )


def book_what_waits(office: Office) -> None:
    """Book every case that only waited for the panel's hand. Inside a transaction."""
    rows = office.ledger.all(
        "SELECT case_id FROM cases WHERE outcome = 'accepted' AND booked_at IS NULL ORDER BY rowid"
    )
    for row in rows:
        book_if_ready(office, str(row["case_id"]))


def case_row(office: Office, case_id: str) -> Row | None:
    """The case as it is kept."""
    return office.ledger.one("SELECT * FROM cases WHERE case_id = ?", case_id)


def cases_of(office: Office, resident: str) -> list[Row]:
    """A resident's cases, the newest first."""
    return office.ledger.all(
        "SELECT c.* FROM cases c JOIN case_parties p USING (case_id) WHERE p.resident = ? "
        "ORDER BY c.rowid DESC",
        resident,
    )


def contract_of(office: Office, row: Row) -> Contract:
    """What the case is about; LookupError if the city no longer has that contract."""
    contract = office.city.contract(str(row["contract"]))
    if contract is None:
        raise LookupError("a case without its contract")
    return contract


def state_of(row: Row) -> State:
    """How far it is, in one word."""
    if row["withdrawn_at"] is not None:
        return "withdrawn"
    if row["outcome"] == "not_accepted":
        return "not_accepted"
    if row["outcome"] == "to_be_completed":
        return "to_be_completed"
    if row["booked_at"] is not None:
        return "booked"
    unpaid = row["order_id"] is not None and row["paid_at"] is None
    return "awaiting_payment" if unpaid else "running"


def stage_of(row: Row) -> int:
    """The stage that the case is in, 0 to 4; where it ended, the stage in which it did."""
    by_state = {"awaiting_payment": 3, "running": 2, "booked": 4}
    return by_state.get(state_of(row), 1)


def stages(row: Row) -> list[dict[str, object]]:
    """All five, each with its state, its time and a note."""
    done_at = {
        "application": row["filed_at"],
        "review": row["decided_at"],
        "booking": row["booked_at"],
        "payment": row["paid_at"],
        "certificate": row["booked_at"],
    }
    return [
        {
            "stage": stage,
            "name": name,
            "state": _stage_state(row, stage, done=done_at[stage] is not None),
            "at": done_at[stage],
            "note": _note(row, stage),
        }
        for stage, name in STAGES.items()
    ]


def _stage_state(row: Row, stage: str, *, done: bool) -> str:
    state = state_of(row)
    if state == "to_be_completed" and stage == "review":
        return "current"
    if done:
        return "done"
    ended = state in {"withdrawn", "not_accepted"}
    if ended or (stage == "payment" and row["service"] == PRESALE):
        return "not_needed"
    current = {"running": "booking", "awaiting_payment": "payment"}.get(state)
    return "current" if stage == current else "todo"


def _note(row: Row, stage: str) -> Text | None:
    state = state_of(row)
    if stage == "review":
        return REVIEW_NOTES.get(str(row["outcome"]))
    notes = {
        ("withdrawn", "booking"): WITHDRAWN,
        ("awaiting_payment", "payment"): TO_PAY,
        ("running", "booking"): WAITING,
    }
    return notes.get((state, stage))
