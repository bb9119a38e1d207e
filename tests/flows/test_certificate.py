"""个人住房情况查询: the visit, and each way it can go wrong, as lists of steps."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from devices.api import Fault, Link, PrintOutcome, Status
from kiosk.journey import effects
from kiosk.journey.events import (
    CardSeen,
    FaceOutcome,
    Failed,
    HousingFound,
    Printed,
    Why,
)
from kiosk.journey.facts import CardFacts, PrintFacts
from tests.flows.fakes import Story
from tests.flows.samples import (
    TODAY,
    failed,
    good_card,
    housing,
)
from tests.flows.visitor import Visitor

EVERY_CALL = ("code_sent", "opened", "found", "fetched")
NOT_PRINTED = Printed(PrintFacts(PrintOutcome.NOT_PRINTED, "paper_out"))
UNKNOWN = Printed(PrintFacts(PrintOutcome.UNKNOWN))


def test_a_citizen_leaves_with_a_sealed_certificate_and_a_slip() -> None:
    visitor = Visitor().sees_the_certificate()
    visitor.reads("preview.seal").presses("next")
    visitor.sees("rating.heading").presses("rate:5")
    visitor.sees("farewell.heading").reads('"take":["card","certificate","slip"]')
    visitor.presses("finish").sees("home.heading")
    kept = [effect.kind for effect in visitor.desk.of(effects.Keep)]
    assert kept == ["evaluation", "statistics"]
    assert visitor.desk.wiped == 1
    assert visitor.occupied == [True, False]


def test_the_code_by_sms_is_an_equal_way() -> None:
    visitor = Visitor().comes_to_consent().presses("way:sms").sees("code.heading")
    visitor.reads("138****0001").cannot_press("next")
    visitor.types("code", "123456").presses("next").sees("enquiry.heading")
    assert not visitor.desk.of(effects.CheckFace)


def test_who_owns_nothing_gets_a_certificate_that_says_so() -> None:
    visitor = Visitor(Story(found=[HousingFound(housing(0))])).is_recognised().asks()
    visitor.sees("result.heading").reads("result.summary.none").presses("next")
    visitor.sees("preview.heading.enquiry")


def test_rating_may_be_skipped_and_keeps_nothing() -> None:
    visitor = Visitor().sees_the_certificate().presses("next")
    visitor.sees("rating.heading").presses("skip").sees("farewell.heading")
    assert not visitor.desk.of(effects.Keep)


@pytest.mark.parametrize(
    ("card", "sentence"),
    [
        (good_card(number="990101195503120010"), "card.wrong.check_digit"),
        (good_card(valid_until=TODAY - timedelta(days=1)), "card.wrong.expired"),
        (good_card(kind="foreign_permanent"), "card.wrong.not_for_this_service"),
    ],
)
def test_a_card_that_cannot_be_used_has_its_own_sentence(card: CardFacts, sentence: str) -> None:
    visitor = Visitor().comes_to_the_card().puts_card(card).sees("card.heading")
    visitor.reads(sentence).does_not_read("990101")
    visitor.puts_card().sees("confirm.heading")


def test_a_card_that_ends_today_is_still_good() -> None:
    Visitor().comes_to_the_card().puts_card(good_card(valid_until=TODAY)).sees("confirm.heading")


def test_without_a_trusted_date_nothing_is_said_about_expiry() -> None:
    visitor = Visitor()
    visitor.offset = None
    visitor.comes_to_the_card().puts_card(good_card(valid_until=date(2020, 1, 1)))
    visitor.sees("confirm.heading")


@pytest.mark.parametrize("fault", [Fault.CARD_UNREADABLE, Fault.CARD_UNKNOWN_KIND])
def test_a_card_that_cannot_be_read_is_asked_for_again(fault: Fault) -> None:
    visitor = Visitor().comes_to_the_card()
    visitor.device_says(effects.ReadCard, failed(Why.DEVICE, fault.code))
    visitor.sees("card.heading").reads(f"card.wrong.{fault.code}").puts_card()
    visitor.sees("confirm.heading")


def test_not_my_card_reads_again() -> None:
    visitor = Visitor().comes_to_the_card().puts_card().presses("again").sees("card.heading")
    assert len(visitor.desk.of(effects.ReadCard)) == 2
    assert visitor.visits.in_visit


def test_the_reader_is_pulled_out() -> None:
    visitor = Visitor().comes_to_the_card()
    visitor.device_says(effects.ReadCard, failed(Why.DEVICE, "disconnected"))
    visitor.sees("trouble.reader_gone.heading").presses("retry").sees("card.heading")


def test_the_last_visitors_card_never_arrives_in_the_next_visit() -> None:
    visitor = Visitor().comes_to_the_card()
    stale = visitor.desk.waiting[effects.ReadCard]
    visitor.presses("leave").presses("finish").comes_to_the_card()
    visitor.visits.answer(stale, CardSeen(good_card()))
    visitor.sees("card.heading")


def test_an_impostor_is_refused_three_times_and_gets_nothing() -> None:
    visitor = Visitor().comes_to_consent().presses("way:face")
    for _ in range(2):
        visitor.turns_head(FaceOutcome.NOT_MATCHED)
        visitor.sees("trouble.face_not_matched.heading").presses("retry").sees("face.heading")
    visitor.turns_head(FaceOutcome.NOT_MATCHED).sees("trouble.face_not_matched.heading")
    visitor.cannot_press("retry").presses("leave").sees("farewell.early.heading")
    assert not visitor.desk.of(effects.OpenSession)


def test_no_liveness_opens_nothing_but_the_code_still_works() -> None:
    visitor = Visitor().comes_to_consent().presses("way:face")
    visitor.turns_head(FaceOutcome.NO_LIVENESS).sees("trouble.face_no_liveness.heading")
    assert not visitor.desk.of(effects.OpenSession)
    visitor.presses("way:sms").sees("code.heading")


def test_the_camera_fails_during_the_check() -> None:
    visitor = Visitor().comes_to_consent().presses("way:face")
    visitor.device_says(effects.CheckFace, failed(Why.DEVICE, "camera_stalled"))
    visitor.sees("trouble.camera_gone.heading").presses("retry").sees("face.heading")


def test_face_is_greyed_without_photo_or_camera() -> None:
    visitor = Visitor().comes_to_consent(good_card(portrait=False))
    visitor.reads("consent.why_not.no_portrait").cannot_press("way:face")
    other = Visitor().comes_to_consent()
    other.device(Status("camera", Link.DOWN, fault=Fault.DISCONNECTED))
    other.reads("consent.why_not.camera_down").cannot_press("way:face").presses("way:sms")


def test_the_face_page_says_what_to_do_now() -> None:
    visitor = Visitor().comes_to_consent().presses("way:face")
    visitor.hears(effects.CheckFace, "turn_left", 0, 2).reads('"turn":"left"')
    visitor.hears(effects.CheckFace, "turn_right", 1, 2).reads('"turn":"right"')
    visitor.hears(effects.CheckFace, "come_closer", 1, 2).reads("face.come_closer")


def test_the_code_is_wrong_thrice() -> None:
    wrong = [failed(Why.REFUSED, "sms_code_wrong", left) for left in (2, 1)]
    story = Story(opened=[*wrong, failed(Why.REFUSED, "sms_code_exhausted", 0)])
    visitor = Visitor(story).comes_to_consent().presses("way:sms")
    for left in (2, 1):
        visitor.types("code", "000000").presses("next").sees("code.heading")
        visitor.reads("code.wrong").reads(f'"left":{left}').reads('"value":""')
    visitor.types("code", "000000").presses("next").sees("trouble.sms_code_exhausted.heading")
    visitor.presses("retry").sees("code.heading").does_not_read("code.wrong")


def test_a_code_can_be_sent_again_after_a_minute() -> None:
    visitor = Visitor().comes_to_consent().presses("way:sms").cannot_press("resend")
    visitor.waits(61).presses("resend").sees("code.heading")
    assert len(visitor.desk.of(effects.SendCode)) == 2


def test_the_centre_has_no_phone_number() -> None:
    story = Story(code_sent=[failed(Why.REFUSED, "person_unknown")])
    visitor = Visitor(story).comes_to_consent().presses("way:sms")
    visitor.sees("trouble.person_unknown.heading").presses("way:face").sees("face.heading")


@pytest.mark.parametrize("call", EVERY_CALL)
@pytest.mark.parametrize(
    ("why", "key"),
    [
        (Why.UNREACHABLE, "centre_unreachable"),
        (Why.UNBELIEVABLE, "centre_unbelievable"),
        (Why.BUSY, "centre_busy"),
        (Why.BROKEN, "broken"),
    ],
)
def test_the_centre_is_gone_at_each_call_and_back_again(call: str, why: Why, key: str) -> None:
    story = Story()
    getattr(story, call).append(failed(why))
    visitor = Visitor(story).comes_to_consent()
    visitor.presses("way:sms" if call == "code_sent" else "way:face")
    if call != "code_sent":
        visitor.turns_head()
    if call in {"found", "fetched"}:
        visitor.asks()
    if call == "fetched":
        visitor.presses("next")
    visitor.sees(f"trouble.{key}.heading").presses("retry")
    assert not visitor.heading.startswith("trouble.")


def test_a_retried_enquiry_bears_the_same_key() -> None:
    visitor = Visitor(Story(found=[failed(Why.UNREACHABLE)])).is_recognised().asks()
    visitor.presses("retry").sees("result.heading")
    keys = [effect.key for effect in visitor.desk.of(effects.FindHousing)]
    assert len(keys) == 2
    assert keys[0] == keys[1]


def test_another_question_bears_another_key() -> None:
    visitor = Visitor().is_recognised().asks().sees("result.heading").presses("back")
    visitor.sees("enquiry.heading").types("purpose", "school").presses("next")
    visitor.sees("result.heading")
    keys = {effect.key for effect in visitor.desk.of(effects.FindHousing)}
    assert len(keys) == 2


def test_the_centres_own_words_are_shown() -> None:
    told = Failed(Why.REFUSED, "scope_closed", (("zh-CN", "该区暂停查询"), ("en", "Closed")))
    visitor = Visitor(Story(found=[told])).is_recognised().asks()
    visitor.sees("trouble.centre_refused.heading").reads("该区暂停查询").cannot_press("retry")
    visitor.presses("leave").sees("farewell.early.heading")


@pytest.mark.parametrize("verdict", ["altered", "added_after", "unknown_issuer", "not_sealed"])
def test_a_tampered_document_is_neither_shown_nor_printed(verdict: str) -> None:
    visitor = Visitor(Story(fetched=[failed(Why.SEAL, verdict)])).is_recognised().asks()
    visitor.presses("next").sees("trouble.document_untrusted.heading").does_not_read("page-1")
    visitor.cannot_press("next")
    assert not visitor.desk.of(effects.PrintDocument)


def test_paper_out_before_printing() -> None:
    visitor = Visitor(Story(printed=[NOT_PRINTED])).sees_the_certificate().presses("next")
    visitor.sees("trouble.not_printed_paper.heading").reads("2026 1121 0001").presses("retry")
    visitor.sees("rating.heading")


def test_paper_out_while_printing_waits_for_staff() -> None:
    visitor = Visitor(Story(hold={effects.PrintDocument})).sees_the_certificate().presses("next")
    visitor.sees("printing.heading").cannot_press("leave").cannot_press("back")
    visitor.hears(effects.PrintDocument, "paper_out", 1, 2).reads("printing.paper_out")
    visitor.waits(600).sees("printing.heading").does_not_read("seconds_left")
    visitor.hears(effects.PrintDocument, "sheet", 2, 2).does_not_read("printing.paper_out")
    printed = Printed(PrintFacts(PrintOutcome.PRINTED))
    visitor.device_says(effects.PrintDocument, printed).sees("rating.heading")


def test_an_unknown_print_is_never_repeated() -> None:
    visitor = Visitor(Story(printed=[UNKNOWN])).sees_the_certificate().presses("next")
    visitor.sees("trouble.print_unknown.heading").cannot_press("retry").cannot_press("back")
    visitor.presses("next").sees("rating.heading").presses("skip")
    visitor.reads('"take":["card","certificate","slip"]')
    assert len(visitor.desk.of(effects.PrintDocument)) == 1


def test_a_certificate_that_surely_was_not_printed_is_not_to_be_taken() -> None:
    visitor = Visitor(Story(printed=[NOT_PRINTED])).sees_the_certificate().presses("next")
    visitor.presses("next").presses("skip").reads('"take":["card","slip"]')


def test_a_slip_that_fails_does_not_hold_up_the_visit() -> None:
    visitor = Visitor(Story(slip=[NOT_PRINTED])).sees_the_certificate().presses("next")
    visitor.sees("trouble.slip_not_printed.heading").reads("2026 1121 0001").presses("next")
    visitor.sees("rating.heading")
