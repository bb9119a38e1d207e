"""A whole setting for visits: stage, city and kiosk, each a process that ends with us."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import time
import tomllib
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sandbox.stage import TiedProcess

PROJECT = Path(__file__).resolve().parents[2]
_CITY_READY_S = 60.0
_KIOSK_STOP_S = 20.0
_STATUS_S = 5.0


class SettingBroken(Exception):
    """City or kiosk did not come up, or a process that must be there is not."""


@dataclass(frozen=True, slots=True)
class CityFile:
    """What a running city tells of itself in city.json."""

    panel: str
    config: Path
    slips: Path
    certificates: Path

    @staticmethod
    def read(path: Path) -> CityFile:
        """SettingBroken when there is no city."""
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except OSError as exc:
            raise SettingBroken(f"no city in {path.parent}: {exc.strerror}") from None
        spool = told["spool"]
        return CityFile(
            panel=told["panel"],
            config=Path(told["config"]),
            slips=Path(spool["slips"]),
            certificates=Path(spool["certificates"]),
        )


class City:
    """``python -m sandbox`` in a process of its own; a context manager."""

    def __init__(
        self, directory: Path, log: Path, *, screen: Mapping[str, str] | None = None
    ) -> None:
        self._directory = directory
        lines = [
            word for key, value in (screen or {}).items() for word in ("--screen", f"{key}={value}")
        ]
        self._command = [sys.executable, "-m", "sandbox", "--directory", str(directory), *lines]
        self._log = log
        self._process: TiedProcess | None = None

    def __enter__(self) -> CityFile:
        told = self._directory / "city.json"
        told.unlink(missing_ok=True)
        self._process = TiedProcess(self._command, self._log, cwd=PROJECT)
        deadline = time.monotonic() + _CITY_READY_S
        while time.monotonic() < deadline and self._process.status is None:
            with contextlib.suppress(SettingBroken, ValueError):
                return CityFile.read(told)
            time.sleep(0.05)  # another process: looked at again
        self._process.stop()
        last = self._log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise SettingBroken(f"the city did not start; its log ends with:\n{last}")

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.stop(timeout_s=10.0)


class Kiosk:
    """The kiosk by its configuration: to start, to look at, to kill a part of."""

    def __init__(self, config: Path) -> None:
        self._config = config
        settings = tomllib.loads(config.read_text(encoding="utf-8"))
        self.runtime_dir = Path(settings["terminal"]["runtime_dir"])
        self.state_dir = Path(settings["terminal"]["state_dir"])

    @contextlib.contextmanager
    def running(self, env: Mapping[str, str], log: Path) -> Generator[Kiosk]:
        """Run core and screen under their parent until the block ends."""
        command = [sys.executable, "-m", "kiosk", "--config", str(self._config)]
        parent = TiedProcess(command, log, env=env, cwd=PROJECT)
        try:
            yield self
        finally:
            parent.stop(timeout_s=_KIOSK_STOP_S)

    def kill_core(self) -> None:
        """SIGKILL, as a crash would."""
        self._kill(["--config", str(self._config), "--core-only"])

    def kill_screen(self) -> None:
        """SIGKILL, as a crash would."""
        self._kill(["-m", "screens", "--socket", str(self.runtime_dir / "screen.sock")])

    def status(self) -> dict[str, object]:
        """What the running core says of itself: counters, devices. SettingBroken without one."""
        with socket.socket(socket.AF_UNIX) as asker:
            asker.settimeout(_STATUS_S)
            try:
                asker.connect(str(self.runtime_dir / "status.sock"))
                told = b"".join(iter(lambda: asker.recv(65536), b""))
                return cast("dict[str, object]", json.loads(told))
            except (OSError, ValueError) as exc:
                raise SettingBroken(f"the kiosk's core tells no status: {exc}") from None

    def _kill(self, words: Sequence[str]) -> None:
        found = [pid for pid in _processes() if _has(pid, words)]
        if not found:
            raise SettingBroken(f"no process runs with {' '.join(words)}")
        for pid in found:
            os.kill(pid, signal.SIGKILL)


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _has(pid: int, words: Sequence[str]) -> bool:
    """Whether the process was started with these words, next to each other."""
    try:
        line = (Path("/proc") / str(pid) / "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return False
    return "\0".join(words) in line
