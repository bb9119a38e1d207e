"""Ways to spoil the COSE of a signed QR code: its bytes, its headers, its form."""

from __future__ import annotations

import hmac
from dataclasses import replace

import cbor2
from cryptography.hazmat.primitives.asymmetric import ed25519

from tests.unit.kiosk.code_mint import Parts, cose_of, text_of
from tests.unit.kiosk.hostile_spoiler import Good, Spoiler


def _flipped(s: Spoiler, data: bytes) -> bytes:
    spoilt = bytearray(data)
    for _ in range(s.rng.randint(1, 3)):
        spoilt[s.rng.randrange(len(spoilt))] ^= 1 << s.rng.randrange(8)
    return bytes(spoilt) if bytes(spoilt) != data else _flipped(s, data)


def flip_envelope(s: Spoiler, good: Good) -> str:
    return text_of(_flipped(s, cose_of(good.text)))


def flip_protected(s: Spoiler, good: Good) -> str:
    return replace(good.parts, protected=_flipped(s, good.parts.protected)).text()


def flip_payload(s: Spoiler, good: Good) -> str:
    return replace(good.parts, payload=_flipped(s, good.parts.payload)).text()


def flip_signature(s: Spoiler, good: Good) -> str:
    return replace(good.parts, signature=_flipped(s, good.parts.signature)).text()


def cose_cut(s: Spoiler, good: Good) -> str:
    cose = cose_of(good.text)
    return text_of(cose[: s.rng.randint(1, len(cose) - 1)])


def cose_extended(s: Spoiler, good: Good) -> str:
    cose, more = cose_of(good.text), s.noise(20)
    at = s.rng.randrange(len(cose))
    return text_of(s.rng.choice([cose + more, more + cose, cose[:at] + more + cose[at:]]))


def _headed(s: Spoiler, good: Good, header: object) -> str:
    """Another protected header; the payload as it was, or another."""
    payload = s.rng.choice([good.parts.payload, s.changed(good)])
    made = header if isinstance(header, bytes) else cbor2.dumps(header)
    return replace(good.parts, protected=made, payload=payload).text()


def other_alg(s: Spoiler, good: Good) -> str:
    known = [-35, -36, -47, -257, -37, -8, -9, 4, 5, 6, 7, 1, 0, -48, 2**40, -7.0, None, True]
    algs: list[object] = [
        *known,
        "none",
        "ES256",
        "HS256",
        b"\x26",
        [],
        s.rng.randint(-70000, 70000) * 2,
    ]
    header: dict[int, object] = {1: s.rng.choice(algs), 4: good.issuer.kid}
    no_alg: dict[int, object] = {4: good.issuer.kid}
    return _headed(s, good, s.rng.choice([header, header, no_alg]))


def alg_none(s: Spoiler, good: Good) -> str:
    header = cbor2.dumps({1: s.rng.choice([0, None, "none", "NONE"]), 4: good.issuer.kid})
    signature = s.rng.choice([b"", good.parts.signature, bytes(64)])
    return replace(
        good.parts, protected=header, payload=s.changed(good), signature=signature
    ).text()


def eddsa(s: Spoiler, good: Good) -> str:
    header, payload = cbor2.dumps({1: -8, 4: good.issuer.kid}), s.changed(good)
    key = ed25519.Ed25519PrivateKey.from_private_bytes(s.rng.randbytes(32))
    signature = key.sign(cbor2.dumps(["Signature1", header, b"", payload]))
    return Parts(header, {}, payload, signature).text()


def _secret(s: Spoiler, good: Good) -> bytes:
    return s.rng.choice([good.issuer.public_pem.encode(), good.issuer.kid, b""])


def hmac_of_public_key(s: Spoiler, good: Good) -> str:
    header, payload = cbor2.dumps({1: 5, 4: good.issuer.kid}), s.changed(good)
    signed = cbor2.dumps(["Signature1", header, b"", payload])
    made = hmac.digest(_secret(s, good), signed, "sha256")
    return Parts(header, {}, payload, made).text()


def mac0(s: Spoiler, good: Good) -> str:
    header = cbor2.dumps({1: s.rng.choice([5, 4, -7]), 4: good.issuer.kid})
    payload = s.changed(good)
    made = hmac.digest(_secret(s, good), cbor2.dumps(["MAC0", header, b"", payload]), "sha256")
    return text_of(Parts(header, {}, payload, made).cose(s.rng.choice([17, 17, 18])))


