"""The database's files: who owns them, what must not pass for a new one, setting them aside."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

from offline_cache.errors import StoreDamaged, StoreInUse, from_os
from offline_cache.keys import sync_directory

COMPANIONS = ("", "-wal", "-journal")
"""Endings of the files that belong together; there is no -shm, see ``Store``."""
_SMALLEST_BYTES = 512


def own(lock_path: Path) -> int:
    """Take the lock that marks the one owner; the kernel frees it if the process dies."""
    try:
        descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as exc:
        raise from_os(exc, f"{lock_path} cannot be opened") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise StoreInUse(f"{lock_path} is held by another process") from None
    return descriptor


def refuse_stump(path: Path) -> None:
    """Find what SQLite would take for a new database and start empty without a word."""
    if path.exists() and path.stat().st_size < _SMALLEST_BYTES:
        raise StoreDamaged("the database is cut to less than a page")
    if not path.exists() and bytes_if_any(companion(path, "-wal")):
        raise StoreDamaged("the database is gone but its log is not")


def set_aside(path: Path, *, keep: bool) -> Path:
    """Move (or, with ``keep``, copy) database and log to the next free damaged name.

    The database goes first: a crash in between leaves a log without its database, which the next
    opening takes for damage again; the other way round it would pass for a clean older state.
    """
    number = 1
    while any(companion(_damaged(path, number), end).exists() for end in COMPANIONS):
        number += 1
    try:
        for end in COMPANIONS:
            source, target = companion(path, end), companion(_damaged(path, number), end)
            if source.exists() and keep:
                shutil.copy2(source, target)
            elif source.exists():
                source.replace(target)
        sync_directory(path.parent)
    except OSError as exc:
        raise from_os(exc, f"{path} cannot be set aside") from None
    return _damaged(path, number)


def _damaged(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.damaged-{number}")


def companion(path: Path, end: str) -> Path:
    """Name the file beside the database with that ending."""
    return path.with_name(path.name + end)


def bytes_if_any(path: Path) -> bytes:
    """Read a file; nothing if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as exc:
        raise from_os(exc, f"{path} cannot be read") from None
