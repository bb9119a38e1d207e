"""Whole visits through both processes and the twins; afterwards, what centre and paper say."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sandbox.people_seed import invent_city
from sandbox.visit import Setting, all_held, run_visit, table
from sandbox.visits import words
from sandbox.visits.panel_client import Row
from sandbox.visits.parts import AT_HOME, press
from sandbox.visits.scripts import VISITS
from sandbox.visits.step import Step, Visit
from sandbox.visits.visitor import Visitor

pytestmark = [pytest.mark.city, pytest.mark.e2e]
ZHANG = invent_city().resident("zhang")
SECRETS = (ZHANG.name, ZHANG.number, ZHANG.number[6:14], ZHANG.phone, ZHANG.address)


class Aftermath:
    """What has been written and printed since the visit began."""

    def __init__(self, where: Setting, name: str) -> None:
        self.where = where
        self.visitor = Visitor(where.presser, where.panel, where.kiosk)
        visit = VISITS[name]()
        results = run_visit(visit, where)
        assert all_held(visit, results), "\n" + table(results)

    def rows(self, table: str) -> list[Row]:
        return self.visitor.new_rows(table)

    @property
    def papers(self) -> dict[str, int]:
        return self.visitor.new_papers()

    def ended(self) -> str:
        """How the one visit ended, by the statistics."""
        (row,) = self.rows("statistics")
        return str(row["ended"])


def test_a_citizen_gets_a_sealed_certificate(where: Setting, logs: Path) -> None:
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
    assert str(enquiry["number"]) in _text_of(_newest(where.city.certificates, "*.pdf"))
    slip = _newest(where.city.slips, "slip-*.txt").read_text(encoding="utf-8")
    assert str(enquiry["number"]) in slip.replace(" ", "")
    after.visitor.reads_nothing_of(*SECRETS, str(enquiry["number"]))
    _nothing_of_the_person_stays(where, logs, str(enquiry["number"]))


def _nothing_of_the_person_stays(where: Setting, logs: Path, number: str) -> None:
    """Neither in the logs nor in the kiosk's own files. The log is there and holds the print."""
    log = (logs / "kiosk.log").read_text(encoding="utf-8", errors="replace")
    assert "kiosk.settlement INFO print" in log
    for secret in (*SECRETS, number):
        assert secret not in log
    kept = [path for path in where.kiosk.state_dir.rglob("*") if path.is_file()]
    assert any(path.name == "kiosk.db" for path in kept)
    for path in kept:
        content = path.read_bytes()
        for secret in SECRETS:
            assert secret.encode() not in content, path.name


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


def _newest(directory: Path, pattern: str) -> Path:
    return max(directory.glob(pattern), key=lambda path: path.stat().st_mtime_ns)


def _text_of(document: Path) -> str:
    told = subprocess.run(
        ["pdftotext", str(document), "-"], check=True, capture_output=True, text=True
    )
    return told.stdout
