"""Whole visits through both processes and the twins; afterwards, what centre and paper say."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sandbox.people_seed import invent_city
from sandbox.visit import Setting, all_held, run_visit
from sandbox.visits import words
from sandbox.visits.parts import AT_HOME, press
from sandbox.visits.step import Step, Visit
from tests.e2e.aftermath import Aftermath, newest
from tests.e2e.leftovers import hits, needles, places, token_hits

pytestmark = [pytest.mark.city, pytest.mark.e2e]
ZHANG = invent_city().resident("zhang")
SECRETS = (ZHANG.name, ZHANG.number, ZHANG.number[6:14], ZHANG.phone, ZHANG.address)


def test_a_citizen_gets_a_sealed_certificate(where: Setting, logs: Path, tmp_path: Path) -> None:
    after = Aftermath(where, "certificate")
    (session,) = after.rows("sessions")
    assert (session["resident"], session["check_kind"]) == ("zhang", "face")
    assert session["closed_at"]
    (enquiry,) = after.rows("enquiries")
    (outcome,) = after.rows("print_outcomes")
    assert (outcome["outcome"], outcome["sheets"]) == ("printed", enquiry["pages"])
    (evaluation,) = after.rows("evaluations")
    assert evaluation["grade"] == 5
    assert after.ended() == "complete"
    assert str(enquiry["number"]) in _text_of(newest(where.city.certificates, "*.pdf"))
    slip = after.slip()
    assert str(enquiry["number"]) in slip.replace(" ", "")
    after.visitor.reads_nothing_of(*SECRETS, str(enquiry["number"]))
    found = places(where, logs, tmp_path)
    assert b"kiosk.settlement.prints INFO print" in found["kiosk.log"]
    assert hits(needles("zhang"), found) == []
    assert hits({"number": str(enquiry["number"]).encode()}, {"log": found["kiosk.log"]}) == []
    assert token_hits(found) == []


def test_a_certificate_of_several_sheets_is_leafed_through_and_printed_whole(
    where: Setting,
) -> None:
    after = Aftermath(where, "many_pages")
    (enquiry,) = after.rows("enquiries")
    (outcome,) = after.rows("print_outcomes")
    pages = enquiry["pages"]
    assert isinstance(pages, int)
    assert pages > 1
    assert (outcome["outcome"], outcome["sheets"]) == ("printed", pages)


def test_a_code_by_text_message_opens_the_same_door(where: Setting) -> None:
    after = Aftermath(where, "sms")
    (session,) = after.rows("sessions")
    assert (session["resident"], session["check_kind"]) == ("zhang", "sms")
    assert session["closed_at"]
    assert after.ended() == "left"


@pytest.mark.parametrize("name", ["impostor", "no_liveness"])
def test_who_is_not_recognised_opens_nothing(where: Setting, name: str) -> None:
    after = Aftermath(where, name)
    assert after.rows("sessions") == []
    assert after.rows("enquiries") == []
    assert after.ended() == "left"


def test_a_captive_portal_is_not_the_centre(where: Setting) -> None:
    after = Aftermath(where, "captive_portal")
    assert len(after.rows("enquiries")) == 1
    assert len(after.rows("sessions")) == 1
    assert after.ended() == "left"


@pytest.mark.parametrize("kind", ["byte", "append", "other_ca"])
def test_a_tampered_document_is_never_printed(where: Setting, kind: str) -> None:
    after = Aftermath(where, f"tampered_{kind}")
    assert after.rows("print_outcomes") == []
    assert after.papers == {"certificates": 0, "slips": 0}
    assert where.kiosk.status()["open_intents"] == 0


def test_an_unknown_print_is_told_as_unknown_and_not_repeated(where: Setting) -> None:
    after = Aftermath(where, "unknown_print")
    (outcome,) = after.rows("print_outcomes")
    assert outcome["outcome"] == "unknown"
    assert after.papers == {"certificates": 1, "slips": 1}
    assert after.ended() == "complete"


def test_the_screen_is_killed_and_the_visit_goes_on(where: Setting) -> None:
    after = Aftermath(where, "screen_killed")
    assert len(after.rows("sessions")) == 1
    assert len(after.rows("enquiries")) == 1
    assert after.ended() == "left"


def test_the_core_is_killed_in_mid_print_and_the_visit_ends_safely(where: Setting) -> None:
    after = Aftermath(where, "core_killed")
    after.visitor.reads_nothing_of(*SECRETS)
    (outcome,) = after.rows("print_outcomes")
    (enquiry,) = after.rows("enquiries")
    assert (outcome["outcome"], outcome["number"]) == ("printed", enquiry["number"])
    assert after.papers == {"certificates": 1, "slips": 0}
    assert after.rows("statistics") == []
    status = where.kiosk.status()
    assert (status["open_intents"], status["outbox_pending"]) == (0, 0)
    assert status["in_visit"] is False


def test_a_step_that_does_not_hold_is_told_with_what_was_there_instead(where: Setting) -> None:
    wrong = Step("card", "开始办理", press(words.SERVICE), words.CARD, timeout_s=1.0)
    visit = Visit("wrong", "不会成功", (AT_HOME, wrong, AT_HOME))
    results = run_visit(visit, where)
    assert [result.held for result in results] == [True, False]
    assert not all_held(visit, results)
    assert words.GUIDE in results[-1].problem


def _text_of(document: Path) -> str:
    told = subprocess.run(
        ["pdftotext", str(document), "-"], check=True, capture_output=True, text=True
    )
    return told.stdout
