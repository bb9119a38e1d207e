"""A QR code in whole pixels, and the line that shows how long it holds."""

from __future__ import annotations

from typing import Final

import segno
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from segno.encoder import DataOverflowError
from typing_extensions import override

from screens.controls.context import Context
from screens.controls.icons import draw_icon

LONGEST: Final = 1_000
QUIET: Final = 4
"""White modules around the symbol (ISO/IEC 18004, 9.1)."""
_FADED: Final = QColor("#EDEAE4")


def modules_of(text: str) -> tuple[bytes, ...]:
    """The symbol's rows of 0 and 1 (dark), without quiet zone; none for what cannot be a code."""
    if not 0 < len(text) <= LONGEST:
        return ()
    try:
        made = segno.make(text, error="m", micro=False)
    except DataOverflowError:
        return ()
    return tuple(bytes(row) for row in made.matrix)


class QrCode(QWidget):
    """Dark on white, each module the same number of whole pixels. Its text is told to nobody."""

    def __init__(self, context: Context, least: int) -> None:
        super().__init__()
        self._theme = context.theme
        self._text = ""
        self._rows: tuple[bytes, ...] | None = None
        self._expired = False
        self.setMinimumSize(least, least)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_code(self, text: str, *, name: str, expired: bool) -> None:
        """Show this code; an expired one is too faint for any phone."""
        if name != self.accessibleName():
            self.setAccessibleName(name)
        if (text, expired) == (self._text, self._expired):
            return
        if text != self._text:
            self._text, self._rows = text, None
        self._expired = expired
        self.update()

    def forget(self) -> None:
        """Let go of the code."""
        self._text, self._rows = "", None

    @property
    def expired(self) -> bool:
        """Whether it is drawn as one that no longer holds."""
        return self._expired

    @property
    def whole_side(self) -> int:
        """Side of code and quiet zone as drawn, in device pixels; 0 without a code."""
        return self._pixels() * self._across() if self._modules() else 0

    def _across(self) -> int:
        return len(self._modules()) + 2 * QUIET

    def _pixels(self) -> int:
        """Side of one module."""
        return min(self.width(), self.height()) // self._across()

    def _modules(self) -> tuple[bytes, ...]:
        if self._rows is None:
            self._rows = modules_of(self._text)
        return self._rows

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSize()

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        rows, pixels, whole = self._modules(), self._pixels(), self.whole_side
        area = QRect((self.width() - whole) // 2, (self.height() - whole) // 2, whole, whole)
        painter.fillRect(area, Qt.GlobalColor.white)
        dark = _FADED if self._expired else QColor("black")
        left, top = area.x() + QUIET * pixels, area.y() + QUIET * pixels
        for y, row in enumerate(rows):
            for x, length in _runs(row):
                at = QRect(left + x * pixels, top + y * pixels, length * pixels, pixels)
                painter.fillRect(at, dark)
        if self._expired:
            self._paint_expired(painter, QRectF(area))
        painter.end()

    def _paint_expired(self, painter: QPainter, area: QRectF) -> None:
        p = self._theme.palette
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        round_side = area.width() * 0.36
        ground = QRectF(0, 0, round_side, round_side)
        ground.moveCenter(area.center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(p.wait_tint)
        painter.drawEllipse(ground)
        inset = round_side * 0.22
        inner = ground.adjusted(inset, inset, -inset, -inset)
        draw_icon(painter, "clock", inner, p.wait, weight=2)


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Where dark modules lie beside each other: start and length."""
    runs: list[tuple[int, int]] = []
    x = 0
    while (start := row.find(1, x)) >= 0:
        end = row.find(0, start)
        x = end if end >= 0 else len(row)
        runs.append((start, x - start))
    return runs


class TimeBar(QWidget):
    """A line that shrinks as the time runs out; amber when little is left."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._theme = context.theme
        self._part = 1.0
        self._late = False
        self.setFixedHeight(context.theme.px(14))

    def show_left(self, part: float, *, late: bool) -> None:
        """Show the part (0 to 1) that is left."""
        if (part, late) != (self._part, self._late):
            self._part, self._late = part, late
            self.update()

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        p = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        round_ = self.height() / 2
        painter.setBrush(p.line)
        painter.drawRoundedRect(QRectF(self.rect()), round_, round_)
        left = QRectF(0, 0, self.width() * self._part, self.height())
        if left.width() >= self.height():
            painter.setBrush(p.wait if self._late else p.action)
            painter.drawRoundedRect(left, round_, round_)
        painter.end()
