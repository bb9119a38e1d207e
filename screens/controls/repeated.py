"""A changing number of like parts in a grid, kept and updated instead of built anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtWidgets import QGridLayout, QWidget

W = TypeVar("W", bound=QWidget)


class Repeated(Generic[W]):
    """Parts in rows of ``columns``; ``layout`` goes into the page."""

    def __init__(
        self, make: Callable[[], W], *, columns: int, gap: int, stretch: bool = False
    ) -> None:
        self._make = make
        self._columns = columns
        self._stretch = stretch
        self.parts: list[W] = []
        self.layout = QGridLayout()
        self.layout.setSpacing(gap)

    def recolumn(self, columns: int) -> None:
        """Stand in rows of ``columns`` from now on."""
        if columns == self._columns:
            return
        for column in range(max(columns, self._columns)):
            self.layout.setColumnStretch(column, 0)
        self._columns = columns
        for at, part in enumerate(self.parts):
            self.layout.removeWidget(part)
            self.layout.addWidget(part, *divmod(at, columns))

    def resize(self, count: int) -> list[W]:
        """Exactly ``count`` parts, the first ones the same objects as before."""
        while len(self.parts) > count:
            gone = self.parts.pop()
            self.layout.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self.parts) < count:
            part = self._make()
            row, column = divmod(len(self.parts), self._columns)
            self.layout.addWidget(part, row, column)
            if self._stretch:
                self.layout.setRowStretch(row, 1)
            self.parts.append(part)
        for column in range(self._columns):
            self.layout.setColumnStretch(column, 1 if column < len(self.parts) else 0)
        return self.parts
