"""Labels and values, as on a form: the label quiet at the left, the value beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from screens.controls.context import Context
from screens.controls.sentence import Sentence
from screens.models.pages import Fact


class Facts(QWidget):
    """A table of facts with one column of labels. Strong facts are large."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._strong: tuple[bool, ...] = ()
        self._rows: list[tuple[Sentence, Sentence]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(context.theme.px(28))
        self._grid.setVerticalSpacing(
            context.theme.px((16 if context.theme.landscape else 26) * context.theme.fit)
        )
        self._grid.setColumnStretch(0, 30)
        self._grid.setColumnStretch(1, 70)

    def show_facts(self, facts: tuple[Fact, ...]) -> None:
        """Show these; rows are rebuilt only when their number or weight changes."""
        strong = tuple(fact.strong for fact in facts)
        if strong != self._strong:
            self._rebuild(strong)
        say = self._context.wording.say
        for (label, value), fact in zip(self._rows, facts, strict=True):
            label.say(say(fact.label))
            value.say(say(fact.value))
        self.setVisible(bool(facts))

    def _rebuild(self, strong: tuple[bool, ...]) -> None:
        for row in self._rows:
            for part in row:
                self._grid.removeWidget(part)
                part.hide()
                part.deleteLater()
        theme = self._context.theme
        self._rows = []
        for at, large in enumerate(strong):
            label = Sentence(theme, "small", colour=theme.palette.muted, even=True)
            value = Sentence(theme, "title" if large else "body", even=True)
            top = Qt.AlignmentFlag.AlignTop
            for part in (label, value):
                part.setAlignment(top if not large else Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(label, at, 0)
            self._grid.addWidget(value, at, 1)
            self._rows.append((label, value))
        self._strong = strong
