from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.id_card.protocol import (
    FEED_BYTES,
    FIND,
    HEADER_BYTES,
    LONGEST_ANSWER,
    PREAMBLE,
    READ_BASE,
    SELECT,
    STATUS,
    BadFrame,
    Command,
    FrameParser,
    MalformedReply,
    Reply,
    encode,
    parse_base_information,
)

PLACES = {
    0: "张三",
    30: "1",
    32: "01",
    36: "19900307",
    52: "北京市东城区示例街道1号",
    122: "110101199003078515",
    158: "北京市公安局东城分局",
    188: "20200101",
    204: "20400101",
}
"""The invented person of the published test vector; its hash is in the test below."""


def vector_text() -> bytes:
    block = bytearray(" ".encode("utf-16-le") * 128)
    for at, word in PLACES.items():
        encoded = word.encode("utf-16-le")
        block[at : at + len(encoded)] = encoded
    return bytes(block)


def vector_frame() -> bytes:
    data = bytes.fromhex("01000400") + vector_text() + bytes(1024)
    return encode(bytes.fromhex("000090") + data)


def replies(stream: bytes) -> list[Reply | BadFrame]:
    return FrameParser().feed(stream)


@pytest.mark.parametrize(
    ("command", "frame"),
    [
        (STATUS, "AA AA AA 96 69 00 03 11 FF ED"),
        (FIND, "AA AA AA 96 69 00 03 20 01 22"),
        (SELECT, "AA AA AA 96 69 00 03 20 02 21"),
        (READ_BASE, "AA AA AA 96 69 00 03 30 01 32"),
    ],
)
def test_commands_are_the_published_frames(command: Command, frame: str) -> None:
    assert command.frame() == bytes.fromhex(frame)


@pytest.mark.parametrize(
    ("sw3", "check"),
    list(
        zip(
            bytes.fromhex("90 10 11 21 23 24 31 32 33 37 3F 40 41 47 60 66 80 81 91"),
            bytes.fromhex("94 14 15 25 27 20 35 36 37 33 3B 44 45 43 64 62 84 85 95"),
            strict=True,
        )
    ),
)
def test_short_answers_are_read(sw3: int, check: int) -> None:
    frame = bytes.fromhex("AA AA AA 96 69 00 04 00 00") + bytes((sw3, check))
    assert replies(frame) == [Reply(0, 0, sw3)]
    assert replies(frame[:-1] + bytes((check ^ 1,))) == [BadFrame("check")]


def test_find_and_select_answers_bear_data() -> None:
    found = bytes.fromhex("AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97")
    selected = bytes.fromhex("AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C")
    assert replies(found + selected) == [Reply(0, 0, 0x9F, bytes(4)), Reply(0, 0, 0x90, bytes(8))]


def test_the_published_vector_is_built_and_read() -> None:
    frame = vector_frame()
    text_sha = "81318bb92adff8f06b0730d0eef823c3e8e16824dd24371111e971621759c923"
    frame_sha = "919606f7f7569fd824f71935bbbe8bb89ce0772965f9585c6107b080ce5ee2da"
    assert hashlib.sha256(vector_text()).hexdigest() == text_sha
    assert hashlib.sha256(frame).hexdigest() == frame_sha
    assert len(frame) == 1295
    assert frame[-1] == 0x63
    assert frame[:20] == bytes.fromhex("AAAAAA966905080000900100040020 5F094E2000")
    (reply,) = replies(frame)
    assert isinstance(reply, Reply)
    base = parse_base_information(reply.data)
    assert (base.text, base.photo) == (vector_text(), bytes(1024))


def test_an_answer_may_arrive_in_any_pieces() -> None:
    parser = FrameParser()
    found = [item for byte in vector_frame() for item in parser.feed(bytes((byte,)))]
    assert found == replies(vector_frame())
    assert not parser.pending


@pytest.mark.parametrize("noise", [b"\x00\xff", b"\xaa", b"\xaa\xaa\xaa\xaa\xaa", PREAMBLE[:4]])
def test_noise_before_an_answer_is_skipped(noise: bytes) -> None:
    assert replies(noise + encode(b"\0\0\x80")) == [Reply(0, 0, 0x80)]


def test_a_good_answer_after_a_broken_one_is_found() -> None:
    broken = encode(b"\0\0\x90abc")[:-1] + b"\x01"
    assert replies(broken + encode(b"\0\0\x80")) == [BadFrame("check"), Reply(0, 0, 0x80)]


@pytest.mark.parametrize("declared", [0, 3, LONGEST_ANSWER + 1, 0xFFFF])
def test_impossible_lengths_are_refused_at_once(declared: int) -> None:
    stream = PREAMBLE + declared.to_bytes(2, "big") + encode(b"\0\0\x80")
    assert replies(stream) == [BadFrame("length"), Reply(0, 0, 0x80)]


def test_an_answer_right_behind_a_lost_preamble_is_found() -> None:
    assert replies(PREAMBLE + encode(b"\0\0\x80")) == [BadFrame("length"), Reply(0, 0, 0x80)]


def test_reset_forgets_half_an_answer() -> None:
    parser = FrameParser()
    parser.feed(vector_frame()[:700])
    assert parser.pending
    parser.reset()
    assert not parser.pending
    assert parser.feed(encode(b"\0\0\x80")) == [Reply(0, 0, 0x80)]


def test_no_flipped_bit_is_accepted() -> None:
    frame = vector_frame()
    for at in range(len(frame)):
        flipped = bytearray(frame)
        flipped[at] ^= 1 << at % 8
        assert not [item for item in replies(bytes(flipped)) if isinstance(item, Reply)]


HOSTILE = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from([PREAMBLE, PREAMBLE[:3], encode(b"\0\0\x80"), vector_frame()[:900]]),
        st.integers(0, 0xFFFF).map(lambda n: PREAMBLE + n.to_bytes(2, "big")),
    ),
    max_size=30,
)


@given(HOSTILE, st.integers(1, 50))
@settings(max_examples=200, deadline=None)
def test_hostile_bytes_neither_crash_nor_pass_nor_pile_up(pieces: list[bytes], step: int) -> None:
    stream = b"".join(pieces)
    parser = FrameParser()
    found: list[Reply | BadFrame] = []
    for start in range(0, len(stream), step):
        found += parser.feed(stream[start : start + step])
        assert parser.held_bytes < HEADER_BYTES + LONGEST_ANSWER
    assert found == replies(stream)  # cutting it elsewhere changes nothing
    for item in found:
        if isinstance(item, Reply):
            assert encode(bytes((item.sw1, item.sw2, item.sw3)) + item.data) in stream


def test_memory_is_bounded_for_an_endless_line() -> None:
    parser = FrameParser()
    parser.feed((PREAMBLE + LONGEST_ANSWER.to_bytes(2, "big")) * (FEED_BYTES // 4))
    assert parser.held_bytes < HEADER_BYTES + LONGEST_ANSWER


@pytest.mark.parametrize(
    "data",
    [b"", b"\1\0\4", bytes.fromhex("01000400") + bytes(1279), bytes.fromhex("01000400") * 500],
)
def test_inner_lengths_must_add_up(data: bytes) -> None:
    with pytest.raises(MalformedReply):
        parse_base_information(data)


def test_reprs_show_no_person() -> None:
    (reply,) = replies(vector_frame())
    assert isinstance(reply, Reply)
    shown = repr(reply) + repr(parse_base_information(reply.data))
    assert "5F" not in shown.upper()
    assert "data" not in shown
    assert "text" not in shown
