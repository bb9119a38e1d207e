"""A code for the payer's phone, and how long it holds."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, ClassVar, Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from screens.base import PageBody
from screens.controls.actions import Actions
from screens.controls.context import Context
from screens.controls.names import Names
from screens.controls.qr_code import QrCode, TimeBar
from screens.controls.sentence import Sentence
from screens.controls.surface import Card
from screens.models.filing import QrPage

LOOK_MS: Final = 250
LITTLE_LEFT_S: Final = 60


class QrBody(PageBody[QrPage]):
    """What to do, the total, the code with what can pay it, the time left, other ways."""

    in_reach: ClassVar[bool] = False
    share: ClassVar[int] = 58

    def __init__(self, context: Context, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(context)
        theme = context.theme
        self._clock = clock
        self._page: QrPage | None = None
        self._since = 0.0
        self._sentence = Sentence(theme, "strong", centred=not theme.landscape, even=True)
        self._total = Sentence(
            theme, "display", colour=theme.palette.action, centred=not theme.landscape, line=True
        )
        least = theme.px(530 if theme.elder or theme.landscape else 600)
        self.code = QrCode(context, least)
        self._channels = Names(theme, "strong", centred=True)
        self._bar = TimeBar(context)
        self._left = Sentence(theme, "body", centred=not theme.landscape, even=True)
        self._actions = Actions(context)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.tick)
        if theme.landscape:
            self._arrange_beside()
        else:
            self._arrange_under()

    def _arrange_under(self) -> None:
        card = Card(self.context.theme, padding=30)
        card.column.addWidget(self.code, 1)
        card.column.addWidget(self._channels)
        for part in (self._sentence, self._total):
            self.column.addWidget(part)
        self.column.addWidget(card, 1)
        for part in (self._bar, self._left, self._actions):
            self.column.addWidget(part)

    def _arrange_beside(self) -> None:
        theme = self.context.theme
        card = Card(theme, padding=16)
        card.column.addWidget(self.code, 1)
        card.column.addWidget(self._channels)
        card.column.addSpacing(theme.px(8))
        self.column.addWidget(card, 1)
        self.aside = QWidget()
        words = QVBoxLayout(self.aside)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(theme.px(16))
        words.addStretch(1)
        for part in (self._sentence, self._total):
            words.addWidget(part)
        words.addStretch(1)
        for part in (self._bar, self._left, self._actions):
            words.addWidget(part)

    @override
    def take_over(self, older: PageBody[Any]) -> None:
        if isinstance(older, QrBody):
            self._go_on(older)

    def _go_on(self, older: QrBody) -> None:
        self._page, self._since = older._page, older._since

    @override
    def forget(self) -> None:
        self._timer.stop()
        self._page = None
        self.code.forget()

    @override
    def show_page(self, page: QrPage) -> None:
        say = self.context.wording.say
        if self._page is None or page.qr != self._page.qr:
            self._since = self._clock()
        self._page = page
        self._sentence.say(say(page.sentence))
        self._total.say(say(page.total))
        self._channels.say_names([say(words) for words in page.channels])
        self._actions.show_buttons(page.actions)
        self._bar.setVisible(page.expires_in_s > 0)
        self.tick()
        if page.expires_in_s:
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def tick(self) -> None:
        """Show what is left of the time; what follows at its end the core decides."""
        page = self._page
        if page is None:
            return
        left = max(0, math.ceil(self._since + page.expires_in_s - self._clock()))
        expired = page.expires_in_s > 0 and left == 0
        own = self.context.wording.own
        self.code.show_code(page.qr, name=own("qr_code"), expired=expired)
        self._left.say(self._time_left(left) if page.expires_in_s else "")
        late = left <= LITTLE_LEFT_S
        self._left.tint(self.context.theme.palette.wait if late else self.context.theme.palette.ink)
        self._bar.show_left(left / max(1, page.expires_in_s), late=late)

    def _time_left(self, left: int) -> str:
        own = self.context.wording.own
        if left == 0:
            return own("qr_expired")
        minutes, seconds = divmod(left, 60)
        return (
            own("left_minutes", minutes=minutes, seconds=seconds)
            if minutes
            else own("left_seconds", seconds=seconds)
        )
