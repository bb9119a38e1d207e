"""Money between the kiosk's integers (fen) and the pad's decimal text (yuan). Exact, or refused."""

from __future__ import annotations

import re

MOST_FEN = 9_999_999_999
"""Eight digits of yuan: far above any fee, far below where anything could overflow."""

_YUAN = re.compile(r"(0|[1-9][0-9]{0,7})(?:\.([0-9]{1,2}))?")


class NotAnAmount(ValueError):
    """Text or number that is no amount; nothing is rounded, trimmed or guessed."""


def yuan_text(fen: int) -> str:
    """8000 as "80.00". NotAnAmount unless it is above zero and has at most eight digits of yuan."""
    if isinstance(fen, bool) or not 0 < fen <= MOST_FEN:
        raise NotAnAmount("an amount lies between 1 and 9,999,999,999 fen")
    return f"{fen // 100}.{fen % 100:02d}"


def fen_of(text: str) -> int:
    """Exact fen of "80.00", "80.0" or "80". NotAnAmount for signs, blanks, exponents, mills."""
    found = _YUAN.fullmatch(text)
    if found is None:
        raise NotAnAmount("not decimal text with at most two places")
    yuan, places = found[1], found[2] or ""
    return int(yuan) * 100 + int(places.ljust(2, "0"))
