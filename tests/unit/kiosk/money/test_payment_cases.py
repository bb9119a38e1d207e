"""Crashes times faults, enumerated: our ledger and the acquirer's agree, and nobody pays twice.

A naive client in the same world must come out wrong, or the world proves nothing.
"""

from __future__ import annotations

import itertools
import random
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from devices.api import ChargeOutcome, ChargeResult, Done, JobFinished
from kiosk.central.errors import CentralError
from kiosk.journey.case_facts import Means
from kiosk.money import payment
from kiosk.money.payment import TABLE, Alarm, Becomes, PaymentEvent, PaymentState
from tests.unit.kiosk.money.case import ORDER, Plan, Terminal, played, wrongs
from tests.unit.kiosk.money.sides import AMOUNT, FAULTS, Jobs
from tests.unit.kiosk.money.world import Killed, Ledger

SEED = 20261122
CASES = 3_000
PAYERS = (0.5, 3.0, 12.0, 19.9, -3.0, None)
VISITORS = ("waits", "closes", "leaves")


def plans() -> list[Plan]:
    """Every plan without a crash; the faults of the first three exchanges with each side."""
    faults = tuple(itertools.product(FAULTS, repeat=3))
    made = [
        Plan(Means.QR, payer, visitor, centre_faults=some)
        for payer, visitor, some in itertools.product(PAYERS, VISITORS, faults)
    ]
    made += [
        Plan(Means.PAD, payer, visitor, centre_faults=(of_centre, of_close), pad_faults=some)
        for payer, visitor, some in itertools.product(PAYERS, VISITORS, faults)
        for of_centre, of_close in (("", ""), ("", "lost"), ("answer_lost", "late"))
    ]
    return made


def crashes(plan: Plan, chance: random.Random, points: int = 0) -> Iterator[Plan]:
    """The plan as it is, with one crash somewhere, and with two."""
    points = points or max(2, played(plan).point.passed)
    first = chance.randrange(1, points + 1)
    for kill_at in ((), (first,), (chance.randrange(1, points + 1), chance.randrange(1, 20))):
        yield Plan(
            plan.means,
            plan.pays_after_s,
            plan.visitor,
            plan.centre_faults,
            plan.pad_faults,
            kill_at,
        )


def test_no_case_of_crash_and_fault_goes_wrong() -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    all_plans = plans()
    chance.shuffle(all_plans)
    wrong: dict[Plan, list[str]] = {}
    ends: Counter[str] = Counter()
    count = 0
    for plan in itertools.chain.from_iterable(crashes(plan, chance) for plan in all_plans):
        terminal = played(plan)
        count += 1
        ends.update(terminal.ledger.state.values())
        if found := wrongs(terminal):
            wrong[plan] = found
        if count == CASES:
            break
    report(f"{count} of {3 * len(all_plans)} cases, seed {SEED}: {len(wrong)} wrong; {dict(ends)}")
    assert not wrong, next(iter(wrong.items()))
    assert min(ends["paid"], ends["closed"]) > CASES / 10


def test_every_single_crash_of_a_plain_payment() -> None:
    count = 0
    for means, payer in itertools.product(Means, PAYERS):
        points = played(Plan(means, payer)).point.passed
        for kill_at in range(1, points + 1):
            terminal = played(Plan(means, payer, kill_at=(kill_at,)))
            assert wrongs(terminal) == [], (means, payer, kill_at)
            count += 1
    report(f"{count} single crashes, none wrong")
    assert count > 100


