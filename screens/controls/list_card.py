"""One of many things to choose: what it is, how it stands, and the verb that opens it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from typing_extensions import override

from screens.controls.buttons import Press
from screens.controls.context import Context
from screens.controls.icons import draw_icon
from screens.controls.surface import paint_card
from screens.controls.tag import MARKS, TagFace
from screens.controls.typeset import Block, typeset
from screens.models.filing import ListItem

_TAG_SHARE: Final = 0.42
"""A state wider than this part of the card stands under the words, not beside the title."""
_ELDER_LINES: Final = 2
"""Fewer words in elder mode, not more pages."""
_BETWEEN: Final = "   ·   "


@dataclass(frozen=True, slots=True)
class _Face:
    """A card's parts laid out. ``room``: the words' width; ``icon``: the arrow's side."""

    title: Block
    lines: list[Block]
    why: Block | None
    room: int
    tag_beside: bool
    icon: int
    verb: Block

    def rest(self) -> list[Block]:
        """What stands under the title."""
        return self.lines if self.why is None else [*self.lines, self.why]


class ListCard(Press):
    """Title and state; under them the lines, short ones beside each other; an arrow at the right.

    The button's text stands at the arrow unless title or lines say it already.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._tag = TagFace(context.theme)
        self._title = ""
        self._lines: tuple[str, ...] = ()
        self._verb = ""
        self._why = ""

    def show_item(self, item: ListItem, called: str) -> None:
        """Show it; ``called`` is the name by which it is found, alone of its kind on the list."""
        say = self._context.wording.say
        self.name = item.button.name
        on = item.button.enabled
        self.allow(enabled=on)
        title, state, verb = say(item.title), say(item.state), say(item.button.text)
        lines = tuple(line for line in map(say, item.lines) if line)
        verb = "" if verb in (title, *lines) or not on else verb
        why = "" if on else say(item.button.why)
        changed = self._tag.show(state, MARKS[item.tone], item.tone)
        if changed or (title, lines, verb, why) != self._drawn():
            self._title, self._lines, self._verb, self._why = title, lines, verb, why
            self.updateGeometry()
            self.update()
        self.call_it(called)
        self.describe(" ".join(part for part in (*lines, state, verb, why) if part))

    def _drawn(self) -> tuple[str, tuple[str, ...], str, str]:
        return (self._title, self._lines, self._verb, self._why)

    def _padding(self) -> tuple[int, int]:
        """Beside and above the words."""
        theme = self._context.theme
        return (theme.px(26 if theme.landscape else 34), theme.px(22 * min(1.0, theme.fit)))

    def _face(self, width: int) -> _Face:
        """Everything in its place for a card of this width."""
        theme = self._context.theme
        beside, _ = self._padding()
        icon = round(theme.font("strong").pixelSize()) if self.isEnabled() else 0
        verb = typeset(self._verb, theme.font("strong"), 100_000)
        verb_width = verb.widest + theme.px(6) if self._verb else 0
        trailing = icon + verb_width + theme.px(20) if icon else 0
        room = max(1, width - beside * 2 - trailing)
        wide = self._tag.natural().width() + theme.px(24) if self._tag.text else 0
        tag_beside = 0 < wide <= room * _TAG_SHARE
        title_room = room - wide if tag_beside else room
        title = typeset(self._title, theme.font("strong"), title_room, even=True)
        small = theme.font("small")
        lines = [typeset(line, small, room, even=True) for line in self._joined(room)]
        why = typeset(self._why, theme.font("small"), room) if self._why else None
        return _Face(title, lines, why, room, tag_beside, icon, verb)

    def _joined(self, room: int) -> list[str]:
        """The lines, those that have room for it beside each other."""
        font = self._context.theme.font("small")
        joined: list[str] = []
        for line in self._lines[:_ELDER_LINES] if self._context.theme.elder else self._lines:
            both = f"{joined[-1]}{_BETWEEN}{line}" if joined else line
            if joined and typeset(both, font, 100_000).widest + 2 <= room:
                joined[-1] = both
            else:
                joined.append(line)
        return joined

    def _tag_size(self, face: _Face) -> QSize:
        wide = min(self._tag.natural().width(), face.room)
        return QSize(wide, self._tag.height(wide))

    def _lowered(self, face: _Face) -> int:
        """How much lower the title begins so that its first line stands beside the state."""
        first = face.title.height / max(1, face.title.lines)
        lower = (self._tag.natural().height() - first) / 2 if face.tag_beside else 0
        return max(0, round(lower))

    def _space(self) -> int:
        return self._context.theme.px(6)

    def _words_height(self, face: _Face) -> int:
        head = self._lowered(face) + face.title.height
        rest = [block.height for block in face.rest()]
        if self._tag.text and not face.tag_beside:
            rest.append(self._tag_size(face).height())
        return head + sum(rest) + self._space() * len(rest)

    @override
    def heightForWidth(self, arg__1: int) -> int:
        _, over = self._padding()
        words = self._words_height(self._face(arg__1))
        return max(self._context.theme.px(124), words + over * 2)

    @override
    def sizeHint(self) -> QSize:
        width = self._context.theme.px(700)
        return QSize(width, self.heightForWidth(width))

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        theme, on = self._context.theme, self.isEnabled()
        p = theme.palette
        painter = QPainter(self)
        fill = (p.action_tint if self.isDown() else p.card) if on else p.off
        paint_card(painter, QRectF(self.rect()), theme, fill=fill, raised=on)
        face = self._face(self.width())
        self._paint_words(painter, face)
        self._paint_arrow(painter, face)
        painter.end()

    def _paint_words(self, painter: QPainter, face: _Face) -> None:
        p, on = self._context.theme.palette, self.isEnabled()
        x, _ = self._padding()
        y = (self.height() - self._words_height(face)) / 2
        size = self._tag_size(face)
        y += self._lowered(face)
        face.title.draw(painter, x, y, p.ink if on else p.off_ink)
        if face.tag_beside:
            first = face.title.height / max(1, face.title.lines)
            middle = y + first / 2 - size.height() / 2
            spot = QRectF(x + face.room - size.width(), middle, size.width(), size.height())
            self._tag.paint(painter, spot)
        y += face.title.height + self._space()
        for block in face.rest():
            ink = p.wait if block is face.why else p.muted if on else p.off_ink
            block.draw(painter, x, y, ink)
            y += block.height + self._space()
        if self._tag.text and not face.tag_beside:
            self._tag.paint(painter, QRectF(x, y, size.width(), size.height()))

    def _paint_arrow(self, painter: QPainter, face: _Face) -> None:
        if not face.icon:
            return
        ink = self._context.theme.palette.action
        beside, _ = self._padding()
        right, middle = self.width() - beside, self.height() / 2
        area = QRectF(right - face.icon, middle - face.icon / 2, face.icon, face.icon)
        draw_icon(painter, "forward", area, ink, weight=2.6)
        if self._verb:
            x = area.left() - self._context.theme.px(6) - face.verb.widest
            face.verb.draw(painter, x, middle - face.verb.height / 2, ink)
