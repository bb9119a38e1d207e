"""Applications at the wire: what is taken in, what becomes of it, and what is refused why."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import re
import secrets
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.central.centre import Centre
from sandbox.central.filing_form import party_digest
from sandbox.central.moments import city_clock
from sandbox.central.sample_applicant import ANSWERS, Person, SampleVisit, identify
from sandbox.central.sample_terminal import Reply, face
from sandbox.people import City

from .conftest import PRESALE, TRANSFER, Hall, defects, opened, refused

pytestmark = pytest.mark.city
BLANK = (
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR4nGP4/5/hPwAH/gL+"
    "PiaCfgAAAABJRU5ErkJggg=="
)


def test_a_digest_is_one_canonical_form_of_what_is_signed_to() -> None:
    digest = party_digest("s", "i", "buyer-1", {"b": True, "a": "是"}, {"q": "yes"})
    canonical = (
        '{"answers":{"q":"yes"},"form":{"a":"是","b":true},'
        '"item":"i","party":"buyer-1","service":"s"}'
    )
    assert digest == hashlib.sha256(canonical.encode()).hexdigest()


def test_a_free_application_is_accepted_and_booked_at_once(hall: Hall) -> None:
    visit = hall.visit(PRESALE, "zhang")
    reply = visit.file()
    told = reply.json()
    assert (reply.status, told["outcome"], told["order"]) == (201, "accepted", None)
    assert re.fullmatch(r"990102\d{6}0001", told["case_no"])
    assert told["case_url"].endswith(told["verification_code"].replace("-", ""))
    assert (told["missing"], told["reasons"]) == ([], [])
    assert told["title"] == visit.item["title"]
    (case,) = visit.get("/v1/cases").json()["cases"]
    assert (case["state"], case["stage"]) == ("booked", 4)
    assert case["certificate_id"]


def test_a_fee_makes_an_order_and_the_payment_books_the_case(hall: Hall) -> None:
    visit = hall.visit(TRANSFER, "zhang")
    told = visit.file().json()
    assert told["order"]["total_fen"] == 8000
    order = hall.terminal.call("GET", f"/v1/orders/{told['order']['order_id']}").json()
    assert (order["state"], order["region"], order["case_no"]) == (
        "open",
        "990102",
        told["case_no"],
    )
    (line,) = order["lines"]
    assert (line["code"], line["kind"], line["total_fen"]) == ("452001", "fee", 8000)
    assert "东渚区" in line["payee"]["zh-CN"]
    path = f"/v1/cases/{told['case_id']}"
    assert visit.get(path).json()["state"] == "awaiting_payment"
    hall.pay(told["order"]["order_id"])
    case = visit.get(path).json()
    assert (case["state"], case["order"]["state"]) == ("booked", "paid")
    assert case["certificate_id"]


def test_each_owners_own_certificate_costs_ten_yuan_more(hall: Hall) -> None:
    visit = hall.visit(TRANSFER, "wang", "chen")
    told = visit.file(visit.application(visit.form(separate_certificates=True))).json()
    assert told["order"]["total_fen"] == 9000
    hall.pay(told["order"]["order_id"])
    issued = [c for c in hall.centre.certificates() if c["case_id"] == told["case_id"]]
    assert [json.loads(str(c["holders"])) for c in issued] == [["wang"], ["chen"]]
    first = visit.get(f"/v1/cases/{told['case_id']}").json()["certificate_id"]
    assert first == issued[0]["certificate_id"]


def test_all_that_is_missing_is_told_at_once(hall: Hall) -> None:
    by_nature = hall.visit(PRESALE, "hmt").file().json()
    assert by_nature["outcome"] == "to_be_completed"
    assert len(by_nature["missing"]) == 2
    hall.pull("lack", on=True)
    visit = hall.visit(TRANSFER, "zhao")
    told = visit.file().json()
    assert (told["outcome"], len(told["missing"]), told["order"]) == ("to_be_completed", 2, None)
    hall.pull("lack", on=False)
    again = hall.visit(TRANSFER, "zhao")
    assert again.hindrances() == []
    assert again.file().json()["outcome"] == "accepted"


def test_a_unit_seized_after_it_was_looked_up_is_not_accepted(hall: Hall) -> None:
    visit = hall.visit(PRESALE, "zhang")
    hall.pull("seize", person="zhang")
    told = visit.file().json()
    assert (told["outcome"], [r["code"] for r in told["reasons"]]) == (
        "not_accepted",
        ["unit_seized"],
    )
    assert told["notice"]["title"]["zh-CN"] == "不动产登记不予受理告知书"
    assert visit.get("/v1/cases").json()["cases"][0]["state"] == "not_accepted"


def test_reasons_outweigh_what_is_missing_and_both_are_told(hall: Hall) -> None:
    hall.pull("seize", person="hmt")
    told = hall.visit(PRESALE, "hmt").file().json()
    assert told["outcome"] == "not_accepted"
    assert told["reasons"][0]["code"] == "unit_seized"
    assert (len(told["reasons"]), told["missing"]) == (3, [])


@pytest.mark.parametrize(
    ("service", "key", "outcome"),
    [
        (PRESALE, "li", "not_accepted"),
        (PRESALE, "liu", "not_accepted"),
        (PRESALE, "rare", "not_accepted"),
        (PRESALE, "ma", "to_be_completed"),
        (TRANSFER, "foreign", "to_be_completed"),
    ],
)
def test_what_stood_in_the_way_before_stands_in_the_way_now(
    hall: Hall, service: str, key: str, outcome: str
) -> None:
    visit = hall.visit(service, key)
    told = visit.file().json()
    assert told["outcome"] == outcome
    assert visit.hindrances() == [o["code"] for o in (*told["reasons"], *told["missing"])]


def test_a_second_application_for_the_same_home_is_not_accepted(hall: Hall) -> None:
    first, second = hall.visit(TRANSFER, "zhang"), hall.visit(TRANSFER, "zhang")
    assert first.file().json()["outcome"] == "accepted"
    told = second.file().json()
    assert [r["code"] for r in told["reasons"]] == ["case_running"]
    assert told["case_no"][-4:] == "0002"


def test_two_buyers_file_one_case_that_both_can_see(hall: Hall) -> None:
    visit = hall.visit(PRESALE, "wang", "chen")
    told = visit.file().json()
    assert told["outcome"] == "accepted"
    chen = hall.visit(PRESALE, "chen")
    assert [c["case_id"] for c in chen.get("/v1/cases").json()["cases"]] == [told["case_id"]]
    assert chen.get(f"/v1/cases/{told['case_id']}/notice").status == 200


def test_every_party_must_be_there_once_and_have_signed(hall: Hall) -> None:
    visit = hall.visit(PRESALE, "wang", "chen")
    whole = visit.application()
    wang, chen = whole["parties"]
    for parties, expected in (
        ([wang], {("buyer-2", "missing")}),
        ([], {("buyer-1", "missing"), ("buyer-2", "missing")}),
        ([wang, wang, chen], {("buyer-1", "twice")}),
        ([wang, {**chen, "signed": None}], {("buyer-2", "not_signed")}),
        ([wang, chen, {**chen, "party": "seller-1"}], {("parties.2.party", "no_such_party")}),
    ):
        reply = visit.file({**whole, "parties": parties})
        assert refused(reply) == (403, "party_missing")
        assert defects(reply) == expected
    assert hall.centre.cases() == []
    assert visit.file(whole).status == 201


def test_the_terminal_signs_exactly_these_bytes(hall: Hall) -> None:
    visit = hall.visit(PRESALE, "zhang")
    good = visit.body()
    content = base64.b64decode(good["application"])
    changed = base64.b64encode(content.replace(b'"loan"', b'"full"')).decode()
    strange = hall.terminal.signed(visit.application(), by=ec.generate_private_key(ec.SECP256R1()))
    for body in (
        {**good, "application": changed},
        {**good, "signature": "AAAA"},
        {**good, "signature": "%%%%"},
        {**good, "application": "签字签字"},
        {"application": strange["evidence"], "signature": strange["signature"]},
    ):
        assert refused(visit.send(body)) == (422, "signature_mismatch")
    other = visit.file({**visit.application(), "terminal_id": "YT999999"})
    assert refused(other) == (422, "signature_mismatch")
    assert visit.send(good).status == 201


def test_a_field_changed_after_signing_voids_the_signature(hall: Hall) -> None:
    visit = hall.visit(PRESALE, "wang", "chen")
    application = visit.application()
    application["form"]["payment_method"] = "full"
    application["parties"][0]["signed"]["digest"] = "0" * 64
    reply = visit.file(application)
    assert refused(reply) == (422, "signature_mismatch")
    assert defects(reply) == {
        ("parties.0.signed.digest", "differs"),
        ("parties.1.signed.digest", "differs"),
    }


@pytest.mark.parametrize("picture", [BLANK, "AAAA", "no base64!"])
def test_an_empty_canvas_is_no_signature(hall: Hall, picture: str) -> None:
    visit = hall.visit(PRESALE, "zhang")
    application = visit.application()
    application["parties"][0]["signed"]["picture"] = picture
    reply = visit.file(application)
    assert refused(reply) == (422, "signature_mismatch")
    assert defects(reply) == {("parties.0.signed.picture", "no_drawing")}


def test_evidence_is_the_very_one_that_opened_the_partys_own_session(hall: Hall) -> None:
    visit = hall.visit(PRESALE, "wang", "chen")
    whole = visit.application()
    swapped, unused = copy.deepcopy(whole), copy.deepcopy(whole)
    one, two = swapped["parties"]
    one["evidence"], two["evidence"] = two["evidence"], one["evidence"]
    person = hall.city.resident("wang")
    fresh = hall.terminal.signed(hall.terminal.evidence(person, {"kind": "face"}))
    unused["parties"][0]["evidence"] = fresh
    unused["parties"][1]["evidence"]["signature"] = "AAAA"
    for application, expected in (
        (
            swapped,
            {
                ("parties.0.evidence", "another_person"),
                ("parties.1.evidence", "another_person"),
            },
        ),
        (
            unused,
            {("parties.0.evidence", "opened_no_session"), ("parties.1.evidence", "signature")},
        ),
    ):
        reply = visit.file(application)
        assert refused(reply) == (403, "evidence_invalid")
        assert defects(reply) == expected


def test_evidence_older_than_a_visit_may_last_counts_no_more(hall: Hall) -> None:
    early = identify(hall.terminal, hall.city, "wang")
    hall.clock.ahead = timedelta(minutes=61)
    late = _at(hall, "chen", timedelta(minutes=61))
    preparation = hall.terminal.call("GET", f"/v1/preparations/{PRESALE}", token=late.token).json()
    visit = SampleVisit(hall.terminal, [early, late], PRESALE, preparation)
    application = {**visit.application(), "at": hall.clock().isoformat(timespec="seconds")}
    reply = hall.terminal.write("/v1/applications", visit.body(application), token=late.token)
    assert refused(reply) == (403, "evidence_invalid")
    assert defects(reply) == {("parties.0.evidence", "stale")}


def _at(hall: Hall, key: str, ahead: timedelta) -> Person:
    """Somebody identified by a terminal whose clock agrees with the centre's."""
    now = city_clock() + ahead
    signed = hall.terminal.signed(hall.terminal.evidence(hall.city.resident(key), face(now), now))
    reply = hall.terminal.write("/v1/sessions", signed)
    assert reply.status == 201, reply.body
    return Person(reply.json()["token"], signed)


