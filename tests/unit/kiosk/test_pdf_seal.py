"""Seals: made here with pyHanko, then spoilt in each way that there is a verdict for."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from kiosk.credentials.pdf_seal import SealState, check_seal

Asn1 = Any
CA_NAME = "测试印章认证中心"
SEAL_NAME = "测试登记中心查询专用章"
NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Pair:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def issue(
    name: str, issuer: Pair | None, until: timedelta = timedelta(days=1), *, serial: int = 7
) -> Pair:
    """A certificate; an authority where ``issuer`` is None."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = dict.fromkeys(
        [
            "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
            "crl_sign", "encipher_only", "decipher_only",
        ],
        False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(NOW - timedelta(days=2))
        .not_valid_after(NOW + until)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                **usage, digital_signature=issuer is not None, key_cert_sign=issuer is None
            ),
            critical=True,
        )
        .sign(issuer.key if issuer else key, hashes.SHA256())
    )
    return Pair(key, certificate)


def asn1_certificate(pair: Pair) -> Asn1:
    der = pair.certificate.public_bytes(serialization.Encoding.DER)
    return cast("Asn1", asn1_x509.Certificate).load(der)


def seal(pdf: bytes, pair: Pair, authority: Pair, field: str = "Seal") -> bytes:
    registry = SimpleCertificateStore()
    registry.register(asn1_certificate(authority))
    private = pair.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    signer = signers.SimpleSigner(
        signing_cert=asn1_certificate(pair),
        signing_key=cast("Asn1", asn1_keys.PrivateKeyInfo).load(private),
        cert_registry=registry,
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    out = io.BytesIO()
    cast("Asn1", signers).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), metadata, signer, output=out
    )
    return out.getvalue()


