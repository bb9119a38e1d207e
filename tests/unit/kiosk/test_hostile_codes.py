"""Hostile QR codes: none is believed with another content, none brings anything down."""

from __future__ import annotations

import hmac
import sys
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import cbor2
import pytest

from kiosk.central.models_trust import QrKey
from kiosk.central.watch import Documents
from kiosk.credentials import cose_qr
from kiosk.credentials.cose_qr import Doubtful, SignedContent
from kiosk.journey.case_facts import CheckVerdict
from kiosk.offline_check import offline_check
from tests.unit.kiosk.code_mint import NOW, OURS, SAID, Issuer, cose_of, held, parts_of
from tests.unit.kiosk.hostile_codes import CLASSES, FEW
from tests.unit.kiosk.hostile_spoiler import Good, Spoiler

SEED = 20261121
EACH = 400
AT_LEAST = 20_000
ROOM = 1_000_000
"""Bytes that no code may take beyond its own text."""
BELIEVED = frozenset({CheckVerdict.SIGNATURE_ONLY, CheckVerdict.CANCELLED, CheckVerdict.REPLACED})
MAY_HOLD = frozenset({"signature_twin"})
"""Classes that may leave the content as it was under a signature that holds."""


def _goods(issuers: Sequence[Issuer]) -> Iterator[Good]:
    kinds = ("ownership", "proof", "enquiry")
    for n in range(6):
        issuer = issuers[n % len(issuers)]
        said = {**SAID, "kind": kinds[n % 3], "no": f"云(2026)云汀市不动产权第{n:07}号"}
        said |= {"hn": "章*、何*例"[: 2 + n], "area": f"{80 + n}.12"}
        claims = issuer.claims(cti=bytes([n]) * 16, said=said, at=NOW - timedelta(days=n))
        text = issuer.by_cwt(claims)
        yield Good(text, parts_of(text), issuer, claims)


@dataclass
class Range:
    """Where the codes are tried. ``same``: believed, and nothing else than the good one."""

    spoiler: Spoiler
    keys: tuple[QrKey, ...]
    documents: Documents
    contents: list[SignedContent] = field(default_factory=list[SignedContent])
    tried: Counter[str] = field(default_factory=Counter[str])
    doubts: Counter[str] = field(default_factory=Counter[str])
    same: Counter[str] = field(default_factory=Counter[str])
    changed: list[str] = field(default_factory=list[str])

    def verified(self, text: str) -> SignedContent | None:
        try:
            return cose_qr.verify(text, self.keys)
        except Doubtful as exc:
            self.doubts[exc.doubt] += 1
            return None

    def shoot(self, name: str, text: str) -> None:
        self.tried[name] += 1
        content, facts = self.verified(text), offline_check(text, self.documents)
        assert (facts.verdict in BELIEVED) == (content is not None), name
        if content is None:
            assert facts.number == facts.holder_masked == facts.title == "", name
        elif content in self.contents:
            self.same[name] += 1
        else:
            self.changed.append(name)


@pytest.fixture(scope="module")
def range_() -> Range:
    first, second, stranger, ended, early = (Issuer() for _ in range(5))
    month = timedelta(days=30)
    keys = (
        ended.listed(not_after=NOW - month),
        first.listed(),
        early.listed(not_before=NOW + month),
        second.listed(),
    )
    goods = tuple(_goods((first, second)))
    rng = Random(SEED)  # noqa: S311 - repeatable, not secret
    spoiler = Spoiler(rng, goods, stranger, ended, early)
    tried = Range(spoiler, keys, held(*keys))
    tried.contents = [cose_qr.verify(good.text, keys) for good in goods]
    return tried


def spoilt(spoiler: Spoiler, name: str, count: int) -> Iterator[str]:
    """That many hostile texts of a class, of all good codes in turn."""
    for n in range(count):
        good = spoiler.goods[n % len(spoiler.goods)]
        text = good.text
        while text == good.text:
            text = CLASSES[name](spoiler, good)
        yield text


def test_no_hostile_code_is_believed_with_another_content(range_: Range) -> None:
    """Run with -s to see the counts."""
    naive = Naive(range_.keys, [good.claims[OURS] for good in range_.spoiler.goods])
    for name in CLASSES:
        for text in spoilt(range_.spoiler, name, FEW.get(name, EACH)):
            range_.shoot(name, text)
            naive.read(text)
        for good in range_.spoiler.goods:
            assert range_.verified(good.text) in range_.contents
            assert offline_check(good.text, range_.documents).verdict in BELIEVED
    sys.stdout.write(f"\n{_report(range_, naive)}\n")
    assert set(range_.tried) == set(CLASSES)
    assert range_.tried.total() >= AT_LEAST
    assert range_.changed == []
    assert set(range_.same) <= MAY_HOLD
    assert set(range_.doubts) == set(cose_qr.Doubt)
    assert naive.unsigned > AT_LEAST / 10
    assert naive.by_header > 0


def _report(range_: Range, naive: Naive) -> str:
    lines = [f"hostile codes, seed {SEED}: {range_.tried.total()} tried"]
    for name, count in range_.tried.items():
        lines.append(f"  {name:26} {count:5} tried, {range_.same[name]:4} believed unchanged")
    lines.append(f"  refused: {', '.join(f'{k} {n}' for k, n in range_.doubts.items())}")
    lines.append(f"  believed with another content: {len(range_.changed)}")
    lines.append(f"  ... by a reader that checks no signature: {naive.unsigned}")
    lines.append(f"  ... by a reader that asks the header how to: {naive.by_header}")
    return "\n".join(lines)


class Naive:
    """Two readers as one finds them: one checks no signature, one asks the header how to."""

    def __init__(self, keys: Sequence[QrKey], good: Sequence[object]) -> None:
        self._keys = {bytes.fromhex(key.kid): key.public_key_pem.encode() for key in keys}
        self._good = good
        self.unsigned = 0
        self.by_header = 0

    def read(self, text: str) -> None:
        try:
            message = cbor2.loads(cose_of(text))
            protected, _, payload, signature = message.value
            said = cbor2.loads(payload)[OURS]
            changed = isinstance(said, dict) and said not in self._good
            self.unsigned += changed
            self.by_header += changed and self._holds(protected, payload, signature)
        except Exception:  # noqa: BLE001 - a naive reader, too, must survive the test
            return

    def _holds(self, protected: bytes, payload: bytes, signature: bytes) -> bool:
        header = cbor2.loads(protected)
        if header[1] in {0, None, "none"}:
            return True
        signed = cbor2.dumps(["Signature1", protected, b"", payload])
        made = hmac.digest(self._keys[header[4]], signed, "sha256")
        return bool(header[1] == 5 and hmac.compare_digest(made, signature))


def test_no_code_takes_room(range_: Range) -> None:
    """The class of the greatest appetite, and all others: none takes more than that."""
    room: dict[str, int] = {}
    for name in CLASSES:
        texts = list(spoilt(range_.spoiler, name, 12))
        tracemalloc.start()
        for text in texts:
            range_.verified(text)
            offline_check(text, range_.documents)
        room[name] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert max(room.values()) < ROOM, room


def test_the_library_alone_would_take_more() -> None:
    """A control: it takes the lengths at their word, one inside the other."""
    hostile = b"\x9a\x00\x00\xff\xff" * 390
    tracemalloc.start()
    with pytest.raises(cbor2.CBORDecodeError):
        cbor2.loads(hostile)
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken > ROOM
