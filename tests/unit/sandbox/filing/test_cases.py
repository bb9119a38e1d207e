"""Cases after they were filed: stages, booking, withdrawal, e-certificates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, cast

import base45
import cbor2
import pypdfium2 as pdfium
import pytest
import zxingcpp

from sandbox.central.sample_applicant import SampleVisit

from .conftest import PRESALE, TRANSFER, Hall, refused

pytestmark = pytest.mark.city


def _stages(visit: SampleVisit, case_id: str) -> list[str]:
    told = visit.get(f"/v1/cases/{case_id}").json()["stages"]
    assert [stage["name"]["zh-CN"] for stage in told] == [
        "网上申请",
        "自动审核",
        "自动登簿",
        "在线缴费",
        "电子证照",
    ]
    assert all((stage["at"] is not None) >= (stage["state"] == "done") for stage in told)
    return [str(stage["state"]) for stage in told]


def test_a_free_case_goes_through_its_stages(hall: Hall) -> None:
    hall.pull("hold_booking", on=True)
    visit = hall.visit(PRESALE, "zhang")
    case_id = visit.file().json()["case_id"]
    assert _stages(visit, case_id) == ["done", "done", "current", "not_needed", "todo"]
    hall.pull("hold_booking", on=False)
    assert _stages(visit, case_id) == ["done", "done", "done", "not_needed", "done"]


def test_a_case_with_a_fee_is_booked_when_it_is_paid_and_not_held(hall: Hall) -> None:
    visit = hall.visit(TRANSFER, "zhao")
    told = visit.file().json()
    case_id = told["case_id"]
    assert _stages(visit, case_id) == ["done", "done", "todo", "current", "todo"]
    hall.pull("hold_booking", on=True)
    hall.pay(told["order"]["order_id"])
    assert _stages(visit, case_id) == ["done", "done", "current", "done", "todo"]
    assert visit.get(f"/v1/cases/{case_id}").json()["state"] == "running"
    hall.pull("hold_booking", on=False)
    assert _stages(visit, case_id) == ["done"] * 5
    assert hall.centre.state()["hold_booking"] is False


def test_letting_go_books_only_what_is_ready(hall: Hall) -> None:
    hall.pull("hold_booking", on=True)
    unpaid, ready = hall.visit(TRANSFER, "zhang"), hall.visit(PRESALE, "zhang")
    for visit in (unpaid, ready):
        assert visit.file().status == 201
    hall.pull("hold_booking", on=False)
    states = {c["service"]: c["state"] for c in ready.get("/v1/cases").json()["cases"]}
    assert states == {TRANSFER: "awaiting_payment", PRESALE: "booked"}


@pytest.mark.parametrize(
    ("verb", "key", "expected"),
    [
        ("lack", "zhang", ["done", "current", "todo", "not_needed", "todo"]),
        ("seize", "zhang", ["done", "done", "not_needed", "not_needed", "not_needed"]),
    ],
)
def test_a_case_that_was_not_accepted_says_where_it_stands(
    hall: Hall, verb: str, key: str, expected: list[str]
) -> None:
    hall.pull(verb, **({"person": key} if verb == "seize" else {"on": True}))
    visit = hall.visit(PRESALE, key)
    case_id = visit.file().json()["case_id"]
    assert _stages(visit, case_id) == expected
    note = visit.get(f"/v1/cases/{case_id}").json()["stages"][1]["note"]
    assert note["zh-CN"]
    assert note["en"]
    assert refused(visit.withdraw(case_id)) == (409, "case_closed")


def test_a_case_can_be_withdrawn_before_the_booking_once(hall: Hall) -> None:
    hall.pull("hold_booking", on=True)
    visit = hall.visit(PRESALE, "zhang")
    case_id = visit.file().json()["case_id"]
    assert visit.withdraw(case_id).json() == {"withdrawn": True, "refund": False}
    assert refused(visit.withdraw(case_id)) == (409, "case_closed")
    hall.pull("hold_booking", on=False)
    assert visit.get(f"/v1/cases/{case_id}").json()["state"] == "withdrawn"
    assert _stages(visit, case_id) == ["done", "done", "not_needed", "not_needed", "not_needed"]
    again = hall.visit(PRESALE, "zhang")
    assert again.hindrances() == []
    assert again.file().json()["outcome"] == "accepted"


def test_a_booked_case_can_not_be_withdrawn(hall: Hall) -> None:
    visit = hall.visit(PRESALE, "zhang")
    case_id = visit.file().json()["case_id"]
    assert refused(visit.withdraw(case_id)) == (409, "case_booked")


def test_withdrawing_closes_the_order_and_gives_back_what_was_paid(hall: Hall) -> None:
    unpaid = hall.visit(TRANSFER, "zhang")
    first = unpaid.file().json()
    assert unpaid.withdraw(first["case_id"]).json()["refund"] is False
    case = unpaid.get(f"/v1/cases/{first['case_id']}").json()
    assert case["order"]["state"] == "closed"
    hall.pull("hold_booking", on=True)
    paid = hall.visit(TRANSFER, "zhao")
    second = paid.file().json()
    hall.pay(second["order"]["order_id"])
    assert paid.withdraw(second["case_id"]).json() == {"withdrawn": True, "refund": True}
    case = paid.get(f"/v1/cases/{second['case_id']}").json()
    assert case["order"]["state"] in {"refunding", "refunded"}
    assert case["certificate_id"] is None


def test_a_case_is_told_to_its_parties_only(hall: Hall) -> None:
    visit, stranger = hall.visit(PRESALE, "wang", "chen"), hall.visit(PRESALE, "zhang")
    case_id = visit.file().json()["case_id"]
    for path in (f"/v1/cases/{case_id}", f"/v1/cases/{case_id}/notice", "/v1/cases/none"):
        assert refused(stranger.get(path)) == (404, "case_unknown")
        assert refused(hall.terminal.call("GET", path)) == (401, "token_invalid")
    assert refused(stranger.withdraw(case_id)) == (404, "case_unknown")
    assert stranger.get("/v1/cases").json() == {"cases": []}


def test_who_owns_has_a_certificate(hall: Hall) -> None:
    wang, li = hall.visit(PRESALE, "wang"), hall.visit(PRESALE, "li")
    listed = wang.get("/v1/certificates").json()["certificates"]
    owned = {unit.certificate_no for unit in hall.city.properties if "wang" in unit.owners}
    assert {c["number"] for c in listed} == owned
    for certificate in listed:
        assert re.fullmatch(r"云\(20\d\d\)云汀市不动产权第\d{7}号", certificate["number"])
        assert certificate["state"] == "current"
    assert li.get("/v1/certificates").json() == {"certificates": []}


def test_a_booking_issues_the_next_number_of_its_kind(hall: Hall) -> None:
    numbers: list[str] = []
    for key in ("zhang", "wang"):
        keys = ("wang", "chen") if key == "wang" else (key,)
        visit = hall.visit(PRESALE, *keys)
        assert visit.file().json()["outcome"] == "accepted"
        newest = visit.get("/v1/certificates").json()["certificates"][0]
        assert (newest["kind"], newest["kind_names"]["zh-CN"]) == ("proof", "不动产登记证明")
        assert newest["title"] == visit.item["title"]
        numbers.append(newest["number"])
    year = f"{hall.clock():%Y}"
    assert numbers == [f"云({year})云汀市不动产证明第{n:07d}号" for n in (1, 2)]


def test_a_certificate_is_sealed_and_its_qr_can_be_checked(
    hall: Hall, text_of: Callable[[bytes], str]
) -> None:
    visit = hall.visit(PRESALE, "zhang")
    assert visit.file().status == 201
    certificate = visit.get("/v1/certificates").json()["certificates"][0]
    path = f"/v1/certificates/{certificate['certificate_id']}/document"
    reply = visit.get(path)
    assert (reply.status, reply.headers["x-document-pages"]) == (200, "1")
    assert hall.seal_holds(reply.body)
    text = text_of(reply.body)
    for wanted in (certificate["number"], hall.city.resident("zhang").name, certificate["title"]):
        assert wanted in text
    assert visit.get(path).body == reply.body
    payload = _scanned(reply.body)
    said = cast("dict[Any, Any]", cbor2.loads(cbor2.loads(base45.b45decode(payload[5:])).value[2]))
    row = next(c for c in hall.centre.certificates() if c["number"] == certificate["number"])
    assert said[7].hex() == row["cti"]
    assert said[-70001]["no"] == certificate["number"]
    assert hall.city.resident("zhang").name not in str(said)
    checked = hall.terminal.write("/v1/checks", {"by": "qr", "payload": payload}).json()
    assert (checked["verdict"], checked["number"]) == ("current", certificate["number"])


def _scanned(pdf: bytes) -> str:
    """The first QR code on the first page, as a camera would read it."""
    document = cast("Any", pdfium.PdfDocument(pdf))
    image = document[0].render(scale=2.5).to_pil().convert("L")
    document.close()
    (found,) = cast("list[Any]", zxingcpp.read_barcodes(image))
    return str(found.text)


def test_a_certificate_is_shown_to_its_holders_only(hall: Hall) -> None:
    zhang, chen = hall.visit(PRESALE, "zhang"), hall.visit(PRESALE, "chen")
    shared = next(c for c in hall.centre.certificates() if '"chen"' in str(c["holders"]))
    assert json.loads(str(shared["holders"])) == ["wang", "chen"]
    path = f"/v1/certificates/{shared['certificate_id']}/document"
    assert chen.get(path).status == 200
    assert refused(zhang.get(path)) == (404, "certificate_unknown")
    assert refused(hall.terminal.call("GET", "/v1/certificates")) == (401, "token_invalid")


@pytest.mark.parametrize(("verb", "wrong"), [("seize", "nobody"), ("release", "99")])
def test_a_hand_that_points_at_nobody_is_an_error(hall: Hall, verb: str, wrong: str) -> None:
    with pytest.raises(KeyError):
        hall.pull(verb, person=wrong)


def test_the_panel_sees_cases_without_persons(hall: Hall) -> None:
    assert hall.visit(PRESALE, "zhang").file().status == 201
    (case,) = hall.centre.cases()
    zhang = hall.city.resident("zhang")
    assert zhang.name not in str(case)
    assert zhang.phone not in str(case)
    assert zhang.name not in json.dumps(hall.centre.state()["cases"], ensure_ascii=False)
