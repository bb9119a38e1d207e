"""One label and its value, in columns that line up with every other row's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from screens.controls.context import Context
from screens.controls.sentence import Sentence
from screens.controls.typeset import typeset
from screens.theme import Role, Theme

_LITTLE: Final = 0.3


def in_columns(row: QHBoxLayout, *columns: tuple[QWidget, int]) -> None:
    """Put widgets side by side in exact shares of the width, whatever their words would like."""
    for part, share in columns:
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        policy.setHorizontalStretch(share)
        part.setSizePolicy(policy)
        row.addWidget(part, share)


def label_share(theme: Theme, labels: Iterable[str], values: Iterable[str]) -> int:
    """Hundredths of the width for a column of labels: little for words, much for questions."""
    room = theme.content_width * 0.9
    label = _widest(theme, "small", labels) / room
    value = _widest(theme, "body", values) / room
    if label <= _LITTLE:
        return round(_LITTLE * 100)
    if value <= _LITTLE:
        return round((1 - max(value, _LITTLE * 0.6)) * 100)
    return round(min(label, 0.4) * 100)


def _widest(theme: Theme, role: Role, texts: Iterable[str]) -> int:
    font = theme.font(role)
    return max((typeset(text, font, 100_000).widest for text in texts), default=0)


class FactRow(QWidget):
    """The label quiet at the left, the value beside it; both start on one line of writing."""

    def __init__(self, context: Context, *, share: int = 30) -> None:
        super().__init__()
        theme = context.theme
        self._theme = theme
        self._label = Sentence(theme, "small", colour=theme.palette.muted)
        self._value = Sentence(theme, "body", line=True)
        for part in (self._label, self._value):
            part.setAlignment(Qt.AlignmentFlag.AlignTop)
        holder = QWidget()
        self._above = QVBoxLayout(holder)
        self._above.setContentsMargins(0, 0, 0, 0)
        self._above.addWidget(self._label)
        self._above.addStretch(1)
        over = theme.px((8 if theme.landscape else 12) * theme.fit)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, over, 0, over)
        self._row.setSpacing(theme.px(28))
        in_columns(self._row, (holder, share), (self._value, 100 - share))

    def share_out(self, share: int) -> None:
        """Give the label so many hundredths of the width."""
        self._row.setStretch(0, share)
        self._row.setStretch(1, 100 - share)

    def show_fact(self, label: str, value: str, *, role: Role = "body") -> None:
        """Show it, the value in this role."""
        font = self._theme.font(role)
        if font != self._value.font():
            self._value.setFont(font)
        lower = QFontMetrics(font).ascent() - QFontMetrics(self._label.font()).ascent()
        self._above.setContentsMargins(0, max(0, lower), 0, 0)
        self._label.say(label)
        self._value.say(value)
