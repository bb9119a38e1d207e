"""A label of plain text that is never cut off."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy
from typing_extensions import override

from screens.controls.typeset import Block, on_one_line, typeset
from screens.theme import Role, Theme


class Sentence(QLabel):
    """Plain text in a role of the theme; hidden while it is empty.

    Its accessible name is its text, so that a reader (or a presser from outside) finds it.
    ``even``: lines of about one length; ``line``: one line if a little smaller makes it one.
    """

    def __init__(
        self,
        theme: Theme,
        role: Role,
        *,
        colour: QColor | None = None,
        centred: bool = False,
        even: bool = False,
        line: bool = False,
    ) -> None:
        super().__init__()
        self._colour = colour or theme.palette.ink
        self._centred = centred
        self._even = even
        self._line = line
        self.setFont(theme.font(role))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def say(self, text: str) -> None:
        """Show ``text``; nothing is touched when it is already there."""
        if text == self.text() and self.isHidden() != bool(text):
            return
        self.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()

    def tint(self, colour: QColor) -> None:
        """Draw in another ink."""
        if colour != self._colour:
            self._colour = colour
            self.update()

    def block(self, width: int) -> Block:
        """The text as it is drawn at this width."""
        font = self.font()
        if self._even or self._line:
            font = on_one_line(self.text(), font, width, worded=self._line)
        return typeset(self.text(), font, width, centred=self._centred, even=self._even)

    def cut_off(self) -> bool:
        """Whether a part of the text has no room as it is laid out now."""
        return self.isVisible() and self.block(self.width()).height > self.height() + 1

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, arg__1: int) -> int:
        return self.block(arg__1).height

    @override
    def sizeHint(self) -> QSize:
        wide = typeset(self.text(), self.font(), 100_000).widest + 2
        width = min(wide, self.font().pixelSize() * 24)
        return QSize(width, self.block(width).height)

    @override
    def minimumSizeHint(self) -> QSize:
        size = self.font().pixelSize()
        wide = typeset(self.text(), self.font(), 100_000).widest + 2
        return QSize(min(wide, size * 4), round(size * 1.3))

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        block = self.block(self.width())
        x = (self.width() - block.width) / 2 if self._centred else 0
        top = Qt.AlignmentFlag.AlignTop
        y = 0 if self.alignment() & top else (self.height() - block.height) / 2
        block.draw(painter, x, y, self._colour)
        painter.end()
