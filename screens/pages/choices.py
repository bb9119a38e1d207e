"""One or two groups of options."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from screens.base import PageBody
from screens.controls.choice_cards import OptionCard
from screens.controls.context import Context
from screens.controls.repeated import Repeated
from screens.controls.sentence import Sentence
from screens.models.pages import ChoiceGroup, ChoicesPage
from screens.pages.echo import Echo


class Group(QWidget):
    """A label, its options as cards in two columns, and what is wrong if something is."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self._group: ChoiceGroup | None = None
        self._echo = Echo(self._send)
        self._label = Sentence(theme, "title")
        self._error = Sentence(theme, "body", colour=theme.palette.danger)
        self.options = Repeated(
            self._card, columns=3 if theme.width > theme.height * 1.5 else 2, gap=theme.px(20)
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme.px(8 if theme.landscape else 20))
        column.setSpacing(theme.px(16))
        column.addWidget(self._label)
        column.addLayout(self.options.layout)
        column.addWidget(self._error)

    def show_group(self, group: ChoiceGroup) -> None:
        """Show the group."""
        self._group = group
        say = self._context.wording.say
        self._label.say(say(group.label))
        self._error.say(say(group.error))
        self._echo.told(group.chosen or "", final=False)
        self._draw(group)

    def _draw(self, group: ChoiceGroup) -> None:
        cards = self.options.resize(len(group.options))
        for card, option in zip(cards, group.options, strict=True):
            text = self._context.wording.say(option.text)
            card.fill(option.value, text, chosen=option.value == self._echo.value)

    def _card(self) -> OptionCard:
        card = OptionCard(self._context)
        card.clicked.connect(lambda: self._choose(card.value))
        return card

    def _choose(self, value: str) -> None:
        if self._group is not None:
            self._echo.typed(value)
            self._draw(self._group)

    def _send(self, value: str) -> None:
        if self._group is not None:
            self._context.edit(self._group.field, value)


class ChoicesBody(PageBody[ChoicesPage]):
    """The groups under each other."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.groups = Repeated(lambda: Group(context), columns=1, gap=context.theme.gap)
        self.column.addLayout(self.groups.layout)
        self.column.addStretch(1)

    @override
    def show_page(self, page: ChoicesPage) -> None:
        parts = self.groups.resize(len(page.groups))
        for part, group in zip(parts, page.groups, strict=True):
            part.show_group(group)
