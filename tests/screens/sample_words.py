"""The words of the sample pages, and what every sample page has."""

from __future__ import annotations

from screens.models.base import Bar, Button, Chrome, Language, Steps
from screens.models.pages import Fact
from screens.models.words import Localised, Plain, Text, Words

TABLES: dict[str, dict[str, str]] = {"zh-CN": {}, "en": {}}


def t(chinese: str, english: str) -> Text:
    """A key made on the spot, in both tables."""
    key = f"sample.{len(TABLES['en'])}"
    for known, text in TABLES["zh-CN"].items():
        if text == chinese and TABLES["en"][known] == english:
            return Text(key=known)
    TABLES["zh-CN"][key] = chinese
    TABLES["en"][key] = english
    return Text(key=key)


def fact(label: Words, value: Words | str, *, strong: bool = False) -> Fact:
    words = Plain(value=value) if isinstance(value, str) else value
    return Fact(label=label, value=words, strong=strong)


def chrome(
    *, language: str = "zh-CN", elder: bool = False, states: tuple[Words, ...] = ()
) -> Chrome:
    return Chrome(
        organisation=Localised(
            by_language={"zh-CN": "云江市不动产登记中心", "en": "Yunjiang Real Estate Registration"}
        ),
        states=states,
        language=language,
        languages=(Language(code="zh-CN", name="中文"), Language(code="en", name="English")),
        elder=elder,
    )


STEPS = (
    t("须知", "Before you start"),
    t("读身份证", "ID card"),
    t("本人核验", "Identity check"),
    t("选择用途", "Purpose"),
    t("查看结果", "Result"),
    t("打印证明", "Print"),
    t("评价", "Rating"),
)
BACK = Button(name="back", text=t("返回", "Back"))
LEAVE = Button(name="leave", text=t("退出", "Leave"))


def bar(
    forward: tuple[str, str] | None = None, *, why: Words | None = None, back: bool = True
) -> Bar:
    ahead = None
    if forward is not None:
        ahead = Button(name="next", text=t(*forward), enabled=why is None, why=why)
    return Bar(back=BACK if back else None, leave=LEAVE, forward=ahead)


def steps(current: int) -> Steps:
    return Steps(names=STEPS, current=current)
