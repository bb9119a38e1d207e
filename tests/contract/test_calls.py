"""Every call of the contract, as a visit makes them, between the real two ends."""

from __future__ import annotations

import json
import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.central.client import CentralClient, Refused, new_key
from kiosk.central.enrolment import Enrolment, enrol
from kiosk.central.identity import EvidenceSigner, SmsCheck
from kiosk.central.models import (
    DeviceReport,
    Heartbeat,
    PrintOutcomeReport,
    Session,
    SmsChallenge,
    Strict,
)
from kiosk.central.models_queued import Evaluation, Incident, StepStatistic, VisitStatistics
from kiosk.central.models_trust import TrustList
from kiosk.central.trust import load_signing_key, open_signed
from kiosk.credentials.numbers import check_unit_number
from kiosk.credentials.pdf_seal import SealState, check_seal
from sandbox.central.centre import Centre
from sandbox.central.moments import city_clock
from sandbox.people import City

from .conftest import client_of, document_of, face_check

pytestmark = pytest.mark.city


def test_the_heartbeat(client: CentralClient, centre: Centre, enrolment: Enrolment) -> None:
    report = DeviceReport(device_id="id_card", link="up", media="absent", supply="not_supported")
    beat = Heartbeat(at=city_clock(), versions={"kiosk": "0.1.0"}, devices=(report,), queue_depth=3)
    assert client.heartbeat(beat).commands == ()
    (held,) = [row for row in centre.heartbeats() if row["terminal_id"] == enrolment.terminal_id]
    assert json.loads(beat.model_dump_json()) == held["body"]


def code_sent(centre: Centre, resident: str) -> str:
    found = re.search(r"\d{6}", str(centre.phone_messages(resident)[-1]["text"]))
    assert found is not None
    return found[0]


def open_by_sms(
    client: CentralClient, signer: EvidenceSigner, city: City, sent: SmsChallenge, code: str
) -> Session:
    check = SmsCheck(challenge_id=sent.challenge_id, code=code)
    return client.open_session(signer.sign(document_of(city, "li"), check, city_clock()), new_key())


def test_a_session_by_sms_code(
    client: CentralClient, centre: Centre, signer: EvidenceSigner, city: City
) -> None:
    sent = client.send_sms_code(document_of(city, "li"), new_key())
    assert sent.phone_masked == city.resident("li").phone_masked
    right = code_sent(centre, "li")
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    with pytest.raises(Refused) as caught:
        open_by_sms(client, signer, city, sent, wrong)
    assert caught.value.problem.code == "sms_code_wrong"
    assert caught.value.problem.attempts_left == 2
    assert open_by_sms(client, signer, city, sent, right).expires_in_s <= 900


def test_the_third_wrong_code_ends_the_challenge(
    client: CentralClient, centre: Centre, signer: EvidenceSigner, city: City
) -> None:
    sent = client.send_sms_code(document_of(city, "li"), new_key())
    right = code_sent(centre, "li")
    codes: list[str] = []
    for attempt in (1, 2, 3, 0):
        with pytest.raises(Refused) as caught:
            open_by_sms(client, signer, city, sent, f"{(int(right) + attempt) % 1_000_000:06d}")
        codes.append(caught.value.problem.code)
    assert codes[:3] == ["sms_code_wrong", "sms_code_wrong", "sms_code_exhausted"]
    assert codes[3] in {"sms_code_exhausted", "sms_code_expired"}


def test_nobody_gets_a_code(client: CentralClient, city: City) -> None:
    stranger = document_of(city, "li").model_copy(update={"name": "查无此人"})
    with pytest.raises(Refused) as caught:
        client.send_sms_code(stranger, new_key())
    assert caught.value.problem.code == "person_unknown"


def open_by_face(
    client: CentralClient, signer: EvidenceSigner, city: City, resident: str = "zhang"
) -> Session:
    evidence = signer.sign(document_of(city, resident), face_check(), city_clock())
    return client.open_session(evidence, new_key())


def test_a_visit_from_face_to_sealed_document(
    client: CentralClient, centre: Centre, signer: EvidenceSigner, city: City
) -> None:
    session = open_by_face(client, signer, city)
    result = client.enquire_housing(session.token, "990000", "school", new_key())
    assert (result.scope, result.purpose, result.count) == ("990000", "school", 1)
    assert [check_unit_number(unit.unit_no) for unit in result.properties] == [None]
    assert re.fullmatch(r"\d{12}", result.number)
    document = client.document(session.token, "enquiry", result.enquiry_id)
    assert document.pages == result.document_pages
    verdict = check_seal(document.pdf, trust_of(client, centre))
    assert verdict.good
    assert verdict.signer
    client.close_session(session.session_id, new_key())
    with pytest.raises(Refused) as caught:
        client.document(session.token, "enquiry", result.enquiry_id)
    assert caught.value.problem.code == "token_invalid"


def test_somebody_without_a_home_and_somebody_with_many(
    client: CentralClient, signer: EvidenceSigner, city: City
) -> None:
    for resident, count in (("li", 0), ("landlord", 16)):
        session = open_by_face(client, signer, city, resident)
        result = client.enquire_housing(session.token, "990000", "other", new_key())
        assert result.count == len(result.properties) == count