@pytest.mark.parametrize("event", [PaymentEvent.SILENT, PaymentEvent.NOT_FOUND])
def test_with_one_wrong_rule_the_same_code_goes_wrong(
    event: PaymentEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silence taken for *declined*; *not found* taken for a proof."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    some = chance.sample(plans(), 300)
    rule = {event: Becomes(PaymentState.NOT_PAID)}
    broken = {state: {**row, **rule} if event in row else row for state, row in TABLE.items()}
    monkeypatch.setattr(payment, "TABLE", broken)
    wrong = [plan for plan in some if wrongs(played(plan))]
    report(f"{event} is not_paid: {len(wrong)} of {len(some)} wrong")
    assert wrong


def test_an_acquirer_that_forgets_a_close_is_found_out_and_the_money_goes_back() -> None:
    """The one thing no client can prevent; then at least nobody keeps the money in silence."""
    alarms = 0
    for payer, visitor in itertools.product((0.5, 3.0), ("closes", "leaves", "waits")):
        plan = Plan(Means.PAD, payer, visitor, pad_faults=("late", "lost", "lost", "lost"))
        terminal = Terminal(plan)
        terminal.ledger.forgetful = True
        played(plan, terminal)
        assert terminal.ledger.net(ORDER.order_id) <= 1
        assert terminal.book.unsettled() == []
        refunded = [ref for ref, state in terminal.ledger.state.items() if state == "refunded"]
        assert all(terminal.state(ref) == "refunded" for ref in refunded)
        raised = [body["code"] for body in terminal.put("incident")]
        assert raised == [Alarm.PAID_AFTER_CLOSING] * len(refunded)
        alarms += len(raised)
    assert alarms > 0


def report(line: str) -> None:
    """For whoever runs with -s."""
    sys.stdout.write(f"{line}\n")


class Naive:
    """A client as one is written in an afternoon: no answer is a *no*, and a crash forgets."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._tries = 0
        self.thinks_paid = 0

    def pay(self) -> None:
        self._tries += 1
        if self._tries > 3:
            return
        ref = next(self._terminal.names)
        if self._terminal.plan.means is Means.PAD:
            self._terminal.jobs.submit(
                ref,
                lambda: self._terminal.pad.charge(ref, AMOUNT, description="x", sent=lambda: None),
            )
            return
        try:
            self._terminal.centre.begin_attempt(ORDER.order_id, ref, "qr", f"key-{ref}")
        except CentralError:
            self._terminal.clock.call_later(1.0, self.pay)
            return
        self._terminal.payer_sees(ref)
        self._terminal.clock.call_later(2.0, lambda: self._look(ref, 10))

    def _look(self, ref: str, times: int) -> None:
        try:
            state = self._terminal.centre.attempt(ORDER.order_id, ref).state
        except CentralError:
            self.pay()
            return
        if state == "pending" and times:
            self._terminal.clock.call_later(2.0, lambda: self._look(ref, times - 1))
        elif state == "paid":
            self.thinks_paid += 1
        else:
            self.pay()

    def finished(self, event: JobFinished) -> None:
        match event.outcome:
            case Done(value=ChargeResult(outcome=ChargeOutcome.PAID)):
                self.thinks_paid += 1
            case _:
                self.pay()


def naively_played(plan: Plan) -> tuple[Ledger, Naive]:
    """The same world and the same crashes, with the naive client in it."""
    terminal = Terminal(plan)
    naive = Naive(terminal)
    terminal.jobs = Jobs(terminal.clock, naive.finished)
    terminal.point.kill_at = plan.kill_at[0] if plan.kill_at else None
    try:
        naive.pay()
        terminal.run(300.0)
    except Killed:
        terminal.clock.crash()
        naive = Naive(terminal)
        terminal.jobs = Jobs(terminal.clock, naive.finished)
        naive.pay()
        terminal.run(300.0)
    return terminal.ledger, naive


def test_a_naive_client_goes_wrong_in_the_same_world() -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    twice = wrong = 0
    some = chance.sample(plans(), 600)
    for plan in (crash for each in some for crash in crashes(each, chance, points=12)):
        ledger, naive = naively_played(plan)
        twice += ledger.most_at_once > 1
        wrong += ledger.net(ORDER.order_id) != min(1, naive.thinks_paid)
    report(f"naive: {wrong} of {3 * len(some)} wrong, {twice} of them charged twice or more")
    assert twice > len(some) / 10
