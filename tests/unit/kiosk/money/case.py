"""One case: a terminal with payments in the small world, its visitor, its payer, its crashes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.central.errors import CentralError, Unreachable
from kiosk.journey.case_facts import Means, Money, OrderFacts
from kiosk.journey.events import Failed, PaymentKnown, PaymentOffered, Why
from kiosk.settlement.payment_ports import Pace
from kiosk.settlement.payments import Payments
from offline_cache.payments import PaymentBook
from tests.unit.kiosk.money.sides import AMOUNT, Centre, Jobs, Pad, Trouble
from tests.unit.kiosk.money.world import NOON, Clock, Killed, Ledger, MemoryStore, Points

ORDER = OrderFacts("order-1", "9901012611210001", "990101", AMOUNT, "open", (), ())
PACE = Pace(patience_s=10.0, pad_life_s=90.0, look_back_s=40.0)
LONG_S = 3_000.0
MOST_STEPS = 20_000
MOST_TRIES = 3


def failed(exc: CentralError) -> Failed:
    return Failed(Why.UNREACHABLE if isinstance(exc, Unreachable) else Why.REFUSED)


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens in a case. ``pays_after_s``: None for a payer who never pays, negative for one
    whose bank declines. ``visitor``: waits, closes, leaves. Faults: of the centre's exchanges and
    of the pad's, in order. ``kill_at``: the points at which the process dies, one per life.
    """

    means: Means
    pays_after_s: float | None = 1.5
    visitor: str = "waits"
    centre_faults: tuple[str, ...] = ()
    pad_faults: tuple[str, ...] = ()
    kill_at: tuple[int, ...] = ()


class Terminal:
    """``restart`` keeps the store and the world, and nothing else."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.point = Points()
        self.clock = Clock()
        self.ledger = Ledger()
        self.store = MemoryStore(self.point)
        self.centre = Centre(self.ledger, self.clock, self.point, Trouble(plan.centre_faults))
        self.pad = Pad(self.ledger, self.clock, self.point, Trouble(plan.pad_faults))
        self.pad.order_id = ORDER.order_id
        self.pad.shown = self._payer_acts
        self.book = PaymentBook(self.store, lambda: NOON.timestamp() + self.clock.now)
        self.names = (f"attempt{number:017d}" for number in itertools.count(1))
        self.told: list[PaymentKnown | PaymentOffered | Failed] = []
        self.nudges = 0
        self.errands_at = 0.0
        self.start()

    def start(self, *, centre: bool = True, pad: bool = True) -> None:
        self.payments = Payments(
            self.book,
            errand=self._errand,
            post=self.clock.post,
            call_later=self.clock.call_later,
            now=lambda: NOON,
            nudge=self._nudge,
            failed=failed,
            pace=PACE,
            new_attempt=lambda: next(self.names),
        )
        self.jobs = Jobs(self.clock, self.payments.finished)
        if pad:
            self.payments.fit_pad(self.pad, self.jobs)
        if centre:
            self.payments.fit_centre(self.centre)

    def restart(self) -> None:
        self.clock.crash()
        self.start()
        self.payments.recover()

    def run(self, until: float = LONG_S) -> None:
        """Let the world go on to that time, or until nothing is left to happen."""
        for _ in range(MOST_STEPS):
            if not self.clock.step(until):
                return
        raise AssertionError("the world does not come to rest")

    def raw(self, kind: str) -> list[bytes]:
        """The bodies of the records of this kind that wait for the centre."""
        rows = self.store.rows("SELECT body FROM outbox WHERE kind = ? ORDER BY seq", kind)
        return [bytes(body) for (body,) in rows]

    def put(self, kind: str) -> list[dict[str, object]]:
        """The same, read."""
        return [json.loads(body) for body in self.raw(kind)]

    def state(self, attempt: str) -> str:
        found = self.book.get(attempt)
        assert found is not None
        return found.state

    def visit(self) -> None:
        """Somebody pays the order, trying again as long as the terminal lets them."""
        Visitor(self).begin()

    def payer_sees(self, ref: str) -> None:
        """A QR code is on the screen."""
        self._payer_acts(ref)

    def _payer_acts(self, ref: str) -> None:
        after_s = self.plan.pays_after_s
        if after_s is None:
            return
        act = self.ledger.pay if after_s >= 0 else self.ledger.decline
        self.clock.elsewhere(abs(after_s), lambda: act(ref))

    def _errand(self, errand: Callable[[], None]) -> None:
        """In order, a tenth of a second each."""
        self.errands_at = max(self.errands_at, self.clock.now) + 0.1
        self.clock.call_later(self.errands_at - self.clock.now, errand)

    def _nudge(self) -> None:
        self.nudges += 1


class Visitor:
    """Presses *pay* again after everything that is not PAID: the terminal must hold them back."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._tries = 0

    def begin(self) -> None:
        self._tries += 1
        if self._tries <= MOST_TRIES:
            terminal = self._terminal
            terminal.payments.begin(ORDER, terminal.plan.means, self._offered)

    def _offered(self, told: PaymentOffered | Failed) -> None:
        terminal = self._terminal
        terminal.told.append(told)
        if isinstance(told, Failed):
            terminal.clock.call_later(5.0, self.begin)
            return
        attempt = told.offered.attempt
        if told.offered.means is Means.QR:
            terminal.payer_sees(attempt)
        terminal.payments.wait(attempt, self._known)
        if terminal.plan.visitor == "closes":
            terminal.clock.call_later(
                2.0, lambda: terminal.payments.close(attempt, lambda _known: None)
            )
        elif terminal.plan.visitor == "leaves":
            terminal.clock.call_later(2.0, self._leave)

    def _known(self, known: PaymentKnown) -> None:
        self._terminal.told.append(known)
        if known.payment.money is not Money.PAID:
            self._terminal.clock.call_later(1.0, self.begin)

    def _leave(self) -> None:
        self._terminal.payments.forget()
        self._tries = MOST_TRIES


