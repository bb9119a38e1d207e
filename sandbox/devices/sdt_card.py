"""What is on a card in the city: the 256 bytes of text that the module hands out, and the photo.

Written from the public descriptions of the four layouts, sharing nothing with the driver.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, fields

from sandbox.devices.twin import Json

TEXT_BYTES = 256
PHOTO_BYTES = 1024

KIND_LETTERS = {
    "resident": " ",
    "hmt_residence": "J",
    "foreign_permanent": "Y",
    "foreign_permanent_2017": "I",
}

PLACES: dict[str, dict[str, tuple[int, int]]] = {
    "resident": {
        "name": (0, 30),
        "sex": (30, 2),
        "nation": (32, 4),
        "birth": (36, 16),
        "address": (52, 70),
        "number": (122, 36),
        "issuer": (158, 30),
    },
    "hmt_residence": {
        "name": (0, 30),
        "sex": (30, 2),
        "birth": (36, 16),
        "address": (52, 70),
        "number": (122, 36),
        "issuer": (158, 30),
        "travel_permit": (220, 18),
    },
    "foreign_permanent": {
        "name": (0, 30),
        "sex": (30, 2),
        "birth": (36, 16),
        "number": (122, 36),
        "nationality": (242, 6),
    },
    "foreign_permanent_2017": {
        "english_name": (0, 120),
        "sex": (120, 2),
        "number": (122, 30),
        "nationality": (152, 6),
        "name": (158, 30),
        "birth": (220, 16),
        "issuer": (240, 8),
    },
}
"""Offset and bytes of what differs between the kinds; the validity is at 188 and 204 in all."""


@dataclass(frozen=True, slots=True)
class CardContents:
    """What is printed into a card's chip, as written: nothing here checks that it makes sense.

    ``kind`` is a key of KIND_LETTERS ("foreign_permanent" is the card of 2023). Dates are
    YYYYMMDD, ``valid_until`` may be 长期; ``sex`` and ``nation`` are codes; ``photo`` is 1,024
    bytes.
    """

    name: str
    sex: str
    nation: str
    birth: str
    address: str
    number: str
    issuer: str
    valid_from: str
    valid_until: str
    kind: str = "resident"
    photo: bytes = bytes(PHOTO_BYTES)
    english_name: str = ""
    nationality: str = ""
    travel_permit: str = ""

    def text_block(self) -> bytes:
        """The 256 bytes of text. ValueError when a word does not fit its place."""
        block = bytearray(" ".encode("utf-16-le") * (TEXT_BYTES // 2))
        places = {**PLACES[self.kind], "valid_from": (188, 16), "valid_until": (204, 16)}
        for key, (at, size) in places.items():
            _write(block, key, str(getattr(self, key)), at, size)
        if self.kind == "foreign_permanent":
            _write(block, "english_name", self.english_name[:35], 52, 70)
            _write(block, "english_name", self.english_name[35:], 220, 22)
        _write(block, "kind", KIND_LETTERS[self.kind], 248, 2)
        return bytes(block)


def card_from_json(card: Mapping[str, Json]) -> CardContents:
    """A card as the panel sends it, the photo in base64. ValueError names the wrong key."""
    known = {each.name for each in fields(CardContents)}
    if unknown := sorted(set(card) - known):
        raise ValueError(f"a card has no {', '.join(unknown)}")
    words = {key: str(value) for key, value in card.items() if key != "photo"}
    photo = base64.b64decode(str(card["photo"])) if "photo" in card else bytes(PHOTO_BYTES)
    try:
        return CardContents(**words, photo=photo)
    except TypeError:
        needed = "name sex nation birth address number issuer valid_from valid_until"
        raise ValueError(f"a card needs {needed}") from None


def _write(block: bytearray, key: str, word: str, at: int, size: int) -> None:
    encoded = word.encode("utf-16-le")
    if len(encoded) > size:
        raise ValueError(f"{key} is too long for its place on the card")
    block[at : at + len(encoded)] = encoded
