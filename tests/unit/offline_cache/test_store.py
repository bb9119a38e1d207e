from __future__ import annotations

import logging
import sqlite3
import stat
import subprocess
import sys
import threading
import traceback
from pathlib import Path

import pytest

import offline_cache
from offline_cache.errors import CacheError, KeyUnusable, StoreFull, StoreInUse, StoreUnavailable
from offline_cache.migrations import MIGRATIONS, Migration, migrate
from offline_cache.outbox import Outbox
from offline_cache.snapshot import Snapshots
from offline_cache.store import Recovery, Store

KEY = bytes(range(32))
ROOT = Path(offline_cache.__file__).parents[1]
PLANTED = "欧阳测试 990101199001011232"


def _now() -> float:
    return 1_000.0


def _bytes_on_disk(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(directory.iterdir()))


def _note(store: Store, text: str) -> None:
    store.change(
        "INSERT INTO snapshots VALUES (?, 1, '', x'', x'', 0)"
        " ON CONFLICT(name) DO UPDATE SET version = version + 1",
        text,
    )


def _note_and_fail(store: Store, text: str) -> None:
    with store.transaction():
        _note(store, text)
        raise LookupError


def _fill_in_one_transaction(store: Store) -> None:
    sql = "INSERT INTO snapshots VALUES (?, 1, '', x'', zeroblob(3000), 0)"
    with store.transaction():
        for number in range(1000):
            store.change(sql, str(number))


def _notes(store: Store) -> list[str]:
    return [str(name) for (name,) in store.rows("SELECT name FROM snapshots ORDER BY name")]


def test_nothing_readable_on_disk(tmp_path: Path) -> None:
    with Store(tmp_path / "cache.db", KEY) as store:
        Outbox(store, _now).put("key-1", "case-1", "kind-1", PLANTED.encode())
        while_open = _bytes_on_disk(tmp_path)
    for found in (while_open, _bytes_on_disk(tmp_path)):
        assert len(found) >= 4096
        for word in (PLANTED.encode(), b"key-1", b"outbox", b"SQLite format 3"):
            assert word not in found


def test_the_search_for_planted_text_can_find_it(tmp_path: Path) -> None:
    plain = sqlite3.connect(tmp_path / "plain.db", isolation_level=None)
    plain.execute("PRAGMA journal_mode=WAL")
    plain.execute("CREATE TABLE outbox(body BLOB)")
    plain.execute("INSERT INTO outbox VALUES (?)", (PLANTED.encode(),))
    while_open = _bytes_on_disk(tmp_path)
    plain.close()
    for found in (while_open, _bytes_on_disk(tmp_path)):
        for word in (PLANTED.encode(), b"outbox", b"SQLite format 3"):
            assert word in found


def test_files_are_private(tmp_path: Path) -> None:
    with Store(tmp_path / "cache.db", KEY) as store:
        _note(store, "a")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"cache.db": 0o600, "cache.db-wal": 0o600, "cache.db.lock": 0o600}


def test_durable_settings_hold(store: Store) -> None:
    found = {
        name: store.rows(f"PRAGMA {name}")[0][0]
        for name in ("journal_mode", "synchronous", "temp_store", "secure_delete", "cipher")
    }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "temp_store": 2,
        "secure_delete": 1,
        "cipher": "chacha20",
    }
    assert store.rows("PRAGMA busy_timeout")[0][0] > 0


def test_kept_over_a_restart_and_a_wrong_key_never_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Store(path, KEY) as store:
        _note(store, "kept")
        assert store.recovery is Recovery.NONE
    with Store(path, KEY) as store:
        assert _notes(store) == ["kept"]
        assert not store.recovered_from_damage
    with Store(path, bytes(reversed(KEY))) as store:
        assert _notes(store) == []
        assert store.recovery is Recovery.QUARANTINED
        assert store.set_aside == tmp_path / "cache.db.damaged-1"
    aside = tmp_path / "cache.db.damaged-1"
    with Store(aside, KEY) as store:  # nothing was destroyed
        assert _notes(store) == ["kept"]


def test_the_damage_flag_lasts_until_it_is_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    path.write_bytes(b"not a database" * 1000)
    with Store(path, KEY) as store:
        assert store.recovered_from_damage
    with Store(path, KEY) as store:
        assert store.recovered_from_damage
        store.acknowledge_recovery()
        assert not store.recovered_from_damage
        assert store.recovery is Recovery.NONE
    path.write_bytes(b"not a database" * 1000)
    with Store(path, KEY) as store:
        assert store.recovered_from_damage
    assert (tmp_path / "cache.db.damaged-2").exists()


def test_a_log_without_its_database_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Store(path, KEY) as store:
        _note(store, "kept")
        log_bytes = (tmp_path / "cache.db-wal").read_bytes()
    path.unlink()
    (tmp_path / "cache.db-wal").write_bytes(log_bytes)
    with Store(path, KEY) as store:
        assert store.recovery is Recovery.QUARANTINED
    assert (tmp_path / "cache.db.damaged-1-wal").read_bytes() == log_bytes


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(tmp_path: Path, size: int) -> None:
    with pytest.raises(KeyUnusable, match="32 are required"):
        Store(tmp_path / "cache.db", bytes(size))
    assert list(tmp_path.iterdir()) == []


