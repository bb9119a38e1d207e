"""Whether a certificate counts: asked by its code or by its number. The terminal's own calls."""

from __future__ import annotations

import unicodedata

from kiosk.central.calls import Calls, json_body
from kiosk.central.errors import Disbelief, Unbelievable
from kiosk.central.models_checks import CertificateCheck


class CheckCalls(Calls):
    """Anybody may ask; what comes back names the holder only masked."""

    def check_code(self, payload: str, key: str) -> CertificateCheck:
        """Ask by what a QR code says."""
        body = json_body({"by": "qr", "payload": payload})
        return self._write("/v1/checks", body, key, CertificateCheck)

    def check_number(
        self, number: str, kind: str, document_number: str, key: str
    ) -> CertificateCheck:
        """Ask by the certificate's number and its holder's document; ``kind``: of the document.

        An answer about another certificate is Unbelievable.
        """
        asked = {
            "by": "number",
            "number": number,
            "document_kind": kind,
            "document_number": document_number,
        }
        check = self._write("/v1/checks", json_body(asked), key, CertificateCheck)
        if check.number is not None and not same_number(number, check.number):
            raise Unbelievable(Disbelief.KEY_ECHO, "certificate")
        return check


def same_number(one: str, other: str) -> bool:
    """Whether both are the same certificate's: its year and serial, in whatever spelling."""
    return _digits(one) == _digits(other) != ""


def _digits(number: str) -> str:
    normal = unicodedata.normalize("NFKC", number)
    return "".join(sign for sign in normal if sign.isascii() and sign.isdigit())
