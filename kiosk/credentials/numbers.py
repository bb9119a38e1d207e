"""Numbers of identity documents and property units: forms, check digits, masks. Pure.

Facts: GB 11643 (check digit: ISO 7064 MOD 11-2), the residence permits of Hong Kong, Macao and
Taiwan residents (same form, own prefixes), the permanent residence card of foreigners (2017:
three letters and twelve digits; 2023: eighteen digits that start with 9, same check digit), the
social security number (社会保障号码: the 18 characters of any of them), and the property unit
number of five levels and 28 characters without a check digit.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
HMT_PREFIXES = ("810000", "820000", "830000")
EARLIEST_BIRTH = date(1850, 1, 1)

EIGHTEEN = re.compile(r"\d{17}[\dX]", re.ASCII)
FOREIGN_2017 = re.compile(r"[A-Z]{3}\d{12}", re.ASCII)
UNIT_NUMBER = re.compile(r"\d{12}[GJZ][ABCDEFGHLNSWXY]\d{5}([FLQ]\d{8}|W0{8})", re.ASCII)


class DocumentKind(StrEnum):
    """The identity documents the terminal knows; the values are the centre's words."""

    RESIDENT = "resident"
    HMT_RESIDENCE = "hmt_residence"
    FOREIGN_PERMANENT = "foreign_permanent"
    SOCIAL_SECURITY = "social_security"


class NumberFault(StrEnum):
    """What is wrong with a number; the first that applies, in this order."""

    LENGTH = "length"
    CHARACTER = "character"
    PREFIX = "prefix"
    BIRTH_DATE = "birth_date"
    CHECK_DIGIT = "check_digit"


def normalise_number(text: str) -> str:
    """Give the number as the rules expect it: half-width, upper case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def check_digit(first_seventeen: str) -> str:
    """Give the 18th character of GB 11643 for the seventeen digits before it."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_seventeen, strict=True))
    return CHECK_CHARACTERS[total % 11]


def check_document_number(kind: DocumentKind, number: str, today: date) -> NumberFault | None:
    """Give what is wrong with a normalised number, None when its form is right.

    ``today`` bounds the date of birth. A right form says nothing about whether it was issued.
    """
    if kind is DocumentKind.FOREIGN_PERMANENT and len(number) == 15:
        return None if FOREIGN_2017.fullmatch(number) else NumberFault.CHARACTER
    if len(number) != 18:
        return NumberFault.LENGTH
    if not EIGHTEEN.fullmatch(number):
        return NumberFault.CHARACTER
    if not _prefix_fits(kind, number):
        return NumberFault.PREFIX
    born = birth_date(number)
    if born is None or not EARLIEST_BIRTH <= born <= today:
        return NumberFault.BIRTH_DATE
    return None if check_digit(number[:17]) == number[17] else NumberFault.CHECK_DIGIT


def _prefix_fits(kind: DocumentKind, number: str) -> bool:
    if kind is DocumentKind.HMT_RESIDENCE:
        return number.startswith(HMT_PREFIXES)
    if kind is DocumentKind.FOREIGN_PERMANENT:
        return number.startswith("9")
    if kind is DocumentKind.SOCIAL_SECURITY:
        return number[0] != "0"
    return number[0] != "0" and not number.startswith(HMT_PREFIXES)


def birth_date(number: str) -> date | None:
    """Give the date of birth in an 18-character number, None where it holds no date."""
    digits = number[6:14]
    if len(number) != 18 or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def mask_id(number: str) -> str:
    """Hide the middle: the first and last four of a long number stay, fewer of a short one.

    3410**********1234 is how a document number may stand on the glass.
    """
    kept = min(4, len(number) // 4)
    return number[:kept] + "*" * (len(number) - 2 * kept) + number[len(number) - kept :]


def group_in_fours(number: str) -> str:
    """Set a blank after each fourth character, for eyes that compare."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def check_unit_number(number: str) -> NumberFault | None:
    """Give what is wrong with a normalised property unit number, None when its form is right."""
    if len(number) != 28:
        return NumberFault.LENGTH
    return None if UNIT_NUMBER.fullmatch(number) else NumberFault.CHARACTER


def group_unit_number(number: str) -> str:
    """Set a property unit number in its groups of 6, 6, 7 and 9; another length is left alone."""
    if len(number) != 28:
        return number
    return f"{number[:6]} {number[6:12]} {number[12:19]} {number[19:]}"
