"""Things to press: painted by us, but push buttons to Qt and to whoever reads the screen."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy
from typing_extensions import override

from screens.controls.context import Context
from screens.controls.icons import draw_icon
from screens.controls.surface import paint_card
from screens.controls.typeset import typeset, unbroken
from screens.models.base import Button
from screens.theme import Role

Look = Literal["primary", "secondary", "quiet", "band", "key"]
_TRAILING: Final = frozenset({"forward"})


class Press(QPushButton):
    """Base of everything to press: accessible name, size floor, height for width.

    ``name`` is what goes to the core; empty when the press stays on the screen.
    """

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.name = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # glass, no keyboard
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        target = context.theme.target
        self.setMinimumSize(target, target)
        self.clicked.connect(self._pressed)

    def _pressed(self) -> None:
        if self.name:
            self._context.press(self.name)

    def call_it(self, text: str) -> None:
        """The visible text is also the name by which it is found from outside."""
        if text != self.accessibleName():
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def cut_off(self) -> bool:
        """Whether its text has no room as it is laid out now."""
        return self.isVisible() and self.needed(self.width()) > self.height() + 1

    def needed(self, width: int) -> int:
        """Height without which the text is cut off; more is asked for (``heightForWidth``)."""
        return self.heightForWidth(width)

    def describe(self, text: str) -> None:
        """What it means, for whoever has the screen read aloud."""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def allow(self, *, enabled: bool) -> None:
        """Grey it out or not."""
        if enabled != self.isEnabled():
            self.setEnabled(enabled)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._context.theme.target, self._context.theme.target)


class ActionButton(Press):
    """A verb, with an icon if it helps. ``look`` says how loud it is."""

    def __init__(
        self, context: Context, look: Look = "secondary", *, icon: str = "", role: Role = "strong"
    ) -> None:
        super().__init__(context)
        self._look = look
        self._icon = icon
        self._role: Role = role
        self._text = ""

    def show_button(self, button: Button | None) -> None:
        """Show a model's button, or keep its place empty."""
        self.setVisible(button is not None)
        if button is None:
            return
        self.name = button.name
        self.allow(enabled=button.enabled)
        self.set_text(self._context.wording.say(button.text))
        why = "" if button.enabled else self._context.wording.say(button.why)
        self.describe(why)

    def set_text(self, text: str) -> None:
        """The text on the button."""
        if text != self._text:
            self._text = text
            self.call_it(text)

    def set_icon(self, icon: str) -> None:
        """The icon on the button; empty for none."""
        if icon != self._icon:
            self._icon = icon
            self.updateGeometry()
            self.update()

    @override
    def needed(self, width: int) -> int:
        room, floor = self._room(width), self._context.theme.px(28)
        font = unbroken(self._text, self._font(width), room, floor=floor, height=self.height())
        return typeset(self._text, font, room, centred=True).height

    def _side(self) -> int:
        theme = self._context.theme
        return theme.px({"band": 18, "key": 8, "quiet": 14}.get(self._look, 30))

    def _font(self, width: int, height: int = 100_000) -> QFont:
        """The role's font, or a smaller one in which no word is broken and all lines fit."""
        theme = self._context.theme
        return unbroken(
            self._text, theme.font(self._role), self._room(width), floor=theme.px(28), height=height
        )

    def _icon_size(self) -> int:
        if not self._icon:
            return 0
        return round(self._context.theme.font(self._role).pixelSize() * 1.1)

    def _room(self, width: int) -> int:
        icon = self._icon_size()
        return width - self._side() * 2 - (icon + icon // 3 if icon else 0)

    @override
    def heightForWidth(self, arg__1: int) -> int:
        theme = self._context.theme
        block = typeset(self._text, self._font(arg__1), self._room(arg__1), centred=True)
        return max(theme.target, block.height + theme.px(8 if self._look == "key" else 36))

    @override
    def sizeHint(self) -> QSize:
        theme = self._context.theme
        wide = typeset(self._text, theme.font(self._role), 100_000).widest + 4
        width = max(theme.target, wide + (100_000 - self._room(100_000)))
        return QSize(width, self.heightForWidth(width))

    def _colours(self) -> tuple[QColor, QColor | None, QColor]:
        """Fill, edge and ink as it stands now."""
        p = self._context.theme.palette
        if self._look == "band":
            return (QColor(255, 255, 255, 60 if self.isDown() else 26), None, p.on_action)
        if not self.isEnabled():
            return (p.off, None, p.off_ink)
        if self._look == "primary":
            return (p.action_dark if self.isDown() else p.action, None, p.on_action)
        fill = p.action_tint if self.isDown() else p.card
        if self._look in ("quiet", "key"):
            return (fill, p.line, p.ink)
        return (fill, p.action, p.action)

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        theme = self._context.theme
        painter = QPainter(self)
        fill, edge, ink = self._colours()
        area = QRectF(self.rect())
        raised = self._look == "primary" and self.isEnabled()
        paint_card(painter, area, theme, fill=fill, edge=edge, raised=raised, radius=20)
        self._paint_face(painter, ink)
        painter.end()

    def _paint_face(self, painter: QPainter, ink: QColor) -> None:
        """Icon and text together in the middle; the forward arrow comes after the text."""
        font = self._font(self.width(), self.height() - self._context.theme.px(12))
        block = typeset(self._text, font, self._room(self.width()), centred=True, even=True)
        icon = self._icon_size()
        space = icon // 3 if icon else 0
        left = (self.width() - (icon + space + block.widest)) / 2
        trailing = self._icon in _TRAILING
        text_x = left if trailing else left + icon + space
        y = (self.height() - block.height) / 2
        block.draw(painter, text_x - (block.width - block.widest) / 2, y, ink)
        if icon:
            icon_x = left + block.widest + space if trailing else left
            area = QRectF(icon_x, (self.height() - icon) / 2, icon, icon)
            draw_icon(painter, self._icon, area, ink, weight=2.2)
