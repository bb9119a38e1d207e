"""An amount in the capitals that a receipt bears (中国人民银行 《支付结算办法》, 附一).

Zeros within are read once, a full amount ends in 整, and what ends in fen bears no 整.
"""

from __future__ import annotations

from typing import Final

DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
PLACES: Final = ("", "拾", "佰", "仟")
MYRIADS: Final = ("", "万", "亿")
LARGEST_FEN: Final = 10**14 - 1


def in_capitals(fen: int) -> str:
    """``8000`` is 捌拾元整; ValueError below zero or from a trillion yuan on."""
    if not 0 <= fen <= LARGEST_FEN:
        raise ValueError("an amount lies between nothing and a trillion yuan")
    yuan, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"{whole or '零元'}整"
    tenth = f"{DIGITS[jiao]}角" if jiao else "零" * bool(yuan)
    return f"{whole}{tenth}" + (f"{DIGITS[cents]}分" if cents else "整")


def _whole(yuan: int) -> str:
    """Group by group of four digits, from the left."""
    digits = str(yuan)
    said, zero_due, group_said = "", False, False
    for index, digit in enumerate(digits):
        place = len(digits) - 1 - index
        if digit == "0":
            zero_due = True
        else:
            said += ("零" if zero_due and said else "") + DIGITS[int(digit)] + PLACES[place % 4]
            zero_due, group_said = False, True
        if place % 4 == 0 and group_said:
            said, group_said = said + MYRIADS[place // 4], False
    return said
