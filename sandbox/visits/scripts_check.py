"""Visits that check a certificate: anybody may, without a card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from sandbox.people_seed import invent_city
from sandbox.visits import words, words_check
from sandbox.visits.parts import at_home, centre_saw, papers, press, pull, then
from sandbox.visits.parts_filing import SKIP, keys
from sandbox.visits.step import Action, Step, Visit
from sandbox.visits.visitor import Disbelief, Visitor

SEEN_S: Final = 30.0
"""Until the camera has read what is held up."""


def text_of(visitor: Visitor, *, forged: str = "", other: str = "") -> str:
    """A QR text of the city's: the newest certificate's, a forgery's, or one of another kind."""
    codes = visitor.panel.codes()
    if other:
        return str(codes[other])
    kept = cast("dict[str, str]", codes["forged" if forged else "good"])
    if not kept:
        raise Disbelief("the city has no such code")
    return kept[forged] if forged else list(kept.values())[-1]


def hold_up(*, forged: str = "", other: str = "") -> Action:
    """Hold that code before the camera."""
    return lambda visitor: visitor.does(
        "camera", "show_code", text=text_of(visitor, forged=forged, other=other)
    )


TO_WAYS: Final = (
    at_home(words_check.SERVICE),
    Step("guide", "选择业务", press(words_check.SERVICE), words_check.GUIDE),
    Step("ways", "开始办理", press(words.START), words_check.WAYS),
)
TO_SCAN: Final = Step(
    "scan", "选择扫二维码", press(words_check.BY_CODE), words_check.SCAN, live=True
)
PUT_AWAY: Final = pull("camera", "hide_code")


def shown(verdict: str, *reads: str, forged: str = "", other: str = "") -> Step:
    """A code is held up; the verdict stands there."""
    held = hold_up(forged=forged, other=other)
    says = "把二维码举到镜头前"
    return Step(
        "verdict", says, held, words_check.VERDICT, reads=(verdict, *reads), timeout_s=SEEN_S
    )


def seen(checks: Action) -> tuple[Step, ...]:
    """From the verdict to the home page; nothing was printed and nobody was asked who they are."""
    after = then(checks, centre_saw(sessions=0, statistics=1), papers(certificates=0, slips=0))
    return (
        Step("rating", "看完了", then(PUT_AWAY, press(words_check.SEEN)), words.RATING),
        SKIP,
        Step("home-again", "离开", press(words.FINISH), words.HOME, checks=after),
    )


def nothing_more(_visitor: Visitor) -> None:
    """No further check."""


def again(way: str, page: str, name: str) -> Step:
    """Another certificate, by that way."""
    press_it = then(PUT_AWAY, press(words_check.ANOTHER), press(way))
    return Step(name, "再核验一份", press_it, page, live=way == words_check.BY_CODE)


AGAIN: Final = again(words_check.BY_CODE, words_check.SCAN, "scan-again")


def revoke_newest(state: str) -> Action:
    """The office cancels or replaces the newest certificate, or takes that back (``current``)."""

    def do(visitor: Visitor) -> None:
        number = list(cast("dict[str, str]", visitor.panel.codes()["good"]))[-1]
        visitor.does("centre", "revoke", number=number, state=state)

    return do


def _check() -> Visit:
    steps = (*TO_WAYS, TO_SCAN, shown(words_check.CURRENT), *seen(nothing_more))
    return Visit("check", "扫码核验一份证书，当场看到结果", steps)


