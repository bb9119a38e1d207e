"""Twin of an ESC/POS receipt printer on the network: prints to PNG and text, answers queries.

One thread. Real-time commands (DLE EOT, DLE ENQ) are seen wherever they stand in the stream, as
in the real firmware; everything else is carried out in order, and waits while paper is out or
the cover open.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

from sandbox.devices.escpos_decoder import Decoder
from sandbox.devices.escpos_loop import SelectorLoop
from sandbox.devices.twin import Json, Verb

PAPER = ("ok", "low", "out")
MODES = ("none", "silent", "garbage", "stops_midway", "no_gs_r")
GARBAGE = b"\xff\x81"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One cut paper: its picture (640 dots wide, 32 of margin each side) and its text."""

    png: Path
    text: str


@dataclass(slots=True)
class _Sensors:
    """What a hand has done to the printer."""

    paper: str = "ok"
    cover_open: bool = False
    mode: str = "none"
    last_line: int = 0

    @property
    def stopped(self) -> bool:
        return self.paper == "out" or self.cover_open

    def answer(self, n: int) -> bytes:
        """DLE EOT n (Epson TM-T88III); empty for an n that this model doesn't have."""
        out, low = self.paper == "out", self.paper != "ok"
        answers = {
            1: 0x12 | 0x08 * self.stopped,
            2: 0x12 | 0x04 * self.cover_open | 0x20 * out,
            3: 0x12,
            4: 0x12 | 0x0C * low | 0x60 * out,
        }
        return bytes([answers[n]]) if n in answers else b""

    def report(self, n: int) -> bytes:
        """GS r n: 1 paper, 2 drawer."""
        paper = 0x03 * (self.paper != "ok") | 0x0C * (self.paper == "out")
        return bytes([paper if n in {1, 49} else 0])


@dataclass(slots=True)
class _Peer:
    connection: socket.socket
    tail: bytes = b""


