"""The box that a field's value stands in, and how a long number is grouped to be read."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from typing_extensions import override

from screens.controls.buttons import Press
from screens.controls.context import Context
from screens.controls.surface import paint_card
from screens.controls.typeset import Block, typeset
from screens.models.filing import FormField

_ID_GROUPS: Final = (6, 8, 4)
_PHONE_GROUPS: Final = (3, 4, 4)
_LEAST: Final = 30


def grouped(value: str, kind: str, length: int) -> str:
    """The value with spaces, as such a number is read; codes as they are printed."""
    if kind == "id_number":
        groups = _ID_GROUPS
    elif kind == "digits" and length == sum(_PHONE_GROUPS):
        groups = _PHONE_GROUPS
    elif kind == "digits" and length > 8:
        groups = (4,) * (length // 4 + 1)
    else:
        return value
    parts: list[str] = []
    for size in groups:
        parts.append(value[:size])
        value = value[size:]
    return " ".join(filter(None, (*parts, value)))


class FieldBox(Press):
    """A value with a caret while it has the keys. Touching it asks for the keys.

    Its accessible name is the field's label; what is typed is told only as a number of signs.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._field: FormField | None = None
        self._value = ""
        self._unit = ""
        self._focused = False

    def show_field(self, field: FormField, value: str, *, label: str, note: str) -> None:
        """Show the field with this value, which may be ahead of the model's."""
        wording = self._context.wording
        typed = wording.own("typed", n=len(value)) if value else ""
        self.call_it(label)
        self.describe(" ".join(filter(None, (typed, note))))
        unit = wording.say(field.unit)
        if (field, value, unit) != (self._field, self._value, self._unit):
            self._field, self._value, self._unit = field, value, unit
            self.updateGeometry()
            self.update()

    def focus(self, *, focused: bool) -> None:
        """Draw it as the one that the keys write into."""
        if focused != self._focused:
            self._focused = focused
            self.update()

    @property
    def focused(self) -> bool:
        """Whether the keys write into it."""
        return self._focused

    @property
    def shown(self) -> str:
        """What stands in the box."""
        if self._field is None:
            return ""
        return grouped(self._value, self._field.input, self._field.length)

    def _side(self) -> int:
        return self._context.theme.px(28)

    def _unit_block(self) -> Block:
        return typeset(self._unit, self._context.theme.font("body"), 100_000)

    def _room(self, width: int) -> int:
        unit = self._unit_block().widest + self._side() if self._unit else 0
        return width - self._side() * 2 - self._context.theme.px(8) - unit

    def _set(self, width: int) -> Block:
        """The value in the largest type in which the longest one would stand on one line.

        So the type does not shrink while somebody types.
        """
        font = QFont(self._context.theme.font("title"))
        field, room = self._field, self._room(width)
        longest = "" if field is None else grouped("0" * field.length, field.input, field.length)
        least = self._context.theme.px(_LEAST)
        for text in (longest, self.shown):
            while font.pixelSize() > least and typeset(text, font, 100_000).widest > room:
                font.setPixelSize(font.pixelSize() - 1)
        return typeset(self.shown or " ", font, room)

    @override
    def heightForWidth(self, arg__1: int) -> int:
        theme = self._context.theme
        padding = theme.px(24 if theme.landscape else 36)
        line = typeset("0", theme.font("title"), 1000).height
        return max(theme.target, line + padding, self._set(arg__1).height + padding)

    @override
    def sizeHint(self) -> QSize:
        width = self._context.theme.px(420)
        return QSize(width, self.heightForWidth(width))

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        theme = self._context.theme
        p = theme.palette
        painter = QPainter(self)
        wrong = self._field is not None and self._field.error is not None
        edge = p.danger if wrong else p.action if self._focused else p.line
        paint_card(
            painter,
            QRectF(self.rect()),
            theme,
            fill=p.action_tint if self.isDown() else p.card,
            edge=edge,
            edge_width=6 if self._focused else 4 if wrong else 3,
            raised=False,
            radius=18,
        )
        self._paint_value(painter)
        painter.end()

    def _paint_value(self, painter: QPainter) -> None:
        theme = self._context.theme
        block = self._set(self.width())
        y = (self.height() - block.height) / 2
        block.draw(painter, self._side(), y, theme.palette.ink)
        if self._unit:
            unit = self._unit_block()
            x = self.width() - self._side() - unit.widest
            unit.draw(painter, x, (self.height() - unit.height) / 2, theme.palette.muted)
        if self._focused:
            last = block.layout.lineAt(block.lines - 1)
            x = self._side() + (last.naturalTextWidth() if self._value else 0) + theme.px(5)
            bar = QRectF(x, y + last.y() + last.height() * 0.16, theme.px(5), last.height() * 0.68)
            painter.fillRect(bar, theme.palette.action)
