"""One stage of a case on a vertical line: a mark, a name, how it stands in words."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from screens.controls.context import Context
from screens.controls.icons import draw_icon
from screens.controls.sentence import Sentence
from screens.controls.surface import paint_card
from screens.controls.tag import Tag
from screens.models.filing import Stage

STATES: Final = {
    "done": ("check", "done"),
    "current": ("current", "now"),
    "todo": ("circle", "quiet"),
    "not_needed": ("minus", "quiet"),
}
"""A stage's state -> the mark and the tone of its word."""


class StageRow(QWidget):
    """A stage; the line runs from its mark up and down to its neighbours'."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self._state = "todo"
        self._first = False
        self._last = False
        self._above = self._below = False
        self._name = Sentence(theme, "strong", even=True)
        self._tag = Tag(context)
        self._at = Sentence(theme, "small", colour=theme.palette.muted)
        self._note = Sentence(theme, "small", even=True)
        head = QHBoxLayout()
        head.setSpacing(theme.px(20))
        head.addWidget(self._name, 1)
        head.addWidget(self._tag, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        over = theme.px((16 if theme.landscape else 24) * theme.fit)
        column.setContentsMargins(self._rail(), over, theme.px(20), over)
        column.setSpacing(theme.px(4))
        column.addLayout(head)
        column.addWidget(self._at)
        column.addWidget(self._note)

    def show_stage(
        self, stage: Stage, *, first: bool, last: bool, above: bool, below: bool
    ) -> None:
        """Show it; ``above`` and ``below``: whether those parts of the line have been walked."""
        say, p = self._context.wording.say, self._context.theme.palette
        icon, tone = STATES[stage.state]
        waits = stage.state in ("todo", "not_needed")
        self._name.say(say(stage.name))
        self._name.tint(p.muted if waits else p.ink)
        self._tag.show_tag(say(stage.state_text), icon, tone)
        self._at.say(say(stage.at))
        self._note.say(say(stage.note))
        self._note.tint(p.muted if waits else p.ink)
        self._state = stage.state
        self._first, self._last = first, last
        self._above, self._below = above, below
        self.update()

    def _rail(self) -> int:
        """Width of the strip with the line and the mark."""
        return self._radius() * 2 + self._context.theme.px(50)

    def _radius(self) -> int:
        return self._context.theme.grown(24)

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        theme = self._context.theme
        p = theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._state == "current":
            area = QRectF(self.rect())
            paint_card(painter, area, theme, fill=p.action_tint, raised=False, radius=18)
        centre = QPointF(theme.px(24) + self._radius(), self._head_middle())
        self._paint_line(painter, centre)
        self._paint_mark(painter, centre)
        painter.end()

    def _head_middle(self) -> float:
        """The mark stands beside the first line of the name."""
        block = self._name.block(self._name.width())
        top = self._name.y() + (self._name.height() - block.height) / 2
        return top + block.height / max(1, block.lines) / 2

    def _paint_line(self, painter: QPainter, centre: QPointF) -> None:
        theme = self._context.theme
        for wanted, walked, end in (
            (not self._first, self._above, 0.0),
            (not self._last, self._below, float(self.height())),
        ):
            if wanted:
                ink = theme.palette.done if walked else theme.palette.line
                painter.setPen(QPen(ink, theme.px(6)))
                painter.drawLine(QPointF(centre.x(), end), centre)

    def _paint_mark(self, painter: QPainter, centre: QPointF) -> None:
        p = self._context.theme.palette
        radius = float(self._radius())
        fill, edge, icon, ink = self._mark(p.card)
        painter.setBrush(fill)
        painter.setPen(QPen(edge, self._context.theme.px(4)))
        painter.drawEllipse(centre, radius, radius)
        side = radius * 1.15
        area = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
        if icon:
            draw_icon(painter, icon, area, ink, weight=3.2)
        elif self._state == "current":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(p.action)
            painter.drawEllipse(centre, radius * 0.5, radius * 0.5)

    def _mark(self, card: QColor) -> tuple[QColor, QColor, str, QColor]:
        p = self._context.theme.palette
        match self._state:
            case "done":
                return (p.done, p.done, "check", p.on_action)
            case "current":
                return (card, p.action, "", p.action)
            case "not_needed":
                return (p.off, p.muted, "minus", p.muted)
            case _:
                return (card, p.muted, "", p.muted)
