"""Two HTTPS listeners of one centre on a thread of their own (uvicorn)."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

STOP_WITHIN_S = 10.0


class PeerCertificateProtocol(H11Protocol):
    """uvicorn's h11 protocol, which also tells the application who the TLS peer is.

    The certificate goes where ASGI's TLS extension has it:
    ``scope["extensions"]["tls"]["client_cert_chain"]``, a list of PEM texts.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Read the certificate once per connection."""
        super().connection_made(transport)
        tls: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
        der = tls.getpeercert(binary_form=True) if tls else None
        chain = [ssl.DER_cert_to_PEM_cert(der)] if der else []
        # uvicorn and Starlette spell the types of one and the same callable differently
        self.app = cast("Any", _with_peer(cast("ASGIApp", self.app), chain))


def _with_peer(inner: ASGIApp, chain: list[str]) -> ASGIApp:

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("extensions", {})["tls"] = {"client_cert_chain": chain}
        await inner(scope, receive, send)

    return application


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What a listener shows and whom it believes."""

    key: Path
    certificate: Path
    client_ca: Path | None
    """Clients must show a certificate of this CA; None asks for none."""


class Listener:
    """One listening socket with its application; the port stays the same over restarts."""

    def __init__(self, host: str, port: int, tls: TlsFiles) -> None:
        self._tls = tls
        self._host = host
        self.port = port

    def bind(self) -> socket.socket:
        """Open the socket; a port of 0 becomes a free one and is kept."""
        bound = socket.create_server((self._host, self.port), backlog=128)
        # inherited by what is accepted: asyncio sets it on none of them, and each answer waits
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = bound.getsockname()[1]
        return bound

    def server(self, app: ASGIApp) -> uvicorn.Server:
        """A server for that application, not yet running."""
        client_ca = self._tls.client_ca
        config = uvicorn.Config(
            app,
            http=PeerCertificateProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",  # broken connections are this centre's trade
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
            ssl_keyfile=str(self._tls.key),
            ssl_certfile=str(self._tls.certificate),
            ssl_ca_certs=str(client_ca) if client_ca else None,
            ssl_cert_reqs=ssl.CERT_REQUIRED if client_ca else ssl.CERT_NONE,
        )
        config.load()
        if config.ssl is not None:
            config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
        return uvicorn.Server(config)


class ServingThread:
    """Runs servers over bound sockets until stopped."""

    def __init__(self, servers: list[tuple[uvicorn.Server, socket.socket]]) -> None:
        self._servers = servers
        self._thread = threading.Thread(target=self._run, name="centre", daemon=True)

    def start(self) -> None:
        """Begin to serve. The sockets listen already: whoever calls meanwhile waits."""
        self._thread.start()

    def stop(self) -> None:
        """Ask all servers to end and wait for the thread."""
        for server, _ in self._servers:
            server.should_exit = True
        self._thread.join(STOP_WITHIN_S)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        await asyncio.gather(*(server.serve(sockets=[bound]) for server, bound in self._servers))
        for _, bound in self._servers:
            bound.close()
