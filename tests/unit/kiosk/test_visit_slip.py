"""The visit's slip (凭条): what it says of every outcome, in both languages, and of nobody."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from itertools import product

import pytest

from devices.api import PrintOutcome
from devices.receipt_printer.slip import Amount, Gap, Groups, Heading, Line, Pair, Qr, Rule, Slip
from kiosk.city_time import CITY
from kiosk.journey.case_facts import Money
from kiosk.journey.facts import PrintFacts, SlipFacts
from kiosk.journey.session import Session
from kiosk.journey.steps.slip import slip_of
from kiosk.papers.slips import visit_slip, yuan
from kiosk.text import LANGUAGES, say
from tests.flows import samples_filing as filing
from tests.flows.filing_visitor import TRANSFER
from tests.flows.samples import BOTH, documents, good_card, housing, service

AT = datetime(2026, 11, 21, 11, 5, tzinfo=CITY)
CONFIGURATION = documents().configuration
OUTCOMES = ("accepted", "to_be_completed", "not_accepted")
LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


def words(slip: Slip) -> list[str]:
    """Every text on the slip, in order."""
    found: list[str] = []
    for line in slip.lines:
        match line:
            case Heading(text=text) | Line(text=text) | Groups(text=text):
                found.append(text)
            case Pair(label=label, value=value):
                found += [label, value]
            case Amount(label=label, text=text):
                found += [label, text]
            case Qr(data=data, caption=caption):
                found += [data, caption]
            case Rule() | Gap():
                pass
    return found


def bold(slip: Slip) -> list[str]:
    return [line.text for line in slip.lines if isinstance(line, Line) and line.bold]


def told(facts: SlipFacts | None, language: str) -> Slip:
    assert facts is not None
    return visit_slip(facts, CONFIGURATION, AT, language)


def filed(
    outcome: str, money: Money | None = None, notice: PrintOutcome | None = None, fee: int = 0
) -> Session:
    return Session(
        visit_id="v",
        service=filing.city_service(TRANSFER),
        card=good_card(),
        item=filing.item(two=True, fee=fee),
        case=filing.case(outcome, fee=fee),
        payment=filing.money(money) if money else None,
        prints={"notice": PrintFacts(notice)} if notice else {},
    )


@LANGUAGE
@pytest.mark.parametrize(("outcome", "notice"), list(product(OUTCOMES, PrintOutcome)))
def test_a_case_without_a_fee(language: str, outcome: str, notice: PrintOutcome) -> None:
    slip = told(slip_of(filed(outcome, notice=notice)), language)
    said = words(slip)
    assert said[0] == filing.city_service(TRANSFER).names[language]
    assert said[1] == BOTH[language]
    assert said[said.index(say(language, "paper.slip.case_number")) + 1] == "9901 0226 1121 0001"
    assert "2026-11-21 11:05" in said
    assert bold(slip) == [
        say(language, f"paper.slip.case.{outcome}"),
        say(language, f"paper.slip.notice.{notice}"),
    ]
    assert not any(isinstance(line, Amount) for line in slip.lines)
    (qr,) = [line for line in slip.lines if isinstance(line, Qr)]
    assert qr == Qr("https://check.example/c/ABCDEFGH", say(language, "paper.slip.scan_case"))
    assert say(language, "paper.slip.hotline", hotline="12345") in said


@LANGUAGE
@pytest.mark.parametrize("money", [None, *Money])
def test_what_became_of_the_money(language: str, money: Money | None) -> None:
    slip = told(slip_of(filed("accepted", money, fee=8_000)), language)
    (amount,) = [line for line in slip.lines if isinstance(line, Amount)]
    assert amount.text == say(language, "paper.slip.yuan", amount="80.00")
    state = say(language, f"paper.slip.money.{money or Money.NOT_PAID}")
    assert bold(slip)[-1] == state
    others = {say(language, f"paper.slip.money.{each}") for each in Money} - {state}
    assert not others & set(words(slip))
    known = money in {Money.PAID, Money.UNKNOWN}
    assert ("atte mpt0 0000 0000 0000 1" in words(slip)) == known
    assert say(language, "paper.slip.not_a_receipt") in words(slip)


def test_the_amount_is_that_of_the_order_as_it_was_paid() -> None:
    """It may have changed since the decision: what was shown and charged counts."""
    paid = replace(filed("accepted", Money.PAID, fee=8_000), order=filing.order(fee=5_500))
    (amount,) = [line for line in told(slip_of(paid), "zh-CN").lines if isinstance(line, Amount)]
    assert amount.text == say("zh-CN", "paper.slip.yuan", amount="55.00")


@LANGUAGE
@pytest.mark.parametrize("outcome", OUTCOMES[1:])
def test_where_nothing_is_to_be_paid_nothing_is_said_of_money(language: str, outcome: str) -> None:
    slip = told(slip_of(filed(outcome, fee=8_000)), language)
    money = {say(language, f"paper.slip.money.{each}") for each in Money}
    assert not money & set(words(slip))
    assert not any(isinstance(line, Amount) for line in slip.lines)


@LANGUAGE
@pytest.mark.parametrize("printed", PrintOutcome)
def test_an_enquiry(language: str, printed: PrintOutcome) -> None:
    session = Session(
        visit_id="v",
        service=service(),
        housing=housing(),
        prints={"enquiry": PrintFacts(printed)},
    )
    slip = told(slip_of(session), language)
    said = words(slip)
    for needed in ("2026 1121 0001", "ABCD-EFGH-JKLM-NPQR", "https://check.example/ABCD"):
        assert needed in said
    assert bold(slip) == [say(language, f"paper.slip.document.{printed}")]
    assert say(language, "paper.slip.number") in said


def test_a_visit_that_came_to_nothing_has_no_slip() -> None:
    assert slip_of(Session(visit_id="v", service=service())) is None


@LANGUAGE
def test_nobody_is_on_it(language: str) -> None:
    """Neither the visitor nor the other party, nor what is registered."""
    session = filed("accepted", Money.PAID, PrintOutcome.PRINTED, fee=8_000)
    said = "".join(words(told(slip_of(session), language)))
    enquiry = Session(visit_id="v", service=service(), housing=housing(), card=good_card())
    said += "".join(words(told(slip_of(enquiry), language)))
    home = housing().holdings[0]
    for person in (good_card(), filing.other_card()):
        assert person.name not in said
        assert person.number not in said
        assert person.number[-4:] not in said
    for personal in (home.location, home.unit_no, "样例花园", "****"):
        assert personal not in said
    assert {each.name for each in fields(SlipFacts)} == {
        *("service", "number", "number_label", "lines", "amount_fen", "payment_ref"),
        *("code", "code_url", "caption"),
    }


@LANGUAGE
def test_every_sentence_is_finished(language: str) -> None:
    session = filed("accepted", Money.PAID, PrintOutcome.PRINTED, fee=8_000)
    said = words(told(slip_of(session), language))
    assert all(said)
    assert not any("{" in text or "paper.slip" in text for text in said)
    others = [tag for tag in LANGUAGES if tag != language]
    for key in ("at", "amount", "payment_ref", "next", "not_a_receipt"):
        assert say(language, f"paper.slip.{key}") in said
        assert not {say(tag, f"paper.slip.{key}") for tag in others} & set(said)


def test_a_language_that_the_centre_does_not_speak_falls_back_to_chinese() -> None:
    facts = SlipFacts(service={"zh-CN": "样例业务"}, number="1")
    assert words(visit_slip(facts, CONFIGURATION, AT, "en"))[0] == "样例业务"


def test_without_a_configuration_there_is_still_a_number_to_call() -> None:
    facts = slip_of(filed("accepted"))
    assert facts is not None
    said = words(visit_slip(facts, None, AT, "zh-CN"))
    assert say("zh-CN", "paper.slip.hotline", hotline="12345") in said
    assert "9901 0226 1121 0001" in said


def test_a_line_without_words_is_an_error_and_not_left_out() -> None:
    facts = slip_of(filed("accepted"))
    assert facts is not None
    with pytest.raises(KeyError):
        visit_slip(replace(facts, lines=("case.perhaps",)), CONFIGURATION, AT, "zh-CN")


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "0.00"),
        (1, "0.01"),
        (9, "0.09"),
        (10, "0.10"),
        (100, "1.00"),
        (8_000, "80.00"),
        (123_456_789, "1234567.89"),
    ],
)
def test_amounts(fen: int, text: str) -> None:
    assert yuan(fen) == text
