"""CBOR that says the same in another form, says it twice, or asks for more than there is."""

from __future__ import annotations

import cbor2

from tests.unit.kiosk.code_mint import OURS, Parts, text_of
from tests.unit.kiosk.hostile_spoiler import Good, Spoiler

MOST = 2_800
"""Bytes that just fit into a QR code."""


def _head(major: int, length: int, width: int) -> bytes:
    """A head with a longer length than it needs."""
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26, 8: 27}[width]]) + length.to_bytes(width, "big")


def _longer(s: Spoiler, data: bytes) -> bytes:
    return _head(2, len(data), s.rng.choice([2, 4, 8])) + data


def _chunked(s: Spoiler, data: bytes) -> bytes:
    at = s.rng.randrange(len(data))
    return b"\x5f" + cbor2.dumps(data[:at]) + cbor2.dumps(data[at:]) + b"\xff"


def same_otherwise(s: Spoiler, good: Good) -> str:
    """Envelope with longer lengths, chunked strings or an open array: the same content."""
    wrap = s.rng.choice([_longer, _chunked])
    p = good.parts
    chosen = s.rng.randrange(1, 8)
    strings = [p.protected, p.payload, p.signature]
    parts = [wrap(s, x) if chosen >> n & 1 else cbor2.dumps(x) for n, x in enumerate(strings)]
    four = parts[0] + s.rng.choice([b"\xa0", b"\xb8\x00", b"\xbf\xff"]) + parts[1] + parts[2]
    heads = [b"\xd2\x84" + four, b"\xd2\x9f" + four + b"\xff", b"\xd8\x12\x98\x04" + four]
    return text_of(s.rng.choice(heads))


def header_twice(s: Spoiler, good: Good) -> str:
    """A label twice in the protected header, signed or not."""
    kid = b"\x04\x48" + good.issuer.kid
    alg, other = b"\x01\x26", b"\x04\x48" + s.stranger.kid
    pairs = s.rng.choice(
        [[alg, kid, kid], [alg, alg, kid], [alg, other, kid], [b"\x01\x05", alg, kid]]
    )
    s.rng.shuffle(pairs)
    header, payload = bytes([0xA0 + len(pairs)]) + b"".join(pairs), s.changed(good)
    by = s.rng.choice([good.issuer, s.stranger])
    kept = s.rng.random() < 0.3
    made = good.parts.signature if kept else by.signature(header, payload)
    return Parts(header, {}, payload, made).text()


def claim_twice(s: Spoiler, good: Good) -> str:
    """A claim or a field twice; whichever a reader takes, another one takes the other."""
    claims, said = dict(good.claims), dict(good.claims[OURS])
    inner = cbor2.dumps(said)[1:] + cbor2.dumps("no") + cbor2.dumps(s.word())
    doubled = bytes([0xA0 + len(said) + 1]) + inner
    rest = cbor2.dumps({k: v for k, v in claims.items() if k != OURS})[1:]
    deep = b"\xa4" + rest + cbor2.dumps(OURS) + doubled
    flat = b"\xa5" + cbor2.dumps(claims)[1:] + b"\x07" + cbor2.dumps(s.rng.randbytes(16))
    return good.issuer.signed(s.rng.choice([deep, flat])).text()


def signed_otherwise(s: Spoiler, good: Good) -> str:
    """Our own claims, signed, but not in their shortest form or with open lengths."""
    claims = good.claims
    rest = b"".join(cbor2.dumps(k) + cbor2.dumps(v) for k, v in claims.items())
    open_map = b"\xbf" + rest + b"\xff"
    wide = _head(5, len(claims), s.rng.choice([1, 2, 4, 8])) + rest
    stamp = claims[6].to_bytes(8, "big")
    late = b"\xa4\x01" + cbor2.dumps(claims[1]) + b"\x06\x1b" + stamp
    late += b"\x07" + cbor2.dumps(claims[7]) + cbor2.dumps(OURS) + cbor2.dumps(claims[OURS])
    return good.issuer.signed(s.rng.choice([open_map, wide, late])).text()


def deep(s: Spoiler, good: Good) -> str:
    unit = s.rng.choice(
        [b"\x81", b"\xa1\x01", b"\xa1", b"\x9f", b"\xbf\x01", b"\xc1", b"\xd2", b"\xd8\x1c"]
    )
    pile = unit * s.rng.randint(5, MOST // len(unit))
    four = b"\xd2\x84" + cbor2.dumps(good.parts.protected)
    return text_of(s.rng.choice([pile, b"\xd2" + pile, four + pile, b"\xd2\x84" + pile])[:MOST])


def lengths(s: Spoiler, good: Good) -> str:
    """Lengths that no machine can hold, or just more than there is."""
    width = s.rng.choice([1, 2, 4, 8])
    most = 2 ** (8 * width) - 1
    length = s.rng.choice(
        [most, most // 2, min(most, 65_535), min(most, 10**6), s.rng.randint(0, most)]
    )
    head = _head(s.rng.choice([2, 3, 4, 5]), length, width)
    many = head * s.rng.randint(1, MOST // len(head))
    four = b"\xd2\x84" + cbor2.dumps(good.parts.protected) + b"\xa0"
    forms = [b"\xd2" + many, four + many, many, four + head + good.parts.payload]
    return text_of(s.rng.choice(forms)[:MOST])


def tags_inside(s: Spoiler, good: Good) -> str:
    """What a library makes dates, numbers without end, expressions and cycles of."""
    inside: list[object] = [
        cbor2.CBORTag(4, [2**62, 1]),
        cbor2.CBORTag(5, [2**62, 1]),
        cbor2.CBORTag(30, [1, 0]),
        cbor2.CBORTag(35, "(a+)+$"),
        cbor2.CBORTag(2, s.noise(200)),
        cbor2.CBORTag(0, "2026-11-21T00:00:00Z"),
        cbor2.CBORTag(24, good.parts.payload),
        cbor2.CBORTag(28, [cbor2.CBORTag(29, 0)]),
        cbor2.CBORTag(258, [1, 1]),
        cbor2.CBORTag(36, s.word()),
        cbor2.CBORTag(37, s.rng.randbytes(16)),
        cbor2.CBORTag(s.rng.randrange(2**20), good.parts.payload),
        float("nan"),
        1e300,
    ]
    four: list[object] = [good.parts.protected, {}, good.parts.payload, good.parts.signature]
    four[s.rng.randrange(4)] = s.rng.choice(inside)
    return text_of(cbor2.dumps(cbor2.CBORTag(18, four)))
