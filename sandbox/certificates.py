"""The city's keys and certificates, made once in a directory and kept there.

Three independent trusts: the platform's CA (TLS, mutual), the seal CA (PDF seals) and an Ed25519
key for signed documents. A second seal CA bears the very same subject name as the first, so that
a kiosk which compares names instead of keys is found out.
"""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = timedelta(days=3650)
"""Longer than the sandbox lives: renewal of certificates is not what it shows."""
BACKDATING = timedelta(days=1)
SEAL_CA_NAME = "云汀市政务电子印章认证中心"
SEAL_NAME = "云汀市不动产登记中心电子印章"
FINANCE_SEAL_NAME = "云汀市不动产登记中心财务专用章"
QR_KEY_NAME = "云汀市不动产登记中心电子证照二维码签发"


class BadRequestForCertificate(ValueError):
    """The certificate signing request is not one this CA signs."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A private key with its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def certificate_pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The private key as unencrypted PKCS #8 PEM: never leaves the sandbox's directory."""
        return _private_pem(self.key)

    def save(self, directory: Path, stem: str) -> None:
        """Write ``stem.pem`` and ``stem.key.pem`` (0600)."""
        _write_secret(directory / f"{stem}.key.pem", self.key_pem)
        (directory / f"{stem}.pem").write_bytes(self.certificate_pem)

    @classmethod
    def load(cls, directory: Path, stem: str) -> Credential:
        """What ``save`` wrote."""
        key = serialization.load_pem_private_key(
            (directory / f"{stem}.key.pem").read_bytes(), password=None
        )
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{stem}.key.pem: expected an EC key")
        return cls(key, x509.load_pem_x509_certificate((directory / f"{stem}.pem").read_bytes()))


@dataclass(frozen=True, slots=True)
class Vault:
    """All keys of the city's centre; ``directory`` holds them as PEM files."""

    directory: Path
    ca: Credential
    server: Credential
    seal_ca: Credential
    seal: Credential
    other_seal_ca: Credential
    """Same subject name as ``seal_ca``, another key: not to be trusted."""
    other_seal: Credential
    finance_seal: Credential
    other_finance_seal: Credential
    """Of ``other_seal_ca``."""
    qr_key: Credential
    """Signs the QR codes of certificates."""
    old_qr_key: Credential
    """The one before: what it signed still counts."""
    strange_qr_key: Credential
    """On no list: a forger's."""
    document_key: ed25519.Ed25519PrivateKey

    @classmethod
    def open(cls, directory: Path, now: datetime) -> Vault:
        """Load what is in ``directory``, making what is not there yet."""
        directory.mkdir(parents=True, exist_ok=True)
        ca = _kept(directory, "ca", lambda: authority("云汀市不动产登记平台CA", now))
        seal_ca = _kept(directory, "seal-ca", lambda: authority(SEAL_CA_NAME, now))
        other_ca = _kept(directory, "other-seal-ca", lambda: authority(SEAL_CA_NAME, now))
        return cls(
            directory=directory,
            ca=ca,
            server=_kept(directory, "server", lambda: server_credential(ca, now)),
            seal_ca=seal_ca,
            seal=_kept(directory, "seal", lambda: seal_credential(seal_ca, now)),
            other_seal_ca=other_ca,
            other_seal=_kept(directory, "other-seal", lambda: seal_credential(other_ca, now)),
            finance_seal=_kept(
                directory,
                "finance-seal",
                lambda: seal_credential(seal_ca, now, FINANCE_SEAL_NAME),
            ),
            other_finance_seal=_kept(
                directory,
                "other-finance-seal",
                lambda: seal_credential(other_ca, now, FINANCE_SEAL_NAME),
            ),
            qr_key=_kept_qr_key(directory, "qr", seal_ca, now),
            old_qr_key=_kept_qr_key(directory, "qr-old", seal_ca, now),
            strange_qr_key=_kept_qr_key(directory, "qr-strange", other_ca, now),
            document_key=_kept_document_key(directory),
        )

    @property
    def document_public_key(self) -> str:
        """The raw 32 bytes of the Ed25519 public key, base64: what a kiosk's config names."""
        raw = self.document_key.public_key().public_bytes_raw()
        return base64.b64encode(raw).decode("ascii")


def authority(common_name: str, now: datetime) -> Credential:
    """A self-signed root."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(common_name)
    builder = (
        _builder(name, name, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return Credential(key, builder.sign(key, hashes.SHA256()))


def server_credential(ca: Credential, now: datetime) -> Credential:
    """A TLS server on this machine only: localhost, 127.0.0.1 and ::1."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _leaf(ca, _name("localhost"), key.public_key(), now)
    builder = builder.add_extension(_local_names(), critical=False).add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
    )
    return Credential(key, builder.sign(ca.key, hashes.SHA256()))


def self_made_server_credential(now: datetime) -> Credential:
    """What a captive portal shows: the right host name, signed by nobody we know."""
    return server_credential(authority("Free WLAN", now), now)


def terminal_certificate(ca: Credential, csr_pem: str, terminal_id: str, now: datetime) -> bytes:
    """Sign a terminal's request; only its key counts, the name is ours. Returns PEM."""
    key = requested_key(csr_pem)
    builder = _leaf(ca, _name(terminal_id), key, now).add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
    )
    certificate = builder.sign(ca.key, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.PEM)


def requested_key(csr_pem: str) -> ec.EllipticCurvePublicKey:
    """The P-256 key a request asks a certificate for; its self-signature is checked."""
    try:
        csr = x509.load_pem_x509_csr(csr_pem.encode())
    except ValueError as error:
        raise BadRequestForCertificate("not a PEM certificate signing request") from error
    key = csr.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise BadRequestForCertificate("the key is not on P-256")
    if not csr.is_signature_valid:
        raise BadRequestForCertificate("the request is not signed by its own key")
    return key


def seal_credential(ca: Credential, now: datetime, name: str = SEAL_NAME) -> Credential:
    """A seal of the registration centre.

    It bears no key identifiers: whether it was issued by the right one of two CAs of the same
    name shows only in the signature.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(_name(name), ca.certificate.subject, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(certificates=False), critical=True)
    )
    return Credential(key, builder.sign(ca.key, hashes.SHA256()))


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "云汀市（虚构）"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _local_names() -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName(
        [
            x509.DNSName("localhost"),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
            x509.IPAddress(ipaddress.ip_address("::1")),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATING)
        .not_valid_after(now + LIFETIME)
    )


def _leaf(
    ca: Credential, subject: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    """An end-entity certificate that also passes OpenSSL's strict flag."""
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key())
    return (
        _builder(subject, ca.certificate.subject, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(certificates=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(issuer_key, critical=False)
    )


def _key_usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=not certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _kept(directory: Path, stem: str, make: Callable[[], Credential]) -> Credential:
    """The credential of that name, made on the first call only."""
    if (directory / f"{stem}.pem").exists():
        return Credential.load(directory, stem)
    credential = make()
    credential.save(directory, stem)
    return credential


def _kept_qr_key(directory: Path, stem: str, ca: Credential, now: datetime) -> Credential:
    """A signing key for QR codes; its certificate says from when to when it counts."""
    return _kept(directory, stem, lambda: seal_credential(ca, now, QR_KEY_NAME))


def _kept_document_key(directory: Path) -> ed25519.Ed25519PrivateKey:
    path = directory / "documents.key.pem"
    if not path.exists():
        _write_secret(path, _private_pem(ed25519.Ed25519PrivateKey.generate()))
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise TypeError(f"{path.name}: expected an Ed25519 key")
    return key


def _private_pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write_secret(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
