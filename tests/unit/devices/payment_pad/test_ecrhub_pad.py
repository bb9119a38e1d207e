"""Every ending of a charge, driver against twin over a real pseudo-terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from devices.api import ChargeOutcome, DeviceError, Fault, Link
from tests.unit.devices.payment_pad.desk import TIMING, Desk

PAID = (ChargeOutcome.PAID, "", 8000)
UNKNOWN = (ChargeOutcome.UNKNOWN, "", 0)


def test_hands_are_shaken_and_the_pad_is_paired(desk: Desk) -> None:
    status = desk.pad.poll()
    assert (status.link, status.fault, status.detail) == (Link.UP, None, "Twin Cashier 2.4.0")
    assert status.ready
    ways = [way for way, _raw in desk.bare_frames()]
    assert ways[:4] == ["out", "in", "out", "out"]  # confirm; pair, its acknowledgement, its answer


@pytest.mark.parametrize("method", ["UnionPay", "WeChatPay"])
def test_paid(desk: Desk, method: str) -> None:
    ended = desk.charge("K1", lambda: desk.twin.tap(method))
    assert ended.told == PAID
    assert ended.words == ["pad_waiting"]
    record = desk.bank.query("K1")
    assert record is not None
    evidence = ended.result.evidence
    assert (evidence["trans_no"], evidence["channel_ref"]) == (record.trans_no, record.channel_ref)
    assert (evidence["method"], evidence["acknowledged"]) == (method, "yes")
    assert record.at.isoformat()[:10] >= evidence["ended_at"][:10]
    assert desk.inquire("K1").told == PAID


def test_the_payers_account_is_kept_nowhere(desk: Desk) -> None:
    ended = desk.charge("K1", desk.twin.tap)
    assert any(b"622848******0019" in raw for _way, raw in desk.twin.frames_seen)
    assert "622848" not in repr(ended) + repr(desk.pad.late_answers)


@pytest.mark.parametrize(("verb", "reason"), [("decline", "declined"), ("cancel", "cancelled")])
def test_not_paid(desk: Desk, verb: str, reason: str) -> None:
    hand: Callable[[], None] = desk.twin.verbs[verb]
    assert desk.charge("K1", hand).told == (ChargeOutcome.NOT_PAID, reason, 0)
    assert desk.inquire("K1").result.outcome is ChargeOutcome.NOT_PAID
    assert desk.payments() == 0


@pytest.mark.parametrize(
    ("mode", "evidence"),
    [
        ("silent", ("fault", "silent")),
        ("drop_answer", ("fault", "silent")),
        ("late_answer", ("fault", "silent")),
        ("garble", ("fault", "garbled")),
        ("half_answer", ("fault", "garbled")),
        ("wrong_amount", ("defect", "amount")),
        ("wrong_ref", ("defect", "ref")),
    ],
)
def test_paid_but_unknown_until_asked(hasty: Desk, mode: str, evidence: tuple[str, str]) -> None:
    hasty.twin.misbehave(mode)
    ended = hasty.charge("K1", hasty.twin.tap)
    assert ended.told == UNKNOWN
    assert evidence in ended.result.evidence.items()
    hasty.twin.misbehave("none")
    assert hasty.inquire("K1").told == PAID
    assert hasty.cancel("K1").told == PAID
    assert hasty.payments() == 1


def test_a_late_answer_is_kept_and_taken_for_nobodys(hasty: Desk) -> None:
    hasty.twin.misbehave("late_answer")
    first = hasty.charge("K1", hasty.twin.tap)
    hasty.twin.misbehave("none")
    second = hasty.charge("K2", hasty.twin.decline)
    assert second.told == (ChargeOutcome.NOT_PAID, "declined", 0)
    (late,) = hasty.pad.late_answers
    assert (late["ref"], late["status"], late["msg_id"]) == (
        "K1",
        "2",
        first.result.evidence["msg_id"],
    )
    assert hasty.inquire("K1").told == PAID


def test_late_answers_are_bounded(desk: Desk) -> None:
    desk.twin.misbehave("late_answer")
    desk.twin.auto("UnionPay")
    for number in range(1, 20):
        job = desk.charging(f"K{number}")
        next(job)
        next(job)
        job.close()
        while desk.bank_says(f"K{number}") != "paid":
            desk.pad.poll()
    desk.twin.misbehave("none")
    desk.charge("K20")
    assert [late["ref"] for late in desk.pad.late_answers] == [f"K{n}" for n in range(4, 20)]


def test_without_acknowledgements_the_answer_counts(desk: Desk) -> None:
    desk.twin.misbehave("no_ack")
    ended = desk.charge("K1", desk.twin.tap)
    assert ended.told == PAID
    assert ended.result.evidence["acknowledged"] == "no"


def test_a_busy_pad_has_said_nothing_of_the_money(desk: Desk) -> None:
    desk.twin.misbehave("busy")
    ended = desk.charge("K1")
    assert ended.told == UNKNOWN
    assert ended.result.evidence["message"] == "terminal busy"
    assert desk.inquire("K1").result.outcome is ChargeOutcome.NOT_FOUND
    assert desk.cancel("K1").told == (ChargeOutcome.NOT_PAID, "closed", 0)


def test_a_pad_that_forgets_proves_nothing(desk: Desk) -> None:
    desk.twin.misbehave("forget")
    assert desk.charge("K1", desk.twin.tap).told == PAID
    assert desk.inquire("K1").result.outcome is ChargeOutcome.NOT_FOUND
    assert desk.cancel("K1").result.outcome is ChargeOutcome.NOT_FOUND


def test_nobody_pays(hasty: Desk) -> None:
    ended = hasty.charge("K1", lambda: None)
    assert ended.told == UNKNOWN
    assert hasty.inquire("K1").result.outcome is ChargeOutcome.PENDING
    assert hasty.cancel("K1").told == (ChargeOutcome.NOT_PAID, "closed", 0)
    assert hasty.twin.state()["waiting"] is None
    with pytest.raises(ValueError, match="no order"):
        hasty.twin.tap()


def test_a_stopped_charge_is_closed_before_it_is_paid(desk: Desk) -> None:
    job = desk.charging("K1")
    while desk.twin.state()["waiting"] is None:
        next(job)
    job.close()
    ended = desk.cancel("K1")
    assert ended.told == (ChargeOutcome.NOT_PAID, "closed", 0)
    assert ended.words == ["pad_closing"]
    assert [late["ref"] for late in desk.pad.late_answers] == ["K1"]
    assert desk.bank_says("K1") == "closed"


def test_a_close_that_comes_too_late_finds_the_money(desk: Desk) -> None:
    job = desk.charging("K1")
    while desk.twin.state()["waiting"] is None:
        next(job)
    job.close()
    desk.twin.tap()
    assert desk.cancel("K1").told == PAID


def test_a_close_that_comes_before_its_order_is_remembered(desk: Desk) -> None:
    assert desk.cancel("K1").told == (ChargeOutcome.NOT_PAID, "closed", 0)
    assert desk.charge("K1").told == (ChargeOutcome.NOT_PAID, "declined", 0)
    assert desk.payments() == 0


def test_a_cancel_of_a_silent_pad_ends_unknown_after_its_rounds(tmp_path: Path) -> None:
    desk = Desk(tmp_path, timing=replace(TIMING, answer_s=0.1))
    desk.twin.start()
    desk.pad.open()
    desk.twin.misbehave("silent")
    assert desk.cancel("K1").told == UNKNOWN
    sent = [raw for way, raw in desk.bare_frames() if way == "in"]
    assert [sum(topic in raw for raw in sent) for topic in (b"pay.close", b"pay.query")] == [3, 3]
    desk.stop()


def test_the_same_reference_again_charges_nobody_twice(desk: Desk) -> None:
    assert desk.charge("K1", desk.twin.tap).told == PAID
    assert desk.charge("K1").told == PAID
    again = desk.charge("K1", amount_fen=9000)
    assert again.told == UNKNOWN
    assert "another amount" in again.result.evidence["message"]
    assert [m.amount_fen for m in desk.bank.day_file(_today(desk))] == [8000]


def test_a_void_gives_the_money_back_once(desk: Desk) -> None:
    voided = (ChargeOutcome.NOT_PAID, "voided", 0)
    desk.charge("K1", desk.twin.tap)
    assert desk.run(desk.pad.void("V1", "K1", 8000)).told == voided
    assert desk.bank_says("K1") == "voided"
    assert desk.run(desk.pad.void("V1", "K1", 8000)).told == voided
    assert desk.run(desk.pad.inquire_void("V1")).told == voided
    assert desk.inquire("K1").result.outcome is ChargeOutcome.NOT_PAID
    assert [m.kind for m in desk.bank.day_file(_today(desk))] == ["payment", "void"]


def test_a_void_whose_answer_is_lost_is_asked_for(hasty: Desk) -> None:
    hasty.charge("K1", hasty.twin.tap)
    hasty.twin.misbehave("drop_answer")
    assert hasty.run(hasty.pad.void("V1", "K1", 8000)).told == UNKNOWN
    assert hasty.run(hasty.pad.inquire_void("V1")).told == (ChargeOutcome.NOT_PAID, "voided", 0)


def test_a_refused_void_leaves_the_payment(desk: Desk) -> None:
    refused = (ChargeOutcome.UNKNOWN, "declined", 0)
    desk.charge("K1", desk.twin.tap)
    assert desk.run(desk.pad.void("V1", "K1", 7999)).told == refused
    assert desk.run(desk.pad.inquire_void("V1")).told == refused
    assert desk.run(desk.pad.void("V2", "K9", 8000)).told == refused
    assert desk.inquire("K1").told == PAID
    with pytest.raises(ValueError, match="of its own"):
        desk.pad.void("K1", "K1", 8000)


def test_what_can_not_be_written_down_is_not_sent(desk: Desk) -> None:
    def no_room() -> None:
        raise OSError("disk full")

    before = desk.bare_frames()
    with pytest.raises(OSError, match="disk full"):
        desk.run(desk.pad.charge("K1", 8000, description="", sent=no_room))
    desk.pad.poll()
    assert desk.bare_frames() == before
    assert desk.bank_says("K1") == "none"


def test_sent_is_called_before_the_pad_sees_the_order(desk: Desk) -> None:
    known: list[bool] = []

    def look(way: str, raw: bytes) -> None:
        if way == "in" and b"pay.order" in raw:
            known.append(desk.sent == ["K1"])

    desk.twin.on_frame = look
    desk.charge("K1", desk.twin.tap)
    assert known == [True]


@pytest.mark.parametrize(
    ("ref", "amount_fen", "description"),
    [("", 8000, ""), ("A" * 33, 8000, ""), ("K1", 0, ""), ("K1", -8000, ""), ("K1", 1, "费" * 99)],
)
def test_an_order_that_is_none_is_refused_at_once(
    desk: Desk, ref: str, amount_fen: int, description: str
) -> None:
    with pytest.raises(ValueError, match=r"order number|amount|description"):
        desk.pad.charge(ref, amount_fen, description=description, sent=lambda: None)
    for verb in (desk.pad.inquire, desk.pad.cancel, desk.pad.inquire_void):
        with pytest.raises(ValueError, match="order number"):
            verb("A-1")


def test_beats_go_both_ways_and_an_answer_is_acknowledged(desk: Desk) -> None:
    desk.charge("K1", desk.twin.tap)
    while {way for way, raw in desk.twin.frames_seen if raw == desk_beat()} != {"in", "out"}:
        desk.pad.poll()
    answers = [raw[4] for way, raw in desk.bare_frames() if way == "out" and raw[4]]
    acknowledged = [raw[3] for way, raw in desk.bare_frames() if way == "in" and raw[3]]
    assert acknowledged == answers == [1, 2]


def desk_beat() -> bytes:
    return bytes.fromhex("55AA000000000000CC33")


def test_message_ids_wrap_after_127(desk: Desk) -> None:
    for _round in range(130):
        desk.inquire("K1")
    ids = [raw[4] for way, raw in desk.bare_frames() if way == "in" and raw[4]]
    assert ids == [n % 127 + 1 for n in range(131)]


def test_a_pad_that_will_not_pair_is_refused(desk: Desk) -> None:
    desk.pad.close()
    other = type(desk.pad)("pad", str(desk.path), name="")
    with pytest.raises(DeviceError) as caught:
        other.open()
    assert caught.value.fault is Fault.REFUSED
    other.close()


def _today(desk: Desk) -> date:
    return desk.bank.records()[0].at.date()
