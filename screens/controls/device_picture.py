"""Drawn pictures of where and how: the card on the reader, the paper at the slot."""

from __future__ import annotations

from itertools import product
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from screens.theme import Palette, Theme

_BOARD: Final = QSize(600, 440)
_TWO_BOARDS: Final = QSize(880, 440)
"""Two pictures beside each other; each is 420 wide."""
_METAL: Final = QColor("#D5DAE1")
_METAL_DARK: Final = QColor("#A8B1BD")
_DARK: Final = QColor("#2A3542")
_GLOW: Final = QColor("#7FD1FF")
_CHIP: Final = QColor("#E3BD5E")
_CHIP_DARK: Final = QColor("#9A7420")


class DevicePicture(QWidget):
    """The picture of one device, scaled to its room. Names: see DevicePage."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._device = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(theme.px(230))
        self.setMaximumHeight(theme.px(640))

    def draw_device(self, device: str) -> None:
        """Draw another device."""
        if device != self._device:
            self._device = device
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(600), self._theme.px(440))

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        board = _TWO_BOARDS if self._device == "id_or_social" else _BOARD
        scale = min(self.width() / board.width(), self.height() / board.height())
        painter.translate(
            (self.width() - board.width() * scale) / 2,
            (self.height() - board.height() * scale) / 2,
        )
        painter.scale(scale, scale)
        draw = {
            "id_card": _id_card,
            "social_card": _social_card,
            "id_or_social": _id_or_social,
            "payment_pad": _payment_pad,
            "camera": _camera,
            "receipt_printer": _receipt_printer,
            "certificate_printer": _certificate_printer,
        }.get(self._device)
        if draw is not None:
            draw(painter, self._theme.palette)
        painter.end()


def _box(
    painter: QPainter,
    area: tuple[float, float, float, float],
    radius: float,
    fill: QColor,
    edge: QColor | None = None,
) -> None:
    painter.setBrush(fill)
    painter.setPen(QPen(edge, 4) if edge else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(QRectF(*area), radius, radius)


def _arrow(painter: QPainter, x: float, y: float, length: float, colour: QColor) -> None:
    """A thick arrow pointing down, its tip at (x, y)."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(x - 14, y - length, 28, length - 34), 8, 8)
    tip = QPolygonF([QPointF(x - 40, y - 44), QPointF(x + 40, y - 44), QPointF(x, y)])
    painter.drawPolygon(tip)


def _waves(painter: QPainter, x: float, y: float) -> None:
    """Three flat arcs above a point: here it reads without contact."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_GLOW, 5))
    for size in (18, 34, 50):
        painter.drawArc(QRectF(x - size, y - size * 0.45, size * 2, size * 0.9), 20 * 16, 140 * 16)


def _chip(painter: QPainter, area: QRectF) -> None:
    """Gold contacts: which end of a card goes in."""
    painter.setPen(QPen(_CHIP_DARK, 3))
    painter.setBrush(_CHIP)
    painter.drawRoundedRect(area, 7, 7)
    middle = area.center()
    painter.drawLine(QPointF(middle.x(), area.top()), QPointF(middle.x(), area.bottom()))
    for y in (area.top() + area.height() / 3, area.top() + area.height() * 2 / 3):
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))


def _id_card(painter: QPainter, p: Palette) -> None:
    """A card coming down flat on the reader's pad."""
    _box(painter, (90, 300, 420, 120), 26, _METAL)
    _box(painter, (90, 384, 420, 36), 18, _METAL_DARK)
    _box(painter, (150, 316, 300, 56), 16, _DARK)
    _waves(painter, 300, 338)
    _box(painter, (170, 20, 260, 164), 16, p.card, p.action)
    _box(painter, (190, 44, 76, 96), 10, p.action_tint)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(p.action)
    painter.drawEllipse(QPointF(228, 78), 15, 17)
    painter.drawChord(QRectF(200, 104, 56, 72), 0, 180 * 16)
    for at, width in enumerate((120, 120, 80)):
        _box(painter, (286, 52 + at * 30, width, 12), 6, p.line)
    _box(painter, (190, 152, 216, 12), 6, p.line)
    _arrow(painter, 300, 292, 92, p.action)


def _social_card(painter: QPainter, p: Palette) -> None:
    """A card going upright into the slot, its chip ahead."""
    _box(painter, (90, 316, 420, 104), 26, _METAL)
    _box(painter, (90, 384, 420, 36), 18, _METAL_DARK)
    _box(painter, (186, 334, 228, 26), 12, _DARK)
    _box(painter, (208, 10, 184, 226), 16, p.card, p.action)
    _box(painter, (230, 32, 140, 16), 8, p.action)
    for at, width in enumerate((140, 140, 96)):
        _box(painter, (230, 66 + at * 26, width, 12), 6, p.line)
    _chip(painter, QRectF(268, 156, 64, 52))
    _arrow(painter, 300, 326, 80, p.action)


