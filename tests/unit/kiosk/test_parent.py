"""The parent: a child that ends is started again, later and later, until it is left alone."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.config import load
from kiosk.parent import GIVE_UP_ENDS, STEADY_S, Child, core_command, screen_command
from tests.unit.kiosk.test_config import GOOD, written

ENDS_AT_ONCE = [sys.executable, "-I", "-S", "-c", "raise SystemExit(3)"]
STAYS = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"]
DEAF = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "w").close()
time.sleep(600)
"""


class Life:
    """A child under a clock that the test moves."""

    def __init__(self, command: list[str]) -> None:
        self.child = Child("child", command)
        self.now = 1000.0

    def starts(self) -> int:
        self.child.look(self.now)
        pid = self.child.pid
        assert pid is not None
        return pid

    def ends(self, after_s: float = 0.0) -> None:
        """Wait until the process is gone; the parent sees it ``after_s`` after its start."""
        process = self.child._process  # pyright: ignore[reportPrivateUsage] - to wait for it
        assert process is not None
        process.wait(10)
        self.now += after_s
        self.child.look(self.now)
        assert self.child.pid is None

    def pause_s(self) -> float:
        """How long it takes until it is started again."""
        before = self.now
        while self.child.pid is None:
            self.now += 0.5
            self.child.look(self.now)
        return self.now - before


@pytest.fixture
def life() -> Iterator[Life]:
    made = Life(ENDS_AT_ONCE)
    yield made
    made.child.stop()


def test_the_pauses_grow_and_are_short_again_after_a_steady_life(life: Life) -> None:
    life.starts()
    pauses: list[float] = []
    for _ in range(5):
        life.ends()
        pauses.append(life.pause_s())
    assert pauses == [1, 2, 4, 8, 8]
    life.ends(after_s=STEADY_S)
    assert life.pause_s() == 1


def test_ten_ends_in_five_minutes_and_it_is_left_alone(life: Life) -> None:
    life.starts()
    for number in range(GIVE_UP_ENDS):
        life.ends()
        assert life.child.given_up == (number == GIVE_UP_ENDS - 1)
        if not life.child.given_up:
            life.pause_s()
    life.now += 10_000
    life.child.look(life.now)
    assert life.child.pid is None


def test_ends_that_lie_further_apart_are_forgiven(life: Life) -> None:
    life.starts()
    for _ in range(GIVE_UP_ENDS + 3):
        life.ends(after_s=40)
        life.pause_s()
    assert not life.child.given_up


def test_a_child_that_runs_is_left_running_and_ends_with_the_parent() -> None:
    life = Life(STAYS)
    pid = life.starts()
    life.now += 100
    assert life.starts() == pid
    life.child.stop()
    assert life.child.pid is None
    assert not Path(f"/proc/{pid}").exists()


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    fifo = tmp_path / "deaf"
    os.mkfifo(fifo)
    life = Life([sys.executable, "-I", "-S", "-c", DEAF, str(fifo)])
    pid = life.starts()
    fifo.read_bytes()  # until the child has opened and closed its end: now it is deaf
    life.child.stop(timeout_s=0.05)
    assert not Path(f"/proc/{pid}").exists()


def test_the_screen_is_told_a_socket_and_nothing_else(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD + '[screen]\nwindowed = "1080x1920"\ngap_log = "gaps.txt"\n')
    config = load(path)
    told = " ".join(screen_command(config)[1:])
    assert told == (
        "-m screens --socket /run/kiosk/screen.sock --windowed 1080x1920 --gap-log gaps.txt"
    )
    assert core_command(path)[-1] == "--core-only"


PARENT = """
import sys, time
from kiosk.parent import Child
child = Child("child", [sys.executable, "-I", "-S", "-c", sys.argv[1]])
child.look(0.0)
time.sleep(600)
"""
SAYS_ITS_LIFE = """
import os, time
os.write(1, b"alive")
time.sleep(600)
"""


def test_a_killed_parent_leaves_no_child() -> None:
    """The child holds the pipe's writing end too: the pipe ends when both are gone."""
    command = [sys.executable, "-c", PARENT, SAYS_ITS_LIFE]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.read(5) == b"alive"
        parent.kill()
        assert select.select([parent.stdout], [], [], 10.0)[0]
        assert parent.stdout.read() == b""
