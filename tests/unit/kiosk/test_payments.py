"""What a visit sees of payments by QR code, and what is done when nobody sees, in virtual time."""

from __future__ import annotations

import pytest

from devices.api import ChargeOutcome, ChargeResult, Job, Progress
from kiosk.central.errors import Unreachable
from kiosk.central.models_payment import Attempt, AttemptState
from kiosk.journey.case_facts import Means, Money, Offered, PaymentFacts
from kiosk.journey.events import Failed, PaymentOffered, Why
from kiosk.money.payment import PaymentEvent, PaymentState
from offline_cache.payments import NewPayment
from tests.unit.kiosk.money.case import ORDER, PACE
from tests.unit.kiosk.money.sides import AMOUNT
from tests.unit.kiosk.money.till import (
    CLOSED,
    FIRST,
    NOT_KNOWN,
    PAID,
    SECOND,
    begin,
    begun,
    fail,
    spoil,
    terminal,
    waited,
)


def test_a_code_is_offered_and_paid() -> None:
    till = terminal(pays_after_s=5.0)
    (told,) = begin(till)
    assert told == PaymentOffered(Offered(FIRST, Means.QR, f"pay:{FIRST}", 20))
    till.payer_sees(FIRST)
    known = waited(till)
    till.run(5.0)
    assert known == []
    till.run(9.0)
    assert known == [PAID]
    assert (till.state(FIRST), till.payments.paid_count, till.payments.unknown_count) == (
        "paid",
        1,
        0,
    )


def test_the_attempt_is_on_disk_before_the_centre_hears_of_it() -> None:
    till = terminal()
    seen: list[str] = []
    honest = till.centre.begin_attempt

    def look(order_id: str, attempt: str, means: str, key: str) -> Attempt:
        seen.append(till.state(attempt))
        return honest(order_id, attempt, means, key)

    till.centre.begin_attempt = look
    begun(till)
    assert seen == ["asked"]


def test_while_somebody_waits_the_centre_is_asked_every_two_seconds() -> None:
    till = terminal()
    begun(till)
    waited(till)
    till.run(11.0)
    assert till.centre.calls.count(("query", FIRST)) == 6


def test_a_code_that_nobody_pays_is_closed_when_it_has_expired() -> None:
    till = terminal()
    begun(till)
    known = waited(till)
    till.run(20.0)
    assert known == []
    till.run(26.0)
    assert known == [CLOSED]
    assert till.ledger.state[FIRST] == "closed"


def test_who_pays_at_the_last_moment_has_paid() -> None:
    till = terminal(pays_after_s=22.0)  # after the code's time, before its grace is over
    begun(till)
    known = waited(till)
    till.run(60.0)
    assert known == [PAID]


@pytest.mark.parametrize("means", Means)
def test_a_bank_that_says_no_is_told_with_its_reason(means: Means) -> None:
    till = terminal(means, pays_after_s=-3.0)
    begun(till)
    known = waited(till)
    till.run(30.0)
    assert known == [PaymentFacts(FIRST, Money.NOT_PAID, "declined", AMOUNT)]


def test_closing_tells_what_became_of_it() -> None:
    till = terminal()
    begun(till)
    known = waited(till, close=True)
    till.run(5.0)
    assert known == [CLOSED]


def test_closing_comes_too_late_for_a_faster_payer() -> None:
    till = terminal(pays_after_s=0.0)
    begun(till)
    till.run(1.2)
    known = waited(till, close=True)
    till.run(5.0)
    assert known == [PAID]


def test_a_silent_line_is_unknown_and_goes_on_being_asked() -> None:
    till = terminal(pays_after_s=4.0)
    begun(till)
    fail(till, *["lost"] * 6)
    known = waited(till)
    till.run(9.0)
    assert known == []
    till.run(11.5)
    assert known == [NOT_KNOWN]
    assert (till.state(FIRST), till.payments.unknown_count) == ("unknown", 1)
    again = waited(till)
    till.run(200.0)
    assert (known, again) == ([NOT_KNOWN], [PAID])


