"""The idle question over the page: big seconds, stay or go. What lies under it is blurred."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from screens.controls.buttons import ActionButton
from screens.controls.context import Context
from screens.controls.sentence import Sentence
from screens.controls.surface import Card
from screens.controls.typeset import typeset
from screens.models.base import Countdown


class SecondsRing(QWidget):
    """The seconds left, large, in a ring that empties."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._theme = context.theme
        self._left = 0
        self._total = 1
        side = self._theme.px(330 if not self._theme.landscape else 250)
        self._side = side
        self.setFixedSize(side, side)

    def show_seconds(self, left: int, total: int, unit: str) -> None:
        """Show what is left of the whole."""
        self._left, self._total = left, max(1, total)
        self.setAccessibleName(f"{left} {unit}")
        self.update()

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        p = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = self._side * 0.06
        area = QRectF(self.rect()).adjusted(thick, thick, -thick, -thick)
        pen = QPen(p.line, thick)
        painter.setPen(pen)
        painter.drawEllipse(area)
        pen.setColor(p.action)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(area, 90 * 16, round(360 * 16 * min(1.0, self._left / self._total)))
        font = self._theme.font("display")
        font.setPixelSize(round(self._side * 0.42))
        block = typeset(str(self._left), font, self._side, centred=True)
        block.draw(painter, 0, (self._side - block.height) / 2, p.ink)
        painter.end()


class CountdownOverlay(QWidget):
    """Covers the whole glass; the page under it is hidden and shown only as a blur."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self._ground = QPixmap()
        self._ring = SecondsRing(context)
        self._seconds = Sentence(theme, "body", colour=theme.palette.muted, centred=True)
        self._question = Sentence(theme, "heading", centred=True, even=True)
        self._question.setObjectName("heading")
        self._meaning = Sentence(theme, "body", colour=theme.palette.muted, centred=True, even=True)
        self._more = ActionButton(context, "primary", role="title")
        self._leave = ActionButton(context, "quiet")
        self._arrange()

    def _arrange(self) -> None:
        theme = self._context.theme
        card = Card(theme, padding=54)
        card.setMaximumWidth(theme.px(940))
        card.column.setSpacing(theme.px(20))
        middle = Qt.AlignmentFlag.AlignHCenter
        card.column.addWidget(self._question)
        card.column.addWidget(self._meaning)
        card.column.addSpacing(theme.px(10))
        card.column.addWidget(self._ring, 0, middle)
        card.column.addWidget(self._seconds)
        card.column.addSpacing(theme.px(16))
        for button in (self._more, self._leave):
            button.setMinimumHeight(theme.px(128))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            card.column.addWidget(button)
            card.column.addSpacing(theme.px(6))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card, 12)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.margin, 0, theme.margin, 0)
        column.addStretch(3 if not theme.landscape else 1)
        column.addLayout(row)
        column.addStretch(2 if not theme.landscape else 1)

    def put_over(self, page: QPixmap) -> None:
        """Take the page's picture as a ground on which nothing can be read."""
        small = page.scaled(
            QSize(max(1, page.width() // 40), max(1, page.height() // 40)),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self._ground = small.scaled(
            page.size(),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )

    def show_countdown(self, countdown: Countdown) -> None:
        """Show the seconds and the two ways."""
        wording = self._context.wording
        unit = wording.own("seconds")
        self._ring.show_seconds(countdown.seconds_left, countdown.total_s, unit)
        self._seconds.say(unit)
        self._question.say(wording.own("still_there"))
        self._meaning.say(wording.own("still_there_more"))
        self._more.show_button(countdown.more)
        self._leave.show_button(countdown.leave)

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._context.theme.palette.ground)
        painter.drawPixmap(self.rect(), self._ground)
        painter.fillRect(self.rect(), QColor(10, 25, 45, 150))
        painter.end()
