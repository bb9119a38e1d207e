"""A TLS server with the centre's own certificate that answers whatever it is told to."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Headers = Mapping[str, str]
Answering = Callable[[Headers], Iterable[bytes]]
"""Request headers (lower case) to the pieces that are sent, one write each."""


class CannedServer:
    """Serves one request per connection until closed; remembers the paths asked for."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, name="canned")
        self.released = threading.Event()
        self.asked: list[str] = []
        self.answer: Answering = lambda _: ()
        self._thread.start()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._listening.getsockname()[1]}"

    def close(self) -> None:
        self.released.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listening.accept()
            except OSError:
                return
            with plain:
                try:
                    with self._context.wrap_socket(plain, server_side=True) as connection:
                        self._talk(connection)
                except OSError:
                    continue

    def _talk(self, connection: ssl.SSLSocket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            piece = connection.recv(65_536)
            if not piece:
                return
            request += piece
        head, *lines = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")
        self.asked.append(head.split(" ")[1])
        pairs = (line.partition(": ") for line in lines)
        for piece in self.answer({name.lower(): value for name, _, value in pairs}):
            connection.sendall(piece)
        connection.unwrap()


def http(
    headers: Headers,
    status: int = 200,
    body: bytes = b"{}",
    content_type: str = "application/json",
    **more: str,
) -> list[bytes]:
    """A whole answer that echoes the request's id; ``more`` are further headers, _ for -."""
    fields = {
        "Content-Type": content_type,
        "Content-Length": str(len(body)),
        "X-Request-Id": headers["x-request-id"],
        "Connection": "close",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    lines = [f"HTTP/1.1 {status} Some", *(f"{name}: {value}" for name, value in fields.items())]
    return ["\r\n".join([*lines, "", ""]).encode() + body]
