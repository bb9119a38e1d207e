"""Alarm rows that the centre writes by itself, beside the incidents that terminals report."""

from __future__ import annotations

import secrets

from sandbox.central.moments import written
from sandbox.central.office import Office

CENTRE = "centre"
"""Stands where a reported incident has its terminal."""


def alarm(office: Office, code: str, subject: str, detail: str) -> None:
    """Keep an alarm; one per code and subject, however often it is noticed.

    ``subject`` is an order or an attempt, never a person. Inside or outside a transaction.
    """
    known = office.ledger.one(
        "SELECT 1 FROM incidents WHERE terminal_id = ? AND code = ? AND subject = ?",
        CENTRE,
        code,
        subject,
    )
    if known is None:
        number = secrets.token_hex(16)
        office.ledger.insert(
            "incidents",
            {
                "receipt": number[:16].upper(),
                "key": number,
                "terminal_id": CENTRE,
                "code": code,
                "subject": subject,
                "detail": detail,
                "at": written(office.clock()),
            },
        )
