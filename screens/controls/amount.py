"""An amount of money: on one line whatever happens, at the right edge of its room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy
from typing_extensions import override

from screens.controls.context import Context
from screens.controls.sentence import Sentence
from screens.controls.typeset import typeset
from screens.theme import Role


class Amount(Sentence):
    """A sentence that is as wide as its text and is never broken."""

    def __init__(self, context: Context, role: Role, *, colour: QColor | None = None) -> None:
        super().__init__(context.theme, role, colour=colour)
        self._ink = colour or context.theme.palette.ink
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @override
    def sizeHint(self) -> QSize:
        block = typeset(self.text(), self.font(), 100_000)
        return QSize(block.widest + 2, block.height)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        block = typeset(self.text(), self.font(), 100_000)
        y = (self.height() - block.height) / 2
        block.draw(painter, self.width() - block.widest, y, self._ink)
        painter.end()
