"""Whether a PDF carries the seal of an authority that counts, unbroken and over the whole file.

Importing this module takes a quarter of a second (pyHanko): import it lazily, off the start path.

The order matters. The seal's byte range is found and its digest and signature are checked over the
raw bytes first; only a file that an accepted authority sealed reaches a PDF parser at all. So any
byte changed under the seal is ALTERED whatever it would have done to the parser.

What is accepted is PAdES baseline B-B, as the centre makes it: exactly one seal, of one signer,
over the whole file, with nothing unsigned in its container (no timestamp token, no later DSS). All
is offline: no fetching, no revocation. Authorities are pinned by certificate, never by name.
"""

from __future__ import annotations

import asyncio
import io
import logging
import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

from asn1crypto import cms, pem, x509
from cryptography.exceptions import InvalidSignature
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel, StandardCMSSignatureStatus
from pyhanko_certvalidator import ValidationContext

MAX_PDF = 8 << 20
MAX_SEAL = 64 << 10
BYTE_RANGE = re.compile(
    rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]"
)

# asn1crypto has no types and pyHanko's are partial: here is where they end.
_Asn1 = Any
_validate_cms = cast(
    "Callable[..., Coroutine[None, None, StandardCMSSignatureStatus]]",
    cast("Any", generic_cms).async_validate_detached_cms,
)

# pyHanko logs subjects and stack traces of whatever it is shown; the verdict says enough.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL + 1)


class SealState(StrEnum):
    """What is known of a PDF's seal. Only INTACT is good."""

    INTACT = "intact"
    ALTERED = "altered"
    ADDED_AFTER = "added_after"
    UNKNOWN_ISSUER = "unknown_issuer"
    NOT_SEALED = "not_sealed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class SealVerdict:
    """A state, and for INTACT who sealed and when that signer says it was (aware, or None)."""

    state: SealState
    signer: str = ""
    sealed_at: datetime | None = None

    @property
    def good(self) -> bool:
        """Whether the document may be shown and printed as the office's."""
        return self.state is SealState.INTACT


class _Bad(Exception):
    """Leaves the checks with a verdict."""

    def __init__(self, state: SealState) -> None:
        super().__init__(state)
        self.state = state


def check_seal(
    pdf: bytes, ca_pems: Sequence[bytes], *, moment: datetime | None = None
) -> SealVerdict:
    """Judge a PDF. Never raises, whatever the bytes are.

    ``ca_pems``: one certificate each, the authorities whose seals count. ``moment`` (aware) is when
    certificates must be valid; None takes the time that the seal states, for a terminal whose own
    clock is not trusted.
    """
    try:
        return _check(pdf, ca_pems, moment)
    except _Bad as bad:
        return SealVerdict(bad.state)
    except Exception:  # noqa: BLE001 - hostile bytes reach deep into parsers; no is the answer
        return SealVerdict(SealState.UNREADABLE)


def _check(pdf: bytes, ca_pems: Sequence[bytes], moment: datetime | None) -> SealVerdict:
    covered, gap = _covered(pdf)
    if covered < len(pdf):
        inner = _check(pdf[:covered], ca_pems, moment)
        raise _Bad(SealState.ADDED_AFTER if inner.good else inner.state)
    container = _container(pdf[gap.start + 1 : gap.stop - 1])
    signed_data = container["content"]
    status = _validate(pdf[: gap.start] + pdf[gap.stop :], signed_data, ca_pems)
    if not (status.intact and status.valid):
        raise _Bad(SealState.ALTERED)
    if not status.trusted or status.validation_path is None:
        raise _Bad(SealState.UNKNOWN_ISSUER)
    path: list[_Asn1] = list(cast("_Asn1", status.validation_path))
    _check_nothing_unsigned(signed_data, path)
    stated = _check_structure(pdf, gap, container)
    when = moment or stated or datetime.now(UTC)
    if any(not _not_before(held) <= when <= _not_after(held) for held in path):
        raise _Bad(SealState.UNKNOWN_ISSUER)
    names: dict[str, object] = cast("_Asn1", status.signing_cert).subject.native
    return SealVerdict(SealState.INTACT, str(names.get("common_name", "")), stated)


def _covered(pdf: bytes) -> tuple[int, range]:
    """Give the end of what the first seal covers, and where its container stands, <> included."""
    if len(pdf) > MAX_PDF or not pdf.startswith(b"%PDF-"):
        raise _Bad(SealState.UNREADABLE)
    ranges = list(BYTE_RANGE.finditer(pdf))
    if not ranges:
        raise _Bad(SealState.ALTERED if b"/ByteRange" in pdf else SealState.NOT_SEALED)
    start, length, resume, rest = (int(number) for number in ranges[0].groups())
    covered = resume + rest
    if start != 0 or not length < resume <= covered <= len(pdf) or resume - length > MAX_SEAL:
        raise _Bad(SealState.ALTERED)
    if pdf[length : length + 1] != b"<" or pdf[resume - 1 : resume] != b">":
        raise _Bad(SealState.ALTERED)
    if len(ranges) > 1 and ranges[1].start() < covered:
        raise _Bad(SealState.UNREADABLE)
    return covered, range(length, resume)


