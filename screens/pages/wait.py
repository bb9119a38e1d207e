"""Something is being done: what, and for how long yet."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Slot
from typing_extensions import override

from screens.base import PageBody
from screens.controls.context import Context
from screens.controls.quiet_marks import Ring
from screens.controls.sentence import Sentence
from screens.controls.surface import Card
from screens.models.pages import WaitPage


class WaitBody(PageBody[WaitPage]):
    """A ring, the sentence, the seconds left counted down here."""

    def __init__(self, context: Context, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(context)
        theme = context.theme
        self._clock = clock
        self._about_s = 0
        self._until = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.tick)
        card = Card(theme, padding=60)
        middle = Qt.AlignmentFlag.AlignHCenter
        self._ring = Ring(context, theme.px(190))
        self._sentence = Sentence(theme, "title", centred=True, even=True)
        self._left = Sentence(theme, "body", colour=theme.palette.muted, centred=True, even=True)
        card.column.addStretch(1)
        card.column.addWidget(self._ring, 0, middle)
        card.column.addSpacing(theme.px(40))
        card.column.addWidget(self._sentence)
        card.column.addWidget(self._left)
        card.column.addStretch(1)
        card.setMinimumHeight(theme.px(520))
        self.column.addWidget(card, 3)
        self.column.addStretch(1)

    @override
    def show_page(self, page: WaitPage) -> None:
        self._sentence.say(self.context.wording.say(page.sentence))
        if page.about_s != self._about_s:
            self._about_s = page.about_s
            self._until = self._clock() + page.about_s
        self.tick()
        if self._about_s:
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def tick(self) -> None:
        """Count down; past the end say so instead of a wrong figure."""
        left = math.ceil(self._until - self._clock())
        own = self.context.wording.own
        text = own("about_left", seconds=left) if left > 0 else own("a_little_longer")
        self._left.say(text if self._about_s else "")
