"""One compared field: a single line where the sources agree, opened where they do not."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from screens.controls.context import Context
from screens.controls.fact_row import FactRow
from screens.controls.repeated import Repeated
from screens.controls.sentence import Sentence
from screens.controls.surface import Card
from screens.controls.tag import MarkedLine, Tag
from screens.models.filing import ComparedField

VERDICTS: Final = {
    "differs": ("not_equal", "danger"),
    "unknown": ("help", "wait"),
    "single": ("info", "info"),
    "agrees": ("check", "done"),
}
"""Verdict -> its mark and its tone, the gravest first."""


_ANY_WIDTH: Final = (1 << 24) - 1  # QWIDGETSIZE_MAX


class AgreedRow(QWidget):
    """Label, the one value, and at the right or under them who says so."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._fact = FactRow(context, share=36)
        self._verdict = MarkedLine(context, small=True)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._fact, 1)
        self._row.addWidget(self._verdict)

    def verdict_width(self, field: ComparedField) -> int:
        """Device pixels the verdict's words need beside the value."""
        return self._verdict.natural_width(self._context.wording.say(field.verdict_text))

    def show_field(self, field: ComparedField, verdict_width: int | None) -> None:
        """Show it, the verdict so wide at the right, or under the value."""
        theme, beside = self._context.theme, verdict_width is not None
        self._verdict.setMinimumWidth(verdict_width or 0)
        self._verdict.setMaximumWidth(verdict_width or _ANY_WIDTH)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(across if beside else down)
        self._row.setSpacing(theme.px(20) if beside else 0)
        self._row.setContentsMargins(0, 0, 0, 0 if beside else theme.px(10))
        say = self._context.wording.say
        icon, tone = VERDICTS[field.verdict]
        ink, _ = self._context.theme.palette.tone(tone)
        value = say(field.values[0].value) if field.values else "—"
        self._fact.show_fact(say(field.label), value)
        self._verdict.show_line(say(field.verdict_text), icon, ink, tinted=True)


class OpenField(Card):
    """Label and verdict, and under them what each source says."""

    def __init__(self, context: Context) -> None:
        theme = context.theme
        super().__init__(theme, raised=False, padding=32)
        self._context = context
        self._label = Sentence(theme, "strong", even=True)
        self._tag = Tag(context)
        self._values = Repeated(lambda: FactRow(context), columns=1, gap=0)
        self._values.layout.setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout()
        head.setSpacing(theme.px(24))
        head.addWidget(self._label, 1)
        head.addWidget(self._tag, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.setSpacing(theme.px(4))
        self.column.addLayout(head)
        self.column.addLayout(self._values.layout)

    def show_field(self, field: ComparedField) -> None:
        """Show it."""
        say, palette = self._context.wording.say, self._context.theme.palette
        icon, tone = VERDICTS[field.verdict]
        ink, _ = palette.tone(tone)
        self.recolour(palette.card, ink)
        self._label.say(say(field.label))
        self._tag.show_tag(say(field.verdict_text), icon, tone)
        rows = self._values.resize(len(field.values))
        for row, one in zip(rows, field.values, strict=True):
            row.show_fact(say(one.source), say(one.value), role="strong")
