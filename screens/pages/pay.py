"""What is to be paid, to whom, and how."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from screens.base import PageBody
from screens.controls.amount import Amount
from screens.controls.choice_cards import Line, PictureCard
from screens.controls.context import Context
from screens.controls.icons import ICONS
from screens.controls.paged import PagedColumn, Sheet, Stock
from screens.controls.repeated import Repeated
from screens.controls.sentence import Sentence
from screens.controls.surface import Card
from screens.models.base import Button
from screens.models.filing import PayLine, PayPage
from screens.theme import Role

_SHRINKS_TO: Final = 0.7
"""The order is one thing: rather a little smaller than in pages."""
_FEW_LINES: Final = 2
_WAY_ICONS: Final = {"pad": "pay_pad", "card": "pay_pad", "phone": "qr", "wallet": "phone"}


class OrderLine(QWidget):
    """What it is for and who gets it at the left, the amount at the right edge."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self._label = Sentence(theme, "body", even=True)
        self._payee = Sentence(theme, "small", colour=theme.palette.muted, even=True)
        self._amount = Amount(context, "strong")
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        words.addWidget(self._label)
        words.addWidget(self._payee)
        over = theme.px((8 if theme.landscape else 14) * theme.fit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, over, 0, over)
        row.setSpacing(theme.px(28))
        row.addLayout(words, 1)
        row.addWidget(self._amount, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_line(self, line: PayLine) -> None:
        """Show it."""
        say = self._context.wording.say
        self._label.say(say(line.label))
        self._payee.say(say(line.payee))
        self._amount.say(say(line.amount))


class Total(Card):
    """The whole amount, the largest thing on the page."""

    def __init__(self, context: Context) -> None:
        theme = context.theme
        ground: QColor = theme.palette.action_tint
        super().__init__(theme, fill=ground, raised=False, padding=34)
        self._context = context
        self._label = Sentence(theme, "strong", colour=theme.palette.action, even=True)
        self._amount = Amount(context, "display", colour=theme.palette.action)
        row = QHBoxLayout()
        row.setSpacing(theme.px(28))
        row.addWidget(self._label, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._amount, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(row)

    def say(self, text: str) -> None:
        """Show the amount."""
        self._label.say(self._context.wording.own("total"))
        self._amount.say(text)


class PayBody(PageBody[PayPage]):
    """The lines of the order, their total, and the ways to pay, all of one size and colour."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        self._lines = Stock(lambda: OrderLine(context))
        self.paged = PagedColumn(context, whole_until=_SHRINKS_TO, hugs=True)
        self._total = Total(context)
        self._sentence = Sentence(theme, "body", even=True)
        self.ways = Repeated(self._way, columns=2, gap=theme.gap, stretch=True)
        self.column.addWidget(self.paged, 100)
        self.column.addWidget(self._total)
        self.column.addWidget(self._sentence)
        self.column.addLayout(self.ways.layout, 8)
        self.column.addStretch(1)

    @override
    def only_read(self) -> int:
        many = len(self._lines.parts) > _FEW_LINES
        return self.paged.whole_height(self.context.theme.content_width) if many else 0

    def _way(self) -> PictureCard:
        beside = self.context.theme.landscape
        return PictureCard(
            self.context,
            beside=beside,
            icon_side=58 if beside else 110,
            tall=180 if beside else 330,
            peers=lambda: self.ways.parts,
        )

    @override
    def show_page(self, page: PayPage) -> None:
        say = self.context.wording.say
        lines = self._lines.resize(len(page.lines))
        for part, line in zip(lines, page.lines, strict=True):
            part.show_line(line)
        self.paged.show_sheets([Sheet(tuple(lines), ruled=True, flows=True)])
        self._total.say(say(page.total))
        self._sentence.say(say(page.sentence))
        role: Role = "strong" if self.context.theme.landscape else "title"
        for card, way in zip(self.ways.resize(len(page.ways)), page.ways, strict=True):
            why = "" if way.enabled else say(way.why)
            shown = (Line(say(way.text), role), Line(why, "small", "wait"))
            card.fill(way.name, _icon(way), shown, enabled=way.enabled)


def _icon(way: Button) -> str:
    """A picture for a way by the last part of its name; a coin for one that has none."""
    name = way.name.rpartition(":")[2]
    name = _WAY_ICONS.get(name, name)
    return name if name in ICONS else "pay"
