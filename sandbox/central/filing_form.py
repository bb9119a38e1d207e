"""An application as a terminal sends it: the signed bytes, and what they hold.

The terminal signs the whole with its evidence key; each party signs by hand, on the glass, for a
digest over exactly what concerns that party.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Annotated

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import Field, JsonValue, StringConstraints, ValidationError

from sandbox.central.evidence import SignedEvidence, evidence_key
from sandbox.central.moments import Rfc3339
from sandbox.central.problems import Problem
from sandbox.central.strict import Short, Strict

Answers = Annotated[dict[Short, Short], Field(max_length=40)]
MAX_PARTIES = 20


class Application(Strict):
    """As it comes over the wire: the signed bytes and the terminal's signature, each base64."""

    application: Annotated[str, StringConstraints(min_length=4, max_length=1_000_000)]
    signature: Annotated[str, StringConstraints(min_length=4, max_length=512)]


class HandSignature(Strict):
    """What a party signed by hand, for which digest, and when."""

    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    picture: Annotated[str, StringConstraints(min_length=4, max_length=400_000)]
    """PNG, base64."""
    at: Rfc3339


class FiledParty(Strict):
    """One party's part: who it is, what it answered, and its signature (null: not signed)."""

    party: Short
    evidence: SignedEvidence
    answers: Answers
    signed: HandSignature | None


class FiledApplication(Strict):
    """What the signed bytes hold."""

    terminal_id: Short
    at: Rfc3339
    service: Short
    preparation_id: Short
    item: Short
    catalogue_version: Annotated[int, Field(ge=1)]
    form: Annotated[dict[Short, JsonValue], Field(max_length=100)]
    parties: Annotated[tuple[FiledParty, ...], Field(max_length=MAX_PARTIES)]


def signed_bytes(sent: Application, key_pem: str) -> bytes:
    """The bytes, if the terminal's evidence key signed exactly these; else Problem."""
    try:
        content = base64.b64decode(sent.application, validate=True)
        signature = base64.b64decode(sent.signature, validate=True)
        evidence_key(key_pem).verify(signature, content, ec.ECDSA(hashes.SHA256()))
    except ValueError as error:
        raise Problem("signature_mismatch", "not base64") from error
    except InvalidSignature as error:
        raise Problem("signature_mismatch", "the signature is not the terminal's") from error
    return content


def read(content: bytes) -> FiledApplication:
    """The application; Problem ``request_invalid`` with all defects (never a value) if it is none.

    pydantic needs lists where JSON has arrays: in its strict JSON mode they become our tuples.
    """
    try:
        return FiledApplication.model_validate_json(content)
    except ValidationError as error:
        defects = [
            {"at": ".".join(str(part) for part in item["loc"]), "defect": str(item["type"])}
            for item in error.errors()
        ]
        raise Problem("request_invalid", defects=defects) from None


def party_digest(
    service: str,
    item: str,
    party: str,
    form: Mapping[str, object],
    answers: Mapping[str, str],
) -> str:
    """SHA-256 (hex) over what a party signs to, in one canonical form of JSON."""
    signed_to = {
        "answers": dict(answers),
        "form": dict(form),
        "item": item,
        "party": party,
        "service": service,
    }
    canonical = json.dumps(signed_to, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
