"""Answers with the right certificate and echo that are still not what the contract says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.central.client import MAX_PDF, CentralClient, new_key
from kiosk.central.enrolment import Enrolment
from kiosk.central.errors import Busy, Disbelief, Refused, Unbelievable, Unreachable
from sandbox.central.moments import city_clock
from sandbox.certificates import Vault

from .canned import CannedServer, Headers, http
from .conftest import SHORT, client_of

PROBLEM = "application/problem+json"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CannedServer]:
    vault = Vault.open(tmp_path / "keys", city_clock())
    server = CannedServer(vault.directory / "server.pem", vault.directory / "server.key.pem")
    yield server
    server.close()


@pytest.fixture
def client(server: CannedServer, tmp_path: Path) -> Iterator[CentralClient]:
    """Nobody asks for its certificate here, so the server's own pair serves."""
    keys = tmp_path / "keys"
    own = Enrolment("t", keys / "server.pem", keys / "server.key.pem", keys / "server.key.pem")
    client = client_of(server.url, keys / "ca.pem", own, SHORT)
    yield client
    client.close()


def disbelief_about(client: CentralClient) -> Disbelief:
    with pytest.raises(Unbelievable) as caught:
        client.document("token-of-sixteen", "enquiry", "e1")
    return caught.value.reason


def pdf(headers: Headers, body: bytes = b"%PDF-1.7", **more: str) -> list[bytes]:
    return http(headers, 200, body, "application/pdf", **{"X_Document_Pages": "1", **more})


def problem(code: str, status: int, **more: object) -> bytes:
    texts = {"zh-CN": "请稍候", "en": "please wait"}
    return json.dumps({"status": status, "code": code, "texts": texts, **more}).encode()


def test_the_canned_server_can_be_believed(server: CannedServer, client: CentralClient) -> None:
    server.answer = pdf
    assert client.document("token-of-sixteen", "enquiry", "e1").pdf == b"%PDF-1.7"
    assert server.asked == ["/v1/enquiries/e1/document"]


def test_a_redirect_is_not_followed(server: CannedServer, client: CentralClient) -> None:
    server.answer = lambda headers: http(headers, 302, Location="/elsewhere")
    assert disbelief_about(client) is Disbelief.STATUS
    assert server.asked == ["/v1/enquiries/e1/document"]


def test_a_good_status_that_was_not_expected(server: CannedServer, client: CentralClient) -> None:
    server.answer = lambda headers: http(headers, 204, b"")
    assert disbelief_about(client) is Disbelief.STATUS


def test_a_page_instead_of_a_pdf(server: CannedServer, client: CentralClient) -> None:
    server.answer = lambda headers: http(headers, 200, b"<html>", "text/html")
    assert disbelief_about(client) is Disbelief.CONTENT_TYPE
    server.answer = lambda headers: pdf(headers, b"<html>")
    assert disbelief_about(client) is Disbelief.SCHEMA
    server.answer = lambda headers: pdf(headers, X_Document_Pages="many")
    assert disbelief_about(client) is Disbelief.SCHEMA


def test_an_answer_that_declares_too_much(server: CannedServer, client: CentralClient) -> None:
    server.answer = lambda headers: pdf(headers, Content_Length=str(MAX_PDF + 1))
    assert disbelief_about(client) is Disbelief.SIZE


def test_an_answer_that_never_says_how_long_it_is(
    server: CannedServer, client: CentralClient
) -> None:
    def endless(headers: Headers) -> Iterator[bytes]:
        (start,) = pdf(headers)
        yield start.replace(b"Content-Length: 8\r\n", b"")
        while not server.released.is_set():
            yield b"x" * 65_536

    server.answer = endless
    assert disbelief_about(client) is Disbelief.SIZE


def test_a_dripping_answer_is_given_up(server: CannedServer, client: CentralClient) -> None:
    def drip(headers: Headers) -> Iterator[bytes]:
        yield from pdf(headers, Content_Length="100000")
        while not server.released.wait(SHORT.read_s / 4):
            yield b"x"

    server.answer = drip
    with pytest.raises(Unreachable):
        client.document("token-of-sixteen", "enquiry", "e1")


def test_without_or_with_another_echo(server: CannedServer, client: CentralClient) -> None:
    for echo in ("", "0" * 32):
        server.answer = lambda headers, echo=echo: pdf(headers, X_Request_Id=echo)
        assert disbelief_about(client) is Disbelief.ECHO


