"""The socket to the screen, over real AF_UNIX sockets."""

from __future__ import annotations

import mmap
import os
import queue
import socket
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk import home, link
from kiosk.link import ScreenLink
from kiosk.pixels import PixelSlots
from screens.models import wire
from screens.models.intents import Intent, Pressed, Touched
from screens.models.pages import HomePage
from screens.models.pixels import read_picture
from screens.models.words import Plain

STRINGS = {"zh-CN": {"button.next": "下一步"}}


@dataclass
class Core:
    """The core's side: answers a connection like the composition root does."""

    path: Path
    connected: queue.SimpleQueue[None] = field(default_factory=queue.SimpleQueue[None])
    intents: queue.SimpleQueue[tuple[int, Intent]] = field(
        default_factory=queue.SimpleQueue[tuple[int, Intent]]
    )

    def __post_init__(self) -> None:
        self.link = ScreenLink(
            self.path,
            connected=lambda: self.connected.put(None),
            intent=lambda seq, intent: self.intents.put((seq, intent)),
        )

    def greet(self) -> None:
        self.connected.get(timeout=5)
        self.link.hello(STRINGS)


class Screen:
    """A screen that speaks raw bytes. Closed when it is forgotten: ResourceWarning is an error."""

    def __del__(self) -> None:
        self.socket.close()

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(5)
        self.socket.connect(str(path))
        self.fds: list[int] = []
        self._splitter = wire.Splitter()
        self._came: list[bytes] = []

    def hears(self) -> wire.Hello | wire.View | wire.Pixels | wire.PixelsGone:
        while not self._came:
            data, fds, _, _ = socket.recv_fds(self.socket, 65536, 8)
            self.fds += fds
            if not data:
                raise EOFError
            self._came += self._splitter.feed(data)
        return wire.decode_to_screen(self._came.pop(0))

    def says(self, seq: int, intent: Intent) -> None:
        self.socket.sendall(
            wire.encode(wire.IntentMessage(seq=seq, body=wire.IntentBody(intent=intent)))
        )

    def is_cut_off(self) -> bool:
        """Whether the other side closes (reads to the end, throwing away what came)."""
        try:
            while self.socket.recv(1 << 20):
                pass
        except ConnectionError:
            return True
        except TimeoutError:
            return False
        return True


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    made = Core(tmp_path / "screen.sock")
    made.link.start()
    yield made
    made.link.stop()


def page(heading: str, page_id: str = "home") -> HomePage:
    chrome = home.chrome(None, (), language="zh-CN", elder=False)
    return HomePage(page_id=page_id, chrome=chrome, heading=Plain(value=heading), tiles=())


def test_hello_view_and_intent(core: Core) -> None:
    screen = Screen(core.path)
    core.greet()
    seq = core.link.show(page("您好"))
    hello, view = screen.hears(), screen.hears()
    assert isinstance(hello, wire.Hello)
    assert hello.body.strings == STRINGS
    assert isinstance(view, wire.View)
    assert (view.seq, view.body.page.heading) == (seq, Plain(value="您好"))
    screen.says(view.seq, Pressed(name="help"))
    assert core.intents.get(timeout=5) == (seq, Pressed(name="help"))


def test_nothing_is_sent_before_the_hello(core: Core) -> None:
    screen = Screen(core.path)
    core.connected.get(timeout=5)
    core.link.show(page("too early"))
    core.link.take_back("page-1")
    core.link.hello(STRINGS)
    core.link.show(page("now"))
    assert isinstance(screen.hears(), wire.Hello)
    view = screen.hears()
    assert isinstance(view, wire.View)
    assert view.body.page.heading == Plain(value="now")


def test_only_this_user_may_open_the_socket(core: Core) -> None:
    assert stat.S_IMODE(core.path.stat().st_mode) == 0o600


def test_a_peer_of_another_user_is_not_the_same_user(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert link._same_user(ours)  # pyright: ignore[reportPrivateUsage] - no second user here
        monkeypatch.setattr("os.getuid", lambda: 123456)
        assert not link._same_user(ours)  # pyright: ignore[reportPrivateUsage] - no second user here


def test_a_connection_of_another_user_is_closed_without_a_word(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.getuid", lambda: 123456)
    stranger = Screen(core.path)
    assert stranger.socket.recv(1) == b""
    assert core.connected.empty()
    monkeypatch.undo()
    assert Screen(core.path).socket.fileno() >= 0
    core.greet()


def test_pixels_come_with_their_memory(core: Core) -> None:
    screen = Screen(core.path)
    core.greet()
    slots = PixelSlots(core.link.lend, core.link.take_back)
    slot = slots.create("portrait", 2, 1)
    slots.put(slot, 2, 1, 1.5, b"\x01\x02\x03\x04\x05\x06")
    assert isinstance(screen.hears(), wire.Hello)
    told = screen.hears()
    assert isinstance(told, wire.Pixels)
    assert (told.body.slot, told.body.size, len(screen.fds)) == ("portrait", slot.size, 1)
    seen = mmap.mmap(screen.fds[0], told.body.size, prot=mmap.PROT_READ)
    picture = read_picture(seen)
    assert picture is not None
    assert picture.rgb == b"\x01\x02\x03\x04\x05\x06"
    slots.wipe()
    assert read_picture(seen) is None
    assert isinstance(screen.hears(), wire.PixelsGone)
    os.close(screen.fds[0])


def test_a_second_screen_replaces_the_first(core: Core) -> None:
    first = Screen(core.path)
    core.greet()
    second = Screen(core.path)
    core.greet()
    assert first.is_cut_off()
    core.link.show(page("for the second"))
    assert isinstance(second.hears(), wire.Hello)
    assert isinstance(second.hears(), wire.View)
    second.says(1, Touched())
    assert core.intents.get(timeout=5) == (1, Touched())


def _framed(payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + payload


@pytest.mark.parametrize(
    "bytes_",
    [
        b"\xff\xff\xff\xff",
        _framed(b"{]"),
        _framed(b"null"),
        wire.encode(wire.PixelsGone(seq=1, body=wire.PixelsGoneBody(slot="live"))),
        _framed(b'{"v":2,"kind":"intent","seq":1,"body":{"intent":{"kind":"touched"}}}'),
    ],
    ids=["length", "json", "null", "wrong way", "version"],
)
def test_hostile_bytes_end_the_connection_and_the_next_screen_is_served(
    core: Core, bytes_: bytes
) -> None:
    hostile = Screen(core.path)
    core.greet()
    hostile.socket.sendall(bytes_)
    assert hostile.is_cut_off()
    assert core.intents.empty()
    good = Screen(core.path)
    core.greet()
    good.says(1, Touched())
    assert core.intents.get(timeout=5) == (1, Touched())


def test_a_screen_that_does_not_read_is_cut_off(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "SEND_TIMEOUT_S", 1)
    screen = Screen(core.path)
    core.greet()
    big = page("大" * 50_000)
    for _ in range(40):
        core.link.show(big)
    assert screen.is_cut_off()
    assert Screen(core.path).socket.fileno() >= 0
    core.greet()


def test_stop_closes_the_screen_and_removes_the_socket(core: Core) -> None:
    screen = Screen(core.path)
    core.greet()
    core.link.stop()
    assert screen.is_cut_off()
    assert not core.path.exists()
