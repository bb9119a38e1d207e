"""The parent of a kiosk on a desk: starts core and screen, restarts either, ends with both.

Without key or state, so that it has nothing to lose. In production two service units do this.
A child that ends is started again after one second, then two, four, eight at most; ten ends in 300
seconds and it is left alone: the screen then says that the machine is out of service, since there
is no core it could speak to.
"""

from __future__ import annotations

import ctypes
import logging
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from kiosk.config import SCREEN_SOCKET, Config

log = logging.getLogger(__name__)

GIVE_UP_ENDS = 10
GIVE_UP_WINDOW_S = 300.0
LONGEST_PAUSE_S = 8.0
STEADY_S = 30.0
"""A child that lived this long has recovered: the next pause is short again."""
STOP_S = 8.0
_LOOK_S = 0.1
_PR_SET_PDEATHSIG = 1


class Child:
    """One process that is kept alive."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._command = tuple(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._ends: deque[float] = deque()
        self._started = 0.0
        self._pause_s = 1.0
        self._again_at = 0.0
        self.given_up = False

    @property
    def pid(self) -> int | None:
        """The running process, None between two lives."""
        return self._process.pid if self._process is not None else None

    def look(self, now: float) -> None:
        """Start it, or take note that it has ended. ``now``: monotonic seconds."""
        if self.given_up:
            return
        if self._process is None:
            if now >= self._again_at:
                self._process = subprocess.Popen(
                    self._command,
                    preexec_fn=_end_with_parent,  # noqa: PLW1509 - this process has one thread
                )
                self._started = now
                log.info("%s started as %d", self.name, self._process.pid)
        elif (status := self._process.poll()) is not None:
            self._ended(now, status)

    def stop(self, timeout_s: float = STOP_S) -> None:
        """SIGTERM, and SIGKILL for one that does not listen."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            log.warning("%s did not stop and was killed", self.name)
            process.kill()
            process.wait()

    def _ended(self, now: float, status: int) -> None:
        self._process = None
        if now - self._started >= STEADY_S:
            self._pause_s = 1.0
        log.warning("%s ended with %d; again in %g s", self.name, status, self._pause_s)
        self._again_at = now + self._pause_s
        self._pause_s = min(LONGEST_PAUSE_S, self._pause_s * 2)
        self._ends.append(now)
        while self._ends[0] < now - GIVE_UP_WINDOW_S:
            self._ends.popleft()
        if len(self._ends) >= GIVE_UP_ENDS:
            self.given_up = True
            log.error(
                "%s ended %d times in %g s: left alone", self.name, GIVE_UP_ENDS, GIVE_UP_WINDOW_S
            )


def run(config_path: Path, config: Config) -> int:
    """Keep both alive until SIGTERM or SIGINT."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    config.terminal.runtime_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    children = [Child("core", core_command(config_path)), Child("screen", screen_command(config))]
    try:
        while not stopping.wait(_LOOK_S):
            now = time.monotonic()
            for child in children:
                child.look(now)
    finally:
        for child in reversed(children):
            child.stop()
    return 0


def _end_with_parent() -> None:
    """Even a killed parent leaves nothing behind that holds the store and the ports."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def core_command(config_path: Path) -> list[str]:
    """How the core is started."""
    return [sys.executable, "-m", "kiosk", "--config", str(config_path), "--core-only"]


def screen_command(config: Config) -> list[str]:
    """How the screen is started: it is told a socket, no key and no address."""
    socket = config.terminal.runtime_dir / SCREEN_SOCKET
    command = [sys.executable, "-m", "screens", "--socket", str(socket)]
    if config.screen.windowed is not None:
        command += ["--windowed", config.screen.windowed]
    if config.screen.gap_log is not None:
        command += ["--gap-log", str(config.screen.gap_log)]
    return command
