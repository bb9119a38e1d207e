"""Issues signed QR codes for tests: good ones with cwt, and any other bytes that may be asked for.

Everybody in them is invented. Keys are drawn for each mint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import base45
import cbor2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cwt import COSE, COSEKey

from kiosk.central.models_trust import QrKey, RevocationList, Revoked, TrustList
from kiosk.central.watch import Documents
from kiosk.credentials.cose_qr import PREFIX

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
CITY_NAME = {"zh-CN": "样例市不动产登记中心", "en": "Sample Registry"}
OURS = -70001
SAID: Mapping[str, str] = {
    "kind": "ownership",
    "no": "云(2026)云汀市不动产权第0000001号",
    "hn": "章*例",
    "loc": "样例路1号样例花园3幢501室",
    "unit": "990101001001GB00001F00010001",
    "on": "2026-11-20",
    "area": "89.12",
}
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256 (SEC 2)."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The four parts of a COSE_Sign1, as they stand in it."""

    protected: bytes
    unprotected: object
    payload: bytes
    signature: bytes

    def cose(self, tag: int | None = 18) -> bytes:
        four = [self.protected, self.unprotected, self.payload, self.signature]
        return cbor2.dumps(four if tag is None else cbor2.CBORTag(tag, four))

    def text(self) -> str:
        return text_of(self.cose())


class Issuer:
    """Somebody with a P-256 key."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        spki = self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.kid = hashlib.sha256(spki).digest()[:8]
        self.protected = cbor2.dumps({1: -7, 4: self.kid})

    @property
    def public_pem(self) -> str:
        return (
            self.key.public_key()
            .public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            .decode("ascii")
        )

    @property
    def private_pem(self) -> str:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode("ascii")

    def listed(
        self,
        *,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        alg: str = "ES256",
        pem: str = "",
    ) -> QrKey:
        return QrKey(
            kid=self.kid.hex(),
            alg=alg,
            public_key_pem=pem or self.public_pem,
            issuer=CITY_NAME,
            not_before=not_before or NOW - timedelta(days=300),
            not_after=not_after or NOW + timedelta(days=300),
        )

    def signature(self, protected: bytes, payload: bytes) -> bytes:
        """Raw r and s over the Sig_structure of RFC 9052, section 4.4."""
        signed = cbor2.dumps(["Signature1", protected, b"", payload])
        return raw(self.key.sign(signed, ec.ECDSA(hashes.SHA256())))

    def signed(self, payload: bytes, protected: bytes | None = None) -> Parts:
        header = self.protected if protected is None else protected
        return Parts(header, {}, payload, self.signature(header, payload))

    def claims(
        self, at: datetime | None = None, cti: bytes = b"\1" * 16, said: object = None
    ) -> dict[Any, Any]:
        stamp = int((at or NOW - timedelta(days=1)).timestamp())
        return {1: CITY_NAME["zh-CN"], 6: stamp, 7: cti, OURS: dict(SAID) if said is None else said}

    def says(self, **changed: object) -> str:
        """A code over our own claim with other values, signed as it must be."""
        return self.over(self.claims(said={**SAID, **changed}))

    def over(self, claims: object) -> str:
        return self.signed(cbor2.dumps(claims)).text()

    def by_cwt(self, claims: Mapping[Any, Any]) -> str:
        """As an issuer with the library would do it."""
        key = COSEKey.from_pem(self.private_pem, alg="ES256", kid=self.kid)
        sign = cast("Any", COSE.new()).encode_and_sign
        made = sign(cbor2.dumps(claims), key, protected={1: -7, 4: self.kid})
        return text_of(cast("bytes", made))


def raw(der: bytes) -> bytes:
    r, s = decode_dss_signature(der)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def text_of(cose: bytes) -> str:
    return PREFIX + base45.b45encode(cose).decode("ascii")


def cose_of(text: str) -> bytes:
    return base45.b45decode(text.removeprefix(PREFIX))


def parts_of(text: str) -> Parts:
    return Parts(*cbor2.loads(cose_of(text)).value)


def held(
    *keys: QrKey,
    revoked: tuple[Revoked, ...] | None = (),
    trust: bool = True,
    expired: frozenset[str] = frozenset(),
) -> Documents:
    """What a terminal holds; ``revoked`` None: no list of revocations."""
    until = NOW + timedelta(days=30)
    keys_held = TrustList(version=1, valid_until=until, seal_cas=(), qr_keys=keys)
    listed = (
        None
        if revoked is None
        else RevocationList(version=1, valid_until=until, as_of=NOW, revoked=revoked)
    )
    return Documents(trust=keys_held if trust else None, revocations=listed, expired=expired)
