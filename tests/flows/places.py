"""Where a visitor may be when something happens: pages of filing, paying, looking and checking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.journey import effects
from kiosk.journey.case_facts import CheckVerdict, Money
from kiosk.journey.events import (
    CaseKnown,
    CasesListed,
    Checked,
    CodeSeen,
    Decided,
    PaymentKnown,
    Prepared,
    Why,
)
from tests.flows import samples_filing as filing
from tests.flows.fakes import Story
from tests.flows.filing_visitor import PRESALE, TRANSFER, Applicant
from tests.flows.samples import failed, good_card

SECRETS = (good_card().number[6:14], "章样例", "样例花园")
"""What no page may show that is not for this visitor."""


@dataclass(frozen=True)
class Somewhere:
    """A page, how one comes to it, and what holds there."""

    heading: str
    come: Callable[[Applicant], Applicant]
    service: str = PRESALE
    story: Callable[[], Story] = Story
    kept: bool = False
    """Whoever is here may not leave and is not timed out: something must end first."""
    works: bool = False
    """Something works for the visitor: nothing times out, and leaving is allowed."""

    @property
    def has_card(self) -> bool:
        """Whether a card may lie on the reader."""
        return self.service != "certificate_check"

    def visitor(self) -> Applicant:
        return self.come(Applicant(self.story(), self.service)).sees(self.heading)


def _paying(*paid: Money) -> Callable[[], Story]:
    return lambda: Story(
        prepared=[Prepared(filing.preparation(filing.item(fee=8000)))],
        decided=[Decided(filing.case(fee=8000))],
        paid=[PaymentKnown(filing.money(money, "declined")) for money in paid],
    )


def _two() -> Story:
    return Story(prepared=[Prepared(filing.preparation(filing.item(two=True)))])


def _booked() -> Story:
    case = filing.summary(booked=True)
    return Story(cases=[CasesListed((case,))], case=[CaseKnown(case)])


def _lost() -> Story:
    return Story(decided=[failed(Why.UNREACHABLE)])


def _held(kind: type) -> Callable[[], Story]:
    return lambda: Story(hold={kind})


def _checked() -> Story:
    return Story(checked=[Checked(filing.check(CheckVerdict.CURRENT))])


def _second(visitor: Applicant) -> Applicant:
    visitor.comes_to_the_review().signs_it().presses("next")
    return visitor.identifies(filing.other_card())


def _starts(visitor: Applicant) -> Applicant:
    return visitor.presses(f"tile:{visitor.service}").presses("next")


def _types(visitor: Applicant) -> Applicant:
    _starts(visitor).presses("way:type").types("kind", "ownership").types("year", "2026")
    return visitor.types("number", "1").presses("next").types("holder", good_card().number)


def _scans(visitor: Applicant) -> Applicant:
    _starts(visitor).presses("way:scan")
    return visitor.device_says(effects.ScanCode, CodeSeen("BDC1:SAMPLE"))


PLACES = (
    Somewhere("preparation.heading", lambda v: v.comes_in()),
    Somewhere(
        "preparation.hindered.heading",
        lambda v: v.comes_in().presses("next"),
        story=lambda: Story(prepared=[Prepared(filing.preparation(filing.item(hindrances=1)))]),
    ),
    Somewhere(
        "wait.preparation.heading", lambda v: v.comes_in(), story=_held(effects.Prepare), works=True
    ),
    Somewhere("form.heading", lambda v: v.comes_to_the_form().types("contact_phone", "139")),
    Somewhere("questioning.heading", lambda v: v.comes_to_the_form().fills_in()),
    Somewhere("review.heading", lambda v: v.comes_to_the_review()),
    Somewhere("signature.heading", lambda v: v.comes_to_the_review().presses("next").signs()),
    Somewhere("turn.heading", lambda v: v.comes_to_the_review().signs_it(), story=_two),
    Somewhere("questioning.heading", _second, story=_two),
    Somewhere("submit.heading", lambda v: v.comes_to_the_last_question()),
    Somewhere(
        "wait.submit.heading",
        lambda v: v.files(),
        story=_held(effects.SubmitApplication),
        kept=True,
    ),
    Somewhere("trouble.submit_unknown.heading", lambda v: v.files(), story=_lost),
    Somewhere("case.accepted.heading", lambda v: v.files()),
    Somewhere("withdrawal.heading", lambda v: v.files().presses("withdraw")),
    Somewhere(
        "withdrawal.wait.heading",
        lambda v: v.files().presses("withdraw").presses("withdraw_now"),
        story=_held(effects.WithdrawCase),
        kept=True,
    ),
    Somewhere("preview.heading.notice", lambda v: v.files().presses("next")),
    Somewhere(
        "printing.heading",
        lambda v: v.files().presses("next").presses("next"),
        story=_held(effects.PrintDocument),
        kept=True,
    ),
    Somewhere("payment.heading", lambda v: v.comes_to_the_payment(), TRANSFER, _paying()),
    Somewhere(
        "payment.qr.heading",
        lambda v: v.comes_to_the_payment().presses("pay:qr"),
        TRANSFER,
        _paying(),
        works=True,
    ),
    Somewhere(
        "payment.pad.heading",
        lambda v: v.comes_to_the_payment().presses("pay:pad"),
        TRANSFER,
        _paying(),
        kept=True,
    ),
    Somewhere(
        "trouble.pay_declined.heading",
        lambda v: v.comes_to_the_payment().presses("pay:qr"),
        TRANSFER,
        _paying(Money.NOT_PAID),
    ),
    Somewhere(
        "trouble.pay_unknown.heading",
        lambda v: v.comes_to_the_payment().presses("pay:pad"),
        TRANSFER,
        _paying(Money.UNKNOWN),
    ),
    Somewhere(
        "preview.heading.receipt",
        lambda v: v.comes_to_the_payment().presses("pay:qr"),
        TRANSFER,
        _paying(Money.PAID),
    ),
    Somewhere("cases.heading", lambda v: v.comes_in(), "case_progress"),
    Somewhere(
        "stages.heading.running", lambda v: v.comes_in().presses("case:case-1"), "case_progress"
    ),
    Somewhere(
        "preview.heading.certificate",
        lambda v: v.comes_in().presses("case:case-1").presses("next"),
        "case_progress",
        _booked,
    ),
    Somewhere("certificates.heading", lambda v: v.comes_in(), "e_certificates"),
    Somewhere("check.heading", _starts, "certificate_check"),
    Somewhere("scan.heading", lambda v: _starts(v).presses("way:scan"), "certificate_check"),
    Somewhere("check.form.1", _types, "certificate_check"),
    Somewhere("verdict.heading", _scans, "certificate_check", _checked),
)
"""One of each kind of page, and of each state in which the rules for leaving differ."""
