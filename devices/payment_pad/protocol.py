"""ECRHub's serial frames, without any I/O.

``55 AA | type | ack | id | length, u16 big-endian | data | check | CC 33``, 1,024 bytes at most.
The check is the XOR of everything between head and check. Source: the ECRHub client SDK for Java
of 2023-10 and the public protocol page; see docs/devices/payment_pad.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

HEAD = bytes.fromhex("55AA")
TAIL = bytes.fromhex("CC33")
LONGEST_FRAME = 1024
HEADER_BYTES = 7
FRAME_BYTES = HEADER_BYTES + 1 + len(TAIL)
"""What a frame has besides its data."""
LONGEST_DATA = LONGEST_FRAME - FRAME_BYTES
LAST_ID = 127
"""Messages are numbered 1 to 127, then 1 again."""
FEED_BYTES = 1024
"""Input is taken in pieces of this size, so that the splitter's memory has a ceiling."""


class FrameType(IntEnum):
    """What a frame is for."""

    MESSAGE = 0x00
    """With an id: data. Without: an acknowledgement (``ack`` set) or a heartbeat."""
    HANDSHAKE = 0x01
    HANDSHAKE_CONFIRM = 0x02


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame whose length, check, tail and shape were right. Data may name a payer: no repr."""

    type: FrameType
    ack: int = 0
    id: int = 0
    data: bytes = field(default=b"", repr=False)

    def encode(self) -> bytes:
        """The frame as it goes over the wire; ValueError when it would be none."""
        if not _well_formed(self.type, self.ack, self.id, len(self.data)):
            raise ValueError("no frame of the protocol looks like this")
        counted = bytes((self.type, self.ack, self.id)) + len(self.data).to_bytes(2, "big")
        counted += self.data
        return HEAD + counted + bytes((checksum(counted),)) + TAIL


HANDSHAKE = Frame(FrameType.HANDSHAKE)
CONFIRM = Frame(FrameType.HANDSHAKE_CONFIRM)
HEARTBEAT = Frame(FrameType.MESSAGE)


def acknowledgement(message_id: int) -> Frame:
    """What is sent back for a message."""
    return Frame(FrameType.MESSAGE, ack=message_id)


def message(message_id: int, data: bytes) -> Frame:
    """Data under an id of 1 to 127."""
    return Frame(FrameType.MESSAGE, id=message_id, data=data)


@dataclass(frozen=True, slots=True)
class BadFrame:
    """Bytes that began like a frame and were none.

    ``reason`` is "length", "check", "tail", "shape" or "incomplete". ``carried`` is whether it
    declared data: a damaged heartbeat costs nothing, a damaged message was an answer.
    """

    reason: str
    carried: bool


def checksum(counted: bytes) -> int:
    """XOR over everything between head and check; 0 when the check byte is included and right."""
    result = 0
    for byte in counted:
        result ^= byte
    return result


def _well_formed(kind: int, ack: int, message_id: int, size: int) -> bool:
    """Handshakes are bare; only a message has data; numbers and lengths keep to their range."""
    if kind != FrameType.MESSAGE:
        return kind in (1, 2) and (ack, message_id, size) == (0, 0, 0)
    in_range = ack <= LAST_ID and message_id <= LAST_ID and size <= LONGEST_DATA
    return in_range and (message_id != 0 or size == 0)


class FrameSplitter:
    """Finds frames in a stream that arrives in any pieces, with any noise between them.

    Frames are cut by their length: ``CC 33`` may well stand in the data. After a bad one the
    search goes on from the next head, so a good frame behind or inside a broken one is found.
    No more than one longest frame and one piece of input are ever held.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def pending(self) -> bool:
        """Whether the last bytes seen may be the beginning of a frame."""
        return bool(self._buffer)

    @property
    def held_bytes(self) -> int:
        """How much is kept for the next call."""
        return len(self._buffer)

    def feed(self, received: bytes) -> list[Frame | BadFrame]:
        """Take bytes off the wire; returns what they completed, in order."""
        complete: list[Frame | BadFrame] = []
        for start in range(0, len(received), FEED_BYTES):
            self._buffer += received[start : start + FEED_BYTES]
            complete += self._cut()
        return complete

    def give_up(self) -> list[Frame | BadFrame]:
        """The rest of a begun frame will not come: drop its head and look behind it."""
        if not self._buffer:
            return []
        return [self._reject("incomplete"), *self._cut()]

    def _cut(self) -> list[Frame | BadFrame]:
        complete: list[Frame | BadFrame] = []
        while (item := self._next()) is not None:
            complete.append(item)
        return complete

    def _next(self) -> Frame | BadFrame | None:
        self._seek_head()
        if len(self._buffer) < HEADER_BYTES:
            return None
        kind, ack, message_id = self._buffer[2:5]
        size = self._declared()
        if size > LONGEST_DATA:
            return self._reject("length")
        if not _well_formed(kind, ack, message_id, size):
            return self._reject("shape")
        end = FRAME_BYTES + size
        if len(self._buffer) < end:
            return None
        whole = bytes(self._buffer[:end])
        if checksum(whole[len(HEAD) : -len(TAIL)]) != 0:
            return self._reject("check")
        if not whole.endswith(TAIL):
            return self._reject("tail")
        del self._buffer[:end]
        return Frame(FrameType(kind), ack, message_id, whole[HEADER_BYTES : HEADER_BYTES + size])

    def _declared(self) -> int:
        return int.from_bytes(self._buffer[5:HEADER_BYTES], "big")

    def _reject(self, reason: str) -> BadFrame:
        carried = len(self._buffer) >= HEADER_BYTES and self._declared() > 0
        del self._buffer[:1]
        return BadFrame(reason, carried)

    def _seek_head(self) -> None:
        """Drop what cannot be part of a frame, but keep a head that has only begun."""
        at = self._buffer.find(HEAD)
        if at < 0:
            at = len(self._buffer) - self._buffer.endswith(HEAD[:1])
        del self._buffer[:at]
