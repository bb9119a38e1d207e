"""The live view with the one thing to do now."""

from __future__ import annotations

from typing_extensions import override

from screens.base import PageBody
from screens.controls.actions import Actions
from screens.controls.context import Context
from screens.controls.quiet_marks import Dots
from screens.controls.sentence import Sentence
from screens.live import LiveView
from screens.models.pages import FacePage


class FaceBody(PageBody[FacePage]):
    """Sentence, mirror, dots, other ways out."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        self._sentence = Sentence(
            theme, "heading", colour=theme.palette.action, centred=True, even=True
        )
        self.live = LiveView(context)
        self._dots = Dots(context)
        self._actions = Actions(context)
        self.column.addWidget(self._sentence)
        self.column.addWidget(self.live, 1)
        self.column.addWidget(self._dots)
        self.column.addWidget(self._actions)

    @override
    def show_page(self, page: FacePage) -> None:
        wording = self.context.wording
        self._sentence.say(wording.say(page.sentence))
        self.live.watch(page.live, page.turn)
        counted = wording.own("times", done=page.done, total=page.total)
        self._dots.count(page.done, page.total, counted)
        self._actions.show_buttons(page.actions)

    @override
    def slot_gone(self, slot: str) -> None:
        self.live.forget()
