"""An application, and each way it goes otherwise, told as steps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.api import PrintOutcome
from kiosk.journey import catalogue, effects
from kiosk.journey.case_facts import Reason
from kiosk.journey.events import Decided, Failed, Prepared, Printed, Why, Withdrawn
from kiosk.journey.facts import PrintFacts
from screens.models.filing import FormPage
from tests.flows import samples_filing as filing
from tests.flows.fakes import Story
from tests.flows.filing_visitor import Applicant
from tests.flows.samples import failed, good_card
from tests.flows.samples_filing import DOT

TWO = Prepared(filing.preparation(filing.item(two=True)))


def drafts(visitor: Applicant) -> list[effects.SubmitApplication]:
    return visitor.desk.of(effects.SubmitApplication)


def test_an_application_from_home_to_farewell() -> None:
    visitor = Applicant().files()
    visitor.sees("case.accepted.heading").reads("9901 0226 1121 0001").presses("next")
    visitor.sees("preview.heading.notice").presses("next").sees("rating.heading")
    slip = visitor.desk.of(effects.PrintSlip)[0].slip
    assert (slip.number_label, slip.lines) == ("case_number", ("case.accepted", "notice.printed"))
    assert slip.code_url == "https://check.example/c/ABCDEFGH"
    visitor.presses("skip").sees("farewell.heading").presses("finish").sees("home.heading")
    assert visitor.desk.wiped == 1
    (sent,) = drafts(visitor)
    assert sent.draft.parties[0].party == "buyer-1"
    assert sent.draft.form["joint_ownership"] == "sole", "what another office knows is filled in"


def test_materials_and_fee_are_told_before_anything_is_typed() -> None:
    visitor = Applicant()
    visitor.sees("home.heading").presses(f"tile:{visitor.service}").sees("guide.heading")
    visitor.reads("guide.bring").reads("guide.fee").reads("guide.time")
    assert not visitor.desk.of(effects.ReadCard)


def test_data_that_differ_are_shown_field_by_field() -> None:
    visitor = Applicant().comes_in().sees("preparation.heading")
    visitor.reads("89.12").reads("89.21").reads("compared.differs").reads("compared.agrees")


@pytest.mark.parametrize(
    "codes",
    [
        ("tax_unpaid",),
        ("unit_seized",),
        ("not_authorised",),
        ("tax_unpaid", "unit_seized", "not_authorised"),
    ],
)
def test_what_stands_against_it_is_told_all_at_once(codes: tuple[str, ...]) -> None:
    """Each with its reason and its next step, and nothing can be filed."""
    against = tuple(Reason(code, {"zh-CN": f"{code}!"}, {"zh-CN": f"{code}?"}) for code in codes)
    tax = "unpaid" if "tax_unpaid" in codes else "paid"
    item = replace(filing.item(), hindrances=against, tax=tax)
    visitor = Applicant(Story(prepared=[Prepared(filing.preparation(item))] * 2)).comes_in()
    visitor.sees("preparation.heading_hindered")
    (visitor.reads if tax == "unpaid" else visitor.does_not_read)("compared.unpaid")
    visitor.presses("next").sees("preparation.hindered.heading")
    for code in codes:
        visitor.reads(f"{code}!").reads(f"{code}?")
    visitor.cannot_press("next").presses("look_again").sees("preparation.heading_hindered")
    visitor.presses("next").presses("leave").sees("farewell.early.heading")
    assert not drafts(visitor)


def test_tax_that_was_paid_meanwhile_lets_it_go_on() -> None:
    story = Story(
        prepared=[
            Prepared(filing.preparation(filing.item(hindrances=1))),
            Prepared(filing.preparation()),
        ]
    )
    visitor = Applicant(story).comes_in().presses("next").presses("look_again")
    visitor.sees("preparation.heading").presses("next").sees("form.heading")


def test_several_contracts_are_a_choice() -> None:
    items = [filing.item(f"item-{n}") for n in range(3)]
    visitor = Applicant(Story(prepared=[Prepared(filing.preparation(*items))])).comes_in()
    visitor.sees("preparation.list.heading").presses("item:item-1").sees("preparation.heading")
    visitor.presses("other").sees("preparation.list.heading").presses("item:item-2")
    visitor.presses("next").sees("form.heading")


def test_nobody_without_a_contract_gets_a_form() -> None:
    empty = Prepared(filing.preparation(filing.item()).__class__("preparation-1", ()))
    visitor = Applicant(Story(prepared=[empty])).comes_in()
    visitor.sees("trouble.nothing_to_file.heading").cannot_press("next")


def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost() -> None:
    visitor = Applicant().comes_to_the_form()
    visitor.types("contact_phone", "12").presses("next").sees("form.heading")
    assert _wrong(visitor) == ["contact_phone", "certificate_delivery"]
    visitor.reads('"value":"12"').types("contact_phone", "13900000000")
    assert _wrong(visitor) == ["certificate_delivery"]


def _wrong(visitor: Applicant) -> list[str]:
    page = visitor.page
    assert isinstance(page, FormPage)
    return [field.field for field in page.fields if field.error is not None]


def test_an_answer_that_stops_it_says_why_and_can_be_changed() -> None:
    visitor = Applicant().comes_to_the_form().fills_in().sees("questioning.heading")
    asked = next(s for s in filing.city_service(visitor.service).steps if s.kind == "questioning")
    questions = catalogue.read(catalogue.QuestioningParams, asked.params).questions
    stopping = next(question for question in questions[:2] if question.required is not None)
    for question in questions[:2]:
        right = question.required or question.options[0].value
        wrong = next(o.value for o in question.options if o.value != question.required)
        visitor.types(question.code, wrong if question is stopping else right)
    visitor.presses("next").sees("questioning.stopped.heading").cannot_press("next")
    visitor.presses("again").sees("questioning.heading").answers_the_questions()
    visitor.sees("review.heading")


def test_a_dot_is_no_signature() -> None:
    visitor = Applicant().comes_to_the_review().presses("next").sees("signature.heading")
    visitor.cannot_press("next").signs(DOT).presses("next").reads("signature.too_little")
    visitor.reads('"attempt":1').signs().presses("next").sees("submit.heading")


def test_a_signature_can_be_made_again_before_it_counts() -> None:
    visitor = Applicant().comes_to_the_review().presses("next").signs()
    visitor.presses("clear").reads('"attempt":1').cannot_press("next").signs().presses("next")
    visitor.sees("submit.heading")


def test_editing_a_signed_field_voids_the_signature() -> None:
    visitor = Applicant().comes_to_the_last_question()
    before = visitor.visits._journey.session.signature  # pyright: ignore[reportPrivateUsage, reportOptionalMemberAccess] - what is looked at
    visitor.presses("back").sees("signature.heading").cannot_press("next")
    visitor.presses("back").sees("review.heading").presses("edit_form").sees("form.heading")
    visitor.types("contact_phone", "13911111111").fills_in().answers_the_questions()
    visitor.signs_it().sees("submit.heading").presses("next")
    (sent,) = drafts(visitor)
    assert before is not None
    assert sent.draft.parties[0].signature.digest != before.digest
    assert sent.draft.form["contact_phone"] == "13911111111"


def test_a_changed_answer_is_signed_again_too() -> None:
    visitor = Applicant().comes_to_the_review().presses("edit_record").sees("questioning.heading")
    visitor.answers_the_questions().signs_it().sees("submit.heading")


def test_two_applicants_each_identify_answer_and_sign() -> None:
    visitor = Applicant(Story(prepared=[TWO])).comes_to_the_review().signs_it()
    visitor.sees("turn.heading").reads(filing.OTHER_NAME).presses("next").sees("card.heading")
    visitor.identifies(filing.other_card()).sees("questioning.heading").answers_the_questions()
    visitor.signs_it().sees("submit.heading").presses("next")
    (sent,) = drafts(visitor)
    assert [(p.index, p.party) for p in sent.draft.parties] == [(0, "buyer-1"), (1, "buyer-2")]
    assert len({p.signature.digest for p in sent.draft.parties}) == 2
    assert [turn.index for turn in visitor.desk.of(effects.TurnTo)] == [1]


def test_whose_turn_it_is_is_settled_by_the_contract() -> None:
    visitor = Applicant(Story(prepared=[TWO])).comes_to_the_review().signs_it()
    visitor.presses("next").puts_card(good_card()).sees("card.heading")
    visitor.reads("card.wrong.not_this_person").puts_card(filing.other_card())
    visitor.sees("confirm.heading")


def test_a_change_after_the_first_signature_has_both_sign_again() -> None:
    visitor = Applicant(Story(prepared=[TWO])).comes_to_the_review().signs_it().presses("next")
    visitor.identifies(filing.other_card()).answers_the_questions().sees("review.heading")
    visitor.presses("edit_form").sees("form.heading").types("contact_phone", "13911111111")
    visitor.fills_in().sees("turn.heading").reads(good_card().name).presses("next")
    visitor.answers_the_questions().signs_it().sees("turn.heading").presses("next")
    visitor.answers_the_questions().signs_it().sees("submit.heading").presses("next")
    (sent,) = drafts(visitor)
    assert sent.draft.form["contact_phone"] == "13911111111"
    assert len(visitor.desk.of(effects.ReadCard)) == 2, "nobody identifies twice"


def test_the_second_applicant_cannot_go_back_into_the_first_ones_part() -> None:
    visitor = Applicant(Story(prepared=[TWO])).comes_to_the_review().signs_it()
    visitor.sees("turn.heading").cannot_press("back")


@pytest.mark.parametrize("why", [Why.UNREACHABLE, Why.UNBELIEVABLE, Why.BUSY])
def test_an_answer_that_was_lost_is_asked_for_with_the_same_key(why: Why) -> None:
    visitor = Applicant(Story(decided=[failed(why)])).files()
    visitor.sees("trouble.submit_unknown.heading").cannot_press("back").presses("retry")
    visitor.sees("case.accepted.heading")
    first, second = drafts(visitor)
    assert first.key == second.key
    assert first.draft == second.draft
    assert first.job_id != second.job_id


def test_nobody_leaves_while_it_is_on_its_way() -> None:
    visitor = Applicant(Story(hold={effects.SubmitApplication})).files()
    visitor.sees("wait.submit.heading").cannot_press("leave").waits(600).sees("wait.submit.heading")


def test_what_is_missing_comes_in_one_notice() -> None:
    visitor = Applicant(Story(decided=[Decided(filing.case("to_be_completed"))])).files()
    visitor.sees("case.to_be_completed.heading")
    assert visitor.page.model_dump_json().count("reason.with_todo") == 2
    visitor.presses("next").sees("preview.heading.notice").presses("next").sees("rating.heading")


def test_a_refusal_has_its_reasons_and_its_paper() -> None:
    visitor = Applicant(Story(decided=[Decided(filing.case("not_accepted"))])).files()
    visitor.sees("case.not_accepted.heading").reads("reason.with_todo").cannot_press("withdraw")
    visitor.presses("next").sees("preview.heading.notice")


def test_past_the_barrier_back_is_withdrawal_only() -> None:
    visitor = Applicant().files().sees("case.accepted.heading").cannot_press("back")
    visitor.presses("withdraw").sees("withdrawal.heading").presses("keep")
    visitor.sees("case.accepted.heading").presses("withdraw").presses("withdraw_now")
    visitor.sees("farewell.early.heading").reads("farewell.early.withdrawn")
    assert len(visitor.desk.of(effects.WithdrawCase)) == 1


@pytest.mark.parametrize("code", ["case_booked", "case_closed"])
def test_a_withdrawal_that_comes_too_late_says_so(code: str) -> None:
    story = Story(withdrawn=[Failed(Why.REFUSED, code)])
    visitor = Applicant(story).files().presses("withdraw").presses("withdraw_now")
    visitor.sees(f"trouble.{code}.heading").presses("keep").sees("case.accepted.heading")


def test_a_withdrawal_without_an_answer_is_asked_again_with_the_same_key() -> None:
    story = Story(withdrawn=[failed(Why.UNREACHABLE), Withdrawn(refund=True)])
    visitor = Applicant(story).files().presses("withdraw").presses("withdraw_now")
    visitor.sees("trouble.withdrawal_unknown.heading").presses("keep")
    visitor.sees("case.accepted.heading").presses("withdraw").presses("withdraw_now")
    visitor.sees("farewell.early.heading")
    first, second = visitor.desk.of(effects.WithdrawCase)
    assert first.key == second.key, "it is begun anew under the same key"


def test_a_notice_that_cannot_be_fetched_does_not_hold_up_what_was_filed() -> None:
    visitor = Applicant(Story(fetched=[failed(Why.UNREACHABLE)])).files().presses("next")
    visitor.sees("trouble.paper_not_here.heading").presses("next").sees("rating.heading")
    assert not visitor.desk.of(effects.PrintDocument)


def test_an_unknown_print_of_the_notice_is_never_repeated_by_itself() -> None:
    unknown = Printed(PrintFacts(PrintOutcome.UNKNOWN))
    visitor = Applicant(Story(printed=[unknown])).files().presses("next").presses("next")
    visitor.sees("trouble.print_unknown.heading").cannot_press("retry").presses("next")
    visitor.sees("rating.heading")
    assert len(visitor.desk.of(effects.PrintDocument)) == 1
