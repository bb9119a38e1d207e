"""QR codes on certificates: told apart, and the signed kind verified without the centre. Pure.

A signed code is ``BDC1:`` + base45 (RFC 9285) of a COSE_Sign1 (RFC 9052, ES256, key id in the
protected header) over CWT claims (RFC 8392). Everything is bounded before it is decoded, nothing
is decompressed, and only what lies under a signature that holds is ever shown.

What breaks the form or the signature is called so. What is signed but says more than this version
knows (another algorithm, header or claim) is not: it may be a newer certificate, which only the
centre can judge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, cast

import base45
from cwt import COSE, COSEKey
from cwt.cose_key_interface import COSEKeyInterface

from kiosk.central.models_trust import QrKey
from kiosk.credentials import plain_cbor
from kiosk.credentials.plain_cbor import NotPlain
from kiosk.credentials.shown_text import is_showable

PREFIX = "BDC1:"
LONGEST_TEXT = 4_296
"""Characters: what the largest QR code holds in its alphanumeric mode (ISO/IEC 18004). Ours have
about 500; a long one is not yet a false one."""
_SIGN1_TAG = b"\xd2"
"""Tag 18, as it is encoded."""
_ES256 = -7
_ALG, _KID = 1, 4
_ISS, _IAT, _CTI, _OURS = 1, 6, 7, -70001
_HEADERS, _CLAIMS = frozenset({_ALG, _KID}), frozenset({_ISS, _IAT, _CTI, _OURS})
_FIELDS = {
    "kind": (1, 16),
    "no": (1, 80),
    "hn": (1, 40),
    "loc": (1, 200),
    "unit": (0, 28),
    "on": (10, 10),
    "area": (0, 20),
}
"""Names of our own claim -> fewest and most characters; all must be there, and nothing else."""
_ALPHABET = re.compile(r"[0-9A-Z $%*+\-./:]+", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_URL = re.compile(r"https://[a-z0-9.\-]{1,80}(:\d{1,5})?/v/[0-9A-Z]{8,32}", re.ASCII)
_PLAIN = re.compile(r"[0-9A-Za-z\-]{6,32}\$[0-9A-Z]{28}\$[^$\s]{4,80}\$[^\s]{4,200}")
"""受理号$不动产单元号$证号$hash (domain facts, section 4)."""


class CodeKind(StrEnum):
    """What a code is, before anything is believed of it."""

    SIGNED = "signed"
    URL = "url"
    PLAIN = "plain"
    OTHER = "other"


class Doubt(StrEnum):
    """Why a signed code says nothing."""

    UNREADABLE = "unreadable"
    """Not of the form that every signed code has."""
    UNKNOWN_KEY = "unknown_key"
    """Of a key that is not on the list, or that this version can't use."""
    SIGNATURE = "signature"
    KEY_TIME = "key_time"
    """Signed when the key did not count."""
    CONTENT = "content"
    """Signed, and yet not what this version knows."""


@dataclass(frozen=True, slots=True)
class SignedContent:
    """What a code says under a signature that holds. Names come masked already."""

    cti: bytes
    kind: str
    number: str
    holder_masked: str = field(repr=False)
    location: str = field(repr=False)
    unit_no: str
    issued_on: date
    area: str
    signed_at: datetime
    issuer: Mapping[str, str]


