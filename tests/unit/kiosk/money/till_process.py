"""Child of test_payment_kill.py: a till that pays one order at a real pad driver, until killed.

It is forked from a process that has imported everything, so that a life begins in milliseconds.
Every commit and every call to the centre is announced to the test, which answers or kills.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from devices.api import ChargeOutcome, ChargeResult, DeviceEvent, Done, Job, JobFinished
from devices.payment_pad.ecrhub_serial import EcrhubPad
from devices.payment_pad.line import PadTiming
from devices.worker import DeviceWorker
from kiosk.central.errors import CentralError, Unreachable
from kiosk.central.models_payment import Attempt, AttemptState
from kiosk.city_time import CITY
from kiosk.errands import Errands
from kiosk.journey.case_facts import Means, Money, OrderFacts
from kiosk.journey.events import Failed, PaymentKnown, PaymentOffered, Why
from kiosk.loop import Loop
from kiosk.settlement.payment_ports import Pace
from kiosk.settlement.payments import Payments
from offline_cache.payments import PaymentBook
from offline_cache.store import Row, Store, Value

KEY = bytes(range(32))
ORDER = OrderFacts("order-1", "9901012611210001", "990101", 8000, "open", (), ())
PACE = Pace(poll_s=0.05, pauses_s=(0.02, 0.05, 0.1), patience_s=5.0, look_back_s=600.0)
AGAIN_S = 0.05
PAYER_S = 0.2
"""How long the driver waits for an order's answer: payers here are quick."""
CHANGES_MIND_S = 0.02


class Test:
    """The test process at the other end of a socket; it answers each line with one."""

    def __init__(self, path: str) -> None:
        self._lock = threading.Lock()
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._lines = self._socket.makefile("r", encoding="utf-8")

    def tell(self, *words: str) -> str:
        with self._lock:
            self._socket.sendall((" ".join(words) + "\n").encode())
            answer = self._lines.readline()
        if not answer:
            os._exit(3)  # the test is over
        return answer.strip()


class AnnouncedStore(Store):
    """The real store; each commit after its opening is told before and after."""

    test: Test | None = None

    def _run(self, sql: str, bindings: tuple[Value, ...] = ()) -> list[Row]:
        if sql != "COMMIT" or self.test is None:
            return super()._run(sql, bindings)
        self.test.tell("commit", "before")
        done = super()._run(sql, bindings)
        self.test.tell("commit", "after")
        return done


class CentreAtTest:
    """The centre's calls, answered by the test."""

    def __init__(self, test: Test) -> None:
        self._test = test

    def begin_attempt(self, order_id: str, attempt: str, means: str, key: str) -> Attempt:
        return Attempt.model_validate_json(self._call("begin", order_id, attempt, means, key))

    def attempt(self, order_id: str, attempt: str) -> AttemptState:
        return AttemptState.model_validate_json(self._call("query", order_id, attempt))

    def close_attempt(self, order_id: str, attempt: str, key: str) -> AttemptState:
        return AttemptState.model_validate_json(self._call("close", order_id, attempt, key))

    def _call(self, *words: str) -> str:
        answer = self._test.tell("centre", *words)
        if answer == "unreachable":
            raise Unreachable("planted")
        return answer


