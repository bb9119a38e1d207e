"""Big cards to press: services, ways, options, grades."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from typing_extensions import override

from screens.controls.buttons import Press
from screens.controls.context import Context
from screens.controls.icons import draw_icon
from screens.controls.surface import paint_card
from screens.controls.typeset import Block, typeset, unbroken
from screens.theme import Role


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph on a card. ``ink``: ink, muted, wait or action (a palette's field)."""

    text: str
    role: Role
    ink: str = "ink"


class PictureCard(Press):
    """An icon in a tinted square, and paragraphs under it or beside it.

    ``tall``: no taller than this (on the drawing board) unless its words need it, or those of
    one of its ``peers``, the cards beside it.
    """

    def __init__(
        self,
        context: Context,
        *,
        beside: bool = False,
        icon_side: int = 92,
        tall: float | None = None,
        peers: Callable[[], Sequence[PictureCard]] = tuple,
    ) -> None:
        super().__init__(context)
        self._tall = tall
        self._peers = peers
        self._beside = beside
        self._icon_side = icon_side
        self._icon = ""
        self._lines: tuple[Line, ...] = ()

    def fill(self, name: str, icon: str, lines: tuple[Line, ...], *, enabled: bool) -> None:
        """Show these paragraphs, the first of which names the card."""
        shown = tuple(line for line in lines if line.text)
        self.name = name
        self.allow(enabled=enabled)
        if (icon, shown) == (self._icon, self._lines):
            return
        self._icon, self._lines = icon, shown
        self.call_it(shown[0].text if shown else "")
        self.describe(" ".join(line.text for line in shown[1:]))
        self._limit()
        self.updateGeometry()
        self.update()

    def _limit(self) -> None:
        if self._tall is None:
            return
        cards = (self, *self._peers())
        needed = max(card.heightForWidth(card.width()) for card in cards)
        for card in cards:
            card.setMaximumHeight(max(self._context.theme.px(self._tall), needed))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._limit()

    def _square(self) -> int:
        theme = self._context.theme
        return theme.px(self._icon_side * (1 + (theme.text_scale - 1) * 0.4))

    def _padding(self) -> int:
        return self._context.theme.px(30 * min(1.0, self._context.theme.fit))

    def _blocks(self, width: int) -> list[tuple[Line, Block]]:
        room = width - self._padding() * 2
        if self._beside:
            room -= self._square() + self._padding() * 3 // 4
        theme = self._context.theme
        return [
            (line, typeset(line.text, theme.font(line.role), room, even=True))
            for line in self._lines
        ]

    @override
    def needed(self, width: int) -> int:
        return self.heightForWidth(width) - self._padding() // 2

    def _text_height(self, blocks: list[tuple[Line, Block]]) -> int:
        spaces = self._context.theme.px(8) * max(0, len(blocks) - 1)
        return sum(block.height for _, block in blocks) + spaces

    @override
    def heightForWidth(self, arg__1: int) -> int:
        text = self._text_height(self._blocks(arg__1))
        square = self._square()
        between = self._context.theme.px(20)
        inner = max(text, square) if self._beside else square + between + text
        return max(self._context.theme.target, inner + self._padding() * 2)

    @override
    def sizeHint(self) -> QSize:
        width = self._context.theme.px(420)
        return QSize(width, self.heightForWidth(width))

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        theme = self._context.theme
        p = theme.palette
        painter = QPainter(self)
        on = self.isEnabled()
        fill = (p.action_tint if self.isDown() else p.card) if on else p.off
        paint_card(painter, QRectF(self.rect()), theme, fill=fill, raised=on)
        blocks = self._blocks(self.width())
        square, pad = self._square(), self._padding()
        text = self._text_height(blocks)
        if self._beside:
            icon_y = text_y = 0.0
            icon_y = (self.height() - square) / 2
            text_y, text_x = (self.height() - text) / 2, pad + square + pad * 3 // 4
        else:
            top = pad
            icon_y, text_y, text_x = top, top + square + theme.px(20), pad
        self._paint_icon(painter, QRectF(pad, icon_y, square, square))
        for line, block in blocks:
            block.draw(painter, text_x, text_y, self._ink(line.ink))
            text_y += block.height + theme.px(8)
        painter.end()

    def _ink(self, ink: str) -> QColor:
        p = self._context.theme.palette
        if not self.isEnabled() and ink != "wait":
            return p.off_ink
        return {"muted": p.muted, "wait": p.wait, "action": p.action}.get(ink, p.ink)

    def _paint_icon(self, painter: QPainter, area: QRectF) -> None:
        p = self._context.theme.palette
        on = self.isEnabled()
        corner = area.width() * 0.26
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(p.action if on else p.line)
        painter.drawRoundedRect(area, corner, corner)
        inset = area.width() * 0.19
        inner = area.adjusted(inset, inset, -inset, -inset)
        draw_icon(painter, self._icon, inner, p.on_action if on else p.off_ink)


