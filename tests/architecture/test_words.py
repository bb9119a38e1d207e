"""The string tables: the same keys in each language, none missing, none unused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import cast

from kiosk import text
from tests.architecture.wording_survey import ROOT, Survey, survey

SPEAKING = (
    "kiosk/journey/**/*.py",
    "kiosk/papers/slips.py",
    "kiosk/home.py",
    "kiosk/supervisor.py",
    "screens/**/*.py",
)
CHINESE = text.tables()["zh-CN"]
SHORT_NAMES = {"screen.picture_coming", "screen.picture_late"}
"""Named without their prefix in screens/live.py and passed on by a variable."""


def placeholders(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


def sources() -> Iterator[str]:
    for pattern in SPEAKING:
        for path in sorted(ROOT.glob(pattern)):
            yield path.read_text(encoding="utf-8")


def look(*more: str) -> Survey:
    return survey((*sources(), *more), {key.partition(".")[0] for key in CHINESE})


def missing(found: Survey) -> set[str]:
    return found.used() - CHINESE.keys()


def test_each_language_has_the_same_keys_and_placeholders() -> None:
    for language, table in text.tables().items():
        assert table.keys() == CHINESE.keys(), language
        for key, sentence in table.items():
            assert placeholders(sentence) == placeholders(CHINESE[key]), (language, key)
            assert sentence.strip() == sentence, (language, key)
            assert sentence, (language, key)


def test_english_is_not_left_in_chinese_nor_the_other_way_round() -> None:
    hanzi = re.compile(r"[\u4e00-\u9fff]")
    other = {"screen.other_language", "screen.other_language_wait"}
    for key in CHINESE.keys() - other:
        assert not hanzi.search(text.tables()["en"][key]), key
        only_holes = re.sub(r"\{\w+\}", "", CHINESE[key]).strip(" .：") == ""
        assert hanzi.search(CHINESE[key]) or only_holes, key


def test_every_key_that_is_used_exists() -> None:
    assert missing(look()) == set()


def test_every_dynamic_key_is_documented() -> None:
    assert look().undocumented() == set()


def test_no_key_is_unused() -> None:
    found = look()
    assert {f"screen.{constant}" for constant in found.constants} >= SHORT_NAMES
    assert CHINESE.keys() - found.used() - SHORT_NAMES == set()


def test_what_a_sentence_needs_is_given() -> None:
    for key, calls in look().literal.items():
        for given in calls:
            assert "**" in given or placeholders(CHINESE[key]) <= given, (key, given)


def test_the_checker_finds_what_was_planted() -> None:
    planted = look('def page(): return framing.text("home.planted_key")')
    assert missing(planted) == {"home.planted_key"}
    by_variable = look('key = "trouble.planted.heading"')
    assert missing(by_variable) == {"trouble.planted.heading"}
    dynamic = look('framing.text(f"planted.{word}")')
    assert dynamic.undocumented() == {"planted.{}"}
    assert {"button.planted"} == missing(look('framing.button("planted")'))


def test_the_screens_own_words_are_the_same_in_both_places() -> None:
    path = ROOT / "screens" / "assets" / "builtin.json"
    builtin = cast("dict[str, dict[str, str]]", json.loads(path.read_text(encoding="utf-8")))
    assert builtin.keys() == text.tables().keys()
    for language, table in text.tables().items():
        own = {key: words for key, words in table.items() if key.startswith("screen.")}
        assert own == builtin[language], language
