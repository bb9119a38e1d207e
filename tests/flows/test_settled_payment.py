"""A payment told from the glass to the acquirer's ledger: visits, settlement and store are real.

The other sides are the small world of the money tests: a centre, a pad and an acquirer with memory,
in virtual time. What the visitor reads and what was taken must fit, in every ending.
"""

from __future__ import annotations

from typing import Self

import pytest

from kiosk.journey import effects
from kiosk.journey.case_facts import Means
from kiosk.journey.effects import Effect
from kiosk.journey.events import Decided, Failed, OrderKnown, PaymentKnown, PaymentOffered, Prepared
from tests.flows import samples_filing as filing
from tests.flows.fakes import Story
from tests.flows.filing_visitor import TRANSFER, Applicant
from tests.unit.kiosk.money.case import ORDER, PACE
from tests.unit.kiosk.money.sides import AMOUNT, FAULTS
from tests.unit.kiosk.money.till import FIRST, fail, spoil, terminal


class Payer(Applicant):
    """At the payment page; ``pays_after_s`` as in the money tests' plans."""

    def __init__(self, *, pays_after_s: float | None = 1.5) -> None:
        self.till = terminal(pays_after_s=pays_after_s)
        story = Story(
            prepared=[Prepared(filing.preparation(filing.item(fee=AMOUNT)))],
            decided=[Decided(filing.case(fee=AMOUNT))],
            ordered=[OrderKnown(ORDER)] * 4,
        )
        super().__init__(story, TRANSFER)
        beside = self.visits.perform

        def perform(effect: Effect) -> None:
            if isinstance(effect, effects.WipeVisit):
                self.till.payments.forget()
            if not self._settles(effect):
                beside(effect)

        self.visits.perform = perform
        self.comes_to_the_payment()

    def _settles(self, effect: Effect) -> bool:
        payments = self.till.payments
        match effect:
            case effects.BeginPayment(job_id=job_id, means=means):
                payments.begin(ORDER, means, lambda told: self._offered(job_id, told))
            case effects.AwaitPayment(job_id=job_id, attempt=attempt):
                payments.wait(attempt, lambda told: self._told(job_id, told))
            case effects.ClosePayment(job_id=job_id, attempt=attempt):
                payments.close(attempt, lambda told: self._told(job_id, told))
            case _:
                return False
        return True

    def _offered(self, job_id: str, told: PaymentOffered | Failed) -> None:
        if isinstance(told, PaymentOffered) and told.offered.means is Means.QR:
            self.till.payer_sees(told.offered.attempt)
        self._told(job_id, told)

    def _told(self, job_id: str, told: PaymentOffered | PaymentKnown | Failed) -> None:
        self.desk.queue.append((job_id, told))

    def pays(self, means: Means) -> Self:
        self.presses(f"pay:{means}")
        return self.world_goes_on(1.0)

    def world_goes_on(self, seconds: float = 400.0) -> Self:
        """In small steps, since what the visitor is told has them do the next thing."""
        until = self.till.clock.now + seconds
        while self.till.clock.now < until:
            self.till.run(min(until, self.till.clock.now + 0.5))
            self.till.clock.now = max(self.till.clock.now, min(until, self.till.clock.now + 0.5))
            self._settle()
        return self

    @property
    def taken(self) -> str:
        """The acquirer's word on the first attempt."""
        return self.till.ledger.state.get(FIRST, "none")


@pytest.mark.parametrize("means", list(Means))
def test_paid(means: Means) -> None:
    payer = Payer().pays(means).world_goes_on(20).sees("preview.heading.receipt")
    assert (payer.taken, payer.till.state(FIRST)) == ("paid", "paid")


@pytest.mark.parametrize("means", list(Means))
def test_declined_then_nothing_was_taken(means: Means) -> None:
    payer = Payer(pays_after_s=-1.5).pays(means).world_goes_on(20)
    payer.sees("trouble.pay_declined.heading")
    assert payer.taken == "closed", "the order took nothing and can take nothing any more"


@pytest.mark.parametrize("means", list(Means))
def test_called_off_by_the_payer(means: Means) -> None:
    payer = Payer(pays_after_s=None).pays(means).presses("cancel_payment").world_goes_on(30)
    payer.sees("trouble.pay_closed.heading")
    assert payer.taken in {"closed", "none"}


def test_a_code_that_has_expired_took_nothing() -> None:
    """This small centre says *closed* of what the kiosk closed when its time was over."""
    payer = Payer(pays_after_s=None).pays(Means.QR).world_goes_on(60)
    payer.sees("trouble.pay_closed.heading")
    assert payer.taken == "closed"


def test_unknown_then_paid_while_the_visitor_waits() -> None:
    payer = Payer(pays_after_s=4.0).pays(Means.QR)
    fail(payer.till, *["lost"] * 20)
    payer.world_goes_on(25).sees("trouble.pay_unknown.heading").world_goes_on(200)
    payer.presses("retry").world_goes_on(5).sees("preview.heading.receipt")
    assert payer.taken == "paid"


def test_unknown_then_not_paid() -> None:
    payer = Payer(pays_after_s=None).pays(Means.QR)
    fail(payer.till, *["lost"] * 20)
    payer.world_goes_on(25).sees("trouble.pay_unknown.heading").world_goes_on(300)
    payer.presses("retry").world_goes_on(5).sees("trouble.pay_closed.heading")
    assert payer.taken == "closed"


def test_the_visitor_leaves_in_doubt_and_the_case_gets_its_result() -> None:
    payer = Payer(pays_after_s=4.0).pays(Means.QR)
    fail(payer.till, *["lost"] * 20)
    payer.world_goes_on(25).sees("trouble.pay_unknown.heading").presses("next")
    payer.sees("rating.heading").presses("skip").sees("farewell.heading").world_goes_on()
    assert (payer.taken, payer.till.state(FIRST)) == ("paid", "paid")


def test_paid_after_closing_is_given_back_with_an_alarm() -> None:
    payer = Payer(pays_after_s=0.5)
    payer.till.ledger.forgetful = True
    spoil(payer.till, "late", *["lost"] * 4)
    payer.pays(Means.PAD).presses("cancel_payment").world_goes_on(5)
    payer.sees("trouble.pay_closed.heading").presses("next").sees("rating.heading")
    payer.world_goes_on(PACE.look_back_s + 300.0)
    assert (payer.taken, payer.till.state(FIRST)) == ("refunded", "refunded")
    assert [body["code"] for body in payer.till.put("incident")] == ["paid_after_closing"]


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault])
@pytest.mark.parametrize("step", range(4))
def test_a_pad_that_drops_out_at_each_step(step: int, fault: str) -> None:
    """Order, question, close, question: wherever its cable is pulled, nobody is charged twice."""
    payer = Payer()
    spoil(payer.till, *[""] * step, *[fault] * 6)
    payer.pays(Means.PAD).world_goes_on(PACE.pad_life_s + 60.0)
    said, taken = payer.heading, payer.taken
    if said == "preview.heading.receipt":
        assert taken == "paid"
    elif said.startswith("trouble.pay_") and "unknown" not in said:
        assert taken != "paid", said
    payer.world_goes_on(600.0)
    assert payer.till.state(FIRST) in {"paid", "not_paid"}
    assert (payer.till.state(FIRST) == "paid") == (payer.taken == "paid")
    assert payer.till.ledger.most_at_once <= 1
