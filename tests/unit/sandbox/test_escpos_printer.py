from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from escpos.printer import Dummy
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sandbox.devices.escpos_decoder import Decoder
from sandbox.devices.escpos_printer import EscposPrinterTwin
from sandbox.devices.twin import Json

WAIT_S = 10.0
CUT = bytes.fromhex("1D 56 42 00")
REPORT = bytes.fromhex("1D 72 01")
PIECES = (
    b"\x1b",
    b"\x1c&",
    b"\x1d",
    b"\x1d(k\x03\x001",
    b"\x1d(k\x02\x001",
    b"\x1d(k\x02\x001C",
    b"\x1d(k\x03\x001C\x00",
    b"\x1d(k\x03\x001E\x00",
    b"\x1d(k\xa0\x0f1P0" + b"x" * 3997,
    b"\x1d(k\x03\x001Q0",
    b"\x1dV",
    CUT,
    b"\x8130",
)


class Host:
    """A bare socket to the printer."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), WAIT_S)

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def answer(self, data: bytes, count: int = 1) -> str:
        self.send(data)
        got = b""
        while len(got) < count:
            got += self._socket.recv(count - len(got))
        return got.hex(" ")

    def status(self) -> str:
        return " ".join(self.answer(bytes([0x10, 0x04, n])) for n in (1, 2, 3, 4))

    def print(self, data: bytes) -> None:
        """Returns when it is on paper."""
        assert self.answer(data + REPORT) in {"00", "03"}

    def is_cut_off(self) -> bool:
        try:
            return self._socket.recv(1) == b""
        except ConnectionError:
            return True

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[EscposPrinterTwin]:
    twin = EscposPrinterTwin(tmp_path / "paper")
    twin.start()
    yield twin
    twin.stop()
    twin.stop()


@pytest.fixture
def host(twin: EscposPrinterTwin) -> Iterator[Host]:
    host = Host(twin.port)
    yield host
    host.close()


def dots(png: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """What the head printed, without the margins; True is black."""
    with Image.open(png) as picture:
        return np.asarray(picture)[32:, 32:-32] < 128


@pytest.mark.parametrize(
    ("paper", "cover", "answers"),
    [
        ("ok", "closed", "12 12 12 12"),
        ("low", "closed", "12 12 12 1e"),
        ("out", "closed", "1a 32 12 7e"),
        ("ok", "open", "1a 16 12 12"),
        ("out", "open", "1a 36 12 7e"),
    ],
)
def test_realtime_status(
    twin: EscposPrinterTwin,
    host: Host,
    paper: str,
    cover: str,
    answers: str,
) -> None:
    twin.paper(paper)
    twin.cover(open=cover == "open")
    assert host.status() == answers


def test_text_is_decoded_in_chinese_mode_and_cut_to_files(
    twin: EscposPrinterTwin, host: Host
) -> None:
    host.print(bytes.fromhex("1B40 1C26 B2BBB6AFB2FA 1C2E 2031320A") + CUT)
    (ticket,) = twin.tickets()
    assert ticket.text == "不动产 12\n"
    assert ticket.png.name == "slip-0001.png"
    assert ticket.png.with_suffix(".txt").read_text(encoding="utf-8") == "不动产 12\n"
    assert dots(ticket.png)[:24, :72].any()
    assert not dots(ticket.png)[24:].any()


def test_size_and_alignment_are_on_the_paper(twin: EscposPrinterTwin, host: Host) -> None:
    host.print(bytes.fromhex("1B40 1B6102 1D2111 48 0A") + CUT)
    black = np.argwhere(dots(twin.tickets()[0].png))
    assert black[:, 1].min() >= 552
    assert 24 < black[:, 0].max() < 48


def test_a_full_line_goes_on_below(twin: EscposPrinterTwin, host: Host) -> None:
    host.print(b"\x1b@" + b"x" * 50 + b"\n" + CUT)
    assert twin.tickets()[0].text == "x" * 48 + "\nxx\n"


@pytest.mark.parametrize(
    ("data", "count", "text"),
    [
        ("1C26 8230B731 1C2E", 1, "\ufffd"),
        ("1C26 B2BB 1C2E B2BB", 2, "不\ufffd\ufffd"),
        ("1C26 FFB2BB", 1, "\ufffd不"),
    ],
)
def test_what_its_font_lacks_is_a_box_and_counted(
    twin: EscposPrinterTwin, host: Host, data: str, count: int, text: str
) -> None:
    host.print(b"\x1b@" + bytes.fromhex(data) + b"\n" + CUT)
    assert twin.tickets()[0].text == text + "\n"
    assert twin.state()["unprintable"] == count


def test_a_raster_is_printed_dot_by_dot(twin: EscposPrinterTwin, host: Host) -> None:
    bits = np.random.default_rng(7).integers(0, 256, (40, 72), np.uint8)
    host.print(bytes.fromhex("1B40 1D763000 4800 2800") + bits.tobytes() + CUT)
    (ticket,) = twin.tickets()
    assert ticket.text == "[image 576x40]\n"
    assert (dots(ticket.png)[:40] == np.unpackbits(bits, axis=1)).all()


def test_bytes_may_come_one_by_one(twin: EscposPrinterTwin, host: Host) -> None:
    qr = bytes.fromhex(
        "1D286B0400314132 00 1D286B03003143 06 1D286B0300314531 1D286B05003150306869"
    )
    for byte in b"\x1b@" + qr + bytes.fromhex("1D286B0300315130") + CUT:
        host.send(bytes([byte]))
    host.print(b"")
    (ticket,) = twin.tickets()
    assert ticket.text == "[QR:hi]\n"
    with Image.open(ticket.png) as picture:
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == ["hi"]


def test_another_encoder_is_understood_too(twin: EscposPrinterTwin, host: Host) -> None:
    other = Dummy()
    other.text("Receipt 42\n")
    other.qr("https://x.cn", native=True, size=6)
    other.cut()
    host.print(other.output)
    (ticket,) = twin.tickets()
    assert ticket.text.startswith("Receipt 42\n[QR:https://x.cn]\n")
    assert twin.state()["unprintable"] == 0


def test_realtime_answers_overtake_and_queued_ones_wait_for_paper(
    twin: EscposPrinterTwin, host: Host
) -> None:
    twin.paper("out")
    host.send(b"one\n" + REPORT)
    assert host.answer(b"\x10\x04\x04") == "7e"
    assert twin.state()["lines_printed"] == 0
    twin.paper("low")
    assert host.answer(b"") == "03"
    assert twin.state()["lines_printed"] == 1


def test_realtime_commands_are_seen_inside_a_raster(twin: EscposPrinterTwin, host: Host) -> None:
    head = bytes.fromhex("1D763000 0400 0100")
    assert host.answer(head + b"\x10\x04\x01\x00" + REPORT, 2) == "12 00"
    host.print(CUT)
    assert twin.tickets()[0].text == "[image 32x1]\n"


def test_dle_enq_forgets_the_rest_after_an_open_cover_but_not_for_want_of_paper(
    twin: EscposPrinterTwin, host: Host
) -> None:
    twin.paper("out")
    host.send(b"kept\n\x10\x05\x02")
    assert host.answer(b"\x10\x04\x04") == "7e"
    twin.paper("ok")
    twin.cover(open=True)
    host.send(b"gone\n\x10\x05\x02")
    assert host.answer(b"\x10\x04\x02") == "16"
    twin.cover(open=False)
    host.print(CUT)
    assert twin.tickets()[0].text == "kept\n"


def test_unknown_commands_are_recorded(twin: EscposPrinterTwin, host: Host) -> None:
    host.print(bytes.fromhex("1B7A 1C21 1D99") + b"A\n" + CUT)
    assert twin.state()["unknown_commands"] == ["1b 7a", "1c 21", "1d 99"]
    assert twin.tickets()[0].text == "A\n"


@settings(deadline=None)
@given(st.lists(st.sampled_from([*PIECES]) | st.binary(max_size=4), max_size=40))
def test_no_bytes_break_the_decoder(pieces: list[bytes]) -> None:
    reports: list[int] = []
    decoder = Decoder(lambda picture, text: None, reports.append)  # noqa: ARG005 - names the two
    decoder.buffer += b"".join(pieces)
    while decoder.step():
        pass
    decoder.clear()
    decoder.buffer += b"\x1d\x72\x07"
    assert decoder.step()
    assert reports[-1] == 7


def read_all(twin: EscposPrinterTwin) -> None:
    """Return when the printer has read what was sent: a query would overtake it."""
    for _ in range(2):  # each is one round of the printer's loop, and changes nothing
        twin.plug()


def test_the_roll_ends_midway(twin: EscposPrinterTwin, host: Host) -> None:
    twin.misbehave("stops_midway", after_lines=2)
    host.send(b"1\n2\n3\n" + CUT)
    read_all(twin)
    assert host.status() == "1a 32 12 7e"
    assert twin.state()["lines_printed"] == 2
    twin.paper("ok")
    host.print(b"")
    assert twin.tickets()[0].text == "1\n2\n3\n"


def test_garbage_is_no_status(twin: EscposPrinterTwin, host: Host) -> None:
    twin.misbehave("garbage")
    assert host.answer(b"\x10\x04\x01", 2) == "ff 81"


def test_the_silent_one_neither_answers_nor_prints(twin: EscposPrinterTwin, host: Host) -> None:
    twin.misbehave("silent")
    host.send(b"lost\n" + CUT + REPORT + b"\x10\x04\x01")
    read_all(twin)
    twin.misbehave("none")
    assert host.status() == "12 12 12 12"
    assert twin.state()["lines_printed"] == 0
    assert twin.tickets() == []


def test_without_gs_r_only_realtime_is_answered(twin: EscposPrinterTwin, host: Host) -> None:
    twin.misbehave("no_gs_r")
    assert host.answer(REPORT + b"\x10\x04\x01") == "12"


def test_a_pulled_cable_ends_connections_and_comes_back_at_the_same_port(
    twin: EscposPrinterTwin, host: Host
) -> None:
    port = twin.port
    host.send(b"half a line")
    assert host.answer(b"\x10\x04\x01") == "12"
    twin.unplug()
    assert host.is_cut_off()
    with pytest.raises(OSError, match=r".+"):
        Host(port)
    twin.plug()
    again = Host(port)
    again.print(b"whole\n" + CUT)
    again.close()
    assert twin.tickets()[0].text == "whole\n"


@pytest.mark.parametrize(("verb", "argument"), [("paper", "torn"), ("misbehave", "loudly")])
def test_a_wrong_word_is_refused(twin: EscposPrinterTwin, verb: str, argument: str) -> None:
    with pytest.raises(ValueError, match=argument):
        twin.verbs[verb](argument)


def test_the_state_is_json(twin: EscposPrinterTwin) -> None:
    state: dict[str, Json] = json.loads(json.dumps(twin.state()))
    assert state["plugged"] is True
    assert state["url"] == f"tcp://127.0.0.1:{twin.port}"
    twin.unplug()
    assert twin.state()["plugged"] is False