def test_a_transaction_is_whole_or_not_at_all(store: Store) -> None:
    with pytest.raises(LookupError):
        _note_and_fail(store, "lost")
    with store.transaction():
        _note(store, "a")
        with pytest.raises(LookupError):
            _note_and_fail(store, "inner")
        with store.transaction():
            _note(store, "b")
    assert _notes(store) == ["a", "b"]


def test_an_outer_failure_takes_the_inner_part_back(store: Store) -> None:
    def nested() -> None:
        with store.transaction():
            with store.transaction():
                _note(store, "inner")
            raise LookupError

    with pytest.raises(LookupError):
        nested()
    assert _notes(store) == []


def test_threads_do_not_slip_into_each_others_transactions(store: Store) -> None:
    inside, outside = threading.Event(), threading.Event()

    def write_from_elsewhere() -> None:
        inside.wait(10)
        outside.set()
        _note(store, "elsewhere")

    def write_and_fail() -> None:
        with store.transaction():
            _note(store, "lost")
            inside.set()
            assert outside.wait(10)
            raise LookupError

    thread = threading.Thread(target=write_from_elsewhere)
    thread.start()
    with pytest.raises(LookupError):
        write_and_fail()
    thread.join(10)
    assert _notes(store) == ["elsewhere"]


def test_a_full_store_refuses_before_it_accepts_and_recovers(tmp_path: Path) -> None:
    with Store(tmp_path / "cache.db", KEY, max_bytes=160 * 1024) as store:
        snapshots = Snapshots(store, _now)
        kept = list[str]()

        def fill() -> None:
            for number in range(1000):
                name = f"document-{number}"
                snapshots.put(name, version=1, etag="", signature=b"", body=bytes(3000))
                kept.append(name)

        with pytest.raises(StoreFull):
            fill()
        assert len(kept) > 10
        assert sorted(_notes(store)) == sorted(kept)
        store.change("DELETE FROM snapshots WHERE name = ?", kept.pop())
        assert snapshots.put("again", version=1, etag="", signature=b"", body=bytes(3000))
    with Store(tmp_path / "cache.db", KEY) as store:
        assert sorted(_notes(store)) == sorted([*kept, "again"])
        assert store.recovery is Recovery.NONE


def test_nothing_is_kept_piecemeal_after_the_disk_was_full(tmp_path: Path) -> None:
    with Store(tmp_path / "cache.db", KEY, max_bytes=160 * 1024) as store:
        with pytest.raises(StoreFull):
            _fill_in_one_transaction(store)
        assert _notes(store) == []


def test_nothing_more_is_written_once_sqlite_rolled_back_by_itself(store: Store) -> None:
    def go_on_regardless() -> None:
        with store.transaction():
            _note(store, "before")
            store.rows("ROLLBACK")  # what SQLite does on some I/O errors
            with pytest.raises(StoreUnavailable, match="rolled back"):
                _note(store, "after")

    with pytest.raises(StoreUnavailable):
        go_on_regardless()
    assert _notes(store) == []
    _note(store, "later")
    assert _notes(store) == ["later"]


def test_a_store_that_could_not_open_opens_once_there_is_room(tmp_path: Path) -> None:
    with pytest.raises(StoreFull):
        Store(tmp_path / "cache.db", KEY, max_bytes=8192)
    with Store(tmp_path / "cache.db", KEY) as store:
        _note(store, "a")
        assert store.recovery is Recovery.NONE


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from offline_cache.store import Store;"
        "Store(Path(sys.argv[1]), bytes(range(32))).close()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "cache.db")]
    with Store(tmp_path / "cache.db", KEY):
        refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        with pytest.raises(StoreInUse, match="held by another process"):
            Store(tmp_path / "cache.db", KEY)
    allowed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "StoreInUse" in refused.stderr
    assert (allowed.returncode, allowed.stderr) == (0, "")
    assert [path.name for path in tmp_path.glob("*damaged*")] == []


def test_error_texts_and_logs_hold_no_data(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    secret = "planted"
    caplog.set_level(logging.DEBUG)
    for statement in (f"PRAGMA {secret}(", f"REINDEX {secret}", f"'{secret}"):
        with pytest.raises(CacheError) as raised:
            store.change(statement)
        told = "".join(traceback.format_exception(raised.value))
        assert secret not in told
    assert secret not in caplog.text


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache.db", KEY)
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable):
        store.rows("SELECT 1")


def test_migrations_run_once_each_and_whole(store: Store) -> None:
    assert migrate(store) == ()
    bad = Migration("9998_bad", ("CREATE TABLE half (a)", "INSERT INTO absent VALUES (1)"))
    with pytest.raises(CacheError):
        migrate(store, [*MIGRATIONS, bad])
    tables = {name for (name,) in store.rows("SELECT name FROM sqlite_schema")}
    assert "half" not in tables
    good = Migration("9998_bad", ("CREATE TABLE half (a)",))
    assert migrate(store, [*MIGRATIONS, good]) == ("9998_bad",)
    assert migrate(store, [*MIGRATIONS, good]) == ()


def test_a_database_of_a_later_release_still_opens(tmp_path: Path) -> None:
    with Store(tmp_path / "cache.db", KEY) as store:
        later = Migration("9999_later", ("ALTER TABLE outbox ADD COLUMN later TEXT",))
        migrate(store, [*MIGRATIONS, later])
    with Store(tmp_path / "cache.db", KEY) as store:
        outbox = Outbox(store, _now)
        outbox.put("k", "c", "kind", b"x")
        assert outbox.next_due(_now()) is not None
