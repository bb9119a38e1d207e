"""One encrypted SQLite database: opened checked, written durably, quarantined when damaged.

* Cipher: SQLite3 Multiple Ciphers, ChaCha20-Poly1305 per page, so a flipped byte is found when
  its page is read. The 32-byte key is random already: one round of derivation (over the file's
  own salt) is enough, and opening takes a millisecond instead of a tenth of a second.
* Durability: WAL with ``synchronous=FULL``, one sync per commit. NORMAL survives a killed process
  and loses acknowledged records in a power cut.
* One connection behind one lock, not one per thread: SQLite has one writer anyway; joining the
  caller's open transaction is then simply holding the lock; and no thread of ours ever gets BUSY
  in the middle of an upgrade from reading to writing. Price: a read waits for a running commit.
* One owner: a second process is refused (``StoreInUse``), since two owners would deliver twice.

An old copy of the whole file, put back by hand, opens without complaint; only a counter kept
elsewhere (the centre) can notice that.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import apsw

from offline_cache.database_file import (
    COMPANIONS,
    bytes_if_any,
    companion,
    own,
    refuse_stump,
    set_aside,
)
from offline_cache.errors import (
    CacheError,
    KeyUnusable,
    StoreDamaged,
    StoreFull,
    StoreInUse,
    StoreUnavailable,
    from_os,
)
from offline_cache.keys import KEY_BYTES, sync_directory
from offline_cache.migrations import migrate
from offline_cache.wal_tail import Tail, examine

log = logging.getLogger(__name__)

Value = None | int | float | str | bytes
Row = tuple[Any, ...]
"""A result row; the column types are STRICT in the schema, so the caller knows them."""

BUSY_TIMEOUT_S = 5.0
_APPLICATION_ID = 0x4B494F53  # "KIOS", written so that the first page exists


class Recovery(StrEnum):
    """What opening had to do. Anything but NONE is for the staff list and the fleet."""

    NONE = "none"
    LAST_WRITE_UNSURE = "last_write_unsure"
    """The last commit was broken and dropped: usually a power cut before it was acknowledged."""
    WRITES_LOST = "writes_lost"
    """Acknowledged writes at the end of the log are gone; all earlier ones are here."""
    QUARANTINED = "quarantined"
    """The file was unusable and set aside; this store started empty."""


_RECOVERY_OF = {
    Tail.INTACT: Recovery.NONE,
    Tail.LAST_COMMIT_UNSURE: Recovery.LAST_WRITE_UNSURE,
    Tail.COMMITS_LOST: Recovery.WRITES_LOST,
}


class Store:
    """The open database. Safe to use from any thread; see the module for why it is one lock.

    ``path``'s directory must exist. The constructor opens, checks every page and migrates; it
    raises StoreInUse, StoreFull, StoreUnavailable or KeyUnusable, never StoreDamaged: a damaged
    or undecryptable file is renamed ``<name>.damaged-<n>`` (with its log) and a fresh one opened;
    where only the log's end is damaged, a copy is set aside under that name and the rest is used.
    ``max_bytes`` bounds the database file (StoreFull past it), None leaves it to the disk.
    """

    def __init__(self, path: Path, key: bytes, *, max_bytes: int | None = None) -> None:
        if len(key) != KEY_BYTES:
            raise KeyUnusable(f"the key has {len(key)} bytes, {KEY_BYTES} are required")
        self._path = path
        self._lock = threading.RLock()
        self._depth = 0
        self._set_aside: Path | None = None
        self._owner = own(path.with_name(f"{path.name}.lock"))
        try:
            self._finish_opening(self._open_or_quarantine(key, max_bytes))
        except BaseException:
            os.close(self._owner)
            raise

    @property
    def recovery(self) -> Recovery:
        """What this or an earlier opening had to do, until ``acknowledge_recovery``."""
        newest = self.rows("SELECT recovery FROM recoveries WHERE seen = 0 ORDER BY seq DESC")
        return Recovery(newest[0][0]) if newest else Recovery.NONE

    @property
    def recovered_from_damage(self) -> bool:
        """Whether acknowledged data is missing and nobody has been told yet."""
        wanted = (Recovery.WRITES_LOST.value, Recovery.QUARANTINED.value)
        sql = "SELECT 1 FROM recoveries WHERE seen = 0 AND recovery IN (?, ?)"
        return bool(self.rows(sql, *wanted))

    def acknowledge_recovery(self) -> None:
        """Clear the flag, once the incident is itself durably reported."""
        self.change("UPDATE recoveries SET seen = 1 WHERE seen = 0")

    @property
    def set_aside(self) -> Path | None:
        """Where this opening put the damaged file or its copy, encrypted with the same key."""
        return self._set_aside

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Everything inside is on disk together when the block ends, or nothing is.

        Inside another transaction of the same thread it joins: then only the outermost end makes
        it durable, and an exception undoes the inner part alone. Other threads wait: keep it
        short and never call out to a device, the network or a callback inside.
        """
        with self._lock:
            name = f"inner_{self._depth}" if self._depth else ""
            self._run(f"SAVEPOINT {name}" if name else "BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
                self._run(f"RELEASE {name}" if name else "COMMIT")
            except BaseException:
                self._undo(name)
                raise
            finally:
                self._depth -= 1

    def rows(self, sql: str, *bindings: Value) -> list[Row]:
        """Run one query and return all its rows."""
        with self._lock:
            return self._run(sql, bindings)

    def change(self, sql: str, *bindings: Value) -> int:
        """Run one statement and return how many rows it changed.

        On disk before it returns, unless inside ``transaction()``.
        """
        with self._lock:
            self._run(sql, bindings)
            return self._connection.changes()

    def checkpoint(self) -> None:
        """Fold the log into the database and empty it, so that no older page image remains.

        Worth doing when a visit's records are delivered and nobody waits: it costs two syncs.
        """
        with self._lock, _translated():
            self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)

    def close(self) -> None:
        """Fold the log in and give the file free. Safe to call twice."""
        with self._lock:
            if self._owner < 0:
                return
            try:
                self._connection.close()
            except apsw.Error as exc:
                log.warning("store: closing failed: %s", _code(exc))
            os.close(self._owner)
            self._owner = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self, sql: str, bindings: tuple[Value, ...] = ()) -> list[Row]:
        with _translated():
            # SQLite itself rolls everything back on some errors; going on would commit piecemeal.
            if self._depth and not self._connection.in_transaction:
                raise StoreUnavailable("the transaction was rolled back by an earlier error")
            return list(self._connection.execute(sql, bindings))

    def _undo(self, savepoint: str) -> None:
        """Take back a block. Must not raise: the error that led here is the one to report."""
        try:
            if self._connection.in_transaction:
                undo = f"ROLLBACK TO {savepoint}; RELEASE {savepoint}" if savepoint else "ROLLBACK"
                self._connection.execute(undo)
        except apsw.Error as exc:
            log.warning("store: undoing failed: %s", _code(exc))

    def _open_or_quarantine(self, key: bytes, max_bytes: int | None) -> Recovery:
        tail = examine(bytes_if_any(companion(self._path, "-wal")))
        recovery = _RECOVERY_OF[tail]
        if recovery is Recovery.WRITES_LOST:
            self._set_aside = set_aside(self._path, keep=True)
        try:
            self._open(key, max_bytes)
        except StoreDamaged:
            self._set_aside = set_aside(self._path, keep=False)
            recovery = Recovery.QUARANTINED
            self._open(key, max_bytes)
        return recovery

    def _finish_opening(self, recovery: Recovery) -> None:
        """Record what happened, then empty the log.

        Frames that a crash left behind the last commit would look like damage to the next
        opening once newer ones overwrite a part of them.
        """
        try:
            if recovery is not Recovery.NONE:
                log.error("store: opened with recovery=%s", recovery.value)
                self.change("INSERT INTO recoveries(recovery) VALUES (?)", recovery.value)
            self.checkpoint()
        except BaseException:
            self._connection.close(force=True)  # else it would hold the file against a second try
            raise

    def _open(self, key: bytes, max_bytes: int | None) -> None:
        refuse_stump(self._path)
        if not self._path.exists():
            _make(self._path, key)
        self._connection = connection = _connect(self._path, key)
        try:
            with _translated():
                if max_bytes is not None:
                    pages = max_bytes // int(connection.pragma("page_size"))
                    connection.pragma("max_page_count", pages)
                _check(connection)
            migrate(self)
        except BaseException:
            connection.close(force=True)
            raise


