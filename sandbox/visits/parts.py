"""What visits are put together from: actions, checks, and the steps that most of them share."""

from __future__ import annotations

from typing import Final

from sandbox.devices.twin import Json
from sandbox.visits import words
from sandbox.visits.step import Action, Step
from sandbox.visits.visitor import Disbelief, Visitor

READY_S: Final = 90.0
"""Until the kiosk has started, is enrolled and has a catalogue."""


def press(button: str) -> Action:
    """Press the button of that name."""
    return lambda visitor: visitor.presses(button)


def pull(twin: str, verb: str, **arguments: Json) -> Action:
    """Pull at a twin through the panel."""
    return lambda visitor: visitor.does(twin, verb, **arguments)


def then(*actions: Action) -> Action:
    """One after the other."""

    def do_all(visitor: Visitor) -> None:
        for action in actions:
            action(visitor)

    return do_all


def centre_saw(**rows: int) -> Action:
    """The ledger has exactly so many more rows."""
    return lambda visitor: visitor.centre_saw(**rows)


def papers(*, certificates: int, slips: int) -> Action:
    """Exactly so much paper came out."""
    return lambda visitor: visitor.papers_came(certificates=certificates, slips=slips)


def look(_visitor: Visitor) -> None:
    """Only look."""


def can_choose(service: str) -> Action:
    """Wait until that service can be chosen."""
    return lambda visitor: visitor.presser.wait_until(
        lambda page: (tile := page.button(service)) is not None and tile.enabled,
        f"{service} that can be chosen",
        READY_S,
    )


def turn_as_told(visitor: Visitor) -> None:
    """Turn the head as the page says, until it goes."""
    visitor.turns_as_told()


def type_the_code(visitor: Visitor) -> None:
    """Read the text message and type its code."""
    visitor.types_the_code_from_the_phone()


def card_of(person: str) -> Step:
    """Put a person's card on; it is good."""
    return Step("confirm", "放上身份证", pull("reader", "put_card", person=person), words.CONFIRM)


def at_home(service: str) -> Step:
    """At the home page, where the service can be chosen."""
    return Step("home", "看主页", can_choose(service), words.HOME, timeout_s=READY_S)


def turned(to: str) -> Step:
    """Turn the head as told; that leads to the page of that heading."""
    return Step("recognised", "按提示转头", turn_as_told, to, timeout_s=30.0)


AT_HOME: Final = at_home(words.SERVICE)
CHOOSE: Final = Step("guide", "选择业务", press(words.SERVICE), words.GUIDE)
BEGIN: Final = Step("card", "开始办理", press(words.START), words.CARD)
PUT_CARD: Final = card_of("zhang")
CONFIRM: Final = Step("consent", "确认是本人", press(words.IT_IS_ME), words.CONSENT)
BY_FACE: Final = Step("face", "同意刷脸", press(words.BY_FACE), words.FACE, live=True)
TURN: Final = Step("enquiry", "按提示转头", turn_as_told, words.ENQUIRY, timeout_s=30.0)
SCOPE: Final = Step("scope", "选择查询范围", press(words.WHOLE_CITY), words.ENQUIRY, picture=False)
PURPOSE: Final = Step("chosen", "选择证明用途", press(words.SCHOOL), words.ENQUIRY)
ENQUIRE: Final = Step("result", "查询", press(words.ENQUIRE), words.RESULT)
SEE: Final = Step(
    "preview",
    "查看证明",
    press(words.SEE_CERTIFICATE),
    words.PREVIEW,
    reads=(words.SEAL_GOOD,),
    timeout_s=40.0,
)
PRINT: Final = Step("rating", "打印证明，取凭条", press(words.PRINT), words.RATING, timeout_s=60.0)
RATE: Final = Step(
    "farewell", "评价", press(words.BEST_GRADE), words.FAREWELL, reads=(words.WIPED,)
)
LIFT_CARD: Final = pull("reader", "lift_card")
FINISH: Final = Step(
    "home-again", "取走证件和纸张", then(LIFT_CARD, press(words.FINISH)), words.HOME
)
LEAVE: Final = Step(
    "early-farewell", "退出", press(words.LEAVE), words.EARLY_FAREWELL, reads=(words.LEFT,)
)
TO_CONSENT: Final = (AT_HOME, CHOOSE, BEGIN, PUT_CARD, CONFIRM)
RECOGNISED: Final = (*TO_CONSENT, BY_FACE, TURN)
TO_RESULT: Final = (*RECOGNISED, SCOPE, PURPOSE, ENQUIRE)


def left(checks: Action) -> tuple[Step, ...]:
    """The end of a visit that is given up, with what must be true then."""
    end = Step(
        "home-again", "取走证件", then(LIFT_CARD, press(words.FINISH)), words.HOME, checks=checks
    )
    return (LEAVE, end)


def at_the_last_page(visitor: Visitor) -> None:
    """One can only turn back, and the page's number is that of the last."""
    page = visitor.presser.page()
    forward, back = page.button(words.PAGE_FOLLOWING), page.button(words.PAGE_PREVIOUS)
    if forward is None or forward.enabled or back is None or not back.enabled:
        raise Disbelief(f"this is not the last of several pages; there is {page}")


def see_every_page(visitor: Visitor) -> None:
    """Turn the document's pages to the end, if it has more than one."""
    page = visitor.presser.page()
    while (forward := page.button(words.PAGE_FOLLOWING)) is not None and forward.enabled:
        visitor.presses(words.PAGE_FOLLOWING)
        before = page.texts
        page = visitor.presser.wait_until(lambda now, old=before: now.texts != old, "a page")


def outcomes_are(*outcomes: str) -> Action:
    """The prints that the centre was told of ended so, in any order."""

    def check(visitor: Visitor) -> None:
        told = sorted(str(row["outcome"]) for row in visitor.new_rows("print_outcomes"))
        if told != sorted(outcomes):
            raise Disbelief(f"the centre was told {told}, not {sorted(outcomes)}")

    return check


def kill_screen(visitor: Visitor) -> None:
    """Kill it and wait until the glass is empty."""
    visitor.kiosk.kill_screen()
    visitor.presser.wait_until(lambda page: not page.nodes, "an empty glass")


def still_chosen(visitor: Visitor) -> None:
    """What was chosen before is still chosen."""
    page = visitor.presser.page()
    for option in (words.WHOLE_CITY, words.SCHOOL):
        card = page.button(option)
        if card is None or card.description != words.CHOSEN:
            raise Disbelief(f"{option} is not chosen any more; there is {page}")