def plain_pdf(stroke: bytes = b"10 10 m 90 90 l S") -> bytes:
    """The smallest sound PDF of one page with something drawn on it."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(stroke), stroke),
    ]
    out, places = b"%PDF-1.7\n", list[int]()
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 5\n0000000000 65535 f \n" + rows
    trailer = b"trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + table + trailer


AUTHORITY = issue(CA_NAME, None)
NAMESAKE = issue(CA_NAME, None)
OFFICE = issue(SEAL_NAME, AUTHORITY)
PLAIN = plain_pdf()
SEALED = seal(PLAIN, OFFICE, AUTHORITY)


def state_of(pdf: bytes, *authorities: Pair) -> SealState:
    return check_seal(pdf, [pair.pem for pair in authorities or (AUTHORITY,)]).state


def flipped(pdf: bytes, place: int, mask: int = 1) -> bytes:
    return pdf[:place] + bytes([pdf[place] ^ mask]) + pdf[place + 1 :]


def with_update(pdf: bytes) -> bytes:
    """The PDF with a stroke drawn on its first page, as a proper incremental update."""
    writer: Asn1 = IncrementalPdfFileWriter(io.BytesIO(pdf))
    stroke = writer.add_object(generic.StreamObject(stream_data=b"0 0 m 50 50 l S"))
    writer.add_stream_to_page(0, stroke)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_two_updates(pdf: bytes) -> bytes:
    return with_update(with_update(pdf))


def with_a_remark(pdf: bytes) -> bytes:
    return pdf + b"\n% a remark\n"


def with_a_nought(pdf: bytes) -> bytes:
    return pdf + b"\0"


def with_another_document(pdf: bytes) -> bytes:
    return pdf + PLAIN


def with_a_second_seal(pdf: bytes) -> bytes:
    return seal(pdf, OFFICE, AUTHORITY, "Second")


def test_an_intact_seal_tells_who_and_when() -> None:
    verdict = check_seal(SEALED, [AUTHORITY.pem])
    assert verdict.state is SealState.INTACT
    assert verdict.good
    assert verdict.signer == SEAL_NAME
    assert verdict.sealed_at is not None
    assert abs(verdict.sealed_at - NOW) < timedelta(minutes=10)


def test_one_of_several_authorities_is_enough() -> None:
    assert state_of(SEALED, NAMESAKE, AUTHORITY) is SealState.INTACT


def test_another_authority_of_the_same_name_is_unknown() -> None:
    assert NAMESAKE.certificate.subject == AUTHORITY.certificate.subject
    theirs = seal(PLAIN, issue(SEAL_NAME, NAMESAKE), NAMESAKE)
    assert state_of(theirs) is SealState.UNKNOWN_ISSUER
    assert state_of(theirs, NAMESAKE) is SealState.INTACT
    assert state_of(SEALED, NAMESAKE) is SealState.UNKNOWN_ISSUER


def test_no_authority_at_all_trusts_nobody() -> None:
    assert check_seal(SEALED, []).state is SealState.UNKNOWN_ISSUER


def test_a_forged_seal_that_carries_the_true_authoritys_certificate() -> None:
    forged = seal(PLAIN, issue(SEAL_NAME, NAMESAKE), AUTHORITY)
    assert state_of(forged) is SealState.UNKNOWN_ISSUER


def test_a_certificate_out_of_its_period() -> None:
    assert check_seal(SEALED, [AUTHORITY.pem], moment=NOW).good
    for moment in (NOW - timedelta(days=3), NOW + timedelta(days=3)):
        verdict = check_seal(SEALED, [AUTHORITY.pem], moment=moment)
        assert verdict.state is SealState.UNKNOWN_ISSUER


def test_a_seal_made_with_an_expired_certificate() -> None:
    expired = issue(SEAL_NAME, AUTHORITY, -timedelta(days=1))
    assert state_of(seal(PLAIN, expired, AUTHORITY)) is SealState.UNKNOWN_ISSUER


def test_a_byte_flipped_in_the_page() -> None:
    assert state_of(flipped(SEALED, PLAIN.index(b"stream") + 40)) is SealState.ALTERED


def test_a_sound_seal_moved_onto_another_document() -> None:
    other = seal(plain_pdf(b"10 90 m 90 10 l S"), OFFICE, AUTHORITY)
    first, second = (hexadecimal_of(pdf) for pdf in (SEALED, other))
    assert state_of(SEALED.replace(first, second)) is SealState.ALTERED


def hexadecimal_of(pdf: bytes) -> bytes:
    found = re.search(rb"/Contents <([0-9a-fA-F]+)>", pdf)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    "add",
    [
        with_update,
        with_a_remark,
        with_a_nought,
        with_another_document,
        with_a_second_seal,
        with_two_updates,
    ],
)
def test_what_comes_after_the_seal_is_seen(add: Callable[[bytes], bytes]) -> None:
    assert state_of(add(SEALED)) is SealState.ADDED_AFTER


def test_added_after_an_altered_document_is_altered() -> None:
    assert state_of(flipped(SEALED, 100) + b"%") is SealState.ALTERED


def test_a_cut_file_is_altered() -> None:
    assert state_of(SEALED[:-1]) is SealState.ALTERED


def test_the_byte_range_may_not_skip_more_than_the_seal() -> None:
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", SEALED)
    assert found is not None
    for numbers in (("0", "10", found[3].decode()), ("1", found[2].decode(), found[3].decode())):
        changed = f"/ByteRange [{' '.join(numbers)} {found[4].decode()}]".encode()
        assert state_of(SEALED.replace(found[0], changed)) is SealState.ALTERED


def test_letters_of_another_case_and_bytes_in_the_padding_are_changes() -> None:
    spelt = hexadecimal_of(SEALED)
    letter = next(place for place, char in enumerate(spelt) if chr(char).isalpha())
    swapped = spelt[:letter] + spelt[letter : letter + 1].swapcase() + spelt[letter + 1 :]
    assert state_of(SEALED.replace(spelt, swapped)) is SealState.ALTERED
    assert state_of(SEALED.replace(spelt, spelt[:-1] + b"1")) is SealState.ALTERED


def test_a_pdf_without_a_seal() -> None:
    assert state_of(PLAIN) is SealState.NOT_SEALED


@pytest.mark.parametrize("junk", [b"", b"<html>log in</html>", b"\0" * 5000, b"%PDF" * 3])
def test_what_is_no_pdf(junk: bytes) -> None:
    assert state_of(junk) is SealState.UNREADABLE


def test_a_huge_file_is_not_looked_at() -> None:
    assert state_of(SEALED + b"\n" * (9 << 20)) is SealState.UNREADABLE


def test_a_trust_list_with_rubbish_in_it_is_no_reason_to_raise() -> None:
    assert not check_seal(SEALED, [b"rubbish"]).good


def test_hundreds_of_changed_bytes_and_never_intact() -> None:
    """Everywhere, and again within the seal's own container, where no digest reaches."""
    dice = random.Random(20261120)  # noqa: S311 - reproducible places, no secret
    start = SEALED.index(hexadecimal_of(SEALED))
    container = range(start, start + len(hexadecimal_of(SEALED).rstrip(b"0")) + 8)
    places = dice.sample(range(len(SEALED)), 250) + dice.sample(container, 250)
    for place in places:
        written = dice.choice(b"0123456789abcdef" if place in container else bytes(range(256)))
        changed = SEALED[:place] + bytes([written]) + SEALED[place + 1 :]
        assert changed == SEALED or state_of(changed) is not SealState.INTACT, place


@given(st.data())
def test_cut_swapped_and_doubled_pieces_are_never_intact(data: st.DataObject) -> None:
    ends = st.integers(0, len(SEALED))
    first, second = sorted((data.draw(ends), data.draw(ends)))
    piece = data.draw(st.sampled_from([b"", SEALED[first:second] * 2, SEALED[second:][:99]]))
    changed = SEALED[:first] + piece + SEALED[second:]
    assert changed == SEALED or state_of(changed) is not SealState.INTACT


@given(st.binary(max_size=300))
def test_any_bytes_get_a_verdict(junk: bytes) -> None:
    for pdf in (junk, b"%PDF-1.7\n" + junk, SEALED[:200] + junk + SEALED[200:]):
        assert state_of(pdf) is not SealState.INTACT or pdf == SEALED


@given(st.binary(max_size=200))
def test_any_container_gets_a_verdict(junk: bytes) -> None:
    spelt = hexadecimal_of(SEALED)
    other = junk.hex().encode().ljust(len(spelt), b"0")
    assert state_of(SEALED.replace(spelt, other)) is not SealState.INTACT