def _container(hexadecimal: bytes) -> _Asn1:
    """Read the CMS ContentInfo, in one spelling only: no byte of it may differ unnoticed."""
    try:
        padded = bytes.fromhex(hexadecimal.decode("ascii"))
        end = _end_of_der(padded, 0, len(padded))
        container: Any = cast("Any", cms.ContentInfo).load(padded[:end])
        kind = container["content_type"].native
    except (ValueError, TypeError, IndexError, RecursionError):
        raise _Bad(SealState.ALTERED) from None
    spelt = padded.hex().encode()
    one_spelling = hexadecimal in (spelt, spelt.upper()) and not any(padded[end:])
    if not one_spelling or kind != "signed_data":
        raise _Bad(SealState.ALTERED)
    return container


def _end_of_der(data: bytes, start: int, limit: int) -> int:
    """Give where the element at ``start`` ends. ValueError unless it and all in it are strict DER.

    Strict: short tags, definite lengths in their shortest form, contents filled exactly. A parser
    that is lenient here lets a changed byte pass.
    """
    tag, first = data[start], data[start + 1]
    body = start + 2
    if first & 0x80:
        body += first & 0x7F
        length = int.from_bytes(data[start + 2 : body], "big")
        if length < 0x80 or length.bit_length() <= 8 * ((first & 0x7F) - 1):
            raise ValueError("not the shortest length")
    else:
        length = first
    end = body + length
    if tag == 0 or tag & 0x1F == 0x1F or end > limit:
        raise ValueError("no tag, a long tag or an overlong element")
    while tag & 0x20 and body < end:
        body = _end_of_der(data, body, end)
    return end


def _validate(
    content: bytes, signed_data: _Asn1, ca_pems: Sequence[bytes]
) -> StandardCMSSignatureStatus:
    """Check digest, signature and issuer, as of the start of the signer's certificate.

    The time of sealing stands in the PDF, which is not parsed yet; it is compared afterwards.
    """
    signer = signed_data["certificates"][0].chosen
    context = ValidationContext(
        trust_roots=[_certificate(ca) for ca in ca_pems],
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=_not_before(signer),
    )
    usage = KeyUsageConstraints(
        key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
    )
    try:
        return asyncio.run(_validate_cms(content, signed_data, context, key_usage_settings=usage))
    except (SignatureValidationError, CMSExtractionError, InvalidSignature):
        raise _Bad(SealState.ALTERED) from None


def _check_nothing_unsigned(signed_data: _Asn1, path: Sequence[_Asn1]) -> None:
    """Refuse a container with a part that no signature covers and that may thus be changed."""
    (signer,) = signed_data["signer_infos"]
    issuer, serial = (signer["sid"].chosen[part].dump() for part in ("issuer", "serial_number"))
    algorithms = [algorithm.dump() for algorithm in signed_data["digest_algorithms"]]
    held = {certificate.dump() for certificate in path}
    names = {
        (certificate.issuer.dump(), certificate["tbs_certificate"]["serial_number"].dump())
        for certificate in path
    }
    carried = {choice.chosen.dump() for choice in signed_data["certificates"]}
    sound = (
        signed_data["version"].native == "v1"
        and signer["version"].native == "v1"
        and (issuer, serial) in names
        and algorithms == [signer["digest_algorithm"].dump()]
        and signed_data["encap_content_info"]["content_type"].native == "data"
        and carried <= held
        and not signed_data["crls"].native
        and not signer["unsigned_attrs"].native
    )
    if not sound:
        raise _Bad(SealState.ALTERED)


def _check_structure(pdf: bytes, gap: range, container: _Asn1) -> datetime | None:
    """Let a parser find the seal too: the same one, the only one, over the whole file.

    Gives the time of sealing that the dictionary states, if it states one with an offset.
    """
    reader: Any = PdfFileReader(io.BytesIO(pdf))
    seals: list[Any] = list(reader.embedded_signatures)
    if len(seals) != 1:
        raise _Bad(SealState.UNREADABLE)
    (seal,) = seals
    expected = [0, gap.start, gap.stop, len(pdf) - gap.stop]
    same = [int(number) for number in seal.byte_range] == expected
    whole = seal.evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE
    if not (same and whole and seal.signed_data.dump() == container["content"].dump()):
        raise _Bad(SealState.UNREADABLE)
    stated: datetime | None = seal.self_reported_timestamp
    return stated if stated is not None and stated.tzinfo is not None else None


def _not_before(certificate: _Asn1) -> datetime:
    return certificate["tbs_certificate"]["validity"]["not_before"].native


def _not_after(certificate: _Asn1) -> datetime:
    return certificate["tbs_certificate"]["validity"]["not_after"].native


def _certificate(ca_pem: bytes) -> _Asn1:
    _, _, der = cast("Any", pem).unarmor(ca_pem)
    return cast("Any", x509.Certificate).load(der)
