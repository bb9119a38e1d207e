"""The stall probe measures what it is shown, and its log starts again when asked."""

from __future__ import annotations

import json
from pathlib import Path

from pytestqt.qtbot import QtBot

from screens.probe import GapLog, GapProbe


def test_a_stall_is_seen(qtbot: QtBot) -> None:
    now = [0.0]
    probe = GapProbe(clock=lambda: now[0])
    for gap_s in [0.005] * 99 + [0.250]:
        probe.tick()
        now[0] += gap_s
    probe.tick()
    gaps = probe.gaps()
    assert (gaps.longest_ms, gaps.ticks) == (250.0, 100)
    assert 5.0 <= gaps.p99_ms <= 5.2
    probe.reset()
    assert probe.gaps().longest_ms == 0.0
    assert qtbot is not None


def test_the_log_is_written_and_started_again(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "gaps.json"
    probe = GapProbe()
    log = GapLog(probe, file)
    log.start()
    qtbot.waitUntil(lambda: probe.gaps().ticks > 3)
    log.hand_over()
    qtbot.waitUntil(file.exists)
    assert json.loads(file.read_text())["ticks"] > 3
    reset = tmp_path / "gaps.json.reset"
    reset.touch()
    log.hand_over()
    qtbot.waitUntil(lambda: not reset.exists())
    log.finish()
    assert set(json.loads(file.read_text())) == {"longest_ms", "p99_ms", "ticks", "since_s"}
