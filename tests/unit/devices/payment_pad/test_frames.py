"""ECRHub's frames: the published vectors, any cut, any noise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.payment_pad.protocol import (
    CONFIRM,
    FEED_BYTES,
    HANDSHAKE,
    HEARTBEAT,
    LONGEST_DATA,
    LONGEST_FRAME,
    BadFrame,
    Frame,
    FrameSplitter,
    FrameType,
    acknowledgement,
    checksum,
    message,
)

NASTY = bytes.fromhex("CC33 55AA CC33 00 55AA00000000 CC33")
"""Data that holds tails, heads, and the beginning of a heartbeat."""
STREAM = [CONFIRM, HEARTBEAT, acknowledgement(5), message(127, NASTY), message(1, b"x"), HEARTBEAT]


def fed(splitter: FrameSplitter, *pieces: bytes) -> list[Frame | BadFrame]:
    return [item for piece in pieces for item in splitter.feed(piece)]


@pytest.mark.parametrize(
    ("frame", "wire"),
    [
        (HANDSHAKE, "55AA010000000001CC33"),
        (CONFIRM, "55AA020000000002CC33"),
        (HEARTBEAT, "55AA000000000000CC33"),
        (acknowledgement(5), "55AA000500000005CC33"),
    ],
)
def test_the_published_vectors(frame: Frame, wire: str) -> None:
    assert frame.encode() == bytes.fromhex(wire)
    assert FrameSplitter().feed(bytes.fromhex(wire)) == [frame]


def test_a_stream_is_split_the_same_at_every_cut() -> None:
    wire = b"".join(frame.encode() for frame in STREAM)
    assert fed(FrameSplitter(), *(bytes((b,)) for b in wire)) == STREAM
    for at in range(len(wire) + 1):
        splitter = FrameSplitter()
        assert fed(splitter, wire[:at], wire[at:]) == STREAM, at
        assert not splitter.pending


def test_a_tail_in_the_data_ends_nothing() -> None:
    for data in (b"\xcc\x33", b"a\xcc\x33b", NASTY, b"\xcc\x33" * (LONGEST_DATA // 2)):
        assert FrameSplitter().feed(message(9, data).encode()) == [message(9, data)]


def test_the_longest_frame_passes_and_a_longer_one_is_none() -> None:
    longest = message(1, bytes(LONGEST_DATA))
    assert len(longest.encode()) == LONGEST_FRAME
    assert FrameSplitter().feed(longest.encode()) == [longest]
    with pytest.raises(ValueError, match="no frame"):
        message(1, bytes(LONGEST_DATA + 1)).encode()
    over = b"\x55\xaa\x00\x00\x01" + (LONGEST_DATA + 1).to_bytes(2, "big")
    assert fed(FrameSplitter(), over, HEARTBEAT.encode()) == [
        BadFrame("length", carried=True),
        HEARTBEAT,
    ]


@pytest.mark.parametrize(
    "frame",
    [
        Frame(FrameType.HANDSHAKE, id=1),
        Frame(FrameType.HANDSHAKE_CONFIRM, data=b"x"),
        Frame(FrameType.MESSAGE, data=b"x"),
        Frame(FrameType.MESSAGE, id=128, data=b"x"),
        Frame(FrameType.MESSAGE, ack=128),
    ],
)
def test_what_the_protocol_has_no_shape_for_is_neither_sent_nor_taken(frame: Frame) -> None:
    with pytest.raises(ValueError, match="no frame"):
        frame.encode()
    counted = bytes((frame.type, frame.ack, frame.id)) + len(frame.data).to_bytes(2, "big")
    counted += frame.data
    wire = b"\x55\xaa" + counted + bytes((checksum(counted),)) + b"\xcc\x33"
    assert FrameSplitter().feed(wire) == [BadFrame("shape", carried=bool(frame.data))]


def test_a_message_that_also_acknowledges_is_taken() -> None:
    both = Frame(FrameType.MESSAGE, ack=3, id=4, data=b"x")
    assert FrameSplitter().feed(both.encode()) == [both]


@pytest.mark.parametrize(
    ("at", "reason"), [(7, "check"), (-3, "check"), (-2, "tail"), (-1, "tail")]
)
def test_damage_is_named_and_the_next_frame_is_found(at: int, reason: str) -> None:
    wire = bytearray(message(5, b"data").encode())
    wire[at] ^= 0x10
    expected = [BadFrame(reason, carried=True), HEARTBEAT]
    assert FrameSplitter().feed(bytes(wire) + HEARTBEAT.encode()) == expected


def test_a_frame_whose_rest_never_comes_is_given_up_and_the_next_found() -> None:
    splitter = FrameSplitter()
    assert splitter.feed(message(5, b"data").encode()[:9] + HEARTBEAT.encode()[:4]) == []
    assert splitter.pending
    assert splitter.give_up() == [BadFrame("incomplete", carried=True)]
    assert splitter.feed(HEARTBEAT.encode()[4:]) == [HEARTBEAT]
    assert splitter.give_up() == []


def test_noise_never_grows_the_memory() -> None:
    splitter = FrameSplitter()
    begun = b"\x55\xaa\x00\x00\x01" + LONGEST_DATA.to_bytes(2, "big")
    for noise in (b"\x55" * 5000, begun * 3000, b"\x00" * 9999, b"\x55\xaa" * 4000):
        splitter.feed(noise)
        assert splitter.held_bytes <= LONGEST_FRAME + FEED_BYTES


@given(st.binary(max_size=300).filter(lambda noise: b"\x55" not in noise), st.binary(max_size=60))
def test_noise_around_a_message_changes_nothing(noise: bytes, data: bytes) -> None:
    frame = message(7, data)
    assert fed(FrameSplitter(), noise + frame.encode() + noise) == [frame]


@given(st.binary(max_size=3000))
def test_any_bytes_are_survived(noise: bytes) -> None:
    splitter = FrameSplitter()
    splitter.feed(noise)
    while splitter.pending:
        before = splitter.held_bytes
        splitter.give_up()
        assert splitter.held_bytes < before
    assert splitter.feed(HEARTBEAT.encode()) == [HEARTBEAT]


def test_the_repr_shows_no_data() -> None:
    assert "6228480000000000" not in repr(message(1, b"6228480000000000"))
