"""The one tree of expected failures of the offline cache.

No text here ever holds a value that was stored: SQLite's own error texts can carry data, so they
are dropped (``raise ... from None``) and only the class and the numeric result code are kept.
"""

from __future__ import annotations

import errno


class CacheError(Exception):
    """Base of all below. Nothing was acknowledged when one of these is raised."""


class KeyUnusable(CacheError):
    """The key file exists but must not be used; the text names the file and what is wrong."""


class StoreInUse(CacheError):
    """Another process holds this database. Two owners would deliver everything twice."""


class StoreUnavailable(CacheError):
    """The disk refuses (I/O error, permission, closed). Trying again later is sensible."""


class StoreFull(CacheError):
    """No room for this write. It is not kept; earlier ones are. Works again once there is."""


class StoreDamaged(CacheError):
    """A page does not decrypt or fits no other. Opening the store anew quarantines the file."""


class KeyReused(CacheError):
    """An idempotency key came back with another content: a bug of the caller, never repaired."""


class IntentConflict(CacheError):
    """An intent was begun or settled again, differently, or is not known at all."""


def from_os(exc: OSError, what: str) -> CacheError:
    """Turn a failed file operation into StoreFull or StoreUnavailable; ``what`` names the file."""
    kind = StoreFull if exc.errno in {errno.ENOSPC, errno.EDQUOT} else StoreUnavailable
    return kind(f"{what}: {errno.errorcode.get(exc.errno or 0, type(exc).__name__)}")
