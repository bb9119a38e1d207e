"""The payment of a case, as the citizen sees it. What becomes of the money is settlement's tale."""

from __future__ import annotations

import pytest

from devices.api import Link, Status, Supply
from kiosk.journey import effects
from kiosk.journey.case_facts import Means, Money
from kiosk.journey.events import (
    Answer,
    Decided,
    DocumentReady,
    Failed,
    OrderKnown,
    PaymentKnown,
    Prepared,
    Why,
)
from kiosk.journey.facts import DocumentFacts
from tests.flows import samples_filing as filing
from tests.flows.fakes import Story
from tests.flows.filing_visitor import TRANSFER, Applicant
from tests.flows.samples import failed

PAID = PaymentKnown(filing.money(Money.PAID))
UNKNOWN = PaymentKnown(filing.money(Money.UNKNOWN))


def not_paid(reason: str) -> PaymentKnown:
    return PaymentKnown(filing.money(Money.NOT_PAID, reason))


def payer(*paid: Answer, **more: list[Answer]) -> Applicant:
    """Somebody at the payment page; ``paid`` are the ends of the attempts, in order."""
    story = Story(
        prepared=[Prepared(filing.preparation(filing.item(fee=8000)))],
        decided=[Decided(filing.case(fee=8000))],
        paid=list(paid),
    )
    for name, told in more.items():
        setattr(story, name, told)
    return Applicant(story, TRANSFER).comes_to_the_payment()


def begun(visitor: Applicant) -> int:
    return len(visitor.desk.of(effects.BeginPayment))


def lines(visitor: Applicant) -> tuple[str, ...]:
    return visitor.desk.of(effects.PrintSlip)[-1].slip.lines


@pytest.mark.parametrize("means", list(Means))
def test_paid_then_receipt_then_slip(means: Means) -> None:
    visitor = payer(PAID).presses(f"pay:{means}").sees("preview.heading.receipt")
    visitor.presses("next").sees("rating.heading")
    assert "money.paid" in lines(visitor)
    assert visitor.desk.of(effects.PrintSlip)[0].slip.amount_fen == 8000
    assert [p.subject for p in visitor.desk.of(effects.PrintDocument)] == ["notice", "receipt"]
    assert begun(visitor) == 1


def test_the_order_says_what_is_paid_to_whom() -> None:
    visitor = payer().reads("80.00").reads("payment.way.qr").reads("payment.way.pad")
    assert begun(visitor) == 0


def test_the_code_is_shown_with_its_time() -> None:
    visitor = payer().presses("pay:qr").sees("payment.qr.heading")
    visitor.reads("https://pay.example/").reads('"expires_in_s":300').cannot_press("back")


@pytest.mark.parametrize("reason", ["declined", "cancelled", "expired", "closed"])
def test_not_paid_says_why_and_offers_another_attempt(reason: str) -> None:
    visitor = payer(not_paid(reason), PAID).presses("pay:qr")
    visitor.sees(f"trouble.pay_{reason}.heading").presses("retry").sees("payment.heading")
    visitor.presses("pay:pad").sees("preview.heading.receipt")
    assert begun(visitor) == 2


@pytest.mark.parametrize("means", list(Means))
def test_the_payer_may_call_it_off(means: Means) -> None:
    visitor = payer().presses(f"pay:{means}").presses("cancel_payment")
    visitor.sees("trouble.pay_closed.heading").presses("next").sees("rating.heading")
    assert "money.not_paid" in lines(visitor)


def test_a_payer_who_was_faster_than_the_cancel_has_paid() -> None:
    visitor = payer(closed=[PAID]).presses("pay:pad").presses("cancel_payment")
    visitor.sees("preview.heading.receipt")


def test_unknown_then_paid() -> None:
    visitor = payer(UNKNOWN, PAID).presses("pay:pad").sees("trouble.pay_unknown.heading")
    visitor.presses("retry").sees("preview.heading.receipt")
    assert begun(visitor) == 1, "an unknown is asked about, never charged again"


def test_unknown_then_not_paid() -> None:
    visitor = payer(UNKNOWN, not_paid("declined"), PAID).presses("pay:pad").presses("retry")
    visitor.sees("trouble.pay_declined.heading").presses("retry").presses("pay:qr")
    visitor.sees("preview.heading.receipt")
    assert begun(visitor) == 2


def test_unknown_stays_unknown_on_page_and_slip() -> None:
    visitor = payer(UNKNOWN).presses("pay:qr").sees("trouble.pay_unknown.heading")
    visitor.cannot_press("withdraw").presses("next").sees("rating.heading")
    assert "money.unknown" in lines(visitor)
    assert visitor.desk.of(effects.PrintSlip)[0].slip.payment_ref
    assert begun(visitor) == 1
    assert not visitor.desk.of(effects.FetchReceipt), "there is no receipt of what is not known"


def test_the_news_may_come_while_the_unknown_page_is_shown() -> None:
    story_hold = payer(UNKNOWN).presses("pay:qr").presses("retry")
    story_hold.sees("trouble.pay_unknown.heading").device_says(effects.AwaitPayment, PAID)
    story_hold.sees("preview.heading.receipt")


