"""What visits for applications are put together from."""

from __future__ import annotations

from math import sin
from typing import Final

from sandbox.visits import words, words_filing
from sandbox.visits.parts import (
    BEGIN,
    BY_FACE,
    CONFIRM,
    FINISH,
    RATE,
    at_home,
    card_of,
    press,
    pull,
    see_every_page,
    then,
    turned,
)
from sandbox.visits.step import Action, Step
from sandbox.visits.visitor import Disbelief, Visitor

PHONE: Final = "10987654321"
"""No mobile number begins so, and no two digits beside each other are alike: quick to type."""
SETTLED_S: Final = 60.0
"""Until what became of money is known everywhere."""


def _wave(left: float, width: float, turns: float) -> tuple[tuple[float, float], ...]:
    """A stroke like a letter or two, in parts of the sheet."""
    return tuple(
        (left + width * step / 24, 0.45 + 0.18 * sin(step * turns) + 0.004 * step)
        for step in range(25)
    )


STROKES: Final = (_wave(0.12, 0.22, 0.9), _wave(0.42, 0.18, 1.2), _wave(0.66, 0.2, 0.7))
"""Three strokes; nobody's name."""


def under(label: str, option: str) -> Action:
    """Press the option under that question."""
    return lambda visitor: visitor.presser.press_under(label, option)


def keys(signs: str) -> Action:
    """Type on the glass."""
    return lambda visitor: visitor.presser.type_digits(signs)


def sign(visitor: Visitor) -> None:
    """Write a name on the glass with a finger."""
    visitor.presser.draw(words_filing.SIGNATURE_AREA, STROKES)
    visitor.presser.wait_until(
        lambda page: (button := page.button(words_filing.SIGNED)) is not None and button.enabled,
        "a signature that is taken",
    )


def arrive(service: str) -> tuple[Step, ...]:
    """From the home page to the page that asks for a card."""
    guide = words_filing.guide(service)
    return (at_home(service), Step("guide", "选择业务", press(service), guide), BEGIN)


def known(person: str, to: str, name: str) -> tuple[Step, ...]:
    """From the card to an open session, by face; then the page ``to``, whose picture is so called.

    Everybody's card bears the same portrait: that of who stands before the camera.
    """
    turn = turned(to)
    last = Step(name, turn.says, turn.does, turn.sees, timeout_s=turn.timeout_s)
    return (card_of(person), CONFIRM, BY_FACE, last)


def come_in(service: str, person: str, heading: str = words_filing.COMPARED) -> tuple[Step, ...]:
    """To what is known of the contract."""
    return (*arrive(service), *known(person, heading, "compared"))


TO_FORM: Final = Step(
    "form", "看过信息，下一步", press(words.NEXT), words_filing.FORM, reads=(words_filing.PHONE,)
)
MISTAKE: Final = Step(
    "form-mistake",
    "电话只输四位就下一步",
    then(press(words_filing.CLEAR), keys(PHONE[:4]), press(words.NEXT)),
    words_filing.FORM,
    reads=(words_filing.WRONG_PHONE,),
)
CORRECTED: Final = Step(
    "form-filled",
    "补全电话，选择领证方式",
    then(keys(PHONE[4:]), press(words_filing.ELECTRONIC)),
    words_filing.FORM,
)


def rest_of_form(*, pages: int) -> tuple[Step, ...]:
    """The form's other pages, and the first questions."""
    second = Step(
        "form-second",
        "填写第二页",
        then(press(words.NEXT), press(words_filing.IN_FULL)),
        words_filing.FORM,
        reads=(words_filing.page_of(2, pages),),
    )
    third = Step(
        "form-third",
        "填写第三页",
        then(
            press(words.NEXT),
            press(words_filing.ONE_CERTIFICATE),
            press(words_filing.UTILITIES_TOO),
        ),
        words_filing.FORM,
        reads=(words_filing.page_of(3, pages),),
    )
    last = Step("questions", "填完了，下一步", press(words.NEXT), words_filing.QUESTIONS)
    return (second, *((third,) if pages > 2 else ()), last)


def answered(*, shared: bool) -> tuple[Step, ...]:
    """Both pages of questions, and the review. ``shared``: it is bought with somebody."""
    both = words_filing.YES if shared else words_filing.NO
    return (
        Step(
            "questions-answered",
            "回答前两个问题",
            then(
                under(words_filing.WANTED, words_filing.YES),
                under(words_filing.TRUE, words_filing.YES),
            ),
            words_filing.QUESTIONS,
        ),
        Step(
            "questions-second",
            "回答后两个问题",
            then(
                press(words.NEXT),
                under(words_filing.DISPUTE, words_filing.NO),
                under(words_filing.SHARED, both),
            ),
            words_filing.QUESTIONS,
            reads=(words_filing.page_of(2, 2),),
        ),
        Step("review", "核对全部内容", press(words.NEXT), words_filing.REVIEW),
    )


