"""A terminal in the small world whose visitor does nothing by itself, and what one can do there."""

from __future__ import annotations

from kiosk.journey.case_facts import Means, Money, PaymentFacts
from kiosk.journey.events import Failed, PaymentOffered
from tests.unit.kiosk.money.case import ORDER, Plan, Terminal
from tests.unit.kiosk.money.sides import AMOUNT

FIRST = "attempt00000000000000001"
SECOND = "attempt00000000000000002"
PAID = PaymentFacts(FIRST, Money.PAID, "", AMOUNT)
CLOSED = PaymentFacts(FIRST, Money.NOT_PAID, "closed", AMOUNT)
NOT_KNOWN = PaymentFacts(FIRST, Money.UNKNOWN, "", AMOUNT)


def terminal(means: Means = Means.QR, *, pays_after_s: float | None = None) -> Terminal:
    """One whose visitor does nothing by itself."""
    return Terminal(Plan(means, pays_after_s))


def begin(till: Terminal, means: Means | None = None) -> list[PaymentOffered | Failed]:
    told: list[PaymentOffered | Failed] = []
    till.payments.begin(ORDER, means or till.plan.means, told.append)
    till.run(till.clock.now + 1.0)
    return told


def begun(till: Terminal) -> str:
    """Begin, and see that it is offered."""
    (told,) = begin(till)
    assert isinstance(told, PaymentOffered)
    if told.offered.means is Means.QR:
        till.payer_sees(told.offered.attempt)
    return told.offered.attempt


def waited(till: Terminal, attempt: str = FIRST, *, close: bool = False) -> list[PaymentFacts]:
    told: list[PaymentFacts] = []
    ask = till.payments.close if close else till.payments.wait
    ask(attempt, lambda known: told.append(known.payment))
    return told


def fail(till: Terminal, *faults: str) -> None:
    """Plant what becomes of the centre's next exchanges."""
    till.centre.trouble = type(till.centre.trouble)(faults)


def spoil(till: Terminal, *faults: str) -> None:
    """Plant what becomes of the pad's next exchanges."""
    till.pad.trouble = type(till.pad.trouble)(faults)