class EscposPrinterTwin:
    """The printer by its socket; the paper lands in ``directory`` as slip-0001.png and .txt."""

    def __init__(self, directory: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        self._directory = directory
        self._host = host
        self._port = port
        self._sensors = _Sensors()
        self._tickets: list[Ticket] = []
        self._decoder = Decoder(self._on_cut, self._on_report)
        self._listener: socket.socket | None = None
        self._peers: dict[socket.socket, _Peer] = {}
        self._asker: socket.socket | None = None
        self._loop: SelectorLoop | None = None

    @property
    def name(self) -> str:
        """How the panel calls it."""
        return "slip_printer"

    @property
    def port(self) -> int:
        """The TCP port; known after the first start, and the same after every plug."""
        return self._port

    @property
    def url(self) -> str:
        """Where a driver finds it."""
        return f"tcp://{self._host}:{self._port}"

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What a hand can do to it."""
        return {
            "paper": self.paper,
            "cover": self.cover,
            "unplug": self.unplug,
            "plug": self.plug,
            "misbehave": self.misbehave,
        }

    def tickets(self) -> list[Ticket]:
        """The papers cut so far, oldest first."""
        return list(self._tickets)

    def state(self) -> dict[str, Json]:
        """What an onlooker sees."""
        return {
            "url": self.url,
            "plugged": self._listener is not None,
            "connections": len(self._peers),
            "paper": self._sensors.paper,
            "cover_open": self._sensors.cover_open,
            "misbehaves": self._sensors.mode,
            "tickets": len(self._tickets),
            "lines_printed": self._decoder.paper.lines_printed,
            "unprintable": self._decoder.unprintable,
            "unknown_commands": [*self._decoder.unknown],
        }

    def start(self) -> None:
        """Listen. OSError when the port is taken."""
        self._directory.mkdir(parents=True, exist_ok=True)
        self._loop = SelectorLoop()
        self._loop.start()
        self.plug()

    def stop(self) -> None:
        """Stop, and free thread and port."""
        if self._loop is not None:
            self._loop.call(self._pull)
            self._loop.stop()
            self._loop = None

    def paper(self, state: str = "ok") -> None:
        """Put a roll in (``ok``), one near its end (``low``), or take it out (``out``)."""
        self._change(paper=_one_of("paper", state, PAPER))

    def cover(self, *, open: bool = True) -> None:  # noqa: A002 - the panel's word
        """Open or close the cover."""
        self._change(cover_open=open)

    def misbehave(self, mode: str = "none", after_lines: int = 3) -> None:
        """``stops_midway``: the roll ends after so many more lines; the rest speak for themselves.

        ``no_gs_r`` answers real-time queries only, ``garbage`` answers with noise, ``silent`` takes
        everything and neither answers nor prints.
        """
        last_line = self._decoder.paper.lines_printed + after_lines
        self._change(mode=_one_of("mode", mode, MODES), last_line=last_line)

    def unplug(self) -> None:
        """Pull the cable: nobody listens, connections end, what was in the buffer is lost."""
        self._call(self._pull)

    def plug(self) -> None:
        """Put the cable back, at the same port."""
        self._call(self._listen)

    def _change(self, **values: str | bool | int) -> None:
        self._call(partial(self._set, values))

    def _set(self, values: Mapping[str, str | bool | int]) -> None:
        for name, value in values.items():
            setattr(self._sensors, name, value)
        self._print_on()

    def _call(self, action: Callable[[], None]) -> None:
        if self._loop is None:
            action()
        else:
            self._loop.call(action)

    def _listen(self) -> None:
        if self._loop is None or self._listener is not None:
            return
        self._listener = socket.create_server((self._host, self._port))
        self._listener.setblocking(False)  # noqa: FBT003 - the socket's own signature
        self._port = self._listener.getsockname()[1]
        self._loop.watch(self._listener, self._accept)

    def _pull(self) -> None:
        for connection in [*self._peers]:
            self._drop(connection)
        if self._loop is not None and self._listener is not None:
            self._loop.unwatch(self._listener)
            self._listener.close()
            self._listener = None
        self._decoder.clear()

    def _accept(self) -> None:
        if self._loop is None or self._listener is None:
            return
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, ConnectionAbortedError):  # gone again before it was looked at
            return
        connection.settimeout(1.0)
        self._peers[connection] = _Peer(connection)
        self._loop.watch(connection, partial(self._read, connection))

    def _drop(self, connection: socket.socket) -> None:
        if self._loop is not None and self._peers.pop(connection, None) is not None:
            self._loop.unwatch(connection)
            connection.close()

    def _read(self, connection: socket.socket) -> None:
        try:
            data = connection.recv(65536)
        except OSError:
            data = b""
        if not data:
            self._drop(connection)
        elif self._sensors.mode != "silent":
            self._asker = connection
            self._decoder.buffer += data
            self._answer_at_once(self._peers[connection], data)
            self._print_on()

    def _answer_at_once(self, peer: _Peer, data: bytes) -> None:
        stream = peer.tail + data
        peer.tail = stream[-2:]
        for at in range(len(stream) - 2):
            if stream[at : at + 2] == b"\x10\x04":
                self._reply(self._sensors.answer(stream[at + 2]))
            elif stream[at : at + 3] == b"\x10\x05\x02" and self._sensors.cover_open:
                self._decoder.clear()

    def _print_on(self) -> None:
        """Carry out what is in the buffer, as far as paper and cover allow."""
        sensors, paper = self._sensors, self._decoder.paper
        while not sensors.stopped and self._decoder.step():
            if sensors.mode == "stops_midway" and paper.lines_printed >= sensors.last_line:
                sensors.paper, sensors.mode = "out", "none"

    def _on_report(self, n: int) -> None:
        if self._sensors.mode != "no_gs_r":
            self._reply(self._sensors.report(n))

    def _reply(self, answer: bytes) -> None:
        if self._asker is None or not answer:
            return
        with contextlib.suppress(OSError):
            self._asker.sendall(GARBAGE if self._sensors.mode == "garbage" else answer)

    def _on_cut(self, picture: Image.Image, text: str) -> None:
        stem = self._directory / f"slip-{len(self._tickets) + 1:04d}"
        png = stem.with_suffix(".png")
        picture.save(png)
        stem.with_suffix(".txt").write_text(text, encoding="utf-8")
        self._tickets.append(Ticket(png, text))


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{what} is one of {', '.join(allowed)}, not {value!r}")
    return value
