"""The calls of the centre, one method each. Errors: kiosk.central.errors.

Every write takes its idempotency key from the caller, who makes it with :func:`new_key` and keeps
it *before* the first try; after Unreachable or Unbelievable the same key is used again. Nothing
is retried here. May be shared between threads.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from kiosk.central.errors import (
    Busy,
    CentralError,
    Disbelief,
    Refused,
    Unbelievable,
    Unreachable,
)
from kiosk.central.exchange import Answer, Exchange, Patience, Question
from kiosk.central.identity import SignedEvidence
from kiosk.central.models import (
    Catalogue,
    Closed,
    Configuration,
    Heartbeat,
    HeartbeatAnswer,
    HousingResult,
    IdentityDocument,
    Receipt,
    Renewal,
    Session,
    Signed,
    SmsChallenge,
    StrictModel,
    TrustList,
)
from kiosk.central.trust import SignedDocument

__all__ = [
    "Busy",
    "CentralClient",
    "CentralError",
    "Delivery",
    "Patience",
    "Refused",
    "SealedDocument",
    "Unbelievable",
    "Unreachable",
    "new_key",
]

MAX_PDF = 5 << 20
MAX_SIGNED = 1 << 20
QUEUED_PATHS: Mapping[str, str] = {
    "evaluation": "/v1/evaluations",
    "statistics": "/v1/statistics",
    "print_outcome": "/v1/print-outcomes",
}
"""Kind of a queued write -> where it is delivered."""

Delivery = (
    Literal["delivered"] | tuple[Literal["later"], float | None] | tuple[Literal["refused"], str]
)
"""What became of a queued write; ``later`` carries the centre's wish in seconds, if it had one."""


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """A PDF as it came. Its seal is *not* checked yet: credentials.pdf_seal does that."""

    pdf: bytes
    pages: int


def new_key() -> str:
    """Draw an idempotency key: 128 random bits in hex."""
    return secrets.token_hex(16)


