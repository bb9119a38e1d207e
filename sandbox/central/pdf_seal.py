"""Seals a PDF (PAdES B-B, pyHanko) and knows the ways in which a sealed one may be spoilt.

The seal certifies the document with "no changes allowed", so that anything appended later is a
breach and not an amendment. Neither sealing nor spoiling needs a network.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, Final, Literal, cast

from asn1crypto import x509
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from sandbox.certificates import Credential

Tampering = Literal["none", "byte", "append", "other_ca"]
FIELD: Final = "Seal1"
STREAM: Final = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
LINE_ADDED_LATER: Final = b"q 0 0 0 RG 1.5 w 90 420 m 505 420 l S Q"
"""A stroke through the middle of the page: what somebody might draw over a finding."""


class CannotSpoil(ValueError):
    """The PDF has no stream whose bytes could be altered."""


def page_count(pdf: bytes) -> int:
    """How many pages the document has."""
    root = cast("Any", PdfFileReader(io.BytesIO(pdf)).root)
    return int(root["/Pages"]["/Count"])


def seal(pdf: bytes, credential: Credential, ca: Credential, office: str) -> bytes:
    """The document certified with the office's seal; holds the chain up to ``ca``."""
    registry = SimpleCertificateStore()
    registry.register(_certificate(ca.certificate_pem))
    signer = SimpleSigner(
        signing_cert=_certificate(credential.certificate_pem),
        signing_key=load_private_key_from_pemder_data(credential.key_pem, passphrase=None),
        cert_registry=registry,
    )
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        name=office,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
    )
    out = io.BytesIO()
    # pyHanko leaves the types of this call open
    pdf_signer = cast("Any", PdfSigner(metadata, signer))
    pdf_signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
    return out.getvalue()


def flip_byte(sealed: bytes) -> bytes:
    """One bit changed in the middle of the longest stream before the seal.

    The file's structure stays sound, so that only the digest gives it away.
    """
    streams = [match.span(1) for match in STREAM.finditer(sealed)]
    if not streams:
        raise CannotSpoil("the document has no stream")
    start, end = max(streams, key=lambda span: span[1] - span[0])
    spoilt = bytearray(sealed)
    spoilt[(start + end) // 2] ^= 0x01
    return bytes(spoilt)


def append_content(sealed: bytes) -> bytes:
    """Something drawn on the first page after the seal, as a correct incremental update."""
    writer = cast("Any", IncrementalPdfFileWriter(io.BytesIO(sealed)))
    stream = writer.add_object(generic.StreamObject(stream_data=LINE_ADDED_LATER))
    writer.add_stream_to_page(0, stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _certificate(certificate_pem: bytes) -> x509.Certificate:
    """As pyHanko wants it; its loader leaves the type open."""
    return next(cast("Iterator[x509.Certificate]", load_certs_from_pemder_data(certificate_pem)))
