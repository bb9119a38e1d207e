"""One driver on one thread: exactly one JobFinished per submit, whatever happens."""

from __future__ import annotations

import random
import threading
from collections import Counter

from devices.api import (
    Cancelled,
    DeviceError,
    Done,
    Failed,
    Fault,
    Job,
    JobFinished,
    JobProgressed,
    Link,
    Progress,
)
from devices.worker import LONG_SILENCE_S, NOT_OPEN, REOPEN_MAX_S, DeviceWorker
from tests.unit.kiosk.bench import PATIENCE_S, Gadget, Inbox, endless, gone, value, working


def test_a_job_ends_with_its_value_and_each_sign_is_told_once() -> None:
    inbox = Inbox()
    with working(Gadget(), inbox) as worker:
        worker.submit("j", lambda: value(7, "a", "a", "b"))
        assert inbox.finished("j").outcome == Done(7)
    signs = [e.progress.what for e in inbox.seen if isinstance(e, JobProgressed)]
    assert signs == ["a", "b"]


def test_every_call_happens_on_the_workers_own_thread() -> None:
    gadget, inbox = Gadget(), Inbox()
    ran_on: list[int] = []

    def job() -> Job:
        ran_on.append(threading.get_ident())
        yield Progress("on")
        return None

    with working(gadget, inbox) as worker:
        worker.submit("j", job)
        inbox.finished("j")
    assert gadget.threads == set(ran_on)
    assert threading.get_ident() not in gadget.threads


def test_a_job_cancelled_before_its_start_never_starts() -> None:
    inbox, busy, begun = Inbox(), threading.Event(), list[str]()

    def second() -> Job:
        begun.append("second")
        yield Progress("on")
        return None

    with working(Gadget(), inbox) as worker:
        worker.submit("first", lambda: endless(busy))
        assert busy.wait(PATIENCE_S)
        worker.submit("second", second)
        worker.cancel("second")
        worker.cancel("first")
        assert inbox.finished("first").outcome == Cancelled(Progress("on"))
        assert inbox.finished("second").outcome == Cancelled()
    assert begun == []


def test_cancelling_closes_the_driver_s_generator_on_its_thread() -> None:
    inbox, started, ended = Inbox(), threading.Event(), threading.Event()
    with working(Gadget(), inbox) as worker:
        worker.submit("j", lambda: endless(started, ended))
        assert started.wait(PATIENCE_S)
        worker.cancel("j")
        assert inbox.finished("j").outcome == Cancelled(Progress("on"))
        assert ended.is_set()


def test_cancelling_a_job_of_another_device_leaves_nothing_behind() -> None:
    inbox = Inbox()
    with working(Gadget(), inbox) as worker:
        for number in range(100):
            worker.cancel(f"not-mine-{number}")
        worker.submit("not-mine-5", lambda: value("ran"))
        assert inbox.finished("not-mine-5").outcome == Done("ran")
        worker.cancel("not-mine-5")
        worker.submit("not-mine-5", lambda: value("again"))
        assert inbox.finished("not-mine-5").outcome == Done("again")
        assert worker._cancelled == set()  # pyright: ignore[reportPrivateUsage] - one turn, no thread


def test_a_driver_s_bug_is_an_outcome_and_not_a_dead_thread() -> None:
    inbox = Inbox()

    def bug() -> Job:
        yield Progress("before")
        raise ZeroDivisionError

    with working(Gadget(), inbox) as worker:
        worker.submit("bug", bug)
        outcome = inbox.finished("bug").outcome
        assert outcome == Failed(Fault.DRIVER_CRASHED, Progress("before"))
        worker.submit("next", lambda: value(1))
        assert inbox.finished("next").outcome == Done(1)


def test_a_fault_in_a_job_says_how_far_it_came() -> None:
    inbox = Inbox()

    def jam() -> Job:
        yield Progress("sheet", 1, 2)
        raise DeviceError(Fault.PAPER_JAM, "tray 2")

    with working(Gadget(), inbox) as worker:
        worker.submit("jam", jam)
        expected = Failed(Fault.PAPER_JAM, Progress("sheet", 1, 2), "tray 2")
        assert inbox.finished("jam").outcome == expected


def test_a_job_for_a_device_that_is_not_open_fails_at_once_and_is_never_run() -> None:
    gadget, inbox, ran = Gadget(), Inbox(), list[int]()
    gadget.open_fails = DeviceError(Fault.PORT_IN_USE)

    def job() -> Job:
        ran.append(1)
        yield Progress("on")
        return None

    with working(gadget, inbox) as worker:
        inbox.status(lambda status: status.fault is Fault.PORT_IN_USE)
        worker.submit("j", job)
        assert inbox.finished("j").outcome == Failed(Fault.PORT_IN_USE, None, NOT_OPEN)
    assert ran == []


