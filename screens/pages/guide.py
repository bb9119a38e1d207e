"""Before anything is typed: what to bring, what it costs, how long it takes."""

from __future__ import annotations

from typing_extensions import override

from screens.base import PageBody
from screens.controls.context import Context
from screens.controls.facts import Facts
from screens.controls.surface import Card
from screens.models.pages import GuidePage


class GuideBody(PageBody[GuidePage]):
    """One card with the facts."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        card = Card(context.theme, padding=44)
        self._facts = Facts(context)
        card.column.addWidget(self._facts)
        self.column.addWidget(card)
        self.column.addStretch(1)

    @override
    def show_page(self, page: GuidePage) -> None:
        self._facts.show_facts(page.facts)
