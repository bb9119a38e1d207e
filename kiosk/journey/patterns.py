"""Regular expressions of a catalogue, held to those whose time is bounded. Pure.

A backtracking matcher tries at most as many ways as the choices in an expression multiply to:
repetitions by how often they may repeat, groups by their alternatives. That number is counted
before an expression is used; repeated groups with a choice in them, references and looking around
are not read at all. What is read means the same here and in ECMA 262, JSON Schema's own dialect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 200
"""Characters of an expression."""
MOST_WAYS = 50_000
"""Some milliseconds on a slow machine."""
_ESCAPED = r"\\(?:[dwsDWS]|u[0-9A-Fa-f]{4}|[!-/:-@\[-`{-~])"
_TOKEN = re.compile(
    rf"""(?P<open>\((?:\?:)?)
    |(?P<close>\))
    |(?P<or>\|)
    |(?P<times>[?*+]|\{{[0-9]{{1,3}}(?:,[0-9]{{0,3}})?\}})
    |(?P<one>{_ESCAPED}|\[\^?(?:{_ESCAPED}|[^\\\[\]&|~])+\]|[^\\^$|?*+()\[\]{{}}])""",
    re.VERBOSE,
)
_BOUNDS = {"?": "0,1", "*": "0,", "+": "1,"}


class BadPattern(ValueError):
    """An expression that is none, or may take too long."""


def bounded(pattern: str, longest_value: int) -> re.Pattern[str]:
    """The expression, to be used with ``search`` on at most that many characters."""
    if len(pattern) > LONGEST:
        raise BadPattern("it is too long")
    inner = pattern.removeprefix("^").removesuffix("$")
    ways = _ways(list(_tokens(inner)), longest_value)
    if not pattern.startswith("^"):
        ways *= longest_value + 1
    if ways > MOST_WAYS:
        raise BadPattern("it may take too long")
    try:
        return re.compile(pattern, re.ASCII)
    except (re.error, OverflowError):
        raise BadPattern("it is no expression") from None


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None or "--" in found.group():
            raise BadPattern("it holds what is not read here")
        yield found.lastgroup, found.group()
        at = found.end()


@dataclass(slots=True)
class _Branch:
    """One level of groups. ``last`` is the item that may yet be repeated; the ways multiply."""

    others: int = 0
    before: int = 1
    last: int = 1
    group: bool = False
    repeatable: bool = False

    @property
    def ways(self) -> int:
        """Of this level, all its alternatives."""
        return self.others + self.before * self.last

    def take(self, ways: int, *, group: bool) -> None:
        """Another item."""
        self.before, self.last = self.before * self.last, ways
        self.group, self.repeatable = group, True

    def turn(self) -> None:
        """Another alternative."""
        self.others, self.before, self.last = self.ways, 1, 1
        self.repeatable = False

    def repeat(self, times: str, longest_value: int) -> None:
        """The last item, that often."""
        if not self.repeatable:
            raise BadPattern("nothing to repeat")
        fewest, most = _bounds(times, longest_value)
        if self.group and times != "?" and (self.last > 1 or fewest != most):
            raise BadPattern("a group is repeated")
        self.last = self.last + 1 if times == "?" else max(1, most - fewest + 1)
        self.repeatable = False


def _ways(tokens: list[tuple[str, str]], longest_value: int) -> int:
    levels = [_Branch()]
    for kind, token in tokens:
        match kind:
            case "open":
                levels.append(_Branch())
            case "close" if len(levels) > 1:
                ways = levels.pop().ways
                levels[-1].take(ways, group=True)
            case "or" if len(levels) > 1:
                levels[-1].turn()
            case "times":
                levels[-1].repeat(token, longest_value)
            case "one":
                levels[-1].take(1, group=False)
            case _:
                raise BadPattern("an alternative or an end without a group")
    if len(levels) > 1:
        raise BadPattern("a group without an end")
    return levels[0].ways


def _bounds(times: str, longest_value: int) -> tuple[int, int]:
    """How often at least and at most."""
    fewest, comma, most = _BOUNDS.get(times, times.strip("{}")).partition(",")
    least = int(fewest)
    greatest = int(most) if most else longest_value if comma else least
    if greatest < least and most:
        raise BadPattern("more at least than at most")
    return least, greatest
