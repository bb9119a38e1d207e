from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest

from offline_cache.outbox import Outbox
from offline_cache.store import Recovery, Store
from offline_cache.wal_tail import Tail, examine

KEY = bytes(range(32))
RECORDS = 24
FLIPS = 60


@dataclass(frozen=True)
class Files:
    """Contents of a database directory, and the rows that are in it."""

    contents: dict[str, bytes]
    rows: list[tuple[object, ...]]


def _now() -> float:
    return 1_000.0


def _rows(store: Store) -> list[tuple[object, ...]]:
    return store.rows("SELECT key, case_id, kind, body, kept_at FROM outbox ORDER BY seq")


def _read_all(directory: Path) -> dict[str, bytes]:
    names = ("cache.db", "cache.db-wal")
    return {name: (directory / name).read_bytes() for name in names if (directory / name).exists()}


def _filled(directory: Path, *, closed: bool) -> Files:
    """Files of a store after a clean end, or as a killed process leaves them: with a log."""
    directory.mkdir()
    with Store(directory / "cache.db", KEY) as store:
        outbox = Outbox(store, _now)
        for number in range(RECORDS):
            outbox.put(f"key-{number}", f"case-{number % 3}", "kind", b"%d" % number * 400)
        rows, contents = _rows(store), _read_all(directory)
    return Files(_read_all(directory) if closed else contents, rows)


def _laid_out(contents: dict[str, bytes], directory: Path) -> Path:
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    for name, content in contents.items():
        (directory / name).write_bytes(content)
    return directory / "cache.db"


def _flipped(content: bytes, at: int, mask: int) -> bytes:
    return content[:at] + bytes([content[at] ^ mask]) + content[at + 1 :]


@pytest.mark.parametrize(("closed", "name"), [(True, "cache.db"), (False, "cache.db-wal")])
def test_a_flipped_byte_is_never_silently_wrong(tmp_path: Path, *, closed: bool, name: str) -> None:
    made = _filled(tmp_path / "made", closed=closed)
    chance = random.Random(20261121)  # noqa: S311 - repeatable, not secret
    seen = set[Recovery]()
    for _ in range(FLIPS):
        at, mask = chance.randrange(len(made.contents[name])), 1 << chance.randrange(8)
        bad = made.contents | {name: _flipped(made.contents[name], at, mask)}
        with Store(_laid_out(bad, tmp_path / "bad"), KEY) as store:
            rows, recovery = _rows(store), store.recovery
        where = f"byte {at} of {name}, mask {mask:#x}"
        assert rows == made.rows[: len(rows)], where
        assert recovery is not Recovery.NONE or rows == made.rows, where
        seen.add(recovery)
    assert seen - {Recovery.NONE}


def test_the_same_flips_are_silent_without_our_look_at_the_log(tmp_path: Path) -> None:
    made = _filled(tmp_path / "made", closed=False)
    log = made.contents["cache.db-wal"]
    bad = made.contents | {"cache.db-wal": _flipped(log, len(log) // 2, 1)}
    connection = apsw.Connection(str(_laid_out(bad, tmp_path / "bad")))
    connection.pragma("kdf_iter", 1)
    connection.pragma("hexkey", KEY.hex())
    assert connection.pragma("integrity_check") == "ok"
    found = connection.execute("SELECT count(*) FROM outbox").fetchall()
    connection.close()
    assert 0 < found[0][0] < RECORDS  # acknowledged rows are gone and SQLite says ok
    with Store(_laid_out(bad, tmp_path / "bad"), KEY) as store:
        assert store.recovery is Recovery.WRITES_LOST
        assert store.recovered_from_damage
        assert store.set_aside is not None
        aside = store.set_aside
    assert aside.with_name(f"{aside.name}-wal").read_bytes() == bad["cache.db-wal"]
    with Store(tmp_path / "bad" / "cache.db", KEY) as store:  # the flag outlives a restart
        assert store.recovery is Recovery.WRITES_LOST


@pytest.mark.parametrize("keep", [0, 1, 100, 4096, 5000, 3 * 4096])
def test_a_cut_database_is_quarantined(tmp_path: Path, keep: int) -> None:
    made = _filled(tmp_path / "made", closed=True)
    cut = {"cache.db": made.contents["cache.db"][:keep], "cache.db-wal": b""}
    with Store(_laid_out(cut, tmp_path / "bad"), KEY) as store:
        assert _rows(store) == []
        assert store.recovery is Recovery.QUARANTINED


def test_a_killed_process_leaves_no_alarm(tmp_path: Path) -> None:
    made = _filled(tmp_path / "made", closed=False)
    with Store(_laid_out(made.contents, tmp_path / "again"), KEY) as store:
        assert _rows(store) == made.rows
        assert store.recovery is Recovery.NONE
        assert (tmp_path / "again" / "cache.db-wal").stat().st_size == 0


def test_a_torn_last_commit_is_told_from_lost_ones(tmp_path: Path) -> None:
    log = _filled(tmp_path / "made", closed=False).contents["cache.db-wal"]
    assert examine(log) is Tail.INTACT
    assert examine(b"") is Tail.INTACT
    assert examine(log[:-100]) is Tail.INTACT  # a frame only half appended
    assert examine(_flipped(log, len(log) - 1, 1)) is Tail.LAST_COMMIT_UNSURE
    assert examine(log[:-4000] + bytes(4000)) is Tail.LAST_COMMIT_UNSURE
    assert examine(_flipped(log, 32 + 24 + 7, 1)) is Tail.COMMITS_LOST
    assert examine(_flipped(log, 3, 1 << 4)) is Tail.COMMITS_LOST


@pytest.mark.parametrize("commits", range(1, 8))
def test_a_commit_torn_over_leftovers_is_no_lost_one(tmp_path: Path, commits: int) -> None:
    with Store(tmp_path / "cache.db", KEY) as store:
        outbox = Outbox(store, _now)
        for number in range(RECORDS):
            outbox.put(f"old-{number}", "case", "kind", b"x" * 400)
        old = _read_all(tmp_path)["cache.db-wal"]
        store.rows("PRAGMA wal_checkpoint(RESTART)")
        for number in range(commits):
            outbox.put(f"new-{number}", "case", "kind", b"y")
        log = _read_all(tmp_path)["cache.db-wal"]
    step = 24 + 4096
    fresh = [at for at in range(32, len(log), step) if log[at + 8 : at + 16] == log[16:24]]
    ends = [at for at in fresh if any(log[at + 4 : at + 8])]
    assert len(ends) == commits
    last = [at for at in fresh if commits == 1 or at > ends[-2]]
    assert len(last) >= 2
    for at in last:  # the power cut keeps all of the last commit but one frame
        torn = log[:at] + old[at : at + step] + log[at + step :]
        wanted = Tail.INTACT if at == last[-1] else Tail.LAST_COMMIT_UNSURE
        assert examine(torn) is wanted


def test_leftovers_of_an_emptied_log_are_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Store(path, KEY) as store:
        outbox = Outbox(store, _now)
        for number in range(RECORDS):
            outbox.put(f"old-{number}", "case", "kind", b"x" * 400)
        store.rows("PRAGMA wal_checkpoint(RESTART)")
        outbox.put("new", "case", "kind", b"y")
        contents = _read_all(tmp_path)
    assert len(contents["cache.db-wal"]) > 20 * 4096
    assert examine(contents["cache.db-wal"]) is Tail.INTACT
    with Store(_laid_out(contents, tmp_path / "again"), KEY) as store:
        assert len(_rows(store)) == RECORDS + 1
        assert store.recovery is Recovery.NONE
