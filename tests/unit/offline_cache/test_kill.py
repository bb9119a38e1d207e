from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import offline_cache
from offline_cache.delivery import Delivered, Entry, Verdict
from offline_cache.intents import Intents
from offline_cache.keys import load_key
from offline_cache.outbox import Outbox
from offline_cache.store import Recovery, Store

ROOT = Path(offline_cache.__file__).parents[1]
CHILD = Path(__file__).with_name("killed_writer.py")
KILLS = 40


def _told_until_killed(directory: Path, life: int, lines: int) -> list[list[str]]:
    """Let a child work until it has told ``lines`` lines, kill it, return all it had told."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(CHILD), str(directory), str(life)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        told = list[bytes]()
        while len(told) < lines:
            line = child.stdout.readline()
            assert line, f"the child ended by itself after {len(told)} lines"
            told.append(line)
        child.kill()
        told += child.stdout.readlines()
    return [line.decode().split() for line in told]


def test_nothing_acknowledged_is_lost_to_kill_9(tmp_path: Path) -> None:
    chance = random.Random(9)  # noqa: S311 - repeatable, not secret
    told = list[list[str]]()
    for life in range(KILLS):
        told += _told_until_killed(tmp_path, life, chance.randrange(60) if life % 8 else 0)
    acknowledged = {word: {line[1] for line in told if line[0] == word} for word in _WORDS}
    arrived = [(line[1], line[2]) for line in told if line[0] == "sent"]

    def deliver(entry: Entry) -> Verdict:
        arrived.append((entry.key, entry.case))
        return Delivered()

    with Store(tmp_path / "cache.db", load_key(tmp_path / "key")) as store:
        assert store.recovery is Recovery.NONE
        intents, outbox = Intents(store, time.time), Outbox(store, time.time)
        lost = [key for key in acknowledged["begun"] if intents.get(key) is None]
        opened = {intent.key for intent in intents.open_intents()}
        outbox.deliver_due(deliver, limit=100_000)
        assert outbox.pending() == 0
        kept = [(str(key), str(case)) for key, case in store.rows(_ALL_IN_ORDER)]
    assert acknowledged["opened"] == {"none"}
    assert len(acknowledged["kept"]) > 4 * KILLS
    assert lost == []
    assert opened & acknowledged["settled"] == set()
    reports = {f"r-{key.removeprefix('i-')}" for key in acknowledged["settled"]}
    assert acknowledged["kept"] | reports <= {key for key, _ in arrived}
    # Repeats are the centre's to drop, by their key; the first arrivals are in order per case.
    first = list(dict.fromkeys(arrived))
    for case in {case for _, case in kept}:
        assert [key for key, of in first if of == case] == [key for key, of in kept if of == case]


_WORDS = ("opened", "kept", "begun", "settled", "sent")
_ALL_IN_ORDER = "SELECT key, case_id FROM outbox ORDER BY seq"
