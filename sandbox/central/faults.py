"""What a hand on the panel can make the centre do wrong, per path."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final, Literal, get_args

Mode = Literal["500", "503", "html", "garbage", "truncate", "wrong_echo", "hang", "none"]
MODES: Final[tuple[str, ...]] = get_args(Mode)

CAPTIVE_PAGE: Final = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>网络认证</title>'
    "<body><h1>请先登录网络</h1><p>Sign in to use this network.</p></body></html>"
).encode()
GARBAGE: Final = b'{"count": 0, "properties": [], \xff\xfe\x00 oops'


@dataclass(slots=True)
class Fault:
    """One fault: for which paths, how, and how often still (-1: until told otherwise)."""

    path_prefix: str
    mode: Mode
    times: int


class Faults:
    """The faults now in force; set from the panel's thread, asked from the listener's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._slow_s = 0.0

    @property
    def slow_s(self) -> float:
        """How long every answer is held back."""
        return self._slow_s

    def slow(self, seconds: float) -> None:
        """Hold back every answer; ValueError if negative."""
        if seconds < 0:
            raise ValueError("seconds must not be negative")
        self._slow_s = float(seconds)

    def set(self, path_prefix: str, mode: str, times: int) -> None:
        """Put a fault in force, in place of the one for the same prefix; ``none`` ends it."""
        known = next((known for known in get_args(Mode) if known == mode), None)
        if known is None:
            raise ValueError(f"mode must be one of {', '.join(MODES)}")
        with self._lock:
            self._faults = [f for f in self._faults if not self._ended_by(f, path_prefix, mode)]
            if mode != "none":
                self._faults.append(Fault(path_prefix, known, times))

    @staticmethod
    def _ended_by(fault: Fault, path_prefix: str, mode: str) -> bool:
        """``none`` ends every fault below its prefix, another mode only its own prefix's."""
        if mode == "none":
            return fault.path_prefix.startswith(path_prefix)
        return fault.path_prefix == path_prefix

    def take(self, path: str) -> Mode:
        """The fault for this request, counted; the longest prefix wins."""
        with self._lock:
            matching = [f for f in self._faults if path.startswith(f.path_prefix)]
            if not matching:
                return "none"
            fault = max(matching, key=lambda f: len(f.path_prefix))
            fault.times -= 1 if fault.times > 0 else 0
            if fault.times == 0:
                self._faults.remove(fault)
            return fault.mode

    def in_force(self) -> list[tuple[str, str, int]]:
        """Prefix, mode and remaining times of each."""
        with self._lock:
            return [(f.path_prefix, f.mode, f.times) for f in self._faults]
