"""The SDT protocol of the SAM_V module: frames, commands and answers, without any I/O.

A frame is ``AA AA AA 96 69 | length, u16 big-endian | body | check``. The length counts body and
check; the check is the XOR of everything after the preamble and before it, the length included.
Sources: the public protocol description 身份证阅读器通信协议 (softs.im), GA 450, and the frames
seen in hev-dbus (C) and libsamv (C); see docs/devices/id_card.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

PREAMBLE = bytes.fromhex("AAAAAA9669")
HEADER_BYTES = len(PREAMBLE) + 2
SHORTEST_ANSWER = 4
"""SW1, SW2, SW3 and the check: no answer declares less."""
LONGEST_ANSWER = 0x090A
"""Text, photo and fingerprints (30 10): no answer of the protocol declares more."""
FEED_BYTES = 4096
"""Input is taken in pieces of this size, so that the parser's memory has a ceiling."""


class Sw3(IntEnum):
    """What the module says of itself and of the card, in the third status byte."""

    CHECKSUM_ERROR = 0x10
    LENGTH_ERROR = 0x11
    COMMAND_ERROR = 0x21
    """Unknown, bad values, or out of sequence."""
    NO_PRIVILEGE = 0x23
    UNKNOWN_ERROR = 0x24
    CARD_NOT_PROVEN = 0x31
    """The module could not authenticate the card."""
    MODULE_NOT_PROVEN = 0x32
    """The card could not authenticate the module."""
    INFORMATION_NOT_PROVEN = 0x33
    FINGERPRINT_NOT_PROVEN = 0x37
    INFORMATION_LENGTH_ERROR = 0x3F
    UNKNOWN_CARD = 0x40
    READ_FAILED = 0x41
    RANDOM_FAILED = 0x47
    SELF_TEST_FAILED = 0x60
    NOT_AUTHORISED = 0x66
    NO_CARD = 0x80
    SELECT_FAILED = 0x81
    SUCCESS = 0x90
    NO_SUCH_ITEM = 0x91
    FOUND = 0x9F


@dataclass(frozen=True, slots=True)
class Command:
    """One request to the module; ``success`` is the SW3 that means it was carried out."""

    name: str
    code: int
    parameter: int
    success: Sw3 = Sw3.SUCCESS

    def frame(self) -> bytes:
        """The request as it goes over the wire, ten bytes."""
        return encode(bytes((self.code, self.parameter)))


STATUS = Command("module status", 0x11, 0xFF)
FIND = Command("find card", 0x20, 0x01, Sw3.FOUND)
SELECT = Command("select card", 0x20, 0x02)
READ_BASE = Command("read base information", 0x30, 0x01)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer whose length and check were right. ``data`` may hold a person: not in the repr."""

    sw1: int
    sw2: int
    sw3: int
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class BadFrame:
    """Bytes that began like an answer and were none; ``reason`` is "length" or "check"."""

    reason: str


@dataclass(frozen=True, slots=True)
class BaseInformation:
    """Text and photo of a 30 01 answer, as long as the answer said they are."""

    text: bytes = field(repr=False)
    photo: bytes = field(repr=False)


class MalformedReply(Exception):
    """A rightly framed answer whose inner lengths contradict its size."""


def encode(body: bytes) -> bytes:
    """Put preamble, length and check around ``body``."""
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes((checksum(counted),))


def checksum(counted: bytes) -> int:
    """XOR over the length bytes and the body; 0 when the check byte is included and right."""
    result = 0
    for byte in counted:
        result ^= byte
    return result


def parse_base_information(data: bytes) -> BaseInformation:
    """Split the data of a 30 01 answer by the two big-endian lengths it starts with.

    Raises MalformedReply when they do not add up to the data's size.
    """
    if len(data) < 4:
        raise MalformedReply("no room for the two lengths")
    text_end = 4 + int.from_bytes(data[0:2], "big")
    photo_end = text_end + int.from_bytes(data[2:4], "big")
    if photo_end != len(data):
        raise MalformedReply("lengths do not add up")
    return BaseInformation(data[4:text_end], data[text_end:photo_end])


class FrameParser:
    """Finds answers in a stream that arrives in any pieces, with any noise between them.

    Frames are told apart by their length, never by a gap in time. After a bad one the search goes
    on from the second byte of its preamble, so a good answer inside a broken one is still found.
    No more than one longest frame and one piece of input are ever held.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def pending(self) -> bool:
        """Whether the last bytes seen may be the beginning of an answer."""
        return bool(self._buffer)

    @property
    def held_bytes(self) -> int:
        """How much is kept for the next call."""
        return len(self._buffer)

    def reset(self) -> None:
        """Forget what is held, before a new request."""
        self._buffer.clear()

    def feed(self, received: bytes) -> list[Reply | BadFrame]:
        """Take bytes off the wire; returns what they completed, in order."""
        complete: list[Reply | BadFrame] = []
        for start in range(0, len(received), FEED_BYTES):
            self._buffer += received[start : start + FEED_BYTES]
            while (item := self._next()) is not None:
                complete.append(item)
        return complete

    def _next(self) -> Reply | BadFrame | None:
        self._seek_preamble()
        if len(self._buffer) < HEADER_BYTES:
            return None
        declared = int.from_bytes(self._buffer[len(PREAMBLE) : HEADER_BYTES], "big")
        if not SHORTEST_ANSWER <= declared <= LONGEST_ANSWER:
            return self._reject("length")
        end = HEADER_BYTES + declared
        if len(self._buffer) < end:
            return None
        counted = bytes(self._buffer[len(PREAMBLE) : end])
        if checksum(counted) != 0:
            return self._reject("check")
        del self._buffer[:end]
        return Reply(counted[2], counted[3], counted[4], counted[5:-1])

    def _reject(self, reason: str) -> BadFrame:
        del self._buffer[:1]
        return BadFrame(reason)

    def _seek_preamble(self) -> None:
        """Drop what cannot be part of an answer, but keep a preamble that has only begun."""
        at = self._buffer.find(PREAMBLE)
        if at < 0:
            at = len(self._buffer) - self._begun_preamble()
        del self._buffer[:at]

    def _begun_preamble(self) -> int:
        longest = min(len(self._buffer), len(PREAMBLE) - 1)
        sizes = range(longest, 0, -1)
        return next((n for n in sizes if self._buffer.endswith(PREAMBLE[:n])), 0)