def cose_sign(s: Spoiler, good: Good) -> str:
    """Several signers: the same signature stands in a place of its own."""
    signer: list[object] = [good.parts.protected, {}, good.parts.signature]
    body: list[object] = [
        s.rng.choice([b"", good.parts.protected]),
        {},
        s.changed(good),
        [signer] * 2,
    ]
    return text_of(cbor2.dumps(cbor2.CBORTag(s.rng.choice([98, 98, 18]), body)))


def kid_of_another(s: Spoiler, good: Good) -> str:
    kids = [each.issuer.kid for each in s.goods if each.issuer is not good.issuer]
    kid = s.rng.choice([*kids, s.stranger.kid, s.ended.kid, s.early.kid, s.rng.randbytes(8)])
    return _headed(s, good, {1: -7, 4: kid})


def kid_odd(s: Spoiler, good: Good) -> str:
    kid = good.issuer.kid
    odd = [kid.hex(), kid[:7], kid + b"\0", b"", kid * 30, None, 7, [kid], {4: kid}, True]
    header = {1: -7, 4: s.rng.choice(odd)}
    return _headed(s, good, s.rng.choice([header, {1: -7}, {1: -7, "kid": kid}, {1: -7, 4.0: kid}]))


def kid_unprotected(s: Spoiler, good: Good) -> str:
    kid = s.rng.choice([good.issuer.kid, s.stranger.kid])
    header = cbor2.dumps({1: -7})
    payload = s.changed(good)
    signature = s.rng.choice([good.issuer, s.stranger]).signature(header, payload)
    return Parts(header, {4: kid}, payload, signature).text()


def unprotected_filled(s: Spoiler, good: Good) -> str:
    key = {1: 2, -1: 1, -2: s.noise(32), -3: s.noise(32)}
    filled: list[object] = [
        {1: -7},
        {4: good.issuer.kid},
        {1: 5, 4: s.stranger.kid},
        {33: s.noise(90)},
        {-25: key},
    ]
    filled += [{2: [1], 1: 0}, {"": None}, {s.word(): s.noise(9)}, {7: [b"", {}, s.noise(64)]}]
    odd: list[object] = [None, [], b"", 0, "{}", [{}], False]
    return replace(good.parts, unprotected=s.rng.choice(filled + odd)).text()


def header_more(s: Spoiler, good: Good) -> str:
    """More labels than ours, the signature as it was."""
    more = {
        s.rng.choice([2, 3, 5, 6, 33, 35, -1, "x", 1000]): s.rng.choice([[1], 0, b"", s.word()])
    }
    return _headed(s, good, {1: -7, 4: good.issuer.kid, **more})


def wrong_tag(s: Spoiler, good: Good) -> str:
    tag = s.rng.choice([None, 16, 17, 19, 61, 96, 97, 98, 55799, 24, s.rng.randrange(19, 2**32)])
    cose = good.parts.cose(tag)
    wrapped = cbor2.dumps(cbor2.CBORTag(s.rng.choice([18, 61, 55799]), good.parts.cose()))
    doubled = b"\xd2" * s.rng.randint(2, 9) + good.parts.cose(None)
    return text_of(s.rng.choice([cose, cose, b"\xd8\x3d" + good.parts.cose(), wrapped, doubled]))


def wrong_count(s: Spoiler, good: Good) -> str:
    parts = [good.parts.protected, good.parts.unprotected, good.parts.payload, good.parts.signature]
    s.rng.shuffle(parts)
    odd = s.rng.choice(
        [parts[:3], parts * 2, [], [parts], dict.fromkeys(range(4), b""), 4, b"", None]
    )
    extra: list[object] = [*parts, s.changed(good)]
    return text_of(
        cbor2.dumps(cbor2.CBORTag(18, s.rng.choice([odd, extra, parts[::-1] + parts[:1]])))
    )


def detached(s: Spoiler, good: Good) -> str:
    nothing: list[object] = [None, b"", "", 0, []]
    four: list[object] = [good.parts.protected, {}, s.rng.choice(nothing), good.parts.signature]
    cose = cbor2.dumps(cbor2.CBORTag(18, four))
    return text_of(cose + s.rng.choice([b"", good.parts.payload, cbor2.dumps(s.changed(good))]))
