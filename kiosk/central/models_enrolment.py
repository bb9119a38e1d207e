"""What the open listener answers: a name and a certificate, and the time."""

from __future__ import annotations

from pydantic import AwareDatetime

from kiosk.central.models import Identifier, Pem, Strict


class EnrolmentAnswer(Strict):
    """The terminal's name and certificate. ``ca_pem`` issued it."""

    terminal_id: Identifier
    certificate_pem: Pem
    ca_pem: Pem


class TimeAnswer(Strict):
    """The centre's time, with the nonce of the question."""

    now: AwareDatetime
    nonce: Identifier
