"""python-escpos as the wire, and as nothing else.

Import this only when a port is to be opened: the library takes half a second. Its own status
calls read a silent printer as one with enough paper, and its text mode loses Chinese
punctuation, so neither is used.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from escpos import capabilities
from escpos.exceptions import DeviceNotFoundError
from escpos.printer import Network, Serial
from serial import SerialTimeoutException

from devices.api import DeviceError, Fault
from devices.receipt_printer.line import Line, SerialAddress, TcpAddress

if TYPE_CHECKING:
    from escpos.printer import SerialPort

if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
    # a cache for the next import, which looks elsewhere: one more folder in /tmp at each start
    shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)

READ_BYTES = 256
LEAST_WAIT_S = 0.001
"""A socket time-out of 0 would mean "don't wait" and raise another error."""

FAULT_OF_ERRNO = {
    errno.EACCES: Fault.REFUSED,
    errno.EPERM: Fault.REFUSED,
    errno.EBUSY: Fault.PORT_IN_USE,
    errno.EAGAIN: Fault.PORT_IN_USE,
}
"""Why a port can't be had; any other number means that nobody is at its end."""


def open_line(address: TcpAddress | SerialAddress, timeout_s: float) -> Line:
    """Connect, within ``timeout_s``. DeviceError when it can't be had."""
    try:
        match address:
            case TcpAddress():
                return _NetworkLine(address, timeout_s)
            case SerialAddress():
                return _SerialLine(address, timeout_s)
    except (OSError, DeviceNotFoundError) as exc:
        cause = exc if isinstance(exc, OSError) else exc.__context__
        number = cause.errno if isinstance(cause, OSError) else None
        fault = FAULT_OF_ERRNO.get(number or 0, Fault.DISCONNECTED)
        raise DeviceError(fault, errno.errorcode.get(number or 0, "no answer")) from exc


def _send(write: Callable[[bytes], None], data: bytes) -> None:
    try:
        write(data)
    except (TimeoutError, SerialTimeoutException) as exc:
        raise DeviceError(Fault.SILENT, "takes no data") from exc
    except OSError as exc:
        raise DeviceError(Fault.DISCONNECTED, "lost while sending") from exc


class _NetworkLine(Network):
    """The library's own open() leaks its socket when nobody listens, and delays small writes."""

    def __init__(self, address: TcpAddress, timeout_s: float) -> None:
        super().__init__(address.host, address.port, timeout_s)
        self._socket = socket.create_connection((address.host, address.port), timeout_s)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.device = self._socket

    def send(self, data: bytes) -> None:
        _send(self._raw, data)

    def receive(self, timeout_s: float) -> bytes:
        self._socket.settimeout(max(timeout_s, LEAST_WAIT_S))
        try:
            data = self._socket.recv(READ_BYTES)
        except TimeoutError:
            return b""
        except OSError as exc:
            raise DeviceError(Fault.DISCONNECTED, "lost while listening") from exc
        finally:
            self._socket.settimeout(self.timeout)
        if not data:
            raise DeviceError(Fault.DISCONNECTED, "closed by the printer")
        return data


class _SerialLine(Serial):
    """Adds a limit to writing (flow control can hold it for ever) and an exclusive lock.

    Its own reference to the port: the library's ``device`` opens a closed port when looked at.
    """

    _port: SerialPort | None = None

    def __init__(self, address: SerialAddress, timeout_s: float) -> None:
        super().__init__(address.path, address.baud, timeout=timeout_s)
        self.open()
        port = self._port = self.device
        try:
            if port is not None:
                port.write_timeout = timeout_s
                port.exclusive = True
        except OSError:
            self.close()
            raise

    def send(self, data: bytes) -> None:
        _send(self._raw, data)

    def receive(self, timeout_s: float) -> bytes:
        """One byte waits, what lies behind it doesn't: the library's own read wants sixteen."""
        port = self._port
        if port is None:
            raise DeviceError(Fault.DISCONNECTED, "closed")
        try:
            port.timeout = timeout_s
            first = port.read(1)
            return first + port.read(port.in_waiting) if first else b""
        except OSError as exc:
            raise DeviceError(Fault.DISCONNECTED, "lost while listening") from exc

    def close(self) -> None:
        """The library flushes first, which waits for ever on a printer that takes no data."""
        with contextlib.suppress(OSError):
            if self._port is not None:
                self._port.reset_output_buffer()
        with contextlib.suppress(OSError):
            super().close()