def played(plan: Plan, terminal: Terminal | None = None) -> Terminal:
    """The case from its first press to its rest, with a restart after each death."""
    terminal = terminal or Terminal(plan)
    deaths = list(plan.kill_at)
    terminal.point.kill_at = deaths.pop(0) if deaths else None
    act = terminal.visit
    while True:
        try:
            act()
            terminal.run()
        except Killed:
            terminal.point.kill_at = terminal.point.passed + deaths.pop(0) if deaths else None
            act = _next_life(terminal)
        else:
            return terminal


def _next_life(terminal: Terminal) -> Callable[[], None]:
    def act() -> None:
        terminal.restart()
        terminal.clock.call_later(3.0, terminal.visit)

    return act


def wrongs(terminal: Terminal) -> list[str]:
    """In what our ledger and the acquirer's differ, once all is at rest."""
    found: list[str] = []
    ledger = terminal.ledger
    if ledger.most_at_once > 1:
        found.append("charged twice")
    for ref, state in ledger.state.items():
        ours = terminal.book.get(ref)
        expected = {"closed": "not_paid", "waiting": "closed by now"}.get(state, state)
        if ours is None or ours.state != expected:
            found.append(f"{ref} is {state} there, {ours and ours.state} here")
    found += [f"{p.attempt} is left {p.state}" for p in terminal.book.unsettled()]
    found += [
        f"{known.payment.attempt} was told {known.payment.money}"
        for known in terminal.told
        if isinstance(known, PaymentKnown) and not _is_true(ledger, known)
    ]
    return found


def _is_true(ledger: Ledger, known: PaymentKnown) -> bool:
    paid = ledger.state.get(known.payment.attempt) == "paid"
    return known.payment.money is Money.UNKNOWN or paid is (known.payment.money is Money.PAID)
