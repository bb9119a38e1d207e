"""The signed code of a certificate: what it says, and why it is doubted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import cbor2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.central.models_trust import QrKey
from kiosk.credentials import plain_cbor
from kiosk.credentials.cose_qr import LONGEST_TEXT, CodeKind, Doubt, Doubtful, kind_of, verify
from tests.unit.kiosk.code_mint import (
    CITY_NAME,
    NOW,
    OURS,
    SAID,
    Issuer,
    parts_of,
    text_of,
)

ISSUER = Issuer()
KEYS = (ISSUER.listed(),)
DAY = timedelta(days=1)
UNIT = SAID["unit"]


def doubt(text: str, *keys: QrKey) -> Doubt | None:
    """Why it is not believed; None if it is."""
    try:
        verify(text, keys or KEYS)
    except Doubtful as exc:
        return exc.doubt
    return None


def other_curve() -> str:
    key = ec.generate_private_key(ec.SECP384R1()).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode("ascii")


def test_a_good_code_says_what_was_signed() -> None:
    content = verify(ISSUER.by_cwt(ISSUER.claims(cti=b"\7" * 16)), KEYS)
    assert content.cti == b"\7" * 16
    assert (content.kind, content.number) == ("ownership", SAID["no"])
    assert (content.holder_masked, content.location) == (SAID["hn"], SAID["loc"])
    assert (content.unit_no, content.area) == (UNIT, "89.12")
    assert content.issued_on == date(2026, 11, 20)
    assert content.signed_at == NOW - DAY
    assert content.issuer == CITY_NAME
    assert SAID["hn"] not in repr(content)
    assert SAID["loc"] not in repr(content)


def test_our_own_way_of_signing_is_the_librarys() -> None:
    """What the other tests make by hand is what an issuer makes."""
    claims = ISSUER.claims()
    ours, theirs = parts_of(ISSUER.over(claims)), parts_of(ISSUER.by_cwt(claims))
    assert replace(ours, signature=b"") == replace(theirs, signature=b"")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("BDC1:", CodeKind.SIGNED),
        ("BDC1:anything", CodeKind.SIGNED),
        ("bdc1:6BF", CodeKind.OTHER),
        ("https://cx.yunting.example/v/ABCDEFGH23456789", CodeKind.URL),
        ("https://cx.yunting.example:8443/v/ABCDEFGH", CodeKind.URL),
        ("https://cx.yunting.example/c/ABCDEFGH", CodeKind.OTHER),
        ("http://cx.yunting.example/v/ABCDEFGH", CodeKind.OTHER),
        ("https://a@cx.yunting.example/v/ABCDEFGH", CodeKind.OTHER),
        ("https://cx.yunting.example/v/ABCDEFGH\n", CodeKind.OTHER),
        ("https://сx.yunting.example/v/ABCDEFGH", CodeKind.OTHER),
        (f"201903050587${UNIT}$云(2026)第1号${'0a' * 16}", CodeKind.PLAIN),
        (f"201903050587${UNIT}$云(2026)第1号$" + "a" * 201, CodeKind.OTHER),
        (f"201903050587${UNIT}$云(2026) 第1号${'0a' * 16}", CodeKind.OTHER),
        ("$$$", CodeKind.OTHER),
        ("", CodeKind.OTHER),
        ("wxp://f2f0AAAA", CodeKind.OTHER),
        ("A" * 10_000_000, CodeKind.OTHER),
    ],
)
def test_kinds_are_told_by_their_form(text: str, kind: CodeKind) -> None:
    assert kind_of(text) is kind


def test_a_key_counts_from_its_first_second_to_its_last() -> None:
    start, end = NOW - 10 * DAY, NOW + 10 * DAY
    key = ISSUER.listed(not_before=start, not_after=end)
    for at, expected in (
        (start - timedelta(seconds=1), Doubt.KEY_TIME),
        (start, None),
        (end, None),
        (end + timedelta(seconds=1), Doubt.KEY_TIME),
    ):
        assert doubt(ISSUER.over(ISSUER.claims(at=at)), key) is expected


def test_a_key_that_is_not_here_is_not_a_forgery() -> None:
    assert doubt(Issuer().says()) is Doubt.UNKNOWN_KEY
    with pytest.raises(Doubtful):
        verify(ISSUER.says(), ())


def test_a_listed_key_that_can_not_be_used_is_not_a_forgery() -> None:
    """A list ahead of this version, or spoilt, accuses nobody."""
    text = ISSUER.says()
    assert doubt(text, ISSUER.listed(alg="SM2")) is Doubt.UNKNOWN_KEY
    assert doubt(text, ISSUER.listed(pem=other_curve())) is Doubt.UNKNOWN_KEY
    assert doubt(text, ISSUER.listed(pem="-----BEGIN PUBLIC KEY-----" + "A" * 99)) is (
        Doubt.UNKNOWN_KEY
    )
    assert doubt(text, ISSUER.listed(alg="SM2"), ISSUER.listed()) is None
    header = cbor2.dumps({1: -48, 4: ISSUER.kid})
    newer = ISSUER.signed(cbor2.dumps(ISSUER.claims()), header).text()
    assert doubt(newer, ISSUER.listed(alg="SM2")) is Doubt.UNKNOWN_KEY
    assert doubt(newer) is Doubt.SIGNATURE


@pytest.mark.parametrize("more", [{3: 0}, {5: b"iv"}, {"x": 1}])
def test_a_newer_header_under_our_key_is_not_a_forgery(more: dict[object, object]) -> None:
    header = cbor2.dumps({1: -7, 4: ISSUER.kid, **more})
    payload = cbor2.dumps(ISSUER.claims())
    signed = ISSUER.signed(payload, header)
    assert doubt(signed.text()) is Doubt.CONTENT
    assert doubt(replace(signed, signature=bytes(64)).text()) is Doubt.SIGNATURE


@pytest.mark.parametrize("claim", [{4: 1}, {5: 2**40}, {-70002: "x"}, {"exp": 0}])
def test_a_claim_that_is_not_known_is_not_passed_over(claim: dict[object, object]) -> None:
    """An end of validity, say: this version would show the code as if it had none."""
    assert doubt(ISSUER.over({**ISSUER.claims(), **claim})) is Doubt.CONTENT


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("hn", "章*\u202e例", Doubt.CONTENT),
        ("no", "云\0", Doubt.CONTENT),
        ("loc", "样例路\n1号", Doubt.CONTENT),
        ("area", "8\u2066", Doubt.CONTENT),
        ("kind", "owner\u200bship", Doubt.CONTENT),
        ("loc", "\ufeff样例路", Doubt.CONTENT),
        ("loc", "", Doubt.CONTENT),
        ("no", "", Doubt.CONTENT),
        ("loc", "路" * 201, Doubt.CONTENT),
        ("loc", "路" * 200, None),
        ("hn", "买买提·阿*·𠮷", None),
        ("hn", "\U00030edd*", None),
        ("unit", "", None),
        ("on", "20261120", Doubt.CONTENT),
        ("on", "2026-W47-5", Doubt.CONTENT),
        ("on", "2026-02-30", Doubt.CONTENT),
        ("area", 89.12, Doubt.CONTENT),
        ("area", None, Doubt.CONTENT),
    ],
)
def test_fields_of_our_claim(name: str, value: object, expected: Doubt | None) -> None:
    assert doubt(ISSUER.says(**{name: value})) is expected


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        (6, True),
        (6, "1"),
        (6, 1.5),
        (6, 2**70),
        (6, datetime(2026, 1, 1, tzinfo=UTC)),
        (7, b"\1" * 15),
        (7, "1" * 16),
        (1, None),
        (OURS, []),
    ],
)
def test_claims_of_another_type(claim: int, value: object) -> None:
    assert doubt(ISSUER.over({**ISSUER.claims(), claim: value})) is Doubt.CONTENT


def test_a_label_that_only_equals_ours_is_another() -> None:
    """In Python True is 1; in CBOR it is not."""
    claims = ISSUER.claims()
    odd = {True: claims.pop(1), **claims}
    assert doubt(ISSUER.over(odd)) is Doubt.CONTENT
    header = cbor2.dumps({True: -7, 4: ISSUER.kid})
    signed = ISSUER.signed(cbor2.dumps(ISSUER.claims()), header)
    assert doubt(signed.text()) is Doubt.UNREADABLE


def test_too_much_is_not_decoded() -> None:
    text = ISSUER.says()
    assert doubt(text + "0" * LONGEST_TEXT) is Doubt.UNREADABLE
    assert doubt(text_of(b"\xd2" + b"\x58\xff" * 1_400)) is Doubt.UNREADABLE
    long = ISSUER.over({**ISSUER.claims(), 1: "A" * 3_000})
    assert len(long) > LONGEST_TEXT
    assert doubt(long) is Doubt.UNREADABLE
    assert doubt(ISSUER.over({**ISSUER.claims(), 1: "A" * 2_000})) is None


def test_what_is_doubted_is_not_quoted() -> None:
    with pytest.raises(Doubtful) as caught:
        verify(ISSUER.says(on="章秘密"), KEYS)
    assert str(caught.value) == "content"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize(
    "value",
    [0, 23, 24, -1, 2**64 - 1, "样", b"\0" * 300, [1, [2, [3]]], {"a": {1: True, 2: None}}, {}, []],
)
def test_plain_cbor_is_read(value: object) -> None:
    assert plain_cbor.loads(cbor2.dumps(value)) == value


@pytest.mark.parametrize(
    "data",
    [
        "",
        "00 00",
        "18 17",
        "19 0001",
        "9f ff",
        "5f 41 00 ff",
        "c0 60",
        "c2 41 01",
        "f9 7e00",
        "fb 3ff0000000000000",
        "f7",
        "f8 20",
        "ff",
        "1c",
        "1f",
        "58",
        "59 00",
        "42 00",
        "82 00",
        "a1 00",
        "a2 01 00 01 00",
        "61 ff",
        "9b ffffffffffffffff",
        "81 81 81 81 81 00",
    ],
)
def test_other_cbor_is_not(data: str) -> None:
    with pytest.raises(plain_cbor.NotPlain):
        plain_cbor.loads(bytes.fromhex(data))
