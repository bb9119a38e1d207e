"""The screen's end of the socket: never blocks, tries again for ever, trusts only its own user."""

from __future__ import annotations

import errno
import logging
import os
import socket
import struct
from collections import deque
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal, Slot

from screens.models.intents import Intent
from screens.models.wire import (
    Hello,
    IntentBody,
    IntentMessage,
    Pixels,
    PixelsGone,
    Splitter,
    View,
    WireError,
    decode_to_screen,
    encode,
)
from screens.slots import PixelSlots

RETRY_MS: Final = 500
_CHUNK: Final = 1 << 16
_READS_AT_ONCE: Final = 16
_MAX_UNSENT: Final = 1 << 20
_MAX_FDS: Final = 32
_CREDENTIALS: Final = struct.Struct("3i")  # pid, uid, gid (unix(7), SO_PEERCRED)

_log = logging.getLogger(__name__)


class CoreLink(QObject):
    """One connection at a time to the core's socket; pixel slots are mapped here.

    ``greeted(Hello)``, ``viewed(View)`` and ``slot_gone(str)`` carry what came; ``lost()`` says
    that a connection ended and everything that came over it must be forgotten.
    """

    greeted = Signal(object)
    viewed = Signal(object)
    slot_came = Signal(str)
    slot_gone = Signal(str)
    lost = Signal()

    def __init__(self, path: Path, slots: PixelSlots, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._slots = slots
        self._socket: socket.socket | None = None
        self._reader: QSocketNotifier | None = None
        self._writer: QSocketNotifier | None = None
        self._splitter = Splitter()
        self._fds: deque[int] = deque()
        self._unsent = bytearray()
        self._greeted = False
        self._retry = QTimer(self)
        self._retry.setInterval(RETRY_MS)
        self._retry.setSingleShot(True)
        self._retry.timeout.connect(self.try_connect)

    def start(self) -> None:
        """Connect now, or each 0.5 s until there is a core."""
        self.try_connect()

    def stop(self) -> None:
        """Close for good."""
        self._retry.stop()
        self._close()

    @property
    def connected(self) -> bool:
        """Whether there is a core at the other end."""
        return self._socket is not None

    def send(self, intent: Intent, seq: int) -> None:
        """Send an intent that answers the view ``seq``; without a core it is dropped."""
        if self._socket is None:
            return
        self._unsent += encode(IntentMessage(seq=seq, body=IntentBody(intent=intent)))
        if len(self._unsent) > _MAX_UNSENT:
            self._lose("the core does not read")
            return
        self._flush()

    @Slot()
    def try_connect(self) -> None:
        """One attempt; a refused one is repeated by the timer."""
        fresh = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        fresh.settimeout(0)
        try:
            fresh.connect(str(self._path))
            _check_peer(fresh)
        except OSError as exc:
            fresh.close()
            _log.debug("no core yet: %s", errno.errorcode.get(exc.errno or 0, "refused"))
            self._retry.start()
            return
        self._adopt(fresh)

    def _adopt(self, fresh: socket.socket) -> None:
        self._socket = fresh
        self._splitter = Splitter()
        self._greeted = False
        self._reader = QSocketNotifier(fresh.fileno(), QSocketNotifier.Type.Read, self)
        self._reader.activated.connect(self._on_readable)
        self._writer = QSocketNotifier(fresh.fileno(), QSocketNotifier.Type.Write, self)
        self._writer.setEnabled(False)
        self._writer.activated.connect(self._on_writable)

    @Slot()
    def _on_readable(self) -> None:
        for _ in range(_READS_AT_ONCE):
            if not self._read_once():
                return

    def _read_once(self) -> bool:
        """Read what is there once; False when there is nothing more, or nothing ever."""
        if self._socket is None:
            return False
        try:
            data, fds, flags, _ = socket.recv_fds(
                self._socket, _CHUNK, _MAX_FDS, socket.MSG_CMSG_CLOEXEC
            )
            self._fds.extend(fds)
            if not data:
                self._lose("the core closed")
                return False
            self._check_descriptors(flags)
            for payload in self._splitter.feed(data):
                self._take(payload)
        except BlockingIOError:
            return False
        except (OSError, WireError) as exc:
            self._lose(str(exc))
            return False
        return True

    def _check_descriptors(self, flags: int) -> None:
        if flags & socket.MSG_CTRUNC or len(self._fds) > _MAX_FDS:
            raise WireError("too many descriptors at once")

    def _take(self, payload: bytes) -> None:
        message = decode_to_screen(payload)
        if not self._greeted and not isinstance(message, Hello):
            raise WireError(f"{message.kind} before hello")
        match message:
            case Hello():
                self._greeted = True
                self.greeted.emit(message)
            case View():
                self.viewed.emit(message)
            case Pixels():
                self._map(message)
            case PixelsGone():
                self._slots.drop(message.body.slot)
                self.slot_gone.emit(message.body.slot)

    def _map(self, message: Pixels) -> None:
        if not self._fds:
            raise WireError("a pixel slot without its descriptor")
        self._slots.take(message.body.slot, self._fds.popleft(), message.body.size)
        self.slot_came.emit(message.body.slot)

    @Slot()
    def _on_writable(self) -> None:
        self._flush()

    def _flush(self) -> None:
        if self._socket is None or self._writer is None:
            return
        try:
            while self._unsent:
                del self._unsent[: self._socket.send(self._unsent)]
        except BlockingIOError:
            pass
        except OSError as exc:
            self._lose(str(exc))
            return
        self._writer.setEnabled(bool(self._unsent))

    def _lose(self, why: str) -> None:
        _log.warning("link to the core given up: %s", why)
        self._close()
        self.lost.emit()
        self._retry.start()

    def _close(self) -> None:
        for notifier in (self._reader, self._writer):
            if notifier is not None:
                notifier.setEnabled(False)
                notifier.deleteLater()
        self._reader = self._writer = None
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        while self._fds:
            os.close(self._fds.popleft())
        self._unsent.clear()
        self._slots.drop_all()


def _check_peer(connection: socket.socket) -> None:
    """PermissionError unless the other end runs as this process's user or as root."""
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _pid, uid, _gid = _CREDENTIALS.unpack(raw)
    if uid not in (os.getuid(), 0):
        raise PermissionError(errno.EPERM, "the socket belongs to another user")
