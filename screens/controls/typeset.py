"""Lays out plain text in lines: breaks anywhere if it must, evens out headings, elides nothing."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

_EVEN_LINES: Final = 3
_WORD: Final = re.compile(r"[!-~]+")
_STOP: Final = re.compile(r"[，。；：！？]|[,;:.!?] ")


@dataclass(frozen=True, slots=True)
class Block:
    """Text in lines. ``height`` and ``widest`` in device pixels, rounded up."""

    layout: QTextLayout
    width: int
    height: int
    widest: int
    lines: int

    def draw(self, painter: QPainter, x: float, y: float, colour: QColor) -> None:
        """Draw with the top left corner at (x, y)."""
        painter.setPen(colour)
        self.layout.draw(painter, QPointF(x, y))


@lru_cache(maxsize=2048)
def _set_lines(text: str, font_key: str, width: int, *, centred: bool) -> Block:
    font = QFont()
    font.fromString(font_key)
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    option = QTextOption(Qt.AlignmentFlag.AlignHCenter if centred else Qt.AlignmentFlag.AlignLeft)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    y = widest = 0.0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, y))
        y += line.height()
        widest = max(widest, line.naturalTextWidth())
    layout.endLayout()
    return Block(layout, width, math.ceil(y), math.ceil(widest), layout.lineCount())


def _at_a_stop(text: str, font_key: str, width: int, *, centred: bool) -> Block | None:
    """Two lines broken after a comma or a stop, where one lies near enough to the middle."""
    stops = [match.end() for match in _STOP.finditer(text) if match.end() < len(text)]
    for stop in sorted(stops, key=lambda at: abs(at - len(text) / 2)):
        broken = text[:stop].rstrip() + "\n" + text[stop:].lstrip()
        block = _set_lines(broken, font_key, width, centred=centred)
        if block.lines == 2:
            return block
    return None


def typeset(
    text: str, font: QFont, width: int, *, centred: bool = False, even: bool = False
) -> Block:
    """Text in lines no wider than ``width``; ``even`` makes them about equally long."""
    key = font.toString()
    text = text.strip()
    block = _set_lines(text, key, max(1, width), centred=centred)
    if not even or block.lines < 2 or block.lines > _EVEN_LINES:
        return block
    at_stop = _at_a_stop(text, key, width, centred=centred) if block.lines == 2 else None
    if at_stop is not None:
        return at_stop
    low, high = min(width, max(1, width // 2, _longest_word(text, font))), width
    while high - low > 8:
        middle = (low + high) // 2
        if _set_lines(text, key, middle, centred=centred).lines > block.lines:
            low = middle
        else:
            high = middle
    evened = _set_lines(text, key, high, centred=centred)
    return evened if evened.lines == block.lines else block


def _longest_word(text: str, font: QFont) -> int:
    """Width of the widest run of Latin letters and digits: lines are not evened through it."""
    measure = QFontMetricsF(font)
    return math.ceil(
        max((measure.horizontalAdvance(word) for word in _WORD.findall(text)), default=0)
    )


def unbroken(text: str, font: QFont, width: int, *, floor: int, height: int = 100_000) -> QFont:
    """The font, or a smaller one (not under ``floor`` pixels) that breaks no word of the text."""
    fitting = QFont(font)
    words = text.split() if text.isascii() else []
    while fitting.pixelSize() > floor:
        whole = all(typeset(word, fitting, 100_000).widest <= width for word in words)
        if whole and typeset(text, fitting, width).height <= height:
            break
        fitting.setPixelSize(fitting.pixelSize() - 1)
    return fitting


def on_one_line(text: str, font: QFont, width: int, *, worded: bool = False) -> QFont:
    """The font, or one up to 14 % smaller with which a Chinese sentence stays on one line.

    ``worded``: one of words between spaces too.

    Chinese breaks anywhere, also inside a word, and a number is read in one go: a slightly
    smaller line reads better.
    """
    wide = typeset(text, font, 100_000).widest + 2
    breaks_well = not worded and text.isascii() and any(sign.isalpha() for sign in text)
    if breaks_well or wide <= width or wide * 0.86 > width:
        return font
    smaller = QFont(font)
    smaller.setPixelSize(int(font.pixelSize() * width / wide))
    return smaller


def forget_texts() -> None:
    """Empty the cache of laid-out texts: it holds what a visitor saw."""
    _set_lines.cache_clear()
