"""What a real module cannot be made to say: scripted answers, and ports that break."""

from __future__ import annotations

import errno
import termios
from collections.abc import Callable

import pytest
import serial

from devices.api import DeviceError, Fault, Link, Media, Progress
from devices.id_card.line import SdtTiming
from devices.id_card.protocol import FIND, READ_BASE, SELECT, STATUS, encode
from devices.id_card.sdt_serial import SdtReader

OK = {
    STATUS.frame(): [encode(b"\0\0\x90")],
    FIND.frame(): [encode(b"\0\0\x9f" + bytes(4))],
    SELECT.frame(): [encode(b"\0\0\x90" + bytes(8))],
}
TIMING = SdtTiming(find_every_s=0.0, short_reply_s=0.05, read_reply_s=0.05, gap_s=0.05)


class ScriptedPort:
    """Answers each request with the next of its lines, the last one for ever; counts requests."""

    def __init__(self, script: dict[bytes, list[bytes]]) -> None:
        self._script = {request: list(lines) for request, lines in script.items()}
        self._waiting = b""
        self.asked: list[bytes] = []
        self.closed = False

    @property
    def in_waiting(self) -> int:
        return len(self._waiting)

    def read(self, size: int = 1) -> bytes:
        taken, self._waiting = self._waiting[:size], self._waiting[size:]
        return taken

    def write(self, b: bytes, /) -> int | None:
        self.asked.append(b)
        lines = self._script.get(b, [b""])
        self._waiting += lines.pop(0) if len(lines) > 1 else lines[0]
        return len(b)

    def reset_input_buffer(self) -> None:
        self._waiting = b""

    def close(self) -> None:
        self.closed = True


class BreakingPort(ScriptedPort):
    def __init__(self, where: str, error: Exception) -> None:
        super().__init__(OK)
        self._where = where
        self._error = error

    def read(self, size: int = 1) -> bytes:
        self._break("read")
        return super().read(size)

    def write(self, b: bytes, /) -> int | None:
        self._break("write")
        return super().write(b)

    def reset_input_buffer(self) -> None:
        self._break("flush")

    def close(self) -> None:
        self._break("close")

    def _break(self, where: str) -> None:
        if where == self._where:
            raise self._error


def opened(port: ScriptedPort) -> SdtReader:
    def hand_over(_url: str, **_settings: object) -> ScriptedPort:
        return port

    reader = SdtReader("id_card", "scripted", photo_decoder=[], open=hand_over, timing=TIMING)
    reader.open()
    return reader


def fault_of(act: Callable[[], object]) -> Fault:
    with pytest.raises(DeviceError) as caught:
        act()
    return caught.value.fault


def read_fault(port: ScriptedPort) -> Fault:
    job = opened(port).read()
    return fault_of(lambda: list(job))


@pytest.mark.parametrize(
    ("sw3", "expected"),
    [
        (0x10, Fault.GARBLED),
        (0x11, Fault.GARBLED),
        (0x21, Fault.CARD_UNREADABLE),
        (0x23, Fault.REFUSED),
        (0x24, Fault.HARDWARE),
        (0x31, Fault.CARD_UNREADABLE),
        (0x32, Fault.CARD_UNREADABLE),
        (0x33, Fault.CARD_UNREADABLE),
        (0x37, Fault.CARD_UNREADABLE),
        (0x3F, Fault.CARD_UNREADABLE),
        (0x40, Fault.CARD_UNKNOWN_KIND),
        (0x41, Fault.CARD_UNREADABLE),
        (0x47, Fault.CARD_UNREADABLE),
        (0x60, Fault.HARDWARE),
        (0x66, Fault.REFUSED),
        (0x80, Fault.CARD_UNREADABLE),
        (0x81, Fault.CARD_UNREADABLE),
        (0x91, Fault.CARD_UNREADABLE),
        (0x55, Fault.HARDWARE),
    ],
)
@pytest.mark.parametrize("command", [SELECT.frame(), READ_BASE.frame()])
def test_every_refusal_of_the_module_has_its_fault(
    command: bytes, sw3: int, expected: Fault
) -> None:
    refusal = encode(bytes((0, 0, sw3)))
    assert read_fault(ScriptedPort(OK | {command: [refusal]})) is expected


def test_a_command_error_without_a_card_at_stake_is_a_refusal() -> None:
    assert read_fault(ScriptedPort(OK | {FIND.frame(): [encode(b"\0\0\x21")]})) is Fault.REFUSED


def test_one_damaged_answer_is_asked_again() -> None:
    good = OK[SELECT.frame()][0]
    port = ScriptedPort(OK | {SELECT.frame(): [good[:-1] + b"\0", good]})
    assert read_fault(port) is Fault.SILENT  # the read that this script leaves unanswered
    assert port.asked.count(SELECT.frame()) == 2
    assert port.asked.count(READ_BASE.frame()) == 1


