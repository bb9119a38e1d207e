"""What can go wrong between the terminal and the centre: one small tree.

::

    CentralError
    ├── Unreachable     no answer; for a write the outcome is unknown: same key again, later
    ├── Unbelievable    an answer that is not the centre's; for a write the outcome is unknown
    ├── Refused         the centre said no, with a stable code and texts for the citizen
    └── Busy            the centre said later

Texts are for operators: they hold no body, no number, no name, no address.
"""

from __future__ import annotations

from enum import StrEnum

from kiosk.central.models import Problem


class CentralError(Exception):
    """The root of what a call raises."""


class Unreachable(CentralError):
    """Nobody answered in time, or the line broke before the answer was complete."""


class Disbelief(StrEnum):
    """What did not fit about an answer."""

    CERTIFICATE = "certificate"
    TLS = "tls"
    STATUS = "status"
    CONTENT_TYPE = "content_type"
    SIZE = "size"
    ECHO = "echo"
    KEY_ECHO = "key_echo"
    SCHEMA = "schema"
    SIGNATURE = "signature"


class Unbelievable(CentralError):
    """Something answered that is not the centre speaking the contract: a captive portal, say."""

    def __init__(self, reason: Disbelief, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason


class Refused(CentralError):
    """The centre's own no: 4xx with a problem. ``problem.texts`` may be shown to the citizen."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.code}")
        self.problem = problem


class Busy(CentralError):
    """The centre's own later: 429, 5xx, or the same write still running."""

    def __init__(self, retry_after_s: float, code: str = "") -> None:
        super().__init__(f"retry after {retry_after_s:g} s {code}".rstrip())
        self.retry_after_s = retry_after_s
