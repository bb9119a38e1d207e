"""A choice between equal ways."""

from __future__ import annotations

from typing_extensions import override

from screens.base import PageBody
from screens.controls.choice_cards import Line, PictureCard
from screens.controls.context import Context
from screens.controls.repeated import Repeated
from screens.controls.sentence import Sentence
from screens.controls.surface import Card
from screens.models.pages import WaysPage


class WaysBody(PageBody[WaysPage]):
    """What is asked on a card; under it the ways, all of one size and colour."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        self._card = Card(theme, padding=40)
        self._paragraphs = Repeated(
            lambda: Sentence(theme, "body", even=True), columns=1, gap=theme.px(18)
        )
        self._card.column.addLayout(self._paragraphs.layout)
        self.ways = Repeated(self._way, columns=2, gap=theme.gap, stretch=True)
        self.column.addWidget(self._card)
        self.column.addLayout(self.ways.layout, 8)
        self.column.addStretch(1)

    def _way(self) -> PictureCard:
        return PictureCard(self.context, icon_side=120, tall=460, peers=lambda: self.ways.parts)

    @override
    def show_page(self, page: WaysPage) -> None:
        say = self.context.wording.say
        texts = [say(words) for words in page.paragraphs]
        for part, text in zip(self._paragraphs.resize(len(texts)), texts, strict=True):
            part.say(text)
        self._card.setVisible(bool(texts))
        for card, way in zip(self.ways.resize(len(page.ways)), page.ways, strict=True):
            on = way.button.enabled
            more = (
                Line(say(way.explanation), "small", "muted")
                if on
                else Line(say(way.button.why), "small", "wait")
            )
            lines = (Line(say(way.button.text), "title"), more)
            card.fill(way.button.name, way.icon, lines, enabled=on)
