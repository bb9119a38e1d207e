"""One guarded request and answer: the only file that imports requests.

What it guards: the platform's CA is pinned and the system's store is never read, nor are proxy or
CA variables of the environment (they would override the pin); redirects are not followed; each
answer has a size cap and a deadline; an answer counts only if it echoes the request's id and its
status and content type are the expected ones, or it is a problem document that fits its status.
"""

from __future__ import annotations

import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import requests
from pydantic import ValidationError
from requests.adapters import HTTPAdapter
from typing_extensions import override
from urllib3.exceptions import HTTPError

from kiosk.central.errors import Busy, Disbelief, Refused, Unbelievable, Unreachable
from kiosk.central.models import Problem

JSON = "application/json"
PROBLEM = "application/problem+json"
MAX_JSON = 2 << 20
DEFAULT_RETRY_S = 5.0
MAX_RETRY_S = 3600.0
NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which the ssl module does not name."""
RUNNING = "idempotency_running"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each stage may take, in seconds.

    ``line_s`` bounds bytes that are sent and not acknowledged: a half-open line is found by it.
    """

    connect_s: float = 4.0
    read_s: float = 12.0
    whole_s: float = 30.0
    line_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Question:
    """One request. ``statuses`` and ``content_type`` say which answer is expected."""

    method: str
    path: str
    statuses: tuple[int, ...] = (200,)
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = JSON
    max_bytes: int = MAX_JSON


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that echoed its request and had the expected status and content type."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    server_certificate: bytes | None = None


class _PinnedAdapter(HTTPAdapter):
    """Gives every connection our TLS context and socket options, and never retries by itself."""

    def __init__(self, context: ssl.SSLContext, line_s: float) -> None:
        self._context = context
        self._socket_options = _socket_options(line_s)
        super().__init__(max_retries=0)

    @override
    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: object
    ) -> None:
        super().init_poolmanager(
            connections,
            maxsize,
            block,
            ssl_context=self._context,
            socket_options=self._socket_options,
            **pool_kwargs,
        )


class _Session(requests.Session):
    """Follows no redirect and does not look where one leads: that reads a body without a cap."""

    @override
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


def _socket_options(line_s: float) -> list[tuple[int, int, int]]:
    options = [
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    ]
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        options.append((socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(line_s * 1000)))
        options.append((socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, max(1, int(line_s / 2))))
        options.append((socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, max(1, int(line_s / 4))))
    return options


def _context(
    ca_file: Path, certificate: tuple[Path, Path] | None, *, check_times: bool
) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=str(ca_file))
    if certificate is not None:
        context.load_cert_chain(*map(str, certificate))
    if not check_times:
        context.verify_flags |= NO_CHECK_TIME
    return context


class Exchange:
    """Asks one listener of the centre. May be shared: each thread gets its own connections.

    ``wall_clock`` gives aware UTC and is only compared with the centre's ``Date``. With
    ``check_times`` off, the periods of certificates are not checked: only for asking the time.
    """

    def __init__(
        self,
        base_url: str,
        ca_file: Path,
        certificate: tuple[Path, Path] | None = None,
        *,
        patience: Patience | None = None,
        check_times: bool = True,
        wall_clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if not base_url.startswith("https://"):
            raise ValueError("the centre is only spoken to over https")
        self._base_url = base_url.rstrip("/")
        self._ca_file = ca_file
        self._patience = patience or Patience()
        self._context = _context(ca_file, certificate, check_times=check_times)
        self._wall_clock = wall_clock
        self._mine = threading.local()
        self._opened: list[requests.Session] = []
        self._lock = threading.Lock()
        self.clock_offset_s: float | None = None

    def ask(self, question: Question) -> Answer:
        """Give the believed answer, or raise one of CentralError's children."""
        request_id = secrets.token_hex(16)
        before = self._wall_clock()
        with _as_central_errors():
            answer = self._send(question, request_id)
        self._believe(question, answer, request_id)
        self._note_date(answer.headers.get("Date", ""), before)
        return answer

    def close(self) -> None:
        """Close the connections of all threads; the next call opens new ones."""
        with self._lock:
            opened, self._opened = self._opened, []
        for session in opened:
            session.close()

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._mine, "session", None)
        if session is None:
            session = self._mine.session = _Session()
            session.trust_env = False
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            session.mount("https://", _PinnedAdapter(self._context, self._patience.line_s))
            with self._lock:
                self._opened.append(session)
        return session

    def _send(self, question: Question, request_id: str) -> Answer:
        headers = {
            "User-Agent": "housing-kiosk",
            "Accept": f"{question.content_type}, {PROBLEM}",
            "Accept-Encoding": "identity",
            "X-Request-Id": request_id,
            **dict(question.headers),
        }
        if question.body is not None:
            headers["Content-Type"] = JSON
        deadline = time.monotonic() + self._patience.whole_s
        with self._session().request(
            question.method,
            self._base_url + question.path,
            data=question.body,
            headers=headers,
            timeout=(self._patience.connect_s, self._patience.read_s),
            verify=str(self._ca_file),
            allow_redirects=False,
            stream=True,
        ) as response:
            certificate = _server_certificate(response)
            body = _read(response, question.max_bytes, deadline)
            return Answer(response.status_code, response.headers, body, certificate)

    def _believe(self, question: Question, answer: Answer, request_id: str) -> None:
        if answer.headers.get("X-Request-Id") != request_id:
            raise Unbelievable(Disbelief.ECHO, f"status {answer.status}")
        if answer.status >= 400:
            _raise_problem(answer)
        if answer.status not in question.statuses:
            raise Unbelievable(Disbelief.STATUS, f"status {answer.status}")
        if answer.status != 304 and _media_type(answer) != question.content_type:
            raise Unbelievable(Disbelief.CONTENT_TYPE)

    def _note_date(self, date_header: str, before: datetime) -> None:
        """Keep centre minus terminal, to about a second: ``Date`` has whole seconds."""
        try:
            said = parsedate_to_datetime(date_header)
        except ValueError:
            return
        if said.tzinfo is not None:
            middle_s = (self._wall_clock() - before).total_seconds() / 2
            self.clock_offset_s = (said - before).total_seconds() + 0.5 - middle_s


