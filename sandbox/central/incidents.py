"""What a terminal reports about money, perhaps days later: what its pad said, and incidents.

Neither moves an order: the centre believes its acquirers only. Where the pad says otherwise, an
alarm row is written.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from sandbox.central.attempts import Reference
from sandbox.central.caller import KeyHere, OfficeHere, TerminalHere
from sandbox.central.ledger import Row
from sandbox.central.moments import Rfc3339
from sandbox.central.office import Office
from sandbox.central.orders_alarms import alarm
from sandbox.central.orders_book import own_order
from sandbox.central.orders_settlement import attempt_row, settle
from sandbox.central.problems import Problem
from sandbox.central.queued import kept_once
from sandbox.central.strict import Short, Strict

router = APIRouter()
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Incident(Strict):
    """Something that staff must look at; it holds no person."""

    code: Word
    subject: Short
    """An order, an attempt, a device."""
    detail: Annotated[str, Field(max_length=512)]
    at: Rfc3339


class PadResult(Strict):
    """What the payment pad said of one attempt."""

    order_id: Short
    attempt: Reference
    outcome: Literal["paid", "not_paid", "voided"]
    trans_no: Annotated[str, Field(max_length=64)]
    channel_ref: Annotated[str, Field(max_length=64)]
    method: Annotated[str, Field(max_length=64)]
    paid_fen: Annotated[int, Field(ge=0)]
    at: Rfc3339


@router.post("/v1/incidents", status_code=201)
def report_incident(
    incident: Incident, office: OfficeHere, terminal: TerminalHere, key: KeyHere
) -> dict[str, object]:
    """Keep an incident."""
    return kept_once(office, terminal, key, "incidents", incident.model_dump(mode="json"))


@router.post("/v1/pad-results", status_code=201)
def report_pad_result(
    result: PadResult, office: OfficeHere, terminal: TerminalHere, key: KeyHere
) -> dict[str, object]:
    """Keep what the pad said, and compare it with what its acquirer says."""
    own_order(office, terminal, result.order_id)
    attempt = attempt_row(office, result.attempt)
    if attempt is not None and attempt["order_id"] != result.order_id:
        raise Problem("attempt_unknown")
    receipt = kept_once(office, terminal, key, "pad_results", result.model_dump(mode="json"))
    with office.ledger.transaction():
        known = attempt_row(office, result.attempt)
        _compare(office, result, settle(office, known) if known else None)
    return receipt


def _compare(office: Office, result: PadResult, attempt: Row | None) -> None:
    """An alarm for each way in which the pad and its acquirer disagree."""
    record = office.acquiring.card.query(result.attempt)
    took = record is not None and record.state in {"paid", "voided", "refunded"}
    if attempt is None and (took or result.outcome == "paid"):
        alarm(office, "paid_without_attempt", result.attempt, f"the pad says {result.outcome}")
    if result.outcome == "paid" and not took:
        alarm(office, "paid_at_pad_only", result.attempt, f"{result.paid_fen} fen by the pad")
    if result.outcome == "not_paid" and record is not None and record.state == "paid":
        alarm(office, "paid_at_acquirer_only", result.attempt, f"{record.amount_fen} fen")
    if result.outcome == "paid" and record is not None and took:
        _compare_amounts(office, result, record.amount_fen)


def _compare_amounts(office: Office, result: PadResult, amount_fen: int) -> None:
    if result.paid_fen != amount_fen:
        detail = f"{result.paid_fen} fen by the pad, {amount_fen} fen at the acquirer"
        alarm(office, "amount_differs", result.attempt, detail)
