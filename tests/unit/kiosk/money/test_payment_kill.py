"""kill -9 at every frame the pad's twin sees, every commit of a payment, every call to the centre.

A real process with the real store, the real driver and the real pad on a pseudo-terminal. After
each kill another process starts on the same disk and goes on until the order is paid. The twin's
ledger and ours must agree each time; a till without intents must come out wrong.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

import offline_cache
from kiosk.city_time import CITY
from offline_cache.payments import Payment, PaymentBook
from offline_cache.store import Recovery, Store
from sandbox.acquirers import Acquirer
from sandbox.devices.ecrhub_pad import EcrhubPadTwin

ROOT = Path(offline_cache.__file__).parents[1]
CHILD = Path(__file__).with_name("till_process.py")
KEY = bytes(range(32))
MOST_POINTS = 200
PATIENCE_S = 30.0
KINDS = ("frame", "commit", "centre")
Point = tuple[str, int]
"""The n-th of its kind in a life: frames as the twin sees them, commits and calls both before and
after."""


class Nursery:
    """A process that forks lives on demand."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(CHILD)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, directory: Path, visitor: str) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([str(directory), visitor]) + "\n")
        self._process.stdin.flush()
        return self._number()

    def ended(self) -> int:
        """The exit status, once the life is over: from then on its locks are free."""
        return self._number()

    def stop(self) -> None:
        self._process.communicate(timeout=PATIENCE_S)

    def _number(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


@dataclass
class Stage:
    """The pad's twin, the acquirer and the centre: what stays when a till dies.

    ``ending``: how the first order at the pad ends: paid, declined; later ones are paid.
    ``line_down``: how many calls of each life fail after the first begin. ``mode``: how the pad
    misbehaves.
    """

    directory: Path
    ending: str = "paid"
    line_down: int = 0
    mode: str = "none"
    points: list[str] = field(default_factory=list[str])
    kill_at: Point | None = None
    child: int = 0
    killed_at: str = ""
    told: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.acquirer = Acquirer("card", self.directory / "acquirer.sqlite")
        self.twin = EcrhubPadTwin(
            self.directory / "pad", self.acquirer, heartbeat_s=30.0, on_frame=self._frame
        )
        self.twin.misbehave(self.mode)
        self.twin.auto("UnionPay" if self.ending == "paid" else "")
        self.acquirer.listen(lambda record: self._waits(record.ref, record.state))
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(self.directory / "test.sock"))
        self._server.listen()
        self._server.settimeout(PATIENCE_S)

    def __enter__(self) -> Self:
        self.twin.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.twin.stop()
        self._server.close()
        self.acquirer.close_ledger()

    def life(self, nursery: Nursery, visitor: str, kill_at: Point | None) -> bool:
        """Let a till live, until it is done (True) or dead at that point."""
        child = nursery.begin(self.directory, visitor)
        connection, _ = self._server.accept()
        with self._lock:  # not before: the twin may still be busy with who died last
            self.points, self.kill_at, self.killed_at = [], kill_at, ""
            self.child = child
        done = False
        with connection, suppress(ConnectionError):  # killed while it was being answered
            connection.settimeout(PATIENCE_S)
            for line in connection.makefile("r", encoding="utf-8"):
                done = done or line == "done\n"
                connection.sendall(f"{self._answer(line.split())}\n".encode())
        status = nursery.ended()
        with self._lock:
            self.child = 0
        assert done or status == signal.SIGKILL, f"the till ended by itself: {status}"
        return done and status == 0

    def _point(self, name: str) -> None:
        with self._lock:
            self.points.append(name)
            assert len(self.points) < MOST_POINTS, "\n".join(self.points[:60])
            kind = name.partition(" ")[0]
            number = sum(point.startswith(kind) for point in self.points)
            if (kind, number) == self.kill_at and self.child:
                self.killed_at = name
                os.kill(self.child, signal.SIGKILL)

    def _frame(self, direction: str, raw: bytes) -> None:
        self._point(f"frame {direction} {raw[2]:02x} {raw[3]:02x} of {len(raw)} bytes")

    def _waits(self, ref: str, state: str) -> None:
        """The first order is declined, where that is the play; who comes after it pays."""
        if state == "waiting" and self.ending == "declined":
            self.ending = "paid"
            self.acquirer.decline(ref)
        elif state in {"declined", "closed"}:
            self.twin.auto("UnionPay")

    def _answer(self, words: list[str]) -> str:
        self._point(" ".join(words[:2]))
        match words:
            case ["centre", verb, _, attempt, *_]:
                answer = self._centre(verb, attempt)
                self._point(f"centre {verb} answered")
                return answer
            case ["told", attempt, money]:
                self.told.append((attempt, money))
            case _:
                pass
        return "go"

    def _centre(self, verb: str, attempt: str) -> str:
        if verb == "begin":
            return json.dumps({"attempt": attempt, "state": "pending"})
        calls = sum(point.startswith("centre") and "answered" not in point for point in self.points)
        if calls <= self.line_down:
            return "unreachable"
        record = self.acquirer.close(attempt) if verb == "close" else self.acquirer.query(attempt)
        state = "pending" if record is None or record.state == "waiting" else "not_paid"
        paid = record is not None and record.state == "paid"
        reason = record.state if record is not None and state == "not_paid" and not paid else ""
        return json.dumps(
            {
                "attempt": attempt,
                "state": "paid" if paid else state,
                "reason": reason,
                "paid_fen": record.amount_fen if record is not None and paid else 0,
                "at": datetime.now(CITY).isoformat(),
            }
        )


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.stop()


