"""Numbers that are valid in form: how the invented city's papers get their check characters.

Written from the standards (GB 11643, GB 32100, the cadastral unit code), not from the product:
a sandbox that shared the product's arithmetic would prove nothing about it.
"""

from __future__ import annotations

from datetime import date

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def id_check_character(first_17: str) -> str:
    """The 18th character of a GB 11643 number (ISO 7064 MOD 11-2); ``X`` stands for ten."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, ID_WEIGHTS, strict=True))
    return ID_CHECKS[total % 11]


def id_number(region: str, birth: date, sequence: int) -> str:
    """An 18-character number; an odd ``sequence`` (0-999) is a man's, an even one a woman's."""
    body = f"{region}{birth:%Y%m%d}{sequence:03d}"
    return body + id_check_character(body)


def uscc_check_character(first_17: str) -> str:
    """The last character of a unified social credit code (GB 32100: weights 3^i mod 31)."""
    total = sum(USCC_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first_17))
    return USCC_ALPHABET[-total % 31]


def uscc(region: str, organisation: str) -> str:
    """An enterprise's code: ``91`` + region (6 digits) + organisation (9 characters) + check."""
    body = f"91{region}{organisation}"
    return body + uscc_check_character(body)


def unit_number(region: str, zone: int, parcel: int, building: int, room: int) -> str:
    """A 28-character real-estate unit: state-owned surface land (GB) with a house on it (F)."""
    return f"{region}{zone:06d}GB{parcel:05d}F{building:04d}{room:04d}"
