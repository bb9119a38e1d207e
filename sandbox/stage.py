"""A glass for the kiosk where there is none: X server, window manager and accessibility bus.

Everything started here dies with the process that started it, however that one ends.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image, ImageGrab

PORTRAIT = (1080, 1920)
_BUS_LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
_READY_S = 15.0
_STOP_S = 3.0
_TIED = ("setpriv", "--pdeathsig", "TERM", "--")
"""The kernel ends what is started so when the thread that started it has ended."""


class StageBroken(Exception):
    """A part of the stage did not start; the text names it and its log."""


class TiedProcess:
    """A child in a process group of its own that ends with us. Output goes to ``log``."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.log = log
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                [*_TIED, *command],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env=dict(env) if env is not None else None,
                cwd=cwd,
                pass_fds=tuple(pass_fds),
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process id, and that of its group."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """The exit status; None while it runs."""
        return self._process.poll()

    def stop(self, timeout_s: float = _STOP_S) -> None:
        """SIGTERM, then SIGKILL to what is left of the group. Safe to call twice."""
        if self._process.poll() is None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout_s)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Stage:
    """Use as a context manager. ``directory`` gets a log per part.

    ``env`` is what a program must be started with to be seen and pressed here. ``size`` is the
    whole glass in pixels. With ``vnc`` a person can use it, over the loopback interface only.
    """

    def __init__(
        self, directory: Path, size: tuple[int, int] = PORTRAIT, *, vnc: bool = False
    ) -> None:
        self._directory = directory
        self.size = size
        self._vnc = vnc
        self._parts: list[TiedProcess] = []
        self._runtime = tempfile.TemporaryDirectory(prefix="stage-")
        self.display = ""
        self.vnc_port: int | None = None

    def __enter__(self) -> Self:
        try:
            self._raise()
        except BaseException:
            self.strike()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.strike()

    @property
    def env(self) -> dict[str, str]:
        """The environment of every program on this stage."""
        return {
            **os.environ,
            "DISPLAY": self.display,
            "DBUS_SESSION_BUS_ADDRESS": self.bus_address,
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "QT_LOGGING_RULES": "qt.accessibility.atspi=false",  # each look at what has gone
            "QT_QPA_PLATFORM": "xcb",
            "XDG_RUNTIME_DIR": self._runtime.name,
            "LANG": "C.UTF-8",
        }

    @property
    def pids(self) -> tuple[int, ...]:
        """The parts' process ids, in the order in which they were started."""
        return tuple(part.pid for part in self._parts)

    @property
    def bus_address(self) -> str:
        """The private session bus, where the accessibility bus is asked for."""
        return f"unix:path={self._runtime.name}/bus"

    def screenshot(self) -> Image.Image:
        """The whole glass as it is now."""
        return ImageGrab.grab(xdisplay=self.display).convert("RGB")

    def strike(self) -> None:
        """End everything, last started first. Safe to call twice."""
        while self._parts:
            self._parts.pop().stop()
        self._runtime.cleanup()

    def _raise(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        self._start_xvfb()
        self._start("openbox", ["openbox", "--sm-disable"])
        self._start(
            "session-bus",
            [
                "dbus-daemon",
                "--session",
                "--nofork",
                "--nopidfile",
                f"--address={self.bus_address}",
            ],
        )
        self._await_socket(Path(self._runtime.name) / "bus", "session-bus")
        self._start("at-spi", [_BUS_LAUNCHER, "--launch-immediately"])
        if self._vnc:
            self._start_vnc()

    def _start(self, name: str, command: Sequence[str], pass_fds: Sequence[int] = ()) -> None:
        log = self._directory / f"{name}.log"
        self._parts.append(TiedProcess(command, log, env=self.env, pass_fds=pass_fds))

    def _start_xvfb(self) -> None:
        """Let the server choose a free number and wait until it tells it: then it answers."""
        wide, high = self.size
        told, tell = os.pipe()
        try:
            command = ["Xvfb", "-displayfd", str(tell), "-screen", "0", f"{wide}x{high}x24"]
            self._start("xvfb", [*command, "-nolisten", "tcp", "-noreset"], pass_fds=(tell,))
        finally:
            os.close(tell)
        with os.fdopen(told, encoding="ascii") as line:
            number = line.readline().strip()
        if not number:
            raise StageBroken(f"Xvfb did not start: see {self._directory / 'xvfb.log'}")
        self.display = f":{number}"

    def _start_vnc(self) -> None:
        command = ["x11vnc", "-display", self.display, "-localhost", "-no6", "-nopw", "-forever"]
        self._start("x11vnc", [*command, "-shared", "-autoport", "5900"])
        log = self._directory / "x11vnc.log"
        for _ in self._looks("x11vnc"):
            if found := re.search(r"^PORT=(\d+)$", log.read_text(errors="replace"), re.MULTILINE):
                self.vnc_port = int(found[1])
                return

    def _await_socket(self, path: Path, name: str) -> None:
        for _ in self._looks(name):
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as tried:
                tried.connect(str(path))
                return

    def _looks(self, name: str) -> Iterator[None]:
        """Look fifty times a second for a while; StageBroken when the part ends or never comes."""
        part = self._parts[-1]
        deadline = time.monotonic() + _READY_S
        while part.status is None and time.monotonic() < deadline:
            yield
            time.sleep(0.02)  # another process: looked at again
        raise StageBroken(f"{name} did not start: see {part.log}")
