"""What happened, what it means, what to do now."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QWidget
from typing_extensions import override

from screens.base import PageBody
from screens.controls.actions import Actions
from screens.controls.context import Context
from screens.controls.icons import draw_icon
from screens.controls.numbered import Numbered
from screens.controls.sentence import Sentence
from screens.controls.surface import Card
from screens.models.pages import OutcomePage

_ICONS = {"done": "check", "wait": "info", "danger": "warning"}


class ToneMark(QWidget):
    """A large round mark: tick, note or warning, each with its colour."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._theme = context.theme
        self._tone = "done"
        side = self._theme.px(110 if self._theme.landscape else 150)
        self.setFixedSize(side, side)

    def show_tone(self, tone: str) -> None:
        """Change the tone."""
        if tone != self._tone:
            self._tone = tone
            self.update()

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        ink, ground = self._theme.palette.tone(self._tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        done = self._tone == "done"
        painter.setBrush(ink if done else ground)
        painter.drawEllipse(self.rect())
        inset = self.width() * 0.25
        area = QRectF(self.rect()).adjusted(inset, inset * 0.92, -inset, -inset * 1.08)
        colour = self._theme.palette.on_action if done else ink
        draw_icon(painter, _ICONS[self._tone], area, colour, weight=2.4)
        painter.end()


class OutcomeBody(PageBody[OutcomePage]):
    """Mark and meaning on a card, then numbered things to do, then the number to quote."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        card = Card(theme, padding=44)
        self._mark = ToneMark(context)
        self._meaning = Sentence(theme, "title", centred=not theme.landscape, even=True)
        self._todo_label = Sentence(theme, "small", colour=theme.palette.muted)
        self._todo = Numbered(context)
        self._reference_label = Sentence(theme, "small", colour=theme.palette.muted, centred=True)
        self._reference = Sentence(theme, "title", centred=True)
        self._actions = Actions(context)
        across = QBoxLayout.Direction.LeftToRight
        down = QBoxLayout.Direction.TopToBottom
        said = QBoxLayout(across if theme.landscape else down)
        said.setSpacing(theme.px(28))
        said.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignCenter)
        said.addWidget(self._meaning, 1)
        card.column.addLayout(said)
        card.column.addSpacing(theme.px(24 * theme.fit))
        card.column.addWidget(self._todo_label)
        card.column.addWidget(self._todo)
        self._number = Card(theme, raised=False, fill=theme.palette.ground, padding=18)
        self._number.column.addWidget(self._reference_label)
        self._number.column.addWidget(self._reference)
        card.column.addSpacing(theme.px(14))
        card.column.addWidget(self._number)
        self.column.addWidget(card)
        self.column.addStretch(1)
        self.column.addWidget(self._actions)

    @override
    def show_page(self, page: OutcomePage) -> None:
        wording = self.context.wording
        self._mark.show_tone(page.tone)
        self._meaning.say(wording.say(page.meaning))
        self._todo.show_lines([wording.say(words) for words in page.todo])
        self._todo_label.say(wording.own("todo") if page.todo else "")
        self._reference.say(wording.say(page.reference))
        self._reference_label.say(wording.own("reference") if page.reference else "")
        self._number.setVisible(page.reference is not None)
        self._actions.show_buttons(page.actions)
