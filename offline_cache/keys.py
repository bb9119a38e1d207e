"""The database key in a file of its own: 32 random bytes, readable by the service's user only.

What this protects: a *database file* that leaves the machine (a backup, a log bundle, a copied
directory). What it does not: a stolen disk or machine, which carries key and database together.
For that the key has to be sealed elsewhere (TPM, encrypted credential of the service manager);
this file is the embedded default and the health page should say so.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path

from offline_cache.errors import KeyUnusable, from_os

KEY_BYTES = 32
"""Length of the raw key of ChaCha20-Poly1305."""


def load_or_create_key(path: Path) -> bytes:
    """Read the key at ``path``, or make it if no file is there. Raises as ``load_key`` does.

    A key made anew cannot open a database made before: ``Store`` then quarantines that file.
    """
    if not os.path.lexists(path):
        create_key(path)
    return load_key(path)


def load_key(path: Path) -> bytes:
    """Read the key. KeyUnusable if the file is missing, shared, foreign, or of a wrong size."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as exc:
        raise KeyUnusable(f"key file {path}: cannot be opened: {_name(exc)}") from None
    try:
        if fault := _fault(os.fstat(descriptor)):
            raise KeyUnusable(f"key file {path}: {fault}")
        key = os.read(descriptor, KEY_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(key) != KEY_BYTES:
        raise KeyUnusable(f"key file {path}: changed while it was read")
    if not any(key):
        raise KeyUnusable(f"key file {path}: holds only zeros, as a file lost in a crash does")
    return key


def create_key(path: Path) -> None:
    """Make a new key, whole or not at all. An existing file is never replaced.

    The bytes are synced under another name and then linked to ``path``, so that neither a crash
    nor a second process can leave half a key or exchange one; the directory is synced as well.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write_new(draft, secrets.token_bytes(KEY_BYTES))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    except OSError as exc:
        raise from_os(exc, f"key file {path} cannot be made") from None
    finally:
        draft.unlink(missing_ok=True)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Make names created or renamed in ``directory`` survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_new(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _fault(found: os.stat_result) -> str:
    """Return what is wrong with the key file, or an empty text."""
    mode = stat.S_IMODE(found.st_mode)
    if not stat.S_ISREG(found.st_mode):
        return "is not a regular file"
    if mode & 0o077:
        return f"has mode {mode:04o}, others may read or write it; 0600 is required"
    if found.st_uid != os.geteuid():
        return f"belongs to user {found.st_uid}, not to this service's user {os.geteuid()}"
    if found.st_size != KEY_BYTES:
        return f"has {found.st_size} bytes, {KEY_BYTES} are required"
    return ""


def _name(exc: OSError) -> str:
    return errno.errorcode.get(exc.errno or 0, type(exc).__name__)
