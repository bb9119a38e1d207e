"""What the enquiry found."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout
from typing_extensions import override

from screens.base import PageBody
from screens.controls.context import Context
from screens.controls.facts import Facts
from screens.controls.pager import Pager
from screens.controls.repeated import Repeated
from screens.controls.sentence import Sentence
from screens.controls.strips import Picture
from screens.controls.surface import Card
from screens.models.pages import ResultItem, ResultPage


class ItemCard(Card):
    """One found thing."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, padding=34)
        self._context = context
        self._title = Sentence(context.theme, "strong")
        self._facts = Facts(context)
        self.column.addWidget(self._title)
        self.column.addWidget(self._facts)

    def show_item(self, item: ResultItem) -> None:
        """Show it."""
        self._title.say(self._context.wording.say(item.title))
        self._facts.show_facts(item.facts)


class ResultBody(PageBody[ResultPage]):
    """The sentence that says it, the things, the facts, and what it does not say."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        self._page: ResultPage | None = None
        self._capacity = 1 if theme.elder or theme.landscape else 2
        summary = Card(theme, fill=theme.palette.action_tint, raised=False, padding=36)
        self._summary = Sentence(theme, "title", colour=theme.palette.action, even=True)
        summary.column.addWidget(self._summary)
        self._items = Repeated(lambda: ItemCard(context), columns=1, gap=theme.px(18))
        self._pager = Pager(context, self._turned)
        self._facts_card = Card(theme, padding=34)
        self._facts = Facts(context)
        self._facts_card.column.addWidget(self._facts)
        self._caution = Sentence(theme, "small", colour=theme.palette.muted, even=True)
        self._mark = Picture("info", theme.grown(38), theme.palette.muted)
        caution = QHBoxLayout()
        caution.setSpacing(theme.px(16))
        caution.addWidget(self._mark)
        caution.addWidget(self._caution, 1)
        self.column.addWidget(summary)
        self.column.addLayout(self._items.layout)
        self.column.addWidget(self._pager)
        self.column.addWidget(self._facts_card)
        self.column.addLayout(caution)
        self.column.addStretch(1)

    @override
    def show_page(self, page: ResultPage) -> None:
        self._page = page
        say = self.context.wording.say
        self._summary.say(say(page.summary))
        self._pager.show_pages(-(-len(page.items) // self._capacity))
        first = self._pager.current * self._capacity
        shown = page.items[first : first + self._capacity]
        for card, item in zip(self._items.resize(len(shown)), shown, strict=True):
            card.show_item(item)
        self._facts.show_facts(page.facts)
        self._facts_card.setVisible(bool(page.facts))
        self._caution.say(say(page.caution))
        self._mark.setVisible(page.caution is not None)

    def _turned(self) -> None:
        if self._page is not None:
            self.show_page(self._page)
