"""Payments when the disk refuses, the pad hangs or the line is slow: nothing lost, nobody held."""

from __future__ import annotations

from devices.api import ChargeOutcome, ChargeResult, Job, Link, Progress, Status
from kiosk.central.models_payment import AttemptState
from kiosk.journey.case_facts import Means, Money, PaymentFacts
from kiosk.journey.events import Failed, PaymentOffered, Why
from offline_cache.errors import StoreFull
from offline_cache.payments import NewPayment
from tests.unit.kiosk.money.case import ORDER, PACE, Terminal
from tests.unit.kiosk.money.sides import AMOUNT
from tests.unit.kiosk.money.till import (
    CLOSED,
    FIRST,
    begin,
    begun,
    spoil,
    terminal,
    waited,
)
from tests.unit.kiosk.money.world import NOON


def closed_and_forgotten(till: Terminal) -> None:
    """Told as not paid; the delayed order gets through all the same, and is paid."""
    till.ledger.forgetful = True
    spoil(till, "late", *["lost"] * 4)
    begun(till)
    waited(till, close=True)
    till.run(5.0)
    assert till.state(FIRST) == "not_paid"


def test_late_money_that_could_not_be_written_down_is_asked_about_again() -> None:
    till = terminal(Means.PAD, pays_after_s=0.5)
    closed_and_forgotten(till)
    till.store.full = True
    till.run(PACE.look_back_s + 20.0)
    assert (till.ledger.state[FIRST], till.state(FIRST)) == ("paid", "not_paid")
    till.store.full = False
    till.run(400.0)
    assert till.state(FIRST) == "refunded"


def test_a_visit_that_ends_on_a_full_disk_closes_its_code_when_there_is_room() -> None:
    till = terminal()
    till.centre.qr_life_s = 2_000
    begun(till)
    till.store.full = True
    till.payments.forget()
    till.run(20.0)
    till.store.full = False
    till.run(120.0)
    assert (till.state(FIRST), till.ledger.state[FIRST]) == ("not_paid", "closed")


def test_a_visit_that_ends_on_a_disk_that_cannot_be_read_closes_its_code_later() -> None:
    till = terminal()
    till.centre.qr_life_s = 2_000
    begun(till)
    till.store.unreadable = True
    till.payments.forget()
    till.run(20.0)
    till.store.unreadable = False
    till.run(120.0)
    assert (till.state(FIRST), till.ledger.state[FIRST]) == ("not_paid", "closed")


def test_a_restart_on_a_full_disk_closes_what_was_open_when_there_is_room() -> None:
    till = terminal()
    till.centre.qr_life_s = 2_000
    begun(till)
    till.store.full = True
    till.restart()
    till.run(20.0)
    till.store.full = False
    till.run(120.0)
    assert (till.state(FIRST), till.ledger.state[FIRST]) == ("not_paid", "closed")


def test_time_that_runs_out_on_a_disk_that_cannot_be_read_is_not_forgotten() -> None:
    till = terminal(Means.PAD)
    till.pad.patience = 10_000
    begun(till)
    till.run(PACE.pad_life_s - 1.0)
    till.store.unreadable = True
    till.run(PACE.pad_life_s + 5.0)
    till.store.unreadable = False
    till.run(PACE.pad_life_s + 120.0)
    assert till.state(FIRST) == "not_paid"


def test_an_end_that_is_on_disk_is_told_even_if_it_cannot_be_read_back() -> None:
    till = terminal(pays_after_s=None)
    begun(till)
    known = waited(till, close=True)
    honest = till.book.move

    def then_unreadable(*args: object, **kwargs: object) -> bool:
        moved = honest(*args, **kwargs)  # pyright: ignore[reportArgumentType] - passed on
        till.store.unreadable = True
        return moved

    till.book.move = then_unreadable
    till.run(3.0)
    till.book.move = honest
    till.store.unreadable = False
    till.centre.calls.clear()
    till.run(1_000.0)
    assert known == [CLOSED]
    assert till.centre.calls == [("query", FIRST)], "looked back on"


def test_a_pad_that_hung_with_nothing_to_do_is_used_again_when_it_is_back() -> None:
    till = terminal(Means.PAD, pays_after_s=2.0)
    till.payments.hung("payment_pad")
    assert begin(till) == [Failed(Why.DEVICE, "disconnected")]
    till.payments.seen(Status("payment_pad", Link.UNKNOWN))
    assert begin(till) == [Failed(Why.DEVICE, "disconnected")]
    till.payments.seen(Status("id_card", Link.UP))
    assert begin(till) == [Failed(Why.DEVICE, "disconnected")]
    till.payments.seen(Status("payment_pad", Link.UP))
    assert isinstance(begin(till)[0], PaymentOffered)