@pytest.mark.parametrize(
    ("status", "content_type", "body", "reason"),
    [
        (403, "text/html", b"<html>blocked</html>", Disbelief.CONTENT_TYPE),
        (403, "application/json", problem("x", 403), Disbelief.CONTENT_TYPE),
        (403, PROBLEM, b"{}", Disbelief.SCHEMA),
        (403, PROBLEM, problem("x", 401), Disbelief.SCHEMA),
        (403, PROBLEM, problem("X y", 403), Disbelief.SCHEMA),
        (502, "text/html", b"<html>bad gateway</html>", Disbelief.CONTENT_TYPE),
    ],
)
def test_errors_that_are_not_problems(
    server: CannedServer,
    client: CentralClient,
    status: int,
    content_type: str,
    body: bytes,
    reason: Disbelief,
) -> None:
    server.answer = lambda headers: http(headers, status, body, content_type)
    assert disbelief_about(client) is reason


def test_a_problem_is_the_centres_no(server: CannedServer, client: CentralClient) -> None:
    body = problem("sms_code_wrong", 403, attempts_left=2, newer_field=[1])
    server.answer = lambda headers: http(headers, 403, body, PROBLEM)
    with pytest.raises(Refused) as caught:
        client.document("token-of-sixteen", "enquiry", "e1")
    assert caught.value.problem.attempts_left == 2
    assert caught.value.problem.texts["en"] == "please wait"


@pytest.mark.parametrize(
    ("status", "code", "header", "seconds"),
    [
        (429, "too_many", "30", 30.0),
        (503, "unavailable", "999999", 3600.0),
        (500, "internal_error", "soon", 5.0),
        (409, "idempotency_running", "1", 1.0),
    ],
)
def test_later(
    server: CannedServer,
    client: CentralClient,
    status: int,
    code: str,
    header: str,
    seconds: float,
) -> None:
    body = problem(code, status)
    server.answer = lambda headers: http(headers, status, body, PROBLEM, Retry_After=header)
    with pytest.raises(Busy) as caught:
        client.document("token-of-sixteen", "enquiry", "e1")
    assert caught.value.retry_after_s == seconds
    assert client.deliver("evaluation", new_key(), b"{}") == ("later", seconds)


def test_another_conflict_is_a_no(server: CannedServer, client: CentralClient) -> None:
    body = problem("already_there", 409)
    server.answer = lambda headers: http(headers, 409, body, PROBLEM)
    assert client.deliver("evaluation", new_key(), b"{}") == ("refused", "already_there")


@pytest.mark.parametrize(
    "body",
    [
        b'{"receipt":"R1","key":"%s"}' % (b"0" * 32),
        b'{"receipt":"R1"}',
        b'{"receipt":7,"key":"KEY"}',
        b"[]",
    ],
)
def test_a_receipt_for_another_write_delivers_nothing(
    server: CannedServer, client: CentralClient, body: bytes
) -> None:
    key = new_key()
    told = body.replace(b"KEY", key.encode())
    server.answer = lambda headers: http(headers, 201, told)
    assert client.deliver("evaluation", key, b"{}") == ("later", None)
    server.answer = lambda headers: http(
        headers, 201, b'{"receipt":"R1","key":"%s"}' % key.encode()
    )
    assert client.deliver("evaluation", key, b"{}") == "delivered"


def test_a_signed_document_without_its_signature(
    server: CannedServer, client: CentralClient
) -> None:
    body = b'{"version":1,"valid_until":"2030-01-01T00:00:00+08:00","seal_cas":[]}'
    server.answer = lambda headers: http(headers, 200, body)
    with pytest.raises(Unbelievable) as caught:
        client.trust_list()
    assert caught.value.reason is Disbelief.SIGNATURE
    server.answer = lambda headers: http(headers, 200, body, X_Signature="AAAA")
    assert client.trust_list() is not None
    server.answer = lambda headers: http(headers, 304, b"")
    with pytest.raises(Unbelievable):
        client.trust_list()
    assert client.trust_list('"etag"') is None


def test_plain_http_is_not_spoken(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="https"):
        CentralClient("http://127.0.0.1", tmp_path, tmp_path, tmp_path)