class OptionCard(Press):
    """One of several options; the chosen one has a filled dot and a blue edge.

    ``compact``: no taller than a finger needs, for where fields stand under each other.
    """

    def __init__(self, context: Context, *, compact: bool = False) -> None:
        super().__init__(context)
        self._compact = compact
        self.value = ""
        self._text = ""
        self._chosen = False

    def fill(self, value: str, text: str, *, chosen: bool, called: str = "") -> None:
        """Show an option; ``called``: its name where the text alone is not the only one."""
        self.value = value
        self._text = text
        self.call_it(called or text)
        self.describe(self._context.wording.own("chosen") if chosen else "")
        if chosen != self._chosen:
            self._chosen = chosen
            self.update()

    @property
    def chosen(self) -> bool:
        """Whether it is drawn as the chosen one."""
        return self._chosen

    def _block(self, width: int) -> Block:
        theme = self._context.theme
        room = width - theme.px(62) - self._dot() - theme.px(18)
        font = unbroken(self._text, theme.font("strong"), room, floor=theme.px(28))
        return typeset(self._text, font, room, even=True)

    def _dot(self) -> int:
        return self._context.theme.px(40)

    @override
    def heightForWidth(self, arg__1: int) -> int:
        theme = self._context.theme
        least = 100 if self._compact else 104 if theme.landscape else 124
        padding = theme.px(24 if self._compact else 44)
        return max(theme.px(least), self._block(arg__1).height + padding)

    @override
    def sizeHint(self) -> QSize:
        width = self._context.theme.px(420)
        return QSize(width, self.heightForWidth(width))

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        theme = self._context.theme
        p = theme.palette
        painter = QPainter(self)
        tinted = self._chosen or self.isDown()
        paint_card(
            painter,
            QRectF(self.rect()),
            theme,
            fill=p.action_tint if tinted else p.card,
            edge=p.action if self._chosen else None,
            edge_width=4,
            raised=not self._chosen,
        )
        left, dot = theme.px(32), self._dot()
        centre = QPointF(left + dot / 2, self.height() / 2)
        painter.setBrush(p.action if self._chosen else p.card)
        painter.setPen(QPen(p.action if self._chosen else p.muted, theme.px(3)))
        painter.drawEllipse(centre, dot / 2 - theme.px(2), dot / 2 - theme.px(2))
        if self._chosen:
            inner = QRectF(left, centre.y() - dot / 2, dot, dot).adjusted(8, 8, -8, -8)
            draw_icon(painter, "check", inner, p.on_action, weight=3.4)
        block = self._block(self.width())
        y = (self.height() - block.height) / 2
        block.draw(painter, left + dot + theme.px(18), y, p.ink)
        painter.end()


_SMILES: Final = (46, 26, 0, -26, -46)


class GradeCard(Press):
    """A grade: a face drawn from glad to sad by its place, and its word. All look alike."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._text = ""
        self._bend = 0

    def fill(self, name: str, text: str, place: int) -> None:
        """Show a grade; ``place`` 0 is the best."""
        self.name = name
        self._text = text
        self._bend = _SMILES[min(place, len(_SMILES) - 1)]
        self.call_it(text)

    def _block(self, width: int) -> Block:
        theme = self._context.theme
        return typeset(self._text, theme.font("title"), width - theme.px(190))

    @override
    def heightForWidth(self, arg__1: int) -> int:
        theme = self._context.theme
        return max(theme.px(124), self._block(arg__1).height + theme.px(48))

    @override
    def sizeHint(self) -> QSize:
        width = self._context.theme.px(700)
        return QSize(width, self.heightForWidth(width))

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        theme = self._context.theme
        p = theme.palette
        painter = QPainter(self)
        fill = p.action_tint if self.isDown() else p.card
        paint_card(painter, QRectF(self.rect()), theme, fill=fill)
        side = theme.px(72)
        area = QRectF(theme.px(40), (self.height() - side) / 2, side, side)
        self._paint_face(painter, area)
        block = self._block(self.width())
        block.draw(painter, theme.px(150), (self.height() - block.height) / 2, p.ink)
        painter.end()

    def _paint_face(self, painter: QPainter, area: QRectF) -> None:
        p = self._context.theme.palette
        pen = QPen(p.action, area.width() * 0.07)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(p.action_tint)
        painter.drawEllipse(area)
        centre, unit = area.center(), area.width() / 2
        painter.setBrush(p.action)
        for side in (-0.36, 0.36):
            eye = QPointF(centre.x() + side * unit, centre.y() - 0.22 * unit)
            painter.drawEllipse(eye, unit * 0.05, unit * 0.05)
        self._paint_mouth(painter, centre, unit)

    def _paint_mouth(self, painter: QPainter, centre: QPointF, unit: float) -> None:
        half = 0.42 * unit
        y = centre.y() + 0.34 * unit
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._bend == 0:
            painter.drawLine(QPointF(centre.x() - half, y), QPointF(centre.x() + half, y))
            return
        height = abs(self._bend) / 46 * 0.62 * unit
        box = QRectF(centre.x() - half, y - height / 2, half * 2, height)
        start = 180 if self._bend > 0 else 0
        painter.drawArc(box, start * 16, 180 * 16)
