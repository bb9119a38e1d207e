"""The core's loop, with a clock that moves only when told."""

from __future__ import annotations

import logging
import threading

import pytest

from kiosk.loop import Loop


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_timers_run_in_order_of_their_time_and_not_before_it() -> None:
    clock, ran = Clock(), list[str]()
    loop = Loop(clock)
    loop.call_later(2.0, lambda: ran.append("second"))
    loop.call_later(1.0, lambda: ran.append("first"))
    loop.call_later(9.0, lambda: ran.append("never"))
    loop.post(lambda: ran.append("posted"))
    loop.post(lambda: setattr(clock, "now", 102.5))
    loop.post(loop.stop)
    loop.run()
    assert ran == ["posted", "first", "second"]


def test_a_cancelled_timer_never_runs_and_cancelling_twice_is_no_error() -> None:
    clock, ran = Clock(), list[str]()
    loop = Loop(clock)
    timer = loop.call_later(1.0, lambda: ran.append("cancelled"))
    loop.call_later(1.0, lambda: ran.append("kept"))
    loop.cancel(timer)
    loop.cancel(timer)
    clock.now += 1.5
    loop.post(loop.stop)
    loop.run()
    loop.cancel(timer)
    assert ran == ["kept"]


def test_a_call_that_raises_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    ran = list[str]()
    loop = Loop(Clock())

    def broken() -> None:
        raise ValueError("planted")

    loop.call_later(0, broken)
    loop.post(broken)
    loop.post(lambda: ran.append("after"))
    loop.post(loop.stop)
    with caplog.at_level(logging.ERROR):
        loop.run()
    assert ran == ["after"]
    # a thread of another test may still have something to say
    assert [record.message for record in caplog.records if record.name == "kiosk.loop"] == [
        "a call on the core's loop failed",
        "a call on the core's loop failed",
    ]


def test_posts_of_other_threads_arrive_whole_and_in_their_order() -> None:
    loop, ran = Loop(), list[tuple[int, int]]()

    def post_all(thread: int) -> None:
        for number in range(200):
            loop.post(lambda number=number: ran.append((thread, number)))

    threads = [threading.Thread(target=post_all, args=(n,)) for n in range(4)]
    runner = threading.Thread(target=loop.run)
    runner.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    loop.stop()
    runner.join(10)
    assert not runner.is_alive()
    for n in range(4):
        assert [number for thread, number in ran if thread == n] == list(range(200))
