"""A citizen's applications, cases, e-certificates, and the sealed papers that come of them."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from kiosk.central.calls import Calls, SealedDocument, json_body, require_echo
from kiosk.central.models_filing import (
    Case,
    CaseList,
    CertificateList,
    Decision,
    PreparedFiling,
    Withdrawal,
)
from kiosk.central.models_payment import FiscalReceipt

DOCUMENT_PATHS: Mapping[str, str] = {
    "enquiry": "/v1/enquiries/{}/document",
    "notice": "/v1/cases/{}/notice",
    "receipt": "/v1/receipts/{}/document",
    "certificate": "/v1/certificates/{}/document",
}
"""Subject of a document -> where it is fetched, with the id of that enquiry, case and so on."""


def application_request(application: bytes, signature: bytes) -> bytes:
    """The body that hands in an application: its exact bytes and the DER signature over them."""
    parts = {"application": application, "signature": signature}
    return json_body({name: base64.b64encode(part).decode() for name, part in parts.items()})


class FilingCalls(Calls):
    """Every call here is the citizen's: ``token`` is that of a session."""

    def preparation(self, token: str, service: str) -> PreparedFiling:
        """What this person can file by the service. Refused: service_unknown."""
        prepared = self._read(f"/v1/preparations/{service}", PreparedFiling, token=token)
        require_echo(service, prepared.service, "service")
        return prepared

    def submit_application(self, token: str, request: bytes, key: str) -> Decision:
        """Hand in what :func:`application_request` made; a retry sends the very same bytes.

        Refused: evidence_invalid, signature_mismatch, form_invalid, preparation_unknown,
        party_missing.
        """
        return self._write("/v1/applications", request, key, Decision, token=token)

    def withdraw(self, token: str, case_id: str, key: str) -> Withdrawal:
        """Take an application back. Refused: case_booked, case_closed, case_unknown."""
        path = f"/v1/cases/{case_id}/withdrawal"
        return self._write(path, b"{}", key, Withdrawal, 200, token=token)

    def cases(self, token: str) -> CaseList:
        """All cases of this person."""
        return self._read("/v1/cases", CaseList, token=token)

    def case(self, token: str, case_id: str) -> Case:
        """One case with its stages. Refused: case_unknown."""
        case = self._read(f"/v1/cases/{case_id}", Case, token=token)
        require_echo(case_id, case.case_id, "case")
        return case

    def certificates(self, token: str) -> CertificateList:
        """All e-certificates of this person."""
        return self._read("/v1/certificates", CertificateList, token=token)

    def receipt(self, token: str, order_id: str) -> FiscalReceipt:
        """The fiscal e-receipt of a paid order. Refused: receipt_not_ready, order_unknown."""
        return self._read(f"/v1/orders/{order_id}/receipt", FiscalReceipt, token=token)

    def document(self, token: str, subject: str, source_id: str) -> SealedDocument:
        """Fetch a sealed PDF of at most 5 MiB. ``subject`` is one of DOCUMENT_PATHS (KeyError)."""
        return self._sealed(DOCUMENT_PATHS[subject].format(source_id), token)