def test_a_form_is_held_against_the_catalogues_schema_with_all_defects(hall: Hall) -> None:
    visit = hall.visit(TRANSFER, "zhang")
    form = visit.form(
        contact_phone="2230000",
        certificate_delivery="pigeon",
        utilities_transfer="yes",
        planted="x",
    )
    del form["payment_method"]
    reply = visit.file(visit.application(form, {**ANSWERS, "dispute": "yes", "shared": "perhaps"}))
    assert refused(reply) == (422, "form_invalid")
    assert defects(reply) == {
        ("form.contact_phone", "pattern"),
        ("form.certificate_delivery", "enum"),
        ("form.utilities_transfer", "type"),
        ("form.payment_method", "required"),
        ("form.?0", "unknown"),
        ("parties.0.answers.dispute", "required_answer"),
        ("parties.0.answers.shared", "enum"),
    }
    assert b"planted" not in reply.body
    assert b"2230000" not in reply.body


def test_unanswered_and_unasked_questions_and_a_false_ownership_are_defects(hall: Hall) -> None:
    visit = hall.visit(PRESALE, "zhang")
    answers = {k: v for k, v in ANSWERS.items() if k != "true_intent"} | {"unasked": "yes"}
    reply = visit.file(visit.application(visit.form(joint_ownership="joint"), answers))
    assert defects(reply) == {
        ("form.joint_ownership", "contract"),
        ("parties.0.answers.true_intent", "required"),
        ("parties.0.answers.?0", "unknown"),
    }


