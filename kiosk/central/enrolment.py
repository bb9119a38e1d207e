"""Joining the centre, and asking it for the time: the open listener, without a certificate.

A terminal is its keys. Enrolment makes two P-256 keys that never leave the machine: one for TLS,
one for identity evidence. A terminal whose clock is wrong cannot check the periods of
certificates; it asks for signed time, and checks the server's certificate at the time so stated.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509.oid import NameOID

from kiosk.central.client import new_key, read_model
from kiosk.central.errors import Disbelief, Unbelievable
from kiosk.central.exchange import Exchange, Patience, Question
from kiosk.central.models_enrolment import EnrolmentAnswer, TimeAnswer
from kiosk.central.trust import Untrusted, open_checked

TLS_KEY = "terminal.key"
EVIDENCE_KEY = "evidence.key"
CERTIFICATE = "terminal.crt"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Who this terminal is, and where that is kept. Key files are 0600."""

    terminal_id: str
    certificate_file: Path
    key_file: Path
    evidence_key_file: Path


def load_enrolment(directory: Path) -> Enrolment | None:
    """Give what an earlier enrolment left in ``directory``, None if there is none.

    ValueError when the certificate cannot be read.
    """
    certificate_file = directory / CERTIFICATE
    if not certificate_file.exists():
        return None
    certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    return _enrolment(_common_name(certificate), directory)


def enrol(
    open_url: str, ca_file: Path, code: str, directory: Path, *, patience: Patience | None = None
) -> Enrolment:
    """Trade the operator's one-time ``code`` for a certificate and keep all in ``directory``.

    An earlier enrolment there is replaced, and only when the new one is complete. Refused:
    enrolment_code_invalid. After Unreachable the code may be used up: the operator gives another.
    """
    tls_key, evidence_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    request = {
        "code": code,
        "csr_pem": _signing_request(tls_key),
        "evidence_public_key_pem": _public_pem(evidence_key),
    }
    question = Question(
        "POST",
        "/v1/terminals/enrol",
        (201,),
        json.dumps(request).encode(),
        (("Idempotency-Key", new_key()),),
    )
    with closing(Exchange(open_url, ca_file, patience=patience)) as exchange:
        answer = read_model(exchange.ask(question), EnrolmentAnswer)
    _check_certificate(answer, tls_key)
    _keep(directory, tls_key, evidence_key, answer.certificate_pem)
    return _enrolment(answer.terminal_id, directory)


def signed_time(
    open_url: str, ca_file: Path, key: Ed25519PublicKey, *, patience: Patience | None = None
) -> datetime:
    """Ask for the centre's time, right even when this machine's clock is years off.

    Believed if the signature is the centre's over our nonce, and the server's certificate is
    valid at the time stated. Unbelievable otherwise.
    """
    nonce = secrets.token_hex(16)
    with closing(Exchange(open_url, ca_file, patience=patience, check_times=False)) as exchange:
        answer = exchange.ask(Question("GET", f"/v1/time?nonce={nonce}"))
    try:
        told = open_checked(answer.body, answer.headers.get("X-Signature", ""), key, TimeAnswer)
    except Untrusted as exc:
        raise Unbelievable(Disbelief.SIGNATURE, str(exc)) from None
    if told.nonce != nonce:
        raise Unbelievable(Disbelief.KEY_ECHO, "nonce")
    certificate = x509.load_der_x509_certificate(answer.server_certificate or b"")
    if not certificate.not_valid_before_utc <= told.now <= certificate.not_valid_after_utc:
        raise Unbelievable(Disbelief.CERTIFICATE, "not valid at the stated time")
    return told.now


def _enrolment(terminal_id: str, directory: Path) -> Enrolment:
    names = (CERTIFICATE, TLS_KEY, EVIDENCE_KEY)
    return Enrolment(terminal_id, *(directory / name for name in names))


def _signing_request(key: ec.EllipticCurvePrivateKey) -> str:
    """Make the CSR. The name in it is a placeholder: the centre gives the terminal its name."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "terminal")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode("ascii")


def _public_pem(key: ec.EllipticCurvePrivateKey) -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(encoding, form).decode("ascii")


def _check_certificate(answer: EnrolmentAnswer, key: ec.EllipticCurvePrivateKey) -> None:
    try:
        certificate = x509.load_pem_x509_certificate(answer.certificate_pem.encode())
        name = _common_name(certificate)
    except ValueError:
        raise Unbelievable(Disbelief.SCHEMA, "not a certificate") from None
    if certificate.public_key() != key.public_key():
        raise Unbelievable(Disbelief.KEY_ECHO, "a certificate for another key")
    if name != answer.terminal_id:
        raise Unbelievable(Disbelief.SCHEMA, "a certificate for another terminal")


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if len(names) != 1:
        raise ValueError("the certificate has not exactly one common name")
    return str(names[0].value)


def _keep(
    directory: Path,
    tls_key: ec.EllipticCurvePrivateKey,
    evidence_key: ec.EllipticCurvePrivateKey,
    certificate_pem: str,
) -> None:
    """Write all three beside the old ones, then put them in place, the certificate last."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    parts = {
        TLS_KEY: _private_pem(tls_key),
        EVIDENCE_KEY: _private_pem(evidence_key),
        CERTIFICATE: certificate_pem.encode(),
    }
    for name, content in parts.items():
        _write_private(directory / f"{name}.new", content)
    for name in parts:
        (directory / f"{name}.new").replace(directory / name)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def _write_private(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
