"""Which parts stand on which page, when a column is longer than the glass: arithmetic, no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Measured:
    """One sheet's heights in device pixels.

    ``rows`` follow each other with ``row_gap`` between. ``header`` stands above the first row of
    the sheet on every page that has rows of it; 0 for none. ``over``: what the sheet's own ground
    needs above and below together. ``flows``: may be broken between rows wherever a page ends;
    others only where they are longer than a page.
    """

    rows: tuple[int, ...]
    header: int = 0
    over: int = 0
    row_gap: int = 0
    flows: bool = False

    def height(self, first: int, last: int) -> int:
        """Height with the rows from ``first`` up to, not including, ``last``."""
        shown = [self.header] * bool(self.header) + list(self.rows[first:last])
        return self.over + sum(shown) + self.row_gap * max(0, len(shown) - 1)

    @property
    def whole(self) -> int:
        """Height with all rows."""
        return self.height(0, len(self.rows))

    @property
    def least(self) -> int:
        """Height under which not even one row can be shown."""
        return max((self.height(at, at + 1) for at in range(len(self.rows))), default=0)


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows ``first`` up to, not including, ``last`` of the sheet numbered ``sheet``."""

    sheet: int
    first: int
    last: int


Pages = list[list[Piece]]
_TOGETHER: Final = 2
"""Fewer rows of a sheet do not stand alone at a page's foot when the rest is on the next."""


def total(sheets: Sequence[Measured], gap: int) -> int:
    """Height of all sheets under each other."""
    return sum(sheet.whole for sheet in sheets) + gap * max(0, len(sheets) - 1)


def pack(sheets: Sequence[Measured], room: int, gap: int) -> Pages:
    """The pages, each no taller than ``room`` unless a single row is.

    A sheet that would be broken goes whole to the next page if it has room there and the page it
    leaves is at least half full.
    """
    pages: Pages = [[]]
    used = 0
    for number, sheet in enumerate(sheets):
        if used and _better_whole(sheet, used, room, gap):
            pages, used = [*pages, []], 0
        first = 0
        while first < len(sheet.rows):
            space = room - used - (gap if used else 0)
            last = _last_that_fits(sheet, first, space)
            if used and last - first < min(_TOGETHER, len(sheet.rows) - first):
                pages, used = [*pages, []], 0
                continue
            last = max(last, first + 1)
            pages[-1].append(Piece(number, first, last))
            used += sheet.height(first, last) + (gap if used else 0)
            first = last
    return pages


def _better_whole(sheet: Measured, used: int, room: int, gap: int) -> bool:
    breaks = used + gap + sheet.whole > room
    return breaks and not sheet.flows and sheet.whole <= room and used * 2 >= room


def _last_that_fits(sheet: Measured, first: int, space: int) -> int:
    last = first
    while last < len(sheet.rows) and sheet.height(first, last + 1) <= space:
        last += 1
    return last
