"""Visits in which a payment does not go well: declined, not known, called off, cut short."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sandbox.visits import words, words_filing
from sandbox.visits.panel_client import PanelRefused
from sandbox.visits.parts import (
    LIFT_CARD,
    centre_saw,
    left,
    look,
    outcomes_are,
    papers,
    press,
    pull,
    then,
)
from sandbox.visits.parts_filing import (
    AT_PAD,
    NOTICE,
    PAID,
    SHOW_CODE,
    TO_FORM,
    TO_PAYMENT,
    TO_RATING,
    answered,
    arrive,
    case_is,
    finished,
    handed_in,
    known,
    order_is,
    rest_of_form,
    signed,
    to_payment,
)
from sandbox.visits.step import Action, Step, Visit
from sandbox.visits.visitor import Disbelief, Visitor

SILENT_S: Final = 45.0
"""Until the kiosk says that it does not know; its own patience is 20 s."""
BACK_S: Final = 40.0
"""Until a killed process is back, on a machine that does something else too."""


def choose_a_free_contract(visitor: Visitor) -> None:
    """Choose the first of several contracts that can be filed."""

    def free(visitor: Visitor) -> str:
        nodes = visitor.presser.page().nodes
        names = [node.name for node in nodes if node.is_button and CAN_BE in node.description]
        return names[0] if names else ""

    visitor.presses(str(visitor.awaits("a contract that can be filed", lambda: free(visitor))))


CAN_BE: Final = "可以办理"


def one_of_several() -> tuple[Step, ...]:
    """Like ``to_payment`` for the landlord, who has bought three homes."""
    choose = Step("compared", "选择一份合同", choose_a_free_contract, words_filing.COMPARED)
    return (
        *arrive(words_filing.TRANSFER),
        *known("landlord", words_filing.WHICH, "contracts"),
        choose,
        TO_FORM,
        *rest_of_form(pages=3),
        *answered(shared=False),
        *signed(words_filing.SUBMIT, "submit"),
        handed_in(words_filing.PAY_NEXT),
        NOTICE,
        TO_PAYMENT,
    )


BOOKED: Final = then(
    case_is("booked"),
    papers(certificates=2, slips=1),
    centre_saw(sessions=1, fiscal_receipts=1, print_outcomes=2),
    outcomes_are("printed", "printed"),
)


def _declined_then_code() -> Visit:
    steps = (
        *one_of_several(),
        AT_PAD,
        Step("declined", "银行不同意", pull("pad", "decline"), words_filing.DECLINED),
        Step("payment-again", "再试一次", press(words.RETRY), words_filing.PAYMENT),
        SHOW_CODE,
        PAID,
        TO_RATING,
        *finished(then(order_is("paid", attempts=2), BOOKED)),
    )
    return Visit("pad_declined", "刷卡没有成功，改用手机扫码", steps)


def _unknown_at_pad() -> Visit:
    """It was paid, but nobody says so: neither the pad nor the centre, whose line is down."""
    cut = then(
        pull("pad", "misbehave", mode="silent"),
        pull("line", "drop"),
        pull("pad", "tap"),
        press(words_filing.DO_NOT_PAY),
    )
    restored = then(
        pull("line", "up"),
        pull("pad", "misbehave", mode="none"),
        press(words.NEXT),
    )
    after = then(
        order_is("paid"),
        case_is("booked"),
        pad_result_is("paid"),
        papers(certificates=1, slips=1),
        centre_saw(fiscal_receipts=1, incidents=0),
    )
    steps = (
        *one_of_several(),
        AT_PAD,
        Step(
            "not-known",
            "付了款，刷卡机和网络都没有回音",
            cut,
            words_filing.NOT_KNOWN,
            reads=(words_filing.NOT_TWICE,),
            timeout_s=SILENT_S,
        ),
        Step("rating", "不等了，取凭条", restored, words.RATING, timeout_s=40.0),
        *finished(after),
    )
    return Visit("pad_unknown", "不知道是否已扣款，离开以后自动查清", steps)


def pad_result_is(outcome: str) -> Action:
    """The kiosk tells the centre so of its pad."""
    return lambda visitor: visitor.awaits_row(
        "pad_results", lambda row: row["outcome"] == outcome, f"a pad result {outcome}"
    )


def _code_left_behind() -> Visit:
    after = then(
        attempt_ends("closed"),
        refused_on_the_phone,
        order_is("open"),
        case_is("awaiting_payment"),
        papers(certificates=1, slips=0),
        centre_saw(fiscal_receipts=0),
    )
    steps = (*one_of_several(), SHOW_CODE, *left(after))
    return Visit("qr_left", "二维码没付就离开，二维码作废", steps)


def attempt_ends(reason: str) -> Action:
    """The one attempt took no money, for that reason."""
    return lambda visitor: visitor.awaits_row(
        "attempts",
        lambda row: (row["state"], row["reason"]) == ("not_paid", reason),
        f"an attempt that is {reason}",
    )


def refused_on_the_phone(visitor: Visitor) -> None:
    """Whoever has photographed the code can't pay it any more."""
    (attempt,) = visitor.new_rows("attempts")
    try:
        visitor.does("centre", "pay", attempt=attempt["attempt"])
    except PanelRefused:
        return
    raise Disbelief("a code that was left behind took money")


def _core_killed() -> Visit:
    killed = then(
        lambda visitor: visitor.kiosk.kill_core(),
        pull("centre", "pay", channel="alipay"),
    )
    after = then(
        LIFT_CARD,
        order_is("paid"),
        case_is("booked"),
        papers(certificates=1, slips=0),
        centre_saw(fiscal_receipts=1, incidents=0),
    )
    steps = (
        *to_payment("zhang"),
        SHOW_CODE,
        Step("please-wait", "核心进程被杀死，同时在手机上付款", killed, words.PLEASE_WAIT),
        Step(
            "interrupted",
            "回到主页",
            look,
            words.HOME,
            reads=(words.INTERRUPTED,),
            checks=after,
            timeout_s=BACK_S,
        ),
        Step("settled", "款只付了一次", look, words.HOME, picture=False),
    )
    return Visit("core_killed_paying", "核心进程死时正在付款，款记一次", steps)


def _unplugged() -> Visit:
    steps = (
        *to_payment("zhao"),
        AT_PAD,
        Step(
            "pad-gone",
            "付款途中刷卡机断开",
            pull("pad", "unplug"),
            words_filing.CANCELLED,
            reads=(words_filing.NOTHING_TAKEN,),
            timeout_s=SILENT_S,
        ),
        Step("rating", "以后再缴", press(words_filing.LATER), words.RATING, timeout_s=40.0),
        *finished(
            then(
                attempt_ends("closed"),
                order_is("open"),
                case_is("awaiting_payment"),
                papers(certificates=1, slips=1),
                centre_saw(fiscal_receipts=0, incidents=0),
            )
        ),
    )
    return Visit("pad_unplugged", "付款途中刷卡机断开，没有扣款", steps)


PAYMENT_VISITS: Final[dict[str, Callable[[], Visit]]] = {
    "pad_declined": _declined_then_code,
    "pad_unknown": _unknown_at_pad,
    "pad_unplugged": _unplugged,
    "qr_left": _code_left_behind,
    "core_killed_paying": _core_killed,
}
