"""The pad's twin at its wire, byte by byte; nothing of the product here."""

from __future__ import annotations

import os
import select
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.acquirers import Acquirer
from sandbox.devices.ecrhub_pad import MODES, EcrhubPadTwin
from sandbox.devices.ecrhub_pad_wire import CONFIRM, HANDSHAKE, HEARTBEAT, Seen, cut, frame
from sandbox.devices.twin import Twin

PATIENCE_S = 10.0


class Client:
    """The kiosk's end of the line, raw."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        self._held = b""
        tty.setraw(self._fd)

    def send(self, raw: bytes) -> None:
        os.write(self._fd, raw)

    def frames(self, count: int) -> list[Seen]:
        """The next so many that are no heartbeats."""
        found: list[Seen] = []
        while len(found) < count:
            frames, self._held = cut(self._held + self._read())
            found += [seen for seen in frames if seen.raw != HEARTBEAT]
        return found

    def beat(self) -> None:
        while HEARTBEAT not in self._held:
            self._held += self._read()

    def ask(self, topic: str, *biz: tuple[int, str], number: int = 1) -> bytes:
        """Send a request and return the data of its answer."""
        parts = b"".join(_field(n, text.encode()) for n, text in biz)
        part = _field(10 if topic == "ecrhub.pair" else 6, parts)
        data = _field(1, topic.encode()) + _field(2, b"m%d" % number) + part
        self.send(frame(number=number, data=data))
        acknowledged, answer = self.frames(2)
        assert acknowledged.raw == frame(ack=number)
        assert (answer.kind, answer.ack) == (0, 0)
        assert _field(2, b"m%d" % number) in answer.data
        return answer.data

    def pair(self) -> None:
        self.send(HANDSHAKE)
        assert self.frames(1)[0].raw == CONFIRM
        assert b"\x28\x01" in self.ask("ecrhub.pair", (2, "kiosk"))

    def hung_up(self) -> bool:
        try:
            while os.read(self._fd, 4096):
                pass
        except OSError:
            return True
        return True

    def close(self) -> None:
        os.close(self._fd)

    def _read(self) -> bytes:
        assert select.select([self._fd], [], [], PATIENCE_S)[0], "nothing came"
        return os.read(self._fd, 4096)


def _field(number: int, content: bytes) -> bytes:
    return bytes((number << 3 | 2, len(content))) + content


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Acquirer]:
    bank = Acquirer("card", tmp_path / "card.sqlite")
    yield bank
    bank.close_ledger()


@pytest.fixture
def twin(tmp_path: Path, bank: Acquirer) -> Iterator[EcrhubPadTwin]:
    twin = EcrhubPadTwin(tmp_path / "pad", bank, heartbeat_s=0.05)
    twin.start()
    yield twin
    twin.stop()
    twin.stop()


@pytest.fixture
def client(twin: EcrhubPadTwin, tmp_path: Path) -> Iterator[Client]:
    assert twin.state()["plugged"]
    client = Client(tmp_path / "pad")
    yield client
    client.close()


ORDER = ((1, "K1"), (3, "CNY"), (4, "80.00"), (6, "1"))


def test_it_is_a_twin(twin: EcrhubPadTwin) -> None:
    as_twin: Twin = twin
    assert as_twin.name == "pad"
    verbs = {"tap", "decline", "cancel", "auto", "unplug", "replug", "misbehave"}
    assert set(as_twin.verbs) == verbs
    with pytest.raises(ValueError, match="mode is one of"):
        twin.misbehave("explode")
    for mode in MODES:
        twin.misbehave(mode)
        assert twin.state()["misbehave"] == mode


def test_the_published_vectors_over_the_wire(twin: EcrhubPadTwin, client: Client) -> None:
    client.send(bytes.fromhex("55AA010000000001CC33"))
    assert client.frames(1)[0].raw == bytes.fromhex("55AA020000000002CC33")
    client.beat()
    client.send(frame(number=5, data=b"\x0a\x01x"))
    assert client.frames(1)[0].raw == bytes.fromhex("55AA000500000005CC33")
    assert ("in", HANDSHAKE) in twin.frames_seen
    assert ("out", CONFIRM) in twin.frames_seen


def test_nothing_is_done_before_pairing(client: Client, bank: Acquirer) -> None:
    client.send(HANDSHAKE)
    client.frames(1)
    assert b"not paired" in client.ask("ecrhub.pay.order", *ORDER)
    assert bank.records() == []
    client.pair()
    assert b"unknown topic" in client.ask("ecrhub.dance")


def test_an_order_in_pieces_and_noise_is_paid_by_hand(
    twin: EcrhubPadTwin, client: Client, bank: Acquirer
) -> None:
    client.pair()
    data = _field(1, b"ecrhub.pay.order") + _field(2, b"m9")
    data += _field(6, b"".join(_field(n, text.encode()) for n, text in ORDER))
    raw = b"\x55\xaa\xff" + frame(number=9, data=data)
    for at in range(0, len(raw), 7):
        client.send(raw[at : at + 7])
    assert client.frames(1)[0].raw == frame(ack=9)
    assert twin.state()["waiting"] == "K1"
    assert twin.state()["amount_fen"] == 8000
    twin.tap("Alipay")
    (answer,) = client.frames(1)
    for text in (b"m9", b"K1", b"80.00", b"Alipay"):
        assert text in answer.data
    assert [(r.state, r.method) for r in bank.records()] == [("paid", "Alipay")]


def test_an_order_under_way_makes_it_busy_for_another(twin: EcrhubPadTwin, client: Client) -> None:
    client.pair()
    data = _field(1, b"ecrhub.pay.order") + _field(2, b"m9")
    data += _field(6, b"".join(_field(n, text.encode()) for n, text in ORDER))
    client.send(frame(number=9, data=data))
    client.frames(1)
    assert b"terminal busy" in client.ask("ecrhub.pay.order", (1, "K2"), (4, "1"), (6, "1"))
    twin.cancel()
    assert b"\x4a\x013" in client.frames(1)[0].data  # trans_status 3


def test_paid_too_late_is_refused_unless_the_acquirer_is_late(
    twin: EcrhubPadTwin, client: Client, bank: Acquirer
) -> None:
    client.pair()
    bank.open_payment("K1", 8000)
    assert b"\x4a\x011" in client.ask("ecrhub.pay.close", (1, "K1"))
    with pytest.raises(ValueError, match="closed"):
        twin.tap(ref="K1")
    bank.late(on=True)
    twin.tap(ref="K1")
    assert b"\x4a\x012" in client.ask("ecrhub.pay.query", (1, "K1"))


def test_closed_elsewhere_the_payers_tap_takes_no_money(
    twin: EcrhubPadTwin, client: Client, bank: Acquirer
) -> None:
    client.pair()
    data = _field(1, b"ecrhub.pay.order") + _field(2, b"m9")
    data += _field(6, b"".join(_field(n, text.encode()) for n, text in ORDER))
    client.send(frame(number=9, data=data))
    client.frames(1)
    bank.close("K1")
    twin.tap()
    assert b"\x4a\x011" in client.frames(1)[0].data
    assert bank.day_file(bank.records()[0].at.date()) == []


def test_unplugged_the_line_hangs_up_and_the_path_is_gone(
    twin: EcrhubPadTwin, client: Client, tmp_path: Path
) -> None:
    twin.unplug()
    assert client.hung_up()
    assert not (tmp_path / "pad").is_symlink()
    assert twin.state()["plugged"] is False
    twin.replug()
    again = Client(tmp_path / "pad")
    again.pair()
    again.close()


@pytest.mark.parametrize("way", ["in", "out"])
def test_a_hook_may_pull_the_cable(twin: EcrhubPadTwin, client: Client, way: str) -> None:
    def pull(seen_way: str, _raw: bytes) -> None:
        if seen_way == way:
            twin.unplug()

    twin.on_frame = pull
    client.send(HANDSHAKE)
    assert client.hung_up()
    assert [w for w, _raw in twin.frames_seen] == ["in", "out"][: 1 if way == "in" else 2]


def test_an_order_without_a_true_amount_is_not_answered(client: Client, bank: Acquirer) -> None:
    client.pair()
    for number, amount in enumerate(("", "x", "1.234", "-1"), 2):
        data = _field(1, b"ecrhub.pay.order") + _field(2, b"m")
        data += _field(6, _field(1, b"K1") + _field(4, amount.encode()) + _field(6, b"1"))
        client.send(frame(number=number, data=data))
        assert client.frames(1)[0].raw == frame(ack=number)
    assert bank.records() == []
