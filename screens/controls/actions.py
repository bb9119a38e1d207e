"""A page's own buttons, side by side above the bottom strip."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from screens.controls.buttons import ActionButton
from screens.controls.context import Context
from screens.controls.repeated import Repeated
from screens.models.base import Button


class Actions(QWidget):
    """Equal buttons in rows of two; hidden when there are none."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.buttons = Repeated(lambda: ActionButton(context), columns=2, gap=context.theme.gap)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(self.buttons.layout)

    def show_buttons(self, buttons: tuple[Button, ...]) -> None:
        """Show these."""
        for part, button in zip(self.buttons.resize(len(buttons)), buttons, strict=True):
            part.show_button(button)
        self.setVisible(bool(buttons))
