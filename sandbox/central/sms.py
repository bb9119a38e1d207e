"""One-time codes by SMS, to the number that the city's register has for the person."""

from __future__ import annotations

import secrets
from typing import Final

from fastapi import APIRouter

from sandbox.central.caller import OfficeHere, Terminal, TerminalHere
from sandbox.central.evidence import Document, SmsCheck
from sandbox.central.ledger import Row
from sandbox.central.moments import moment_of, written
from sandbox.central.office import SMS_ATTEMPTS, SMS_LIFE, SMS_RESEND, Office
from sandbox.central.problems import Problem
from sandbox.central.strict import Strict
from sandbox.people import Resident

MESSAGE: Final = (
    "【云汀市不动产登记】验证码 {code}，用于自助服务终端身份核验，{minutes} 分钟内有效。"
    "如非本人操作，请勿告知他人。"
)
router = APIRouter()


class SmsRequest(Strict):
    """Whose phone is to get a code."""

    document: Document


@router.post("/v1/sms-codes", status_code=201)
def send_code(wanted: SmsRequest, office: OfficeHere, terminal: TerminalHere) -> dict[str, object]:
    """Send a code; an earlier one of the same person at this terminal is void from now on."""
    document = wanted.document
    resident = office.city.holder_of(document.kind, document.number, document.name)
    if resident is None:
        raise Problem("person_unknown")
    challenge_id = _send(office, terminal, resident)
    return {
        "challenge_id": challenge_id,
        "phone_masked": resident.phone_masked,
        "expires_in_s": int(SMS_LIFE.total_seconds()),
        "resend_after_s": int(SMS_RESEND.total_seconds()),
    }


def _send(office: Office, terminal: Terminal, resident: Resident) -> str:
    challenge_id, code = secrets.token_hex(16), f"{secrets.randbelow(10**6):06d}"
    now = office.clock()
    text = MESSAGE.format(code=code, minutes=int(SMS_LIFE.total_seconds() // 60))
    with office.ledger.transaction():
        office.ledger.execute(
            "UPDATE sms_challenges SET used = 1 WHERE terminal_id = ? AND resident = ?",
            terminal.terminal_id,
            resident.key,
        )
        office.ledger.insert(
            "sms_challenges",
            {
                "challenge_id": challenge_id,
                "terminal_id": terminal.terminal_id,
                "resident": resident.key,
                "code": code,
                "sent_at": written(now),
                "expires_at": written(now + SMS_LIFE),
                "attempts_left": SMS_ATTEMPTS,
            },
        )
        office.ledger.insert(
            "phone_messages",
            {
                "resident": resident.key,
                "phone": resident.phone,
                "text": text,
                "at": written(now),
            },
        )
    return challenge_id


def require_right_code(
    office: Office, terminal: Terminal, resident: Resident, check: SmsCheck
) -> None:
    """Use up the challenge; Problem if the code is wrong, spent or over. Wrong ones count."""
    challenge = office.ledger.one(
        "SELECT * FROM sms_challenges WHERE challenge_id = ? AND terminal_id = ? AND resident = ?",
        check.challenge_id,
        terminal.terminal_id,
        resident.key,
    )
    if challenge is None:
        raise Problem("evidence_invalid", "no such SMS challenge of this person and terminal")
    _require_open(office, challenge)
    used = office.ledger.execute(
        "UPDATE sms_challenges SET used = 1 "
        "WHERE challenge_id = ? AND code = ? AND used = 0 AND attempts_left > 0",
        check.challenge_id,
        check.code,
    )
    if not used:
        raise _counted_wrong(office, check.challenge_id)


def _require_open(office: Office, challenge: Row) -> None:
    if challenge["attempts_left"] == 0:
        raise Problem("sms_code_exhausted", attempts_left=0)
    if challenge["used"] or moment_of(str(challenge["expires_at"])) < office.clock():
        raise Problem("sms_code_expired")


def _counted_wrong(office: Office, challenge_id: str) -> Problem:
    with office.ledger.transaction():
        office.ledger.execute(
            "UPDATE sms_challenges SET attempts_left = attempts_left - 1 "
            "WHERE challenge_id = ? AND attempts_left > 0",
            challenge_id,
        )
        row = office.ledger.one(
            "SELECT attempts_left FROM sms_challenges WHERE challenge_id = ?", challenge_id
        )
    left = row["attempts_left"] if row else 0
    return Problem("sms_code_wrong" if left else "sms_code_exhausted", attempts_left=left)