def test_what_the_signed_bytes_hold_must_fit_the_contract(hall: Hall) -> None:
    visit = hall.visit(PRESALE, "zhang")
    application = visit.application()
    del application["item"]
    application |= {"catalogue_version": "10", "planted": "secret"}
    application["parties"][0]["signed"]["at"] = "yesterday"
    reply = visit.file(application)
    assert refused(reply) == (422, "request_invalid")
    assert {at for at, _ in defects(reply)} == {
        "item",
        "catalogue_version",
        "planted",
        "parties.0.signed.at",
    }
    assert b"secret" not in reply.body
    assert b"yesterday" not in reply.body


def test_an_application_is_about_what_was_shown_to_a_party(hall: Hall) -> None:
    visit, stranger = hall.visit(PRESALE, "zhang"), hall.visit(PRESALE, "wang")
    good = visit.application()
    for changed in (
        {"preparation_id": "0" * 32},
        {"item": stranger.item["item"]},
        {"preparation_id": stranger.preparation["preparation_id"]},
        {
            "preparation_id": stranger.preparation["preparation_id"],
            "item": stranger.item["item"],
        },
        {"service": TRANSFER},
    ):
        assert refused(visit.file({**good, **changed})) == (422, "preparation_unknown")
    assert refused(visit.file({**good, "service": "new_kind"})) == (404, "service_unknown")
    assert refused(visit.file({**good, "at": "2026-01-01T00:00:00+08:00"})) == (
        403,
        "evidence_invalid",
    )


