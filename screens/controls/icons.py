"""Our own icons, as strokes on a board of 24 x 24."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

Stroke = tuple[str, tuple[float, ...]]
"""line x1 y1 x2 y2 | poly x y x y ... | rect x y w h r | circle x y r | dot x y r |
arc x y r start span (degrees, counter-clockwise from three o'clock)."""

_DOCUMENT: Final[tuple[Stroke, ...]] = (
    ("poly", (14, 3, 6, 3, 6, 21, 18, 21, 18, 7, 14, 3, 14, 7, 18, 7)),
)

ICONS: Final[dict[str, tuple[Stroke, ...]]] = {
    "document": (*_DOCUMENT, ("line", (9, 12, 15, 12)), ("line", (9, 16, 13, 16))),
    "home_search": (
        ("poly", (3, 11.5, 11, 4.5, 19, 11.5)),
        ("poly", (5.2, 10, 5.2, 19.5, 10.5, 19.5)),
        ("circle", (15.6, 15.6, 3.6)),
        ("line", (18.3, 18.3, 21.3, 21.3)),
    ),
    "id_card": (
        ("rect", (2.5, 5, 19, 14, 2.2)),
        ("circle", (8, 10.3, 2)),
        ("arc", (8, 16.6, 3.4, 25, 130)),
        ("line", (13.5, 9.5, 18.5, 9.5)),
        ("line", (13.5, 12.5, 18.5, 12.5)),
        ("line", (13.5, 15.5, 16.5, 15.5)),
    ),
    "face": (
        ("poly", (3, 8, 3, 3, 8, 3)),
        ("poly", (16, 3, 21, 3, 21, 8)),
        ("poly", (21, 16, 21, 21, 16, 21)),
        ("poly", (8, 21, 3, 21, 3, 16)),
        ("dot", (9, 10, 1.1)),
        ("dot", (15, 10, 1.1)),
        ("arc", (12, 12.4, 4, 205, 130)),
    ),
    "phone": (
        ("rect", (6.5, 2.5, 11, 19, 2.4)),
        ("dot", (12, 18.6, 0.9)),
        ("line", (9.5, 7, 14.5, 7)),
        ("line", (9.5, 10.5, 14.5, 10.5)),
        ("line", (9.5, 14, 12.5, 14)),
    ),
    "printer": (
        ("poly", (7, 8, 7, 3, 17, 3, 17, 8)),
        ("poly", (7, 17, 3.5, 17, 3.5, 8, 20.5, 8, 20.5, 17, 17, 17)),
        ("rect", (7, 13.5, 10, 7.5, 0.6)),
        ("dot", (17.2, 11, 0.8)),
    ),
    "receipt": (
        ("poly", (6, 3, 18, 3, 18, 21, 15, 19, 12, 21, 9, 19, 6, 21, 6, 3)),
        ("line", (9, 8, 15, 8)),
        ("line", (9, 11.5, 15, 11.5)),
        ("line", (9, 15, 12.5, 15)),
    ),
    "shield_check": (
        ("poly", (12, 2.8, 19.5, 5.6, 19.5, 11.5, 17.6, 16.6, 12, 21.2)),
        ("poly", (12, 2.8, 4.5, 5.6, 4.5, 11.5, 6.4, 16.6, 12, 21.2)),
        ("poly", (8.4, 11.8, 11, 14.4, 15.8, 9.4)),
    ),
    "pay": (
        ("circle", (12, 12, 9)),
        ("poly", (8.2, 7, 12, 12, 15.8, 7)),
        ("line", (12, 12, 12, 17.5)),
        ("line", (8.8, 12.2, 15.2, 12.2)),
        ("line", (8.8, 14.9, 15.2, 14.9)),
    ),
    "progress": (
        ("line", (4, 20, 20, 20)),
        ("line", (6.5, 16.5, 6.5, 12)),
        ("line", (12, 16.5, 12, 8)),
        ("line", (17.5, 16.5, 17.5, 4)),
    ),
    "apply": (
        ("poly", (18, 12.5, 18, 21, 5, 21, 5, 4, 12.5, 4)),
        ("poly", (10, 13, 10, 16, 13, 16, 21, 8, 18, 5, 10, 13)),
        ("line", (8, 9, 11, 9)),
    ),
    "certificate": (
        ("rect", (3, 4, 18, 12.5, 1.4)),
        ("line", (7, 8, 17, 8)),
        ("line", (7, 11.5, 11.5, 11.5)),
        ("circle", (15.6, 14.4, 2.6)),
        ("poly", (13.9, 16.6, 13.6, 21, 15.6, 19.8, 17.6, 21, 17.3, 16.6)),
    ),
    "clock": (("circle", (12, 12, 9)), ("poly", (12, 6.5, 12, 12, 16, 14.4))),
    "help": (
        ("circle", (12, 12, 9)),
        ("arc", (12, 9.6, 2.9, -60, 230)),
        ("poly", (13.4, 12.1, 12, 13.2, 12, 14.3)),
        ("dot", (12, 17.2, 1.0)),
    ),
    "check": (("poly", (4.5, 12.5, 10, 18, 19.8, 6.8)),),
    "warning": (
        ("poly", (12, 3.4, 21.6, 20, 2.4, 20, 12, 3.4)),
        ("line", (12, 9.6, 12, 14)),
        ("dot", (12, 17, 1.0)),
    ),
    "info": (
        ("circle", (12, 12, 9)),
        ("line", (12, 11, 12, 16.6)),
        ("dot", (12, 7.6, 1.05)),
    ),
    "back": (("poly", (14.5, 5.5, 8, 12, 14.5, 18.5)),),
    "forward": (("poly", (9.5, 5.5, 16, 12, 9.5, 18.5)),),
    "leave": (
        ("poly", (13, 4, 5, 4, 5, 20, 13, 20)),
        ("line", (10, 12, 20, 12)),
        ("poly", (16, 8, 20, 12, 16, 16)),
    ),
    "globe": (
        ("circle", (12, 12, 9)),
        ("line", (3, 12, 21, 12)),
        ("arc", (18.2, 12, 10.8, 124, 112)),
        ("arc", (5.8, 12, 10.8, -56, 112)),
    ),
    "elder": (
        ("circle", (10, 5.2, 2.4)),
        ("poly", (10, 8.5, 9, 14.5, 12.5, 17.5, 12.5, 21)),
        ("line", (9, 14.5, 7, 21)),
        ("poly", (9.8, 10, 13.5, 13, 16.5, 12.4)),
        ("line", (16.8, 12, 16.8, 21)),
    ),
    "delete": (
        ("poly", (8.5, 5.5, 21, 5.5, 21, 18.5, 8.5, 18.5, 3, 12, 8.5, 5.5)),
        ("line", (12, 9.5, 17, 14.5)),
        ("line", (17, 9.5, 12, 14.5)),
    ),
    "building": (
        ("poly", (4, 21, 4, 9.5, 12, 4, 20, 9.5, 20, 21)),
        ("line", (2.5, 21, 21.5, 21)),
        ("line", (8.5, 12, 8.5, 18)),
        ("line", (12, 12, 12, 18)),
        ("line", (15.5, 12, 15.5, 18)),
    ),
    "minus": (("line", (5.5, 12, 18.5, 12)),),
    "cross": (("line", (5.5, 5.5, 18.5, 18.5)), ("line", (18.5, 5.5, 5.5, 18.5))),
    "question": (
        ("arc", (12, 8, 4.6, -60, 230)),
        ("poly", (14.3, 12, 12, 14, 12, 16)),
        ("dot", (12, 20.2, 1.6)),
    ),
    "circle": (("circle", (12, 12, 8.5)),),
    "current": (("circle", (12, 12, 8.5)), ("dot", (12, 12, 4.2))),
    "not_equal": (
        ("line", (5, 9, 19, 9)),
        ("line", (5, 15, 19, 15)),
        ("line", (15.5, 4.5, 8.5, 19.5)),
    ),
    "qr": (
        ("rect", (3.5, 3.5, 6.5, 6.5, 0.8)),
        ("rect", (14, 3.5, 6.5, 6.5, 0.8)),
        ("rect", (3.5, 14, 6.5, 6.5, 0.8)),
        ("dot", (6.75, 6.75, 1.0)),
        ("dot", (17.25, 6.75, 1.0)),
        ("dot", (6.75, 17.25, 1.0)),
        ("poly", (14, 17.5, 14, 14, 17.5, 14)),
        ("line", (20.5, 14, 20.5, 17)),
        ("poly", (14, 20.5, 17.5, 20.5, 17.5, 17.5, 20.5, 20.5)),
    ),
    "pay_pad": (
        ("rect", (5.5, 2.5, 13, 19, 2.2)),
        ("rect", (8.5, 5.5, 7, 4.5, 0.6)),
        ("dot", (9.2, 13.5, 0.9)),
        ("dot", (12, 13.5, 0.9)),
        ("dot", (14.8, 13.5, 0.9)),
        ("dot", (9.2, 17.2, 0.9)),
        ("dot", (12, 17.2, 0.9)),
        ("dot", (14.8, 17.2, 0.9)),
    ),
    "eye_off": (
        ("arc", (12, 19, 11.5, 38, 104)),
        ("arc", (12, 5.4, 11.5, 218, 104)),
        ("circle", (12, 12.2, 2.6)),
        ("line", (4.5, 4.5, 19.5, 19.5)),
    ),
}
_ALIASES: Final = {
    "sms": "phone",
    "card": "id_card",
    "camera": "face",
    "shield": "shield_check",
    "slip": "receipt",
    "receipt_printer": "receipt",
    "certificate_printer": "printer",
    "home": "building",
    "search": "home_search",
    "done": "check",
    "wait": "clock",
    "danger": "warning",
    "pad": "pay_pad",
    "payment_pad": "pay_pad",
    "housing": "home_search",
}


def draw_icon(
    painter: QPainter, name: str, area: QRectF, colour: QColor, *, weight: float = 1.7
) -> None:
    """Draw an icon into a square; a name nobody drew yet becomes a document."""
    strokes = ICONS.get(_ALIASES.get(name, name), ICONS["document"])
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(area.topLeft())
    painter.scale(area.width() / 24, area.height() / 24)
    pen = QPen(colour, weight)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    for shape, at in strokes:
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _stroke(painter, shape, at, colour)
    painter.restore()


def _stroke(painter: QPainter, shape: str, at: tuple[float, ...], colour: QColor) -> None:
    match shape:
        case "line":
            painter.drawLine(QLineF(*at))
        case "poly":
            points = [QPointF(at[i], at[i + 1]) for i in range(0, len(at), 2)]
            painter.drawPolyline(QPolygonF(points))
        case "rect":
            x, y, width, height, radius = at
            painter.drawRoundedRect(QRectF(x, y, width, height), radius, radius)
        case "arc":
            x, y, radius, start, span = at
            box = QRectF(x - radius, y - radius, radius * 2, radius * 2)
            painter.drawArc(box, round(start * 16), round(span * 16))
        case _:
            x, y, radius = at
            if shape == "dot":
                painter.setBrush(colour)
                painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(QPointF(x, y), radius, radius)