def test_a_good_answer_behind_a_damaged_one_is_taken() -> None:
    good = OK[SELECT.frame()][0]
    port = ScriptedPort(OK | {SELECT.frame(): [good[:-1] + b"\0" + good]})
    assert read_fault(port) is Fault.SILENT
    assert port.asked.count(SELECT.frame()) == 1


def test_a_module_that_failed_is_asked_for_its_status_again() -> None:
    failed, found = encode(b"\0\0\x60"), OK[FIND.frame()][0]
    port = ScriptedPort(OK | {FIND.frame(): [failed, found]})
    reader = opened(port)
    assert [reader.poll().fault, reader.poll().fault, reader.poll().fault] == [
        Fault.HARDWARE,
        None,
        None,
    ]
    assert port.asked.count(STATUS.frame()) == 2


def test_a_first_failed_read_is_tried_once_more_from_the_start() -> None:
    port = ScriptedPort(OK | {READ_BASE.frame(): [encode(b"\0\0\x41"), encode(b"\0\0\x60")]})
    assert read_fault(port) is Fault.HARDWARE
    assert port.asked.count(FIND.frame()) == 2


def test_a_card_gone_before_the_second_attempt_was_unreadable() -> None:
    found, gone = OK[FIND.frame()][0], encode(b"\0\0\x80")
    port = ScriptedPort(
        OK | {FIND.frame(): [found, gone], READ_BASE.frame(): [encode(b"\0\0\x41")]}
    )
    assert read_fault(port) is Fault.CARD_UNREADABLE


def test_an_answer_that_contradicts_its_lengths_is_garbled() -> None:
    odd = encode(b"\0\0\x90" + bytes.fromhex("01000400") + bytes(100))
    assert read_fault(ScriptedPort(OK | {READ_BASE.frame(): [odd]})) is Fault.GARBLED


def test_find_to_read_is_not_interrupted() -> None:
    port = ScriptedPort(OK | {READ_BASE.frame(): [encode(b"\0\0\x60")]})
    job = opened(port).read()
    assert next(job) == Progress("reading_card")
    before = len(port.asked)
    assert fault_of(lambda: next(job)) is Fault.HARDWARE
    assert port.asked[before:] == [SELECT.frame(), READ_BASE.frame()]


def test_a_foreign_card_on_an_idle_reader_is_no_fault_of_the_reader() -> None:
    status = opened(ScriptedPort(OK | {FIND.frame(): [encode(b"\0\0\x40")]})).poll()
    assert (status.link, status.media, status.fault) == (Link.UP, Media.UNKNOWN, None)


@pytest.mark.parametrize("where", ["read", "write", "flush"])
@pytest.mark.parametrize(
    "error",
    [serial.SerialException("gone"), OSError(5, "gone"), termios.error(5, "gone")],
)
def test_a_port_that_breaks_is_disconnected(where: str, error: Exception) -> None:
    assert fault_of(opened(BreakingPort(where, error)).poll) is Fault.DISCONNECTED


def test_a_port_that_takes_no_bytes_is_silent() -> None:
    port = BreakingPort("write", serial.SerialTimeoutException("write"))
    assert opened(port).poll().fault is Fault.SILENT


def test_closing_never_raises_and_may_be_repeated() -> None:
    reader = opened(BreakingPort("close", termios.error(5, "gone")))
    reader.close()
    reader.close()
    assert fault_of(reader.poll) is Fault.DISCONNECTED
    port = ScriptedPort(OK)
    opened(port).close()
    assert port.closed


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (serial.SerialException(errno.ENOENT, "no such file"), Fault.DISCONNECTED),
        (serial.SerialException("no number"), Fault.DISCONNECTED),
        (serial.SerialException(errno.EAGAIN, "locked"), Fault.PORT_IN_USE),
        (serial.SerialException(errno.EBUSY, "busy"), Fault.PORT_IN_USE),
        (serial.SerialException(errno.EACCES, "denied"), Fault.REFUSED),
        (termios.error(25, "not a tty"), Fault.DISCONNECTED),
        (ValueError("invalid URL"), Fault.REFUSED),
    ],
)
def test_a_port_that_cannot_be_opened(error: Exception, expected: Fault) -> None:
    def refuse(_url: str, **_settings: object) -> ScriptedPort:
        raise error

    reader = SdtReader("id_card", "scripted", photo_decoder=[], open=refuse)
    assert fault_of(reader.open) is expected


def test_pyserial_itself_says_what_we_expect_of_it(tmp_path: object) -> None:
    for url, expected in [
        (f"{tmp_path}/nothing", Fault.DISCONNECTED),
        ("nonsense://x", Fault.REFUSED),
        ("/dev/null", Fault.DISCONNECTED),
    ]:
        reader = SdtReader("id_card", url, photo_decoder=[])
        assert fault_of(reader.open) is expected, url
