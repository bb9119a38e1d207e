"""The strip at the top (who, when, how it stands, language, elder mode, help) and at the bottom."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from screens.controls.buttons import ActionButton
from screens.controls.context import Context
from screens.controls.icons import draw_icon
from screens.controls.sentence import Sentence
from screens.models.base import Bar, Button, Chrome
from screens.models.words import Plain
from screens.theme import Role, Theme

WITHDRAW: Final = "withdraw"
"""What stands in the back button's place once nothing can be gone back to; no arrow leads there."""


class Picture(QWidget):
    """A drawn icon of a fixed size."""

    def __init__(self, icon: str, side: int, colour: QColor, *, weight: float = 1.8) -> None:
        super().__init__()
        self._icon = icon
        self._colour = colour
        self._weight = weight
        self.setFixedSize(side, side)

    def draw(self, icon: str, colour: QColor) -> None:
        """Draw another one."""
        if (icon, colour) != (self._icon, self._colour):
            self._icon, self._colour = icon, colour
            self.update()

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        draw_icon(painter, self._icon, area, self._colour, weight=self._weight)
        painter.end()


class Band(QWidget):
    """A ground of one colour."""

    def __init__(self, colour: QColor) -> None:
        super().__init__()
        self._colour = colour

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._colour)
        painter.end()


class TopStrip(Band):
    """Deep blue: the organisation and the clock, the states in words, three buttons."""

    def __init__(self, context: Context) -> None:
        theme = context.theme
        super().__init__(theme.palette.band)
        self._context = context
        on = theme.palette.on_action
        role: Role = "small" if theme.landscape and theme.elder else "strong"
        self._organisation = Sentence(theme, role, colour=on, even=True, line=True)
        self._clock = Sentence(theme, "title", colour=on)
        self._states = Sentence(theme, "small", colour=QColor("#FFE2A8"))
        self._elder = self._button("elder")
        self._help = self._button("help")
        self._help.name = "help"
        self._elder.name = "elder"
        self._languages: list[ActionButton] = []
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(theme.px(18))
        self._arrange(theme)

    def _button(self, icon: str) -> ActionButton:
        button = ActionButton(self._context, "band", icon=icon, role="small")
        button.setSizePolicy(_hugging())
        return button

    def _arrange(self, theme: Theme) -> None:
        emblem = Picture("building", theme.px(52), theme.palette.on_action)
        self._clock.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
        who = QHBoxLayout()
        who.setSpacing(theme.px(18))
        who.addWidget(emblem)
        who.addWidget(self._organisation, 1)
        who.addStretch(0)
        lower = QHBoxLayout()
        lower.setSpacing(theme.px(24))
        lower.addStretch(1)
        if not theme.landscape:
            who.addWidget(self._clock)
        lower.addLayout(self._buttons)
        if theme.landscape:
            lower.addWidget(self._clock)
        self._buttons.addWidget(self._elder)
        self._buttons.addWidget(self._help)
        box = QBoxLayout(
            QBoxLayout.Direction.LeftToRight
            if theme.landscape
            else QBoxLayout.Direction.TopToBottom
        )
        box.setSpacing(theme.px(10))
        box.addLayout(who, 1 if theme.landscape else 0)
        box.addLayout(lower, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.margin, theme.px(16), theme.margin, theme.px(14))
        column.setSpacing(theme.px(10))
        column.addLayout(box)
        column.addWidget(self._states)

    def show_chrome(self, chrome: Chrome) -> None:
        """Show what the model says of the machine and the choices there are."""
        wording = self._context.wording
        self._organisation.say(wording.say(chrome.organisation))
        self._states.say(" · ".join(filter(None, map(wording.say, chrome.states))))
        self._elder.set_text(wording.own("elder_off" if chrome.elder else "elder_on"))
        self._help.set_text(wording.own("help", hotline=chrome.hotline))
        others = [one for one in chrome.languages if one.code != chrome.language]
        while len(self._languages) < len(others):
            button = self._button("globe")
            self._buttons.insertWidget(len(self._languages), button)
            self._languages.append(button)
        for at, button in enumerate(self._languages):
            button.setVisible(at < len(others))
            if at < len(others):
                button.name = f"language:{others[at].code}"
                button.set_text(others[at].name)
        for button in (self._elder, self._help):
            button.setVisible(bool(chrome.languages))

    def show_time(self, text: str) -> None:
        """Show the time of day."""
        self._clock.say(text)


def _hugging() -> QSizePolicy:
    policy = QSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    policy.setHeightForWidth(False)
    return policy


class BottomStrip(Band):
    """返回 / 退出 / 下一步: always the same three places. Says why one of them is grey."""

    def __init__(self, context: Context) -> None:
        theme = context.theme
        super().__init__(theme.palette.card)
        self._context = context
        self.back = ActionButton(context, "quiet", icon="back")
        self.leave = ActionButton(context, "quiet")
        self.forward = ActionButton(context, "primary", icon="forward")
        self._why = Sentence(theme, "small", colour=theme.palette.wait)
        self._why.setAlignment(Qt.AlignmentFlag.AlignTop)
        places = QHBoxLayout()
        places.setSpacing(theme.px(22))
        for button, share in ((self.back, 27), (self.leave, 27), (self.forward, 46)):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            place = QWidget()
            place.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            place.setFixedHeight(
                theme.px((128 if not theme.landscape else 108) * (1.22 if theme.elder else 1))
            )
            box = QHBoxLayout(place)
            box.setContentsMargins(0, 0, 0, 0)
            box.addWidget(button)
            places.addWidget(place, share)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.margin, theme.px(18), theme.margin, theme.px(24))
        column.setSpacing(theme.px(8))
        column.addWidget(self._why)
        column.addLayout(places)

    def show_bar(self, bar: Bar) -> None:
        """Fill the three places."""
        withdraws = bar.back is not None and bar.back.name == WITHDRAW
        self.back.set_icon("" if withdraws else "back")
        self.back.show_button(bar.back)
        self.leave.show_button(bar.leave)
        self.forward.show_button(bar.forward)
        self.setVisible(any((bar.back, bar.leave, bar.forward)))
        self._why.say(self._reason((bar.forward, bar.back, bar.leave)))

    def _reason(self, buttons: tuple[Button | None, ...]) -> str:
        say = self._context.wording.say
        reasons = [say(b.why or Plain(value="")) for b in buttons if b and not b.enabled]
        return next(filter(None, reasons), "")