def _check_bad() -> Visit:
    """Altered, cancelled, replaced, and a code that is no certificate's."""
    forge = pull("centre", "forge_qr", kind="altered")
    cancelled = shown(words_check.CANCELLED)
    cancel = then(revoke_newest("cancelled"), cancelled.does)
    replaced = shown(words_check.REPLACED)
    replace_it = then(revoke_newest("replaced"), replaced.does)
    forged = shown(words_check.FORGED, forged="altered")
    steps = (
        *TO_WAYS,
        TO_SCAN,
        Step("forged", "举起伪造的二维码", then(forge, forged.does), *_as(forged)),
        AGAIN,
        Step("cancelled", "举起已注销证书的二维码", cancel, *_as(cancelled)),
        AGAIN,
        Step("replaced", "举起已换证的二维码", replace_it, *_as(replaced)),
        AGAIN,
        Step(
            "not-ours",
            "举起别处的二维码",
            *_does_as(shown(words_check.NOT_OURS, other="foreign_url")),
        ),
        *seen(revoke_newest("current")),
    )
    return Visit("check_bad", "伪造的、注销的、换过证的、别处的二维码，各说各的", steps)


def _as(step: Step) -> tuple[str, tuple[str, ...]]:
    return step.sees, step.reads


def _does_as(step: Step) -> tuple[Action, str, tuple[str, ...]]:
    return step.does, step.sees, step.reads


def _check_by_number() -> Visit:
    """With the holder's own number, then with somebody else's."""
    people = invent_city()
    owner, stranger = people.resident("zhang").number, people.resident("li").number
    number = Step(
        "number",
        "输入证号",
        then(
            press(words_check.OWNERSHIP),
            press(words_check.YEAR),
            keys(FIRST_YEAR),
            press(words_check.SERIAL),
            keys(FIRST_SERIAL),
        ),
        words_check.NUMBER,
    )
    steps = (
        *TO_WAYS,
        Step("typing", "选择输入证号", press(words_check.BY_NUMBER), words_check.NUMBER),
        number,
        *_holder(owner, words_check.CURRENT),
        again(words_check.BY_NUMBER, words_check.NUMBER, "typing-again"),
        number,
        *_holder(stranger, words_check.NO_MATCH),
        *seen(nothing_more),
    )
    return Visit("check_by_number", "凭证号和权利人证件号码核验", steps)


FIRST_YEAR: Final = "2017"
FIRST_SERIAL: Final = "1"
"""Of zhang's certificate, the first in the register: 云(2017)云汀市不动产权第0000001号."""


def _holder(number: str, verdict: str) -> tuple[Step, ...]:
    typed = then(press(words_check.PERSON), press(words_check.HOLDERS_NUMBER), keys(number))
    return (
        Step("holder", "下一步", press(words.NEXT), words_check.HOLDER),
        Step("holder-typed", "输入权利人的证件号码", typed, words_check.HOLDER),
        Step("verdict", "核验", press(words_check.CHECK), words_check.VERDICT, reads=(verdict,)),
    )


def _check_offline() -> Visit:
    """The line is down: the signature can be checked, today's state can't."""
    drop = then(pull("line", "drop"), press(words_check.BY_CODE))
    signed = shown(words_check.SIGNATURE_ONLY, words_check.NOT_TODAY)
    steps = (
        *TO_WAYS,
        Step("scan", "断网后选择扫二维码", drop, words_check.SCAN, live=True),
        signed,
        *seen(pull("line", "up")),
    )
    return Visit("check_offline", "断网时只验签名，并说明不能证明什么", steps)


def _check_expired() -> Visit:
    """The line is down, and the lists were past their last day when the kiosk was started."""
    drop = then(pull("line", "drop"), press(words_check.BY_CODE))
    steps = (
        *TO_WAYS,
        Step("scan", "断网后选择扫二维码", drop, words_check.SCAN, live=True),
        shown(words_check.LIST_EXPIRED, words_check.NOT_CALLED_FALSE),
        *seen(pull("line", "up")),
    )
    return Visit(
        "check_expired",
        "断网，核验名单也过期：不能核验，不说是假的",
        steps,
        before=lambda panel: panel.do("centre", "expire_trust"),
    )


CHECK_VISITS: Final[dict[str, Callable[[], Visit]]] = {
    "check": _check,
    "check_bad": _check_bad,
    "check_by_number": _check_by_number,
    "check_offline": _check_offline,
    "check_expired": _check_expired,
}