def trust_of(client: CentralClient, centre: Centre) -> tuple[bytes, ...]:
    signed = client.trust_list()
    assert signed is not None
    key = load_signing_key(centre.document_public_key.encode())
    return open_signed(signed, TrustList, key, now=city_clock()).seal_ca_pems()


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("byte", SealState.ALTERED),
        ("append", SealState.ADDED_AFTER),
        ("other_ca", SealState.UNKNOWN_ISSUER),
        ("none", SealState.INTACT),
    ],
)
def test_a_spoilt_document_is_found_out(
    client: CentralClient,
    centre: Centre,
    signer: EvidenceSigner,
    city: City,
    kind: str,
    state: SealState,
) -> None:
    session = open_by_face(client, signer, city)
    result = client.enquire_housing(session.token, "990000", "loan", new_key())
    centre.tamper(kind)
    document = client.document(session.token, "enquiry", result.enquiry_id)
    assert check_seal(document.pdf, trust_of(client, centre)).state is state


def test_a_session_is_renewed_with_the_same_evidence_only(
    client: CentralClient, signer: EvidenceSigner, city: City
) -> None:
    evidence = signer.sign(document_of(city, "zhang"), face_check(), city_clock())
    session = client.open_session(evidence, new_key())
    renewed = client.renew_session(session.session_id, evidence, new_key())
    assert renewed.token != session.token
    assert client.enquire_housing(renewed.token, "990000", "loan", new_key()).count == 1
    other = signer.sign(document_of(city, "zhang"), face_check(), city_clock())
    with pytest.raises(Refused):
        client.renew_session(session.session_id, other, new_key())


def test_evidence_of_another_terminal_and_a_used_nonce(
    client: CentralClient, enrolment: Enrolment, signer: EvidenceSigner, city: City
) -> None:
    elsewhere = EvidenceSigner.load("YT999999", enrolment.evidence_key_file)
    used = signer.sign(document_of(city, "zhang"), face_check(), city_clock())
    client.open_session(used, new_key())
    stale_at = city_clock() - timedelta(minutes=11)
    for evidence in (
        elsewhere.sign(document_of(city, "zhang"), face_check(), city_clock()),
        used,
        signer.sign(document_of(city, "zhang"), face_check(), stale_at),
    ):
        with pytest.raises(Refused) as caught:
            client.open_session(evidence, new_key())
        assert caught.value.problem.code == "evidence_invalid"


def test_a_token_is_worth_nothing_with_another_terminals_certificate(
    client: CentralClient,
    centre: Centre,
    ca_file: Path,
    signer: EvidenceSigner,
    city: City,
    tmp_path: Path,
) -> None:
    session = open_by_face(client, signer, city)
    other = enrol(centre.open_url, ca_file, centre.new_enrolment_code(), tmp_path)
    thief = client_of(centre.main_url, ca_file, other)
    with pytest.raises(Refused) as caught:
        thief.enquire_housing(session.token, "990000", "loan", new_key())
    thief.close()
    assert (caught.value.problem.status, caught.value.problem.code) == (401, "token_invalid")
    assert client.enquire_housing(session.token, "990000", "loan", new_key()).count == 1


def test_a_repeated_write_is_answered_again_and_another_body_refused(
    client: CentralClient, centre: Centre, signer: EvidenceSigner, city: City
) -> None:
    session, key = open_by_face(client, signer, city), new_key()
    first = client.enquire_housing(session.token, "990000", "loan", key)
    count = len(centre.enquiries())
    assert client.enquire_housing(session.token, "990000", "loan", key) == first
    assert len(centre.enquiries()) == count
    with pytest.raises(Refused) as caught:
        client.enquire_housing(session.token, "990000", "school", key)
    assert caught.value.problem.code == "idempotency_mismatch"


def queued(number: str) -> dict[str, Strict]:
    """One of each kind of queued write."""
    at = city_clock()
    step = StepStatistic(kind="identify", seconds=12, outcome="done")
    return {
        "evaluation": Evaluation(visit="v1", service="housing_situation", grade=5, at=at),
        "statistics": VisitStatistics(
            visit="v1", service="housing_situation", steps=(step,), ended="finished", at=at
        ),
        "print_outcome": PrintOutcomeReport(
            enquiry_id=None,
            number=number,
            job_name="k-1",
            outcome="unknown",
            sheets=None,
            at=at,
        ),
        "incident": Incident(code="void_failed", subject="o-1", detail="no answer", at=at),
    }


def test_queued_writes_are_delivered_once_each(client: CentralClient, centre: Centre) -> None:
    def counts() -> list[int]:
        kept = (centre.evaluations, centre.statistics, centre.print_outcomes, centre.incidents)
        return [len(rows()) for rows in kept]

    before = counts()
    for kind, model in queued("202611200001").items():
        key, body = new_key(), model.model_dump_json().encode()
        assert client.deliver(kind, key, body) == "delivered"
        assert client.deliver(kind, key, body) == "delivered"
    assert counts() == [count + 1 for count in before]


def test_a_queued_write_that_does_not_fit_is_refused_with_its_code(client: CentralClient) -> None:
    assert client.deliver("evaluation", new_key(), b'{"grade":9}') == ("refused", "request_invalid")


def test_threads_share_a_client(client: CentralClient) -> None:
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda: answers.append(client.catalogue())) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert None not in answers
    assert answers.count(answers[0]) == 4


def test_the_clock_offset(tmp_path: Path, city: City) -> None:
    ahead = timedelta(hours=1)
    centre = Centre(tmp_path / "centre", city, clock=lambda: city_clock() + ahead)
    centre.start()
    try:
        ca_file = tmp_path / "ca.pem"
        ca_file.write_text(centre.ca_pem)
        own = enrol(centre.open_url, ca_file, centre.new_enrolment_code(), tmp_path / "own")
        client = client_of(centre.main_url, ca_file, own)
        assert client.clock_offset_s is None
        client.catalogue()
        assert client.clock_offset_s is not None
        assert abs(client.clock_offset_s - ahead.total_seconds()) < 60
        client.close()
    finally:
        centre.close()
