"""The cable is pulled at every frame of every verb; afterwards the kiosk and the bank agree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from devices.api import ChargeOutcome, DeviceError, Fault
from sandbox.devices.ecrhub_pad_wire import HEARTBEAT
from tests.unit.devices.payment_pad.desk import Desk, Ended

Verb = Callable[[Desk], Ended]
VERBS: dict[str, Verb] = {
    "charge": lambda desk: desk.charge("K2"),
    "inquire": lambda desk: desk.inquire("K1"),
    "cancel": lambda desk: desk.cancel("K1"),
    "cancel_unknown": lambda desk: desk.cancel("K3"),
    "void": lambda desk: desk.run(desk.pad.void("V1", "K1", 8000)),
}

FRAMES = {"charge": 4, "inquire": 4, "cancel": 8, "cancel_unknown": 8, "void": 4}
"""Each question is four: it comes in, is acknowledged, is answered, the answer is acknowledged."""


class Pulled:
    """Pulls the cable at the n-th frame from now, heartbeats not counted."""

    def __init__(self, desk: Desk, at: int) -> None:
        self._desk = desk
        self._at = at
        self.frames = 0

    def __call__(self, _way: str, raw: bytes) -> None:
        if raw == HEARTBEAT:
            return
        self.frames += 1
        if self.frames == self._at:
            self._desk.twin.unplug()


def opened(directory: Path) -> Desk:
    directory.mkdir()
    desk = Desk(directory)
    desk.twin.start()
    desk.pad.open()
    desk.twin.auto("UnionPay")
    assert desk.charge("K1").result.outcome is ChargeOutcome.PAID
    desk.settle()
    return desk


def frames_of(verb: Verb, directory: Path) -> int:
    """How many frames go to and fro, to the last acknowledgement."""
    desk = opened(directory)
    desk.twin.on_frame = pulled = Pulled(desk, 0)
    verb(desk)
    desk.settle()
    desk.stop()
    return pulled.frames


@pytest.mark.parametrize("name", VERBS)
def test_pulled_at_every_frame(tmp_path: Path, name: str) -> None:
    total = frames_of(VERBS[name], tmp_path / "count")
    assert total == FRAMES[name]
    unknown = 0
    for at in range(1, total + 1):
        desk = opened(tmp_path / str(at))
        desk.twin.on_frame = Pulled(desk, at)
        ended = VERBS[name](desk)
        unknown += ended.result.outcome is ChargeOutcome.UNKNOWN
        if ended.result.outcome is ChargeOutcome.UNKNOWN:
            assert ended.result.evidence["fault"] in ("disconnected", "silent")
        agrees(desk, name, ended)
        desk.stop()
    assert unknown >= total - 2


def agrees(desk: Desk, name: str, ended: Ended) -> None:
    """What was said is true, and what was not said can be found out after plugging in again."""
    desk.twin.on_frame = None
    desk.twin.unplug()
    with pytest.raises(DeviceError) as caught:
        polled_until_it_breaks(desk)
    assert caught.value.fault is Fault.DISCONNECTED
    desk.twin.replug()
    desk.pad.open()
    ref = {"charge": "K2", "cancel_unknown": "K3"}.get(name, "K1")
    truth = desk.bank_says(ref)
    if ended.result.outcome is ChargeOutcome.PAID:
        assert truth == "paid"
    if ended.result.outcome is ChargeOutcome.NOT_PAID:
        assert truth in ("closed", "voided")
    asked = desk.inquire(ref).result.outcome
    assert (
        asked
        is {
            "paid": ChargeOutcome.PAID,
            "none": ChargeOutcome.NOT_FOUND,
            "closed": ChargeOutcome.NOT_PAID,
            "voided": ChargeOutcome.NOT_PAID,
        }[truth]
    )
    final = desk.cancel(ref).result.outcome
    assert final is (ChargeOutcome.PAID if truth == "paid" else ChargeOutcome.NOT_PAID)
    assert (desk.bank_says(ref) == "paid") == (truth == "paid")


def polled_until_it_breaks(desk: Desk) -> None:
    """The twin's own thread may still be on its way to hang up."""
    while True:
        desk.pad.poll()


def test_paid_at_the_pad_while_the_cable_is_out(desk: Desk) -> None:
    ended = desk.charge("K1", desk.twin.unplug)
    assert ended.told == (ChargeOutcome.UNKNOWN, "", 0)
    assert ended.result.evidence["fault"] == "disconnected"
    desk.twin.tap()
    desk.twin.replug()
    desk.pad.open()
    assert desk.inquire("K1").told == (ChargeOutcome.PAID, "", 8000)


def test_unplugged_before_the_order_nothing_is_sent(desk: Desk) -> None:
    desk.twin.unplug()
    with pytest.raises(DeviceError) as caught:
        desk.charge("K1")
    assert caught.value.fault is Fault.DISCONNECTED
    assert desk.sent == []
