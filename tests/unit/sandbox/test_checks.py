"""Checking papers at the wire; the signed codes, the key list and the revocation list by hand."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast

import base45
import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cwt import COSE, COSEKey

from sandbox.central import qr_seal
from sandbox.central.sample_codes import FORGERIES
from sandbox.central.sample_terminal import Reply
from tests.unit.sandbox.orders_hall import Hall, refused

pytestmark = pytest.mark.city
ALL_NULL = dict.fromkeys(("kind", "number", "holder_masked", "title", "as_of", "changed_on"))


@pytest.fixture(scope="module", name="running")
def running_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    hall = Hall.opened(tmp_path_factory.mktemp("hall"))
    yield hall
    hall.close()


@pytest.fixture(name="hall")
def hall_with_all_certificates_current(running: Hall) -> Iterator[Hall]:
    yield running
    running.clock.ahead = timedelta()
    running.centre.money.expire_trust(on=False)
    running.office.ledger.execute("UPDATE certificates SET state = 'current', changed_on = NULL")


def _certificate_of(hall: Hall, key: str) -> dict[str, Any]:
    rows = hall.office.ledger.all("SELECT * FROM certificates ORDER BY rowid")
    return next(dict(row) for row in rows if key in json.loads(str(row["holders"])))


def _good(hall: Hall) -> dict[str, str]:
    return cast("dict[str, str]", hall.centre.money.codes()["good"])


def _by_qr(hall: Hall, payload: str) -> dict[str, Any]:
    reply = hall.terminal.write("/v1/checks", {"by": "qr", "payload": payload})
    assert reply.status == 201, reply.body
    return reply.json()


def _by_number(hall: Hall, number: str, key: str) -> dict[str, Any]:
    person = hall.city.resident(key)
    reply = hall.terminal.write(
        "/v1/checks",
        {
            "by": "number",
            "number": number,
            "document_kind": person.kind,
            "document_number": person.number,
        },
    )
    assert reply.status == 201, reply.body
    return reply.json()


# the signed code, without the code that made it


def _keys(hall: Hall) -> dict[bytes, ec.EllipticCurvePublicKey]:
    listed = hall.terminal.call("GET", "/v1/trust").json()["qr_keys"]
    return {
        bytes.fromhex(key["kid"]): cast(
            "ec.EllipticCurvePublicKey", load_pem_public_key(key["public_key_pem"].encode())
        )
        for key in listed
    }


def _verified(hall: Hall, text: str) -> dict[int, Any]:
    """RFC 9052 by hand; InvalidSignature or KeyError if it doesn't hold."""
    message = cbor2.loads(base45.b45decode(text.removeprefix("BDC1:")))
    assert message.tag == 18
    protected, unprotected, payload, signature = message.value
    header = cbor2.loads(protected)
    assert (header[1], unprotected) == (-7, {})
    half = len(signature) // 2
    r, s = (int.from_bytes(part) for part in (signature[:half], signature[half:]))
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    _keys(hall)[header[4]].verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    return cast("dict[int, Any]", cbor2.loads(payload))


def test_every_certificate_of_the_cast_has_a_code_that_holds(hall: Hall) -> None:
    good = _good(hall)
    units = {unit.certificate_no: unit for unit in hall.city.properties}
    assert set(good) >= set(units)
    for number, text in good.items():
        claims = _verified(hall, text)
        said, unit = claims[-70001], units[number]
        assert claims[1] == "云汀市不动产登记中心"
        assert len(claims[7]) == 16
        assert abs(claims[6] - hall.clock().timestamp()) < 60
        assert (said["no"], said["loc"], said["unit"], said["kind"]) == (
            number,
            unit.location,
            unit.unit_no,
            "ownership",
        )
        assert (said["on"], said["area"]) == (unit.registered_on.isoformat(), unit.area_m2)
        assert hall.city.resident(unit.owners[0]).name not in text
        assert "*" in said["hn"]
    assert all(len(text) < 900 and text.isascii() for text in good.values())


