"""A social-security card as identity document: it has no photo, so a code by SMS and no face."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sandbox.central.sample_terminal import Reply, face

from .conftest import Hall, refused

pytestmark = pytest.mark.city


def _document(hall: Hall, key: str) -> dict[str, object]:
    person = hall.city.resident(key)
    return {"kind": "social_security", "number": person.number, "name": person.name}


def _session(hall: Hall, key: str, check: dict[str, Any]) -> Reply:
    evidence = hall.terminal.evidence(hall.city.resident(key), check)
    evidence["document"] = {**_document(hall, key), "valid_until": None}
    return hall.terminal.write("/v1/sessions", hall.terminal.signed(evidence))


def _by_sms(hall: Hall, key: str) -> Reply:
    sent = hall.terminal.write("/v1/sms-codes", {"document": _document(hall, key)})
    assert sent.status == 201
    found = re.search(r"\d{6}", str(hall.centre.phone_messages(key)[-1]["text"]))
    assert found
    check = {"kind": "sms", "challenge_id": sent.json()["challenge_id"], "code": found[0]}
    return _session(hall, key, check)


def test_a_code_by_sms_opens_a_session(hall: Hall) -> None:
    reply = _by_sms(hall, "li")
    assert reply.status == 201
    assert hall.centre.sessions()[-1]["resident"] == "li"
    cases = hall.terminal.call("GET", "/v1/cases", token=reply.json()["token"])
    assert cases.json() == {"cases": []}


def test_a_face_check_is_refused(hall: Hall) -> None:
    assert refused(_session(hall, "li", face())) == (403, "evidence_invalid")


def test_the_id_cards_last_day_is_not_this_cards(hall: Hall) -> None:
    assert _by_sms(hall, "expired").status == 201


def test_a_foreigners_number_is_on_no_such_card_here(hall: Hall) -> None:
    sent = hall.terminal.write("/v1/sms-codes", {"document": _document(hall, "foreign")})
    assert refused(sent) == (404, "person_unknown")