def test_the_pause_between_failed_opens_grows_to_its_limit_and_is_short_again() -> None:
    gadget, worker_poll = Gadget(), 0.25
    worker = DeviceWorker(gadget, Inbox().post, poll_s=worker_poll)
    pauses: list[float] = []
    for failure in (gone(), ValueError("a driver's bug"), gone(), gone(), gone()):
        gadget.open_fails = failure
        worker._try_open()  # pyright: ignore[reportPrivateUsage] - one turn, no thread
        pauses.append(worker._reopen_s)  # pyright: ignore[reportPrivateUsage] - one turn, no thread
    assert pauses == [0.5, 1.0, 2.0, REOPEN_MAX_S, REOPEN_MAX_S]
    gadget.open_fails = None
    assert worker._try_open()  # pyright: ignore[reportPrivateUsage] - one turn, no thread
    assert worker._reopen_s == worker_poll  # pyright: ignore[reportPrivateUsage] - one turn, no thread


def test_a_pulled_cable_closes_the_port_and_plugging_in_opens_it_again() -> None:
    gadget, inbox = Gadget(), Inbox()
    with working(gadget, inbox):
        inbox.status(lambda status: status.link is Link.UP)
        gadget.poll_fails = gadget.open_fails = gone()
        down = inbox.status(lambda status: status.link is Link.DOWN)
        assert down.fault is Fault.DISCONNECTED
        gadget.poll_fails = gadget.open_fails = None
        inbox.status(lambda status: status.link is Link.UP)
    assert gadget.opened >= 2
    assert gadget.closed >= 2


class RaisesInClose(Gadget):
    """Breaks the word of every driver."""

    def close(self) -> None:
        super().close()
        raise ValueError("a driver's bug")


def test_a_close_that_raises_does_not_end_the_thread() -> None:
    gadget, inbox = RaisesInClose(), Inbox()
    with working(gadget, inbox):
        inbox.status(lambda status: status.link is Link.UP)
        gadget.poll_fails = gone()
        inbox.status(lambda status: status.link is Link.DOWN)
        gadget.poll_fails = None
        inbox.status(lambda status: status.link is Link.UP)
    assert gadget.closed >= 2


def test_who_was_called_hung_is_heard_again_when_it_comes_back() -> None:
    inbox, now = Inbox(), [0.0]
    worker = DeviceWorker(Gadget(), inbox.post, monotonic=lambda: now[0])
    told: list[int] = []
    for pause_s in (0.0, LONG_SILENCE_S, LONG_SILENCE_S + 1, 0.0):
        now[0] += pause_s
        worker._poll()  # pyright: ignore[reportPrivateUsage] - one turn, no thread
        told.append(len(inbox.drain()))
    assert told == [1, 1, 2, 2]


def test_a_bug_in_poll_is_told_once_and_not_at_every_look() -> None:
    gadget, inbox = Gadget(), Inbox()
    gadget.poll_fails = ValueError("a driver's bug")
    with working(gadget, inbox):
        for _ in range(5):
            assert gadget.polled.acquire(timeout=PATIENCE_S)
    told = [event for event in inbox.drain() if not isinstance(event, JobFinished)]
    assert len(told) == 1


def test_stopping_cancels_what_runs_and_what_waits_and_what_comes_too_late() -> None:
    inbox, busy = Inbox(), threading.Event()
    with working(Gadget(), inbox) as worker:
        worker.submit("runs", lambda: endless(busy))
        assert busy.wait(PATIENCE_S)
        worker.submit("waits", lambda: value(1))
    worker.submit("late", lambda: value(1))
    ends = {e.job_id: e.outcome for e in inbox.drain() if isinstance(e, JobFinished)}
    assert ends == {"runs": Cancelled(Progress("on")), "waits": Cancelled(), "late": Cancelled()}


def test_exactly_one_end_per_submit_under_random_cancels_faults_and_a_stop() -> None:
    rng, inbox = random.Random(7), Inbox()  # noqa: S311 - a seed, not a secret
    job_ids = [f"j{number}" for number in range(400)]

    def job(kind: int) -> Job:
        for step in range(kind):
            yield Progress("step", step, kind)
        if kind == 1:
            raise DeviceError(Fault.BUSY)
        if kind == 2:
            raise KeyError("a driver's bug")
        return kind

    def disturb(seed: int) -> None:
        own = random.Random(seed)  # noqa: S311 - repeatable, not secret
        for _ in range(600):
            worker.cancel(own.choice(job_ids))

    with working(Gadget(), inbox, poll_s=0.001) as worker:
        disturbers = [threading.Thread(target=disturb, args=(seed,)) for seed in range(3)]
        for thread in disturbers:
            thread.start()
        for job_id in job_ids:
            kind = rng.randrange(6)
            worker.submit(job_id, lambda kind=kind: job(kind))
        for thread in disturbers:
            thread.join()
    ends = Counter(e.job_id for e in inbox.drain() if isinstance(e, JobFinished))
    assert ends == Counter(job_ids)
