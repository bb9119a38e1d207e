"""Identity evidence, SMS codes, sessions, enquiries and their sealed PDF, at the wire."""

from __future__ import annotations

import io
import logging
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import typst
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from sandbox.central.centre import Centre
from sandbox.central.housing_page import Finding, render
from sandbox.central.moments import CITY_TIME, city_clock
from sandbox.central.sample_terminal import Reply, SampleTerminal, document, face
from sandbox.people import City, Resident
from sandbox.people_seed import invent_city

pytestmark = pytest.mark.city
ENQUIRY = {"scope": "990000", "purpose": "school"}


@dataclass(slots=True)
class HandClock:
    """The city's time with a hand on it; certificates keep the real one."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return city_clock() + self.ahead


@dataclass(frozen=True, slots=True)
class Hall:
    """A centre with two terminals."""

    centre: Centre
    city: City
    clock: HandClock
    terminal: SampleTerminal
    neighbour: SampleTerminal

    def person(self, key: str = "zhang") -> Resident:
        return self.city.resident(key)

    def token(self, key: str = "zhang") -> str:
        reply = self.terminal.open_session(self.person(key))
        assert reply.status == 201
        return str(reply.json()["token"])

    def challenge(self, key: str) -> str:
        reply = self.terminal.write("/v1/sms-codes", {"document": document(self.person(key))})
        assert reply.status == 201
        return str(reply.json()["challenge_id"])

    def code(self, key: str) -> str:
        found = re.search(r"\d{6}", str(self.centre.phone_messages(key)[-1]["text"]))
        assert found
        return found[0]

    def with_code(self, key: str, challenge: str, code: str) -> Reply:
        check = {"kind": "sms", "challenge_id": challenge, "code": code}
        evidence = self.terminal.evidence(self.person(key), check)
        return self.terminal.write("/v1/sessions", self.terminal.signed(evidence))


@pytest.fixture(scope="module", name="running")
def running_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    city, clock = invent_city(), HandClock()
    centre = Centre(tmp_path_factory.mktemp("centre"), city, clock=clock)
    centre.start()
    terminals: list[SampleTerminal] = []
    for name in ("terminal", "neighbour"):
        directory: Path = tmp_path_factory.mktemp(name)
        terminal = SampleTerminal(directory, centre.ca_pem, centre.main_url, centre.open_url)
        assert terminal.enrol(centre.new_enrolment_code()).status == 201
        terminals.append(terminal)
    yield Hall(centre, city, clock, *terminals)
    centre.close()


@pytest.fixture(name="hall")
def hall_at_the_real_time(running: Hall) -> Iterator[Hall]:
    yield running
    running.clock.ahead = timedelta()
    running.centre.tamper("none")


def _changed(evidence: dict[str, object], **changes: object) -> dict[str, object]:
    return {**evidence, **changes}


def _refused(reply: Reply) -> tuple[int, str]:
    return reply.status, str(reply.json()["code"])


def test_face_evidence_opens_a_session(hall: Hall) -> None:
    reply = hall.terminal.open_session(hall.person())
    assert reply.status == 201
    assert reply.json()["expires_in_s"] == 900
    row = hall.centre.sessions()[-1]
    assert (row["resident"], row["check_kind"], row["closed_at"]) == ("zhang", "face", None)
    assert reply.json()["session_id"] == row["session_id"]


def test_bad_evidence_opens_nothing(hall: Hall) -> None:
    terminal, person = hall.terminal, hall.person()
    good = terminal.evidence(person, face())
    old, ahead = city_clock() - timedelta(minutes=11), city_clock() + timedelta(minutes=5)
    bad = {
        "another terminal's": _changed(good, terminal_id=hall.neighbour.terminal_id),
        "no liveness": _changed(good, check=face(liveness="skipped")),
        "liveness unknown": _changed(
            good, check={k: v for k, v in face().items() if k != "liveness"}
        ),
        "low score": _changed(good, check={**face(), "score_band": "low"}),
        "stale": terminal.evidence(person, face(), at=old),
        "from the future": terminal.evidence(person, face(), at=ahead),
        "stale face": _changed(good, check=face(at=old)),
        "no check": {k: v for k, v in good.items() if k != "check"},
        "another check": _changed(good, check={"kind": "staff"}),
        "no offset": _changed(good, at="2026-11-21T10:00:00"),
        "no nonce": _changed(good, nonce=""),
        "more than asked": _changed(good, template="AAAA"),
    }
    before = len(hall.centre.sessions())
    for name, evidence in bad.items():
        reply = terminal.write("/v1/sessions", terminal.signed(evidence))
        assert _refused(reply) == (403, "evidence_invalid"), name
    assert len(hall.centre.sessions()) == before
    assert terminal.write("/v1/sessions", terminal.signed(good)).status == 201


def test_evidence_must_be_signed_by_the_terminals_evidence_key(hall: Hall) -> None:
    good = hall.terminal.evidence(hall.person(), face())
    signed = hall.terminal.signed(good)
    strange_key = ec.generate_private_key(ec.SECP256R1())
    other_words = hall.terminal.signed(_changed(good, nonce="ab" * 16))["evidence"]
    for body in (
        hall.terminal.signed(good, by=strange_key),
        hall.terminal.signed(good, by=hall.neighbour.evidence_key),
        {**signed, "evidence": other_words},
        {**signed, "signature": "%%%%"},
        {**signed, "signature": "AAAA"},
    ):
        assert _refused(hall.terminal.write("/v1/sessions", body)) == (403, "evidence_invalid")


def test_a_nonce_serves_one_write(hall: Hall) -> None:
    body = hall.terminal.signed(hall.terminal.evidence(hall.person(), face()))
    key = secrets.token_hex(16)
    first = hall.terminal.call("POST", "/v1/sessions", body, key=key)
    replayed = hall.terminal.call("POST", "/v1/sessions", body, key=key)
    assert (first.status, replayed.body) == (201, first.body)
    assert _refused(hall.terminal.write("/v1/sessions", body)) == (403, "evidence_invalid")


def test_only_a_known_person_with_a_valid_document_gets_a_session(hall: Hall) -> None:
    expired = hall.terminal.open_session(hall.person("expired"))
    assert _refused(expired) == (403, "document_expired")
    evidence = hall.terminal.evidence(hall.person(), face())
    stranger = {**document(hall.person()), "name": "无此人", "valid_until": None}
    signed = hall.terminal.signed(_changed(evidence, document=stranger))
    assert _refused(hall.terminal.write("/v1/sessions", signed)) == (404, "person_unknown")


@pytest.mark.parametrize("key", ["rare", "hmt", "foreign", "zhao"])
def test_every_kind_of_document_can_open_a_session(hall: Hall, key: str) -> None:
    assert hall.terminal.open_session(hall.person(key)).status == 201


def test_the_code_on_the_phone_opens_a_session_once(hall: Hall) -> None:
    challenge = hall.challenge("li")
    code = hall.code("li")
    assert hall.with_code("li", challenge, code).status == 201
    assert _refused(hall.with_code("li", challenge, code)) == (403, "sms_code_expired")
    assert hall.centre.sessions()[-1]["check_kind"] == "sms"


def test_the_third_wrong_code_ends_the_challenge(hall: Hall) -> None:
    challenge = hall.challenge("li")
    right = hall.code("li")
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    answers = [hall.with_code("li", challenge, wrong) for _ in range(3)]
    assert [_refused(a)[1] for a in answers] == [
        "sms_code_wrong",
        "sms_code_wrong",
        "sms_code_exhausted",
    ]
    assert [a.json()["attempts_left"] for a in answers] == [2, 1, 0]
    assert _refused(hall.with_code("li", challenge, right)) == (403, "sms_code_exhausted")


def test_a_replayed_wrong_code_does_not_count_again(hall: Hall) -> None:
    challenge, key = hall.challenge("li"), secrets.token_hex(16)
    check = {"kind": "sms", "challenge_id": challenge, "code": "wrong"}
    body = hall.terminal.signed(hall.terminal.evidence(hall.person("li"), check))
    answers = [hall.terminal.call("POST", "/v1/sessions", body, key=key) for _ in range(4)]
    assert {a.json()["attempts_left"] for a in answers} == {2}


def test_a_code_has_its_time_its_person_and_its_successor(hall: Hall) -> None:
    challenge = hall.challenge("li")
    code = hall.code("li")
    assert _refused(hall.with_code("zhang", challenge, code)) == (403, "evidence_invalid")
    hall.challenge("li")
    assert _refused(hall.with_code("li", challenge, code)) == (403, "sms_code_expired")
    late = hall.challenge("li")
    hall.clock.ahead = timedelta(minutes=5, seconds=5)
    assert _refused(hall.with_code("li", late, hall.code("li"))) == (403, "sms_code_expired")


def test_no_code_for_a_stranger_and_only_a_masked_number_for_the_screen(hall: Hall) -> None:
    person = hall.person("li")
    stranger = {**document(person), "name": "无此人"}
    reply = hall.terminal.write("/v1/sms-codes", {"document": stranger})
    assert _refused(reply) == (404, "person_unknown")
    sent = hall.terminal.write("/v1/sms-codes", {"document": document(person)})
    assert sent.json()["phone_masked"] == f"{person.phone[:3]}****{person.phone[-4:]}"
    assert hall.code("li").encode() not in sent.body


def test_a_token_serves_one_terminal_only(hall: Hall) -> None:
    token = hall.token()
    assert _refused(hall.neighbour.write("/v1/enquiries/housing", ENQUIRY, token=token)) == (
        401,
        "token_invalid",
    )
    assert hall.terminal.write("/v1/enquiries/housing", ENQUIRY, token=token).status == 201


@pytest.mark.parametrize("token", [None, "", "not-a-token"])
def test_without_a_token_nothing_of_a_citizen_is_told(hall: Hall, token: str | None) -> None:
    reply = hall.terminal.write("/v1/enquiries/housing", ENQUIRY, token=token)
    assert _refused(reply) == (401, "token_invalid")


def test_a_replay_needs_the_token_too(hall: Hall) -> None:
    token, key = hall.token(), secrets.token_hex(16)
    path = "/v1/enquiries/housing"
    first = hall.terminal.call("POST", path, ENQUIRY, key=key, token=token)
    assert first.status == 201
    assert hall.terminal.call("POST", path, ENQUIRY, key=key).status == 401
    again = hall.terminal.call("POST", path, ENQUIRY, key=key, token=hall.token())
    assert (again.status, again.body) == (201, first.body)


def test_a_token_ends_is_renewed_by_the_same_evidence_and_ends_with_the_visit(hall: Hall) -> None:
    body = hall.terminal.signed(hall.terminal.evidence(hall.person(), face()))
    opened = hall.terminal.write("/v1/sessions", body).json()
    renew = f"/v1/sessions/{opened['session_id']}/renew"
    hall.clock.ahead = timedelta(minutes=16)
    over = hall.terminal.write("/v1/enquiries/housing", ENQUIRY, token=opened["token"])
    assert _refused(over) == (401, "token_invalid")
    renewed = hall.terminal.write(renew, body)
    assert renewed.status == 200
    token = renewed.json()["token"]
    assert hall.terminal.write("/v1/enquiries/housing", ENQUIRY, token=token).status == 201
    other = hall.terminal.signed(hall.terminal.evidence(hall.person(), face()))
    assert _refused(hall.terminal.write(renew, other)) == (403, "evidence_invalid")
    assert _refused(hall.neighbour.write(renew, body))[0] in {403, 404}
    hall.clock.ahead = timedelta(minutes=55)
    assert 0 < hall.terminal.write(renew, body).json()["expires_in_s"] <= 300
    hall.clock.ahead = timedelta(minutes=61)
    assert _refused(hall.terminal.write(renew, body)) == (404, "session_unknown")


def test_a_closed_session_is_worth_nothing(hall: Hall) -> None:
    body = hall.terminal.signed(hall.terminal.evidence(hall.person(), face()))
    opened = hall.terminal.write("/v1/sessions", body).json()
    close = f"/v1/sessions/{opened['session_id']}/close"
    assert _refused(hall.neighbour.write(close, {})) == (404, "session_unknown")
    assert hall.terminal.write(close, {}).json() == {"closed": True}
    after = hall.terminal.write("/v1/enquiries/housing", ENQUIRY, token=opened["token"])
    assert _refused(after) == (401, "token_invalid")
    renew = f"/v1/sessions/{opened['session_id']}/renew"
    assert _refused(hall.terminal.write(renew, body)) == (404, "session_unknown")


@pytest.mark.parametrize(
    ("key", "scope", "count"),
    [("zhang", "990000", 1), ("li", "990000", 0), ("wang", "990100", 1), ("liu", "990000", 0)],
)
def test_an_enquiry_counts_the_persons_homes_in_the_scope(
    hall: Hall, key: str, scope: str, count: int
) -> None:
    enquiry = {"scope": scope, "purpose": "loan"}
    reply = hall.terminal.write("/v1/enquiries/housing", enquiry, token=hall.token(key))
    told = reply.json()
    region = hall.city.region(scope)
    assert region is not None
    assert (told["count"], len(told["properties"])) == (count, count)
    units = {home.unit_no for home in hall.city.homes(key, region)}
    assert {home["unit_no"] for home in told["properties"]} == units
    assert told["scope_names"] == region.names
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", told["verification_code"])
    row = hall.centre.enquiries()[-1]
    assert (row["resident"], row["count"], row["number"]) == (key, count, told["number"])


def test_numbers_run_within_the_day(hall: Hall) -> None:
    token = hall.token()
    numbers = [
        hall.terminal.write("/v1/enquiries/housing", ENQUIRY, token=token).json()["number"]
        for _ in range(2)
    ]
    day = f"{datetime.now(CITY_TIME):%Y%m%d}"
    assert [number[:8] for number in numbers] == [day, day]
    assert int(numbers[1][8:]) == int(numbers[0][8:]) + 1
    assert len(numbers[0]) == 12


@pytest.mark.parametrize(
    ("enquiry", "code"),
    [
        ({**ENQUIRY, "scope": "110000"}, "scope_unknown"),
        ({**ENQUIRY, "purpose": "curiosity"}, "purpose_unknown"),
        ({"scope": "990000"}, "request_invalid"),
    ],
)
def test_an_enquiry_outside_the_catalogue_is_refused(
    hall: Hall, enquiry: dict[str, str], code: str
) -> None:
    reply = hall.terminal.write("/v1/enquiries/housing", enquiry, token=hall.token())
    assert _refused(reply) == (422, code)


def _document(hall: Hall, key: str) -> tuple[dict[str, Any], Reply, str]:
    token = hall.token(key)
    told = hall.terminal.write("/v1/enquiries/housing", ENQUIRY, token=token).json()
    path = f"/v1/enquiries/{told['enquiry_id']}/document"
    return told, hall.terminal.call("GET", path, token=token), path


@pytest.mark.parametrize(("key", "pages"), [("zhang", 1), ("li", 1), ("rare", 1), ("landlord", 2)])
def test_the_document_says_what_the_answer_said(hall: Hall, key: str, pages: int) -> None:
    told, reply, _ = _document(hall, key)
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.headers["x-document-pages"] == str(pages)
    assert told["document_pages"] == pages
    assert len(reply.body) < 1 << 20
    text = re.sub(r"\s", "", _text(reply.body))
    assert hall.person(key).name in text
    assert told["number"] in text
    assert told["verification_code"] in text
    for home in told["properties"]:
        assert home["location"] in text
    assert ("未查询到" in text) == (told["count"] == 0)


def test_a_name_that_no_font_has_is_an_error_and_not_a_box(hall: Hall) -> None:
    unheard_of = replace(hall.person("rare"), name="闻\U0002b9e0")
    region = hall.city.region("990000")
    assert region is not None
    finding = Finding(
        office="云汀市不动产登记中心",
        number="202611210001",
        holder=unheard_of,
        scope="云汀市（全市）",
        purpose="申请贷款",
        homes=(),
        data_from=region.data_from,
        as_of=city_clock(),
        verification_code="AAAA-BBBB-CCCC-DDDD",
        verification_url="https://cx.yunting.example/v/AAAABBBBCCCCDDDD",
    )
    assert render(replace(finding, holder=hall.person("rare"))).startswith(b"%PDF")
    with pytest.raises(typst.TypstError):
        render(finding)


def test_a_document_belongs_to_its_session(hall: Hall) -> None:
    _, first, path = _document(hall, "zhang")
    assert first.status == 200
    assert hall.terminal.call("GET", path).status == 401
    foreign = hall.terminal.call("GET", path, token=hall.token("li"))
    assert _refused(foreign) == (404, "enquiry_unknown")


def test_the_same_document_is_delivered_again(hall: Hall) -> None:
    token = hall.token()
    told = hall.terminal.write("/v1/enquiries/housing", ENQUIRY, token=token).json()
    path = f"/v1/enquiries/{told['enquiry_id']}/document"
    first, second = (hall.terminal.call("GET", path, token=token) for _ in range(2))
    assert first.body == second.body


def test_the_seal_holds(hall: Hall) -> None:
    _, reply, _ = _document(hall, "zhang")
    status = _seal(hall, reply.body)
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE


@pytest.mark.parametrize(
    ("kind", "defect"),
    [("byte", "intact"), ("append", "docmdp_ok"), ("other_ca", "trusted")],
)
def test_each_tampering_breaks_the_seal_in_its_own_way(
    hall: Hall, kind: str, defect: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="pyhanko")
    hall.centre.tamper(kind)
    _, reply, _ = _document(hall, "zhang")
    status = _seal(hall, reply.body)
    holds = {name: bool(getattr(status, name)) for name in ("intact", "docmdp_ok", "trusted")}
    assert not status.bottom_line
    assert not holds[defect]
    if kind == "append":
        assert status.coverage is not SignatureCoverageLevel.ENTIRE_FILE
        assert status.intact
    if kind == "other_ca":
        assert status.intact
        assert _issuer(status) == _issuer_named_by(_seal_ca(hall))


def test_a_tampering_nobody_knows_is_an_error(hall: Hall) -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        hall.centre.tamper("smear")


def _text(pdf: bytes) -> str:
    import pypdfium2 as pdfium  # noqa: PLC0415 - heavy, and only these tests need it

    loaded = cast("Any", pdfium.PdfDocument(pdf))
    text = "".join(page.get_textpage().get_text_range() for page in loaded)
    loaded.close()
    return text


def _issuer(status: PdfSignatureStatus) -> str:
    return str(cast("Any", status.signing_cert).issuer.human_friendly)


def _issuer_named_by(authority: Certificate) -> str:
    return str(cast("Any", authority).subject.human_friendly)


def _seal_ca(hall: Hall) -> Certificate:
    pem: str = hall.terminal.call("GET", "/v1/trust").json()["seal_cas"][0]
    return next(cast("Iterator[Certificate]", load_certs_from_pemder_data(pem.encode())))


def _seal(hall: Hall, pdf: bytes) -> PdfSignatureStatus:
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    context = ValidationContext(trust_roots=[_seal_ca(hall)], allow_fetching=False)
    return validate_pdf_signature(signature, context)
