"""The outermost layer of a listener (ASGI): request id, gate, idempotency, faults.

Requests and answers are small and held whole, so an answer can be kept, replayed or spoilt.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import format_datetime
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.central import problems
from sandbox.central.faults import CAPTIVE_PAGE, GARBAGE, Faults
from sandbox.central.idempotency import AnswerMemory, Kept
from sandbox.central.moments import Clock
from sandbox.central.problems import Problem

log = logging.getLogger(__name__)

MAX_BODY: Final = 1 << 20
REQUEST_ID: Final = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
NO_KEY_NEEDED: Final = frozenset({"/v1/terminals/enrol", "/v1/terminals/self/heartbeat"})
"""Posts that need none: a code is used once anyway, and of heartbeats the last one counts."""

Admit = Callable[[Scope], str]
"""Lets a request in (raising Problem if not) and says whose idempotency keys it uses."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, before the headers that every answer has."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    cut: bool = False
    """Announce the whole body, send half of it and close."""

    @classmethod
    def of(cls, status: int, content_type: str, body: bytes) -> Answer:
        """An answer with one header."""
        return cls(status, ((b"content-type", content_type.encode("latin-1")),), body)

    @classmethod
    def refusal(cls, problem: Problem) -> Answer:
        """A problem document."""
        return cls.of(problem.status, problems.CONTENT_TYPE, problem.body())

    @property
    def content_type(self) -> str:
        """The media type, as sent."""
        return dict(self.headers).get(b"content-type", b"").decode("latin-1")


class Front:
    """Wraps one listener's application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        admit: Admit | None,
        memory: AnswerMemory,
        faults: Faults,
        clock: Clock,
    ) -> None:
        self._app = app
        self._admit = admit
        self._memory = memory
        self._faults = faults
        self._clock = clock
        self._held: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._releases = 0

    def release(self) -> None:
        """Let every request go on that hangs; may be called from any thread."""
        self._releases += 1  # first: who is about to hang sees this, or is seen below
        for loop, event in tuple(self._held):
            loop.call_soon_threadsafe(event.set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request_id = Headers(scope=scope).get("x-request-id", "")
        releases = self._releases
        mode = self._faults.take(scope["path"])
        body = await _whole_body(receive)
        if mode == "hang" and not await self._hang(receive, releases):
            return
        answer = self._early_fault(mode)
        if answer is None:
            answer = await self._answered(scope, request_id, body)
        if self._faults.slow_s:
            await asyncio.sleep(self._faults.slow_s)
        echo = {"wrong_echo": "f" * 32, "html": ""}.get(mode, request_id)
        await self._send(send, _spoilt(answer, mode), echo)

    async def _hang(self, receive: Receive, releases: int) -> bool:
        """Wait until released (since ``releases``); False if the client went away first."""
        released = asyncio.Event()
        held = (asyncio.get_running_loop(), released)
        self._held.add(held)
        if self._releases != releases:
            released.set()
        waits = [asyncio.ensure_future(released.wait()), asyncio.ensure_future(_gone(receive))]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._held.discard(held)
            for wait in waits:
                wait.cancel()
        return released.is_set()

    def _early_fault(self, mode: str) -> Answer | None:
        """Faults that stand in the way of the work: nothing was carried out."""
        if mode == "500":
            return Answer.refusal(Problem("internal_error"))
        if mode == "503":
            refusal = Answer.refusal(Problem("unavailable"))
            return replace(refusal, headers=(*refusal.headers, (b"retry-after", b"5")))
        if mode == "html":
            return Answer.of(200, "text/html; charset=utf-8", CAPTIVE_PAGE)
        return None

    async def _answered(self, scope: Scope, request_id: str, body: bytes | None) -> Answer:
        try:
            body = _acceptable(request_id, body)
            owner = await run_in_threadpool(self._admit, scope) if self._admit else ""
            if scope["method"] == "POST" and scope["path"] not in NO_KEY_NEEDED:
                return await self._once(scope, owner, body)
            return await self._carried_out(scope, body)
        except Problem as problem:
            return Answer.refusal(problem)

    async def _once(self, scope: Scope, owner: str, body: bytes) -> Answer:
        """A write: carried out on the key's first arrival, replayed afterwards."""
        key = Headers(scope=scope).get("idempotency-key", "")
        what = b"%s %s\n%s" % (scope["method"].encode(), scope["path"].encode(), body)
        kept = await run_in_threadpool(self._memory.begin, owner, key, what)
        if kept is not None:
            first = Answer.of(kept.status, kept.content_type, kept.body)
            return replace(first, headers=(*first.headers, (b"idempotency-replayed", b"true")))
        try:
            answer = await self._carried_out(scope, body)
        except BaseException:
            self._memory.forget(owner, key)
            raise
        first = Kept(answer.status, answer.content_type, answer.body)
        await run_in_threadpool(self._memory.finish, owner, key, first)
        return answer

    async def _carried_out(self, scope: Scope, body: bytes) -> Answer:
        """What the application says, collected."""
        messages: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def collect(message: Message) -> None:
            messages.append(message)

        try:
            await self._app(scope, receive, collect)
        except Exception as error:  # noqa: BLE001 - whatever a call's bug is, the client gets a 500
            # the message of an unexpected error may quote a request: only its kind is logged
            reason = type(error).__name__
            log.error("%s %s failed: %s", scope["method"], scope["path"], reason)  # noqa: TRY400 - as above
            return Answer.refusal(Problem("internal_error"))
        start = messages[0]
        content = b"".join(m.get("body", b"") for m in messages[1:])
        headers = tuple((n, v) for n, v in start["headers"] if n != b"content-length")
        return Answer(start["status"], headers, content)

    async def _send(self, send: Send, answer: Answer, echo: str) -> None:
        headers = [
            *answer.headers,
            (b"content-length", str(len(answer.body)).encode()),
            (b"date", format_datetime(self._clock().astimezone(UTC), usegmt=True).encode()),
        ]
        if echo:
            headers.append((b"x-request-id", echo.encode("latin-1")))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        sent = answer.body[: len(answer.body) // 2] if answer.cut else answer.body
        # leaving "more" open makes uvicorn close the connection: the cut that was asked for
        await send({"type": "http.response.body", "body": sent, "more_body": answer.cut})


def _acceptable(request_id: str, body: bytes | None) -> bytes:
    """The body of a request that may be looked at; Problem if it may not."""
    if not REQUEST_ID.fullmatch(request_id):
        raise Problem("request_id_invalid")
    if body is None:
        raise Problem("body_too_large")
    return body


def _spoilt(answer: Answer, mode: str) -> Answer:
    """Faults on the way back: the work was done, its answer suffers."""
    if mode == "garbage":
        return replace(answer, body=GARBAGE)
    return replace(answer, cut=True) if mode == "truncate" else answer


async def _whole_body(receive: Receive) -> bytes | None:
    """The request's body; None if it is larger than any call accepts."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")[: MAX_BODY + 1 - len(body)]
        more = message.get("more_body", False)
    return None if len(body) > MAX_BODY else body


async def _gone(receive: Receive) -> None:
    """Until the client hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass
