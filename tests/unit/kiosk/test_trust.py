"""Signed documents: believed only with the right key, bytes, version and date."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.central.identity import Evidence, EvidenceSigner, FaceCheck, SmsCheck
from kiosk.central.models import IdentityDocument
from kiosk.central.models_trust import TrustList
from kiosk.central.trust import (
    Doubt,
    SignedDocument,
    Untrusted,
    load_signing_key,
    open_signed,
)
from kiosk.credentials.numbers import DocumentKind

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)


def signed(
    version: object = 7,
    *,
    valid_until: str = (NOW + timedelta(days=1)).isoformat(),
    seal_cas: object = (),
    key: Ed25519PrivateKey = KEY,
) -> SignedDocument:
    content: dict[str, object] = {
        "version": version,
        "valid_until": valid_until,
        "seal_cas": seal_cas,
    }
    body = json.dumps(content).encode()
    return SignedDocument(body, base64.b64encode(key.sign(body)).decode())


def doubt_about(document: SignedDocument, held_version: int | None = None) -> Doubt:
    with pytest.raises(Untrusted) as caught:
        open_signed(document, TrustList, KEY.public_key(), now=NOW, held_version=held_version)
    return caught.value.reason


@pytest.mark.parametrize("held", [None, 6, 7])
def test_a_sound_document_is_opened(held: int | None) -> None:
    content = open_signed(signed(), TrustList, KEY.public_key(), now=NOW, held_version=held)
    assert content.version == 7


def test_an_older_version_is_refused_even_if_its_signature_holds() -> None:
    assert doubt_about(signed(7), held_version=8) is Doubt.OLDER


def test_an_expired_one_is_refused_from_its_last_moment() -> None:
    assert doubt_about(signed(valid_until=NOW.isoformat())) is Doubt.EXPIRED
    later = (NOW + timedelta(seconds=1)).isoformat()
    open_signed(signed(valid_until=later), TrustList, KEY.public_key(), now=NOW)


def test_every_changed_byte_breaks_the_signature() -> None:
    sound = signed()
    for place in range(len(sound.body)):
        changed = bytearray(sound.body)
        changed[place] ^= 1
        document = SignedDocument(bytes(changed), sound.signature)
        assert doubt_about(document) is Doubt.SIGNATURE


@pytest.mark.parametrize("signature", ["", "AAAA", "not base64!", "ü", "A" * 86 + "=="])
def test_a_wrong_signature(signature: str) -> None:
    assert doubt_about(SignedDocument(signed().body, signature)) is Doubt.SIGNATURE


def test_another_key() -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
    assert doubt_about(signed(key=other)) is Doubt.SIGNATURE


@pytest.mark.parametrize(
    "document",
    [
        signed("7"),
        signed(-1),
        signed(valid_until="2030-01-01T00:00:00"),
        signed(seal_cas="x"),
    ],
)
def test_a_signed_document_of_another_shape(document: SignedDocument) -> None:
    assert doubt_about(document) is Doubt.SCHEMA


def test_the_signing_key_is_read_from_pem_and_from_raw_base64() -> None:
    public = KEY.public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    raw = base64.b64encode(public.public_bytes_raw())
    assert load_signing_key(pem) == load_signing_key(raw) == public


def test_what_is_no_ed25519_key_is_refused() -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = other.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for text in (pem, b"", b"AAAA", b"-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----"):
        with pytest.raises(Untrusted) as caught:
            load_signing_key(text)
        assert caught.value.reason is Doubt.KEY


PERSON = IdentityDocument(
    kind=DocumentKind.RESIDENT, number="990101199002280018", name="测试甲", valid_until=None
)


def test_evidence_is_signed_over_the_bytes_that_are_sent(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    key_file = tmp_path / "evidence.key"
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    check = FaceCheck(score_band="high", performed_at=NOW)
    sent = EvidenceSigner.load("kiosk-1", key_file).sign(PERSON, check, NOW)
    request = sent.as_request()
    evidence, signature = (base64.b64decode(request[name]) for name in ("evidence", "signature"))
    key.public_key().verify(signature, evidence, ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        key.public_key().verify(signature, evidence + b" ", ec.ECDSA(hashes.SHA256()))
    read = Evidence.model_validate_json(evidence)
    assert (read.terminal_id, read.document, read.check) == ("kiosk-1", PERSON, check)
    assert json.loads(evidence)["document"]["valid_until"] is None


def test_a_nonce_is_not_drawn_twice() -> None:
    signer = EvidenceSigner("kiosk-1", ec.generate_private_key(ec.SECP256R1()))
    check = SmsCheck(challenge_id="c1", code="123456")
    nonces = {json.loads(signer.sign(PERSON, check, NOW).evidence)["nonce"] for _ in range(50)}
    assert len(nonces) == 50


def test_another_curve_is_no_evidence_key(tmp_path: Path) -> None:
    key_file = tmp_path / "evidence.key"
    key_file.write_bytes(
        ec.generate_private_key(ec.SECP384R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    with pytest.raises(ValueError, match="P-256"):
        EvidenceSigner.load("kiosk-1", key_file)


def test_nobody_is_in_the_repr_or_in_a_validation_error() -> None:
    assert "9901" not in repr(PERSON)
    assert "测试甲" not in repr(PERSON)
    assert "123456" not in repr(SmsCheck(challenge_id="c1", code="123456"))
    with pytest.raises(ValueError, match="name") as caught:
        IdentityDocument.model_validate_json(
            '{"kind":"resident","number":"9901","name":["测试甲"]}'
        )
    assert "9901" not in str(caught.value)
    assert "测试甲" not in str(caught.value)
