"""Looks for what is personal where nothing personal may stay: logs, settings, sockets, disk."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import cast

from offline_cache.keys import load_key
from offline_cache.store import Store
from sandbox.people_seed import invent_city
from sandbox.visit import Setting

TOKEN = re.compile(rb"(?<![A-Za-z0-9_+/=-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_+/=-])")
"""How a session's token looks: 32 bytes as base64url."""


def needles(person: str, *more: str) -> dict[str, bytes]:
    """What is known of a person, by what it is; ``more``: numbers that the visit was given."""
    known = invent_city().resident(person)
    told = {
        "name": known.name,
        "number": known.number,
        "birth": known.number[6:14],
        "phone": known.phone,
        "address": known.address,
        **{f"typed or given {n}": text for n, text in enumerate(more)},
    }
    return {what: text.encode() for what, text in told.items()}


def filed_application(where: Setting) -> bytes:
    """The newest application as the centre received it."""
    book = where.city.config.parent / "centre" / "centre.sqlite"
    with closing(sqlite3.connect(f"file:{book}?mode=ro", uri=True)) as ledger:
        query = "SELECT application FROM cases ORDER BY rowid DESC LIMIT 1"
        ((application,),) = ledger.execute(query).fetchall()
    return bytes(application)


def signature_needles(application: bytes) -> dict[str, bytes]:
    """Its one signature: the picture, and as it was sent."""
    (party,) = cast("list[dict[str, dict[str, str]]]", json.loads(application)["parties"])
    sent = party["signed"]["picture"]
    picture = base64.b64decode(sent)
    assert picture.startswith(b"\x89PNG")
    middle = len(picture) // 2
    return {
        "signature": picture[middle : middle + 24],
        "signature as sent": sent[len(sent) // 2 :][:32].encode(),
    }


def places(where: Setting, logs: Path, scratch: Path) -> dict[str, bytes]:
    """Everything that the kiosk leaves: its log, settings, runtime files, disk, and what is in it.

    The database is copied and opened with the kiosk's own key: its plaintext counts.
    """
    found = {"kiosk.log": (logs / "kiosk.log").read_bytes()}
    found["settings"] = where.city.config.read_bytes()
    for directory in (where.kiosk.state_dir, where.kiosk.runtime_dir):
        files = [path for path in directory.rglob("*") if path.is_file()]
        found |= {str(path.relative_to(directory.parent)): path.read_bytes() for path in files}
    found["plaintext"] = _plaintext(where.kiosk.state_dir, scratch)
    return found


def hits(needles: Mapping[str, bytes], found: Mapping[str, bytes]) -> list[str]:
    """What is where it may not be: names of both, never the thing itself."""
    return [
        f"{what} in {place}"
        for place, content in found.items()
        for what, needle in needles.items()
        if needle in content
    ]


def token_hits(found: Mapping[str, bytes]) -> list[str]:
    """Places where something stands that looks like a session's token."""
    return [place for place, content in found.items() if TOKEN.search(content)]


def _plaintext(state_dir: Path, scratch: Path) -> bytes:
    for path in state_dir.glob("kiosk.db*"):
        shutil.copyfile(path, scratch / path.name)
    with Store(scratch / "kiosk.db", load_key(state_dir / "store.key")) as store:
        return b"\n".join(_rows(store))


def _rows(store: Store) -> Iterator[bytes]:
    names = [
        str(name) for (name,) in store.rows("SELECT name FROM sqlite_master WHERE type='table'")
    ]
    for name in names:
        for row in store.rows(f"SELECT * FROM {name}"):  # noqa: S608 - a table's own name
            yield b"\t".join(v if isinstance(v, bytes) else str(v).encode() for v in row)
