"""The line between a terminal and the centre: a TCP proxy that can be pulled at."""

from __future__ import annotations

import socket
import ssl
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from sandbox.central.carriage import Era
from sandbox.central.moments import city_clock
from sandbox.certificates import self_made_server_credential
from sandbox.devices.twin import Json, Verb

Mode = Literal["up", "drop", "black_hole", "captive_portal"]


class Line:
    """A twin; ``port`` is where the terminal calls instead of the centre.

    The port is reserved from construction to ``stop``: while the line is down, a connection is
    refused, and nobody else can take the port.
    """

    def __init__(
        self,
        name: str = "line",
        target_host: str = "127.0.0.1",
        target_port: int = 0,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._name = name
        self._target = (target_host, target_port)
        self._reserved = _bound(host, port)
        self._host = host
        self.port: int = self._reserved.getsockname()[1]
        self._mode: Mode = "drop"
        self._slow_s = 0.0
        self._era: Era | None = None
        self._switching = threading.Lock()
        self._stopped = False

    @property
    def name(self) -> str:
        """As given."""
        return self._name

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """``up``, ``drop``, ``black_hole``, ``slow``, ``captive_portal``."""
        return {
            "up": self.up,
            "drop": self.drop,
            "black_hole": self.black_hole,
            "slow": self.slow,
            "captive_portal": self.captive_portal,
        }

    def start(self) -> None:
        """Carry. Safe to call twice."""
        if self._era is None:
            self.up()

    def stop(self) -> None:
        """Cut everything and free the port. Safe to call twice; a stopped line stays stopped."""
        self._switch("drop")
        self._stopped = True
        self._reserved.close()

    def state(self) -> dict[str, Json]:
        """Mode, delay and how many connections are open."""
        era = self._era
        return {
            "mode": self._mode,
            "slow_ms": int(self._slow_s * 1000),
            "connections": era.connections if era else 0,
            "port": self.port,
        }

    def up(self) -> None:
        """Carry at full speed again; what was open in another mode is cut."""
        self._slow_s = 0.0
        if self._mode != "up":
            self._switch("up")
        elif self._era is not None:
            self._era.slow_s = 0.0

    def drop(self) -> None:
        """Cut what is open and refuse what is new."""
        self._switch("drop")

    def black_hole(self) -> None:
        """Accept, and swallow every byte: also on connections that are open."""
        with self._switching:
            if self._mode == "up" and self._era is not None:
                self._mode = "black_hole"
                self._era.swallows = True
                return
        self._switch("black_hole")

    def slow(self, ms: int = 0) -> None:
        """Delay each piece, in both directions, by that many milliseconds."""
        if ms < 0:
            raise ValueError("ms must not be negative")
        self._slow_s = ms / 1000
        if self._mode != "up":
            self._switch("up")
        elif self._era is not None:
            self._era.slow_s = self._slow_s

    def captive_portal(self) -> None:
        """Answer in the centre's place: TLS with a self-made certificate, a 200 page."""
        self._switch("captive_portal")

    def _switch(self, mode: Mode) -> None:
        """End the present era, then begin the next."""
        with self._switching:
            if self._stopped:
                return
            self._mode = mode
            if self._era is not None:
                self._era.end()
                self._era = None
            if mode != "drop":
                listening = _bound(self._host, self.port)
                portal = _portal_context() if mode == "captive_portal" else None
                self._era = Era(listening, self._target, portal)
                self._era.slow_s = self._slow_s
                self._era.swallows = mode == "black_hole"
                self._era.begin()


def _bound(host: str, port: int) -> socket.socket:
    """A bound socket that doesn't listen; several may hold one port, only one may listen."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((host, port))
    return bound


def _portal_context() -> ssl.SSLContext:
    """TLS with a certificate of nobody we know; the files live only while they are loaded."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    credential = self_made_server_credential(city_clock())
    with tempfile.TemporaryDirectory(prefix="portal-") as place:
        credential.save(Path(place), "portal")
        context.load_cert_chain(Path(place) / "portal.pem", Path(place) / "portal.key.pem")
    return context
