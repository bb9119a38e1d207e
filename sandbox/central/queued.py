"""Writes that a terminal queues: ratings, statistics, print outcomes.

They come with the client certificate only, perhaps days later, and hold no person. Each is kept
once per idempotency key, even if the centre dies between keeping it and remembering its answer.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from sandbox.central.caller import KeyHere, OfficeHere, Terminal, TerminalHere
from sandbox.central.ledger import Value
from sandbox.central.moments import Rfc3339
from sandbox.central.office import Office
from sandbox.central.problems import Problem
from sandbox.central.strict import Short, Strict

router = APIRouter()


class Evaluation(Strict):
    """好差评: one grade for one visit, 5 非常满意 to 1 非常不满意."""

    visit: Short
    service: Short
    grade: Annotated[int, Field(ge=1, le=5)]
    at: Rfc3339


class StepTime(Strict):
    """How long a step took and how it ended."""

    kind: Short
    seconds: Annotated[int, Field(ge=0)]
    outcome: Short


class Statistics(Strict):
    """One visit in figures, without its person."""

    visit: Short
    service: Short
    steps: Annotated[list[StepTime], Field(max_length=256)]
    ended: Short
    at: Rfc3339


class PrintOutcome(Strict):
    """What became of one print job."""

    enquiry_id: Short | None
    number: Short
    job_name: Annotated[str, Field(min_length=1, max_length=128)]
    outcome: Literal["printed", "not_printed", "unknown"]
    sheets: Annotated[int, Field(ge=0)] | None
    at: Rfc3339


@router.post("/v1/evaluations", status_code=201)
def evaluate(
    evaluation: Evaluation, office: OfficeHere, terminal: TerminalHere, key: KeyHere
) -> dict[str, object]:
    """Keep a rating."""
    return kept_once(office, terminal, key, "evaluations", evaluation.model_dump(mode="json"))


@router.post("/v1/statistics", status_code=201)
def count(
    statistics: Statistics, office: OfficeHere, terminal: TerminalHere, key: KeyHere
) -> dict[str, object]:
    """Keep a visit's figures."""
    row = statistics.model_dump(mode="json")
    row["steps"] = json.dumps(row["steps"], ensure_ascii=False)
    return kept_once(office, terminal, key, "statistics", row)


@router.post("/v1/print-outcomes", status_code=201)
def report_print(
    outcome: PrintOutcome, office: OfficeHere, terminal: TerminalHere, key: KeyHere
) -> dict[str, object]:
    """Keep what became of a print."""
    if outcome.enquiry_id is not None:
        _require_own_enquiry(office, terminal, outcome.enquiry_id)
    return kept_once(office, terminal, key, "print_outcomes", outcome.model_dump(mode="json"))


def _require_own_enquiry(office: Office, terminal: Terminal, enquiry_id: str) -> None:
    row = office.ledger.one(
        "SELECT 1 FROM enquiries WHERE enquiry_id = ? AND terminal_id = ?",
        enquiry_id,
        terminal.terminal_id,
    )
    if row is None:
        raise Problem("enquiry_unknown")


def kept_once(
    office: Office, terminal: Terminal, key: str, table: str, fields: Mapping[str, Value]
) -> dict[str, object]:
    """The receipt: of this record, or of the earlier one with the same key. Opens a transaction."""
    with office.ledger.transaction():
        earlier = office.ledger.one(
            f"SELECT receipt FROM {table} WHERE terminal_id = ? AND key = ?",  # noqa: S608 - our names
            terminal.terminal_id,
            key,
        )
        receipt = str(earlier["receipt"]) if earlier else secrets.token_hex(8).upper()
        if earlier is None:
            own = {"receipt": receipt, "key": key, "terminal_id": terminal.terminal_id}
            office.ledger.insert(table, {**own, **fields})
    return {"receipt": receipt, "key": key}
