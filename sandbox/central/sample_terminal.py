"""A terminal in its smallest form: how to call the centre by hand, and how the tests do.

Standard library and cryptography only; ``http.client`` reads no proxy or CA variable of the
environment. One TLS connection per call: slow, and nothing to hide behind.
"""

from __future__ import annotations

import base64
import http.client
import json
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sandbox.central.moments import city_clock, written
from sandbox.people import Resident

TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    request_id: str
    """The id that was sent, to be compared with the echo."""

    def json(self) -> dict[str, Any]:
        """The body as an object."""
        return cast("dict[str, Any]", json.loads(self.body))


class SampleTerminal:
    """Holds a TLS key, an evidence key and, once enrolled, a certificate."""

    def __init__(self, directory: Path, ca_pem: str, main_url: str, open_url: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self.ca_pem = ca_pem
        self.main_url = main_url
        self.open_url = open_url
        self.terminal_id = ""
        self._tls_key = ec.generate_private_key(ec.SECP256R1())
        self.evidence_key = ec.generate_private_key(ec.SECP256R1())

    def enrol(self, code: str) -> Reply:
        """Ask for a certificate; on success the terminal can call the main listener."""
        reply = self.call("POST", "/v1/terminals/enrol", self.enrolment(code), base=self.open_url)
        if reply.status == 201:
            self.terminal_id = reply.json()["terminal_id"]
            (self._directory / "terminal.pem").write_text(reply.json()["certificate_pem"])
            self._key_file.touch(mode=0o600)
            self._key_file.write_bytes(_private_pem(self._tls_key))
        return reply

    def enrolment(self, code: str) -> dict[str, object]:
        """The body of an enrolment."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "new terminal")])
        builder = x509.CertificateSigningRequestBuilder().subject_name(name)
        csr = builder.sign(self._tls_key, hashes.SHA256())
        return {
            "code": code,
            "csr_pem": csr.public_bytes(serialization.Encoding.PEM).decode("ascii"),
            "evidence_public_key_pem": _public_pem(self.evidence_key),
        }

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str | None = None,
        token: str | None = None,
        base: str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> Reply:
        """One call; OSError or http.client.HTTPException if no whole answer comes back."""
        where = urlsplit(base or self.main_url)
        request_id = secrets.token_hex(16)
        connection = http.client.HTTPSConnection(
            where.hostname or "", where.port, timeout=timeout_s, context=self.tls_context()
        )
        sent = {"X-Request-Id": request_id, **_optional(key, token), **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            connection.request(method, path, None if body is None else _bytes(body), sent)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        got = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, got, content, request_id)

    def write(self, path: str, body: object, *, token: str | None = None) -> Reply:
        """A write with a fresh idempotency key."""
        return self.call("POST", path, body, key=secrets.token_hex(16), token=token)

    def open_session(self, resident: Resident) -> Reply:
        """A session after a face match."""
        return self.write("/v1/sessions", self.signed(self.evidence(resident, face())))

    def evidence(
        self, resident: Resident, check: Mapping[str, object], at: datetime | None = None
    ) -> dict[str, object]:
        """What this terminal says it saw; not yet signed."""
        return {
            "terminal_id": self.terminal_id,
            "at": written(at or city_clock()),
            "nonce": secrets.token_hex(16),
            "document": {
                **document(resident),
                "valid_until": resident.valid_until.isoformat() if resident.valid_until else None,
            },
            "check": dict(check),
        }

    def signed(
        self, evidence: Mapping[str, object], by: ec.EllipticCurvePrivateKey | None = None
    ) -> dict[str, str]:
        """The body of a session call."""
        content = _bytes(evidence)
        signature = (by or self.evidence_key).sign(content, ec.ECDSA(hashes.SHA256()))
        return {
            "evidence": base64.b64encode(content).decode("ascii"),
            "signature": base64.b64encode(signature).decode("ascii"),
        }

    @property
    def _key_file(self) -> Path:
        return self._directory / "terminal.key.pem"

    def tls_context(self) -> ssl.SSLContext:
        """Believes the pinned CA only; shows the certificate, if there is one."""
        context = ssl.create_default_context(cadata=self.ca_pem)
        if self.terminal_id:
            context.load_cert_chain(self._directory / "terminal.pem", self._key_file)
        return context


def document(resident: Resident) -> dict[str, object]:
    """The identity document's key fields."""
    return {"kind": resident.kind, "number": resident.number, "name": resident.name}


def face(at: datetime | None = None, *, liveness: str = "passed") -> dict[str, object]:
    """A face check's part of the evidence."""
    return {
        "kind": "face",
        "liveness": liveness,
        "score_band": "high",
        "performed_at": written(at or city_clock()),
    }


def _optional(key: str | None, token: str | None) -> dict[str, str]:
    headers: dict[str, str] = {}
    if key is not None:
        headers["Idempotency-Key"] = key
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return headers


def _bytes(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _public_pem(key: ec.EllipticCurvePrivateKey) -> str:
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return public.decode("ascii")
