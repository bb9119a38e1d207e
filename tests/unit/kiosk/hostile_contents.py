"""Other content, other signatures, other keys; and what even a listed key must not sign."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import cbor2
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.unit.kiosk.code_mint import NOW, ORDER, OURS, SAID
from tests.unit.kiosk.hostile_spoiler import Good, Spoiler

HIDING = (
    "\0\x07\n\r\t\x1b\x7f\x85\xad\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ufeff"
)


def payload_replaced(s: Spoiler, good: Good) -> str:
    payload = s.rng.choice([s.changed(good), s.other(good).parts.payload])
    return replace(good.parts, payload=payload).text()


def signature_replaced(s: Spoiler, good: Good) -> str:
    made = good.parts.signature
    r, t = int.from_bytes(made[:32], "big"), int.from_bytes(made[32:], "big")
    der = encode_dss_signature(r, t)
    odd = [der, made[:63], made + b"\0", made[32:] + made[:32], bytes(64), b"", b"\xff" * 64]
    odd += [bytes(32) + made[32:], made[:32] + bytes(32), made * 2, s.other(good).parts.signature]
    odd += [ORDER.to_bytes(32, "big") * 2, s.rng.randbytes(64), made[::-1], b"\0" + made]
    payload = s.rng.choice([good.parts.payload, s.changed(good)])
    return replace(good.parts, signature=s.rng.choice(odd), payload=payload).text()


def signature_twin(s: Spoiler, good: Good) -> str:
    """(r, n - s) holds as (r, s) does: the same content, or another one that must not."""
    made = good.parts.signature
    twin = (ORDER - int.from_bytes(made[32:], "big")).to_bytes(32, "big")
    payload = good.parts.payload if s.rng.random() < 0.5 else s.changed(good)
    return replace(good.parts, signature=made[:32] + twin, payload=payload).text()


def signed_by_stranger(s: Spoiler, good: Good) -> str:
    """With a key of their own, under their own or somebody else's name."""
    header = s.rng.choice([s.stranger.protected, good.issuer.protected])
    return s.stranger.signed(s.changed(good), header).text()


def signed_by_another_listed(s: Spoiler, good: Good) -> str:
    """One listed issuer under another's key id."""
    other = s.rng.choice([each for each in s.goods if each.issuer is not good.issuer])
    return other.issuer.signed(s.changed(good), good.issuer.protected).text()


def key_out_of_time(s: Spoiler, good: Good) -> str:
    """A listed key, used before or after its time."""
    by = s.rng.choice([s.ended, s.early])
    away = timedelta(seconds=s.rng.randint(1, 10**7))
    at = NOW - timedelta(days=30) + away if by is s.ended else NOW + timedelta(days=30) - away
    return by.over(by.claims(at=at, said={**good.claims[OURS], "no": s.word()}))


def signed_wrong_type(s: Spoiler, good: Good) -> str:
    """By our own key: a claim or a field of another type, or without meaning."""
    odd: list[object] = [
        None,
        True,
        [],
        {},
        1.5,
        float("nan"),
        float("inf"),
        2**80,
        -(2**80),
        b"x",
        -1,
        "x",
        "",
    ]
    odd += [cbor2.CBORTag(0, "2026-11-21T00:00:00Z"), cbor2.undefined, [SAID], {"no": SAID}]
    claims, said = dict(good.claims), dict(good.claims[OURS])
    if s.rng.random() < 0.5:
        label = s.rng.choice([6, 7, OURS])
        claims[label] = s.rng.choice([each for each in odd if each != -1 or label != 6])
        return good.issuer.over(claims)
    said[s.rng.choice(sorted(said))] = s.rng.choice(
        [each for each in odd if not isinstance(each, str)]
    )
    return good.issuer.over({**claims, OURS: said})


def signed_missing_or_more(s: Spoiler, good: Good) -> str:
    claims, said = dict(good.claims), dict(good.claims[OURS])
    match s.rng.randrange(5):
        case 0:
            del claims[s.rng.choice(list(claims))]
        case 1:
            del said[s.rng.choice(sorted(said))]
        case 2:
            said[s.word()] = s.word()
        case 3:
            more: list[object] = [0, s.word(), {}]
            claims[s.rng.choice([4, 5, 2, 3, 8, "x", -70002])] = s.rng.choice(more)
        case _:
            odd: list[object] = [[], [claims], None, 0, "", {}, {True: 1}]
            return good.issuer.over(s.rng.choice(odd))
    return good.issuer.over({**claims, OURS: said} if OURS in claims else claims)


def signed_time(s: Spoiler, good: Good) -> str:
    """Before and after the key's time, and times that no calendar has."""
    at = s.rng.choice([-1, 0, 2**31, 2**33, 2**53, 2**63, 2**64 - 1, -(2**63), -(2**64)])
    return good.issuer.over({**good.claims, 6: at + s.rng.randint(0, 10**6)})


def signed_too_long(s: Spoiler, good: Good) -> str:
    name, most = s.rng.choice([("kind", 16), ("no", 80), ("hn", 40), ("unit", 28), ("area", 20)])
    said = {**good.claims[OURS], name: "长" * (most + s.rng.randint(1, 30))}
    if s.rng.random() < 0.4:
        said |= {name: "A", "loc": "A" * s.rng.randint(201, 240)}
    return good.issuer.over({**good.claims, OURS: said})


def signed_hiding(s: Spoiler, good: Good) -> str:
    """Control and format characters in what would be shown."""
    said = dict(good.claims[OURS])
    name = s.rng.choice(["kind", "no", "hn", "loc", "unit", "area"])
    at = s.rng.randint(0, len(said[name]) - 1)
    said[name] = said[name][:at] + s.rng.choice(HIDING) + said[name][at + 1 :]
    return good.issuer.over({**good.claims, OURS: said})


def signed_date(s: Spoiler, good: Good) -> str:
    odd = [
        "20261120",
        "2026-W47-5",
        "2026-W47",
        "2026-13-01",
        "2026-02-30",
        "0000-00-00",
        "26-11-20",
    ]
    odd += [
        "2026/11/20",
        "20 Nov 2026",
        "２０２６-11-20",
        "2026-11-20T00",
        "-026-11-20",
        "9999-99-99",
    ]
    said = {**good.claims[OURS], "on": s.rng.choice(odd)}
    return good.issuer.over({**good.claims, OURS: said, 7: s.rng.randbytes(16)})


def signed_header_more(s: Spoiler, good: Good) -> str:
    """By our own key, with labels that this version does not know."""
    more = {s.rng.choice([2, 3, 5, 33, "x"]): s.rng.choice([[1], 0, b"", s.word()])}
    header = cbor2.dumps({1: -7, 4: good.issuer.kid, **more})
    return good.issuer.signed(s.changed(good), header).text()


def digest_as_content(s: Spoiler, good: Good) -> str:
    """The payload's hash in its place, or the payload beside it."""
    hashed = hashlib.sha256(good.parts.payload).digest()
    payload = s.rng.choice([hashed, cbor2.dumps(hashed), hashed + s.changed(good)])
    return replace(good.parts, payload=payload).text()
