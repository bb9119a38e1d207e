"""Visits of people who look at their own cases, or take an application back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sandbox.visits import words, words_filing
from sandbox.visits.parts import LIFT_CARD, centre_saw, papers, press, then
from sandbox.visits.parts_filing import (
    NOTICE,
    TO_PAYMENT,
    arrive,
    case_is,
    filed,
    finished,
    known,
    order_is,
)
from sandbox.visits.step import Step, Visit


def _progress() -> Visit:
    """Of the case that zhang filed before: it is booked, so its e-certificate is there."""
    after = then(centre_saw(sessions=1, statistics=1), papers(certificates=0, slips=0))
    steps = (
        *arrive(words_filing.PROGRESS),
        *known("zhang", words_filing.CASES, "cases"),
        Step(
            "stages",
            "选择刚申请的那一件",
            press(words_filing.TRANSFER),
            words_filing.BOOKED,
            reads=words_filing.STAGES,
        ),
        Step(
            "own-certificate",
            "查看电子证照",
            press(words_filing.SEE_CERTIFICATE),
            words_filing.OWN_CERTIFICATE,
            reads=(words.SEAL_GOOD,),
            timeout_s=40.0,
        ),
        Step("rating", "看完了", press(words.NEXT), words.RATING),
        *finished(after),
    )
    return Visit("progress", "查办件到了哪一步，看生成的电子证照", steps)


def _withdrawal() -> Visit:
    """Before it is paid for, and so before it is booked."""
    after = then(
        order_is("closed", attempts=0),
        case_is("withdrawn"),
        centre_saw(sessions=1, fiscal_receipts=0),
        papers(certificates=1, slips=0),
    )
    steps = (
        *filed(words_filing.TRANSFER, "zhao", pages=3, says=words_filing.PAY_NEXT),
        NOTICE,
        TO_PAYMENT,
        Step("withdraw", "要撤回", press(words_filing.WITHDRAW_IT), words_filing.WITHDRAW),
        Step(
            "withdrawn",
            "确定撤回",
            press(words_filing.WITHDRAW_NOW),
            words.EARLY_FAREWELL,
            reads=(words_filing.TAKEN_BACK,),
        ),
        Step(
            "home-again",
            "取走证件",
            then(LIFT_CARD, press(words.FINISH)),
            words.HOME,
            checks=after,
        ),
    )
    return Visit("withdrawal", "提交后改变主意，整件撤回", steps)


OWN_VISITS: Final[dict[str, Callable[[], Visit]]] = {
    "progress": _progress,
    "withdrawal": _withdrawal,
}