class Doubtful(Exception):
    """A signed code that must not be believed. The text quotes nothing of it."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt.value)
        self.doubt = doubt


def kind_of(text: str) -> CodeKind:
    """Tell the kinds apart by their form alone."""
    if text.startswith(PREFIX):
        return CodeKind.SIGNED
    if len(text) <= LONGEST_TEXT and _URL.fullmatch(text):
        return CodeKind.URL
    if len(text) <= LONGEST_TEXT and _PLAIN.fullmatch(text):
        return CodeKind.PLAIN
    return CodeKind.OTHER


def verify(text: str, keys: Sequence[QrKey]) -> SignedContent:
    """Give what a signed code says, or raise Doubtful and nothing else."""
    cose = _bytes_of(text)
    header = _header(cose)
    key = _key_named(header, keys)
    if header.get(_ALG) != _ES256:
        raise Doubtful(Doubt.SIGNATURE)
    payload = _payload(cose, key)
    content = _content(header, payload, key)
    if not key.not_before <= content.signed_at <= key.not_after:
        raise Doubtful(Doubt.KEY_TIME)
    return content


def _bytes_of(text: str) -> bytes:
    if len(text) > LONGEST_TEXT or not text.startswith(PREFIX):
        raise Doubtful(Doubt.UNREADABLE)
    body = text.removeprefix(PREFIX)
    if not _ALPHABET.fullmatch(body):
        raise Doubtful(Doubt.UNREADABLE)
    try:
        return base45.b45decode(body)
    except ValueError:
        raise Doubtful(Doubt.UNREADABLE) from None


def _header(cose: bytes) -> dict[object, object]:
    """The protected header of a tagged COSE_Sign1 whose unprotected header is empty.

    What stands there is not believed before the signature was checked.
    """
    if not cose.startswith(_SIGN1_TAG):
        raise Doubtful(Doubt.UNREADABLE)
    try:
        parts = plain_cbor.loads(cose.removeprefix(_SIGN1_TAG))
        if not isinstance(parts, list) or len(cast("list[object]", parts)) != 4:
            raise Doubtful(Doubt.UNREADABLE)
        protected, unprotected, payload, signature = cast("list[object]", parts)
        if unprotected != {} or not isinstance(payload, bytes) or not isinstance(signature, bytes):
            raise Doubtful(Doubt.UNREADABLE)
        header = plain_cbor.loads(protected) if isinstance(protected, bytes) else None
    except NotPlain:
        raise Doubtful(Doubt.UNREADABLE) from None
    if not isinstance(header, dict) or not _labelled(cast("dict[object, object]", header)):
        raise Doubtful(Doubt.UNREADABLE)
    return cast("dict[object, object]", header)


def _labelled(told: dict[object, object]) -> bool:
    """Whether all labels are numbers or texts: ``True`` would pass for 1."""
    return all(type(label) in {int, str} for label in told)


def _key_named(header: dict[object, object], keys: Sequence[QrKey]) -> QrKey:
    kid = header.get(_KID)
    if not isinstance(kid, bytes):
        raise Doubtful(Doubt.UNREADABLE)
    for key in keys:
        if key.kid == kid.hex() and key.alg == "ES256":
            return key
    raise Doubtful(Doubt.UNKNOWN_KEY)


def _payload(cose: bytes, key: QrKey) -> bytes:
    """What is signed. One broad catch: the libraries raise what hostile bytes lead them to."""
    public = _public(key)
    try:
        # the library's types leave open what comes back
        return cast("bytes", cast("Any", COSE.new(verify_kid=True)).decode(cose, public))
    except Exception:  # noqa: BLE001 - as the docstring says
        raise Doubtful(Doubt.SIGNATURE) from None


def _public(key: QrKey) -> COSEKeyInterface:
    """The list's own key; one that can't be used is no reason to call a certificate false."""
    try:
        return COSEKey.from_pem(key.public_key_pem, alg="ES256", kid=bytes.fromhex(key.kid))
    except Exception:  # noqa: BLE001 - what a bad PEM, another kind of key or curve leads to
        raise Doubtful(Doubt.UNKNOWN_KEY) from None


def _content(header: dict[object, object], payload: bytes, key: QrKey) -> SignedContent:
    """What the claims say; exactly those that are known, so that none is passed over."""
    try:
        claims = plain_cbor.loads(payload)
    except NotPlain:
        raise Doubtful(Doubt.CONTENT) from None
    if header.keys() != _HEADERS or not isinstance(claims, dict):
        raise Doubtful(Doubt.CONTENT)
    told = cast("dict[object, object]", claims)
    if told.keys() != _CLAIMS or not _labelled(told) or not isinstance(told[_ISS], str):
        raise Doubtful(Doubt.CONTENT)
    at, cti = told[_IAT], told[_CTI]
    if type(at) is not int or not isinstance(cti, bytes) or len(cti) != 16:
        raise Doubtful(Doubt.CONTENT)
    said = _said(told[_OURS])
    try:
        issued_on, signed_at = date.fromisoformat(said["on"]), datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        raise Doubtful(Doubt.CONTENT) from None
    return SignedContent(
        cti=cti,
        kind=said["kind"],
        number=said["no"],
        holder_masked=said["hn"],
        location=said["loc"],
        unit_no=said["unit"],
        issued_on=issued_on,
        area=said["area"],
        signed_at=signed_at,
        issuer=dict(key.issuer),
    )


def _said(ours: object) -> dict[str, str]:
    if not isinstance(ours, dict):
        raise Doubtful(Doubt.CONTENT)
    said = cast("dict[object, object]", ours)
    if said.keys() != _FIELDS.keys():
        raise Doubtful(Doubt.CONTENT)
    for name, (fewest, most) in _FIELDS.items():
        value = said[name]
        if not isinstance(value, str) or not fewest <= len(value) <= most or not is_showable(value):
            raise Doubtful(Doubt.CONTENT)
    told = cast("dict[str, str]", said)
    if not _DATE.fullmatch(told["on"]):
        raise Doubtful(Doubt.CONTENT)
    return told