LEAF: Final = Step("review-last", "翻到核对页的最后一页", see_every_page, words_filing.REVIEW)


def signed(to: str, name: str) -> tuple[Step, ...]:
    """Sign; then comes the page ``to``, whose picture is so called."""
    return (
        Step("signature", "去签名", press(words_filing.TO_SIGN), words_filing.SIGNATURE),
        Step("signed", "在屏幕上签名", sign, words_filing.SIGNATURE),
        Step(name, "签好了", press(words_filing.SIGNED), to),
    )


def handed_in(says: str) -> Step:
    """Hand it in; it is accepted, and the page reads so."""
    return Step(
        "accepted",
        "提交申请",
        press(words_filing.HAND_IN),
        words_filing.ACCEPTED,
        reads=(says,),
    )


NOTICE: Final = Step(
    "notice",
    "查看受理通知书",
    press(words_filing.SEE_NOTICE),
    words_filing.NOTICE,
    reads=(words.SEAL_GOOD,),
    timeout_s=40.0,
)
TO_PAYMENT: Final = Step(
    "payment", "打印通知书", press(words.PRINT), words_filing.PAYMENT, timeout_s=60.0
)
TO_RATING: Final = Step("rating", "打印，取凭条", press(words.PRINT), words.RATING, timeout_s=60.0)
SHOW_CODE: Final = Step("qr", "选择手机扫码", press(words_filing.BY_QR), words_filing.QR)


def pad_waits(visitor: Visitor) -> None:
    """Wait until the pad asks for the payer's card."""
    visitor.awaits("an order on the pad", lambda: visitor.panel.state("pad")["waiting"])


AT_PAD: Final = Step(
    "pad", "选择刷卡机", then(press(words_filing.BY_PAD), pad_waits), words_filing.PAD
)
TAPPED: Final = Step(
    "receipt",
    "在刷卡机上拍卡",
    pull("pad", "tap"),
    words_filing.RECEIPT,
    reads=(words.SEAL_GOOD,),
    timeout_s=40.0,
)
PAID: Final = Step(
    "receipt",
    "在手机上付款，等票据",
    pull("centre", "pay", channel="wechat"),
    words_filing.RECEIPT,
    reads=(words.SEAL_GOOD,),
    timeout_s=40.0,
)
SKIP: Final = Step("farewell", "跳过评价", press(words.SKIP), words.FAREWELL)


def filed(service: str, person: str, *, pages: int, says: str) -> tuple[Step, ...]:
    """The short way of one applicant to an accepted application: nothing is mistyped."""
    return (
        *come_in(service, person),
        TO_FORM,
        *rest_of_form(pages=pages),
        *answered(shared=False),
        *signed(words_filing.SUBMIT, "submit"),
        handed_in(says),
    )


def to_payment(person: str) -> tuple[Step, ...]:
    """To the page where a case with a fee is paid."""
    says = words_filing.PAY_NEXT
    return (*filed(words_filing.TRANSFER, person, pages=3, says=says), NOTICE, TO_PAYMENT)


def finished(checks: Action, *, rated: bool = False) -> tuple[Step, ...]:
    """From the rating to the home page; ``checks`` what must be true then."""
    end = Step(FINISH.name, FINISH.says, FINISH.does, FINISH.sees, checks=checks)
    return (RATE if rated else SKIP, end)


def order_is(state: str, *, attempts: int = 1) -> Action:
    """The visit's one order comes to that state, with so many attempts to pay it."""

    def check(visitor: Visitor) -> None:
        visitor.awaits_row(
            "orders", lambda row: row["state"] == state, f"a {state} order", SETTLED_S
        )
        made = visitor.new_rows("attempts")
        if len(made) != attempts:
            raise Disbelief(f"{len(made)} attempts were made, not {attempts}")

    return check


def case_is(state: str) -> Action:
    """The newest case of all stands so."""

    def check(visitor: Visitor) -> None:
        cases = visitor.panel.state("centre")["cases"]
        last = cases[-1] if isinstance(cases, list) and cases else None
        if not isinstance(last, dict) or last["state"] != state:
            raise Disbelief(f"the newest case is {last}, not {state}")

    return check
