"""A social-security card without its reader: files, records and what it answers to a command.

Written from the public descriptions of the card, sharing nothing with the driver it tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from sandbox.devices.twin import Json

SSSE = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
FCI = bytes.fromhex("6F138411") + SSSE + b"\xa5\x00"
"""Template of the application: its name and an empty proprietary part."""
GENERATIONS = (1, 2, 3)

OK = b"\x90\x00"
NOT_FOUND, NO_RECORD = b"\x6a\x82", b"\x6a\x83"
WRONG_P1_P2, NO_FILE_SELECTED = b"\x6a\x86", b"\x69\x86"
PROTECTED, UNKNOWN_INSTRUCTION = b"\x69\x82", b"\x6d\x00"
WRONG_LENGTH = b"\x67\x00"


@dataclass(frozen=True, slots=True)
class SocialCardContents:
    """What is on the card. Days are YYYYMMDD; ``valid_until`` empty: the card states no end.

    ``generation`` 1, 2 or 3 decides the records and their order. ``protocol`` is T=0 or T=1: with
    T=0 an answer is fetched in two steps. ``birth`` empty: taken from the number.
    """

    number: str
    name: str
    card_number: str
    issued_on: str
    valid_until: str = ""
    generation: int = 2
    protocol: str = "T=0"
    sex: str = "1"
    birth: str = ""

    def atr(self) -> bytes:
        """Answer to reset: no voltage, thirteen historical bytes, and a check byte for T=1."""
        historical = bytes.fromhex("80318066") + b"SANDBOX0" + bytes((0x30 + self.generation,))
        if self.protocol == "T=0":
            return bytes.fromhex("3B6D0000") + historical
        counted = bytes.fromhex("8D01") + historical
        check = 0
        for byte in counted:
            check ^= byte
        return b"\x3b" + counted + bytes((check,))

    def files(self) -> dict[int, list[bytes]]:
        """EF05 (the card) and EF06 (the holder): whole records, in the order of the generation."""
        return {0xEF05: self._card_records(), 0xEF06: self._holder_records()}

    def _card_records(self) -> list[bytes]:
        version = f"{self.generation}.00".encode("ascii")
        identification = bytes.fromhex("990100") + bytes(9) + b"\xff" * 4
        return [
            _record(0x01, identification),
            _record(0x02, b"1"),
            _record(0x03, version),
            _record(0x04, b"990100000000"),
            _record(0x05, bytes.fromhex(self.issued_on)),
            _record(0x06, bytes.fromhex(self.valid_until or "FFFFFFFF")),
            _record(0x07, self.card_number.encode("ascii").ljust(9, b"\0")),
        ]

    def _holder_records(self) -> list[bytes]:
        name = self.name.encode("gb18030").ljust(50, b"\0")
        birth = self.birth or self.number[6:14]
        extension = [] if self.generation == 1 else [_record(0x4E, name[30:])]
        return [
            _record(0x08, self.number.encode("ascii").ljust(18, b"\0")),
            _record(0x09, name[:30]),
            *extension,
            _record(0x0A, self.sex.encode("ascii")),
            _record(0x0B, b"\x01"),
            _record(0x0C, bytes.fromhex("990100")),
            _record(0x0D, bytes.fromhex(birth)),
        ]


def contents_from_json(given: Mapping[str, Json]) -> SocialCardContents:
    """A card from the panel's words. ValueError names the one that is wrong or missing."""
    wanted = {field.name: field for field in fields(SocialCardContents)}
    if unknown := set(given) - set(wanted):
        raise ValueError(f"a social-security card has no {', '.join(sorted(unknown))}")
    generation = given.get("generation", 2)
    if generation not in GENERATIONS:
        raise ValueError("generation is 1, 2 or 3")
    words = {key: value for key, value in given.items() if key != "generation"}
    texts = {key: value for key, value in words.items() if isinstance(value, str)}
    if missing := {"number", "name", "card_number", "issued_on"} - set(texts):
        raise ValueError(f"a social-security card needs {', '.join(sorted(missing))}")
    if len(texts) != len(words):
        raise ValueError("everything but the generation is a text")
    return SocialCardContents(generation=int(str(generation)), **texts)


class SocialCardChip:
    """The card's processor: what was selected, and the rest of an answer that waits (T=0)."""

    def __init__(self, contents: SocialCardContents) -> None:
        self.contents = contents
        self.protected = False
        self.other_application = False
        self.old_select = False
        self._files = contents.files()
        self._application = False
        self._file: int | None = None
        self._rest = b""

    def reset(self) -> None:
        """Forget what was selected."""
        self._application, self._file, self._rest = False, None, b""

    def answer(self, command: bytes) -> bytes:
        """Data and status for one command."""
        if len(command) < 4:
            return WRONG_LENGTH
        match command[1]:
            case 0xA4:
                return self._select(command)
            case 0xB2:
                return self._read(command)
            case 0xC0:
                return self._get_response(command)
            case _:
                return UNKNOWN_INSTRUCTION

    def _select(self, command: bytes) -> bytes:
        wanted = command[5 : 5 + command[4]] if len(command) > 5 else b""
        if command[2] == 0x04:
            self._file = None
            self._application = wanted == SSSE and not self.other_application
            return self._said(FCI) if self._application else NOT_FOUND
        if command[2] != 0x00 and (self.old_select or command[2] != 0x02):
            return WRONG_P1_P2
        if not self._application:
            return NOT_FOUND
        return self._open_file(int.from_bytes(wanted, "big"))

    def _open_file(self, file_id: int) -> bytes:
        if file_id not in self._files:
            return NOT_FOUND
        if self.protected and file_id == 0xEF06:
            return PROTECTED
        self._file = file_id
        return OK

    def _read(self, command: bytes) -> bytes:
        """READ RECORD: by number (P2 04, or SFI in its upper five bits), or by tag (P2 00)."""
        p1, p2 = command[2], command[3]
        if p2 >> 3:
            opened = self._open_file(0xEF00 | p2 >> 3) if self._application else NOT_FOUND
            if opened != OK:
                return opened
        if self._file is None:
            return NO_FILE_SELECTED
        records = self._files[self._file]
        if p2 & 0x07 == 0x04:
            found = records[p1 - 1] if 1 <= p1 <= len(records) else None
        else:
            found = next((record for record in records if record[0] == p1), None)
        return NO_RECORD if found is None else self._expected(found, command)

    def _expected(self, record: bytes, command: bytes) -> bytes:
        """With T=0 the card insists on the exact length; 00 means all only with T=1."""
        expects = command[4] if len(command) > 4 else 0
        if expects == len(record) or (expects == 0 and self.contents.protocol == "T=1"):
            return record + OK
        return bytes((0x6C, len(record)))

    def _said(self, data: bytes) -> bytes:
        if self.contents.protocol == "T=1":
            return data + OK
        self._rest = data
        return bytes((0x61, len(data)))

    def _get_response(self, command: bytes) -> bytes:
        if len(command) < 5 or command[4] != len(self._rest) or not self._rest:
            return WRONG_LENGTH
        data, self._rest = self._rest, b""
        return data + OK


def _record(tag: int, value: bytes) -> bytes:
    return bytes((tag, len(value))) + value
