"""Reads ESC/POS from the manual's side: bytes in order, paper and answers out.

Independent of the product's encoder. Like the printers it stands for it has a GBK font and no
more: a four-byte GB 18030 character, or a high byte outside Chinese mode, prints garbage here
too (a box) and is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from PIL import Image

from sandbox.devices.escpos_paper import KNIFE_DOTS, Paper

DLE, ESC, FS, GS = 0x10, 0x1B, 0x1C, 0x1D
MAX_UNKNOWN = 100
QR_MODULES = {bytes([dots]) for dots in range(1, 17)}
QR_LEVELS = {b"0": "l", b"1": "m", b"2": "q", b"3": "h"}


class _More(Exception):
    """The command isn't complete yet."""


class _Command(NamedTuple):
    length: int
    run: Callable[[], None]


@dataclass(slots=True)
class Decoder:
    """Takes bytes, in pieces of any size; ``step`` carries out one command.

    ``on_cut`` gets the finished paper, ``on_report`` the n of a GS r, both in order.
    """

    on_cut: Callable[[Image.Image, str], None]
    on_report: Callable[[int], None]
    paper: Paper = field(default_factory=Paper)
    buffer: bytearray = field(default_factory=bytearray)
    unknown: list[str] = field(default_factory=list[str])
    unprintable: int = 0
    _chinese: bool = False
    _qr_module: int = 3
    _qr_level: str = "l"
    _qr_data: bytes = b""

    def step(self) -> bool:
        """Carry out the next command. False when there is none that is complete."""
        if not self.buffer:
            return False
        try:
            command = self._next()
        except _More:
            return False
        command.run()
        del self.buffer[: command.length]
        return True

    def clear(self) -> None:
        """Forget what came and was not printed (DLE ENQ 2)."""
        self.buffer.clear()
        self.paper.forget_line()

    def _next(self) -> _Command:
        first = self.buffer[0]
        if first == ESC:
            return self._esc()
        if first == FS:
            return self._fs()
        if first == GS:
            return self._gs()
        if first == DLE:
            return _Command(3 if self._byte(1) in {4, 5} else 2, _nothing)
        return self._character(first)

    def _byte(self, at: int) -> int:
        if at >= len(self.buffer):
            raise _More
        return self.buffer[at]

    def _bytes(self, start: int, count: int) -> bytes:
        if start + count > len(self.buffer):
            raise _More
        return bytes(self.buffer[start : start + count])

    def _character(self, first: int) -> _Command:
        if first == 0x0A:
            return _Command(1, self.paper.end_line)
        if first == 0x0D:
            return _Command(1, _nothing)
        if 0x20 <= first < 0x7F:
            return _Command(1, lambda: self.paper.put(chr(first), 1))
        if self._chinese and 0x81 <= first <= 0xFE:
            return self._double_byte(first)
        return _Command(1, lambda: self._box(1))

    def _double_byte(self, high: int) -> _Command:
        low = self._byte(1)
        if 0x30 <= low <= 0x39:
            self._byte(3)
            return _Command(4, lambda: self._box(2))
        try:
            char = bytes([high, low]).decode("gbk")
        except UnicodeDecodeError:
            return _Command(2, lambda: self._box(2))
        return _Command(2, lambda: self.paper.put(char, 2))

    def _box(self, columns: int) -> None:
        self.unprintable += 1
        self.paper.put(None, columns)

    def _esc(self) -> _Command:
        code = self._byte(1)
        if code == 0x40:
            return _Command(2, self._initialize)
        if code == 0x32:
            return _Command(2, lambda: self._set(spacing=30))
        if code not in b"aEdJ3!Rt-":
            return self._skip(2)
        n = self._byte(2)
        actions: dict[int, Callable[[], None]] = {
            0x61: lambda: self._set(align=n % 48 % 3),
            0x45: lambda: self._set(bold=bool(n & 1)),
            0x64: lambda: self.paper.feed(n * self.paper.style.spacing),
            0x4A: lambda: self.paper.feed(n),
            0x33: lambda: self._set(spacing=n),
            0x21: lambda: self._set(wide=1 + (n >> 5 & 1), high=1 + (n >> 4 & 1), bold=n & 8 > 0),
        }
        return _Command(3, actions.get(code, _nothing))

    def _initialize(self) -> None:
        self.paper.forget_line()
        self._chinese = False
        self._qr_data = b""

    def _set(self, **values: int) -> None:
        for name, value in values.items():
            setattr(self.paper.style, name, value)

    def _fs(self) -> _Command:
        code = self._byte(1)
        if code in b"&.":
            return _Command(2, lambda: self._set_chinese(on=code == 0x26))
        return self._skip(2)

    def _set_chinese(self, *, on: bool) -> None:
        self._chinese = on

    def _gs(self) -> _Command:
        code = self._byte(1)
        if code == 0x21:
            n = self._byte(2)
            return _Command(3, lambda: self._set(wide=1 + (n >> 4 & 7), high=1 + (n & 7)))
        if code == 0x72:
            n = self._byte(2)
            return _Command(3, lambda: self.on_report(n))
        if code == 0x50:
            self._byte(3)
            return _Command(4, _nothing)
        longer = {0x76: self._raster, 0x56: self._cut, 0x28: self._function}
        return longer[code]() if code in longer else self._skip(2)

    def _raster(self) -> _Command:
        head = self._bytes(2, 6)
        if head[0] != 0x30:
            return self._skip(3)
        row_bytes = int.from_bytes(head[2:4], "little")
        rows = int.from_bytes(head[4:6], "little")
        data = self._bytes(8, row_bytes * rows)
        return _Command(8 + len(data), lambda: self._print_raster(row_bytes * 8, rows, data))

    def _print_raster(self, width: int, rows: int, data: bytes) -> None:
        if width and rows:
            ink = Image.frombytes("1", (width, rows), data).convert("L")
            self.paper.image(ink, f"[image {width}x{rows}]")

    def _cut(self) -> _Command:
        mode = self._byte(2)
        if mode in {65, 66}:
            n = self._byte(3)
            return _Command(4, lambda: self._do_cut(KNIFE_DOTS + n))
        return _Command(3, lambda: self._do_cut(0))

    def _do_cut(self, feed: int) -> None:
        self.paper.feed(feed)
        self.on_cut(*self.paper.cut())

    def _function(self) -> _Command:
        length = int.from_bytes(self._bytes(3, 2), "little")
        body = self._bytes(5, length)
        if self.buffer[2] == 0x6B and body[:1] == b"1":
            return _Command(5 + length, lambda: self._qr(body[1:2], body[2:]))
        self._note(bytes(self.buffer[:3]))
        return _Command(5 + length, _nothing)

    def _qr(self, function: bytes, body: bytes) -> None:
        """Functions 65, 67, 69, 80 and 81; a wrong parameter leaves things as they were."""
        known = {b"A": _nothing, b"Q": self._print_qr}
        if function == b"C" and body[:1] in QR_MODULES:
            self._qr_module = body[0]
        elif function == b"E" and body[:1] in QR_LEVELS:
            self._qr_level = QR_LEVELS[body[:1]]
        elif function == b"P":
            self._qr_data = body[1:]
        elif function in known:
            known[function]()
        else:
            self._note(b"\x1d(k1" + function + body)

    def _print_qr(self) -> None:
        try:
            self.paper.qr(self._qr_data, self._qr_module, self._qr_level)
        except ValueError:
            self._note(b"\x1d(k1Q")

    def _skip(self, length: int) -> _Command:
        """A command this printer doesn't know: real ones print its parameters as text."""
        self._note(bytes(self.buffer[:length]))
        return _Command(length, _nothing)

    def _note(self, command: bytes) -> None:
        if len(self.unknown) < MAX_UNKNOWN:
            self.unknown.append(command[:16].hex(" "))


def _nothing() -> None:
    """A command without effect on this paper."""
