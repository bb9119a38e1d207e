"""The signed QR code of certificates, proofs and enquiry results: COSE, checkable without a line.

``BDC1:`` + base45 of a COSE_Sign1 (RFC 9052, tagged, ES256, key id in the protected header) over
CWT claims (RFC 8392): issuer, issued-at, id, and one map of our own. Not compressed: a message of
some 300 bytes gains nothing by it, and nobody can make it a bomb.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, Literal, cast

import base45
import cbor2
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cwt import COSE, COSEKey

from sandbox.central.moments import written
from sandbox.central.office import Office
from sandbox.certificates import Credential

PREFIX: Final = "BDC1:"
ISSUER: Final = "云汀市不动产登记中心"
OURS: Final = -70001
"""The claim that holds what is said of the property; negative below -65536 is private use."""
ALG: Final = 1
KID: Final = 4
ES256: Final = -7
Kind = Literal["ownership", "proof", "enquiry"]


def certificate_qr(
    office: Office,
    cti: bytes,
    kind: Kind,
    no: str,
    hn: str,
    loc: str,
    unit: str,
    on: str,
    area: str,
) -> str:
    """The text of the QR code. ``cti`` 16 bytes; ``hn`` masked; ``on`` as YYYY-MM-DD."""
    said = {"kind": kind, "no": no, "hn": hn, "loc": loc, "unit": unit, "on": on, "area": area}
    return text_of(signed(claims(office, cti, said), office.vault.qr_key))


def claims(office: Office, cti: bytes, said: Mapping[str, str]) -> dict[int, Any]:
    """The CWT claims; ``said`` is our own map."""
    if len(cti) != 16:
        raise ValueError("a certificate's id has 16 bytes")
    date.fromisoformat(said["on"])
    return {1: ISSUER, 6: int(office.clock().timestamp()), 7: cti, OURS: dict(said)}


def signed(content: Mapping[int, Any], by: Credential, kid: bytes | None = None) -> bytes:
    """A tagged COSE_Sign1; ``kid`` is the key's own unless somebody else's is put there."""
    own = key_id(by) if kid is None else kid
    key = COSEKey.from_pem(by.key_pem, alg="ES256", kid=own)
    # the library's types leave what a header may hold, and what comes back, open
    sign = cast("Callable[..., bytes]", cast("Any", COSE.new()).encode_and_sign)
    return sign(cbor2.dumps(content), key, protected={ALG: ES256, KID: own})


def text_of(cose: bytes) -> str:
    """As it stands in the QR code: only characters of its alphanumeric mode."""
    return PREFIX + base45.b45encode(cose).decode("ascii")


def read(office: Office, text: str) -> Mapping[int, Any] | None:
    """The claims, if a key of the list signed exactly them; None for anything else."""
    try:
        cose = base45.b45decode(text.removeprefix(PREFIX))
        keys = [
            COSEKey.from_pem(k.certificate_pem, alg="ES256", kid=key_id(k)) for k in keys_of(office)
        ]
        content: object = cbor2.loads(COSE.new(verify_kid=True).decode(cose, keys))
    except Exception:  # noqa: BLE001 - hostile bytes reach deep into three libraries; no is the answer
        return None
    return cast("Mapping[int, Any]", content) if isinstance(content, dict) else None


def keys_of(office: Office) -> tuple[Credential, ...]:
    """Those whose codes count, the present one first."""
    return office.vault.qr_key, office.vault.old_qr_key


def key_id(credential: Credential) -> bytes:
    """The first 8 bytes of SHA-256 over the public key (SubjectPublicKeyInfo, DER)."""
    der = _public(credential).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(der).digest()[:8]


def listed(office: Office) -> list[dict[str, object]]:
    """The keys as the trust list names them."""
    return [
        {
            "kid": key_id(key).hex(),
            "alg": "ES256",
            "public_key_pem": _public_pem(key),
            "issuer": dict(office.city.registry),
            "not_before": written(key.certificate.not_valid_before_utc),
            "not_after": written(key.certificate.not_valid_after_utc),
        }
        for key in keys_of(office)
    ]


def masked_name(name: str) -> str:
    """``张*宁``, ``李*``: enough to recognise one's own paper, too little to find a person."""
    if len(name) <= 2:
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def _public(credential: Credential) -> ec.EllipticCurvePublicKey:
    return credential.key.public_key()


def _public_pem(credential: Credential) -> str:
    pem = _public(credential).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode("ascii")
