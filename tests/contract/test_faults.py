"""The centre or the line misbehaves: each way has its one error, and a queued write survives it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.central.client import CentralClient, Patience, new_key
from kiosk.central.enrolment import Enrolment
from kiosk.central.errors import Busy, CentralError, Disbelief, Unbelievable, Unreachable
from kiosk.central.exchange import Exchange, Question
from kiosk.central.identity import EvidenceSigner
from kiosk.central.models import Heartbeat
from kiosk.central.models_queued import Evaluation
from sandbox.central.centre import Centre
from sandbox.central.line import Line
from sandbox.central.moments import city_clock
from sandbox.people import City

from .conftest import SHORT, client_of, document_of, face_check

pytestmark = pytest.mark.city

MODES: list[tuple[str, type[CentralError], Disbelief | None]] = [
    ("500", Busy, None),
    ("503", Busy, None),
    ("html", Unbelievable, Disbelief.ECHO),
    ("garbage", Unbelievable, Disbelief.SCHEMA),
    ("truncate", Unreachable, None),
    ("wrong_echo", Unbelievable, Disbelief.ECHO),
    ("hang", Unreachable, None),
]


def rating() -> bytes:
    model = Evaluation(visit="v1", service="housing_situation", grade=4, at=city_clock())
    return model.model_dump_json().encode()


def calls_of(
    client: CentralClient, patient: CentralClient, signer: EvidenceSigner, city: City
) -> dict[str, Callable[[], object]]:
    """Every call that answers with an error; ``deliver`` answers with a verdict instead."""
    person = document_of(city, "zhang")
    evidence = signer.sign(person, face_check(), city_clock())
    beat = Heartbeat(at=city_clock(), versions={"kiosk": "0.1.0"})
    session = patient.open_session(evidence, new_key())
    result = patient.enquire_housing(session.token, "990000", "loan", new_key())
    return {
        **filing_calls_of(client, session.token),
        **payment_calls_of(client, session.token),
        "configuration": client.configuration,
        "catalogue": client.catalogue,
        "trust": client.trust_list,
        "revocations": client.revocations,
        "heartbeat": lambda: client.heartbeat(beat),
        "sms": lambda: client.send_sms_code(person, new_key()),
        "session": lambda: client.open_session(evidence, new_key()),
        "renew": lambda: client.renew_session(session.session_id, evidence, new_key()),
        "enquiry": lambda: client.enquire_housing(session.token, "990000", "loan", new_key()),
        "document": lambda: client.document(session.token, "enquiry", result.enquiry_id),
        "close": lambda: client.close_session(session.session_id, new_key()),
    }


def filing_calls_of(client: CentralClient, token: str) -> dict[str, Callable[[], object]]:
    return {
        "preparation": lambda: client.preparation(token, "new_home_transfer"),
        "application": lambda: client.submit_application(token, b"{}", new_key()),
        "withdrawal": lambda: client.withdraw(token, "c-1", new_key()),
        "cases": lambda: client.cases(token),
        "case": lambda: client.case(token, "c-1"),
        "certificates": lambda: client.certificates(token),
    }


def payment_calls_of(client: CentralClient, token: str) -> dict[str, Callable[[], object]]:
    ref = "A" * 20
    return {
        "order": lambda: client.order("o-1"),
        "begin": lambda: client.begin_attempt("o-1", ref, "qr", new_key()),
        "attempt": lambda: client.attempt("o-1", ref),
        "close attempt": lambda: client.close_attempt("o-1", ref, new_key()),
        "receipt": lambda: client.receipt(token, "o-1"),
        "check by code": lambda: client.check_code("BDC1:X", new_key()),
        "check by number": lambda: client.check_number("1", "resident", "9" * 18, new_key()),
    }


@pytest.mark.parametrize(("mode", "error", "reason"), MODES)
def test_each_fault_at_each_call(
    hurried: CentralClient,
    client: CentralClient,
    centre: Centre,
    signer: EvidenceSigner,
    city: City,
    mode: str,
    error: type[CentralError],
    reason: Disbelief | None,
) -> None:
    calls = calls_of(hurried if mode == "hang" else client, client, signer, city)
    centre.fail("/v1", mode)
    for name, call in calls.items():
        with pytest.raises(error) as caught:
            call()
        if isinstance(caught.value, Unbelievable):
            assert caught.value.reason is reason, name


@pytest.fixture
def hurried(centre: Centre, ca_file: Path, enrolment: Enrolment) -> Iterator[CentralClient]:
    """For the many calls that all hang."""
    patience = Patience(connect_s=2.0, read_s=0.1, whole_s=2.0, line_s=2.0)
    client = client_of(centre.main_url, ca_file, enrolment, patience)
    yield client
    client.close()


def test_busy_says_when(client: CentralClient, centre: Centre) -> None:
    centre.fail("/v1/catalogue", "503")
    with pytest.raises(Busy) as caught:
        client.catalogue()
    assert caught.value.retry_after_s == 5.0


@pytest.mark.parametrize("mode", [mode for mode, _, _ in MODES])
def test_a_queued_write_is_kept_through_every_fault_and_applied_once(
    hasty: CentralClient, centre: Centre, mode: str
) -> None:
    key, body, before = new_key(), rating(), len(centre.evaluations())
    centre.fail("/v1/evaluations", mode)
    for _ in range(2):
        verdict = hasty.deliver("evaluation", key, body)
        assert verdict[0] == "later"
    centre.fail("/v1/evaluations", "none")
    # a hung request that is released may still run: the centre then says later, once more
    verdicts = (hasty.deliver("evaluation", key, body) for _ in range(500))
    assert "delivered" in verdicts
    assert [row["key"] for row in centre.evaluations()[before:]] == [key]


@pytest.mark.parametrize(
    ("pull", "error"),
    [("drop", Unreachable), ("black_hole", Unreachable), ("captive_portal", Unbelievable)],
)
def test_the_line(distant: CentralClient, line: Line, pull: str, error: type[CentralError]) -> None:
    assert distant.catalogue() is not None
    line.verbs[pull]()
    for _ in range(2):
        with pytest.raises(error) as caught:
            distant.catalogue()
        if isinstance(caught.value, Unbelievable):
            assert caught.value.reason is Disbelief.CERTIFICATE
    assert distant.deliver("evaluation", new_key(), rating()) == ("later", None)
    line.up()
    assert distant.catalogue() is not None


def test_the_centre_gone_and_back_on_the_same_port(hasty: CentralClient, centre: Centre) -> None:
    assert hasty.catalogue() is not None
    hasty.close()  # a warm connection that dies is the line's test: this is a closed port
    centre.stop()
    try:
        with pytest.raises(Unreachable):
            hasty.catalogue()
    finally:
        centre.start()
    assert hasty.catalogue() is not None


def test_variables_of_the_environment_do_not_move_the_pin(
    monkeypatch: pytest.MonkeyPatch, client: CentralClient, tmp_path: Path
) -> None:
    nowhere = tmp_path / "other-ca.pem"
    nowhere.write_text("")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(nowhere))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert client.catalogue() is not None


def test_another_ca_is_not_the_centres(
    centre: Centre, enrolment: Enrolment, tmp_path: Path, city: City
) -> None:
    other = Centre(tmp_path / "other", city)
    pin = tmp_path / "pin.pem"
    pin.write_text(other.ca_pem)
    other.close()
    client = client_of(centre.main_url, pin, enrolment)
    with pytest.raises(Unbelievable) as caught:
        client.catalogue()
    client.close()
    assert caught.value.reason is Disbelief.CERTIFICATE


def test_without_a_certificate_nothing_is_said(centre: Centre, ca_file: Path) -> None:
    """TLS 1.3 refuses after the handshake: an alert, or a reset that overtakes it."""
    stranger = Exchange(centre.main_url, ca_file, patience=SHORT)
    with pytest.raises((Unbelievable, Unreachable)) as caught:
        stranger.ask(Question("GET", "/v1/catalogue"))
    stranger.close()
    if isinstance(caught.value, Unbelievable):
        assert caught.value.reason is Disbelief.TLS


def test_a_portal_that_speaks_no_tls(ca_file: Path, enrolment: Enrolment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

        portal = threading.Thread(target=answer)
        portal.start()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}"
        client = client_of(url, ca_file, enrolment, SHORT)
        with pytest.raises(Unbelievable) as caught:
            client.catalogue()
        client.close()
        portal.join()
    assert caught.value.reason is Disbelief.TLS


def test_no_error_text_says_where_or_who(hasty: CentralClient, centre: Centre, city: City) -> None:
    person = document_of(city, "zhang")
    for mode, _, _ in MODES:
        centre.fail("/v1/sms-codes", mode)
        with pytest.raises(CentralError) as caught:
            hasty.send_sms_code(person, new_key())
        told = f"{caught.value!r} {caught.value.__cause__!r}"
        assert "127.0.0.1" not in told
        assert person.number not in told
        assert person.name not in told
