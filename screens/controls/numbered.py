"""Things to do in order, each with its number in a circle; a single one has none."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from screens.controls.context import Context
from screens.controls.repeated import Repeated
from screens.controls.sentence import Sentence
from screens.controls.typeset import typeset


class Number(QWidget):
    """A number in a blue circle."""

    def __init__(self, context: Context, number: int) -> None:
        super().__init__()
        self._theme = context.theme
        self._number = number
        side = self._theme.grown(52)
        self.setFixedSize(side, side)

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        p = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(p.action_tint)
        painter.drawEllipse(QRectF(self.rect()))
        block = typeset(str(self._number), self._theme.font("small"), self.width(), centred=True)
        block.draw(painter, 0, (self.height() - block.height) / 2, p.action)
        painter.end()


class NumberedLine(QWidget):
    """One thing to do."""

    def __init__(self, context: Context, number: int) -> None:
        super().__init__()
        self.sentence = Sentence(context.theme, "body", even=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(context.theme.px(20))
        self.number = Number(context, number)
        row.addWidget(self.number)
        row.addWidget(self.sentence, 1)


class Numbered(QWidget):
    """The whole list."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._lines = Repeated(
            lambda: NumberedLine(context, len(self._lines.parts) + 1),
            columns=1,
            gap=context.theme.px(16),
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(self._lines.layout)

    def show_lines(self, texts: list[str]) -> None:
        """Show these."""
        for part, text in zip(self._lines.resize(len(texts)), texts, strict=True):
            part.sentence.say(text)
            part.number.setVisible(len(texts) > 1)
        self.setVisible(bool(texts))
