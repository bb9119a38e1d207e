"""The stall probe: a 5 ms timer in a Qt loop measures the gaps between its own ticks.

The log is written by a thread, so the probe itself does no
disk work in the loop it measures.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Slot

TICK_MS: Final = 5
_BUCKET_MS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Gaps:
    """What was seen since the window began. ``p99_ms`` is the upper edge of a 0.1 ms bucket."""

    longest_ms: float
    p99_ms: float
    ticks: int
    since_s: float


class GapProbe(QObject):
    """Measures in the thread it is created in; ``start`` it once that thread's loop will run."""

    def __init__(
        self, parent: QObject | None = None, *, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._counts: dict[int, int] = {}
        self._ticks = 0
        self._longest_ms = 0.0
        self._began = clock()
        self._last: float | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

    def start(self) -> None:
        """Begin a window and start ticking."""
        self.reset()
        self._timer.start()

    def stop(self) -> None:
        """Stop ticking; what was measured stays readable."""
        self._timer.stop()

    def reset(self) -> None:
        """Forget what was measured; the gap under way is not counted."""
        self._counts.clear()
        self._ticks = 0
        self._longest_ms = 0.0
        self._began = self._clock()
        self._last = None

    @Slot()
    def tick(self) -> None:
        """One beat: note the time since the last one."""
        now = self._clock()
        if self._last is not None:
            gap_ms = (now - self._last) * 1000
            bucket = int(gap_ms / _BUCKET_MS)
            self._counts[bucket] = self._counts.get(bucket, 0) + 1
            self._longest_ms = max(self._longest_ms, gap_ms)
            self._ticks += 1
        self._last = now

    def gaps(self) -> Gaps:
        """The figures of the window so far."""
        return Gaps(
            longest_ms=round(self._longest_ms, 2),
            p99_ms=self._percentile_ms(0.99),
            ticks=self._ticks,
            since_s=round(self._clock() - self._began, 3),
        )

    def _percentile_ms(self, share: float) -> float:
        wanted = share * self._ticks
        seen = 0
        for bucket in sorted(self._counts):
            seen += self._counts[bucket]
            if seen >= wanted:
                return round((bucket + 1) * _BUCKET_MS, 1)
        return 0.0


class GapLog(QObject):
    """Writes a probe's figures to a file each second; ``FILE.reset`` begins a new window."""

    def __init__(self, probe: GapProbe, file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._probe = probe
        self._file = file
        self._reset_file = file.with_name(file.name + ".reset")
        self._latest: Gaps | None = None
        self._wake = threading.Event()
        self._over = threading.Event()
        self._reset = threading.Event()
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._write_on, name="gap-log", daemon=True)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.hand_over)

    def start(self) -> None:
        """Start measuring and writing."""
        self._probe.start()
        self._thread.start()
        self._timer.start()

    def finish(self) -> None:
        """Write what there is and end the thread."""
        self._timer.stop()
        self._probe.stop()
        self._latest = self._probe.gaps()
        self._over.set()
        self._wake.set()
        self._thread.join(timeout=2)

    @Slot()
    def hand_over(self) -> None:
        """Give the thread the newest figures, after a reset if one was asked for."""
        if self._reset.is_set():
            self._probe.reset()
            self._reset.clear()
            self._begun.set()
        self._latest = self._probe.gaps()
        self._wake.set()

    def _write_on(self) -> None:
        while not self._over.is_set():
            self._wake.wait()
            self._wake.clear()
            self._write()
            self._look_for_reset()

    def _write(self) -> None:
        latest = self._latest
        if latest is None:
            return
        part = self._file.with_name(self._file.name + ".part")
        part.write_text(json.dumps(asdict(latest)), encoding="utf-8")
        part.replace(self._file)

    def _look_for_reset(self) -> None:
        """The order is taken away once the new window has begun and its figures are written."""
        if self._begun.is_set():
            self._begun.clear()
            self._reset_file.unlink(missing_ok=True)
        elif self._reset_file.exists():
            self._reset.set()
