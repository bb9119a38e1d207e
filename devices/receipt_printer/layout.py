"""Turns a slip into rows that fit the paper: sizes, columns, wrapping of mixed text.

A row is what the printer prints between two line feeds. All widths are in half-width columns
of font A (12 dots); a hanzi has two, whatever its size is multiplied by.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from devices.receipt_printer.profile import COLUMNS, is_ascii_print, is_sure
from devices.receipt_printer.slip import (
    Amount,
    Gap,
    Groups,
    Heading,
    Line,
    Pair,
    Qr,
    Rule,
    Slip,
    SlipLine,
)


class Align(IntEnum):
    """Values of ESC a."""

    LEFT = 0
    CENTRE = 1
    RIGHT = 2


@dataclass(frozen=True, slots=True)
class Size:
    """Magnification of a font A cell, 1 to 8 each way (GS !)."""

    wide: int = 1
    high: int = 1


SMALL = Size(1, 1)
LARGE = Size(2, 2)
HUGE = Size(3, 3)
"""3, 6 and 9 mm. Never wider than high or higher than wide: squeezed hanzi are hard to read."""

LEAD_DOTS = 14
LEAD_DOTS_MORE = 5
"""White below a small row, and what each step in size adds: a finger can follow the line."""

NO_START = frozenset("，。、：；！？）》”’】」』％℃·…—,.:;!?)]}%")
NO_END = frozenset("（《“‘【「『￥([{$#")
"""Punctuation that must not begin or end a line."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one size and weight inside a row."""

    text: str
    size: Size = SMALL
    bold: bool = False

    @property
    def columns(self) -> int:
        """Paper columns, magnification included."""
        return columns_of(self.text) * self.size.wide


@dataclass(frozen=True, slots=True)
class TextRow:
    """One printed row. ``runs`` never exceed the paper."""

    runs: tuple[Run, ...]
    align: Align = Align.LEFT

    @property
    def height(self) -> int:
        """Magnification of the tallest run."""
        return max(run.size.high for run in self.runs)

    @property
    def lead_dots(self) -> int:
        """White below the row."""
        return LEAD_DOTS + LEAD_DOTS_MORE * (self.height - 1)

    @property
    def columns(self) -> int:
        """Paper columns used."""
        return sum(run.columns for run in self.runs)


Row = TextRow | Rule | Qr | Gap


def columns_of_char(char: str) -> int:
    """1 or 2. A double-byte character prints full width even where Unicode calls it narrow."""
    if is_ascii_print(char):
        return 1
    if is_sure(char) or unicodedata.east_asian_width(char) in "WFA":
        return 2
    return 1


def columns_of(text: str) -> int:
    """Half-width columns of a text at normal size."""
    return sum(map(columns_of_char, text))


def rows_of(slip: Slip) -> list[Row]:
    """The slip as rows, from top to bottom."""
    return [row for line in slip.lines for row in _rows(line)]


def _rows(line: SlipLine) -> Iterator[Row]:
    match line:
        case Heading(text):
            yield from _wrapped(text, LARGE, Align.CENTRE, bold=True)
        case Line(text, bold, centre):
            align = Align.CENTRE if centre else Align.LEFT
            yield from _wrapped(text, LARGE if bold else SMALL, align, bold=bold)
        case Pair(label, value):
            yield from _pair(label, value)
        case Amount(label, text):
            yield from _amount(label, text)
        case Groups(text):
            yield from _groups(text)
        case Qr(_, caption):
            yield line
            if caption:
                yield from _wrapped(caption, SMALL, Align.CENTRE)
        case Rule() | Gap():
            yield line


def _wrapped(text: str, size: Size, align: Align, *, bold: bool = False) -> Iterator[TextRow]:
    for part in wrap(text, COLUMNS // size.wide):
        yield TextRow((Run(part, size, bold),), align)


def _pair(label: str, value: str) -> Iterator[TextRow]:
    yield from _two_columns(Run(label), Run(value, LARGE))


def _amount(label: str, text: str) -> Iterator[TextRow]:
    size = next((s for s in (HUGE, LARGE) if columns_of(text) * s.wide <= COLUMNS), SMALL)
    yield from _two_columns(Run(label), Run(text, size, bold=True))


def _two_columns(left: Run, right: Run) -> Iterator[TextRow]:
    """Both in one row if a blank fits between them, else the value below its label."""
    blank = COLUMNS - left.columns - right.columns
    if blank >= 1 and "\n" not in left.text + right.text:
        yield TextRow((left, Run(" " * blank), right))
        return
    yield from _wrapped(left.text, left.size, Align.LEFT)
    align = Align.RIGHT if right.columns <= COLUMNS else Align.LEFT
    yield from _wrapped(right.text, right.size, align, bold=right.bold)


def _groups(text: str) -> Iterator[TextRow]:
    bare = "".join(text.split())
    fours = " ".join(bare[at : at + 4] for at in range(0, len(bare), 4))
    yield from _wrapped(fours, LARGE, Align.CENTRE, bold=True)


def wrap(text: str, columns: int) -> list[str]:
    """Text in rows of at most ``columns``; breaks between hanzi and at blanks, not in words.

    A line feed in the text begins a new row. Always at least one row.
    """
    return [row for paragraph in text.split("\n") for row in _wrap_paragraph(paragraph, columns)]


def _wrap_paragraph(text: str, columns: int) -> list[str]:
    rows: list[str] = []
    row = ""
    for piece in _unbroken(text, columns):
        if row and columns_of(row + piece.rstrip(" ")) > columns:
            rows.append(row.rstrip(" "))
            row = ""
        row += piece if row else piece.lstrip(" ")
    return [*rows, row.rstrip(" ")]


def _unbroken(text: str, columns: int) -> Iterator[str]:
    """Pieces between which a line may break; none wider than the line."""
    piece = ""
    for char in text:
        if piece and (_may_break(piece[-1], char) or columns_of(piece + char) > columns):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _may_break(left: str, right: str) -> bool:
    if right in NO_START or left in NO_END or right == " ":
        return False
    return left == " " or not (_joins(left) and _joins(right))


def _joins(char: str) -> bool:
    """Whether the character belongs to a word: all narrow ones but the blank."""
    return char != " " and columns_of_char(char) == 1
