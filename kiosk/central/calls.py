"""How a call of the centre is made: read, write, sealed paper, signed document. What all share.

Every write takes its idempotency key from the caller, who makes it with :func:`new_key` and keeps
it *before* the first try; after Unreachable or Unbelievable the same key is used again. Nothing
is retried here.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from kiosk.central.errors import Disbelief, Unbelievable
from kiosk.central.exchange import Answer, Exchange, Question
from kiosk.central.models import Signed, StrictModel
from kiosk.central.trust import SignedDocument

MAX_PDF = 5 << 20
MAX_SIGNED = 1 << 20
PAGE_COUNT = re.compile(r"[1-9]\d{0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """A PDF as it came. Its seal is *not* checked yet: credentials.pdf_seal does that."""

    pdf: bytes = field(repr=False)
    pages: int


def new_key() -> str:
    """Draw an idempotency key: 128 random bits in hex."""
    return secrets.token_hex(16)


class Calls:
    """One exchange, and the four forms of a call over it. Errors: kiosk.central.errors."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def _read(self, path: str, model: type[StrictModel], *, token: str = "") -> StrictModel:
        return read_model(self._exchange.ask(Question("GET", path, headers=bearer(token))), model)

    def _write(
        self,
        path: str,
        body: bytes,
        key: str,
        model: type[StrictModel],
        status: int = 201,
        *,
        token: str = "",
    ) -> StrictModel:
        headers = (("Idempotency-Key", key), *bearer(token))
        question = Question("POST", path, (status,), body, headers)
        return read_model(self._exchange.ask(question), model)

    def _sealed(self, path: str, token: str) -> SealedDocument:
        question = Question(
            "GET",
            path,
            headers=bearer(token),
            content_type="application/pdf",
            max_bytes=MAX_PDF,
        )
        answer = self._exchange.ask(question)
        pages = answer.headers.get("X-Document-Pages", "")
        if not answer.body.startswith(b"%PDF-") or not PAGE_COUNT.fullmatch(pages):
            raise Unbelievable(Disbelief.SCHEMA, "not a PDF with a page count")
        return SealedDocument(answer.body, int(pages))

    def _signed(
        self, path: str, model: type[Signed], etag: str, *, max_bytes: int = MAX_SIGNED
    ) -> SignedDocument | None:
        headers = (("If-None-Match", etag),) if etag else ()
        statuses = (200, 304) if etag else (200,)
        question = Question("GET", path, statuses, headers=headers, max_bytes=max_bytes)
        answer = self._exchange.ask(question)
        if answer.status == 304:
            return None
        signature = answer.headers.get("X-Signature", "")
        if not signature:
            raise Unbelievable(Disbelief.SIGNATURE, "none given")
        read_model(answer, model)
        return SignedDocument(answer.body, signature, answer.headers.get("ETag", ""))


def read_model(answer: Answer, model: type[StrictModel]) -> StrictModel:
    """Read the body strictly. Unbelievable(SCHEMA), without quoting what was read."""
    try:
        return model.model_validate_json(answer.body)
    except ValidationError as exc:
        places = {".".join(str(part) for part in error["loc"][:3]) for error in exc.errors()[:3]}
        detail = f"{model.__name__}: {', '.join(sorted(places))}"
        raise Unbelievable(Disbelief.SCHEMA, detail) from None


def require_echo(asked: str, told: str, what: str) -> None:
    """Unbelievable(KEY_ECHO) when the answer is about something else than what was asked for."""
    if told != asked:
        raise Unbelievable(Disbelief.KEY_ECHO, what)


def json_body(value: Mapping[str, object]) -> bytes:
    """A request's body."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    """The citizen's token as a header; none for an empty one."""
    return (("Authorization", f"Bearer {token}"),) if token else ()