def _id_or_social(painter: QPainter, p: Palette) -> None:
    """Both, beside each other: laid flat, or put in."""
    painter.save()
    painter.translate(-85, 0)
    _id_card(painter, p)
    painter.translate(450, 0)
    _social_card(painter, p)
    painter.restore()
    _box(painter, (438, 20, 4, 400), 2, p.line)


def _payment_pad(painter: QPainter, p: Palette) -> None:
    """The card terminal, a bank card and a phone above it, an arrow down to it."""
    _box(painter, (186, 186, 228, 250), 26, _METAL)
    _box(painter, (186, 404, 228, 32), 16, _METAL_DARK)
    _box(painter, (206, 204, 188, 84), 12, _DARK)
    _waves(painter, 300, 262)
    for row, column in product(range(3), range(3)):
        last = (p.danger, p.wait, p.done)[column] if row == 2 else p.card
        _box(painter, (210 + column * 62, 302 + row * 34, 56, 24), 8, last)
    _bank_card(painter, p)
    _phone(painter, p)
    _arrow(painter, 300, 178, 118, p.action)


def _bank_card(painter: QPainter, p: Palette) -> None:
    painter.save()
    painter.translate(126, 96)
    painter.rotate(12)
    _box(painter, (-108, -68, 216, 136), 14, p.card, p.action)
    _box(painter, (-106, -46, 212, 26), 0, p.action)
    _chip(painter, QRectF(-88, -2, 44, 36))
    _box(painter, (-28, 40, 116, 12), 6, p.line)
    painter.restore()


def _phone(painter: QPainter, p: Palette) -> None:
    """A phone that shows a payment code."""
    painter.save()
    painter.translate(470, 114)
    painter.rotate(-12)
    _box(painter, (-58, -104, 116, 208), 18, _DARK)
    _box(painter, (-48, -86, 96, 172), 8, p.card)
    _box(painter, (-36, -74, 72, 12), 6, p.line)
    for x, y in ((-34, -46), (8, -46), (-34, -4)):
        _box(painter, (x, y, 26, 26), 3, p.action)
        _box(painter, (x + 8, y + 8, 10, 10), 1, p.card)
    for x, y in ((8, -4), (24, 8), (8, 12), (-6, -28), (-4, 8)):
        _box(painter, (x, y, 10, 10), 1, p.action)
    _box(painter, (-36, 44, 72, 22), 8, p.action)
    painter.restore()


def _camera(painter: QPainter, p: Palette) -> None:
    """The camera's eye above the glass, a person before it, an arrow from one to the other."""
    _box(painter, (60, 10, 300, 420), 24, _METAL)
    _box(painter, (84, 96, 252, 314), 12, p.card)
    painter.setPen(QPen(p.action, 6))
    painter.setBrush(_DARK)
    painter.drawEllipse(QPointF(210, 54), 28, 28)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GLOW)
    painter.drawEllipse(QPointF(202, 46), 8, 8)
    painter.setPen(QPen(p.action, 5, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QRectF(140, 150, 140, 180))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(p.action)
    painter.drawEllipse(QPointF(485, 210), 62, 72)
    painter.drawChord(QRectF(385, 310, 200, 240), 0, 180 * 16)
    painter.save()
    painter.translate(252, 66)
    painter.rotate(116)
    _arrow(painter, 0, 0, 150, p.action)
    painter.restore()


def _receipt_printer(painter: QPainter, p: Palette) -> None:
    """A slip hanging out of its slot."""
    _box(painter, (110, 20, 380, 170), 26, _METAL)
    _box(painter, (150, 120, 300, 34), 14, _DARK)
    _box(painter, (195, 138, 210, 190), 4, p.card, p.line)
    for at, width in enumerate((150, 150, 110, 130)):
        _box(painter, (225, 166 + at * 32, width, 12), 6, p.line)
    _box(painter, (225, 292, 60, 18), 6, p.action)
    _arrow(painter, 300, 432, 90, p.action)


def _certificate_printer(painter: QPainter, p: Palette) -> None:
    """A sealed sheet sliding into the tray."""
    _box(painter, (70, 20, 460, 150), 26, _METAL)
    _box(painter, (130, 104, 340, 34), 14, _DARK)
    sheet = QPolygonF([QPointF(170, 124), QPointF(430, 124), QPointF(460, 330), QPointF(140, 330)])
    painter.setBrush(p.card)
    painter.setPen(QPen(p.line, 4))
    painter.drawPolygon(sheet)
    _box(painter, (250, 156, 100, 16), 8, p.ink)
    for at, width in enumerate((200, 216, 150)):
        _box(painter, (200 - at * 4, 192 + at * 30, width, 12), 6, p.line)
    painter.setPen(QPen(p.danger, 6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(392, 278), 34, 32)
    _box(painter, (110, 330, 380, 24), 12, _METAL_DARK)
    _arrow(painter, 300, 436, 74, p.action)
