"""The on-screen keys: digits, digits with X for ID numbers, letters and digits for codes.

Letters stand in the order of the alphabet, since who seldom types knows no other. All keys of a
grid are in sight at once: nothing has to be switched over to reach one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from screens.controls.buttons import ActionButton
from screens.controls.context import Context
from screens.theme import Role

_BLANK: Final = "."
_DELETE: Final = "delete"
_CLEAR: Final = "clear"
_TALLEST: Final = 150
_TALLEST_BESIDE: Final = 124
GAP: Final = 16
"""Between keys, on the drawing board."""

Cells = tuple[str, ...]
"""Rows of cells between spaces. Like neighbours are one key; a point is an empty place."""

DIGITS: Final[Cells] = (
    "1 2 3 delete",
    "4 5 6 delete",
    "7 8 9 clear",
    ". 0 . clear",
)
ID_NUMBER: Final[Cells] = (*DIGITS[:3], "X 0 . clear")
LOW_DIGITS: Final[Cells] = (
    "1 2 3 delete delete",
    "4 5 6 clear clear",
    "7 8 9 0 0",
)
LOW_ID_NUMBER: Final[Cells] = (*LOW_DIGITS[:2], "7 8 9 0 X")
CODE: Final[Cells] = (
    "1 2 3 4 5 6 7 8",
    "9 0 A B C D E F",
    "G H I J K L M N",
    "O P Q R S T U V",
    "W X Y Z delete delete clear clear",
)
WIDE_CODE: Final[Cells] = (
    "1 2 3 4 5 6 7 8 9 0",
    "A B C D E F G H I J",
    "K L M N O P Q R S T",
    "U V W X Y Z delete delete clear clear",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key stands in the grid, and how many cells it covers."""

    row: int
    column: int
    rows: int
    columns: int


def places(cells: Cells) -> dict[str, Place]:
    """Each key and its place, in reading order."""
    taken: dict[str, list[tuple[int, int]]] = {}
    for row, line in enumerate(cells):
        for column, key in enumerate(line.split()):
            if key != _BLANK:
                taken.setdefault(key, []).append((row, column))
    return {key: _around(spots) for key, spots in taken.items()}


def _around(spots: Sequence[tuple[int, int]]) -> Place:
    (top, left), (bottom, right) = spots[0], spots[-1]
    return Place(top, left, bottom - top + 1, right - left + 1)


class KeyGrid(QWidget):
    """One grid of keys. ``typed`` gets the sign; the two others take back the last one, or all."""

    def __init__(
        self,
        context: Context,
        cells: Cells,
        *,
        typed: Callable[[str], None],
        deleted: Callable[[], None],
        cleared: Callable[[], None],
    ) -> None:
        super().__init__()
        self._context = context
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(context.theme.px(GAP))
        placed = places(cells)
        for key, place in placed.items():
            if key not in (_DELETE, _CLEAR):
                button = self._key(place)
                button.set_text(key)
                button.clicked.connect(lambda _checked=False, key=key: typed(key))
        self._delete = self._key(placed[_DELETE], role="strong", icon="delete")
        self._delete.clicked.connect(deleted)
        self._clear = self._key(placed[_CLEAR], role="strong")
        self._clear.clicked.connect(cleared)
        self._even(cells)
        self.retranslate()

    def retranslate(self) -> None:
        """Name the two keys that are words in the chosen language."""
        self._delete.set_text(self._context.wording.own("delete"))
        self._clear.set_text(self._context.wording.own("clear"))

    def _key(self, place: Place, *, role: Role = "title", icon: str = "") -> ActionButton:
        theme = self._context.theme
        icon = "" if theme.landscape else icon
        key = ActionButton(self._context, "key", icon=icon, role=role)
        key.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        key.setMinimumHeight(theme.target)
        self._grid.addWidget(key, place.row, place.column, place.rows, place.columns)
        return key

    def _even(self, cells: Cells) -> None:
        """Columns and rows alike, also those with nothing in them; a column of words is wider."""
        theme = self._context.theme
        for column in range(len(cells[0].split())):
            worded = all(line.split()[column] in (_DELETE, _CLEAR) for line in cells)
            self._grid.setColumnStretch(column, 4 if worded else 3)
        for row in range(len(cells)):
            self._grid.setRowStretch(row, 1)
            self._grid.setRowMinimumHeight(row, theme.target)
        key = theme.px(_TALLEST_BESIDE if theme.landscape else _TALLEST)
        tallest = key * len(cells) + theme.px(GAP) * (len(cells) - 1)
        self.setMaximumHeight(tallest)
