"""Boxes for a code and the keys to type it with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget
from typing_extensions import override

from screens.controls.buttons import ActionButton
from screens.controls.context import Context
from screens.controls.surface import paint_card
from screens.controls.typeset import typeset

_ROWS: Final = ("123", "456", "789")


class Keypad(QWidget):
    """Digits and one key that takes the last one back. ``typed`` gets the digit, or ''."""

    def __init__(self, context: Context, typed: Callable[[str], None]) -> None:
        super().__init__()
        self._context = context
        self._typed = typed
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(context.theme.px(18))
        for row, digits in enumerate(_ROWS):
            for column, digit in enumerate(digits):
                self._key(digit, row, column)
        self._key("0", 3, 1)
        for column in range(3):
            self._grid.setColumnStretch(column, 1)
        self._delete = self._key("", 3, 2, icon="delete")
        self.retranslate()

    def retranslate(self) -> None:
        """Name the delete key in the chosen language."""
        self._delete.set_text(self._context.wording.own("delete"))

    def _key(self, digit: str, row: int, column: int, *, icon: str = "") -> ActionButton:
        key = ActionButton(
            self._context,
            "key",
            icon="" if self._context.theme.landscape else icon,
            role="strong" if icon else "title",
        )
        key.set_text(digit)
        key.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        key.setMinimumHeight(self._context.theme.target)
        key.setMaximumHeight(self._context.theme.px(150))
        key.clicked.connect(lambda: self._typed(digit))
        self._grid.addWidget(key, row, column)
        return key


class CodeBoxes(QWidget):
    """As many boxes as the code has digits; the next one to fill has the blue edge."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._value = ""
        self._length = 1
        self._wrong = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_code(self, value: str, length: int, *, wrong: bool) -> None:
        """Show what is typed so far."""
        if (value, length, wrong) == (self._value, self._length, self._wrong):
            return
        self._value, self._length, self._wrong = value, length, wrong
        own = self._context.wording.own
        self.setAccessibleName(own("digits_of", n=len(value), m=length))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        theme = self._context.theme
        return QSize(theme.px(600), theme.px(130))

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        theme = self._context.theme
        p = theme.palette
        painter = QPainter(self)
        gap = theme.px(14)
        side = min(theme.px(116), (self.width() - gap * (self._length - 1)) / self._length)
        x = (self.width() - side * self._length - gap * (self._length - 1)) / 2
        font = theme.font("heading")
        for at in range(self._length):
            area = QRectF(x + at * (side + gap), 0, side, self.height())
            edge = p.danger if self._wrong else p.action if at == len(self._value) else p.line
            wide = 5 if at == len(self._value) or self._wrong else 3
            paint_card(painter, area, theme, fill=p.card, edge=edge, edge_width=wide, raised=False)
            if at < len(self._value):
                block = typeset(self._value[at], font, round(side), centred=True)
                y = (self.height() - block.height) / 2
                block.draw(painter, area.x(), y, p.ink)
        painter.end()
