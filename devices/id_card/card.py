"""What a card says: the 256-byte text block of the four kinds, decoded strictly.

Fixed places, UTF-16LE, padded with spaces; the character at byte 248 tells the kind. Structure is
judged here (digits, dates, lengths); whether the number's check digit is right and whether the
card has expired is for the journey, which has the sentence for it. Sources: GA/T 490 (resident),
机读信息规范(试行) of the two residence permits and the 2023 notice; see docs/devices/id_card.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

CardKind = Literal["resident", "hmt_residence", "foreign_permanent"]
FaultReason = Literal["unknown_kind", "unreadable"]

TEXT_BYTES = 256
PHOTO_BYTES = 1024
KIND_AT = 248
LONG_TERM = "长期"

CITIZEN_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
HMT_NUMBER = re.compile(r"8[123]0000[0-9]{11}[0-9X]")
"""810000 Hong Kong, 820000 Macao, 830000 Taiwan."""
FOREIGN_NUMBER_2017 = re.compile(r"[A-Z0-9]{15}")
FOREIGN_NUMBER_2023 = re.compile(r"9[0-9]{16}[0-9X]")
SEX = re.compile(r"[0129]")
"""GB/T 2261.1: unknown, male, female, not stated."""
ETHNIC = re.compile(r"[0-9]{2}")
EIGHT_DIGITS = re.compile(r"[0-9]{8}")


class CardFault(Exception):
    """The card cannot be used. ``field`` names the place, never what stood there."""

    def __init__(self, reason: FaultReason, field: str) -> None:
        super().__init__(f"{reason}: {field}")
        self.reason: FaultReason = reason
        self.field = field


@dataclass(frozen=True, slots=True, repr=False)
class IdCard:
    """One identity document as read. Its repr shows the kind only: the rest is a person.

    ``name`` is the Chinese name, or the English one where the card bears no other. ``sex`` is the
    code of GB/T 2261.1, ``ethnic`` that of GB/T 3304 (resident cards only). ``address`` and
    ``issuer`` are empty where the kind has none. ``valid_until`` None means 长期. ``photo`` is
    1,024 bytes whose coding only the vendor's decoder knows.
    """

    kind: CardKind
    name: str
    english_name: str | None
    sex: str
    ethnic: str | None
    birth: date
    address: str
    number: str
    issuer: str
    valid_from: date
    valid_until: date | None
    photo: bytes

    def __repr__(self) -> str:
        return f"IdCard(kind={self.kind!r})"


def parse_card(text: bytes, photo: bytes) -> IdCard:
    """Decode the text block by the kind it states. Raises CardFault."""
    if len(text) != TEXT_BYTES or len(photo) != PHOTO_BYTES:
        raise CardFault("unreadable", "length")
    layout = LAYOUTS.get(text[KIND_AT : KIND_AT + 2])
    if layout is None:
        raise CardFault("unknown_kind", "kind")
    return layout(_Places(text), photo)


class _Places:
    """Reads the fixed places of one text block."""

    def __init__(self, block: bytes) -> None:
        self._block = block

    def text(self, field: str, *spans: tuple[int, int], required: bool = True) -> str:
        """The characters at (offset, size in bytes), joined, without their padding."""
        joined = b"".join(self._block[at : at + size] for at, size in spans)
        try:
            found = joined.decode("utf-16-le").rstrip(" \0")
        except UnicodeDecodeError:
            raise CardFault("unreadable", field) from None
        if (required and not found) or any(unicodedata.category(c) == "Cc" for c in found):
            raise CardFault("unreadable", field)
        return found

    def code(self, field: str, at: int, size: int, form: re.Pattern[str]) -> str:
        """Characters that must have a form as a whole."""
        found = self.text(field, (at, size))
        if not form.fullmatch(found):
            raise CardFault("unreadable", field)
        return found

    def day(self, field: str, at: int) -> date:
        """A date of the calendar, YYYYMMDD."""
        found = self.code(field, at, 16, EIGHT_DIGITS)
        try:
            return date(int(found[:4]), int(found[4:6]), int(found[6:]))
        except ValueError:
            raise CardFault("unreadable", field) from None

    def validity(self) -> tuple[date, date | None]:
        """First and last day; all four kinds keep them at 188 and 204."""
        first = self.day("valid_from", 188)
        if self.text("valid_until", (204, 16)) == LONG_TERM:
            return first, None
        last = self.day("valid_until", 204)
        if last < first:
            raise CardFault("unreadable", "valid_until")
        return first, last


def _resident(places: _Places, photo: bytes) -> IdCard:
    valid_from, valid_until = places.validity()
    return IdCard(
        kind="resident",
        name=places.text("name", (0, 30)),
        english_name=None,
        sex=places.code("sex", 30, 2, SEX),
        ethnic=places.code("ethnic", 32, 4, ETHNIC),
        birth=places.day("birth", 36),
        address=places.text("address", (52, 70)),
        number=places.code("number", 122, 36, CITIZEN_NUMBER),
        issuer=places.text("issuer", (158, 30)),
        valid_from=valid_from,
        valid_until=valid_until,
        photo=photo,
    )


def _hmt_residence(places: _Places, photo: bytes) -> IdCard:
    valid_from, valid_until = places.validity()
    return IdCard(
        kind="hmt_residence",
        name=places.text("name", (0, 30)),
        english_name=None,
        sex=places.code("sex", 30, 2, SEX),
        ethnic=None,
        birth=places.day("birth", 36),
        address=places.text("address", (52, 70)),
        number=places.code("number", 122, 36, HMT_NUMBER),
        issuer=places.text("issuer", (158, 30)),
        valid_from=valid_from,
        valid_until=valid_until,
        photo=photo,
    )


def _foreign_2017(places: _Places, photo: bytes) -> IdCard:
    valid_from, valid_until = places.validity()
    english = places.text("english_name", (0, 120))
    return IdCard(
        kind="foreign_permanent",
        name=places.text("name", (158, 30), required=False) or english,
        english_name=english,
        sex=places.code("sex", 120, 2, SEX),
        ethnic=None,
        birth=places.day("birth", 220),
        address="",
        number=places.code("number", 122, 30, FOREIGN_NUMBER_2017),
        issuer=places.text("issuer", (240, 8), required=False),
        valid_from=valid_from,
        valid_until=valid_until,
        photo=photo,
    )


def _foreign_2023(places: _Places, photo: bytes) -> IdCard:
    valid_from, valid_until = places.validity()
    english = places.text("english_name", (52, 70), (220, 22))
    return IdCard(
        kind="foreign_permanent",
        name=places.text("name", (0, 30), required=False) or english,
        english_name=english,
        sex=places.code("sex", 30, 2, SEX),
        ethnic=None,
        birth=places.day("birth", 36),
        address="",
        number=places.code("number", 122, 36, FOREIGN_NUMBER_2023),
        issuer="",
        valid_from=valid_from,
        valid_until=valid_until,
        photo=photo,
    )


LAYOUTS: dict[bytes, Callable[[_Places, bytes], IdCard]] = {
    b" \0": _resident,
    b"J\0": _hmt_residence,
    b"I\0": _foreign_2017,
    b"Y\0": _foreign_2023,
}
"""By the character at byte 248. Anything else is a kind this driver does not know."""
