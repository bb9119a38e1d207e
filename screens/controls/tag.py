"""A word with its mark on a tinted ground: how something stands, never by colour alone."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from screens.controls.context import Context
from screens.controls.icons import draw_icon
from screens.controls.sentence import Sentence
from screens.controls.typeset import Block, on_one_line, typeset
from screens.theme import Theme

MARKS: Final = {"done": "check", "wait": "clock", "danger": "warning", "info": "info"}
"""The mark of a tone where the caller has no better one."""


def tones(theme: Theme, tone: str) -> tuple[QColor, QColor]:
    """Ink and ground of a tone of the palette; ``quiet``: nothing to do, ``now``: this is it."""
    if tone == "quiet":
        return (theme.palette.off_ink, theme.palette.off)
    if tone == "now":
        return (theme.palette.on_action, theme.palette.action)
    return theme.palette.tone(tone)


class TagFace:
    """Measures and paints a tag; a widget's whole face, or a part of a larger one's."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.text = ""
        self._icon = ""
        self._tone = "info"

    def show(self, text: str, icon: str, tone: str) -> bool:
        """Show this; whether anything changed."""
        before = (self.text, self._icon, self._tone)
        self.text, self._icon, self._tone = text, icon, tone
        return before != (text, icon, tone)

    def _side(self) -> int:
        return round(self._theme.font("small").pixelSize() * 0.95)

    def _beside(self) -> int:
        """Width of everything but the text."""
        return self._theme.px(18) * 2 + self._side() + self._theme.px(8)

    def _block(self, width: int) -> Block:
        room = max(1, width - self._beside())
        font = on_one_line(self.text, self._theme.font("small"), room)
        return typeset(self.text, font, room, even=True)

    def natural(self) -> QSize:
        """Its size on one line."""
        block = typeset(self.text, self._theme.font("small"), 100_000)
        return QSize(block.widest + 2 + self._beside(), block.height + self._theme.px(14))

    def height(self, width: int) -> int:
        """Its height if it may be no wider."""
        return self._block(width).height + self._theme.px(14)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Draw into ``area``, text and mark in its middle."""
        ink, ground = tones(self._theme, self._tone)
        corner = min(area.height() / 2, self._theme.px(26))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(area, corner, corner)
        block, side = self._block(round(area.width())), self._side()
        x = area.left() + self._theme.px(18)
        mark = QRectF(x, area.center().y() - side / 2, side, side)
        draw_icon(painter, self._icon, mark, ink, weight=2.6)
        y = area.center().y() - block.height / 2
        block.draw(painter, x + side + self._theme.px(8), y, ink)


class Tag(QWidget):
    """A tag by itself, no wider than its words."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._face = TagFace(context.theme)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_tag(self, text: str, icon: str, tone: str) -> None:
        """Show a word; hidden without one."""
        if self._face.show(text, icon, tone):
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()
        self.setVisible(bool(text))

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, arg__1: int) -> int:
        return self._face.height(arg__1)

    @override
    def sizeHint(self) -> QSize:
        return self._face.natural()

    @override
    def minimumSizeHint(self) -> QSize:
        natural = self._face.natural()
        return QSize(min(natural.width(), natural.height() * 4), natural.height())

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        height = min(self.height(), self._face.height(self.width()))
        top = (self.height() - height) / 2
        self._face.paint(painter, QRectF(0, top, self.width(), height))
        painter.end()


class MarkedLine(QWidget):
    """A mark and a sentence beside it, without a ground: one of several on a card."""

    def __init__(self, context: Context, *, small: bool = False) -> None:
        super().__init__()
        self._theme = context.theme
        self._icon = ""
        self._ink = context.theme.palette.ink
        self.sentence = Sentence(context.theme, "small" if small else "body", even=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(self._side() + self._theme.px(14), 0, 0, 0)
        row.addWidget(self.sentence)

    def show_line(self, text: str, icon: str, ink: QColor, *, tinted: bool = False) -> None:
        """Show it; ``tinted``: the words in the mark's ink too."""
        self.sentence.say(text)
        self.sentence.tint(ink if tinted else self._theme.palette.ink)
        if (icon, ink) != (self._icon, self._ink):
            self._icon, self._ink = icon, ink
            self.update()
        self.setVisible(bool(text))

    def natural_width(self, text: str) -> int:
        """Width in which these words stand on one line."""
        block = typeset(text, self.sentence.font(), 100_000)
        return block.widest + 2 + self._side() + self._theme.px(14)

    def _side(self) -> int:
        return round(self.sentence.font().pixelSize() * 0.95)

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        side = self._side()
        block = self.sentence.block(self.sentence.width())
        first = block.height / max(1, block.lines)
        top = (self.height() - block.height + first - side) / 2
        draw_icon(painter, self._icon, QRectF(0, top, side, side), self._ink, weight=2.6)
        painter.end()
