"""What is known of a printer model, and which characters are surely in its font."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

DOTS = 576
"""Printable width of 80 mm paper at 203 dpi (8 dots a millimetre)."""

CELL_WIDTH = 12
CELL_HEIGHT = 24
"""Font A: a half-width cell; a hanzi takes two of them."""

COLUMNS = DOTS // CELL_WIDTH


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """How one model differs from the next.

    ``near_end_sensor``: without one the near-end bits mean nothing. ``full_cut``: cut through
    (models with a presenter) instead of leaving the hinge that keeps the slip from falling.
    """

    name: str = "gb2312-80mm"
    near_end_sensor: bool = True
    full_cut: bool = False


def is_ascii_print(char: str) -> bool:
    """Whether the character is one of the 95 that every code page has in the same place."""
    return " " <= char <= "~"


@cache
def gb2312_repertoire() -> frozenset[str]:
    """The 7,445 characters of GB 2312, as GBK names them.

    Python's own gb2312 codec maps A1A4 and A1AA to U+30FB and U+2015; GBK and every printer's
    manual have U+00B7 (the dot in 买买提·艾力) and U+2014 there, so the places come from the one
    codec and the characters from the other.
    """
    return frozenset(
        pair.decode("gb18030")
        for high in range(0xA1, 0xF8)
        for low in range(0xA1, 0xFF)
        if _is_gb2312(pair := bytes([high, low]))
    )


def _is_gb2312(pair: bytes) -> bool:
    try:
        pair.decode("gb2312")
    except UnicodeDecodeError:
        return False
    return True


def is_sure(char: str) -> bool:
    """Whether every Chinese ESC/POS font has the character."""
    return is_ascii_print(char) or char in gb2312_repertoire()
