"""The other sides of a payment in the small world: centre, pad, the pad's worker; with faults."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from devices.api import (
    Cancelled,
    ChargeOutcome,
    ChargeResult,
    DeviceError,
    Done,
    Failed,
    Fault,
    Job,
    JobFinished,
    Outcome,
    Progress,
)
from kiosk.central.errors import Busy, CentralError, Disbelief, Refused, Unbelievable, Unreachable
from kiosk.central.models import Problem
from kiosk.central.models_payment import Attempt, AttemptQr, AttemptState
from tests.unit.kiosk.money.world import NOON, Clock, Ledger, Points

Answer = TypeVar("Answer")
AMOUNT = 8000
SIGN_S = 0.5
LATE_S = 7.0
"""How late a delayed request reaches the other side."""
FAULTS = ("", "lost", "answer_lost", "late", "garbage")
"""Of one exchange: none; it never arrives; its answer does not; it arrives late and its answer
does not; the answer is no answer."""


class Trouble:
    """Deals out faults in order, then none."""

    def __init__(self, faults: Iterable[str]) -> None:
        self._faults = list(faults)

    def next(self) -> str:
        return self._faults.pop(0) if self._faults else ""


class Centre:
    """The registration centre, answering from the ledger."""

    def __init__(self, ledger: Ledger, clock: Clock, point: Points, trouble: Trouble) -> None:
        self._ledger = ledger
        self._clock = clock
        self._point = point
        self.trouble = trouble
        self.known: dict[str, str] = {}
        self.qr_life_s = 20
        self.busy_s = 0.0
        self.refusals = 0
        self.gives_back = False
        self.calls: list[tuple[str, str]] = []
        self.requests: dict[str, tuple[str, str]] = {}

    def begin_attempt(self, order_id: str, attempt: str, means: str, key: str) -> Attempt:
        self._same(f"begin {attempt}", order_id, key)

        def do() -> Attempt:
            self.known[attempt] = means
            if means == "qr":
                self._ledger.open(attempt, order_id)
            qr = AttemptQr(payload=f"pay:{attempt}", expires_in_s=self.qr_life_s)
            return Attempt(attempt=attempt, state="pending", qr=qr if means == "qr" else None)

        return self._exchange("begin", attempt, do)

    def attempt(self, order_id: str, attempt: str) -> AttemptState:
        def do() -> AttemptState:
            assert self._ledger.order_of.get(attempt, order_id) == order_id
            if attempt not in self.known:
                raise Refused(Problem(status=404, code="attempt_unknown"))
            return self.told(attempt)

        return self._exchange("query", attempt, do)

    def close_attempt(self, order_id: str, attempt: str, key: str) -> AttemptState:
        self._same(f"close {attempt}", order_id, key)

        def do() -> AttemptState:
            self.known.setdefault(attempt, "")
            self._ledger.close(attempt)
            return self.told(attempt)

        return self._exchange("close", attempt, do)

    def told(self, attempt: str) -> AttemptState:
        """The ledger's state in the centre's words."""
        at = NOON + timedelta(seconds=self._clock.now)
        match self._ledger.state.get(attempt):
            case "paid":
                state = "refunding" if self.gives_back else "paid"
                return AttemptState(attempt=attempt, state=state, paid_fen=AMOUNT, at=at)
            case "refunded":
                return AttemptState(attempt=attempt, state="refunded", paid_fen=AMOUNT, at=at)
            case "closed":
                reason = "declined" if self._ledger.reason[attempt] == "declined" else "closed"
                return AttemptState(
                    attempt=attempt, state="not_paid", reason=reason, paid_fen=0, at=at
                )
            case _ if ("close", attempt) in self.calls and self._ledger.forgetful:
                return AttemptState(
                    attempt=attempt, state="not_paid", reason="closed", paid_fen=0, at=at
                )
            case _:
                return AttemptState(attempt=attempt, state="pending", paid_fen=0, at=at)

    def _same(self, request: str, order_id: str, key: str) -> None:
        """A request made again, in another life even, is the same one."""
        assert self.requests.setdefault(request, (order_id, key)) == (order_id, key)

    def _exchange(self, verb: str, attempt: str, do: Callable[[], Answer]) -> Answer:
        self._point()
        if self.busy_s:
            self.refusals += 1
            raise Busy(self.busy_s)
        fault = self.trouble.next()
        if fault == "lost":
            raise Unreachable("planted")
        if fault == "late":
            self._clock.elsewhere(LATE_S, lambda: _quietly(do))
            raise Unreachable("planted")
        self.calls.append((verb, attempt))
        answer = do()
        self._point()
        if fault == "answer_lost":
            raise Unreachable("planted")
        if fault == "garbage":
            raise Unbelievable(Disbelief.SCHEMA, "planted")
        return answer


class Pad:
    """A payment pad on a line that loses things. What it shows, a payer may pay."""

    def __init__(self, ledger: Ledger, clock: Clock, point: Points, trouble: Trouble) -> None:
        self._ledger = ledger
        self._clock = clock
        self._point = point
        self.trouble = trouble
        self.order_id = ""
        self.shown: Callable[[str], None] = lambda _: None
        self.voids: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        self.paid_fen = AMOUNT
        self.refuses_voids = False
        self.trans_no = "202611210000000001"
        self.patience = 120

    def charge(
        self, ref: str, amount_fen: int, *, description: str, sent: Callable[[], None]
    ) -> Job:
        assert description
        assert amount_fen == AMOUNT
        yield Progress("pad_waiting")
        sent()
        fault = self._send("charge", ref, lambda: self._show(ref))
        if fault in {"lost", "late"}:
            return UNKNOWN
        for _ in range(self.patience):
            yield Progress("pad_waiting")
            result = self._stands(ref)
            if result.outcome in {ChargeOutcome.PAID, ChargeOutcome.NOT_PAID}:
                self._point()
                return UNKNOWN if fault else result
        return UNKNOWN

    def inquire(self, ref: str) -> Job:
        yield Progress("pad_asking")
        fault = self._send("inquire", ref, _nothing)
        return UNKNOWN if fault else self._stands(ref)

    def cancel(self, ref: str) -> Job:
        yield Progress("pad_closing")
        fault = self._send("cancel", ref, lambda: self._ledger.close(ref))
        return UNKNOWN if fault else self._stands(ref)

    def void(self, ref_new: str, orig_ref: str, amount_fen: int) -> Job:
        assert amount_fen == AMOUNT
        yield Progress("pad_asking")
        fault = self._send("void", ref_new, lambda: self._give_back(ref_new, orig_ref))
        return UNKNOWN if fault else self._void_stands(ref_new)

    def inquire_void(self, ref: str) -> Job:
        yield Progress("pad_asking")
        fault = self._send("inquire_void", ref, _nothing)
        return UNKNOWN if fault else self._void_stands(ref)

    def _send(self, verb: str, ref: str, do: Callable[[], None]) -> str:
        fault = self.trouble.next()
        self._point()
        if fault == "late":
            self._clock.elsewhere(LATE_S, do)
        elif fault != "lost":
            self.asked.append((verb, ref))
            do()
            self._point()
        return fault

    def _show(self, ref: str) -> None:
        self._ledger.open(ref, self.order_id)
        self.shown(ref)

    def _stands(self, ref: str) -> ChargeResult:
        match self._ledger.state.get(ref):
            case "paid":
                evidence = {"ref": ref, "trans_no": self.trans_no}
                return ChargeResult(ChargeOutcome.PAID, paid_fen=self.paid_fen, evidence=evidence)
            case "closed":
                return ChargeResult(ChargeOutcome.NOT_PAID, self._ledger.reason[ref])
            case "refunded":
                return ChargeResult(ChargeOutcome.NOT_PAID, "cancelled")
            case "waiting":
                return ChargeResult(ChargeOutcome.PENDING)
            case _:
                return ChargeResult(ChargeOutcome.NOT_FOUND)

    def _give_back(self, ref_new: str, orig_ref: str) -> None:
        done = not self.refuses_voids and self._ledger.give_back(orig_ref)
        self.voids.setdefault(ref_new, "done" if done else "refused")

    def _void_stands(self, ref: str) -> ChargeResult:
        match self.voids.get(ref):
            case "done":
                return ChargeResult(ChargeOutcome.NOT_PAID, "voided")
            case "refused":
                return ChargeResult(ChargeOutcome.UNKNOWN, "declined")
            case _:
                return ChargeResult(ChargeOutcome.NOT_FOUND)


UNKNOWN = ChargeResult(ChargeOutcome.UNKNOWN, evidence={"fault": "silent"})


class Jobs:
    """A device worker in virtual time: one job after the other, half a second per sign of life."""

    device_id = "payment_pad"

    def __init__(self, clock: Clock, ended: Callable[[JobFinished], None]) -> None:
        self._clock = clock
        self._ended = ended
        self._queue: list[tuple[str, Callable[[], Job]]] = []
        self._cancelled: set[str] = set()
        self._running: Generator[Progress, None, object] | None = None
        self.away = False
        self.stuck = False

    def submit(self, job_id: str, job: Callable[[], Job]) -> None:
        self._queue.append((job_id, job))
        if len(self._queue) == 1:
            self._clock.post(self._start)

    def cancel(self, job_id: str) -> None:
        self._cancelled.add(job_id)

    def come_back(self) -> None:
        """A driver that hung goes on."""
        self.stuck = False
        self._clock.post(self._go_on)

    def _start(self) -> None:
        job_id, job = self._queue[0]
        if self.away:
            self._end(Failed(Fault.DISCONNECTED, None, "not open"))
        elif job_id in self._cancelled:
            self._end(Cancelled())
        else:
            self._running = job()
            self._go_on()

    def _go_on(self) -> None:
        if self.stuck or self._running is None:
            return
        job_id, _ = self._queue[0]
        try:
            next(self._running)
        except StopIteration as stop:
            self._end(Done(stop.value))
        except DeviceError as exc:
            self._end(Failed(exc.fault, None, exc.detail))
        except ArithmeticError:
            self._end(Failed(Fault.DRIVER_CRASHED))
        else:
            if job_id in self._cancelled:
                self._running.close()
                self._end(Cancelled())
            else:
                self._clock.call_later(SIGN_S, self._go_on)

    def _end(self, outcome: Outcome) -> None:
        job_id, _ = self._queue.pop(0)
        self._running = None
        if self._queue:
            self._clock.post(self._start)
        event = JobFinished(job_id, self.device_id, outcome)
        self._clock.post(lambda: self._ended(event))


def _nothing() -> None:
    pass


def _quietly(do: Callable[[], object]) -> None:
    with suppress(CentralError):
        do()