def test_the_library_of_the_trade_reads_it_too(hall: Hall) -> None:
    text = qr_seal.certificate_qr(
        hall.office,
        bytes(range(16)),
        "proof",
        "云(2026)云汀市不动产证明第0000001号",
        "张*宁",
        "云汀市东渚区望渚街1号",
        "990102001001GB00001F00010101",
        "2026-11-22",
        "98.20",
    )
    keys = [
        COSEKey.from_pem(key["public_key_pem"], alg="ES256", kid=bytes.fromhex(key["kid"]))
        for key in hall.terminal.call("GET", "/v1/trust").json()["qr_keys"]
    ]
    cose = base45.b45decode(text.removeprefix("BDC1:"))
    claims = cbor2.loads(COSE.new(verify_kid=True).decode(cose, cast("Any", keys)))
    assert claims[7] == bytes(range(16))
    assert claims == _verified(hall, text)


@pytest.mark.parametrize("kind", list(FORGERIES))
def test_no_forgery_holds(hall: Hall, kind: str) -> None:
    hall.centre.money.forge_qr(kind)
    forged = cast("dict[str, str]", hall.centre.money.codes()["forged"])[kind]
    assert _by_qr(hall, forged) == {"verdict": "no_match", **ALL_NULL}
    with pytest.raises((InvalidSignature, KeyError, ValueError)):
        _verified(hall, forged)


def test_keys_are_listed_with_the_time_in_which_they_count(hall: Hall) -> None:
    listed = hall.terminal.call("GET", "/v1/trust").json()["qr_keys"]
    assert len({key["kid"] for key in listed}) == len(listed) == 2
    for key in listed:
        begin, end = (datetime.fromisoformat(key[name]) for name in ("not_before", "not_after"))
        assert begin < hall.clock() < end
        assert (len(key["kid"]), key["alg"]) == (16, "ES256")


# checks


@pytest.mark.parametrize("state", ["current", "cancelled", "replaced"])
def test_a_code_tells_the_state_of_today(hall: Hall, state: str) -> None:
    certificate = _certificate_of(hall, "zhang")
    text = _good(hall)[str(certificate["number"])]
    hall.centre.money.revoke(str(certificate["number"]), state)
    told = _by_qr(hall, text)
    assert (told["verdict"], told["number"]) == (state, certificate["number"])
    assert told["kind"]["zh-CN"] == "不动产权证书"
    assert told["title"] == certificate["title"]
    today = f"{hall.clock():%Y-%m-%d}"
    assert told["changed_on"] == (None if state == "current" else today)
    name = hall.city.resident("zhang").name
    assert told["holder_masked"][0] == name[0]
    assert name not in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize("state", ["current", "cancelled", "replaced"])
def test_a_number_with_its_holder_tells_the_same(hall: Hall, state: str) -> None:
    certificate = _certificate_of(hall, "zhang")
    number = str(certificate["number"])
    hall.centre.money.revoke(number, state)
    told = _by_number(hall, number, "zhang")
    assert (told["verdict"], told["number"]) == (state, number)
    widened = number.replace("(", "（ ").replace(")", "）")
    assert _by_number(hall, widened, "zhang")["verdict"] == state


def test_each_co_owner_is_a_holder_and_nobody_else(hall: Hall) -> None:
    number = str(_certificate_of(hall, "chen")["number"])
    assert _by_number(hall, number, "wang")["verdict"] == "current"
    assert _by_number(hall, number, "chen")["verdict"] == "current"
    assert _by_number(hall, number, "zhang") == {"verdict": "no_match", **ALL_NULL}
    unheard_of = number.replace("第0", "第9")
    assert _by_number(hall, unheard_of, "wang") == {"verdict": "no_match", **ALL_NULL}


