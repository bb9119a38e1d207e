"""Payments at the pad, whatever becomes of its answers, in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from devices.api import ChargeOutcome, ChargeResult, Job, Progress
from kiosk.central.models_queued import Incident, PadResult
from kiosk.journey.case_facts import Means
from kiosk.journey.events import Failed, PaymentOffered, Why
from tests.unit.kiosk.money.case import ORDER, PACE
from tests.unit.kiosk.money.sides import AMOUNT
from tests.unit.kiosk.money.till import (
    CLOSED,
    FIRST,
    NOT_KNOWN,
    PAID,
    begin,
    begun,
    fail,
    spoil,
    terminal,
    waited,
)


def test_the_pad_takes_a_payment_and_the_centre_is_told_what_it_said() -> None:
    till = terminal(Means.PAD, pays_after_s=2.0)
    assert begun(till) == FIRST
    known = waited(till)
    till.run(10.0)
    assert known == [PAID]
    (body,) = till.put("pad_result")
    result = PadResult.model_validate_json(till.raw("pad_result")[0])
    assert (result.outcome, result.attempt, result.paid_fen) == ("paid", FIRST, AMOUNT)
    assert (result.order_id, result.trans_no) == (ORDER.order_id, "202611210000000001")
    assert body["at"]
    assert till.nudges == 1
    assert [line.event for line in till.book.history(FIRST)] == [
        "begun",
        "asked",
        "charged",
        "paid",
    ]


def test_a_number_the_contract_can_not_carry_does_not_cost_the_payment() -> None:
    till = terminal(Means.PAD, pays_after_s=2.0)
    till.pad.trans_no = "交易号 7"
    begun(till)
    till.run(10.0)
    assert till.state(FIRST) == "paid"
    (body,) = till.put("pad_result")
    assert body["trans_no"] == ""
    assert till.book.history(FIRST)[-1].evidence["trans_no"] == "交易号 7"


def test_that_the_pad_is_about_to_be_told_is_on_disk_before_the_first_byte() -> None:
    till = terminal(Means.PAD)
    seen: list[bool] = []

    def look(ref: str) -> None:
        found = till.book.get(ref)
        assert found is not None
        seen.append(found.charged)

    till.pad.shown = look
    begun(till)
    assert seen == [True]


def test_with_a_full_disk_not_a_byte_goes_to_the_pad() -> None:
    till = terminal(Means.PAD)
    told: list[PaymentOffered | Failed] = []
    till.payments.begin(ORDER, Means.PAD, told.append)
    till.run(0.15)
    assert isinstance(told[0], PaymentOffered)
    till.store.full = True
    till.run(2.0)
    assert till.pad.asked == []
    till.store.full = False
    till.run(30.0)
    assert (till.state(FIRST), till.pad.asked) == ("not_paid", [])


def test_what_was_given_up_before_its_turn_never_reaches_the_pad() -> None:
    till = terminal(Means.PAD)
    till.jobs.submit("another", lambda: _long_job(5))
    begun(till)
    known = waited(till, close=True)
    till.run(30.0)
    assert known == [CLOSED]
    assert till.pad.asked == []


def test_a_line_that_comes_back_while_it_begins_does_not_disturb_it() -> None:
    till = terminal(Means.PAD, pays_after_s=2.0)
    told: list[PaymentOffered | Failed] = []
    till.payments.begin(ORDER, Means.PAD, told.append)
    till.payments.fit_centre(till.centre)
    till.run(10.0)
    assert isinstance(told[0], PaymentOffered)
    assert till.state(FIRST) == "paid"


def test_a_pad_that_is_away_has_taken_nothing() -> None:
    till = terminal(Means.PAD)
    till.jobs.away = True
    begun(till)
    known = waited(till)
    till.run(5.0)
    assert known == [CLOSED]


def test_a_lost_answer_is_asked_for() -> None:
    till = terminal(Means.PAD, pays_after_s=1.0)
    spoil(till, "answer_lost")
    begun(till)
    known = waited(till)
    till.run(10.0)
    assert known == [PAID]
    assert till.pad.asked == [("charge", FIRST), ("inquire", FIRST)]


def test_a_pad_that_does_not_even_answer_a_question_is_closed_at_the_centre() -> None:
    till = terminal(Means.PAD)
    spoil(till, "lost", *["lost"] * 50)
    begun(till)
    known = waited(till)
    till.run(10.0)
    assert known == [CLOSED]
    assert till.ledger.state[FIRST] == "closed"


def test_pad_and_line_both_silent_is_unknown() -> None:
    till = terminal(Means.PAD, pays_after_s=1.0)
    spoil(till, "answer_lost", *["lost"] * 8)
    begun(till)
    fail(till, *["lost"] * 8)
    known = waited(till)
    till.run(25.0)
    assert known == [NOT_KNOWN]
    till.run(300.0)
    assert till.state(FIRST) == "paid"


def test_a_driver_that_crashes_is_silence() -> None:
    till = terminal(Means.PAD, pays_after_s=1.0)
    honest = till.pad.charge

    def crash(ref: str, amount_fen: int, *, description: str, sent: Callable[[], None]) -> Job:
        job = honest(ref, amount_fen, description=description, sent=sent)
        yield next(job)
        yield next(job)
        raise ZeroDivisionError

    till.pad.charge = crash
    begun(till)
    till.run(20.0)
    assert till.state(FIRST) == "paid"


def test_a_driver_that_hangs_leaves_the_centre_and_its_late_word_counts() -> None:
    till = terminal(Means.PAD, pays_after_s=3.0)
    begun(till)
    till.jobs.stuck = True
    known = waited(till)
    till.run(2.0)
    till.payments.hung("id_card")
    assert till.state(FIRST) == "asked"
    till.payments.hung("payment_pad")
    till.run(10.0)
    assert known == [PAID]
    assert begin(till, Means.PAD)[0] == Failed(Why.REFUSED, "order_not_open")
    other = replace(ORDER, order_id="order-2")
    told: list[PaymentOffered | Failed] = []
    till.payments.begin(other, Means.PAD, told.append)
    assert told == [Failed(Why.DEVICE, "disconnected")]
    till.jobs.come_back()
    till.run(20.0)
    assert till.state(FIRST) == "paid"


def test_a_pad_that_takes_for_ever_is_closed() -> None:
    till = terminal(Means.PAD)
    till.pad.patience = 10_000
    begun(till)
    known = waited(till)
    till.run(PACE.pad_life_s - 1.0)
    assert known == []
    till.run(PACE.pad_life_s + 20.0)
    assert known == [CLOSED]


def test_a_payment_closed_by_the_centre_is_taken_off_the_pads_display() -> None:
    """Else the next visitor finds the pad busy with it."""
    till = terminal(Means.PAD)
    begun(till)
    spoil(till, "lost", "lost")
    known = waited(till, close=True)
    till.run(3.0)
    assert known == [CLOSED]
    till.run(PACE.look_back_s - 5.0)
    assert ("cancel", FIRST) in till.pad.asked


def test_after_a_restart_too_the_pads_display_is_freed() -> None:
    till = terminal(Means.PAD)
    begun(till)
    spoil(till, *["lost"] * 3)
    waited(till, close=True)
    till.run(4.0)
    assert till.state(FIRST) == "not_paid"
    till.pad.asked.clear()
    spoil(till)
    till.restart()
    till.run(10.0)
    assert till.pad.asked == [("cancel", FIRST)]


def test_an_amount_that_differs_is_for_staff() -> None:
    till = terminal(Means.PAD, pays_after_s=1.0)
    till.pad.paid_fen = AMOUNT + 1
    begun(till)
    known = waited(till)
    till.run(10.0)
    assert known == [NOT_KNOWN]
    assert till.state(FIRST) == "staff"
    incident = Incident.model_validate_json(till.raw("incident")[0])
    assert (incident.code, incident.subject) == ("amount_differs", FIRST)
    assert till.put("pad_result")[0]["paid_fen"] == AMOUNT + 1
    assert begin(till) == [Failed(Why.REFUSED, "attempt_open")]


def _long_job(steps: int) -> Job:
    for _ in range(steps):
        yield Progress("on")
    return ChargeResult(ChargeOutcome.UNKNOWN)
