"""Rounded cards with a soft shadow, painted the same way everywhere."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout
from typing_extensions import override

from screens.theme import Theme


def paint_card(
    painter: QPainter,
    area: QRectF,
    theme: Theme,
    *,
    fill: QColor,
    edge: QColor | None = None,
    edge_width: float = 2,
    raised: bool = True,
    radius: float = 22,
) -> None:
    """A rounded rectangle inside ``area``, with room for its shadow when raised."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    corner = theme.px(radius)
    inset = theme.px(4)
    body = area.adjusted(inset, inset, -inset, -inset)
    painter.setPen(Qt.PenStyle.NoPen)
    if raised:
        painter.setBrush(theme.palette.shadow)
        for depth in (4, 3, 2, 1):
            grow = theme.px(depth) * 0.6
            shade = body.adjusted(-grow, -grow * 0.4, grow, grow * 1.4)
            painter.drawRoundedRect(shade, corner + grow, corner + grow)
    painter.setBrush(fill)
    painter.setPen(QPen(edge, theme.px(edge_width)) if edge else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(body, corner, corner)


class Card(QFrame):
    """A white rounded ground with a column of parts on it."""

    def __init__(
        self,
        theme: Theme,
        *,
        fill: QColor | None = None,
        edge: QColor | None = None,
        raised: bool = True,
        padding: float = 34,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._fill = fill or theme.palette.card
        self._edge = edge
        self._raised = raised
        self.column = QVBoxLayout(self)
        side = theme.px(padding * (0.75 if theme.landscape else 1.0))
        over = round(side * 0.8)
        self.column.setContentsMargins(side, over, side, over)
        self.column.setSpacing(theme.px(14))

    def recolour(self, fill: QColor, edge: QColor | None) -> None:
        """Change the ground, as when a banner changes its tone."""
        self._fill = fill
        self._edge = edge
        self.update()

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_card(
            painter,
            QRectF(self.rect()),
            self._theme,
            fill=self._fill,
            edge=self._edge,
            raised=self._raised,
        )
        painter.end()