def test_who_begins_behind_a_hanging_line_is_not_kept_for_ever() -> None:
    till = terminal()
    till.errands_at = 500.0
    told: list[PaymentOffered | Failed] = []
    till.payments.begin(ORDER, Means.QR, told.append)
    till.run(PACE.patience_s + 1.0)
    assert told == [Failed(Why.UNREACHABLE)]
    till.run(600.0)
    assert len(told) == 1
    assert (till.state(FIRST), till.ledger.state[FIRST]) == ("not_paid", "closed")


def test_a_code_that_lives_for_hours_is_closed_when_a_visitor_would_have_paid() -> None:
    till = terminal()
    till.centre.qr_life_s = 7_200
    (told,) = begin(till)
    assert isinstance(told, PaymentOffered)
    assert told.offered.expires_in_s == int(PACE.qr_life_s)
    known = waited(till)
    till.run(PACE.qr_life_s + 20.0)
    assert known == [CLOSED]


def test_what_is_given_back_is_what_was_paid() -> None:
    till = terminal(Means.PAD, pays_after_s=0.5)
    till.pad.paid_fen = AMOUNT + 1
    closed_and_forgotten(till)
    till.centre.told = lambda attempt: AttemptState(
        attempt=attempt, state="paid", paid_fen=AMOUNT + 1, at=NOON
    )
    amounts: list[int] = []

    def void(ref_new: str, orig_ref: str, amount_fen: int) -> Job:
        assert (ref_new, orig_ref) == (f"V{FIRST}", FIRST)
        amounts.append(amount_fen)
        yield Progress("pad_asking")
        return ChargeResult(ChargeOutcome.NOT_PAID, "voided")

    till.pad.void = void
    till.run(400.0)
    assert amounts == [AMOUNT + 1]
    assert till.state(FIRST) == "refunded"


def test_an_attempt_that_stuck_at_its_second_write_is_cleared_when_there_is_room() -> None:
    till = terminal()
    honest = till.book.move

    def full(*_: object, **__: object) -> bool:
        raise StoreFull("planted")

    till.book.move = full
    assert begin(till) == [Failed(Why.BROKEN, "store")]
    till.book.move = honest
    assert till.payments.unknown_count == 1
    till.run(60.0)
    assert till.payments.unknown_count == 0
    assert (till.state(FIRST), till.centre.calls) == ("not_paid", [])


def test_who_calls_it_off_on_a_disk_that_cannot_be_read_has_called_it_off() -> None:
    till = terminal()
    till.centre.qr_life_s = 2_000
    begun(till)
    till.store.unreadable = True
    assert waited(till, close=True) == [PaymentFacts(FIRST, Money.UNKNOWN)]
    till.store.unreadable = False
    till.run(60.0)
    assert (till.state(FIRST), till.ledger.state[FIRST]) == ("not_paid", "closed")


def test_after_an_outage_nobody_who_pays_stands_behind_what_is_open() -> None:
    till = terminal()
    for number in range(500):
        attempt = next(till.names)
        order = f"old-{number}"
        assert till.book.begin(NewPayment(attempt, order, "case", "990101", AMOUNT, "qr"))
        assert till.book.move(attempt, "begun", "asked", "asked")
    till.restart()
    told: list[PaymentOffered | Failed] = []
    till.payments.begin(ORDER, Means.QR, told.append)
    till.run(1.0)
    assert isinstance(told[0], PaymentOffered)
    known = waited(till, told[0].offered.attempt, close=True)
    till.run(2.0)
    assert [payment.money for payment in known] == [Money.NOT_PAID]
    till.run(400.0)
    assert till.payments.unknown_count == 0


def test_who_pays_an_order_that_is_still_open_from_before_is_not_behind_the_others() -> None:
    till = terminal()
    for number in range(500):
        order = ORDER.order_id if number == 499 else f"old-{number}"
        attempt = next(till.names)
        assert till.book.begin(NewPayment(attempt, order, "case", "990101", AMOUNT, "qr"))
        assert till.book.move(attempt, "begun", "asked", "asked")
    till.restart()
    told: list[PaymentOffered | Failed] = []
    till.payments.begin(ORDER, Means.QR, told.append)
    till.run(2.0)
    assert isinstance(told[0], PaymentOffered)


def test_a_closing_that_cannot_be_written_holds_nobody() -> None:
    till = terminal()
    till.centre.qr_life_s = 2_000
    begun(till)
    till.store.full = True
    known = waited(till, close=True)
    till.run(60.0)
    assert known == [PaymentFacts(FIRST, Money.UNKNOWN, "", AMOUNT)]
