"""Things to choose one of, or the sentence that there are none."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Qt
from typing_extensions import override

from screens.base import PageBody
from screens.controls.aside import aside
from screens.controls.context import Context
from screens.controls.list_card import ListCard
from screens.controls.paged import PagedColumn, Sheet, Stock
from screens.controls.sentence import Sentence
from screens.controls.strips import Picture
from screens.controls.surface import Card
from screens.models.filing import ListItem, ListPage

_SHRINKS_TO: Final = 0.82
"""A list with one thing on each page is no list: rather a little smaller."""


class NothingCard(Card):
    """The empty list: a quiet picture and what it means that nothing is here."""

    def __init__(self, context: Context) -> None:
        theme = context.theme
        super().__init__(theme, padding=60)
        picture = Picture("document", theme.px(130), theme.palette.line, weight=1.5)
        self._sentence = Sentence(theme, "title", centred=True, even=True)
        self.column.addStretch(1)
        self.column.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addSpacing(theme.px(26))
        self.column.addWidget(self._sentence)
        self.column.addStretch(1)
        self.setMinimumHeight(theme.px(420))

    def say(self, text: str) -> None:
        """Say it; hidden without words."""
        self._sentence.say(text)
        self.setVisible(bool(text))


class ListBody(PageBody[ListPage]):
    """A sentence, the cards, and page buttons when there are more than fit."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._sentence = Sentence(context.theme, "body", even=True)
        self._nothing = NothingCard(context)
        self._cards = Stock(lambda: ListCard(context))
        apart = context.theme.landscape
        self.paged = PagedColumn(context, pairs_until=_SHRINKS_TO, apart=apart)
        if apart:
            self.aside = aside(context, self._sentence, foot=self.paged.pager)
        else:
            self.column.addWidget(self._sentence)
        self.column.addWidget(self._nothing)
        self.column.addWidget(self.paged, 1)

    @override
    def show_page(self, page: ListPage) -> None:
        say = self.context.wording.say
        self._sentence.say(say(page.sentence))
        self._nothing.say("" if page.items else say(page.nothing))
        cards = self._cards.resize(len(page.items))
        for card, item, called in zip(cards, page.items, self._names(page.items), strict=True):
            card.show_item(item, called)
        self.paged.show_sheets([Sheet((card,), bare=True) for card in cards])

    def _names(self, items: tuple[ListItem, ...]) -> list[str]:
        """The buttons' texts; where several have the same one, title and lines tell them apart."""
        say = self.context.wording.say
        words = [
            list(dict.fromkeys(map(say, (item.button.text, item.title, *item.lines))))
            for item in items
        ]
        names = [parts[0] for parts in words]
        for depth in range(2, 1 + max(map(len, words), default=0)):
            names = [
                " ".join(parts[:depth]) if names.count(name) > 1 else name
                for parts, name in zip(words, names, strict=True)
            ]
        return names

    @override
    def only_read(self) -> int:
        if self.aside is not None or not self._sentence.text():
            return 0
        width = self.context.theme.content_width
        return self._sentence.heightForWidth(width) + self.column.spacing()

    @override
    def take_over(self, older: PageBody[Any]) -> None:
        if isinstance(older, ListBody):
            self.paged.open_page_of(older.paged)
