"""Identity evidence: what a terminal says it has seen, signed with its evidence key.

Pure but for the clock's value that is passed in: whether the person exists, whether the nonce is
fresh and whether the SMS code is right is decided in ``sessions``.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Annotated, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pydantic import Field, StringConstraints, ValidationError

from sandbox.central.moments import Rfc3339, moment_of
from sandbox.central.office import EVIDENCE_LIFE
from sandbox.central.problems import Problem
from sandbox.central.strict import Short, Strict

AHEAD = timedelta(minutes=2)
"""How far a terminal's clock may run before the centre's."""

Nonce = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{16,64}$")]


class Document(Strict):
    """The identity document that was read."""

    kind: Literal["resident", "hmt_residence", "foreign_permanent", "social_security"]
    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{17}[0-9X]$")]
    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    valid_until: str | None = None
    """``YYYY-MM-DD``; null is 长期, or a social-security card, which has no such day.

    The centre decides by its own record.
    """


class FaceCheck(Strict):
    """A face match on the device, after a liveness challenge."""

    kind: Literal["face"]
    liveness: Literal["passed"]
    score_band: Literal["high", "medium"]
    performed_at: Rfc3339


class SmsCheck(Strict):
    """The code that was sent to the person's phone."""

    kind: Literal["sms"]
    challenge_id: Short
    code: Short


class Evidence(Strict):
    """What is signed."""

    terminal_id: Short
    at: Rfc3339
    nonce: Nonce
    document: Document
    check: Annotated[FaceCheck | SmsCheck, Field(discriminator="kind")]


class SignedEvidence(Strict):
    """As it comes over the wire: the signed bytes and the signature, each base64."""

    evidence: Annotated[str, StringConstraints(min_length=4, max_length=16_384)]
    signature: Annotated[str, StringConstraints(min_length=4, max_length=512)]


def evidence_key(pem: str) -> ec.EllipticCurvePublicKey:
    """A P-256 public key; ValueError if it is anything else."""
    key = load_pem_public_key(pem.encode())
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise ValueError("the evidence key is not on P-256")


def content_of(signed: SignedEvidence, key_pem: str) -> bytes:
    """The signed bytes, if the signature over them is the terminal's; else Problem."""
    try:
        content = base64.b64decode(signed.evidence, validate=True)
        signature = base64.b64decode(signed.signature, validate=True)
        evidence_key(key_pem).verify(signature, content, ec.ECDSA(hashes.SHA256()))
    except ValueError as error:
        raise Problem("evidence_invalid", "not base64") from error
    except InvalidSignature as error:
        raise Problem("evidence_invalid", "the signature is not the terminal's") from error
    return content


def digest(content: bytes) -> str:
    """What a session remembers of its evidence."""
    return hashlib.sha256(content).hexdigest()


def read(content: bytes, terminal_id: str, now: datetime) -> Evidence:
    """The evidence, if it is this terminal's, complete and fresh; else Problem."""
    try:
        evidence = Evidence.model_validate_json(content)
    except ValidationError as error:
        fields = sorted({".".join(str(part) for part in e["loc"]) for e in error.errors()})
        raise Problem("evidence_invalid", f"does not hold: {', '.join(fields)}") from None
    if evidence.terminal_id != terminal_id:
        raise Problem("evidence_invalid", "evidence of another terminal")
    _require_fresh(evidence.at, now)
    if isinstance(evidence.check, FaceCheck):
        if evidence.document.kind == "social_security":
            raise Problem("evidence_invalid", "a card without a photo allows no face match")
        _require_fresh(evidence.check.performed_at, now)
    return evidence


def _require_fresh(text: str, now: datetime) -> None:
    age = now - moment_of(text)
    if not -AHEAD <= age <= EVIDENCE_LIFE:
        raise Problem("evidence_invalid", "stale, or from the future")
