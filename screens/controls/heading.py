"""Above the content: the progress line, the heading, what goes with it, and a banner."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from screens.controls.context import Context
from screens.controls.sentence import Sentence
from screens.controls.strips import Picture
from screens.controls.surface import Card
from screens.models.base import Notice, Page, Steps

_ICONS = {"done": "check", "wait": "clock", "danger": "warning", "info": "info"}


class StepsLine(QWidget):
    """A bar of as many pieces as there are steps, and under it the name of this one."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._count = 0
        self._current = 0
        theme = context.theme
        self._name = Sentence(theme, "small", colour=theme.palette.action, even=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, theme.px(22), 0, 0)
        box.addWidget(self._name)

    def show_steps(self, steps: Steps | None) -> None:
        """Show where the visit stands; nothing when there are no steps."""
        self.setVisible(steps is not None)
        if steps is None:
            return
        name = self._context.wording.say(steps.names[steps.current])
        self._name.say(
            self._context.wording.own("step_of", n=steps.current + 1, m=len(steps.names), name=name)
        )
        if (len(steps.names), steps.current) != (self._count, self._current):
            self._count, self._current = len(steps.names), steps.current
            self.update()

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        theme = self._context.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        gap, height = theme.px(8), theme.px(10)
        piece = (self.width() - gap * (self._count - 1)) / max(1, self._count)
        for at in range(self._count):
            reached = at <= self._current
            painter.setBrush(theme.palette.action if reached else theme.palette.line)
            area = QRectF(at * (piece + gap), theme.px(4), piece, height)
            painter.drawRoundedRect(area, height / 2, height / 2)
        painter.end()


class Banner(Card):
    """A tinted line with an icon: what has just happened or holds here."""

    def __init__(self, context: Context) -> None:
        theme = context.theme
        super().__init__(theme, raised=False, padding=24)
        self._context = context
        self._picture = Picture("info", theme.grown(40), theme.palette.action)
        self._text = Sentence(theme, "body", even=True)
        row = QHBoxLayout()
        row.setSpacing(theme.px(18))
        row.addWidget(self._picture)
        row.addWidget(self._text, 1)
        self.column.addLayout(row)

    def show_notice(self, notice: Notice | None) -> None:
        """Show or hide."""
        self.setVisible(notice is not None)
        if notice is not None:
            ink, ground = self._context.theme.palette.tone(notice.tone)
            self.recolour(ground, None)
            self._picture.draw(_ICONS[notice.tone], ink)
            self._text.say(self._context.wording.say(notice.text))


class Heading(QWidget):
    """The whole block; in portrait it fills the upper third, so that content is in reach."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self.steps = StepsLine(context)
        self.heading = Sentence(theme, "heading", even=True)
        self.heading.setObjectName("heading")
        self.subheading = Sentence(theme, "body", colour=theme.palette.muted, even=True)
        self.subheading.setObjectName("subheading")
        self.banner = Banner(context)
        column = QVBoxLayout(self)
        top = theme.px(34)
        side = 0 if theme.landscape else theme.margin
        column.setContentsMargins(side, top, side, 0)
        column.setSpacing(theme.px(16))
        column.addWidget(self.steps)
        column.addSpacing(theme.px(14 if not theme.landscape else 30))
        column.addWidget(self.heading)
        column.addWidget(self.subheading)
        column.addSpacing(theme.px(6))
        column.addWidget(self.banner)
        column.addStretch(1)

    def show_page(self, page: Page) -> None:
        """Show what every page has above its content."""
        say = self._context.wording.say
        self.steps.show_steps(page.steps)
        self.heading.say(say(page.heading))
        self.subheading.say(say(page.subheading))
        self.banner.show_notice(page.notice)
