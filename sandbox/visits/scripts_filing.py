"""Visits that file an application: as it goes, by two, by another card, and where it can't."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sandbox.people_seed import invent_city
from sandbox.visits import words, words_filing
from sandbox.visits.parts import (
    centre_saw,
    left,
    outcomes_are,
    papers,
    press,
    pull,
    then,
    type_the_code,
)
from sandbox.visits.parts_filing import (
    AT_PAD,
    CORRECTED,
    LEAF,
    MISTAKE,
    NOTICE,
    PAID,
    SHOW_CODE,
    TAPPED,
    TO_FORM,
    TO_PAYMENT,
    TO_RATING,
    answered,
    arrive,
    case_is,
    come_in,
    finished,
    handed_in,
    known,
    order_is,
    rest_of_form,
    signed,
)
from sandbox.visits.step import Step, Visit


def _application() -> Visit:
    """With a fee, so that money moves."""
    after = then(
        order_is("paid"),
        case_is("booked"),
        papers(certificates=2, slips=1),
        centre_saw(sessions=1, fiscal_receipts=1, evaluations=1, statistics=1, print_outcomes=2),
        outcomes_are("printed", "printed"),
    )
    steps = (
        *come_in(words_filing.TRANSFER, "zhang"),
        TO_FORM,
        MISTAKE,
        CORRECTED,
        *rest_of_form(pages=3),
        *answered(shared=False),
        LEAF,
        *signed(words_filing.SUBMIT, "submit"),
        handed_in(words_filing.PAY_NEXT),
        NOTICE,
        TO_PAYMENT,
        SHOW_CODE,
        PAID,
        TO_RATING,
        *finished(after, rated=True),
    )
    return Visit(
        "application",
        "申请转移登记，签名，提交，扫码缴费，取得通知书、电子票据和凭条",
        steps,
        documents=("notice", "receipt"),
        slip="slip-application",
    )


def _presale_social() -> Visit:
    """The other application, which is free, with a card that bears no photo."""
    after = then(
        centre_saw(sessions=1, orders=0, attempts=0, print_outcomes=1),
        case_is("booked"),
        papers(certificates=1, slips=1),
    )
    put = pull("social_card", "put_card", person="zhang")
    code = then(type_the_code, press(words.NEXT))
    steps = (
        *arrive(words_filing.PRESALE),
        Step("confirm", "插入社会保障卡", put, words.CONFIRM),
        Step(
            "consent",
            "确认是本人",
            press(words.IT_IS_ME),
            words.CONSENT,
            reads=(words_filing.NO_FACE_WITHOUT_PHOTO,),
        ),
        Step("code", "选择短信验证", press(words.BY_SMS), words.CODE),
        Step("compared", "输入手机上的验证码", code, words_filing.COMPARED),
        TO_FORM,
        *rest_of_form(pages=2),
        *answered(shared=False),
        *signed(words_filing.SUBMIT, "submit"),
        handed_in(words_filing.NO_FEE),
        NOTICE,
        TO_RATING,
        *finished(after),
    )
    return Visit("presale_social", "用社会保障卡和短信，申请免费的预告登记", steps)


def _two_applicants() -> Visit:
    """The second one identifies, answers and signs too; they pay at the pad."""
    after = then(
        order_is("paid"),
        case_is("booked"),
        centre_saw(sessions=2, fiscal_receipts=1, pad_results=1, print_outcomes=2),
        papers(certificates=2, slips=1),
    )
    other = invent_city().resident("chen").name
    steps = (
        *come_in(words_filing.TRANSFER, "wang"),
        TO_FORM,
        *rest_of_form(pages=3),
        *answered(shared=True),
        *signed(words_filing.turn_of(other), "turn"),
        Step("second-card", "第二位到了", press(words_filing.I_AM_HERE), words.CARD),
        *known("chen", words_filing.QUESTIONS, "second-questions"),
        *answered(shared=True),
        *signed(words_filing.SUBMIT, "submit"),
        handed_in(words_filing.PAY_NEXT),
        NOTICE,
        TO_PAYMENT,
        AT_PAD,
        TAPPED,
        TO_RATING,
        *finished(after),
    )
    return Visit("two_applicants", "两位共有人先后核验、回答、签名，在刷卡机上付款", steps)


def _tax_unpaid() -> Visit:
    nothing = then(centre_saw(sessions=1, orders=0, statistics=1), papers(certificates=0, slips=0))
    steps = (
        *come_in(words_filing.TRANSFER, "li", words_filing.NOT_YET),
        Step(
            "hindered",
            "看要先办什么",
            press(words_filing.WHY_NOT_YET),
            words_filing.HINDERED,
            reads=(words_filing.TAX_UNPAID,),
        ),
        *left(nothing),
    )
    return Visit("tax_unpaid", "契税没缴，说明原因和下一步", steps)


FILING_VISITS: Final[dict[str, Callable[[], Visit]]] = {
    "application": _application,
    "presale_social": _presale_social,
    "two_applicants": _two_applicants,
    "tax_unpaid": _tax_unpaid,
}
