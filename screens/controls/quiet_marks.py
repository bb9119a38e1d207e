"""Marks that something is going on: a turning ring, dots and bars that count."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from screens.controls.context import Context

_STEP_MS: Final = 50
_ELDER_STEP_MS: Final = 1000  # no motion to speak of in elder mode


class Ring(QWidget):
    """A quiet turning ring; it turns only while it is visible."""

    def __init__(self, context: Context, side: int) -> None:
        super().__init__()
        self._theme = context.theme
        self._angle = 90
        self._by = 90 if self._theme.elder else 12
        self._timer = QTimer(self)
        self._timer.setInterval(_ELDER_STEP_MS if self._theme.elder else _STEP_MS)
        self._timer.timeout.connect(self._turn)
        self._timer.start()
        self.setFixedSize(side, side)

    @Slot()
    def _turn(self) -> None:
        if self.isVisible():
            self._angle = (self._angle - self._by) % 360
            self.update()

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = self.width() * 0.09
        area = QRectF(self.rect()).adjusted(thick, thick, -thick, -thick)
        pen = QPen(self._theme.palette.line, thick)
        painter.setPen(pen)
        painter.drawEllipse(area)
        pen.setColor(self._theme.palette.action)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(area, self._angle * 16, 100 * 16)
        painter.end()


class Dots(QWidget):
    """So many done of so many, as a row of dots with a tick in the finished ones."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._theme = context.theme
        self._done = 0
        self._total = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def count(self, done: int, total: int, name: str) -> None:
        """Show the figures; hidden when there is nothing to count."""
        self.setVisible(total > 0)
        if (done, total) != (self._done, self._total):
            self._done, self._total = done, total
            self.setAccessibleName(name)
            self.updateGeometry()
            self.update()

    @override
    def sizeHint(self) -> QSize:
        side = self._theme.px(44)
        return QSize(side * max(1, self._total) * 2, side)

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        p = self._theme.palette
        radius, step = self._theme.px(15), self._theme.px(58)
        x = self.width() / 2 - step * (self._total - 1) / 2
        for at in range(self._total):
            finished = at < self._done
            painter.setPen(QPen(p.done if finished else p.action, self._theme.px(3)))
            painter.setBrush(p.done if finished else p.card)
            painter.drawEllipse(QPointF(x + at * step, self.height() / 2), radius, radius)
        painter.end()
