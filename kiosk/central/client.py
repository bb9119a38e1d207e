"""The calls of the centre, one method each. Errors: kiosk.central.errors.

Every write takes its idempotency key from the caller, who makes it with :func:`new_key` and keeps
it *before* the first try; after Unreachable or Unbelievable the same key is used again. Nothing
is retried here. May be shared between threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from kiosk.central.calls import MAX_PDF, SealedDocument, json_body, new_key, read_model
from kiosk.central.calls_checks import CheckCalls
from kiosk.central.calls_filing import FilingCalls
from kiosk.central.calls_payment import PaymentCalls
from kiosk.central.errors import Busy, CentralError, Refused, Unbelievable, Unreachable
from kiosk.central.exchange import Exchange, Patience
from kiosk.central.identity import SignedEvidence
from kiosk.central.models import (
    Catalogue,
    Closed,
    Configuration,
    Heartbeat,
    HeartbeatAnswer,
    IdentityDocument,
    Renewal,
    Session,
    SmsChallenge,
)
from kiosk.central.models_enquiry import HousingResult
from kiosk.central.models_queued import Receipt
from kiosk.central.models_trust import RevocationList, TrustList
from kiosk.central.trust import SignedDocument

MAX_REVOCATIONS = 6 << 20
"""Some 80 bytes for each certificate of a full list."""

__all__ = [
    "MAX_PDF",
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
    "read_model",
]

QUEUED_PATHS: Mapping[str, str] = {
    "evaluation": "/v1/evaluations",
    "statistics": "/v1/statistics",
    "print_outcome": "/v1/print-outcomes",
    "pad_result": "/v1/pad-results",
    "incident": "/v1/incidents",
}
"""Kind of a queued write -> where it is delivered."""

Delivery = (
    Literal["delivered"] | tuple[Literal["later"], float | None] | tuple[Literal["refused"], str]
)
"""What became of a queued write; ``later`` carries the centre's wish in seconds, if it had one."""


class CentralClient(FilingCalls, PaymentCalls, CheckCalls):
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
        super().__init__(
            Exchange(base_url, ca_file, certificate, patience=patience, wall_clock=wall_clock)
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

        The schema fits; the signature is not checked yet (trust.open_signed). So with the others.
        """
        return self._signed("/v1/terminals/self/configuration", Configuration, etag)

    def catalogue(self, etag: str = "") -> SignedDocument | None:
        """Give the service catalogue, None when it still is the one with ``etag``."""
        return self._signed("/v1/catalogue", Catalogue, etag)

    def trust_list(self, etag: str = "") -> SignedDocument | None:
        """Give the authorities whose seals count, None when still the one with ``etag``."""
        return self._signed("/v1/trust", TrustList, etag)

    def revocations(self, etag: str = "") -> SignedDocument | None:
        """Give the certificates that no longer count, None when still the one with ``etag``."""
        return self._signed("/v1/revocations", RevocationList, etag, max_bytes=MAX_REVOCATIONS)

    def heartbeat(self, heartbeat: Heartbeat) -> HeartbeatAnswer:
        """Report the terminal's state; give what the centre wants of it."""
        body = heartbeat.model_dump_json().encode()
        return self._write("/v1/terminals/self/heartbeat", body, new_key(), HeartbeatAnswer, 200)

    def send_sms_code(self, document: IdentityDocument, key: str) -> SmsChallenge:
        """Have a code sent to the person's registered phone. Refused: person_unknown."""
        person = document.model_dump(mode="json", include={"kind", "number", "name"})
        return self._write("/v1/sms-codes", json_body({"document": person}), key, SmsChallenge)

    def open_session(self, evidence: SignedEvidence, key: str) -> Session:
        """Open a citizen's session with evidence of one check.

        Refused: evidence_invalid, sms_code_wrong (with attempts_left), sms_code_exhausted,
        sms_code_expired.
        """
        return self._write("/v1/sessions", json_body(evidence.as_request()), key, Session)

    def renew_session(self, session_id: str, evidence: SignedEvidence, key: str) -> Renewal:
        """Give a new token for the session, with the evidence that opened it."""
        path = f"/v1/sessions/{session_id}/renew"
        return self._write(path, json_body(evidence.as_request()), key, Renewal, 200)

    def close_session(self, session_id: str, key: str) -> None:
        """End the session at the centre."""
        self._write(f"/v1/sessions/{session_id}/close", b"{}", key, Closed, 200)

    def enquire_housing(self, token: str, scope: str, purpose: str, key: str) -> HousingResult:
        """Ask for the session's person's housing situation."""
        body = json_body({"scope": scope, "purpose": purpose})
        return self._write("/v1/enquiries/housing", body, key, HousingResult, token=token)

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
