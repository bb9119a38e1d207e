"""Answers about applications, money and checks that are nearly right, over the wire."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.central.client import CentralClient
from kiosk.central.enrolment import Enrolment
from kiosk.central.errors import Disbelief, Unbelievable
from sandbox.central.moments import city_clock
from sandbox.certificates import Vault

from . import answers
from .answers import ATTEMPT, Json
from .calls_made import CALLS, KEY, TOKEN
from .canned import CannedServer, Headers, http
from .conftest import SHORT, client_of


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Vault.open(tmp_path_factory.mktemp("hostile") / "keys", city_clock()).directory


@pytest.fixture(scope="module")
def server(keys: Path) -> Iterator[CannedServer]:
    server = CannedServer(keys / "server.pem", keys / "server.key.pem")
    yield server
    server.close()


@pytest.fixture
def client(server: CannedServer, keys: Path) -> Iterator[CentralClient]:
    own = Enrolment("t", keys / "server.pem", keys / "server.key.pem", keys / "server.key.pem")
    client = client_of(server.url, keys / "ca.pem", own, SHORT)
    server.asked.clear()
    yield client
    client.close()


def answering(status: int, body: Json) -> Callable[[Headers], list[bytes]]:
    return lambda headers: http(headers, status, json.dumps(body).encode())


@pytest.mark.parametrize("name", CALLS)
def test_the_good_answer_is_believed_and_another_status_is_not(
    server: CannedServer, client: CentralClient, name: str
) -> None:
    call = CALLS[name]
    server.answer = answering(call.status, call.good())
    assert call.ask(client) is not None
    assert server.asked == [call.path]
    server.answer = answering(201 if call.status == 200 else 200, call.good())
    with pytest.raises(Unbelievable) as caught:
        call.ask(client)
    assert caught.value.reason is Disbelief.STATUS


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("preparation", {"service": "presale_notice_registration"}),
        ("case", {"case_id": "c-2"}),
        ("order", {"order_id": "o-2"}),
        ("begin", {"attempt": "B" * 20}),
        ("attempt", {"attempt": "B" * 20}),
        ("close", {"attempt": "B" * 20}),
        ("check by number", {"number": "云(2026)云汀市不动产权第0000011号"}),
    ],
)
def test_an_answer_about_something_else(
    server: CannedServer, client: CentralClient, name: str, change: Json
) -> None:
    call = CALLS[name]
    server.answer = answering(call.status, {**call.good(), **change})
    with pytest.raises(Unbelievable) as caught:
        call.ask(client)
    assert caught.value.reason is Disbelief.KEY_ECHO


def test_a_qr_too_few_or_too_many(server: CannedServer, client: CentralClient) -> None:
    server.answer = answering(201, {**answers.begun(), "qr": None})
    with pytest.raises(Unbelievable):
        client.begin_attempt("o-1", ATTEMPT, "qr", KEY)
    assert client.begin_attempt("o-1", ATTEMPT, "pad", KEY).qr is None
    server.answer = answering(201, answers.begun())
    with pytest.raises(Unbelievable):
        client.begin_attempt("o-1", ATTEMPT, "pad", KEY)
    server.answer = answering(201, {**answers.begun(), "state": "paid", "qr": None})
    assert client.begin_attempt("o-1", ATTEMPT, "qr", KEY).state == "paid"


def test_nothing_is_pending_once_it_was_closed(server: CannedServer, client: CentralClient) -> None:
    pending = {**answers.attempt(), "state": "pending", "paid_fen": 0}
    server.answer = answering(200, pending)
    assert client.attempt("o-1", ATTEMPT).state == "pending"
    with pytest.raises(Unbelievable):
        client.close_attempt("o-1", ATTEMPT, KEY)


@pytest.mark.parametrize(
    ("subject", "path"),
    [
        ("enquiry", "/v1/enquiries/x/document"),
        ("notice", "/v1/cases/x/notice"),
        ("receipt", "/v1/receipts/x/document"),
        ("certificate", "/v1/certificates/x/document"),
    ],
)
def test_where_each_document_is_fetched(
    server: CannedServer, client: CentralClient, subject: str, path: str
) -> None:
    def pdf(headers: Headers, pages: str = "2", body: bytes = b"%PDF-1.7") -> list[bytes]:
        return http(headers, 200, body, "application/pdf", X_Document_Pages=pages)

    server.answer = pdf
    assert client.document(TOKEN, subject, "x").pages == 2
    assert server.asked == [path]
    for pages in ("", "0", "-1", "1000", "²", "1.5"):
        server.answer = lambda headers, pages=pages: pdf(headers, pages)
        with pytest.raises(Unbelievable):
            client.document(TOKEN, subject, "x")


def test_an_unknown_subject_is_a_bug(client: CentralClient) -> None:
    with pytest.raises(KeyError):
        client.document(TOKEN, "passport", "x")
