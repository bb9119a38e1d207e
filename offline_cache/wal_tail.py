"""Looks at a write-ahead log before SQLite does, for what SQLite would drop without a word.

When a crashed database is opened, SQLite replays the log up to the first frame whose checksum
fails and forgets the rest: right after a power cut (the torn last commit was never acknowledged),
silent loss after a flipped byte in an acknowledged one. The two can be told apart in part: with
``synchronous=FULL`` a commit is on disk before the next begins, so damage that is followed by
another commit is no torn write. Layout: SQLite file format, section 4.1 to 4.3. SQLite3 Multiple
Ciphers encrypts page contents before the checksum is taken, so no key is needed here [measured].
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

HEADER = struct.Struct(">8I")
FRAME = struct.Struct(">6I")
_MAGIC = 0x377F0682
_BIG_ENDIAN = 1
_OLDER_GENERATIONS = 1 << 20
_MAX_PAGE = 65536
_MIN_PAGE = 512

Sums = tuple[int, int]


class Tail(StrEnum):
    """What the end of the log looks like."""

    INTACT = "intact"
    LAST_COMMIT_UNSURE = "last_commit_unsure"
    """The last commit is broken: torn by a power cut before it was acknowledged, or damaged."""
    COMMITS_LOST = "commits_lost"
    """A commit that others follow is broken: acknowledged writes are gone."""


@dataclass(frozen=True, slots=True)
class _Frame:
    commits: bool
    salts: Sums
    sums: Sums
    head: bytes
    page: bytes


def examine(log: bytes) -> Tail:
    """Judge a whole ``-wal`` file (empty if there is none). Never raises on any content."""
    if len(log) < HEADER.size + FRAME.size + _MIN_PAGE:
        return Tail.INTACT  # no whole frame was ever written
    magic, _, page_size, _, *rest = HEADER.unpack_from(log)
    order = ">" if magic & _BIG_ENDIAN else "<"
    sums = _add(log[:24], (0, 0), order)
    if magic & ~_BIG_ENDIAN != _MAGIC or sums != (rest[2], rest[3]):
        return Tail.COMMITS_LOST
    if not _MIN_PAGE <= page_size <= _MAX_PAGE:
        return Tail.COMMITS_LOST
    return _walk(_frames(log, page_size), (rest[0], rest[1]), sums, order)


def _walk(frames: Iterator[_Frame], salts: Sums, sums: Sums, order: str) -> Tail:
    for frame in frames:
        sums = _add(frame.page, _add(frame.head, sums, order), order)
        if frame.salts != salts or frame.sums != sums:
            return _judge(frame, frames, salts)
    return Tail.INTACT


def _judge(broken: _Frame, later: Iterator[_Frame], salts: Sums) -> Tail:
    """Judge a log whose first invalid frame is ``broken``."""
    rest = [frame for frame in later if frame.salts == salts]
    leftover = _is_leftover(broken.salts, salts)
    if not rest and leftover:
        return Tail.INTACT
    ended = broken.commits and not leftover  # a leftover here: its successor never reached the disk
    for frame in rest:
        if ended:
            return Tail.COMMITS_LOST
        ended = frame.commits
    return Tail.LAST_COMMIT_UNSURE


def _is_leftover(found: Sums, salts: Sums) -> bool:
    """Say whether a frame is of an earlier use of the file.

    The first salt is counted up at each reuse and the second drawn anew, so a leftover has an
    older first and another second one; a damaged frame of today shares at least one of them.
    """
    older = (salts[0] - found[0]) & 0xFFFFFFFF
    return 0 < older < _OLDER_GENERATIONS and found[1] != salts[1]


def _frames(log: bytes, page_size: int) -> Iterator[_Frame]:
    step = FRAME.size + page_size
    for at in range(HEADER.size, len(log) - step + 1, step):
        _, commit_size, salt_1, salt_2, sum_1, sum_2 = FRAME.unpack_from(log, at)
        page = log[at + FRAME.size : at + step]
        yield _Frame(commit_size != 0, (salt_1, salt_2), (sum_1, sum_2), log[at : at + 8], page)


def _add(data: bytes, start: Sums, order: str) -> Sums:
    first, second = start
    for left, right in struct.iter_unpack(f"{order}II", data):
        first = (first + left + second) & 0xFFFFFFFF
        second = (second + right + first) & 0xFFFFFFFF
    return first, second
