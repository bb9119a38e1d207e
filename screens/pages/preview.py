"""The document's pages as pictures, covered when nobody has touched the glass for a while."""

from __future__ import annotations

from typing import ClassVar, Final

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget
from typing_extensions import override

from screens.base import PageBody
from screens.controls.buttons import ActionButton
from screens.controls.choice_cards import Line, PictureCard
from screens.controls.context import Context
from screens.controls.sentence import Sentence
from screens.controls.still import Still
from screens.controls.strips import Picture
from screens.models.pages import PreviewPage

COVER_MS: Final = 20_000
"""Covered after 20 s without touch: others can see the screen."""


class PreviewBody(PageBody[PreviewPage]):
    """The seal's sentence, the page, the page buttons if there is more than one page."""

    in_reach: ClassVar[bool] = False

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        self._seal = Sentence(theme, "body", colour=theme.palette.done, even=True)
        self.still = Still(context)
        self.cover = PictureCard(context, icon_side=130)
        self.cover.clicked.connect(self.uncover)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.still)
        self._stack.addWidget(self.cover)
        self._previous = ActionButton(context, icon="back")
        self._following = ActionButton(context, icon="forward")
        self._where = Sentence(theme, "body", centred=True, even=True)
        self._where.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(COVER_MS)
        self._timer.timeout.connect(self.cover_up)
        self._timer.start()
        self._arrange()

    def _arrange(self) -> None:
        theme = self.context.theme
        seal = QHBoxLayout()
        seal.setSpacing(theme.px(16))
        seal.addWidget(Picture("shield_check", theme.grown(48), theme.palette.done))
        seal.addWidget(self._seal, 1)
        turn = QHBoxLayout()
        turn.setSpacing(theme.gap)
        for part, share in ((self._previous, 5), (self._where, 4), (self._following, 5)):
            turn.addWidget(part, share)
        self.column.addLayout(seal)
        self.column.addWidget(self._stack, 1)
        self.column.addLayout(turn)

    @override
    def show_page(self, page: PreviewPage) -> None:
        wording = self.context.wording
        self._seal.say(wording.say(page.seal))
        self.still.show_slot(page.slots[page.current] if page.slots else None)
        several = len(page.slots) > 1
        self._previous.show_button(page.previous if several else None)
        self._following.show_button(page.following if several else None)
        where = wording.own("page_of", n=page.current + 1, m=len(page.slots))
        self._where.say(where if several else "")
        lines = (
            Line(wording.own("covered"), "title"),
            Line(wording.own("covered_why"), "body", "muted"),
        )
        self.cover.fill("", "eye_off", lines, enabled=True)

    @override
    def touched(self) -> None:
        self._timer.start()

    @Slot()
    def cover_up(self) -> None:
        """Hide the page."""
        self._stack.setCurrentWidget(self.cover)

    @Slot()
    def uncover(self) -> None:
        """Show the page again."""
        self._stack.setCurrentWidget(self.still)
        self._timer.start()

    @override
    def slot_came(self, slot: str) -> None:
        if slot == self.still.slot:
            self.still.show_slot(slot)

    @override
    def slot_gone(self, slot: str) -> None:
        if slot == self.still.slot:
            self.still.forget()
