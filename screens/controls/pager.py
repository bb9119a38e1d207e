"""Turns the pages of what is too long for the glass; the screen does this by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from screens.controls.buttons import ActionButton
from screens.controls.context import Context
from screens.controls.sentence import Sentence
from screens.theme import Role


class Pager(QWidget):
    """Two big buttons and 'page n of m'; hidden for a single page. ``current`` is 0-based.

    ``narrow``: 'page n of m' stands above the buttons, not between them.
    """

    def __init__(
        self, context: Context, turned: Callable[[], None], *, narrow: bool = False
    ) -> None:
        super().__init__()
        self._context = context
        self._turned = turned
        self._total = 1
        self.current = 0
        role: Role = "body" if narrow else "strong"
        self._previous = ActionButton(context, icon="" if narrow else "back", role=role)
        self._next = ActionButton(context, icon="" if narrow else "forward", role=role)
        self._where = Sentence(context.theme, "body", centred=True, even=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(context.theme.px(12))
        row = QHBoxLayout()
        row.setSpacing(context.theme.gap)
        for part, share in ((self._previous, 5), (self._where, 4), (self._next, 5)):
            if part is self._where and narrow:
                column.addWidget(part)
            else:
                row.addWidget(part, share)
        column.addLayout(row)
        self._previous.clicked.connect(lambda: self._turn(-1))
        self._next.clicked.connect(lambda: self._turn(1))

    def show_pages(self, total: int) -> None:
        """There are so many pages; the current one is kept if it still exists."""
        self._total = max(1, total)
        self.current = min(self.current, self._total - 1)
        own = self._context.wording.own
        self._previous.set_text(own("previous_page"))
        self._next.set_text(own("next_page"))
        self._where.say(own("page_of", n=self.current + 1, m=self._total))
        self._previous.allow(enabled=self.current > 0)
        self._next.allow(enabled=self.current < self._total - 1)
        self.setVisible(self._total > 1)

    def _turn(self, by: int) -> None:
        self.current = max(0, min(self.current + by, self._total - 1))
        self._turned()
