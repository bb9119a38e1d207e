"""The socket to the screen: view-models out, intents in (screens.models.wire).

One screen at a time; a new connection replaces the old one. Connections of another user are
refused (SO_PEERCRED). A screen that does not read for two seconds is cut off: the core never
waits for glass.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.pixels import Slot
from screens.models import wire
from screens.models.intents import Intent
from screens.models.pages import AnyPage

log = logging.getLogger(__name__)

SEND_TIMEOUT_S = 2.0
ACCEPT_AGAIN_S = 0.5
_CREDENTIALS = struct.Struct("3i")


class ScreenLink:
    """Listens on ``path`` (mode 0600). Callbacks run on the link's thread: they must only post."""

    def __init__(
        self,
        path: Path,
        *,
        connected: Callable[[], None],
        intent: Callable[[int, Intent], None],
    ) -> None:
        self._path = path
        self._connected = connected
        self._intent = intent
        self._seq = 0
        self._screen: socket.socket | None = None
        self._greeted = False
        self._stopping = False
        self._lock = threading.Lock()
        self._listener = _listen(path)
        self._thread = threading.Thread(target=self._serve, name="link", daemon=True)

    def start(self) -> None:
        """Begin to accept screens."""
        self._thread.start()

    def stop(self) -> None:
        """Close everything and remove the socket's file."""
        self._stopping = True
        _shut(self._listener)
        with self._lock:
            if self._screen is not None:
                _shut(self._screen)
                self._screen = None
        self._path.unlink(missing_ok=True)

    def hello(self, strings: dict[str, dict[str, str]]) -> None:
        """The first message to a screen that has just connected."""
        self._send(wire.Hello(seq=self._seq, body=wire.HelloBody(strings=strings)))

    def show(self, page: AnyPage) -> int:
        """Send the whole page; its sequence number comes back."""
        self._seq += 1
        self._send(wire.View(seq=self._seq, body=wire.ViewBody(page=page)))
        return self._seq

    def lend(self, slot: Slot) -> None:
        """Let the screen map a pixel slot."""
        body = wire.PixelsBody(slot=slot.name, size=slot.size)
        self._send(wire.Pixels(seq=self._seq, body=body), slot.fd)

    def take_back(self, name: str) -> None:
        """Tell the screen to forget a slot that was wiped."""
        self._send(wire.PixelsGone(seq=self._seq, body=wire.PixelsGoneBody(slot=name)))

    def _send(
        self, message: wire.Hello | wire.View | wire.Pixels | wire.PixelsGone, fd: int = -1
    ) -> None:
        data = wire.encode(message)
        with self._lock:
            screen = self._screen
            if screen is None or not (self._greeted or isinstance(message, wire.Hello)):
                return  # nothing goes before the hello, and after it comes everything
            self._greeted = True
            try:
                sent = socket.send_fds(screen, [data], [fd] if fd >= 0 else [])
                screen.sendall(data[sent:])
            except OSError:
                log.warning("the screen does not read; cut off")
                _shut(screen)
                self._screen = None

    def _serve(self) -> None:
        while True:
            try:
                screen, _ = self._listener.accept()
            except OSError as exc:
                if self._stopping:
                    return
                log.warning("no screen could be accepted: %s", exc.strerror)
                time.sleep(ACCEPT_AGAIN_S)  # out of descriptors, say: it may pass
                continue
            if not _same_user(screen):
                log.warning("a connection of another user was refused")
                _shut(screen)
                continue
            self._take(screen)
            threading.Thread(
                target=self._read, args=(screen,), name="link-read", daemon=True
            ).start()
            self._connected()

    def _take(self, screen: socket.socket) -> None:
        screen.setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(SEND_TIMEOUT_S), 0)
        )
        with self._lock:
            if self._screen is not None:
                _shut(self._screen)
            self._screen = screen
            self._greeted = False

    def _read(self, screen: socket.socket) -> None:
        splitter = wire.Splitter()
        try:
            while data := screen.recv(65536):
                for payload in splitter.feed(data):
                    message = wire.decode_to_core(payload)
                    self._intent(message.seq, message.body.intent)
        except (OSError, wire.WireError) as exc:
            log.warning("the screen's connection ended: %s", type(exc).__name__)
        with self._lock:
            _shut(screen)
            if self._screen is screen:
                self._screen = None


def _listen(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    old = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(old)
    listener.listen(2)
    return listener


def _same_user(screen: socket.socket) -> bool:
    raw = screen.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, uid, _ = _CREDENTIALS.unpack(raw)
    return uid == os.getuid()


def _shut(connection: socket.socket) -> None:
    """Close for good: shutdown wakes a thread that is blocked in recv or accept."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
