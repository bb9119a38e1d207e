"""Signed documents of the centre: checked over their exact bytes before anything is believed.

The signature is Ed25519, detached, base64 in ``X-Signature``. The clock is passed in: a terminal
whose clock is not trusted asks for signed time first.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pydantic import ValidationError

from kiosk.central.models import Signed, Strict

Checked = TypeVar("Checked", bound=Strict)
CheckedDocument = TypeVar("CheckedDocument", bound=Signed)


class Doubt(StrEnum):
    """Why a signed document is not used."""

    KEY = "key"
    SIGNATURE = "signature"
    SCHEMA = "schema"
    EXPIRED = "expired"
    OLDER = "older"


class Untrusted(Exception):
    """A signed document failed a check; ``reason`` says which. The text quotes no content."""

    def __init__(self, reason: Doubt, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """A document as it came: exact bytes, base64 signature, ETag. This is what is cached."""

    body: bytes
    signature: str
    etag: str = ""


def load_signing_key(text: bytes) -> Ed25519PublicKey:
    """Read the centre's public key: PEM, or the raw 32 bytes in base64. Untrusted(KEY) else."""
    try:
        if not text.startswith(b"-----BEGIN"):
            return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
        key = load_pem_public_key(text)
    except ValueError:
        raise Untrusted(Doubt.KEY, "neither PEM nor 32 bytes in base64") from None
    if not isinstance(key, Ed25519PublicKey):
        raise Untrusted(Doubt.KEY, "not an Ed25519 key")
    return key


def check_signature(body: bytes, signature: str, key: Ed25519PublicKey) -> None:
    """Return if ``signature`` is the key's over exactly ``body``; else Untrusted(SIGNATURE)."""
    try:
        key.verify(base64.b64decode(signature, validate=True), body)
    except (InvalidSignature, binascii.Error, ValueError):
        raise Untrusted(Doubt.SIGNATURE) from None


def open_checked(
    body: bytes, signature: str, key: Ed25519PublicKey, model: type[Checked]
) -> Checked:
    """Check the signature, then read ``body`` as ``model``. Untrusted(SIGNATURE or SCHEMA)."""
    check_signature(body, signature, key)
    try:
        return model.model_validate_json(body)
    except ValidationError as exc:
        raise Untrusted(Doubt.SCHEMA, f"{exc.error_count()} fields of {model.__name__}") from None


def open_signed(
    document: SignedDocument,
    model: type[CheckedDocument],
    key: Ed25519PublicKey,
    *,
    now: datetime,
    held_version: int | None = None,
) -> CheckedDocument:
    """Give the document's content, or raise Untrusted.

    ``now`` is aware. ``held_version`` is the newest version that was ever accepted, kept by the
    caller: an older one is refused even if its signature holds, the same one is not.
    """
    content = open_checked(document.body, document.signature, key, model)
    if held_version is not None and content.version < held_version:
        raise Untrusted(Doubt.OLDER, f"version {content.version} after {held_version}")
    require_valid(content, now)
    return content


def require_valid(content: Signed, now: datetime) -> None:
    """Return if ``now`` (aware) lies before the document's end; else Untrusted(EXPIRED)."""
    if now >= content.valid_until:
        raise Untrusted(Doubt.EXPIRED, content.valid_until.isoformat())
