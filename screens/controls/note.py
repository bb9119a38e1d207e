"""A line under a field: what belongs there, or what is wrong with what stands there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from screens.controls.context import Context
from screens.controls.sentence import Sentence
from screens.controls.strips import Picture
from screens.theme import Role


class Note(QWidget):
    """A quiet hint; an error takes its place, in red and with a mark. Hidden without either."""

    def __init__(self, context: Context, *, role: Role = "small") -> None:
        super().__init__()
        theme = context.theme
        self._palette = theme.palette
        self._mark = Picture("warning", theme.grown(40), theme.palette.danger, weight=2.2)
        self._sentence = Sentence(theme, role, even=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(12))
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._sentence, 1)
        self.show_note("", "")

    def show_note(self, hint: str, error: str) -> None:
        """Show the error, else the hint."""
        self._sentence.say(error or hint)
        self._sentence.tint(self._palette.danger if error else self._palette.muted)
        self._mark.setVisible(bool(error))
        self.setVisible(bool(error or hint))
