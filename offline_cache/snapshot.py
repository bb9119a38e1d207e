"""The last signed documents that were believed: catalogue, configuration, trust list.

So a restart without the line still has a menu. The bytes are kept exactly as they were signed:
whoever reads them back verifies the signature and the validity again, since both the key list
and the day may have changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from offline_cache.store import Store


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """``body`` are the exact signed bytes, ``signature`` detached over them, ``etag`` opaque.

    ``version`` only grows; ``kept_at`` in epoch seconds is when it was last believed.
    """

    name: str
    version: int
    etag: str
    signature: bytes
    body: bytes
    kept_at: float


class Snapshots:
    """One document per name. Safe to use from any thread. ``clock`` gives epoch seconds."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    def put(self, name: str, *, version: int, etag: str, signature: bytes, body: bytes) -> bool:
        """Keep a document whose signature was just verified, on disk before this returns.

        False, and nothing changes, if a newer version is kept: an older one, though well signed,
        is an attempt to roll back. The same version again refreshes etag and time.
        """
        changed = self._store.change(
            "INSERT INTO snapshots(name, version, etag, signature, body, kept_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT(name) DO UPDATE SET"
            " version = excluded.version, etag = excluded.etag, signature = excluded.signature,"
            " body = excluded.body, kept_at = excluded.kept_at"
            " WHERE excluded.version >= snapshots.version",
            name,
            version,
            etag,
            signature,
            body,
            self._clock(),
        )
        return changed == 1

    def get(self, name: str) -> SignedDocument | None:
        """Return the last believed document of that name, or None if there never was one."""
        found = self._store.rows(
            "SELECT name, version, etag, signature, body, kept_at FROM snapshots WHERE name = ?",
            name,
        )
        return SignedDocument(*found[0]) if found else None
