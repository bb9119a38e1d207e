"""The wire to the printer: where it is, and what the driver needs of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

RAW_PORT = 9100
"""JetDirect's port, on which network printers take raw bytes."""

BAUD = 115200


class Line(Protocol):
    """An open connection. Every call ends in bounded time; errors are DeviceError."""

    def send(self, data: bytes) -> None:
        """All of it, or DeviceError: SILENT when the printer takes no more, DISCONNECTED."""
        ...

    def receive(self, timeout_s: float) -> bytes:
        """What came, at least one byte; empty after ``timeout_s`` of silence."""
        ...

    def close(self) -> None:
        """Give the port back. Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A printer on the network."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """A printer on a serial port (or a USB one with a serial face)."""

    path: str
    baud: int = BAUD


def parse_url(url: str) -> TcpAddress | SerialAddress:
    """``tcp://host[:port]``, ``serial:///dev/name[?baud=N]`` or ``/dev/name``.

    ValueError says what is wrong.
    """
    parts = urlsplit(url)
    if parts.scheme == "tcp" and parts.hostname:
        return TcpAddress(parts.hostname, parts.port or RAW_PORT)
    if parts.scheme in {"", "serial"} and parts.path.startswith("/") and not parts.netloc:
        baud = parse_qs(parts.query).get("baud", [str(BAUD)])[-1]
        return SerialAddress(parts.path, int(baud))
    raise ValueError(f"{url!r} is neither tcp://host:port nor serial:///dev/name?baud=N")
