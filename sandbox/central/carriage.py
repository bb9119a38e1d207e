"""What the line does with connections: carries, swallows, or answers in the centre's place.

It knows nothing of TLS or HTTP, but for the captive portal, which ends TLS itself with a
certificate that nobody trusts and answers everything with a friendly page.

A mode's life is an *era*: a listening socket, a thread for each connection, and a pair of sockets
whose end all of them watch. Ending an era closes that pair; each thread then resets its own
connections, so no socket is ever closed under another thread's hands. (asyncio loses a socket
that is accepted in the moment its server closes: tried, on CPython 3.11.)
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
import struct
import threading
from typing import Final

from sandbox.central.faults import CAPTIVE_PAGE

CHUNK: Final = 65_536
PEER_TIMEOUT_S: Final = 10.0
"""How long a peer may refuse to take what is carried to it."""
PORTAL_TIMEOUT_S: Final = 2.0
LARGEST_HEAD: Final = 65_536
CAPTIVE_ANSWER: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
    b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(CAPTIVE_PAGE)
) + CAPTIVE_PAGE


class Era:
    """One mode's listening socket and connections."""

    def __init__(
        self, listening: socket.socket, target: tuple[str, int], portal: ssl.SSLContext | None
    ) -> None:
        self._listening = listening
        self._target = target
        self._portal = portal
        self._cut, self._cutter = socket.socketpair()
        self._threads: set[threading.Thread] = set()
        self._acceptor = threading.Thread(target=self._accept, name="line", daemon=True)
        self.slow_s = 0.0
        self.swallows = False

    @property
    def connections(self) -> int:
        """How many are open."""
        return sum(thread.is_alive() for thread in tuple(self._threads))

    def begin(self) -> None:
        """Listen."""
        self._listening.listen(128)
        self._listening.settimeout(0)
        self._acceptor.start()

    def end(self) -> None:
        """Cut everything; returns when no thread of the era is left."""
        self._cutter.close()
        self._acceptor.join()
        for thread in tuple(self._threads):
            thread.join()
        self._cut.close()

    def _accept(self) -> None:
        with selectors.PollSelector() as watch, self._listening:
            watch.register(self._listening, selectors.EVENT_READ)
            watch.register(self._cut, selectors.EVENT_READ)
            while not self._is_cut(watch, None):
                with contextlib.suppress(BlockingIOError, ConnectionAbortedError):
                    near, _ = self._listening.accept()
                    thread = threading.Thread(target=self._serve, args=(near,), daemon=True)
                    self._threads = {t for t in self._threads if t.is_alive()} | {thread}
                    thread.start()

    def _is_cut(self, watch: selectors.BaseSelector, timeout_s: float | None) -> bool:
        """Wait for anything to happen; whether it was the era's end."""
        return any(key.fileobj is self._cut for key, _ in watch.select(timeout_s))

    def _serve(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError):
            if self._portal is not None:
                _answer_as_portal(near, self._portal)
            elif self.swallows:
                Carriage(self, near, None).run()
            else:
                self._carry(near)

    def _carry(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._target, timeout=PEER_TIMEOUT_S)
        except OSError:
            _will_reset(near)
            raise
        with far:
            Carriage(self, near, far).run()

    @property
    def cut(self) -> socket.socket:
        """Readable when the era is over."""
        return self._cut


class Carriage:
    """One connection carried in both directions; ``far`` is None where all is swallowed."""

    def __init__(self, era: Era, near: socket.socket, far: socket.socket | None) -> None:
        self._era = era
        near.settimeout(PEER_TIMEOUT_S)
        self._ends = [near] if far is None else [near, far]
        self._other = {near: far} if far is None else {near: far, far: near}

    def run(self) -> None:
        """Until both ends have closed, or the era is over."""
        try:
            with selectors.PollSelector() as watch:
                self._run(watch)
        except OSError:
            self._reset()

    def _run(self, watch: selectors.BaseSelector) -> None:
        for watched in (self._era.cut, *self._ends):
            watch.register(watched, selectors.EVENT_READ)
        still_open = len(self._ends)
        while still_open or self._era.swallows:  # a swallowed end is not told to the other side
            ready = [key.fileobj for key, _ in watch.select()]
            if self._era.cut in ready:
                self._reset()
                return
            for end in self._ends:
                if end in ready and not self._carry_piece(end):
                    watch.unregister(end)
                    still_open -= 1

    def _carry_piece(self, end: socket.socket) -> bool:
        """Carry or swallow what is there; False at the end of that direction."""
        piece = end.recv(CHUNK)
        other = self._other[end]
        if self._era.slow_s:
            self._linger()
        if other is not None and not self._era.swallows:
            if piece:
                other.sendall(piece)
            else:
                other.shutdown(socket.SHUT_WR)
        return bool(piece)

    def _linger(self) -> None:
        """The slow line's delay; shorter if the era ends."""
        with selectors.PollSelector() as watch:
            watch.register(self._era.cut, selectors.EVENT_READ)
            watch.select(self._era.slow_s)

    def _reset(self) -> None:
        for end in self._ends:
            _will_reset(end)


def _will_reset(end: socket.socket) -> None:
    """Make the coming close an RST, as a cut is felt: the peer must not see a clean end."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _answer_as_portal(near: socket.socket, context: ssl.SSLContext) -> None:
    near.settimeout(PORTAL_TIMEOUT_S)
    with context.wrap_socket(near, server_side=True) as secure:
        head = b""
        while b"\r\n\r\n" not in head and len(head) < LARGEST_HEAD:
            piece = secure.recv(CHUNK)
            if not piece:
                return
            head += piece
        secure.sendall(CAPTIVE_ANSWER)
        secure.unwrap()
