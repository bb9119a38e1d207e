"""The link over a real socket: views and pixels in, intents out, hostile cores given up."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from screens.app import Screen
from screens.controls.buttons import Press
from screens.models.intents import Painted, Pressed
from screens.models.pages import AnyPage
from screens.models.wire import (
    Hello,
    HelloBody,
    IntentMessage,
    Pixels,
    PixelsBody,
    PixelsGone,
    PixelsGoneBody,
    Splitter,
    View,
    ViewBody,
    decode_to_core,
    encode,
)
from tests.screens import samples


class Core:
    """The other end: what a core does on its socket, without one."""

    def __init__(self, path: Path) -> None:
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.settimeout(0)
        self._listener.bind(str(path))
        self._listener.listen(1)
        self._splitter = Splitter()
        self.heard: list[IntentMessage] = []
        self.connection: socket.socket | None = None

    def accepted(self) -> bool:
        try:
            self.connection, _ = self._listener.accept()
        except BlockingIOError:
            return False
        self.connection.settimeout(0)
        return True

    def line(self) -> socket.socket:
        if self.connection is None:
            raise LookupError("nobody has connected")
        return self.connection

    def hello(self) -> None:
        self.line().sendall(encode(Hello(seq=0, body=HelloBody(strings=samples.TABLES))))

    def view(self, page: AnyPage, seq: int) -> None:
        self.line().sendall(encode(View(seq=seq, body=ViewBody(page=page))))

    def pixels(self, slot: str, fd: int, size: int) -> None:
        message = encode(Pixels(seq=0, body=PixelsBody(slot=slot, size=size)))
        socket.send_fds(self.line(), [message], [fd])
        os.close(fd)

    def listen(self) -> list[IntentMessage]:
        try:
            data = self.line().recv(1 << 16)
        except BlockingIOError:
            return self.heard
        self.heard += [decode_to_core(payload) for payload in self._splitter.feed(data)]
        return self.heard

    def hung_up(self) -> bool:
        try:
            return self.line().recv(1 << 16) == b""
        except BlockingIOError:
            return False
        except ConnectionResetError:
            return True

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self._listener.close()


@pytest.fixture(name="core")
def _core(tmp_path: Path) -> Iterator[Core]:
    core = Core(tmp_path / "s")
    yield core
    core.close()


@pytest.fixture(name="screen")
def _screen(qtbot: QtBot, tmp_path: Path, core: Core) -> Iterator[Screen]:
    screen = Screen(tmp_path / "s", give_up_ms=60)
    qtbot.addWidget(screen.window, before_close_func=lambda w: w.hide())
    screen.window.resize(1080, 1920)
    screen.window.show()
    screen.start()
    qtbot.waitUntil(core.accepted)
    yield screen
    screen.link.stop()


def _page_id(screen: Screen) -> str:
    return screen.window.frame.page_id if screen.window.frame else ""


def _home() -> AnyPage:
    return samples.any_page("home")


def test_a_view_is_drawn_and_a_press_carries_its_seq(
    qtbot: QtBot, core: Core, screen: Screen
) -> None:
    core.hello()
    core.view(_home(), 41)
    qtbot.waitUntil(lambda: _page_id(screen) == "home")
    buttons = screen.window.findChildren(Press)
    tile = next(b for b in buttons if b.accessibleName() == "个人住房情况查询")
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(core.listen()) >= 2)
    said = {(m.seq, m.body.intent) for m in core.heard}
    assert said == {(41, Pressed(name="tile:housing")), (41, Painted(page_id="home"))}


def test_pixels_are_mapped_and_unmapped(qtbot: QtBot, core: Core, screen: Screen) -> None:
    core.hello()
    core.pixels("portrait", *samples.memory(2, 2, bytes(range(12)), stamp=1.0))
    qtbot.waitUntil(lambda: screen.slots.picture("portrait") is not None)
    picture = screen.slots.picture("portrait")
    assert picture is not None
    assert picture.rgb == bytes(range(12))
    core.line().sendall(encode(PixelsGone(seq=0, body=PixelsGoneBody(slot="portrait"))))
    qtbot.waitUntil(lambda: screen.slots.picture("portrait") is None)


def test_a_broken_line_forgets_the_visitor_and_comes_back(
    qtbot: QtBot, core: Core, screen: Screen
) -> None:
    core.hello()
    core.pixels("portrait", *samples.memory(2, 2, bytes(12), stamp=1.0))
    core.view(samples.any_page("confirm"), 7)
    qtbot.waitUntil(lambda: _page_id(screen) == "confirm")
    core.line().close()
    qtbot.waitUntil(lambda: _page_id(screen) == "screen:waiting")
    assert screen.slots.picture("portrait") is None
    qtbot.waitUntil(lambda: _page_id(screen) == "screen:out-of-service")
    qtbot.waitUntil(core.accepted)
    core.hello()
    core.view(_home(), 1)
    qtbot.waitUntil(lambda: _page_id(screen) == "home")


def _framed(payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + payload


@pytest.mark.parametrize(
    "hostile",
    [
        struct.pack(">I", 1 << 30),
        _framed(b"{}"),
        _framed(b"\xff\xfe not json"),
        _framed(b'{"v":2,"kind":"hello","seq":0,"body":{"strings":{}}}'),
        _framed(b'{"v":1,"kind":"hello","seq":0,"body":{"strings":{}},"extra":1}'),
        encode(View(seq=0, body=ViewBody(page=samples.any_page("home")))),
        encode(Hello(seq=0, body=HelloBody(strings={})))
        + encode(Pixels(seq=0, body=PixelsBody(slot="x", size=64))),
    ],
    ids=["length", "empty", "bytes", "version", "extra", "view first", "pixels without memory"],
)
def test_a_hostile_message_ends_the_connection(
    qtbot: QtBot, core: Core, screen: Screen, hostile: bytes
) -> None:
    core.line().sendall(hostile)
    qtbot.waitUntil(core.hung_up)
    assert _page_id(screen).startswith("screen:")


def test_a_slot_smaller_than_it_says_ends_the_connection(
    qtbot: QtBot, core: Core, screen: Screen
) -> None:
    core.hello()
    fd, size = samples.memory(2, 2, bytes(12), stamp=1.0)
    core.pixels("x", fd, size + 1)
    qtbot.waitUntil(core.hung_up)
    assert screen.slots.picture("x") is None