def test_what_was_looked_up_hours_ago_is_looked_up_again(hall: Hall) -> None:
    visit = hall.visit(PRESALE, "zhang")
    hall.clock.ahead = timedelta(hours=2, minutes=1)
    later = _at(hall, "zhang", hall.clock.ahead)
    reply = hall.terminal.write("/v1/applications", visit.body(), token=later.token)
    assert refused(reply) == (422, "preparation_unknown")


def test_a_replay_is_the_same_case_and_the_same_bytes_are_too(hall: Hall) -> None:
    visit, key = hall.visit(TRANSFER, "zhang"), secrets.token_hex(16)
    body = visit.body()
    first, again = visit.send(body, key), visit.send(body, key)
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["idempotency-replayed"] == "true"
    other_key = visit.send(body)
    assert (other_key.status, other_key.json()) == (201, first.json())
    assert len(hall.centre.cases()) == 1
    stranger = hall.visit(TRANSFER, "zhao")
    assert refused(stranger.send(body)) == (404, "case_unknown")
    assert refused(visit.send(visit.body(), key)) == (422, "idempotency_mismatch")


def test_an_answer_lost_on_its_way_comes_again(hall: Hall) -> None:
    visit, key = hall.visit(PRESALE, "zhang"), secrets.token_hex(16)
    body = visit.body()
    hall.pull("fail", path_prefix="/v1/applications", mode="garbage", times=1)
    assert b"case_no" not in visit.send(body, key).body
    assert visit.send(body, key).json()["outcome"] == "accepted"
    assert len(hall.centre.cases()) == 1


def test_many_at_once_make_one_case(hall: Hall) -> None:
    visit = hall.visit(TRANSFER, "zhang")
    body, replies = visit.body(), list[Reply]()
    callers = [threading.Thread(target=lambda: replies.append(visit.send(body))) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert {reply.json()["case_no"] for reply in replies} == {hall.centre.cases()[0]["case_no"]}
    assert len(hall.centre.cases()) == 1


def test_a_case_and_its_key_outlive_a_restart(tmp_path: Path, city: City) -> None:
    hall = opened(tmp_path, city)
    visit, key = hall.visit(TRANSFER, "zhang"), secrets.token_hex(16)
    body = visit.body()
    first = visit.send(body, key).json()
    before = len(hall.centre.certificates())
    hall.centre.close()
    with closing(sqlite3.connect(tmp_path / "centre" / "centre.sqlite")) as ledger, ledger:
        ledger.execute("DELETE FROM answers")  # as if it had died before it remembered them
    port = int(hall.centre.main_url.rsplit(":", 1)[1])
    second = Centre(tmp_path / "centre", hall.city, port=port)
    second.start()
    try:
        other = visit.application(visit.form(payment_method="full"))
        assert refused(visit.file(other, key)) == (422, "idempotency_mismatch")
        assert visit.send(body, secrets.token_hex(16)).json() == first
        assert [c["case_no"] for c in second.cases()] == [first["case_no"]]
        assert len(second.certificates()) == before
    finally:
        second.close()


def test_the_notice_names_everything(hall: Hall, text_of: Callable[[bytes], str]) -> None:
    visit = hall.visit(PRESALE, "hmt")
    told = visit.file().json()
    reply = visit.get(f"/v1/cases/{told['case_id']}/notice")
    assert reply.headers["x-document-pages"] == str(told["notice"]["pages"])
    text = text_of(reply.body)
    assert told["notice"]["title"]["zh-CN"] in text
    for wanted in (told["case_no"], hall.city.resident("hmt").name, visit.item["title"]):
        assert wanted in text
    for missing in told["missing"]:
        assert missing["text"]["zh-CN"] in text
        assert missing["todo"]["zh-CN"] in text
    assert hall.seal_holds(reply.body)
    assert visit.get(f"/v1/cases/{told['case_id']}/notice").body == reply.body


@pytest.mark.parametrize("kind", ["byte", "append", "other_ca"])
def test_a_notice_can_be_spoilt_as_any_document(hall: Hall, kind: str) -> None:
    visit = hall.visit(PRESALE, "zhang")
    path = f"/v1/cases/{visit.file().json()['case_id']}/notice"
    assert hall.seal_holds(visit.get(path).body)
    hall.pull("tamper", kind=kind)
    assert not hall.seal_holds(visit.get(path).body)
