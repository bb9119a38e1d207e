"""IPP over HTTP with a bound on everything: time in total, bytes, and who may be asked twice.

http.client bounds one read, not an answer: a printer that drips a byte a second would hold the
device's thread for ever. So every answer has a deadline of its own. Requests that change something
go out on a fresh connection and exactly once; only questions may be repeated when a kept-alive
connection turns out to be dead.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import time
from collections.abc import Generator
from typing import cast
from urllib.parse import urlsplit

from devices.api import DeviceError, Fault
from devices.certificate_printer.codec import MAX_MESSAGE, Message, decode, encode
from devices.certificate_printer.protocol import Operation, Request

_QUESTIONS = frozenset(
    {
        Operation.GET_PRINTER_ATTRIBUTES,
        Operation.GET_JOB_ATTRIBUTES,
        Operation.GET_JOBS,
        Operation.VALIDATE_JOB,
    }
)

_CHUNK = 1 << 16


class _DeadlineReader(io.RawIOBase):
    """Reads a socket until a point in time, not for a time per read."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._deadline = time.monotonic() + (sock.gettimeout() or 0.0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int | None:  # pyright: ignore[reportIncompatibleMethodOverride]  # io's own C callers pass a memoryview
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedResponse(http.client.HTTPResponse):
    """An answer that must be whole within the time-out its socket has when it begins."""

    def __init__(
        self,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self.fp.close()
        self.fp = io.BufferedReader(_DeadlineReader(sock))


class _Connection(http.client.HTTPConnection):
    response_class = _BoundedResponse


class IppClient:
    """Talks to one printer. Raises DeviceError and nothing else."""

    def __init__(self, uri: str, timeout_s: float) -> None:
        parts = urlsplit(uri)
        if parts.scheme != "ipp" or not parts.hostname:
            raise ValueError(f"printer address must look like ipp://host:port/ipp/print: {uri!r}")
        self.uri = uri
        self._host = parts.hostname
        self._port = parts.port or 631
        self._path = parts.path or "/"
        self._timeout_s = timeout_s
        self._kept: _Connection | None = None
        self._request_id = 0

    def close(self) -> None:
        """Drop the kept connection, if any."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def ask(self, request: Request) -> Message:
        """Send a request without a document. Any status is returned, not raised."""
        number, body = self._encoded(request)
        if request.operation not in _QUESTIONS:
            with self._fresh() as connection:
                self._begin(connection, body, 0)
                return _answer(connection, number)
        return self._ask_on_kept(number, body)

    def send(
        self, request: Request, document: bytes, answer_s: float
    ) -> Generator[int, None, Message]:
        """Send a request with its document; yields the bytes gone so far, at least every time-out.

        A printer with a small buffer takes data only as fast as it prints: how long to bear with
        one that takes none is the caller's decision, who simply closes this generator.
        ``answer_s`` is the time it has to answer after the last byte.
        """
        number, body = self._encoded(request)
        with self._fresh() as connection:
            self._begin(connection, body, len(document))
            yield from _pour(connection, document)
            connection.sock.settimeout(answer_s)
            return _answer(connection, number)

    def _encoded(self, request: Request) -> tuple[int, bytes]:
        self._request_id = self._request_id % 0x7FFF_FFFF + 1
        return self._request_id, encode(
            request.operation,
            self._request_id,
            request.operation_attributes,
            request.job_attributes,
        )

    def _ask_on_kept(self, number: int, body: bytes) -> Message:
        reused = self._kept is not None
        try:
            return self._exchange(number, body)
        except DeviceError as exc:
            self.close()
            if not reused or exc.fault is not Fault.DISCONNECTED:
                raise
        try:
            return self._exchange(number, body)
        except DeviceError:
            self.close()
            raise

    def _exchange(self, number: int, body: bytes) -> Message:
        connection = self._kept or self._connect()
        self._kept = connection
        with _faults():
            self._begin(connection, body, 0)
            message = _answer(connection, number)
        if cast("socket.socket | None", connection.sock) is None:
            self._kept = None  # the printer said Connection: close
        return message

    @contextlib.contextmanager
    def _fresh(self) -> Generator[_Connection]:
        connection = self._connect()
        with contextlib.closing(connection), _faults():
            yield connection

    def _connect(self) -> _Connection:
        connection = _Connection(self._host, self._port, timeout=self._timeout_s)
        try:
            connection.connect()
        except OSError as exc:
            connection.close()
            # a time-out here is no silence of the printer: nobody is at the address
            raise DeviceError(Fault.DISCONNECTED, type(exc).__name__) from None
        return connection

    def _begin(self, connection: _Connection, body: bytes, document_size: int) -> None:
        connection.sock.settimeout(self._timeout_s)
        connection.putrequest("POST", self._path, skip_accept_encoding=True)
        connection.putheader("Content-Type", "application/ipp")
        connection.putheader("Content-Length", str(len(body) + document_size))
        connection.endheaders(body)


def _pour(connection: _Connection, document: bytes) -> Generator[int, None, None]:
    left = memoryview(document)
    while left:
        with contextlib.suppress(TimeoutError):
            left = left[connection.sock.send(left[:_CHUNK]) :]
        yield len(document) - len(left)


def _answer(connection: _Connection, number: int) -> Message:
    response = connection.getresponse()
    if response.status != http.HTTPStatus.OK:
        connection.close()
        raise DeviceError(Fault.REFUSED, f"HTTP {response.status}")
    raw = response.read(MAX_MESSAGE + 1)
    if len(raw) > MAX_MESSAGE:
        raise DeviceError(Fault.GARBLED, "IPP: answer too long")
    if response.headers.get_content_type() != "application/ipp":
        raise DeviceError(Fault.GARBLED, "IPP: another content type")
    message = decode(raw)
    if message.request_id != number:
        raise DeviceError(Fault.GARBLED, "IPP: answer to another request")
    return message


@contextlib.contextmanager
def _faults() -> Generator[None]:
    """Turn what the network does into faults; exception texts stay behind."""
    try:
        yield
    except TimeoutError:
        raise DeviceError(Fault.SILENT, "no whole answer in time") from None
    except OSError as exc:
        raise DeviceError(Fault.DISCONNECTED, type(exc).__name__) from None
    except http.client.HTTPException as exc:
        raise DeviceError(Fault.GARBLED, type(exc).__name__) from None