def test_an_empty_printer_is_told_before_money_moves() -> None:
    visitor = payer(PAID)
    visitor.device(Status("receipt_printer", Link.UP, supply=Supply.OUT))
    visitor.presses("pay:qr").sees("payment.no_paper.heading")
    assert begun(visitor) == 0
    visitor.presses("other_way").sees("payment.heading").presses("pay:qr")
    visitor.presses("without_paper").sees("preview.heading.receipt")
    assert begun(visitor) == 1


def test_a_pad_that_is_away_is_greyed_and_the_code_is_not() -> None:
    visitor = payer()
    visitor.device(Status("payment_pad", Link.DOWN)).reads("payment.why_not.pad_down")
    visitor.cannot_press("pay:pad").presses("pay:qr").sees("payment.qr.heading")


def test_without_the_line_nothing_can_be_paid() -> None:
    visitor = payer().line(up=False).cannot_press("pay:qr").cannot_press("pay:pad")
    visitor.presses("pay:later").sees("rating.heading")
    assert "money.not_paid" in lines(visitor)
    assert begun(visitor) == 0


def test_it_may_be_paid_later() -> None:
    visitor = payer().presses("pay:later").sees("rating.heading")
    slip = visitor.desk.of(effects.PrintSlip)[0].slip
    assert "money.not_paid" in slip.lines
    assert slip.code_url == "https://check.example/c/ABCDEFGH"


def test_what_was_paid_on_the_phone_is_not_paid_again() -> None:
    visitor = Applicant(
        Story(
            prepared=[Prepared(filing.preparation(filing.item(fee=8000)))],
            decided=[Decided(filing.case(fee=8000))],
            ordered=[OrderKnown(filing.order("paid"))],
        ),
        TRANSFER,
    ).files()
    visitor.presses("next").presses("next").sees("preview.heading.receipt")
    assert begun(visitor) == 0


@pytest.mark.parametrize("state", ["closed", "refunding", "refunded"])
def test_a_closed_order_is_not_paid(state: str) -> None:
    story = Story(
        prepared=[Prepared(filing.preparation(filing.item(fee=8000)))],
        decided=[Decided(filing.case(fee=8000))],
        ordered=[OrderKnown(filing.order(state))],
    )
    visitor = Applicant(story, TRANSFER).files().presses("next").presses("next")
    visitor.sees("trouble.order_not_open.heading").presses("next").sees("rating.heading")
    assert begun(visitor) == 0


@pytest.mark.parametrize("why", [Why.UNREACHABLE, Why.BUSY, Why.UNBELIEVABLE])
def test_an_order_that_cannot_be_fetched_says_nothing_of_earlier_money(why: Why) -> None:
    visitor = payer(not_paid("expired"), ordered=[OrderKnown(filing.order()), failed(why)])
    visitor.presses("pay:qr").presses("retry").sees("trouble.order_unknown.heading")
    visitor.presses("retry").sees("payment.heading")


def test_an_attempt_that_could_not_begin_took_nothing() -> None:
    visitor = payer(offered=[Failed(Why.DEVICE, "disconnected")]).presses("pay:pad")
    visitor.sees("trouble.pad_gone.heading").presses("retry").sees("payment.heading")


def test_nobody_leaves_while_the_pad_waits() -> None:
    visitor = payer().presses("pay:pad").sees("payment.pad.heading").cannot_press("leave")
    visitor.waits(1000).sees("payment.pad.heading")


def test_a_code_may_be_left_behind() -> None:
    """Settlement closes it; the visit only says that nobody waits."""
    visitor = payer().presses("pay:qr").presses("leave").sees("farewell.early.heading")
    waited = visitor.desk.of(effects.AwaitPayment)[0].job_id
    assert waited in {cancel.job_id for cancel in visitor.desk.of(effects.Cancel)}
    assert visitor.desk.wiped == 1


@pytest.mark.parametrize("code", ["receipt_not_ready", ""])
def test_a_receipt_that_is_not_there_yet_never_says_that_nothing_was_charged(code: str) -> None:
    told: list[Answer] = [Failed(Why.REFUSED if code else Why.UNREACHABLE, code)]
    visitor = payer(PAID, receipt=told).presses("pay:qr")
    visitor.sees("trouble.receipt_not_ready.heading" if code else "trouble.paper_not_here.heading")
    visitor.presses("retry").sees("preview.heading.receipt")


def test_without_a_receipt_the_visit_goes_on() -> None:
    told: list[Answer] = [failed(Why.UNREACHABLE)]
    visitor = payer(PAID, receipt=told).presses("pay:qr").presses("next").sees("rating.heading")
    assert "money.paid" in lines(visitor)


def test_a_receipt_with_a_false_seal_is_not_shown_and_not_printed() -> None:
    notice = DocumentReady("notice", DocumentFacts(("notice-1",), "样例登记中心", "2026-11-21"))
    visitor = payer(PAID, fetched=[notice, Failed(Why.SEAL, "altered")]).presses("pay:qr")
    visitor.sees("trouble.document_untrusted.heading").presses("next").sees("rating.heading")
    assert [p.subject for p in visitor.desk.of(effects.PrintDocument)] == ["notice"]


def test_paid_can_still_be_withdrawn_and_says_that_money_returns() -> None:
    visitor = payer(PAID, receipt=[failed(Why.UNREACHABLE)]).presses("pay:qr")
    visitor.presses("withdraw").reads("withdrawal.meaning_paid").presses("withdraw_now")
    visitor.reads("farewell.early.withdrawn")
