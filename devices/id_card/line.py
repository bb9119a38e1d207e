"""One question and one answer over the serial line, with everything that can go wrong there."""

from __future__ import annotations

import errno
import termios
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

import serial

from devices.api import DeviceError, Fault
from devices.id_card.protocol import BadFrame, Command, FrameParser, Reply, Sw3

SLICE_S = 0.05
"""How long one read of the port waits; bounds how late a gap or a deadline is noticed."""

NOISE_ON_THE_WAY = frozenset({Sw3.CHECKSUM_ERROR, Sw3.LENGTH_ERROR})
"""The module's own words for a request that arrived damaged."""

OPEN_FAULTS: dict[int | None, Fault] = {
    errno.EAGAIN: Fault.PORT_IN_USE,  # flock of another program that asked for exclusive use
    errno.EBUSY: Fault.PORT_IN_USE,
    errno.EACCES: Fault.REFUSED,
    errno.EPERM: Fault.REFUSED,
}


class Port(Protocol):
    """What is used of a pyserial port, whichever URL it was opened with."""

    @property
    def in_waiting(self) -> int:
        """Bytes that can be read without waiting."""
        ...

    def read(self, size: int = 1) -> bytes:
        """At most ``size`` bytes; fewer, or none, after the port's time-out."""
        ...

    def write(self, b: bytes, /) -> int | None:
        """Send all of ``b``."""
        ...

    def reset_input_buffer(self) -> None:
        """Throw away what was received and not read."""
        ...

    def close(self) -> None:
        """Give the port back."""
        ...


OpenPort = Callable[..., Port]
"""``serial.serial_for_url`` or something with its keyword arguments."""


@dataclass(frozen=True, slots=True)
class SdtTiming:
    """How long the module may take. The defaults hold for every module known to the project.

    ``read_reply_s``: the radio read alone takes one to two seconds; hosts wait three and more.
    ``gap_s``: silence in the middle of an answer after which the rest is given up.
    """

    find_every_s: float = 0.3
    short_reply_s: float = 1.0
    read_reply_s: float = 5.0
    gap_s: float = 0.5


class SdtLine:
    """An open port on which commands are asked, each answered once."""

    def __init__(self, port: Port, url: str, timing: SdtTiming) -> None:
        self._port = port
        self._url = url
        self._timing = timing
        self._parser = FrameParser()

    def ask(self, command: Command, within_s: float) -> Reply:
        """Send a command and wait for its answer, whatever SW3 it bears.

        A damaged answer, or a request that arrived damaged, is asked once more. DeviceError:
        SILENT when nothing came, GARBLED when only damage came, DISCONNECTED when the port broke.
        """
        for _attempt in range(2):
            with port_errors(self._url):
                reply = self._exchange(command, within_s)
            if isinstance(reply, Reply) and reply.sw3 not in NOISE_ON_THE_WAY:
                return reply
        raise DeviceError(Fault.GARBLED, f"{command.name}: no whole answer in two attempts")

    def close(self) -> None:
        """Give the port back; a port that broke is closed all the same."""
        with suppress(serial.SerialException, OSError, termios.error):
            self._port.close()

    def _exchange(self, command: Command, within_s: float) -> Reply | BadFrame:
        self._port.reset_input_buffer()
        self._parser.reset()
        self._port.write(command.frame())
        return self._receive(command, time.monotonic() + within_s)

    def _receive(self, command: Command, deadline: float) -> Reply | BadFrame:
        bad: BadFrame | None = None
        last_byte: float | None = None
        while not self._given_up(
            deadline, last_byte, begun=self._parser.pending or bad is not None
        ):
            received = self._port.read(self._port.in_waiting or 1)
            if not received:
                continue
            last_byte = time.monotonic()
            for item in self._parser.feed(received):
                if isinstance(item, Reply):
                    return item
                bad = item
        if last_byte is None:
            raise DeviceError(Fault.SILENT, f"{command.name}: no answer")
        return bad or BadFrame("incomplete")

    def _given_up(self, deadline: float, last_byte: float | None, *, begun: bool) -> bool:
        """Past the deadline, or, once an answer has begun, past the longest gap in it.

        An answer under way at the deadline is waited for, but not for ever: two gaps more.
        """
        now = time.monotonic()
        if last_byte is None or not begun:
            return now >= deadline
        return now >= min(last_byte, deadline + self._timing.gap_s) + self._timing.gap_s


def open_line(open_port: OpenPort, url: str, baud: int, timing: SdtTiming) -> SdtLine:
    """Open the port for this program alone.

    DeviceError: DISCONNECTED when it is not there, PORT_IN_USE when another program holds it,
    REFUSED when the system does not let us or the settings mean no port. The detail of a port
    that is not there is the same as of one that broke, so that one pulled cable is one change.
    """
    try:
        port = open_port(url, baudrate=baud, timeout=SLICE_S, write_timeout=1.0, exclusive=True)
    except (serial.SerialException, OSError) as exc:
        fault = OPEN_FAULTS.get(exc.errno, Fault.DISCONNECTED)
        raise DeviceError(fault, url) from exc
    except termios.error as exc:
        raise DeviceError(Fault.DISCONNECTED, url) from exc
    except ValueError as exc:
        raise DeviceError(Fault.REFUSED, f"{url}, {baud} baud: no such kind of port") from exc
    return SdtLine(port, url, timing)


@contextmanager
def port_errors(url: str) -> Generator[None]:
    """Translate what a breaking port throws: three families of exception, one meaning."""
    try:
        yield
    except serial.SerialTimeoutException as exc:
        raise DeviceError(Fault.SILENT, "takes no bytes") from exc
    except (serial.SerialException, OSError, termios.error) as exc:
        raise DeviceError(Fault.DISCONNECTED, url) from exc