def _connect(path: Path, key: bytes) -> apsw.Connection:
    with _translated():
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            _configure(connection, key)
        except BaseException:
            connection.close(force=True)
            raise
    return connection


def _configure(connection: apsw.Connection, key: bytes) -> None:
    connection.set_busy_timeout(int(BUSY_TIMEOUT_S * 1000))
    connection.pragma("cipher", "chacha20")
    connection.pragma("kdf_iter", 1)
    connection.pragma("hexkey", key.hex())
    connection.pragma("locking_mode", "EXCLUSIVE")  # one owner, and no -shm file
    connection.pragma("temp_store", "MEMORY")
    if connection.pragma("journal_mode", "WAL") != "wal":
        raise StoreUnavailable("the file system does not take a write-ahead log")
    connection.pragma("synchronous", "FULL")
    connection.pragma("secure_delete", "ON")
    connection.pragma("trusted_schema", "OFF")


def _check(connection: apsw.Connection) -> None:
    """Read every page in use. The texts of the check can hold data and are not kept."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if found != [("ok",)]:
        raise StoreDamaged("the database fails its integrity check")


def _make(path: Path, key: bytes) -> None:
    """Make an empty database under another name and rename it: at ``path`` is a whole one or none.

    Mode 0600 from the start, since SQLite would follow the process's umask.
    """
    draft = companion(path, ".new")
    try:
        for end in COMPANIONS:
            companion(draft, end).unlink(missing_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
        with _translated():
            connection = _connect(draft, key)
            connection.pragma("application_id", _APPLICATION_ID)
            connection.close()
        draft.replace(path)
        sync_directory(path.parent)
    except OSError as exc:
        raise from_os(exc, f"{path} cannot be made") from None


def _code(exc: apsw.Error) -> str:
    """Name an SQLite error without its text."""
    return f"{type(exc).__name__} {getattr(exc, 'extendedresult', 0)}"


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except apsw.Error as exc:
        raise _as_cache_error(exc) from None


def _as_cache_error(exc: apsw.Error) -> CacheError:
    if isinstance(exc, apsw.FullError):
        return StoreFull(_code(exc))
    if isinstance(exc, apsw.CorruptError | apsw.NotADBError):
        return StoreDamaged(_code(exc))
    if isinstance(exc, apsw.BusyError | apsw.LockedError):
        return StoreInUse(_code(exc))
    return StoreUnavailable(_code(exc))
