"""How soon the menu follows a fault: cable pulled -> the tile on the glass is grey.

Read from outside, on the real screen: the time includes the driver's poll, the core, the link,
the painting and our own look through AT-SPI (printed beside it as the floor). The limit is the
product's: one second. Exit status 1 when a median is over it.

``python -m benchmarks.greying``
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sandbox.presser import Page
from sandbox.visit import Setting, setting
from sandbox.visits import words

LIMIT_S = 1.0
ROUNDS = 5
Arguments = dict[str, str]
FAULTS: tuple[tuple[str, str, str, str, Arguments, Arguments], ...] = (
    ("card reader pulled", "reader", "unplug", "plug", {}, {}),
    ("certificate printer pulled", "certificate_printer", "unplug", "plug", {}, {}),
    ("paper out", "certificate_printer", "paper", "paper", {"state": "out"}, {"state": "ok"}),
    ("line dropped", "line", "drop", "up", {}, {}),
)
"""Name, twin, verb that breaks, verb that mends, and their arguments."""


def main() -> int:
    """Print a row per fault."""
    slow = 0
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-bench-") as place,
        setting(Path(place) / "city", Path(place) / "logs") as stage,
    ):
        stage.presser.wait_until(_open, "an open tile", 30.0)
        floor = statistics.median(_timed(stage.presser.page) for _ in range(ROUNDS))
        print(f"{'fault':28} {'grey median':>12} {'worst':>8} {'open again':>11}   limit 1 s")
        for fault in FAULTS:
            slow += _measure(stage, *fault)
        print(f"one look at the glass takes {floor:.2f} s; each time holds one or two of them")
    return 1 if slow else 0


def _measure(
    stage: Setting,
    name: str,
    twin: str,
    breaks: str,
    mends: str,
    broken: Arguments,
    mended: Arguments,
) -> bool:
    greyed: list[float] = []
    opened: list[float] = []
    for _ in range(ROUNDS):
        greyed.append(_until(stage, lambda: stage.panel.do(twin, breaks, **broken), _grey))
        opened.append(_until(stage, lambda: stage.panel.do(twin, mends, **mended), _open))
    median = statistics.median(greyed)
    again = statistics.median(opened)
    print(f"{name:28} {median:10.2f} s {max(greyed):6.2f} s {again:9.2f} s", flush=True)
    return median > LIMIT_S


def _until(stage: Setting, act: Callable[[], None], wanted: Callable[[Page], bool]) -> float:
    began = time.monotonic()
    act()
    stage.presser.wait_until(wanted, "the tile", 20.0)
    return time.monotonic() - began


def _timed(look: Callable[[], object]) -> float:
    began = time.monotonic()
    look()
    return time.monotonic() - began


def _open(page: Page) -> bool:
    tile = page.button(words.SERVICE)
    return tile is not None and tile.enabled


def _grey(page: Page) -> bool:
    tile = page.button(words.SERVICE)
    return tile is not None and not tile.enabled


if __name__ == "__main__":
    sys.exit(main())
