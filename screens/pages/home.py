"""The menu of services."""

from __future__ import annotations

from typing_extensions import override

from screens.base import PageBody
from screens.controls.choice_cards import Line, PictureCard
from screens.controls.context import Context
from screens.controls.pager import Pager
from screens.controls.repeated import Repeated
from screens.models.pages import HomePage, Tile


class HomeBody(PageBody[HomePage]):
    """Tiles in a grid; more than fit are turned to with big buttons."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        self._page: HomePage | None = None
        columns = 2 if theme.elder or not theme.landscape else 3
        rows = 2 if theme.landscape else 3 if theme.elder else 4
        self._capacity = columns * rows
        self.tiles = Repeated(self._card, columns=columns, gap=theme.gap, stretch=True)
        self._pager = Pager(context, self._turned)
        self.column.addLayout(self.tiles.layout, 1)
        self.column.addWidget(self._pager)

    def _card(self) -> PictureCard:
        return PictureCard(self.context, tall=420, peers=lambda: self.tiles.parts)

    @override
    def show_page(self, page: HomePage) -> None:
        self._page = page
        self._pager.show_pages(-(-len(page.tiles) // self._capacity))
        first = self._pager.current * self._capacity
        shown = page.tiles[first : first + self._capacity]
        for card, tile in zip(self.tiles.resize(len(shown)), shown, strict=True):
            self._fill(card, tile)

    def _turned(self) -> None:
        if self._page is not None:
            self.show_page(self._page)

    def _fill(self, card: PictureCard, tile: Tile) -> None:
        say = self.context.wording.say
        lines = [Line(say(tile.button.text), "title")]
        if not tile.button.enabled:
            lines.append(Line(say(tile.button.why), "small", "wait"))
            lines.append(Line(say(tile.elsewhere), "small", "muted"))
        elif not self.context.theme.elder:
            lines.append(Line(say(tile.summary), "small", "muted"))
        card.fill(tile.button.name, tile.icon, tuple(lines), enabled=tile.button.enabled)
