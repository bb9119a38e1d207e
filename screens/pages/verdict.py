"""What a check came to, and what that is worth."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget
from typing_extensions import override

from screens.base import PageBody
from screens.controls.actions import Actions
from screens.controls.aside import aside
from screens.controls.context import Context
from screens.controls.fact_row import FactRow, in_columns
from screens.controls.icons import draw_icon
from screens.controls.paged import PagedColumn, Sheet, Stock
from screens.controls.repeated import Repeated
from screens.controls.sentence import Sentence
from screens.controls.surface import Card
from screens.controls.tag import MarkedLine
from screens.controls.typeset import typeset
from screens.models.filing import VerdictPage

_SHRINKS_TO: Final = 0.7
"""The verdict and what it rests on belong together: rather a little smaller than in pages."""


_LINES: Final = 2
_MARKS: Final = {"done": "check", "wait": "question", "danger": "cross"}


class VerdictMark(QWidget):
    """A large filled circle with a tick, a question mark or a cross."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._theme = context.theme
        self._tone = "done"
        side = self._theme.px(104 if self._theme.landscape else 128)
        self.setFixedSize(side, side)

    def show_tone(self, tone: str) -> None:
        """Change the tone."""
        if tone != self._tone:
            self._tone = tone
            self.update()

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        ink, _ = self._theme.palette.tone(self._tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(self.rect())
        inset = self.width() * 0.22
        area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        draw_icon(painter, _MARKS[self._tone], area, self._theme.palette.on_action, weight=2.8)
        painter.end()


class Claims(Card):
    """A title and a few marked lines: what is proved, or what is not."""

    def __init__(self, context: Context, icon: str, ink: QColor) -> None:
        theme = context.theme
        super().__init__(theme, padding=32)
        self._icon, self._ink = icon, ink
        self._title = Sentence(theme, "strong", even=True)
        self._lines = Repeated(lambda: MarkedLine(context), columns=1, gap=theme.px(10))
        self.column.addWidget(self._title)
        self.column.addLayout(self._lines.layout)
        self.column.addStretch(1)

    def show_claims(self, title: str, texts: list[str]) -> None:
        """Show these; hidden without any."""
        self._title.say(title)
        for part, text in zip(self._lines.resize(len(texts)), texts, strict=True):
            part.show_line(text, self._icon, self._ink)


class VerdictBody(PageBody[VerdictPage]):
    """Mark and verdict, the facts, the two lists (beside each other where it is wide), actions."""

    in_reach: ClassVar[bool] = False

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        self._card = Card(theme, raised=False, padding=36)
        self._mark = VerdictMark(context)
        self._verdict = Sentence(theme, "heading", even=True)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        said = QBoxLayout(down if theme.landscape else across)
        said.setSpacing(theme.px(20 if theme.landscape else 32))
        said.addWidget(self._mark)
        said.addWidget(self._verdict, 1)
        self._card.column.addLayout(said)
        self._facts = Stock(lambda: FactRow(context))
        self._proves = Claims(context, "check", theme.palette.done)
        self._proves_not = Claims(context, "minus", theme.palette.muted)
        self._both = self._beside() if theme.landscape else None
        apart = theme.landscape
        self.paged = PagedColumn(context, whole_until=_SHRINKS_TO, apart=apart)
        self._actions = Actions(context)
        if apart:
            self.aside = aside(context, self._card, foot=self.paged.pager)
        else:
            self.column.addWidget(self._card)
        self.column.addWidget(self.paged, 1)
        self.column.addWidget(self._actions)

    def _beside(self) -> QWidget:
        """The two lists side by side."""
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.context.theme.gap)
        in_columns(row, (self._proves, 50), (self._proves_not, 50))
        return both

    @override
    def show_page(self, page: VerdictPage) -> None:
        say, own = self.context.wording.say, self.context.wording.own
        ink, ground = self.context.theme.palette.tone(page.tone)
        self._card.recolour(ground, None)
        self._mark.show_tone(page.tone)
        self._verdict.tint(ink)
        self._say_verdict(say(page.verdict))
        rows = self._facts.resize(len(page.facts))
        for row, fact in zip(rows, page.facts, strict=True):
            row.show_fact(say(fact.label), say(fact.value), role="title" if fact.strong else "body")
        self._proves.show_claims(own("proves"), [say(words) for words in page.proves])
        self._proves_not.show_claims(own("proves_not"), [say(words) for words in page.proves_not])
        self.paged.show_sheets([Sheet(tuple(rows), ruled=True, flows=True), *self._claims(page)])
        self._actions.show_buttons(page.actions)

    def _say_verdict(self, text: str) -> None:
        """As large as lets it stand in two lines, in the narrow place that landscape has for it."""
        theme = self.context.theme
        width = theme.width - theme.content_width - theme.margin * 2 - theme.px(52 + 36 * 1.5)
        large = theme.font("heading")
        fits = not theme.landscape or typeset(text, large, width).lines <= _LINES
        self._verdict.setFont(large if fits else theme.font("title"))
        self._verdict.say(text)

    def _claims(self, page: VerdictPage) -> list[Sheet]:
        lists = ((self._proves, page.proves), (self._proves_not, page.proves_not))
        if self._both is None:
            return [Sheet((card,), bare=True) for card, words in lists if words]
        for card, words in lists:
            card.setVisible(bool(words))
        return [Sheet((self._both,), bare=True)] if page.proves or page.proves_not else []

    @override
    def take_over(self, older: PageBody[Any]) -> None:
        if isinstance(older, VerdictBody):
            self.paged.open_page_of(older.paged)