def _read(response: requests.Response, max_bytes: int, deadline: float) -> bytes:
    """Read the body as it arrives; stop at the cap and at the deadline (a dripping answer)."""
    declared = response.headers.get("Content-Length", "")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise Unbelievable(Disbelief.SIZE, f"declares {declared} bytes")
    body = bytearray()
    while chunk := response.raw.read1(65_536, decode_content=False):
        body += chunk
        if len(body) > max_bytes:
            raise Unbelievable(Disbelief.SIZE, f"more than {max_bytes} bytes")
        if time.monotonic() > deadline:
            raise Unreachable("the answer took too long")
    if declared.isdecimal() and int(declared) != len(body) and response.status_code != 304:
        raise Unreachable("the answer was cut off")
    return bytes(body)


def _server_certificate(response: requests.Response) -> bytes | None:
    sock = getattr(response.raw.connection, "sock", None)
    return sock.getpeercert(binary_form=True) if isinstance(sock, ssl.SSLSocket) else None


def _media_type(answer: Answer) -> str:
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _raise_problem(answer: Answer) -> None:
    """Turn an error answer that fits into Refused or Busy, any other into Unbelievable."""
    if _media_type(answer) != PROBLEM:
        raise Unbelievable(Disbelief.CONTENT_TYPE, f"status {answer.status}")
    try:
        problem = Problem.model_validate_json(answer.body)
    except ValidationError as exc:
        raise Unbelievable(Disbelief.SCHEMA, f"{exc.error_count()} fields of Problem") from None
    if problem.status != answer.status:
        raise Unbelievable(Disbelief.SCHEMA, "the problem has another status")
    if answer.status >= 500 or answer.status == 429 or problem.code == RUNNING:
        raise Busy(_retry_after_s(answer.headers.get("Retry-After", "")), problem.code)
    raise Refused(problem)


def _retry_after_s(header: str) -> float:
    return min(float(header), MAX_RETRY_S) if header.isdecimal() else DEFAULT_RETRY_S


@contextmanager
def _as_central_errors() -> Generator[None]:
    """Turn what requests, urllib3 and ssl raise into our tree; their texts hold addresses."""
    try:
        yield
    except (requests.RequestException, HTTPError, OSError) as exc:
        tls = _tls_error(exc)
        if isinstance(tls, ssl.SSLCertVerificationError):
            raise Unbelievable(Disbelief.CERTIFICATE, tls.verify_message) from None
        if tls is not None and not isinstance(tls, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            raise Unbelievable(Disbelief.TLS, str(tls.reason or "")) from None
        raise Unreachable(type(exc).__name__) from None


def _tls_error(exc: BaseException) -> ssl.SSLError | None:
    """Find the ssl error that requests and urllib3 wrapped, in arguments, reasons and causes."""
    seen: list[object] = [exc]
    for found in seen:
        if isinstance(found, ssl.SSLError):
            return found
        if isinstance(found, BaseException) and len(seen) < 32:
            seen += [
                *found.args,
                getattr(found, "reason", None),
                found.__cause__,
                found.__context__,
            ]
    return None
