"""Checks of certificates: what the code says, what the centre says, and which of them counts."""

from __future__ import annotations

import pytest

from kiosk.central.errors import Busy, CentralError, Disbelief, Refused, Unbelievable, Unreachable
from kiosk.central.models import Problem
from kiosk.journey import effects
from kiosk.journey.case_facts import CheckFacts, CheckVerdict
from kiosk.journey.events import Checked, Failed, Why
from kiosk.vault import Vault
from tests.contract import answers
from tests.unit.kiosk.centre_desk import NUMBER, Desk

BY_CODE = effects.CheckCode("v.1", "v.1", "BDC1:X")
BY_NUMBER = effects.CheckNumber("v.1", "v.1", "云(2026)第1号", "resident", NUMBER)
NO_ANSWER = [
    (Unreachable(), "line"),
    (Unbelievable(Disbelief.TLS), "line"),
    (Busy(3.0), "busy"),
]
NUMBER_ON_PAPER = str(answers.check()["number"])


@pytest.fixture
def desk() -> Desk:
    return Desk()


def code_check(desk: Desk) -> CheckFacts:
    answer = desk.counter.check_code(Vault(), BY_CODE)
    assert isinstance(answer, Checked)
    return answer.check


@pytest.mark.parametrize("verdict", [CheckVerdict.FORGED, CheckVerdict.NOT_OURS])
def test_a_forged_or_foreign_code_is_never_sent(desk: Desk, verdict: CheckVerdict) -> None:
    desk.offline = CheckFacts(verdict)
    assert code_check(desk) == desk.offline
    assert desk.centre.calls == []


def test_the_centre_says_more_than_the_code(desk: Desk) -> None:
    desk.offline = CheckFacts(
        CheckVerdict.SIGNATURE_ONLY,
        number=NUMBER_ON_PAPER,
        issued_on="2026-11-01",
        issuer=answers.BOTH,
    )
    check = code_check(desk)
    assert check == CheckFacts(
        CheckVerdict.CANCELLED,
        kind=answers.BOTH,
        number=NUMBER_ON_PAPER,
        holder_masked="样*",
        title="样例路1号",
        as_of="2026-11-21 11:00",
        changed_on="2026-11-20",
        issued_on="2026-11-01",
        issuer=answers.BOTH,
    )


@pytest.mark.parametrize(("error", "why"), NO_ANSWER)
def test_without_the_centre_a_code_says_what_it_says(
    desk: Desk, error: CentralError, why: str
) -> None:
    for offline, expected in (
        (CheckFacts(CheckVerdict.SIGNATURE_ONLY, number="1"), None),
        (CheckFacts(CheckVerdict.REPLACED, number="1"), None),
        (CheckFacts(CheckVerdict.UNCHECKABLE, why="keys_expired"), None),
        (CheckFacts(CheckVerdict.UNCHECKABLE), CheckFacts(CheckVerdict.UNCHECKABLE, why=why)),
    ):
        desk.offline = offline
        desk.centre.planted["check_code"] = error
        assert code_check(desk) == (expected or offline)


@pytest.mark.parametrize(("error", "why"), NO_ANSWER)
def test_without_the_centre_a_number_says_nothing(
    desk: Desk, error: CentralError, why: str
) -> None:
    desk.centre.planted["check_number"] = error
    answer = desk.counter.check_number(Vault(), BY_NUMBER)
    assert answer == Checked(CheckFacts(CheckVerdict.UNCHECKABLE, why=why))


def test_a_refusal_is_told_as_one(desk: Desk) -> None:
    no = Refused(Problem(status=422, code="request_invalid"))
    for name, check in (
        ("check_code", lambda: desk.counter.check_code(Vault(), BY_CODE)),
        ("check_number", lambda: desk.counter.check_number(Vault(), BY_NUMBER)),
    ):
        desk.centre.planted[name] = no
        assert check() == Failed(Why.REFUSED, "request_invalid")


def test_the_centre_speaks_of_another_certificate_than_the_code(desk: Desk) -> None:
    desk.offline = CheckFacts(CheckVerdict.SIGNATURE_ONLY, number="云(2026)第9号")
    assert code_check(desk) == desk.offline


def test_a_signed_list_is_not_overruled_by_current(desk: Desk) -> None:
    desk.offline = CheckFacts(CheckVerdict.CANCELLED, number=NUMBER_ON_PAPER)
    current = {**answers.check(), "verdict": "current", "changed_on": None}
    desk.centre.told["check_code"] = current
    assert code_check(desk) == desk.offline
    desk.offline = CheckFacts(CheckVerdict.UNCHECKABLE, why="keys_expired")
    assert code_check(desk).verdict is CheckVerdict.CURRENT


def test_no_match_by_number(desk: Desk) -> None:
    desk.centre.told["check_number"] = answers.no_match()
    answer = desk.counter.check_number(Vault(), BY_NUMBER)
    assert answer == Checked(CheckFacts(CheckVerdict.NO_MATCH))
    assert desk.centre.of("check_number") == [f"云(2026)第1号 resident {NUMBER}"]


def test_a_retry_bears_the_same_key(desk: Desk) -> None:
    vault = Vault()
    for _ in range(2):
        desk.counter.check_number(vault, BY_NUMBER)
    assert desk.centre.keys[0] == desk.centre.keys[1]
