"""IPP messages as bytes (RFC 8010): a strict, bounded decoder and the encoder a client needs.

A message is version (2), operation or status (2), request-id (4), then groups of attributes; each
value is tag (1), name-length (2), name, value-length (2), value; a name of length 0 means "one more
value of the attribute before". Everything is big-endian. A printer is not trusted: whatever does
not fit raises DeviceError(GARBLED), and no field can make us read, loop or recurse past a bound.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TypeAlias

from devices.api import DeviceError, Fault

MAX_MESSAGE = 1 << 20
"""Bytes of a whole answer. A talkative printer's full Get-Printer-Attributes is about 30 KB."""

MAX_VALUES = 20_000
MAX_DEPTH = 8


class GroupTag(IntEnum):
    """Delimiters that start a group (RFC 8010 §3.5.1)."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05


class ValueTag(IntEnum):
    """Value syntaxes (RFC 8010 §3.5.2) that have a form of their own; others stay bytes."""

    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    OCTETS = 0x30
    DATE_TIME = 0x31
    RESOLUTION = 0x32
    RANGE = 0x33
    BEGIN_COLLECTION = 0x34
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    URI_SCHEME = 0x46
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49
    MEMBER_NAME = 0x4A


class OutOfBand(Enum):
    """Values that say why there is none. ``UNKNOWN`` is an answer, and never a zero."""

    UNSUPPORTED = 0x10
    UNKNOWN = 0x12
    NO_VALUE = 0x13


Value: TypeAlias = (
    "bool | int | str | bytes | tuple[int, int] | tuple[int, int, int] | OutOfBand | Group"
)
"""Range = (low, high); resolution = (across, feed, unit); a collection is a nested Group."""

Group: TypeAlias = dict[str, list[Value]]


Sendable: TypeAlias = bool | int | str


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute to send; all its values have the same syntax."""

    tag: ValueTag
    name: str
    values: tuple[Sendable, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A decoded answer; ``code`` is the status, ``groups`` are in the order they came in."""

    version: tuple[int, int]
    code: int
    request_id: int
    groups: tuple[tuple[int, Group], ...]

    def groups_of(self, tag: GroupTag) -> tuple[Group, ...]:
        """All groups with this delimiter: Get-Jobs gives one JOB group for each job."""
        return tuple(group for found, group in self.groups if found == tag)

    def group(self, tag: GroupTag) -> Group:
        """The first group with this delimiter, or an empty one."""
        groups = self.groups_of(tag)
        return groups[0] if groups else {}


def encode(
    operation: int,
    request_id: int,
    operation_attributes: Sequence[Attribute],
    job_attributes: Sequence[Attribute] = (),
    *,
    version: tuple[int, int] = (1, 1),
) -> bytes:
    """Build a request; a document, if any, simply follows these bytes.

    IPP/1.1 is the default because every IPP/2.x printer must answer it (PWG 5100.12 §4).
    """
    parts = [struct.pack(">BBHI", *version, operation, request_id)]
    for delimiter, attributes in (
        (GroupTag.OPERATION, operation_attributes),
        (GroupTag.JOB, job_attributes),
    ):
        if attributes:
            parts.append(bytes([delimiter]))
            parts += [_encode_attribute(attribute) for attribute in attributes]
    parts.append(bytes([GroupTag.END]))
    return b"".join(parts)


def _encode_attribute(attribute: Attribute) -> bytes:
    parts: list[bytes] = []
    name = attribute.name.encode("ascii")
    for value in attribute.values:
        raw = _encode_value(value)
        parts += [
            struct.pack(">BH", attribute.tag, len(name)),
            name,
            struct.pack(">H", len(raw)),
            raw,
        ]
        name = b""
    return b"".join(parts)


def _encode_value(value: Sendable) -> bytes:
    if isinstance(value, bool):
        return bytes([value])
    if isinstance(value, int):
        return struct.pack(">i", value)
    return value.encode()


def decode(raw: bytes) -> Message:
    """Read an answer. DeviceError(GARBLED) on anything that RFC 8010 does not allow."""
    if not 9 <= len(raw) <= MAX_MESSAGE:
        raise _garbled("message length")
    major, minor, code, request_id = struct.unpack_from(">BBHI", raw)
    if major not in (1, 2):
        raise _garbled("IPP version")
    return Message((major, minor), code, request_id, _Reader(raw, 8).groups())


def _garbled(what: str) -> DeviceError:
    return DeviceError(Fault.GARBLED, f"IPP: bad {what}")


class _Reader:
    """A cursor over one message that counts values and depth."""

    def __init__(self, raw: bytes, at: int) -> None:
        self._raw = raw
        self._at = at
        self._left = MAX_VALUES

    def groups(self) -> tuple[tuple[int, Group], ...]:
        found: list[tuple[int, Group]] = []
        tag = self._u8()
        while tag != GroupTag.END:
            if not 0 < tag <= 0x0F:
                raise _garbled("group delimiter")
            group, following = self._attributes()
            found.append((tag, group))
            tag = following
        if self._at != len(self._raw):
            raise _garbled("end: bytes follow it")
        return tuple(found)

    def _attributes(self) -> tuple[Group, int]:
        """Read attributes up to the next delimiter, which is returned too."""
        group: Group = {}
        values: list[Value] | None = None
        while (tag := self._u8()) > 0x0F:
            name = self._name(self._sized())
            if name:
                values = self._new_attribute(group, name)
            if values is None:
                raise _garbled("attribute without a name")
            values.append(self._value(tag, 0))
        return group, tag

    def _new_attribute(self, group: Group, name: str) -> list[Value]:
        if name in group:
            raise _garbled("repeated attribute")
        return group.setdefault(name, [])

    def _value(self, tag: int, depth: int) -> Value:
        self._left -= 1
        if self._left < 0:
            raise _garbled("number of values")
        raw = self._sized()
        if tag == ValueTag.BEGIN_COLLECTION:
            return self._collection(depth + 1)
        return _decode_value(tag, raw)

    def _collection(self, depth: int) -> Group:
        if depth > MAX_DEPTH:
            raise _garbled("depth of collections")
        group: Group = {}
        values: list[Value] | None = None
        while True:
            tag = self._u8()
            if self._sized():
                raise _garbled("collection: a member with an outer name")
            if tag == ValueTag.END_COLLECTION:
                self._sized()
                return group
            if tag == ValueTag.MEMBER_NAME:
                values = self._new_attribute(group, self._name(self._sized()))
            elif values is None or tag <= 0x0F:
                raise _garbled("collection")
            else:
                values.append(self._value(tag, depth))

    def _name(self, raw: bytes) -> str:
        return _ascii(raw)

    def _u8(self) -> int:
        return self._take(1)[0]

    def _sized(self) -> bytes:
        return self._take(int.from_bytes(self._take(2)))

    def _take(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._raw):
            raise _garbled("end: cut off")
        taken = self._raw[self._at : end]
        self._at = end
        return taken


def _ascii(raw: bytes) -> str:
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError:
        raise _garbled("characters") from None


_FIXED = {
    ValueTag.INTEGER: 4,
    ValueTag.ENUM: 4,
    ValueTag.BOOLEAN: 1,
    ValueTag.DATE_TIME: 11,
    ValueTag.RANGE: 8,
    ValueTag.RESOLUTION: 9,
}

_TEXTUAL = {ValueTag.TEXT, ValueTag.NAME}

_ASCII = {
    ValueTag.KEYWORD,
    ValueTag.URI,
    ValueTag.URI_SCHEME,
    ValueTag.CHARSET,
    ValueTag.LANGUAGE,
    ValueTag.MIME_TYPE,
}


def _decode_value(tag: int, raw: bytes) -> Value:
    if 0x10 <= tag <= 0x1F:
        return _out_of_band(tag)
    if tag in _ASCII:
        return _ascii(raw)
    if tag in _TEXTUAL:
        return raw.decode(errors="replace")  # for eyes only: never compared for anything but ==
    if tag in (ValueTag.TEXT_WITH_LANGUAGE, ValueTag.NAME_WITH_LANGUAGE):
        return _with_language(raw)
    if tag in (ValueTag.END_COLLECTION, ValueTag.MEMBER_NAME):
        raise _garbled("collection outside of one")
    return _fixed_size(tag, raw)


def _fixed_size(tag: int, raw: bytes) -> Value:
    if tag in _FIXED and len(raw) != _FIXED[ValueTag(tag)]:
        raise _garbled("value length")
    match tag:
        case ValueTag.INTEGER | ValueTag.ENUM:
            return int.from_bytes(raw, signed=True)
        case ValueTag.BOOLEAN:
            return _boolean(raw)
        case ValueTag.RANGE:
            low, high = struct.unpack(">ii", raw)
            return (int(low), int(high))
        case ValueTag.RESOLUTION:
            across, feed, unit = struct.unpack(">iib", raw)
            return (int(across), int(feed), int(unit))
        case _:
            return raw


def _boolean(raw: bytes) -> bool:
    if raw[0] > 1:
        raise _garbled("boolean")
    return raw[0] == 1


def _out_of_band(tag: int) -> OutOfBand:
    try:
        return OutOfBand(tag)
    except ValueError:
        return OutOfBand.UNKNOWN


def _with_language(raw: bytes) -> str:
    """Language-length, language, text-length, text; only the text is of use to us."""
    if len(raw) < 4:
        raise _garbled("text with language")
    language = int.from_bytes(raw[:2])
    text = raw[2 + language :]
    if len(text) < 2 or int.from_bytes(text[:2]) != len(text) - 2:
        raise _garbled("text with language")
    return text[2:].decode(errors="replace")