def test_a_centre_that_speaks_is_waited_for_longer_than_the_patience() -> None:
    till = terminal(pays_after_s=18.0)
    begun(till)
    known = waited(till)
    till.run(17.5)
    assert known == []
    assert PACE.patience_s < 17.5
    till.run(30.0)
    assert known == [PAID]


def test_garbage_is_unknown_too() -> None:
    till = terminal()
    begun(till)
    fail(till, "garbage")
    waited(till)
    till.run(2.0)
    assert till.state(FIRST) == "unknown"
    till.run(6.0)
    assert till.state(FIRST) == "pending"


def test_after_an_end_waiting_is_answered_at_once() -> None:
    till = terminal(pays_after_s=1.0)
    begun(till)
    till.run(10.0)
    assert waited(till) == [PAID]
    assert waited(till, close=True) == [PAID]
    assert waited(till, "nobody") == [PaymentFacts("nobody", Money.UNKNOWN)]


def test_the_centres_wish_to_be_left_alone_is_kept() -> None:
    till = terminal()
    begun(till)
    till.centre.busy_s = 15.0
    waited(till)
    till.run(15.0)
    assert till.centre.calls.count(("query", FIRST)) == 0
    assert till.centre.refusals == 1


def test_without_a_centre_a_pad_or_a_disk_nothing_begins() -> None:
    till = terminal()
    till.start(centre=False)
    assert begin(till) == [Failed(Why.UNREACHABLE)]
    till.start(pad=False)
    assert begin(till, Means.PAD) == [Failed(Why.DEVICE, "disconnected")]
    till.start()
    till.store.full = True
    assert begin(till) == [Failed(Why.BROKEN, "store")]
    till.store.full = False
    assert till.book.unsettled() == []
    assert till.centre.calls == []


@pytest.mark.parametrize("fault", ["lost", "answer_lost", "late", "garbage"])
def test_what_could_not_be_offered_is_closed_behind_the_visitors_back(fault: str) -> None:
    till = terminal()
    fail(till, fault)
    (told,) = begin(till)
    assert isinstance(told, Failed)
    till.run(60.0)
    assert till.state(FIRST) == "not_paid"
    assert till.ledger.state[FIRST] == "closed"


def test_another_attempt_begins_only_when_the_earlier_one_took_no_money() -> None:
    till = terminal()
    begun(till)
    (told,) = begin(till)
    assert isinstance(told, PaymentOffered)
    assert told.offered.attempt == SECOND
    assert (till.state(FIRST), till.ledger.state[FIRST]) == ("not_paid", "closed")


def test_when_the_earlier_attempt_was_paid_none_begins() -> None:
    till = terminal(pays_after_s=0.0)
    begun(till)
    till.run(1.5)
    assert begin(till) == [Failed(Why.REFUSED, "order_not_open")]
    assert begin(till) == [Failed(Why.REFUSED, "order_not_open")]
    assert till.ledger.net(ORDER.order_id) == 1
    assert till.book.get(SECOND) is None


def test_while_the_earlier_attempt_is_unknown_none_begins() -> None:
    till = terminal()
    begun(till)
    fail(till, *["lost"] * 100)
    told: list[PaymentOffered | Failed] = []
    till.payments.begin(ORDER, Means.QR, told.append)
    till.run(15.0)
    assert told == [Failed(Why.REFUSED, "attempt_open")]
    assert till.state(FIRST) == "closing"
    assert till.book.get(SECOND) is None


def test_an_attempt_that_did_not_get_beyond_the_disk_stands_in_nobodys_way() -> None:
    till = terminal()
    new = NewPayment(FIRST, ORDER.order_id, ORDER.case_no, ORDER.region, AMOUNT, "qr")
    assert till.book.begin(new)
    assert next(till.names) == FIRST
    begun(till)
    assert till.state(FIRST) == "not_paid"
    assert till.centre.calls == [("begin", SECOND)]


def test_a_begin_that_crashes_is_our_own_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    till = terminal()

    def crash(*_: str) -> Attempt:
        raise ZeroDivisionError

    monkeypatch.setattr(till.centre, "begin_attempt", crash)
    assert begin(till) == [Failed(Why.BROKEN)]


