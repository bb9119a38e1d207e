"""Enrolment, certificates, signed documents, queued writes and idempotency, at the wire."""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from http.client import HTTPException
from pathlib import Path

import pytest
import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sandbox.central.centre import Centre
from sandbox.central.moments import city_clock, written
from sandbox.central.sample_terminal import Reply, SampleTerminal
from sandbox.people_seed import invent_city

pytestmark = pytest.mark.city
DOCUMENTS = ["/v1/catalogue", "/v1/trust", "/v1/terminals/self/configuration"]


@pytest.fixture(scope="module", name="centre")
def running_centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    centre = Centre(tmp_path_factory.mktemp("centre"), invent_city())
    centre.start()
    yield centre
    centre.close()


@pytest.fixture(scope="module", name="terminal")
def enrolled_terminal(centre: Centre, tmp_path_factory: pytest.TempPathFactory) -> SampleTerminal:
    return _terminal(centre, tmp_path_factory.mktemp("terminal"))


def _terminal(centre: Centre, directory: Path) -> SampleTerminal:
    terminal = SampleTerminal(directory, centre.ca_pem, centre.main_url, centre.open_url)
    assert terminal.enrol(centre.new_enrolment_code()).status == 201
    return terminal


def _rating(grade: int = 5) -> dict[str, object]:
    at = "2026-11-21T10:00:00+08:00"
    return {"visit": "v1", "service": "housing_situation", "grade": grade, "at": at}


def test_a_code_enrols_one_terminal(centre: Centre, tmp_path: Path) -> None:
    terminal = SampleTerminal(tmp_path, centre.ca_pem, centre.main_url, centre.open_url)
    code = centre.new_enrolment_code()
    first, second = terminal.enrol(code), terminal.enrol(code)
    assert first.status == 201
    assert first.json()["ca_pem"] == centre.ca_pem
    assert (second.status, second.json()["code"]) == (403, "enrolment_code_invalid")
    assert terminal.enrol("AAAA-BBBB-CCCC").json()["code"] == "enrolment_code_invalid"
    assert terminal.call("GET", "/v1/catalogue").status == 200


@pytest.mark.parametrize("field", ["csr_pem", "evidence_public_key_pem"])
def test_a_bad_key_does_not_use_up_the_code(centre: Centre, tmp_path: Path, field: str) -> None:
    terminal = SampleTerminal(tmp_path, centre.ca_pem, centre.main_url, centre.open_url)
    code = centre.new_enrolment_code()
    body = {**terminal.enrolment(code), field: "-----BEGIN NONSENSE-----\nAAAA\n-----END-----"}
    refused = terminal.call("POST", "/v1/terminals/enrol", body, base=centre.open_url)
    assert (refused.status, refused.json()["code"]) == (422, "csr_invalid")
    assert terminal.enrol(code).status == 201


def test_the_main_listener_wants_a_certificate(centre: Centre, tmp_path: Path) -> None:
    stranger = SampleTerminal(tmp_path, centre.ca_pem, centre.main_url, centre.open_url)
    with pytest.raises((OSError, HTTPException)):
        stranger.call("GET", "/v1/catalogue")


def test_a_certificate_of_another_city_is_refused(centre: Centre, tmp_path: Path) -> None:
    elsewhere = Centre(tmp_path / "elsewhere", invent_city())
    elsewhere.start()
    try:
        stranger = _terminal(elsewhere, tmp_path / "terminal")
    finally:
        elsewhere.close()
    stranger.main_url = centre.main_url
    stranger.ca_pem = centre.ca_pem
    with pytest.raises((OSError, HTTPException)):
        stranger.call("GET", "/v1/catalogue")


def test_only_the_citys_ca_vouches_for_the_centre(centre: Centre) -> None:
    session = requests.Session()
    session.trust_env = False
    with pytest.raises(requests.exceptions.SSLError):
        session.get(f"{centre.open_url}/v1/time?nonce=00112233445566aa", timeout=5)


def test_the_open_listener_serves_nothing_else(centre: Centre, terminal: SampleTerminal) -> None:
    reply = terminal.call("GET", "/v1/catalogue", base=centre.open_url)
    assert (reply.status, reply.json()["code"]) == (404, "not_found")


