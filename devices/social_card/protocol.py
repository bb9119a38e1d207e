"""The social-security card's commands and answers (ISO 7816-4 subset), without any I/O.

Sources: 人社部 card specification as told in public descriptions (biecuoliao.com 49GryJ0,
topic.alibabacloud 31687232, csdn zz_bubble 106245384); see docs/devices/social_card.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from devices.api import DeviceError, Fault

APPLICATION = "sx1.sh.社会保障".encode("gbk")
"""SSSE, the environment of the social-security application: 15 bytes."""
EF05, EF06 = 0xEF05, 0xEF06
"""EF05 holds the card's data, EF06 the holder's."""
BY_FILE_ID, BY_FILE_ID_OLD = 0x02, 0x00
"""P1 of SELECT for an elementary file; the descriptions disagree, so both are known here."""

SUCCESS = 0x9000
PROTECTED = 0x6982
NOT_FOUND = 0x6A82
NO_SUCH_RECORD = 0x6A83
WRONG_P1_P2 = frozenset({0x6A86, 0x6B00})
MORE_DATA, WRONG_LE = 0x61, 0x6C
"""First status byte of T=0: so many bytes wait, or: ask again for so many."""

ROUNDS_MAX = 8
"""No answer of this card takes more than a few rounds; a card that wants more is broken."""
RECORDS_MAX = 16
"""EF05 has seven records, EF06 seven; a card that never says "no such record" is broken."""

Transmit = Callable[[bytes], bytes]
"""Send one command to the card, give back its answer with the two status bytes."""


@dataclass(frozen=True, slots=True)
class Apdu:
    """A command; ``name`` says in messages which, ``expects`` is Le (0: all there is)."""

    name: str
    header: bytes
    data: bytes = b""
    expects: int | None = None

    def bytes_with(self, expects: int | None) -> bytes:
        """The command as it goes to the card. A command with data states no Le (T=0, case 4)."""
        if self.data:
            return self.header + bytes((len(self.data),)) + self.data
        return self.header + bytes((expects or 0,))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the card said at last. ``data`` may be a person: not in the repr."""

    status: int
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file: the tag it states itself, and its value."""

    tag: int
    value: bytes = field(repr=False)


SELECT_APPLICATION = Apdu("select application", b"\x00\xa4\x04\x00", APPLICATION)


def select_file(file_id: int, p1: int = BY_FILE_ID) -> Apdu:
    """SELECT an elementary file of the selected application."""
    header = bytes((0x00, 0xA4, p1, 0x00))
    return Apdu(f"select EF{file_id & 0xFF:02X}", header, file_id.to_bytes(2, "big"))


def read_record(number: int) -> Apdu:
    """READ RECORD by its number in the selected file, as long as it is."""
    return Apdu(f"read record {number}", bytes((0x00, 0xB2, number, 0x04)), expects=0)


def ask(transmit: Transmit, apdu: Apdu) -> Answer:
    """Send a command and follow what T=0 makes of it: 61xx (fetch the rest), 6Cxx (other Le).

    DeviceError(CARD_UNREADABLE) for an answer that is none, or one that goes on without end.
    """
    collected = b""
    send = apdu.bytes_with(apdu.expects)
    for _round in range(ROUNDS_MAX):
        answer = transmit(send)
        if len(answer) < 2:
            raise unreadable(f"{apdu.name}: no status")
        data, (sw1, sw2) = answer[:-2], answer[-2:]
        if sw1 == MORE_DATA:
            collected += data
            send = bytes((0x00, 0xC0, 0x00, 0x00, sw2))
        elif sw1 == WRONG_LE and not data:
            send = send[:4] + bytes((sw2,)) if len(send) == 5 else send + bytes((sw2,))
        else:
            return Answer(sw1 << 8 | sw2, collected + data)
    raise unreadable(f"{apdu.name}: answers without end")


def parse_record(data: bytes) -> Record:
    """Take a record apart: tag, length, value, nothing before or after.

    The position of a record says nothing: sex is the third on generation 1 and the fourth later.
    """
    if len(data) < 2 or data[1] != len(data) - 2:
        raise unreadable("record's length")
    return Record(data[0], data[2:])


class Records:
    """The records of one file by tag, gathered one by one."""

    def __init__(self) -> None:
        self._values: dict[int, bytes] = {}

    @property
    def values(self) -> Mapping[int, bytes]:
        """Value by tag, as far as it was read."""
        return MappingProxyType(self._values)

    def add(self, record: Record) -> None:
        """Keep a record. DeviceError when its tag was there already."""
        if record.tag in self._values:
            raise unreadable(f"tag {record.tag:02X} twice")
        self._values[record.tag] = record.value


def unreadable(detail: str) -> DeviceError:
    """A card that cannot be understood; ``detail`` names the place, never what stood there."""
    return DeviceError(Fault.CARD_UNREADABLE, detail)


def refusal(apdu: Apdu, status: int) -> DeviceError:
    """What a card's refusal means to the person who put it in."""
    fault = Fault.CARD_PROTECTED if status == PROTECTED else Fault.CARD_UNREADABLE
    return DeviceError(fault, f"{apdu.name}: SW {status:04X}")
