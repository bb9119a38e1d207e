"""The catalogue's building blocks: texts in the city's two languages, steps, choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Text = dict[str, str]
Step = dict[str, object]


def text(zh: str, en: str) -> Text:
    """A text in the city's two languages."""
    return {"zh-CN": zh, "en": en}


def step(kind: str, **params: object) -> Step:
    """A step that is always taken."""
    return {"kind": kind, "params": params}


def when(fact: str, equals: str | bool, wanted: Step) -> Step:  # noqa: FBT001 - the fact's value
    """The step, taken only if the fact has that value."""
    return {**wanted, "when": {"fact": fact, "equals": equals}}


def each_party(*steps: Step) -> list[Step]:
    """The steps in a loop: once for every party."""
    return [{**each, "for_each": "parties"} for each in steps]


def choices(options: Mapping[str, Text]) -> list[dict[str, object]]:
    """Values and their names, as forms and enquiries offer them."""
    return [{"value": value, "names": names} for value, names in options.items()]


YES_NO: Final = {"yes": text("是", "Yes"), "no": text("否", "No")}
FREE: Final = text("免费", "Free of charge")
AT_ONCE: Final = text("当场办完", "While you wait")
COMING: Final = text("即将开通，请到窗口办理", "Coming soon; please ask at a counter")
DOCUMENTS: Final = ("resident", "hmt_residence", "foreign_permanent", "social_security")
"""Documents with which a person may file and see their own cases and certificates."""