def test_addresses_and_plain_texts_are_checked_too(hall: Hall) -> None:
    codes = hall.centre.money.codes()
    url, plain = str(codes["url"]), str(codes["plain"])
    by_url, by_plain = _by_qr(hall, url), _by_qr(hall, plain)
    assert (by_url["verdict"], by_plain["verdict"]) == ("current", "current")
    assert by_url["number"] == by_plain["number"]
    case_no, unit_no, number, stamp = plain.split("$")
    for strange in (
        str(codes["foreign_url"]),
        url[:-1] + ("A" if url[-1] != "A" else "B"),
        f"{case_no}${unit_no}${number}${stamp[::-1]}",
        "$".join((case_no, unit_no, number.replace("第0", "第9"), stamp)),
        f"{case_no}${unit_no}${number}",
        "你好",
        "BDC1:",
        "BDC1:%%%",
    ):
        assert _by_qr(hall, strange)["verdict"] == "no_match", strange


def test_the_result_of_an_enquiry_is_checked_by_code_and_number(hall: Hall) -> None:
    body = {"scope": "990000", "purpose": "school"}
    found = hall.terminal.write("/v1/enquiries/housing", body, token=hall.token()).json()
    by_code = _by_qr(hall, found["verification_url"])
    assert (by_code["verdict"], by_code["number"]) == ("current", found["number"])
    assert by_code["kind"]["zh-CN"] == "个人住房情况查询结果"
    assert _by_number(hall, found["number"], "zhang")["verdict"] == "current"
    assert _by_number(hall, found["number"], "li")["verdict"] == "no_match"


@pytest.mark.parametrize(
    "body",
    [
        {"by": "qr", "payload": ""},
        {"by": "qr", "payload": "A" * 4297},
        {"by": "qr", "payload": "A", "number": "1"},
        {"by": "name", "payload": "A"},
        {"by": "number", "number": "1", "document_kind": "resident", "document_number": "1"},
    ],
)
def test_a_check_that_does_not_fit_is_refused(hall: Hall, body: dict[str, object]) -> None:
    assert refused(hall.terminal.write("/v1/checks", body)) == (422, "request_invalid")


# the lists


def _signed(hall: Hall, path: str) -> Reply:
    """The document, its signature checked."""
    reply = hall.terminal.call("GET", path)
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(hall.centre.document_public_key))
    key.verify(base64.b64decode(reply.headers["x-signature"]), reply.body)
    return reply


def test_the_revocation_list_is_signed_and_rises(hall: Hall) -> None:
    first = _signed(hall, "/v1/revocations")
    assert first.json()["revoked"] == []
    same = {"If-None-Match": first.headers["etag"]}
    assert hall.terminal.call("GET", "/v1/revocations", headers=same).status == 304
    certificate = _certificate_of(hall, "zhang")
    hall.clock.ahead += timedelta(seconds=2)
    hall.centre.money.revoke(str(certificate["number"]), "cancelled")
    second = _signed(hall, "/v1/revocations")
    assert second.json()["revoked"] == [
        {"cti": certificate["cti"], "state": "cancelled", "on": f"{hall.clock():%Y-%m-%d}"}
    ]
    assert second.json()["version"] > first.json()["version"]
    old, new = (datetime.fromisoformat(each.json()["as_of"]) for each in (first, second))
    assert old < new <= hall.clock()
    assert datetime.fromisoformat(second.json()["valid_until"]) > hall.clock()
    assert hall.terminal.call("GET", "/v1/revocations", headers=same).status == 200
    assert _signed(hall, "/v1/revocations").body == second.body


@pytest.mark.parametrize("path", ["/v1/trust", "/v1/revocations"])
def test_an_expired_list_is_another_version_and_signed(hall: Hall, path: str) -> None:
    before = _signed(hall, path).json()
    hall.centre.money.expire_trust(on=True)
    expired = _signed(hall, path).json()
    assert datetime.fromisoformat(expired["valid_until"]) < hall.clock()
    hall.centre.money.expire_trust(on=False)
    after = _signed(hall, path).json()
    assert before["version"] < expired["version"] < after["version"]
    assert datetime.fromisoformat(after["valid_until"]) > hall.clock()
