"""Where somebody signs with a finger: a sheet with a line, and the ink on it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from screens.controls.context import Context
from screens.controls.ink import ASPECT, Ink
from screens.controls.surface import paint_card
from screens.controls.typeset import typeset
from screens.models.intents import Point, Stroke

_PEN: Final = 8
"""Width of the ink on the drawing board."""
_LINE_AT: Final = 0.74
"""Where the line to write on lies, in parts of the height."""


class SignatureCanvas(QWidget):
    """Draws while a finger moves, and says ``finished`` after each stroke.

    A finger comes as a mouse: Qt makes mouse events of touches that nobody takes.
    ``refused`` is called when a stroke is not taken since there is no room for it.
    """

    def __init__(
        self,
        context: Context,
        *,
        finished: Callable[[], None],
        refused: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._context = context
        self._finished = finished
        self._refused = refused
        self._clock = clock
        self._ink = Ink()
        self._dried = QImage()
        self._tip = self._last = QPointF()
        self._words = ""
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def call_it(self, name: str, words: str) -> None:
        """The name it is found by from outside, and the words under the line."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(words)
        if words != self._words:
            self._words = words
            self.update()

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """Everything that was drawn."""
        return self._ink.strokes

    @property
    def full(self) -> bool:
        """Whether it takes no further stroke."""
        return self._ink.full

    @property
    def dried(self) -> QImage:
        """The picture of the ink, without the sheet."""
        return self._dried

    def empty(self) -> None:
        """Take a new sheet; nothing of the ink stays in memory."""
        self._ink.clear()
        self._dried.fill(Qt.GlobalColor.transparent)
        self.update()

    def take_over(self, older: SignatureCanvas) -> None:
        """Go on with another canvas' ink; a stroke under way there ends there."""
        older.stop()
        self._ink.adopt(older.strokes, older._ink.began_ms)
        self._redraw()

    def stop(self) -> None:
        """End the stroke that is being drawn, if there is one."""
        if self._ink.open:
            self._ink.stop()
            self._dry_tail()
            self._finished()

    # -- the finger

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._ink.begin(*self._where(event.position())):
            self._dry_dot()
        elif self._ink.full:
            self._refused()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._ink.extend(*self._where(event.position())):
            self._dry_curve()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._ink.open:
            return
        self._ink.end(*self._where(event.position()))
        self._dry_tail()
        self._finished()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self.stop()

    def _where(self, at: QPointF) -> tuple[float, float, int]:
        ms = round(self._clock() * 1000)
        return (at.x() / max(1, self.width()), at.y() / max(1, self.height()), ms)

    # -- the ink

    def _pixel(self, point: Point) -> QPointF:
        return QPointF(point[0] * self.width() / 10_000, point[1] * self.height() / 10_000)

    def _dry(self, path: QPainterPath) -> None:
        """Draw a piece into the picture, and have just its surroundings painted."""
        if self._dried.isNull():
            return
        pen = QPen(self._context.theme.palette.ink, self._context.theme.px(_PEN))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter = QPainter(self._dried)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.strokePath(path, pen)
        painter.end()
        around = self._context.theme.px(_PEN * 2)
        touched = path.controlPointRect().adjusted(-around, -around, around, around)
        self.update(touched.toAlignedRect())

    def _dry_dot(self) -> None:
        at = self._tip = self._last = self._pixel(self._ink.current[-1])
        path = QPainterPath(at)
        path.lineTo(at + QPointF(0.1, 0))
        self._dry(path)

    def _dry_curve(self) -> None:
        """From the tip, round the last point, to halfway between it and the newest one."""
        newest = self._pixel(self._ink.current[-1])
        middle = (self._last + newest) / 2
        path = QPainterPath(self._tip)
        path.quadTo(self._last, middle)
        self._tip, self._last = middle, newest
        self._dry(path)

    def _dry_tail(self) -> None:
        """From where the curve has come to the last point."""
        path = QPainterPath(self._tip)
        path.quadTo(self._last, self._pixel(self._ink.current[-1]))
        self._dry(path)

    def _redraw(self) -> None:
        """All strokes again, as in another size."""
        self._dried.fill(Qt.GlobalColor.transparent)
        for stroke in self._ink.strokes:
            points = [self._pixel(point) for point in stroke]
            path = QPainterPath(points[0])
            for one, following in pairwise(points[1:]):
                path.quadTo(one, (one + following) / 2)
            path.lineTo(points[-1] if len(points) > 1 else points[0] + QPointF(0.1, 0))
            self._dry(path)
            self._tip = self._last = points[-1]
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        ratio = self.devicePixelRatioF()
        fresh = QImage(self.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        fresh.setDevicePixelRatio(ratio)
        self._dried.fill(Qt.GlobalColor.transparent)
        self._dried = fresh
        self._redraw()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._context.theme.px(900), round(self._context.theme.px(900) / ASPECT))

    # -- the sheet

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_sheet(painter)
        painter.drawImage(QPointF(0, 0), self._dried)
        painter.end()

    def _paint_sheet(self, painter: QPainter) -> None:
        theme = self._context.theme
        p = theme.palette
        paint_card(
            painter,
            QRectF(self.rect()),
            theme,
            fill=p.card,
            edge=p.action,
            edge_width=4,
            raised=False,
        )
        y, side = self.height() * _LINE_AT, theme.px(56)
        painter.setPen(QPen(p.muted, theme.px(3), Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(side, y), QPointF(self.width() - side, y))
        block = typeset(self._words, theme.font("body"), self.width() - 2 * side, centred=True)
        room = self.height() - y
        block.draw(painter, side, y + (room - block.height) / 2, QColor(p.muted))


class Sheet(QWidget):
    """Holds the canvas: as large as the room allows in its one proportion."""

    def __init__(self, context: Context, canvas: SignatureCanvas) -> None:
        super().__init__()
        self._canvas = canvas
        canvas.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme = context.theme
        self.setMinimumHeight(theme.px(380))
        if not theme.landscape:
            self.setMaximumHeight(math.ceil((theme.width - 2 * theme.margin) / ASPECT))

    @override
    def sizeHint(self) -> QSize:
        return self._canvas.sizeHint()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        width = round(min(self.width(), self.height() * ASPECT))
        height = round(width / ASPECT)
        self._canvas.setGeometry(QRect((self.width() - width) // 2, 0, width, height))