class Till:
    """Wants one order paid. Begins again after everything that is not PAID."""

    def __init__(self, directory: Path, pad: EcrhubPad, test: Test, visitor: str) -> None:
        self._test = test
        self._visitor = visitor
        self._store = AnnouncedStore(directory / "till.db", KEY)
        self._store.test = test
        self._book = PaymentBook(self._store, time.time)
        self._loop = Loop()
        self._errands = Errands("payments")
        self._worker = DeviceWorker(pad, self._emit, poll_s=0.02)
        self._payments = Payments(
            self._book,
            errand=self._errands.run,
            post=self._loop.post,
            call_later=self._loop.call_later,
            now=lambda: datetime.now(CITY),
            nudge=lambda: None,
            failed=_failed,
            pace=PACE,
        )
        self._payments.fit_pad(pad, self._worker)
        self._payments.fit_centre(CentreAtTest(test))

    def run(self) -> None:
        self._errands.start()
        self._worker.start()
        self._loop.post(self._payments.recover)
        self._loop.post(self._begin)
        self._loop.run()
        self._worker.stop()
        self._store.close()

    def _emit(self, event: DeviceEvent) -> None:
        if isinstance(event, JobFinished):
            self._loop.post(lambda: self._payments.finished(event))

    def _begin(self) -> None:
        if self._book.unsettled():  # the journey asks the order first, and finds it not open
            self._loop.call_later(AGAIN_S, self._begin)
        else:
            self._payments.begin(ORDER, Means.PAD, self._offered)

    def _offered(self, told: PaymentOffered | Failed) -> None:
        if isinstance(told, PaymentOffered):
            attempt = told.offered.attempt
            self._payments.wait(attempt, self._known)
            if self._visitor == "closes":
                self._visitor = "pays"
                self._loop.call_later(
                    CHANGES_MIND_S, lambda: self._payments.close(attempt, lambda _known: None)
                )
        elif told.code == "order_not_open":
            self._done()
        else:
            self._loop.call_later(AGAIN_S, self._begin)

    def _known(self, known: PaymentKnown) -> None:
        self._test.tell("told", known.payment.attempt, known.payment.money)
        if known.payment.money is Money.PAID:
            self._done()
        else:
            self._loop.call_later(AGAIN_S, self._begin)

    def _done(self) -> None:
        self._test.tell("done")
        self._loop.stop()


class NaiveTill:
    """No intent on disk, no question asked: what was not answered was not paid."""

    def __init__(self, directory: Path, pad: EcrhubPad, test: Test) -> None:
        self._paid = directory / "naive.paid"
        self._pad = pad
        self._test = test
        self._ended = threading.Event()
        self._worker = DeviceWorker(pad, self._emit, poll_s=0.02)

    def run(self) -> None:
        if not self._paid.exists():
            self._worker.start()
            self._charge()
            self._ended.wait(10.0)
            self._worker.stop()
        self._test.tell("done")

    def _charge(self) -> None:
        ref = f"naive{time.time_ns()}"
        self._worker.submit(ref, lambda: self._job(ref))

    def _job(self, ref: str) -> Job:
        return self._pad.charge(ref, ORDER.total_fen, description=ORDER.case_no, sent=_nothing)

    def _emit(self, event: DeviceEvent) -> None:
        if not isinstance(event, JobFinished):
            return
        match event.outcome:
            case Done(value=ChargeResult(outcome=ChargeOutcome.PAID)):
                self._paid.touch()
                self._ended.set()
            case _:
                self._charge()


def _failed(exc: CentralError) -> Failed:
    return Failed(Why.UNREACHABLE, type(exc).__name__)


def _nothing() -> None:
    """Where an intent would be written down."""


def live(directory: Path, visitor: str) -> None:
    """One life, to its end if nobody kills it."""
    test = Test(str(directory / "test.sock"))
    timing = PadTiming(garbled_s=0.1, answer_s=1.0)
    pad = EcrhubPad("payment_pad", str(directory / "pad"), patience_s=PAYER_S, timing=timing)
    run: Callable[[], None]
    if visitor == "naive":
        run = NaiveTill(directory, pad, test).run
    else:
        run = Till(directory, pad, test, visitor).run
    run()


def main() -> None:
    """Fork a life for each line of input; say its number, and when it has ended."""
    for line in sys.stdin:
        directory, visitor = json.loads(line)
        child = os.fork()
        if child == 0:
            live(Path(directory), visitor)
            os._exit(0)
        os.write(1, f"{child}\n".encode())
        _, status = os.waitpid(child, 0)
        os.write(1, f"{status}\n".encode())


if __name__ == "__main__":
    main()
