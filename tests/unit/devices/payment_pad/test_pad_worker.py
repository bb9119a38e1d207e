"""The driver on its own thread, as the kiosk runs it; and pads that are none."""

from __future__ import annotations

import os
import queue
import tty
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from devices.api import (
    Cancelled,
    ChargeOutcome,
    ChargeResult,
    DeviceError,
    DeviceEvent,
    Done,
    Failed,
    Fault,
    Job,
    JobFinished,
    JobProgressed,
    Link,
    Outcome,
    StatusChanged,
)
from devices.drivers import PAYMENT_PAD
from devices.payment_pad.ecrhub_serial import EcrhubPad
from devices.payment_pad.line import PadTiming
from devices.worker import NOT_OPEN, DeviceWorker
from sandbox.devices.ecrhub_pad_wire import CONFIRM, HANDSHAKE
from tests.unit.devices.payment_pad.desk import HASTY_S, TIMING, Desk

PATIENCE_S = 20.0
"""Only bounds a test that hangs; nothing is decided by it."""
NOBODY = PadTiming(handshake_every_s=0.1, handshake_s=0.2, pair_s=0.2, frame_s=0.1)
E = TypeVar("E", bound=DeviceEvent)


class Kiosk:
    """A worker over the desk's pad, and everything it says."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._events: queue.SimpleQueue[DeviceEvent] = queue.SimpleQueue()
        self.worker = DeviceWorker(desk.pad, self._events.put, poll_s=0.05)

    def wait(self, kind: type[E], wanted: Callable[[E], bool] = lambda _event: True) -> E:
        while True:
            event = self._events.get(timeout=PATIENCE_S)
            if isinstance(event, kind) and wanted(event):
                return event

    def link(self, link: Link, fault: Fault | None = None) -> None:
        self.wait(StatusChanged, lambda e: (e.status.link, e.status.fault) == (link, fault))

    def outcome(self, job_id: str) -> Outcome:
        return self.wait(JobFinished, lambda event: event.job_id == job_id).outcome

    def do(self, job_id: str, job: Callable[[], Job]) -> Outcome:
        self.worker.submit(job_id, job)
        return self.outcome(job_id)

    def order_shows(self) -> None:
        """The pad takes the order up some time after the job has begun to wait."""
        self.wait(JobProgressed, lambda e: e.progress.what == "pad_waiting")
        frames: queue.SimpleQueue[bytes] = queue.SimpleQueue()

        def seen(_way: str, raw: bytes) -> None:
            frames.put(raw)

        self.desk.twin.on_frame = seen
        while self.desk.twin.state()["waiting"] is None:
            frames.get(timeout=PATIENCE_S)
        self.desk.twin.on_frame = None


class NoisyPort:
    """A port at which something talks that is no pad."""

    def __init__(self) -> None:
        self.written = b""

    @property
    def in_waiting(self) -> int:
        return 3

    def read(self, size: int = 1) -> bytes:
        return b"\x55\xaa\x09"[:size]

    def write(self, b: bytes, /) -> int:
        self.written += b
        return len(b)

    def reset_input_buffer(self) -> None:
        self.written = b""

    def close(self) -> None:
        self.written += b"closed"


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    desk = Desk(tmp_path)
    kiosk = Kiosk(desk)
    kiosk.worker.start()
    yield kiosk
    assert kiosk.worker.stop(PATIENCE_S)
    desk.stop()


def result_of(outcome: Outcome) -> ChargeResult:
    assert isinstance(outcome, Done)
    assert isinstance(outcome.value, ChargeResult)
    return outcome.value


def test_the_configuration_knows_the_driver() -> None:
    assert {"ecrhub_serial": EcrhubPad} == PAYMENT_PAD


def test_plugged_charged_unplugged_and_plugged_again(kiosk: Kiosk) -> None:
    desk = kiosk.desk
    kiosk.link(Link.DOWN, Fault.DISCONNECTED)
    refused = kiosk.do("early", lambda: desk.charging("K1"))
    assert refused == Failed(Fault.DISCONNECTED, None, NOT_OPEN)
    assert desk.sent == []
    desk.twin.start()
    kiosk.link(Link.UP)
    desk.twin.auto("UnionPay")
    assert result_of(kiosk.do("first", lambda: desk.charging("K1"))).paid_fen == 8000
    desk.twin.unplug()
    kiosk.link(Link.DOWN, Fault.DISCONNECTED)
    desk.twin.replug()
    kiosk.link(Link.UP)
    asked = result_of(kiosk.do("asked", lambda: desk.pad.inquire("K1")))
    assert asked.outcome is ChargeOutcome.PAID


def test_unplugged_under_the_payers_hand(kiosk: Kiosk) -> None:
    desk = kiosk.desk
    desk.twin.start()
    kiosk.link(Link.UP)
    kiosk.worker.submit("charge", lambda: desk.charging("K1"))
    kiosk.order_shows()
    desk.twin.unplug()
    result = result_of(kiosk.outcome("charge"))
    assert (result.outcome, result.evidence["fault"]) == (ChargeOutcome.UNKNOWN, "disconnected")
    kiosk.link(Link.DOWN, Fault.DISCONNECTED)
    desk.twin.tap()
    desk.twin.replug()
    kiosk.link(Link.UP)
    asked = result_of(kiosk.do("asked", lambda: desk.pad.inquire("K1")))
    assert asked.outcome is ChargeOutcome.PAID


def test_a_cancelled_job_stops_waiting_and_the_money_is_asked_for(kiosk: Kiosk) -> None:
    desk = kiosk.desk
    desk.twin.start()
    kiosk.link(Link.UP)
    kiosk.worker.submit("charge", lambda: desk.charging("K1"))
    kiosk.order_shows()
    kiosk.worker.cancel("charge")
    assert isinstance(kiosk.outcome("charge"), Cancelled)
    assert desk.twin.state()["waiting"] == "K1"
    closed = result_of(kiosk.do("cancel", lambda: desk.pad.cancel("K1")))
    assert (closed.outcome, closed.reason) == (ChargeOutcome.NOT_PAID, "closed")


def test_a_pad_gone_quiet_is_told_while_the_payer_is_at_it(tmp_path: Path) -> None:
    timing = replace(TIMING, silence_s=0.2)
    desk = Desk(tmp_path, patience_s=HASTY_S, timing=timing, heartbeat_s=60.0)
    desk.twin.start()
    desk.pad.open()
    ended = desk.charge("K1", lambda: None)
    assert ended.words == ["pad_waiting", "pad_silent"]
    assert ended.result.outcome is ChargeOutcome.UNKNOWN
    desk.stop()


def test_a_pad_that_was_quiet_is_greeted_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path, timing=replace(TIMING, silence_s=0.05), heartbeat_s=60.0)
    desk.twin.start()
    desk.pad.open()
    while sum(way == "out" and raw == CONFIRM for way, raw in desk.twin.frames_seen) < 3:
        assert desk.pad.poll().link is Link.UP
    assert desk.inquire("K1").result.outcome is ChargeOutcome.NOT_FOUND
    desk.stop()


def test_a_port_with_nobody_behind_is_silent() -> None:
    near, far = os.openpty()
    tty.setraw(far)
    with pytest.raises(DeviceError) as caught:
        EcrhubPad("pad", os.ttyname(far), timing=NOBODY).open()
    assert caught.value.fault is Fault.SILENT
    assert os.read(near, 4096).startswith(HANDSHAKE)
    for end in (near, far):
        os.close(end)


def test_a_port_with_something_else_behind_is_garbled_and_let_go() -> None:
    port = NoisyPort()
    with pytest.raises(DeviceError) as caught:
        EcrhubPad("pad", "any", open=lambda *_args, **_settings: port, timing=NOBODY).open()
    assert caught.value.fault is Fault.GARBLED
    assert port.written.startswith(HANDSHAKE)
    assert port.written.endswith(b"closed")


def test_a_port_that_is_taken_or_none(desk: Desk, tmp_path: Path) -> None:
    faults = {
        str(desk.path): Fault.PORT_IN_USE,
        str(tmp_path / "nothing"): Fault.DISCONNECTED,
        "nonsense://x": Fault.REFUSED,
    }
    for port, fault in faults.items():
        with pytest.raises(DeviceError) as caught:
            EcrhubPad("pad", port, timing=NOBODY).open()
        assert caught.value.fault is fault
    desk.pad.close()
    desk.pad.close()
    with pytest.raises(DeviceError):
        desk.pad.poll()
