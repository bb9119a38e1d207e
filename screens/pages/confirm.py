"""Is this you? The one page with a whole ID number."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout
from typing_extensions import override

from screens.base import PageBody
from screens.controls.context import Context
from screens.controls.sentence import Sentence
from screens.controls.still import Still
from screens.controls.surface import Card
from screens.models.pages import ConfirmPage, Fact


class ConfirmBody(PageBody[ConfirmPage]):
    """The portrait, and beside it the facts, strong ones large."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        card = Card(theme, padding=36)
        self._portrait = Still(context, corner=18)
        wide = 224 if theme.elder else 264
        self._portrait.setFixedSize(theme.px(wide), theme.px(wide * 1.29))
        self._facts: list[tuple[Sentence, Sentence]] = []
        self._words = QVBoxLayout()
        self._words.setSpacing(theme.px(6))
        row = QHBoxLayout()
        row.setSpacing(theme.px(36))
        row.addWidget(self._portrait, 0, Qt.AlignmentFlag.AlignTop)
        beside = QVBoxLayout()
        beside.addLayout(self._words)
        beside.addStretch(1)
        row.addLayout(beside, 1)
        card.column.addLayout(row)
        self.column.addWidget(card)
        self.column.addStretch(1)

    @override
    def show_page(self, page: ConfirmPage) -> None:
        self._portrait.setVisible(page.portrait is not None)
        self._portrait.show_slot(page.portrait)
        self._show_facts(page.facts)

    def _show_facts(self, facts: tuple[Fact, ...]) -> None:
        theme = self.context.theme
        for fact in facts[len(self._facts) :]:
            label = Sentence(theme, "small", colour=theme.palette.muted)
            value = Sentence(theme, "title" if fact.strong else "body", even=True)
            self._words.addWidget(label)
            self._words.addWidget(value)
            self._words.addSpacing(theme.px(14))
            self._facts.append((label, value))
        for at, (label, value) in enumerate(self._facts):
            fact = facts[at] if at < len(facts) else None
            label.say(self.context.wording.say(fact.label) if fact else "")
            value.say(self.context.wording.say(fact.value) if fact else "")

    @override
    def slot_came(self, slot: str) -> None:
        if slot == self._portrait.slot:
            self._portrait.show_slot(slot)

    @override
    def slot_gone(self, slot: str) -> None:
        if slot == self._portrait.slot:
            self._portrait.forget()