def disagreements(stage: Stage) -> list[str]:
    """Between the acquirer's ledger, ours, and what the visitor was told."""
    found: list[str] = []
    records = {record.ref: record for record in stage.acquirer.records()}
    with Store(stage.directory / "till.db", KEY) as store:
        if store.recovery is not Recovery.NONE:
            found.append(f"the store was {store.recovery}")
        book = PaymentBook(store, lambda: 0.0)
        ours = {ref: book.get(ref) for ref in [*records, *_attempts(store)]}
    for ref, payment in ours.items():
        theirs = records[ref].state if ref in records else "closed"
        wanted = theirs if theirs == "paid" else "not_paid"
        if payment is None or payment.state != wanted:
            found.append(f"{theirs} there, {_state(payment)} here")
    if [record.state for record in records.values()].count("paid") != 1:
        found.append("not paid exactly once")
    for ref, money in stage.told:
        if money != "unknown" and (money == "paid") != (records[ref].state == "paid"):
            found.append(f"told {money}")
    return found


def _attempts(store: Store) -> list[str]:
    return [ref for (ref,) in store.rows("SELECT attempt FROM payments")]


def _state(payment: Payment | None) -> str:
    return payment.state if payment else "nothing"


PLAYS = [
    ("pays", "paid", 0, "none"),
    ("pays", "paid", 2, "none"),
    ("pays", "paid", 1, "drop_answer"),
    ("pays", "paid", 0, "garble"),
    ("pays", "declined", 1, "none"),
    ("closes", "waits", 1, "none"),
]
"""The visitor, how the first order ends, how many calls of a life fail, the pad's mood."""


@dataclass
class Tally:
    """What became of all the kills of one test."""

    killed_at: list[str] = field(default_factory=list[str])
    lives: int = 0
    wrong: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def __str__(self) -> str:
        frames, commits = self.count("frame"), self.count("commit")
        calls = len(self.killed_at) - frames - commits
        return (
            f"{len(self.killed_at)} kills ({frames} at frames, {commits} at commits, {calls} at"
            f" calls), {self.lives} lives, {len(self.wrong)} wrong"
        )

    def count(self, kind: str) -> int:
        return sum(point.startswith(kind) for point in self.killed_at)

    def play(self, stage: Stage, nursery: Nursery, visitor: str, kills: list[Point]) -> bool:
        """Lives one after the other, each killed at its point, the last one not; then compare.

        False when a life ended before it came to its point: there are no more such points.
        """
        reached = True
        finished = False
        for kill_at in [*kills, None, None]:
            if finished:
                break
            finished = stage.life(nursery, visitor, kill_at)
            self.lives += 1
            self.killed_at += [stage.killed_at] if stage.killed_at else []
            reached = reached and (kill_at is None or bool(stage.killed_at))
        if found := disagreements(stage):
            self.wrong[f"{kills}: {self.killed_at[-len(kills) :]}"] = found
        return reached


@pytest.mark.parametrize(("visitor", "ending", "line_down", "mode"), PLAYS)
def test_killed_at_every_point_the_ledgers_agree(
    tmp_path: Path, nursery: Nursery, visitor: str, ending: str, line_down: int, mode: str
) -> None:
    tally = Tally()
    for kind in KINDS:
        for number in range(1, MOST_POINTS):
            with Stage(_directory(tmp_path), ending, line_down, mode) as stage:
                if not tally.play(stage, nursery, visitor, [(kind, number)]):
                    break
    report(f"{visitor}, {ending}, pad {mode}: {tally}")
    assert tally.wrong == {}
    assert tally.count("frame") >= 8
    assert tally.count("commit") >= 8


@pytest.mark.parametrize("visitor", ["pays", "closes"])
def test_killed_again_while_it_finds_out(tmp_path: Path, nursery: Nursery, visitor: str) -> None:
    """The first life ends when the order has just left; the second anywhere."""
    order = _number_of_the_order(_directory(tmp_path), nursery, visitor)
    tally = Tally()
    for kind in KINDS:
        for number in range(1, MOST_POINTS):
            with Stage(_directory(tmp_path), _ENDING[visitor], 1) as stage:
                if not tally.play(stage, nursery, visitor, [("frame", order), (kind, number)]):
                    break
    report(f"{visitor}, killed twice: {tally}")
    assert tally.wrong == {}
    assert tally.count("commit") >= 4


_ENDING = {"pays": "paid", "closes": "waits"}


def _number_of_the_order(directory: Path, nursery: Nursery, visitor: str) -> int:
    """Which frame the first order is: the longest that comes in an undisturbed life."""
    with Stage(directory, _ENDING[visitor], 1) as stage:
        assert stage.life(nursery, visitor, None)
        frames = [point.split() for point in stage.points if point.startswith("frame")]
        lengths = [int(frame[-2]) if frame[1] == "in" else 0 for frame in frames]
        return lengths.index(max(lengths)) + 1


def _directory(tmp_path: Path) -> Path:
    made = tmp_path / str(len(list(tmp_path.iterdir())))
    made.mkdir()
    return made


def test_a_naive_till_disagrees(tmp_path: Path, nursery: Nursery) -> None:
    wrong = kills = 0
    for number in range(1, MOST_POINTS):
        with Stage(_directory(tmp_path)) as stage:
            done = stage.life(nursery, "naive", ("frame", number))
            if done and not stage.killed_at:
                break
            kills += 1
            assert done or stage.life(nursery, "naive", None)
            paid = [record for record in stage.acquirer.records() if record.state == "paid"]
            wrong += len(paid) != 1
    report(f"naive: {kills} kills at frames, {wrong} times charged twice")
    assert wrong > 0


def report(line: str) -> None:
    """For whoever runs with -s."""
    sys.stdout.write(f"{line}\n")