def test_time_is_signed_and_bound_to_the_nonce(centre: Centre, terminal: SampleTerminal) -> None:
    reply = terminal.call("GET", "/v1/time?nonce=0011223344556677", base=centre.open_url)
    _verify(centre, reply)
    assert reply.json()["nonce"] == "0011223344556677"
    assert datetime.fromisoformat(reply.json()["now"]).utcoffset() is not None
    assert terminal.call("GET", "/v1/time", base=centre.open_url).status == 422


@pytest.mark.parametrize("path", DOCUMENTS)
def test_documents_are_signed_and_an_etag_spares_them(
    centre: Centre, terminal: SampleTerminal, path: str
) -> None:
    reply = terminal.call("GET", path)
    _verify(centre, reply)
    assert reply.json()["version"] >= 1
    assert datetime.fromisoformat(reply.json()["valid_until"]) > city_clock()
    again = terminal.call("GET", path, headers={"If-None-Match": reply.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["x-request-id"] == again.request_id
    assert terminal.call("GET", path, headers={"If-None-Match": '"other"'}).body == reply.body


def test_a_changed_byte_breaks_the_signature(centre: Centre, terminal: SampleTerminal) -> None:
    reply = terminal.call("GET", "/v1/catalogue")
    changed = reply.body.replace(b'"available":false', b'"available":true ', 1)
    with pytest.raises(InvalidSignature):
        _verify(centre, Reply(200, reply.headers, changed, reply.request_id))


def test_the_catalogue_offers_services_and_names_what_is_to_come(
    terminal: SampleTerminal,
) -> None:
    services = terminal.call("GET", "/v1/catalogue").json()["services"]
    assert services[0]["code"] == "housing_situation"
    assert [s["code"] for s in services if not s["available"]] == ["payment", "guide"]
    assert len(services) >= 5
    assert all(s["unavailable_reason"]["zh-CN"] for s in services if not s["available"])
    steps = {step["kind"]: step["params"] for step in services[0]["steps"]}
    assert {"990100", "990000"} <= {s["value"] for s in steps["housing_enquiry"]["scopes"]}


@pytest.mark.parametrize("path", ["/v1/catalogue", "/v1/nothing", "/v1/evaluations"])
def test_every_answer_echoes_the_request_id(terminal: SampleTerminal, path: str) -> None:
    for method in ("GET", "POST"):
        reply = terminal.call(method, path, {} if method == "POST" else None)
        assert reply.headers["x-request-id"] == reply.request_id


def test_a_refusal_is_a_problem_in_both_languages(terminal: SampleTerminal) -> None:
    reply = terminal.call("DELETE", "/v1/catalogue")
    assert reply.status == 405
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["allow"] == "GET"
    assert {"type", "title", "status", "code", "detail", "texts"} <= set(reply.json())
    assert all(reply.json()["texts"][language] for language in ("zh-CN", "en"))


def test_a_request_without_a_proper_id_is_refused(terminal: SampleTerminal) -> None:
    reply = terminal.call("GET", "/v1/catalogue", headers={"X-Request-Id": "no hex"})
    assert (reply.status, reply.json()["code"]) == (400, "request_id_invalid")


def test_a_write_is_carried_out_once_and_its_answer_replayed(
    centre: Centre, terminal: SampleTerminal
) -> None:
    before, key = len(centre.evaluations()), secrets.token_hex(16)
    first = terminal.call("POST", "/v1/evaluations", _rating(), key=key)
    again = terminal.call("POST", "/v1/evaluations", _rating(), key=key)
    assert (first.status, first.json()["key"]) == (201, key)
    assert "idempotency-replayed" not in first.headers
    assert (again.body, again.headers["idempotency-replayed"]) == (first.body, "true")
    assert again.headers["x-request-id"] == again.request_id
    assert len(centre.evaluations()) == before + 1


def test_a_key_belongs_to_one_request_of_one_terminal(
    centre: Centre, terminal: SampleTerminal, tmp_path: Path
) -> None:
    key = secrets.token_hex(16)
    assert terminal.call("POST", "/v1/evaluations", _rating(5), key=key).status == 201
    other = terminal.call("POST", "/v1/evaluations", _rating(1), key=key)
    assert (other.status, other.json()["code"]) == (422, "idempotency_mismatch")
    neighbour = _terminal(centre, tmp_path)
    assert neighbour.call("POST", "/v1/evaluations", _rating(1), key=key).status == 201


@pytest.mark.parametrize("key", [None, "short", "z" * 32])
def test_a_write_without_a_key_is_refused(
    centre: Centre, terminal: SampleTerminal, key: str | None
) -> None:
    before = len(centre.evaluations())
    reply = terminal.call("POST", "/v1/evaluations", _rating(), key=key)
    assert (reply.status, reply.json()["code"]) == (400, "idempotency_missing")
    assert len(centre.evaluations()) == before


def test_all_defects_of_a_body_are_named_at_once_without_its_values(
    terminal: SampleTerminal,
) -> None:
    reply = terminal.write("/v1/evaluations", {**_rating(9), "at": "yesterday", "name": "planted"})
    assert (reply.status, reply.json()["code"]) == (422, "request_invalid")
    assert {d["at"] for d in reply.json()["defects"]} == {"body.grade", "body.at", "body.name"}
    assert b"planted" not in reply.body


def test_queued_writes_are_kept_with_a_receipt(centre: Centre, terminal: SampleTerminal) -> None:
    at = written(city_clock())
    statistics: dict[str, object] = {
        "visit": "v2",
        "service": "housing_situation",
        "steps": [{"kind": "identify", "seconds": 4, "outcome": "next"}],
        "ended": "finished",
        "at": at,
    }
    outcome: dict[str, object] = {
        "enquiry_id": None,
        "number": "202611210001",
        "job_name": "hk-1",
        "outcome": "unknown",
        "sheets": None,
        "at": at,
    }
    receipts = [
        terminal.write("/v1/statistics", statistics).json()["receipt"],
        terminal.write("/v1/print-outcomes", outcome).json()["receipt"],
    ]
    kept = [centre.statistics()[-1], centre.print_outcomes()[-1]]
    assert [row["receipt"] for row in kept] == receipts
    assert {k: v for k, v in kept[0].items() if k in statistics} == statistics
    assert {k: v for k, v in kept[1].items() if k in outcome} == outcome
    refused = terminal.write("/v1/print-outcomes", {**outcome, "enquiry_id": "unknown"})
    assert refused.json()["code"] == "enquiry_unknown"


def test_a_heartbeat_is_remembered(centre: Centre, terminal: SampleTerminal) -> None:
    device = {"device_id": "id_card", "link": "up", "media": "none", "supply": "ok", "fault": None}
    beat = {
        "at": written(city_clock()),
        "versions": {"kiosk": "0.1.0"},
        "devices": [device],
        "queue_depth": 3,
    }
    reply = terminal.call("POST", "/v1/terminals/self/heartbeat", beat)
    assert (reply.status, reply.json()) == (200, {"commands": []})
    kept = {row["terminal_id"]: row["body"] for row in centre.heartbeats()}
    assert kept[terminal.terminal_id] == beat


def test_a_large_body_is_refused(terminal: SampleTerminal) -> None:
    reply = terminal.write("/v1/evaluations", {"visit": "x" * (1 << 20)})
    assert (reply.status, reply.json()["code"]) == (413, "body_too_large")


def test_keys_and_ledger_outlive_a_restart(tmp_path: Path) -> None:
    city = invent_city()
    first = Centre(tmp_path / "centre", city)
    first.start()
    terminal = _terminal(first, tmp_path / "terminal")
    key = secrets.token_hex(16)
    answer = terminal.call("POST", "/v1/evaluations", _rating(), key=key)
    first.close()
    port = int(first.main_url.rsplit(":", 1)[1])
    second = Centre(tmp_path / "centre", city, port=port)
    second.start()
    try:
        again = terminal.call("POST", "/v1/evaluations", _rating(), key=key)
        assert (again.body, second.ca_pem) == (answer.body, first.ca_pem)
        assert len(second.evaluations()) == 1
    finally:
        second.close()


def test_private_keys_are_readable_by_their_owner_only(centre: Centre, tmp_path: Path) -> None:
    made = Centre(tmp_path, invent_city())
    made.close()
    keys = sorted((tmp_path / "keys").glob("*.key.pem"))
    assert len(keys) == 12
    assert {key.stat().st_mode & 0o777 for key in keys} == {0o600}
    assert made.ca_pem != centre.ca_pem


def test_the_terminals_id_is_the_certificates_name(terminal: SampleTerminal) -> None:
    assert re.fullmatch(r"YT\d{6}", terminal.terminal_id)


def _verify(centre: Centre, reply: Reply) -> None:
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(centre.document_public_key))
    key.verify(base64.b64decode(reply.headers["x-signature"]), reply.body)
    assert json.loads(reply.body)
