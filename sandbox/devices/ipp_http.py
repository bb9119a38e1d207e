"""HTTP under the scripted printer: keep-alive, answers that break off, a plug to pull."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

Reply = Callable[[bytes], bytes | None]
"""Request body -> answer body; None: begin an answer and never finish it."""


class TwinServer(ThreadingHTTPServer):
    """Knows its connections, so that pulling the plug is felt at once."""

    daemon_threads = True

    def __init__(self, port: int, reply: Reply) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.reply = reply
        self.ended = threading.Event()
        self.open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    def begin(self) -> None:
        """Serve on a thread."""
        self._thread.start()

    def end(self) -> None:
        """Stop, and hang up on everybody."""
        self.ended.set()
        self.shutdown()
        self._thread.join()
        for sock in list(self.open):
            with contextlib.suppress(OSError):
                # reset, not a polite goodbye: that is what a loss of power looks like
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                sock.shutdown(socket.SHUT_RDWR)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self._city = cast("TwinServer", self.server)
        self._city.open.add(self.connection)

    def finish(self) -> None:
        self._city.open.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            super().handle()

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        answer = self._city.reply(raw)
        body = answer or bytes(500)
        self.send_response(200)
        self.send_header("Content-Type", "application/ipp")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if answer is None:
            self.wfile.write(body[:9])
            self._city.ended.wait()
            self.close_connection = True
        else:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
        """Say nothing."""
