"""Take your card and papers."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from screens.base import PageBody
from screens.controls.context import Context
from screens.controls.icons import draw_icon
from screens.controls.repeated import Repeated
from screens.controls.sentence import Sentence
from screens.controls.surface import Card, paint_card
from screens.controls.typeset import typeset
from screens.models.pages import FarewellPage

_ICONS = {"card": "id_card", "certificate": "certificate", "slip": "receipt"}


class TakeMark(QWidget):
    """One thing to take along: its picture, large, and its name."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._thing = ""
        self._name = ""
        self.setMinimumHeight(context.theme.px(300 if not context.theme.landscape else 240))

    def show_thing(self, thing: str) -> None:
        """``thing``: card, certificate or slip."""
        self._thing = thing
        self._name = self._context.wording.own(f"take_{thing}")
        self.setAccessibleName(self._name)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._context.theme.px(260), self._context.theme.px(320))

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        theme = self._context.theme
        p = theme.palette
        painter = QPainter(self)
        paint_card(painter, QRectF(self.rect()), theme, fill=p.card)
        block = typeset(self._name, theme.font("strong"), self.width() - theme.px(40), centred=True)
        side = min(self.width() * 0.56, self.height() - block.height - theme.px(80))
        top = (self.height() - side - theme.px(16) - block.height) / 2
        area = QRectF((self.width() - side) / 2, top, side, side)
        draw_icon(painter, _ICONS.get(self._thing, "document"), area, p.action, weight=1.3)
        block.draw(painter, theme.px(20), top + side + theme.px(16), p.ink)
        painter.end()


class FarewellBody(PageBody[FarewellPage]):
    """What to take, and what happens with the rest."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        self._take = Repeated(lambda: TakeMark(context), columns=3, gap=theme.gap)
        card = Card(theme, padding=44)
        self._sentences = Repeated(
            lambda: Sentence(theme, "body", centred=True, even=True), columns=1, gap=theme.px(18)
        )
        card.column.addLayout(self._sentences.layout)
        self._card = card
        self.column.addLayout(self._take.layout)
        self.column.addWidget(card)
        self.column.addStretch(1)

    @override
    def show_page(self, page: FarewellPage) -> None:
        for mark, thing in zip(self._take.resize(len(page.take)), page.take, strict=True):
            mark.show_thing(thing)
        texts = [self.context.wording.say(words) for words in page.sentences]
        for part, text in zip(self._sentences.resize(len(texts)), texts, strict=True):
            part.say(text)
        self._card.setVisible(bool(texts))
