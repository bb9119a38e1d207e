"""CBOR (RFC 8949) of the plain kind, judged byte by byte before any library builds something of it.

A library takes the lengths that the bytes declare at their word, and turns tags into dates,
expressions or numbers without end: 2 kB can ask for 200 MB. Here only whole numbers, byte and
text strings, arrays, maps and true, false, null pass, each with a length that the bytes can hold,
each map with every key once, everything in its shortest form (RFC 9052, section 14, forbids
a label twice).
"""

from __future__ import annotations

import cbor2

DEEPEST = 4
"""Levels of arrays and maps; a signed code of ours has two."""
_SIMPLE = frozenset({20, 21, 22})
"""false, true, null."""
_NUMBERS, _TEXTS = frozenset({0, 1}), frozenset({2, 3})
_MAP, _TAG, _OTHER = 5, 6, 7
"""Major types; 4, an array, is what is left."""


class NotPlain(ValueError):
    """Not one whole item of the plain kind."""


def loads(data: bytes) -> object:
    """Read one item. NotPlain for anything else, and nothing but that."""
    if _item_end(data, 0, DEEPEST) != len(data):
        raise NotPlain("more than one item")
    try:
        value: object = cbor2.loads(data)
        shortest = cbor2.dumps(value)
    except Exception:  # noqa: BLE001 - text that is no UTF-8; whatever else a library finds
        raise NotPlain("cannot be read") from None
    if shortest != data:
        raise NotPlain("a key comes twice, or something is longer than it must be")
    return value


def _item_end(data: bytes, at: int, deeper: int) -> int:
    """Where the item that begins at ``at`` ends."""
    major, argument, at = _head(data, at)
    if major in _NUMBERS:
        return at
    if major in _TEXTS:
        if argument > len(data) - at:
            raise NotPlain("a string longer than the bytes")
        return at + argument
    if major == _OTHER and argument in _SIMPLE:
        return at
    if major in {_TAG, _OTHER}:
        raise NotPlain("a tag, a float or a break")
    items = argument * 2 if major == _MAP else argument
    if items > len(data) - at or deeper == 0:
        raise NotPlain("more items than the bytes hold, or too deep")
    for _ in range(items):
        at = _item_end(data, at, deeper - 1)
    return at


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Major type, argument, and where the content begins (RFC 8949, section 3)."""
    if at >= len(data):
        raise NotPlain("cut off")
    major, argument = data[at] >> 5, data[at] & 31
    at += 1
    if argument < 24:
        return major, argument, at
    if argument > 27 or major == _OTHER:
        raise NotPlain("no length, or one that is not needed")
    width = 1 << (argument - 24)
    if width > len(data) - at:
        raise NotPlain("cut off")
    return major, int.from_bytes(data[at : at + width], "big"), at + width
