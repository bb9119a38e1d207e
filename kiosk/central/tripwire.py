"""One idle connection to the centre, only to notice at once when it is cut.

A heartbeat each second would tell as soon, but a thousand terminals would fill the centre. Nothing
is sent over it and nothing believed: a cut, or a connection after one, makes the watch look.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

AGAIN_S = 0.5
LONGEST_PAUSE_S = 30.0
STEADY_S = 5.0
"""A connection that lived this long was a real one; one cut sooner makes the pauses longer, so that
a server that wants no idle connections is left alone."""


class Tripwire:
    """``tripped`` is called on the tripwire's thread: it must only wake somebody."""

    def __init__(
        self, url: str, tripped: Callable[[], None], *, connect_timeout_s: float = 3.0
    ) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 443)
        self._tripped = tripped
        self._connect_timeout_s = connect_timeout_s
        self._connection: socket.socket | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tripwire", daemon=True)

    def start(self) -> None:
        """Span it."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Take it down; False when the thread hung."""
        self._stopping.set()
        with self._lock, contextlib.suppress(OSError):
            if self._connection is not None:
                self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        pause_s = AGAIN_S
        while not self._stopping.is_set():
            began = time.monotonic()
            if self._hold():
                steady = time.monotonic() - began >= STEADY_S
                pause_s = AGAIN_S if steady else min(LONGEST_PAUSE_S, pause_s * 2)
            self._stopping.wait(pause_s)

    def _hold(self) -> bool:
        """Connect and stay until it is cut; False when there was nothing to connect to."""
        try:
            connection = socket.create_connection(self._address, self._connect_timeout_s)
        except OSError:
            return False
        with connection:
            with self._lock:
                self._connection = None if self._stopping.is_set() else connection
            if not self._stopping.is_set():
                self._tripped()
                self._until_cut(connection)
            with self._lock:
                self._connection = None
        if not self._stopping.is_set():
            self._tripped()
        return True

    @staticmethod
    def _until_cut(connection: socket.socket) -> None:
        """Block until the other side closes. Keepalive finds one that is silently gone."""
        try:
            connection.settimeout(None)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, seconds in (
                (socket.TCP_KEEPIDLE, 5),
                (socket.TCP_KEEPINTVL, 2),
                (socket.TCP_KEEPCNT, 2),
            ):
                connection.setsockopt(socket.IPPROTO_TCP, option, seconds)
            while connection.recv(4096):
                pass
        except OSError:
            return
