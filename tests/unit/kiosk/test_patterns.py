"""Regular expressions of the catalogue: which are read, and that those take bounded time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.journey.patterns import BadPattern, bounded


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("^1[0-9]{10}$", "13800000000", "1380000000"),
        ("^[A-Z]{1,3}-?[0-9]{2,8}$", "AB-123", "AB-"),
        (r"^\w{1,20}@\w{1,20}\.\w{2,6}$", "a@b.cn", "a@b"),
        ("^(?:A|BC)?[0-9]{4}$", "BC1234", "B1234"),
        ("^(?:[0-9]{2}){3}$", "123456", "12345"),
        (r"^[^\]\-]+$", "abc", "a-c"),
        (r"^\u4e91[(（][0-9]{4}[)）].+$", "云(2026)第1号", "云2026"),
        (r"^\d+$", "12", "１２"),
        ("ab", "xaby", "xay"),
        ("", "", "\0never"),
        (".+b", "ab", "b"),
    ],
)
def test_patterns_that_are_read(pattern: str, matching: str, other: str) -> None:
    found = bounded(pattern, 40)
    assert found.search(matching)
    assert other == "\0never" or not found.search(other)


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "^(a*)*$",
        "^(a|aa)+$",
        "^(a|a)*$",
        "^([a-z]+)*$",
        "^(a?){60}a{60}$",
        "^(?:a{0,9}){3}$",
        "^(?:ab)*$",
        "^" + "a*" * 40 + "b$",
        "^" + "(a|a)" * 39 + "$",
        "^" + "a?" * 90 + "$",
        "^.*.*.*$",
        ".*.*",
        r"^(a)\1$",
        r"^(?=a).$",
        r"^(?!a).$",
        r"^(?<=a)b$",
        r"^(?P<x>a)$",
        r"^(?i)a$",
        r"^(?>a+)b$",
        r"^a++$",
        r"^a+?$",
        r"^\bword\b$",
        r"^\Aa\Z$",
        "^a|b$",
        "a^b",
        "a$b",
        "*",
        "^{3}$",
        "^a{,3}$",
        "^a{3,1}$",
        "^a{1000}$",
        "^[z-a]$",
        "^[[a]]$",
        "^[a--b]$",
        "^[a&&b]$",
        "^[]$",
        "^[a$",
        "^(a$",
        "^a)$",
        "\\",
        "^a\\$",
        "a" * 201,
    ],
)
def test_patterns_that_are_not(pattern: str) -> None:
    with pytest.raises(BadPattern):
        bounded(pattern, 200)


def test_the_worst_that_is_read_is_bounded() -> None:
    """What a naive matcher tries is counted; a catastrophic one would never come back."""
    text = "a" * 200
    for pattern in ("^a*a*b$", "^a{0,200}a{0,200}b$", "^(?:a|a)(?:a|a)(?:a|a)a*b$", "a*b"):
        assert bounded(pattern, 200).search(text) is None


@given(st.text(alphabet="ab01^$|?*+(){}[],\\-:.dwsu&~=!<P", max_size=24))
@settings(max_examples=600, deadline=None)
def test_any_pattern_is_read_or_refused(pattern: str) -> None:
    try:
        found = bounded(pattern, 40)
    except BadPattern:
        return
    assert found.search("a" * 40) is None or re.search(pattern, "a" * 40, re.ASCII) is not None
