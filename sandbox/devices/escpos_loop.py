"""One thread that waits on sockets and carries out what other threads ask of it."""

from __future__ import annotations

import contextlib
import queue
import selectors
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import cast

CALL_S = 10.0


class SelectorLoop:
    """Runs a callback for each watched socket that has something to read."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._asked: queue.SimpleQueue[tuple[Callable[[], None], Future[None]]] = (
            queue.SimpleQueue()
        )
        self._bell, self._ear = socket.socketpair()
        self._selector.register(self._ear, selectors.EVENT_READ, self._carry_out)
        self._running = True
        self._thread = threading.Thread(target=self._run, name="slip-printer-twin", daemon=True)

    def start(self) -> None:
        """Begin to wait."""
        self._thread.start()

    def watch(self, watched: socket.socket, act: Callable[[], None]) -> None:
        """Run ``act`` whenever there is something to read. Only on the loop's thread."""
        self._selector.register(watched, selectors.EVENT_READ, act)

    def unwatch(self, watched: socket.socket) -> None:
        """Look at it no more. Only on the loop's thread."""
        self._selector.unregister(watched)

    def call(self, action: Callable[[], None]) -> None:
        """Have it done on the loop's thread; returns, or raises what it raised, when done."""
        done: Future[None] = Future()
        self._asked.put((action, done))
        self._bell.send(b"!")
        done.result(CALL_S)

    def stop(self) -> None:
        """End the thread and close the selector; what is still registered is not closed."""
        self.call(self._end)
        self._thread.join(CALL_S)
        self._selector.close()
        self._bell.close()
        self._ear.close()

    def _end(self) -> None:
        self._running = False

    def _run(self) -> None:
        while self._running:
            for key, _ in self._selector.select():
                if key.fileobj in {entry.fileobj for entry in self._selector.get_map().values()}:
                    cast("Callable[[], None]", key.data)()

    def _carry_out(self) -> None:
        self._ear.recv(1)
        with contextlib.suppress(queue.Empty):
            action, done = self._asked.get_nowait()
            try:
                action()
            except Exception as exc:  # noqa: BLE001 - handed to the thread that asked
                done.set_exception(exc)
            else:
                done.set_result(None)
