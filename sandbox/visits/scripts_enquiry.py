"""Visits for the housing situation certificate, as it goes and as it goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sandbox.visits import words
from sandbox.visits.parts import (
    AT_HOME,
    BEGIN,
    BY_FACE,
    CHOOSE,
    CONFIRM,
    ENQUIRE,
    FINISH,
    LIFT_CARD,
    PRINT,
    PURPOSE,
    RATE,
    RECOGNISED,
    SCOPE,
    SEE,
    TO_CONSENT,
    TO_RESULT,
    TURN,
    at_the_last_page,
    card_of,
    centre_saw,
    kill_screen,
    left,
    look,
    outcomes_are,
    papers,
    press,
    pull,
    see_every_page,
    still_chosen,
    then,
    turn_as_told,
    type_the_code,
)
from sandbox.visits.step import Step, Visit

BACK_S: Final = 40.0
"""Until a killed process is back, on a machine that does something else too."""
SLOW_SHEET_S: Final = 6.0
"""Long enough to be killed in."""


def _certificate() -> Visit:
    after = then(
        papers(certificates=1, slips=1),
        centre_saw(sessions=1, enquiries=1, evaluations=1, statistics=1, print_outcomes=1),
        outcomes_are("printed"),
    )
    pages = Step("preview-end", "看最后一页", see_every_page, words.PREVIEW)
    end = Step(FINISH.name, FINISH.says, FINISH.does, FINISH.sees, checks=after)
    steps = (*TO_RESULT, SEE, pages, PRINT, RATE, end)
    tells = "刷脸，查询，取得盖章的证明和凭条"
    return Visit("certificate", tells, steps, documents=("certificate",), slip="slip")


def _many_pages() -> Visit:
    """The landlord owns so many homes that the certificate has more than one sheet."""
    pages = Step(
        "preview-end",
        "翻到最后一页",
        then(press(words.PAGE_FOLLOWING), see_every_page),
        words.PREVIEW,
        checks=at_the_last_page,
    )
    after = then(
        papers(certificates=1, slips=1), centre_saw(print_outcomes=1), outcomes_are("printed")
    )
    steps = (
        *(AT_HOME, CHOOSE, BEGIN, card_of("landlord"), CONFIRM, BY_FACE, TURN),
        *(SCOPE, PURPOSE, ENQUIRE, SEE, pages, PRINT, RATE),
        Step(FINISH.name, FINISH.says, FINISH.does, FINISH.sees, checks=after),
    )
    return Visit("many_pages", "名下住房多，证明不止一页", steps)


def _sms() -> Visit:
    steps = (
        *TO_CONSENT,
        Step("code", "选择短信验证", press(words.BY_SMS), words.CODE),
        Step(
            "enquiry",
            "输入手机上的验证码",
            then(type_the_code, press(words.NEXT)),
            words.ENQUIRY,
        ),
        *left(then(centre_saw(sessions=1, enquiries=0), papers(certificates=0, slips=0))),
    )
    return Visit("sms", "用短信验证码核验", steps)


def _impostor() -> Visit:
    nobody = then(
        centre_saw(sessions=0, enquiries=0, statistics=1), papers(certificates=0, slips=0)
    )
    stand = pull("camera", "stand", person="impostor")
    steps = (
        *TO_CONSENT,
        Step("face", "另一个人同意刷脸", then(stand, press(words.BY_FACE)), words.FACE),
        Step("not-matched", "按提示转头", turn_as_told, words.NOT_MATCHED, timeout_s=30.0),
        *left(nobody),
    )
    return Visit("impostor", "拿别人的证件刷脸，不通过", steps)


def _no_liveness() -> Visit:
    nobody = then(
        centre_saw(sessions=0, enquiries=0, statistics=1), papers(certificates=0, slips=0)
    )
    steps = (
        *TO_CONSENT,
        BY_FACE,
        Step("no-liveness", "不转头", look, words.NO_LIVENESS, timeout_s=60.0),
        *left(nobody),
    )
    return Visit("no_liveness", "不按提示转头，不通过", steps)


def _captive_portal() -> Visit:
    caught = then(pull("line", "captive_portal"), press(words.ENQUIRE))
    steps = (
        *RECOGNISED,
        SCOPE,
        PURPOSE,
        Step("unbelievable", "网络被登录页劫持时查询", caught, words.UNBELIEVABLE, timeout_s=40.0),
        Step(
            "result",
            "网络恢复，再试一次",
            then(pull("line", "up"), press(words.RETRY)),
            words.RESULT,
        ),
        *left(then(centre_saw(sessions=1, enquiries=1), papers(certificates=0, slips=0))),
    )
    return Visit("captive_portal", "网络被登录页劫持，不采信", steps)


def _tampered(kind: str) -> Callable[[], Visit]:
    def visit() -> Visit:
        spoil = then(pull("centre", "tamper", kind=kind), press(words.SEE_CERTIFICATE))
        nothing = then(centre_saw(enquiries=1, print_outcomes=0), papers(certificates=0, slips=0))
        steps = (
            *TO_RESULT,
            Step(
                "untrusted", f"查看被改动的证明（{kind}）", spoil, words.UNTRUSTED, timeout_s=40.0
            ),
            *left(nothing),
        )
        return Visit(f"tampered_{kind}", "证明的印章不可信，不显示也不打印", steps)

    return visit


def _unknown_print() -> Visit:
    uncounted = then(pull("certificate_printer", "misbehave", mode="no_count"), press(words.PRINT))
    after = then(
        centre_saw(print_outcomes=1), outcomes_are("unknown"), papers(certificates=1, slips=1)
    )
    steps = (
        *TO_RESULT,
        SEE,
        Step("unknown-print", "打印机不报张数", uncounted, words.UNKNOWN_PRINT, timeout_s=60.0),
        Step("rating", "继续", press(words.NEXT), words.RATING, timeout_s=40.0),
        Step("farewell", "跳过评价", press(words.SKIP), words.FAREWELL),
        Step(FINISH.name, FINISH.says, FINISH.does, FINISH.sees, checks=after),
    )
    return Visit("unknown_print", "打印结果不明，不重复打印", steps)


def _screen_killed() -> Visit:
    back = Step(
        "screen-back",
        "屏幕进程被杀死后回到同一页",
        kill_screen,
        words.ENQUIRY,
        checks=still_chosen,
        timeout_s=BACK_S,
    )
    ended = centre_saw(sessions=1, enquiries=1, statistics=1)
    steps = (*RECOGNISED, SCOPE, PURPOSE, back, ENQUIRE, *left(ended))
    return Visit("screen_killed", "屏幕进程死后，办理继续", steps)


def _core_killed() -> Visit:
    slowly = pull("certificate_printer", "pace", seconds_per_sheet=SLOW_SHEET_S)
    after = then(
        centre_saw(print_outcomes=1, statistics=0, sessions=1), papers(certificates=1, slips=0)
    )
    steps = (
        *TO_RESULT,
        SEE,
        Step("printing", "打印证明", then(slowly, press(words.PRINT)), words.PRINTING),
        Step(
            "please-wait",
            "打印途中核心进程被杀死",
            lambda visitor: visitor.kiosk.kill_core(),
            words.PLEASE_WAIT,
        ),
        Step(
            "interrupted",
            "回到主页",
            look,
            words.HOME,
            reads=(words.INTERRUPTED,),
            checks=LIFT_CARD,
            timeout_s=BACK_S,
        ),
        Step("settled", "补记打印结果", look, words.HOME, checks=after, picture=False),
    )
    return Visit("core_killed", "核心进程在打印途中死后，办理安全结束", steps)


ENQUIRY_VISITS: Final[dict[str, Callable[[], Visit]]] = {
    "certificate": _certificate,
    "many_pages": _many_pages,
    "sms": _sms,
    "impostor": _impostor,
    "no_liveness": _no_liveness,
    "captive_portal": _captive_portal,
    "tampered_byte": _tampered("byte"),
    "tampered_append": _tampered("append"),
    "tampered_other_ca": _tampered("other_ca"),
    "unknown_print": _unknown_print,
    "screen_killed": _screen_killed,
    "core_killed": _core_killed,
}
