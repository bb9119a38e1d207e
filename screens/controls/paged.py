"""A column of sheets that turns its own pages when it is longer than its room."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from screens.controls.context import Context
from screens.controls.packing import Measured, Pages, Piece, pack, total
from screens.controls.pager import Pager
from screens.controls.surface import paint_card

W = TypeVar("W", bound=QWidget)

_NEVER: Final = 10.0
"""As ``whole_until``: never drawn smaller, pages are turned at once."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows that belong together. ``header`` stands above them on every page they reach.

    ``bare``: the parts paint their own ground; else they stand on one white card. ``ruled``: a
    hairline between rows. ``flows``: see ``Measured``. ``row_gap`` is in board pixels.
    """

    rows: tuple[QWidget, ...]
    header: QWidget | None = None
    bare: bool = False
    ruled: bool = False
    flows: bool = False
    row_gap: float = 0

    def parts(self) -> tuple[QWidget, ...]:
        """Header and rows."""
        return self.rows if self.header is None else (self.header, *self.rows)


class Stock(Generic[W]):
    """A changing number of like parts, kept and updated instead of built anew."""

    def __init__(self, make: Callable[[], W]) -> None:
        self._make = make
        self.parts: list[W] = []

    def resize(self, count: int) -> list[W]:
        """Exactly ``count`` parts, the first ones the same objects as before."""
        while len(self.parts) > count:
            gone = self.parts.pop()
            gone.hide()
            gone.setParent(None)
            gone.deleteLater()
        while len(self.parts) < count:
            self.parts.append(self._make())
        return self.parts


class PagedColumn(QWidget):
    """Sheets under each other, and page buttons under them where they do not all fit.

    ``whole_until``: the text fit down to which the page is rather drawn smaller than in pages.
    ``pairs_until``: the same for a page with only one sheet of several. ``hugs``: no taller than
    its sheets, so that something can follow right under them. ``apart``: the page buttons stand
    elsewhere; whoever makes the column puts ``pager`` there.
    """

    def __init__(
        self,
        context: Context,
        *,
        whole_until: float = _NEVER,
        pairs_until: float = _NEVER,
        hugs: bool = False,
        apart: bool = False,
    ) -> None:
        super().__init__()
        self._theme = context.theme
        self._hugs = hugs
        self._keeps_whole = context.theme.fit > whole_until
        self._keeps_pairs = context.theme.fit > pairs_until
        self._sheets: tuple[Sheet, ...] = ()
        self._pages: Pages = [[]]
        self._open_at = (0, 0)
        self._cards: list[tuple[QRect, list[int]]] = []
        self._apart = apart
        self.pager = Pager(context, self._turned, narrow=apart)
        if not apart:
            self.pager.setParent(self)
        self.pager.hide()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def show_sheets(self, sheets: Sequence[Sheet]) -> None:
        """Show these; what was open stays open if it is still there."""
        self._sheets = tuple(sheet for sheet in sheets if sheet.rows)
        for part in self._parts():
            if part.parent() is not self:
                part.setParent(self)
        # New words climb through nested layouts by events; measure what they have become.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        self._arrange()
        self.updateGeometry()

    def open_page_of(self, older: PagedColumn) -> None:
        """Open the page with what the same column, drawn in another size, showed first."""
        self._open_at = older._open_at

    @property
    def pages(self) -> Pages:
        """What stands on each page as it is laid out now."""
        return self._pages

    def whole_height(self, width: int) -> int:
        """Height of all sheets under each other at this width."""
        return total(self._measure(width), self._theme.gap)

    def _parts(self) -> Iterator[QWidget]:
        for sheet in self._sheets:
            yield from sheet.parts()

    def _turned(self) -> None:
        first = self._pages[self.pager.current][0]
        self._open_at = (first.sheet, first.first)
        self._arrange()

    def _current(self) -> int:
        """The page with the row that was opened last, whatever the pages are by now."""
        starts = [(page[0].sheet, page[0].first) for page in self._pages if page]
        return max(0, sum(start <= self._open_at for start in starts) - 1)

    def _insets(self, sheet: Sheet) -> tuple[int, int]:
        """Beside and above the parts of a sheet."""
        if sheet.bare:
            return (0, 0)
        theme = self._theme
        factor = 0.75 if theme.landscape else 1.0
        return (theme.px(34 * factor), theme.px(26 * factor))

    def _measure(self, width: int) -> list[Measured]:
        return [self._measured(sheet, width) for sheet in self._sheets]

    def _measured(self, sheet: Sheet, width: int) -> Measured:
        beside, over = self._insets(sheet)
        inner = width - beside * 2
        return Measured(
            rows=tuple(_height(row, inner) for row in sheet.rows),
            header=_height(sheet.header, inner) if sheet.header is not None else 0,
            over=over * 2,
            row_gap=self._theme.px(sheet.row_gap) if sheet.row_gap else 0,
            flows=sheet.flows,
        )

    def _pager_room(self) -> int:
        """What the page buttons take of the height, with the space above them."""
        return 0 if self._apart else _height(self.pager, self.width()) + self._theme.gap

    def _arrange(self) -> None:
        """Pack into pages for the room there is, and put the open page's parts in place."""
        gap, measured = self._theme.gap, self._measure(self.width())
        if self._hugs:
            self.setMaximumHeight(max(1, total(measured, gap)))
        room = self.height()
        if total(measured, gap) <= room:
            self._pages = pack(measured, room, gap)
        else:
            self._pages = pack(measured, room - self._pager_room(), gap)
        self.pager.current = self._current()
        self.pager.show_pages(len(self._pages))
        self._place(self._pages[self.pager.current], measured)
        if not self._apart:
            height = self._pager_room() - gap
            self.pager.setGeometry(0, room - height, self.width(), height)

    def _place(self, pieces: list[Piece], measured: list[Measured]) -> None:
        shown: set[QWidget] = set()
        cards: list[tuple[QRect, list[int]]] = []
        top = 0
        for piece in pieces:
            sheet, heights = self._sheets[piece.sheet], measured[piece.sheet]
            card = QRect(0, top, self.width(), heights.height(piece.first, piece.last))
            rules = self._place_piece(sheet, piece, heights, card, shown)
            if not sheet.bare:
                cards.append((card, rules if sheet.ruled else []))
            top += card.height() + self._theme.gap
        for part in self._parts():
            part.setVisible(part in shown)
        if cards != self._cards:
            self._cards = cards
            self.update()

    def _place_piece(
        self, sheet: Sheet, piece: Piece, heights: Measured, card: QRect, shown: set[QWidget]
    ) -> list[int]:
        """Give one sheet's parts their places; where the lines between them run."""
        beside, over = self._insets(sheet)
        stack = [(row, heights.rows[at]) for at, row in enumerate(sheet.rows)]
        stack = stack[piece.first : piece.last]
        if sheet.header is not None:
            stack.insert(0, (sheet.header, heights.header))
        y = card.top() + over
        rules: list[int] = []
        for part, height in stack:
            part.setGeometry(beside, y, card.width() - beside * 2, height)
            shown.add(part)
            y += height + heights.row_gap
            rules.append(y - heights.row_gap // 2)
        return rules[:-1]

    @override
    def minimumSizeHint(self) -> QSize:
        theme, measured = self._theme, self._measure(self.width())
        whole = total(measured, theme.gap)
        if self._keeps_whole:
            return QSize(theme.px(300), whole)
        tallest = max((sheet.least for sheet in measured), default=0)
        if self._keeps_pairs:
            pairs = [one.whole + two.whole + theme.gap for one, two in pairwise(measured)]
            tallest = max(pairs, default=tallest)
        return QSize(theme.px(300), min(whole, tallest + self._pager_room()))

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
            self.updateGeometry()
        return super().event(event)

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        for card, rules in self._cards:
            paint_card(painter, QRectF(card), theme, fill=theme.palette.card)
            painter.setPen(QPen(theme.palette.line, theme.px(2)))
            side = theme.px(34 * (0.75 if theme.landscape else 1.0))
            for y in rules:
                painter.drawLine(side, y, card.width() - side, y)
        painter.end()


def _height(part: QWidget, width: int) -> int:
    """Height of a part at a width; -1 is Qt's word for 'whatever the width'."""
    wanted = part.heightForWidth(max(1, width))
    return wanted if wanted >= 0 else part.sizeHint().height()