def test_who_leaves_is_told_nothing_and_the_code_is_closed() -> None:
    till = terminal()
    begun(till)
    known = waited(till)
    till.payments.forget()
    till.run(30.0)
    assert known == []
    assert (till.state(FIRST), till.ledger.state[FIRST]) == ("not_paid", "closed")


def test_who_leaves_while_it_begins_is_offered_nothing() -> None:
    till = terminal()
    told: list[PaymentOffered | Failed] = []
    till.payments.begin(ORDER, Means.QR, told.append)
    till.payments.forget()
    till.run(30.0)
    assert told == []
    assert till.state(FIRST) == "not_paid"


def test_who_pays_while_leaving_has_paid() -> None:
    till = terminal(pays_after_s=0.0)
    begun(till)
    till.payments.forget()
    till.run(30.0)
    assert till.state(FIRST) == "paid"


@pytest.mark.parametrize(("pays_after_s", "state"), [(0.0, "paid"), (None, "not_paid")])
def test_after_a_restart_the_case_gets_its_result(pays_after_s: float | None, state: str) -> None:
    till = terminal(pays_after_s=pays_after_s)
    begun(till)
    till.restart()
    till.run(30.0)
    assert till.state(FIRST) == state


def test_after_a_restart_the_centre_may_be_known_later() -> None:
    till = terminal(pays_after_s=0.0)
    begun(till)
    till.clock.crash()
    till.start(centre=False)
    till.payments.recover()
    till.run(300.0)
    assert till.state(FIRST) == "closing"
    till.payments.fit_centre(till.centre)
    till.run(301.0)
    assert till.state(FIRST) == "paid"


def test_a_disk_that_can_not_be_read_at_a_start_is_read_later() -> None:
    till = terminal()
    begun(till)
    till.clock.crash()
    till.start()
    till.store.unreadable = True
    till.payments.recover()
    till.run(till.clock.now + 1.0)
    till.store.unreadable = False
    till.run(till.clock.now + 30.0)
    assert till.state(FIRST) == "not_paid"


def test_an_answer_that_can_not_be_written_is_not_told_and_asked_for_again() -> None:
    till = terminal(pays_after_s=0.0)
    begun(till)
    known = waited(till)
    till.store.full = True
    till.run(8.0)
    assert known == []
    assert till.state(FIRST) == "pending"
    till.store.full = False
    till.run(20.0)
    assert known == [PAID]


def test_a_crash_while_asking_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    till = terminal(pays_after_s=3.0)
    begun(till)
    crashes = [ZeroDivisionError(), Unreachable("planted")]
    honest = till.centre.attempt

    def crash(order_id: str, attempt: str) -> AttemptState:
        if crashes:
            raise crashes.pop()
        return honest(order_id, attempt)

    monkeypatch.setattr(till.centre, "attempt", crash)
    known = waited(till)
    till.run(30.0)
    assert known == [PAID]


def test_an_answer_for_an_attempt_that_nobody_asked_about_is_refused() -> None:
    till = terminal()
    new = NewPayment(FIRST, ORDER.order_id, ORDER.case_no, ORDER.region, AMOUNT, "qr")
    assert till.book.begin(new)
    assert till.payments.found(FIRST, PaymentEvent.FOUND_PAID, "S-0017") is False
    assert till.state(FIRST) == PaymentState.BEGUN


def test_paid_stays_paid_and_a_denial_raises_the_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    till = terminal(Means.PAD, pays_after_s=1.0)
    spoil(till, "answer_lost")

    def deny(_ref: str) -> Job:
        yield Progress("pad_asking")
        return ChargeResult(ChargeOutcome.NOT_PAID, "closed")

    monkeypatch.setattr(till.pad, "inquire", deny)
    begun(till)
    known = waited(till)
    till.run(20.0)
    assert known == [PAID]
    assert till.state(FIRST) == "paid"
    assert [body["code"] for body in till.put("incident")] == ["paid_then_denied"]
