"""Hold a code up to the camera."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from screens.base import PageBody
from screens.controls.actions import Actions
from screens.controls.context import Context
from screens.controls.note import Note
from screens.controls.sentence import Sentence
from screens.live import LiveView
from screens.models.filing import ScanPage


class ScanBody(PageBody[ScanPage]):
    """Sentence, mirror with a frame to aim at, what went wrong, other ways."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        self._sentence = Sentence(
            theme, "title", colour=theme.palette.action, centred=True, even=True
        )
        self.live = LiveView(context, guide="code")
        self._error = Note(context, role="strong")
        self._actions = Actions(context)
        self.column.addWidget(self._sentence)
        self.column.addWidget(self.live, 1)
        if theme.landscape:
            self.aside = QWidget()
            beside = QVBoxLayout(self.aside)
            beside.setContentsMargins(0, 0, 0, 0)
            beside.setSpacing(theme.gap)
            beside.addStretch(1)
        else:
            beside = self.column
        beside.addWidget(self._error)
        beside.addWidget(self._actions)

    @override
    def show_page(self, page: ScanPage) -> None:
        wording = self.context.wording
        self._sentence.say(wording.say(page.sentence))
        self.live.call_it(wording.own("live_picture"))
        self.live.watch(page.live, "none")
        self._error.show_note("", wording.say(page.error))
        self._actions.show_buttons(page.actions)

    @override
    def slot_gone(self, slot: str) -> None:
        self.live.forget()
