"""A certificate check by anybody, and what a person sees of their own cases and certificates."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from devices.api import Link, Status
from kiosk.journey import effects
from kiosk.journey.case_facts import CheckVerdict
from kiosk.journey.events import (
    Answer,
    CaseKnown,
    CasesListed,
    CertificatesListed,
    Checked,
    CodeSeen,
    Failed,
    Why,
)
from tests.flows import samples_filing as filing
from tests.flows.fakes import Story
from tests.flows.filing_visitor import Applicant
from tests.flows.samples import failed, good_card

CHECK, PROGRESS, CERTIFICATES = "certificate_check", "case_progress", "e_certificates"


def checker(verdict: CheckVerdict | None = None, why: str = "") -> Applicant:
    """Somebody at the choice of ways; no card is asked for."""
    told = [Checked(filing.check(verdict, why))] if verdict is not None else []
    visitor = Applicant(Story(checked=[*told]), CHECK)
    visitor.sees("home.heading").presses(f"tile:{CHECK}").presses("next").sees("check.heading")
    assert not visitor.desk.of(effects.ReadCard)
    return visitor


def scans(visitor: Applicant, text: str = "BDC1:SAMPLE") -> Applicant:
    visitor.presses("way:scan").sees("scan.heading")
    visitor.device_says(effects.ScanCode, CodeSeen(text))
    return visitor


def types_it(visitor: Applicant, holder: str = "") -> Applicant:
    visitor.presses("way:type").sees("check.form.0").types("kind", "ownership")
    visitor.types("year", "2026").types("number", "1").presses("next").sees("check.form.1")
    visitor.types("document", "resident").types("holder", holder or good_card().number)
    return visitor


@pytest.mark.parametrize("verdict", list(CheckVerdict))
def test_every_verdict_has_its_words(verdict: CheckVerdict) -> None:
    """Current, cancelled (revoked), replaced, no match, signature only, forged, not ours."""
    why = "line" if verdict is CheckVerdict.UNCHECKABLE else ""
    visitor = scans(checker(verdict, why)).sees("verdict.heading")
    visitor.reads(f"verdict.{verdict}.{why}" if why else f"verdict.{verdict}")
    visitor.presses("next").sees("rating.heading")


@pytest.mark.parametrize("why", ["line", "busy", "keys_expired", "keys_missing"])
def test_what_cannot_be_checked_now_is_not_called_false(why: str) -> None:
    visitor = scans(checker(CheckVerdict.UNCHECKABLE, why)).reads(f"verdict.uncheckable.{why}")
    visitor.reads("verdict.proves_not.unchecked").does_not_read("verdict.forged")
    visitor.presses("again").sees("check.heading")


def test_a_signature_alone_says_what_it_proves_and_what_not() -> None:
    visitor = scans(checker(CheckVerdict.SIGNATURE_ONLY))
    visitor.reads("verdict.proves.issued").reads("verdict.proves.unaltered")
    visitor.reads("verdict.proves_not.today").reads("verdict.proves_not.since")


def test_by_number_and_holder() -> None:
    visitor = types_it(checker(CheckVerdict.CURRENT)).presses("next").reads("verdict.current")
    (asked,) = visitor.desk.of(effects.CheckNumber)
    assert asked.number == "云(2026)云汀市不动产权第0000001号"
    assert (asked.document_kind, asked.document_number) == ("resident", good_card().number)


def test_a_number_that_cannot_be_is_said_at_the_field_and_not_sent() -> None:
    visitor = types_it(checker(CheckVerdict.CURRENT), "990101195503120010").presses("next")
    visitor.sees("check.form.1").reads("check.wrong.holder")
    assert not visitor.desk.of(effects.CheckNumber)
    visitor.presses("type_back").sees("check.form.0").reads('"value":"2026"')


def test_another_certificate_may_follow_and_nothing_of_the_first_is_left() -> None:
    visitor = scans(checker(CheckVerdict.CURRENT)).reads("章**").presses("another")
    visitor.sees("check.heading").does_not_read("章**")


def test_without_a_camera_the_number_remains() -> None:
    visitor = checker(CheckVerdict.CURRENT).device(Status("camera", Link.DOWN))
    visitor.cannot_press("way:scan").reads("check.no_camera")
    types_it(visitor).presses("next").reads("verdict.current")


def test_a_scan_can_be_given_up() -> None:
    visitor = checker().presses("way:scan").sees("scan.heading").presses("choose")
    visitor.sees("check.heading")
    scanned = visitor.desk.of(effects.ScanCode)[0].job_id
    assert scanned in {cancel.job_id for cancel in visitor.desk.of(effects.Cancel)}


@pytest.mark.parametrize("why", [Why.DEVICE, Why.CANCELLED, Why.BROKEN])
def test_a_scan_that_fails_leads_to_another_way(why: Why) -> None:
    visitor = checker().presses("way:scan").device_says(effects.ScanCode, failed(why))
    visitor.presses("choose").sees("check.heading")


def test_a_checker_has_no_card_to_take() -> None:
    visitor = scans(checker(CheckVerdict.CURRENT)).presses("next").presses("skip")
    visitor.sees("farewell.heading").does_not_read('"take":["card"')


def in_person(service: str, **told: Sequence[Answer]) -> Applicant:
    story = Story()
    for name, answers in told.items():
        setattr(story, name, list(answers))
    return Applicant(story, service).comes_in()


def test_progress_in_five_stages() -> None:
    visitor = in_person(PROGRESS).sees("cases.heading").presses("case:case-1")
    visitor.sees("stages.heading.running")
    assert visitor.page.model_dump_json().count('"state_text"') == 5
    visitor.presses("next").sees("rating.heading")


def test_a_booked_case_shows_its_e_certificate() -> None:
    booked = filing.summary(booked=True)
    visitor = in_person(PROGRESS, cases=[CasesListed((booked,))], case=[CaseKnown(booked)])
    visitor.presses("case:case-1").sees("stages.heading.booked").presses("next")
    visitor.sees("preview.heading.certificate")
    (fetched,) = visitor.desk.of(effects.FetchDocument)
    assert (fetched.subject, fetched.source_id) == ("certificate", "certificate-1")
    visitor.presses("next").sees("rating.heading")


@pytest.mark.parametrize(
    "state", ["running", "awaiting_payment", "to_be_completed", "not_accepted", "withdrawn"]
)
def test_every_state_of_a_case_has_its_words(state: str) -> None:
    case = filing.summary(state)
    visitor = in_person(PROGRESS, cases=[CasesListed((case,))], case=[CaseKnown(case)])
    visitor.reads(f"cases.state.{state}").presses("case:case-1").sees(f"stages.heading.{state}")


def test_no_case_is_an_answer_too() -> None:
    in_person(PROGRESS, cases=[CasesListed(())]).sees("cases.heading").reads("cases.none")


def test_back_from_a_case_leads_to_the_list_and_forgets_it() -> None:
    visitor = in_person(PROGRESS).presses("case:case-1").presses("back").sees("cases.heading")
    assert len(visitor.desk.of(effects.ListCases)) == 1


def test_e_certificates_are_counted_listed_and_shown() -> None:
    visitor = in_person(CERTIFICATES).sees("certificates.heading").reads("certificates.count")
    visitor.presses("certificate:certificate-1").sees("preview.heading.certificate")
    visitor.presses("back").sees("certificates.heading").presses("certificate:certificate-1")
    assert len(visitor.desk.of(effects.FetchDocument)) == 2, "another look is another document"


def test_a_cancelled_certificate_is_marked() -> None:
    told = [CertificatesListed((filing.certificate("cancelled"),))]
    in_person(CERTIFICATES, certificates=told).reads("certificates.state.cancelled")


@pytest.mark.parametrize("service", [PROGRESS, CERTIFICATES])
def test_a_list_that_did_not_come_can_be_asked_for_again(service: str) -> None:
    down = [Failed(Why.UNREACHABLE)]
    visitor = in_person(service, cases=[*down], certificates=[*down])
    visitor.sees("trouble.centre_unreachable.heading").presses("retry")
    visitor.does_not_read("trouble.")


def test_a_social_security_card_is_never_compared_with_a_face() -> None:
    visitor = Applicant(Story(), PROGRESS).sees("home.heading").presses(f"tile:{PROGRESS}")
    visitor.presses("next").reads("card.sentence.or_social")
    visitor.puts_card(good_card(kind="social_security", portrait=False)).presses("next")
    visitor.sees("consent.heading").reads("consent.why_not.card_without_photo")
    visitor.cannot_press("way:face").presses("way:sms").sees("code.heading")
    visitor.types("code", "123456").presses("next").sees("cases.heading")
    assert not visitor.desk.of(effects.CheckFace)
