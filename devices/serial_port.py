"""A serial port as the drivers use it: opened for us alone, its failures told as faults."""

from __future__ import annotations

import errno
import termios
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Protocol

import serial

from devices.api import DeviceError, Fault

SLICE_S = 0.05
"""How long one read of the port waits; bounds how late a gap or a deadline is noticed."""
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


def open_exclusively(open_port: OpenPort, url: str, baud: int) -> Port:
    """Open the port for this program alone.

    DeviceError: DISCONNECTED when it is not there, PORT_IN_USE when another program holds it,
    REFUSED when the system does not let us or the settings mean no port. The detail of a port
    that is not there is the same as of one that broke, so that one pulled cable is one change.
    """
    try:
        return open_port(url, baudrate=baud, timeout=SLICE_S, write_timeout=1.0, exclusive=True)
    except (serial.SerialException, OSError) as exc:
        fault = OPEN_FAULTS.get(exc.errno, Fault.DISCONNECTED)
        raise DeviceError(fault, url) from exc
    except termios.error as exc:
        raise DeviceError(Fault.DISCONNECTED, url) from exc
    except ValueError as exc:
        raise DeviceError(Fault.REFUSED, f"{url}, {baud} baud: no such kind of port") from exc


def close_quietly(port: Port) -> None:
    """Give the port back; one that broke is closed all the same."""
    with suppress(serial.SerialException, OSError, termios.error):
        port.close()


@contextmanager
def port_errors(url: str) -> Generator[None]:
    """Translate what a breaking port throws: three families of exception, one meaning."""
    try:
        yield
    except serial.SerialTimeoutException as exc:
        raise DeviceError(Fault.SILENT, "takes no bytes") from exc
    except (serial.SerialException, OSError, termios.error) as exc:
        raise DeviceError(Fault.DISCONNECTED, url) from exc
