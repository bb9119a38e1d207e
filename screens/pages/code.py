"""Digits with an on-screen keypad."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout
from typing_extensions import override

from screens.base import PageBody
from screens.controls.actions import Actions
from screens.controls.context import Context
from screens.controls.keypad import CodeBoxes, Keypad
from screens.controls.sentence import Sentence
from screens.models.pages import CodePage
from screens.pages.echo import Echo


class CodeBody(PageBody[CodePage]):
    """Where the code went, the boxes, what is wrong with it, the keys."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        self._page: CodePage | None = None
        self._echo = Echo(self._send)
        self._error_shown = ""
        self._sentence = Sentence(theme, "strong", centred=True, even=True)
        self.boxes = CodeBoxes(context)
        self._error = Sentence(theme, "body", colour=theme.palette.danger, centred=True, even=True)
        self.keypad = Keypad(context, self.typed)
        self.keypad.setMaximumWidth(theme.px(760))
        self.keypad.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._actions = Actions(context)
        self._arrange(beside=theme.landscape)

    def _arrange(self, *, beside: bool) -> None:
        """In landscape the keys stand beside the boxes, in portrait under them."""
        typed = QVBoxLayout()
        typed.setSpacing(self.context.theme.gap)
        for part in (self._sentence, self.boxes, self._error):
            typed.addWidget(part)
        if beside:
            typed.addWidget(self._actions)
            typed.addStretch(1)
            row = QHBoxLayout()
            row.setSpacing(self.context.theme.px(40))
            row.addLayout(typed, 54)
            row.addWidget(self.keypad, 46)
            self.column.addLayout(row, 1)
            return
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.keypad, 100)
        middle.addStretch(1)
        self.column.addLayout(typed)
        self.column.addLayout(middle, 1)
        self.column.addWidget(self._actions)

    @override
    def show_page(self, page: CodePage) -> None:
        self._page = page
        wording = self.context.wording
        self._sentence.say(wording.say(page.sentence))
        error = wording.say(page.error)
        self._echo.told(page.value, final=bool(error) and error != self._error_shown)
        self._error_shown = error
        self._error.say(error)
        self.keypad.retranslate()
        self._actions.show_buttons(page.actions)
        self._draw()

    def typed(self, digit: str) -> None:
        """A key was pressed; '' takes the last digit back."""
        if self._page is None:
            return
        value = self._echo.value
        longer = value + digit if digit else value[:-1]
        if longer != value and len(longer) <= self._page.length:
            self._echo.typed(longer)
            self._draw()

    def _send(self, value: str) -> None:
        if self._page is not None:
            self.context.edit(self._page.field, value)

    def _draw(self) -> None:
        if self._page is not None:
            self.boxes.show_code(self._echo.value, self._page.length, wrong=bool(self._error_shown))
