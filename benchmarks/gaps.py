"""How smooth the screen stays: the longest gap of a 5 ms timer in the screen process.

Runs beside each other, since one machine's milliseconds say little: the kiosk idle on its home
page, a whole certificate visit (face, enquiry, seal, print), a whole application (form, signature,
hand-in, payment, receipt), and the control that must look bad. Exit status 1 when a visit is over
100 ms and over three times idle, when the control is not over three times the visits (then the
probe is blind), or when a visit did not hold what it should.

``python -m benchmarks.gaps``
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sandbox.visit import Setting, all_held, run_visit, setting
from sandbox.visits.scripts import VISITS

LIMIT_MS = 100.0
RATIO = 3.0
IDLE_S = 12.0
PATIENCE_S = 10.0
_HELD = ("encodes", "seal_checks", "prints")


@dataclass(frozen=True, slots=True)
class Run:
    """One row: the longest and the 99th percentile gap in ms, over how many seconds."""

    name: str
    longest_ms: float
    p99_ms: float
    since_s: float
    held: str = ""


def main() -> int:
    """Print the three rows and the verdict."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as place:
        log = Path(place) / "gaps.json"
        with setting(
            Path(place) / "city", Path(place) / "logs", screen={"gap_log": str(log)}
        ) as stage:
            idle = _idle(log)
            runs = [_visit(log, stage, name) for name in ("certificate", "application")]
    visits = [run for run, _ in runs]
    control = _control()
    _print((idle, *visits, control))
    problems = [problem for _, wrong in runs for problem in wrong]
    problems += [problem for visit in visits for problem in _judge(idle, visit, control)]
    for problem in problems:
        print(f"FAILED: {problem}")
    return 1 if problems else 0


def _judge(idle: Run, visit: Run, control: Run) -> list[str]:
    problems: list[str] = []
    if visit.longest_ms > LIMIT_MS and visit.longest_ms > RATIO * idle.longest_ms:
        problems.append(
            f"{visit.name}: a gap is over {LIMIT_MS:g} ms and over {RATIO:g} times idle"
        )
    if control.longest_ms <= RATIO * visit.longest_ms:
        problems.append(f"the control is not over {RATIO:g} times {visit.name}: the probe is blind")
    return problems


def _idle(log: Path) -> Run:
    _wait(log.exists, "the screen writes no gap log")
    time.sleep(3.0)  # the start is over
    _reset(log)
    time.sleep(IDLE_S)  # what is measured
    return _read("idle on the home page", log)


def _visit(log: Path, stage: Setting, name: str) -> tuple[Run, list[str]]:
    before = stage.kiosk.status()
    _reset(log)
    visit = VISITS[name]()
    results = run_visit(visit, stage)
    run = _read(f"{name} visit", log)
    after = stage.kiosk.status()
    held = {what: _count(after, what) - _count(before, what) for what in _HELD}
    wrong = [f"{name} visit held no {what}" for what, count in held.items() if count < 1]
    if not all_held(visit, results):
        wrong.append(f"a step of the {name} visit did not hold")
    told = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in held.items())
    return Run(run.name, run.longest_ms, run.p99_ms, run.since_s, told), wrong


def _control() -> Run:
    command = [sys.executable, "-m", "benchmarks.encode_in_thread"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    told = cast("dict[str, float]", json.loads(printed.strip().splitlines()[-1]))
    return _run("control: encode in a thread", told, f"{told['encodes']:g} encodes, 10 jitters")


def _count(report: dict[str, object], name: str) -> int:
    value = report[name]
    return value if isinstance(value, int) else 0


def _wait(holds: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > until:
            raise SystemExit(otherwise)
        time.sleep(0.1)  # until it holds


def _reset(log: Path) -> None:
    """Begin a new window: the probe takes the file away once it has begun."""
    order = log.with_name(f"{log.name}.reset")
    order.touch()
    _wait(lambda: not order.exists(), "the screen begins no new window")


def _read(name: str, log: Path) -> Run:
    """The window so far; the log is written each second, so the last one is waited for."""
    time.sleep(1.5)  # the log is written each second
    return _run(name, cast("dict[str, float]", json.loads(log.read_text(encoding="utf-8"))))


def _run(name: str, told: dict[str, float], held: str = "") -> Run:
    return Run(name, told["longest_ms"], told["p99_ms"], told["since_s"], held)


def _print(rows: tuple[Run, ...]) -> None:
    base = rows[0].longest_ms
    print(f"{'run':32} {'longest':>10} {'p99':>9} {'x idle':>7} {'over':>7}  held")
    for row in rows:
        ratio = row.longest_ms / base if base else float("inf")
        print(
            f"{row.name:32} {row.longest_ms:7.1f} ms {row.p99_ms:6.1f} ms {ratio:7.1f}"
            f" {row.since_s:5.0f} s  {row.held}"
        )


if __name__ == "__main__":
    sys.exit(main())
