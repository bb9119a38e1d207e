"""Identity evidence: who was checked, how, at which terminal, signed by the device's own key.

The key is P-256 and is not the TLS key, so that evidence can travel in a queue, long after its
connection, and still say which device made it. The signature is DER ECDSA with SHA-256 over the
exact JSON bytes that are sent.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import AwareDatetime, Field, StringConstraints

from kiosk.central.models import Identifier, IdentityDocument, Strict


class FaceCheck(Strict):
    """The face before the camera was alive and is the card's. No picture, no score leaves."""

    kind: Literal["face"] = "face"
    liveness: Literal["passed"] = "passed"
    score_band: Literal["high", "medium"]
    performed_at: AwareDatetime


class SmsCheck(Strict):
    """The visitor typed the code that was sent to the person's registered phone."""

    kind: Literal["sms"] = "sms"
    challenge_id: Identifier
    code: Annotated[str, StringConstraints(min_length=4, max_length=12)] = Field(repr=False)


class Evidence(Strict):
    """The content of one piece of evidence; a nonce is used once."""

    terminal_id: Identifier
    at: AwareDatetime
    nonce: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    document: IdentityDocument
    check: FaceCheck | SmsCheck


@dataclass(frozen=True, slots=True)
class SignedEvidence:
    """Exact bytes and their signature (DER). Personal: never logged, dropped with the visit."""

    evidence: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    def as_request(self) -> dict[str, str]:
        """Give the two fields as the centre takes them."""
        return {
            "evidence": base64.b64encode(self.evidence).decode("ascii"),
            "signature": base64.b64encode(self.signature).decode("ascii"),
        }


class EvidenceSigner:
    """Holds the device's evidence key and signs for one terminal."""

    def __init__(self, terminal_id: str, key: ec.EllipticCurvePrivateKey) -> None:
        self._terminal_id = terminal_id
        self._key = key

    @property
    def terminal_id(self) -> str:
        """The terminal that is signed for."""
        return self._terminal_id

    @classmethod
    def load(cls, terminal_id: str, key_file: Path) -> EvidenceSigner:
        """Read the key (PEM, PKCS 8, not encrypted). OSError or ValueError when it is none."""
        key = load_pem_private_key(key_file.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise ValueError("the evidence key is not a P-256 key")
        return cls(terminal_id, key)

    def sign(
        self, document: IdentityDocument, check: FaceCheck | SmsCheck, at: datetime
    ) -> SignedEvidence:
        """Make the evidence of one check. ``at`` is aware, in the centre's time if it is known.

        Each call draws a new nonce; the same evidence is used again for renewals of its session.
        """
        content = Evidence(
            terminal_id=self._terminal_id,
            at=at,
            nonce=secrets.token_hex(16),
            document=document,
            check=check,
        )
        evidence = content.model_dump_json().encode()
        return SignedEvidence(evidence, self.sign_bytes(evidence))

    def sign_bytes(self, content: bytes) -> bytes:
        """Sign exactly these bytes: DER. Another signature at each call, so keep what is sent."""
        return self._key.sign(content, ec.ECDSA(SHA256()))
