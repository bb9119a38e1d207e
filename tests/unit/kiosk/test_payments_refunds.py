"""Money that comes when none should, and how it goes back, in virtual time."""

from __future__ import annotations

from devices.api import Job, Progress
from kiosk.journey.case_facts import Means
from kiosk.journey.events import Failed, Why
from kiosk.money.payment import PaymentEvent
from tests.unit.kiosk.money.case import PACE, Terminal
from tests.unit.kiosk.money.sides import UNKNOWN
from tests.unit.kiosk.money.till import (
    CLOSED,
    FIRST,
    NOT_KNOWN,
    begin,
    begun,
    fail,
    spoil,
    terminal,
    waited,
)


def paid_after_closing(till: Terminal) -> None:
    """The centre has closed it, the acquirer forgets that, and the delayed order gets through."""
    till.ledger.forgetful = True
    spoil(till, "late", *["lost"] * 4)
    begun(till)
    waited(till, close=True)
    till.run(5.0)
    assert till.state(FIRST) == "not_paid"
    till.run(PACE.look_back_s + 20.0)


def test_money_that_comes_after_closing_is_voided_with_an_alarm() -> None:
    till = terminal(Means.PAD, pays_after_s=0.5)
    paid_after_closing(till)
    till.run(200.0)
    assert (till.state(FIRST), till.ledger.state[FIRST]) == ("refunded", "refunded")
    assert [body["code"] for body in till.put("incident")] == ["paid_after_closing"]
    assert till.put("pad_result")[-1]["outcome"] == "voided"
    assert till.pad.asked.count(("void", f"V{FIRST}")) == 1


def test_a_void_whose_answer_is_lost_is_asked_about_before_it_is_repeated() -> None:
    till = terminal(Means.PAD, pays_after_s=0.5)
    till.ledger.forgetful = True
    spoil(till, "late", *["lost"] * 4)
    begun(till)
    waited(till, close=True)
    honest = till.pad.void

    def lost(ref_new: str, orig_ref: str, amount_fen: int) -> Job:
        yield from honest(ref_new, orig_ref, amount_fen)
        return UNKNOWN

    till.pad.void = lost
    till.run(300.0)
    assert till.state(FIRST) == "refunded"
    assert [verb for verb, _ in till.pad.asked if "void" in verb] == ["void", "inquire_void"]


def test_a_void_that_never_arrived_is_sent_again_under_the_same_number() -> None:
    till = terminal(Means.PAD, pays_after_s=0.5)
    till.ledger.forgetful = True
    spoil(till, "late", *["lost"] * 4)
    begun(till)
    waited(till, close=True)
    honest, times = till.pad.void, [0]

    def lost_once(ref_new: str, orig_ref: str, amount_fen: int) -> Job:
        times[0] += 1
        if times[0] == 1:
            yield Progress("pad_asking")
            return UNKNOWN
        return (yield from honest(ref_new, orig_ref, amount_fen))

    till.pad.void = lost_once
    till.run(300.0)
    assert till.state(FIRST) == "refunded"
    assert times == [2]
    assert {ref for verb, ref in till.pad.asked if "void" in verb} == {f"V{FIRST}"}


def test_a_void_that_is_refused_is_for_staff_who_enter_what_they_found() -> None:
    till = terminal(Means.PAD, pays_after_s=0.5)
    till.pad.refuses_voids = True
    paid_after_closing(till)
    till.run(300.0)
    assert till.state(FIRST) == "staff"
    codes = [body["code"] for body in till.put("incident")]
    assert codes == ["paid_after_closing", "void_failed"]
    assert begin(till) == [Failed(Why.REFUSED, "attempt_open")]
    assert till.payments.found(FIRST, PaymentEvent.FOUND_REFUNDED, "S-0017")
    assert till.state(FIRST) == "refunded"
    assert till.book.history(FIRST)[-1].evidence == {"reviewer": "S-0017"}
    assert till.payments.found(FIRST, PaymentEvent.FOUND_PAID, "S-0017") is False
    assert till.payments.found("nobody", PaymentEvent.FOUND_PAID, "S-0017") is False


def test_what_the_centre_gives_back_is_not_voided_as_well() -> None:
    till = terminal(Means.PAD, pays_after_s=0.5)
    till.centre.gives_back = True
    till.ledger.forgetful = True
    spoil(till, "late", *["lost"] * 4)
    begun(till)
    waited(till, close=True)
    till.run(300.0)
    assert till.state(FIRST) == "refund_due"
    assert not any("void" in verb for verb, _ in till.pad.asked)
    till.ledger.give_back(FIRST)
    till.run(500.0)
    assert till.state(FIRST) == "refunded"
    assert [body["code"] for body in till.put("incident")] == ["paid_after_closing"]


def test_a_refund_is_told_as_not_paid_and_one_under_way_as_unknown() -> None:
    till = terminal(pays_after_s=0.0)
    begun(till)
    till.centre.gives_back = True
    known = waited(till)
    till.run(5.0)
    assert known == [NOT_KNOWN]
    assert [body["code"] for body in till.put("incident")] == ["given_back"]
    till.ledger.give_back(FIRST)
    till.run(100.0)
    assert waited(till) == [CLOSED]


def test_an_end_without_money_is_looked_back_on_once() -> None:
    till = terminal()
    begun(till)
    waited(till, close=True)
    till.run(5.0)
    till.centre.calls.clear()
    till.run(1_000.0)
    assert till.centre.calls == [("query", FIRST)]


def test_a_look_back_waits_for_the_line() -> None:
    till = terminal()
    begun(till)
    waited(till, close=True)
    till.run(5.0)
    fail(till, *["lost"] * 5)
    till.run(1_000.0)
    assert till.centre.calls[-1] == ("query", FIRST)
