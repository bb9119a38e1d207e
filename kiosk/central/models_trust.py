"""Whose seals and signatures count, and which certificates no longer do. Signed documents both."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from kiosk.central.models import Localised, Pem, Signed, Strict

MAX_REVOKED = 50_000


class QrKey(Strict):
    """A key that signs QR codes; ``kid`` is 8 bytes in hex.

    Whether ``alg`` is known here is the reader's business: a new one must not take the list down.
    """

    kid: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    alg: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9\-]{1,32}$")]
    public_key_pem: Pem
    issuer: Localised
    not_before: AwareDatetime
    not_after: AwareDatetime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.not_after <= self.not_before:
            raise ValueError("ends before it begins")
        return self


class TrustList(Signed):
    """The certificates of the authorities whose seals count, and the keys of signed QR codes."""

    seal_cas: Annotated[tuple[Pem, ...], Field(max_length=50)]
    qr_keys: Annotated[tuple[QrKey, ...], Field(max_length=50)] = ()

    def seal_ca_pems(self) -> tuple[bytes, ...]:
        """Give the certificates as pdf_seal.check_seal takes them."""
        return tuple(pem.encode("ascii", "replace") for pem in self.seal_cas)


class Revoked(Strict):
    """A certificate that no longer counts, by the id in its QR code (16 bytes in hex)."""

    cti: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    state: Literal["cancelled", "replaced"]
    on: date


class RevocationList(Signed):
    """All certificates that no longer count, as of a time."""

    as_of: AwareDatetime
    revoked: Annotated[tuple[Revoked, ...], Field(max_length=MAX_REVOKED)]

    def find(self, cti: bytes) -> Revoked | None:
        """What is said of the certificate with this id; None: nothing, as of ``as_of``."""
        wanted = cti.hex()
        return next((each for each in self.revoked if each.cti == wanted), None)
