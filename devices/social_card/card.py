"""What a social-security card says of itself and its holder, decoded strictly.

Structure is judged here (lengths, digits, dates, characters). Whether the number's check digit is
right and whether the card has expired is for the journey, which has the sentence for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from devices.api import DeviceError, Fault
from devices.social_card.protocol import unreadable


class Tag(IntEnum):
    """The records that are read; what else a card holds of its holder is left unread."""

    VERSION = 0x03
    ISSUED = 0x05
    VALID_UNTIL = 0x06
    CARD_NUMBER = 0x07
    NUMBER = 0x08
    NAME = 0x09
    NAME_EXTENSION = 0x4E


OF_THE_CARD = frozenset({Tag.VERSION, Tag.ISSUED, Tag.VALID_UNTIL, Tag.CARD_NUMBER})
LENGTHS: Mapping[int, int] = {
    Tag.VERSION: 4,
    Tag.ISSUED: 4,
    Tag.VALID_UNTIL: 4,
    Tag.CARD_NUMBER: 9,
    Tag.NUMBER: 18,
    Tag.NAME: 30,
    Tag.NAME_EXTENSION: 20,
}

VERSION = re.compile(r"[0-9]\.[0-9]{2}")
GENERATIONS = frozenset({1, 2, 3})
CARD_NUMBER = re.compile(r"[0-9A-Z]{1,9}")
CITIZEN_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
OTHER_NUMBER = re.compile(r"[0-9A-Z]{18}")
"""Foreigners who have no number of the 18-digit kind; nobody can be looked up by such a one."""
NO_END = frozenset({"FFFFFFFF", "00000000"})


@dataclass(frozen=True, slots=True, repr=False)
class SocialCard:
    """One card as read. Its repr shows the generation only: the rest is a person.

    ``number`` is the 社会保障号码, for citizens their identity number. ``valid_until`` is None
    where the card states no end. The card holds no photo.
    """

    number: str
    name: str
    card_number: str
    issued_on: date
    valid_until: date | None
    generation: int

    def __repr__(self) -> str:
        return f"SocialCard(generation={self.generation!r})"


def generation_of(card: Mapping[int, bytes]) -> int:
    """The card's generation, from the version in EF05. CARD_UNKNOWN_KIND if there is no such."""
    version = _ascii(card, Tag.VERSION, VERSION)
    if int(version[0]) not in GENERATIONS:
        raise DeviceError(Fault.CARD_UNKNOWN_KIND, "version")
    return int(version[0])


def of_the_holder(generation: int) -> frozenset[int]:
    """The tags to look for in EF06; reading stops when they are found."""
    known = {Tag.NUMBER, Tag.NAME}
    return frozenset(known if generation == 1 else known | {Tag.NAME_EXTENSION})


def parse_card(card: Mapping[int, bytes], holder: Mapping[int, bytes]) -> SocialCard:
    """Decode the records of EF05 and EF06. DeviceError (CARD_...) for anything unexpected."""
    issued_on = _day(card, Tag.ISSUED)
    valid_until = None if _bcd(card, Tag.VALID_UNTIL) in NO_END else _day(card, Tag.VALID_UNTIL)
    if valid_until is not None and valid_until < issued_on:
        raise unreadable("valid_until")
    return SocialCard(
        number=_number(holder),
        name=_name(holder),
        card_number=_ascii(card, Tag.CARD_NUMBER, CARD_NUMBER),
        issued_on=issued_on,
        valid_until=valid_until,
        generation=generation_of(card),
    )


def _value(records: Mapping[int, bytes], tag: Tag) -> bytes:
    value = records.get(tag)
    if value is None or len(value) != LENGTHS[tag]:
        raise unreadable(tag.name.lower())
    return value


def _ascii(records: Mapping[int, bytes], tag: Tag, form: re.Pattern[str]) -> str:
    """Text without its padding that must have a form as a whole."""
    text = _value(records, tag).rstrip(b"\0 ").decode("latin-1")
    if not form.fullmatch(text):
        raise unreadable(tag.name.lower())
    return text


def _number(records: Mapping[int, bytes]) -> str:
    number = _ascii(records, Tag.NUMBER, OTHER_NUMBER)
    if not CITIZEN_NUMBER.fullmatch(number):
        raise DeviceError(Fault.CARD_UNKNOWN_KIND, "number of another kind")
    return number


def _name(records: Mapping[int, bytes]) -> str:
    """The name with its extension; a character may lie across the border of the two."""
    stated = _value(records, Tag.NAME).rstrip(b"\0 ")
    if Tag.NAME_EXTENSION in records:
        stated += _extension(records, full=len(stated) == LENGTHS[Tag.NAME])
    try:
        name = stated.decode("gb18030")  # GBK is a part of it; rare names need the rest
    except UnicodeDecodeError:
        raise unreadable("name") from None
    # "C" is control, unassigned, and private use: what no screen shows and no register compares
    if not name or any(unicodedata.category(char).startswith("C") for char in name):
        raise unreadable("name")
    return name


def _extension(records: Mapping[int, bytes], *, full: bool) -> bytes:
    """What follows the thirty bytes of the name: nothing, unless those are full."""
    rest = _value(records, Tag.NAME_EXTENSION).rstrip(b"\0 ")
    if rest == b"\xff" * LENGTHS[Tag.NAME_EXTENSION]:
        return b""  # never written
    if rest and not full:
        raise unreadable("name_extension")
    return rest


def _bcd(records: Mapping[int, bytes], tag: Tag) -> str:
    return _value(records, tag).hex().upper()


def _day(records: Mapping[int, bytes], tag: Tag) -> date:
    digits = _bcd(records, tag)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise unreadable(tag.name.lower()) from None
