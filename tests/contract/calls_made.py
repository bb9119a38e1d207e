"""Each call of an application, a payment and a check, with its path and a good answer to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.central.client import CentralClient
from kiosk.central.models import Strict
from kiosk.central.models_checks import CertificateCheck
from kiosk.central.models_filing import (
    Case,
    CaseList,
    CertificateList,
    Decision,
    PreparedFiling,
    Withdrawal,
)
from kiosk.central.models_payment import Attempt, AttemptState, FiscalReceipt, Order

from . import answers
from .answers import ATTEMPT, Json

TOKEN, KEY = "token-of-sixteen", "0" * 32
NUMBER = "云（2026）云汀市不动产权第 0000001 号"


@dataclass(frozen=True)
class Call:
    """A call, the path it takes, and a good answer to it."""

    ask: Callable[[CentralClient], object]
    path: str
    good: Callable[[], Json]
    model: type[Strict]
    status: int = 200


CALLS = {
    "preparation": Call(
        lambda c: c.preparation(TOKEN, "new_home_transfer"),
        "/v1/preparations/new_home_transfer",
        answers.preparation,
        PreparedFiling,
    ),
    "application": Call(
        lambda c: c.submit_application(TOKEN, b"{}", KEY),
        "/v1/applications",
        answers.decision,
        Decision,
        201,
    ),
    "withdrawal": Call(
        lambda c: c.withdraw(TOKEN, "c-1", KEY),
        "/v1/cases/c-1/withdrawal",
        answers.withdrawal,
        Withdrawal,
    ),
    "cases": Call(lambda c: c.cases(TOKEN), "/v1/cases", answers.cases, CaseList),
    "case": Call(lambda c: c.case(TOKEN, "c-1"), "/v1/cases/c-1", answers.case, Case),
    "certificates": Call(
        lambda c: c.certificates(TOKEN), "/v1/certificates", answers.certificates, CertificateList
    ),
    "receipt": Call(
        lambda c: c.receipt(TOKEN, "o-1"),
        "/v1/orders/o-1/receipt",
        answers.receipt,
        FiscalReceipt,
    ),
    "order": Call(lambda c: c.order("o-1"), "/v1/orders/o-1", answers.order, Order),
    "begin": Call(
        lambda c: c.begin_attempt("o-1", ATTEMPT, "qr", KEY),
        "/v1/orders/o-1/attempts",
        answers.begun,
        Attempt,
        201,
    ),
    "attempt": Call(
        lambda c: c.attempt("o-1", ATTEMPT),
        f"/v1/orders/o-1/attempts/{ATTEMPT}",
        answers.attempt,
        AttemptState,
    ),
    "close": Call(
        lambda c: c.close_attempt("o-1", ATTEMPT, KEY),
        f"/v1/orders/o-1/attempts/{ATTEMPT}/close",
        answers.attempt,
        AttemptState,
    ),
    "check by code": Call(
        lambda c: c.check_code("BDC1:X", KEY), "/v1/checks", answers.check, CertificateCheck, 201
    ),
    "check by number": Call(
        lambda c: c.check_number(NUMBER, "resident", "9" * 18, KEY),
        "/v1/checks",
        answers.check,
        CertificateCheck,
        201,
    ),
}