class CentralClient:
    """The main listener, spoken to with the terminal's own certificate."""

    def __init__(
        self,
        base_url: str,
        ca_file: Path,
        certificate_file: Path,
        key_file: Path,
        *,
        patience: Patience | None = None,
        wall_clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        certificate = (certificate_file, key_file)
        self._exchange = Exchange(
            base_url, ca_file, certificate, patience=patience, wall_clock=wall_clock
        )

    @property
    def clock_offset_s(self) -> float | None:
        """Centre's clock minus this terminal's, to about a second; None before any answer."""
        return self._exchange.clock_offset_s

    def close(self) -> None:
        """Close all connections."""
        self._exchange.close()

    def configuration(self, etag: str = "") -> SignedDocument | None:
        """Give the terminal's configuration, None when it still is the one with ``etag``.

        The schema fits; the signature is not checked yet (trust.open_signed). So for the next two.
        """
        return self._signed("/v1/terminals/self/configuration", Configuration, etag)

    def catalogue(self, etag: str = "") -> SignedDocument | None:
        """Give the service catalogue, None when it still is the one with ``etag``."""
        return self._signed("/v1/catalogue", Catalogue, etag)

    def trust_list(self, etag: str = "") -> SignedDocument | None:
        """Give the authorities whose seals count, None when still the one with ``etag``."""
        return self._signed("/v1/trust", TrustList, etag)

    def heartbeat(self, heartbeat: Heartbeat) -> HeartbeatAnswer:
        """Report the terminal's state; give what the centre wants of it."""
        body = heartbeat.model_dump_json().encode()
        return self._write("/v1/terminals/self/heartbeat", body, new_key(), HeartbeatAnswer, 200)

    def send_sms_code(self, document: IdentityDocument, key: str) -> SmsChallenge:
        """Have a code sent to the person's registered phone. Refused: person_unknown."""
        person = document.model_dump(mode="json", include={"kind", "number", "name"})
        return self._write("/v1/sms-codes", _json({"document": person}), key, SmsChallenge)

    def open_session(self, evidence: SignedEvidence, key: str) -> Session:
        """Open a citizen's session with evidence of one check.

        Refused: evidence_invalid, sms_code_wrong (with attempts_left), sms_code_exhausted,
        sms_code_expired.
        """
        return self._write("/v1/sessions", _json(evidence.as_request()), key, Session)

    def renew_session(self, session_id: str, evidence: SignedEvidence, key: str) -> Renewal:
        """Give a new token for the session, with the evidence that opened it."""
        path = f"/v1/sessions/{session_id}/renew"
        return self._write(path, _json(evidence.as_request()), key, Renewal, 200)

    def close_session(self, session_id: str, key: str) -> None:
        """End the session at the centre."""
        self._write(f"/v1/sessions/{session_id}/close", b"{}", key, Closed, 200)

    def enquire_housing(self, token: str, scope: str, purpose: str, key: str) -> HousingResult:
        """Ask for the session's person's housing situation."""
        body = _json({"scope": scope, "purpose": purpose})
        return self._write("/v1/enquiries/housing", body, key, HousingResult, token=token)

    def document(self, token: str, enquiry_id: str) -> SealedDocument:
        """Fetch the enquiry's PDF, at most 5 MiB."""
        question = Question(
            "GET",
            f"/v1/enquiries/{enquiry_id}/document",
            headers=_bearer(token),
            content_type="application/pdf",
            max_bytes=MAX_PDF,
        )
        answer = self._exchange.ask(question)
        pages = answer.headers.get("X-Document-Pages", "")
        if not answer.body.startswith(b"%PDF-") or not pages.isdecimal():
            raise Unbelievable(Disbelief.SCHEMA, "not a PDF with a page count")
        return SealedDocument(answer.body, int(pages))

    def deliver(self, kind: str, key: str, body: bytes) -> Delivery:
        """Deliver a queued write once. Delivered only if the receipt echoes ``key``.

        ``kind`` is one of QUEUED_PATHS (KeyError: a bug of the caller).
        """
        path = QUEUED_PATHS[kind]
        try:
            receipt = self._write(path, body, key, Receipt)
        except Refused as exc:
            return "refused", exc.problem.code
        except Busy as exc:
            return "later", exc.retry_after_s
        except CentralError:
            return "later", None
        return "delivered" if receipt.key == key else ("later", None)

    def _signed(self, path: str, model: type[Signed], etag: str) -> SignedDocument | None:
        headers = (("If-None-Match", etag),) if etag else ()
        statuses = (200, 304) if etag else (200,)
        question = Question("GET", path, statuses, headers=headers, max_bytes=MAX_SIGNED)
        answer = self._exchange.ask(question)
        if answer.status == 304:
            return None
        signature = answer.headers.get("X-Signature", "")
        if not signature:
            raise Unbelievable(Disbelief.SIGNATURE, "none given")
        read_model(answer, model)
        return SignedDocument(answer.body, signature, answer.headers.get("ETag", ""))

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
        headers = (("Idempotency-Key", key), *_bearer(token))
        question = Question("POST", path, (status,), body, headers)
        return read_model(self._exchange.ask(question), model)


def read_model(answer: Answer, model: type[StrictModel]) -> StrictModel:
    """Read the body strictly. Unbelievable(SCHEMA), without quoting what was read."""
    try:
        return model.model_validate_json(answer.body)
    except ValidationError as exc:
        places = {".".join(str(part) for part in error["loc"][:3]) for error in exc.errors()[:3]}
        detail = f"{model.__name__}: {', '.join(sorted(places))}"
        raise Unbelievable(Disbelief.SCHEMA, detail) from None


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _bearer(token: str) -> tuple[tuple[str, str], ...]:
    return (("Authorization", f"Bearer {token}"),) if token else ()
