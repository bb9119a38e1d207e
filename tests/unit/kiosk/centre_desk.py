"""The centre as the counter sees it: a client with memory, and the things of a visit around it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import cast

from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.central.client import CentralClient, SealedDocument
from kiosk.central.errors import CentralError
from kiosk.central.identity import Evidence, EvidenceSigner, SignedEvidence
from kiosk.central.models import IdentityDocument, Renewal, Session, SmsChallenge, StrictModel
from kiosk.central.models_checks import CertificateCheck
from kiosk.central.models_enquiry import HousingResult
from kiosk.central.models_filing import (
    Case,
    CaseList,
    CertificateList,
    Decision,
    PreparedFiling,
    Withdrawal,
)
from kiosk.central.models_payment import FiscalReceipt, Order
from kiosk.central.models_trust import TrustList
from kiosk.city_time import CityClock
from kiosk.counter.desk import Counter
from kiosk.credentials.numbers import DocumentKind, check_digit
from kiosk.journey.case_facts import CheckFacts, CheckVerdict
from kiosk.papers.pages import PageRenderer
from screens.models.intents import Stroke
from tests.contract import answers

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
BOTH = {"zh-CN": "样例", "en": "Sample"}
NUMBER = "99010119550312001" + check_digit("99010119550312001")
OTHER_NUMBER = "99010119660101001" + check_digit("99010119660101001")


def person(number: str = NUMBER) -> IdentityDocument:
    """An invented resident."""
    return IdentityDocument(
        kind=DocumentKind.RESIDENT, number=number, name="章样例", valid_until=date(2035, 1, 1)
    )


@dataclass
class Centre:
    """Remembers every call; raises what is planted, once, by the call's name."""

    calls: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    planted: dict[str, CentralError] = field(default_factory=dict[str, CentralError])
    evidence: list[Evidence] = field(default_factory=list[Evidence])
    open_sessions: list[str] = field(default_factory=list[str])
    keys: list[str] = field(default_factory=list[str])
    pdf: bytes = b"%PDF-1.7 nothing sealed"
    expires_in_s: int = 600
    requests: list[bytes] = field(default_factory=list[bytes])
    told: dict[str, answers.Json] = field(default_factory=dict[str, answers.Json])
    """What a call answers instead of its good answer, by the call's name."""
    during: Callable[[str], None] = lambda _: None
    """Called in the middle of each call: what happens on the loop's thread meanwhile."""

    def send_sms_code(self, document: IdentityDocument, key: str) -> SmsChallenge:
        self._called("send_sms_code", document.number, key)
        return SmsChallenge(
            challenge_id="c-1", phone_masked="138****0001", expires_in_s=300, resend_after_s=60
        )

    def open_session(self, evidence: SignedEvidence, key: str) -> Session:
        self.evidence.append(Evidence.model_validate_json(evidence.evidence))
        self._called("open_session", self.evidence[-1].document.number, key)
        session_id = f"s-{len(self.evidence)}"
        self.open_sessions.append(session_id)
        return Session(
            session_id=session_id,
            token=_token(f"{session_id}.0"),
            expires_in_s=self.expires_in_s,
            renew_until=NOW,
        )

    def renew_session(self, session_id: str, evidence: SignedEvidence, key: str) -> Renewal:
        del evidence
        self._called("renew_session", session_id, key)
        return Renewal(token=_token(f"{session_id}.{len(self.calls)}"), expires_in_s=600)

    def close_session(self, session_id: str, key: str) -> None:
        self._called("close_session", session_id, key)
        self.open_sessions.remove(session_id)

    def enquire_housing(self, token: str, scope: str, purpose: str, key: str) -> HousingResult:
        del scope, purpose
        self._called("enquire_housing", token, key)
        return HousingResult(
            enquiry_id="enq-1",
            number="202611210001",
            scope="990000",
            scope_names=BOTH,
            purpose="loan",
            count=0,
            properties=(),
            data_from=date(1998, 1, 1),
            as_of=NOW,
            verification_code="ABCD-EFGH",
            verification_url="https://check.example/ABCD",
            document_pages=1,
        )

    def preparation(self, token: str, service: str) -> PreparedFiling:
        self._called("preparation", token, service)
        return self._answer("preparation", PreparedFiling, answers.preparation())

    def submit_application(self, token: str, request: bytes, key: str) -> Decision:
        self.requests.append(request)
        self._called("submit_application", token, key)
        return self._answer("submit_application", Decision, answers.decision())

    def withdraw(self, token: str, case_id: str, key: str) -> Withdrawal:
        self._called("withdraw", f"{token} {case_id}", key)
        return self._answer("withdraw", Withdrawal, answers.withdrawal())

    def cases(self, token: str) -> CaseList:
        self._called("cases", token, "")
        return self._answer("cases", CaseList, answers.cases())

    def case(self, token: str, case_id: str) -> Case:
        self._called("case", token, case_id)
        return self._answer("case", Case, answers.case())

    def certificates(self, token: str) -> CertificateList:
        self._called("certificates", token, "")
        return self._answer("certificates", CertificateList, answers.certificates())

    def order(self, order_id: str) -> Order:
        self._called("order", order_id, "")
        return self._answer("order", Order, answers.order())

    def receipt(self, token: str, order_id: str) -> FiscalReceipt:
        self._called("receipt", token, order_id)
        return self._answer("receipt", FiscalReceipt, answers.receipt())

    def document(self, token: str, subject: str, source_id: str) -> SealedDocument:
        self._called("document", f"{subject} {source_id}", token)
        return SealedDocument(self.pdf, 1)

    def check_code(self, payload: str, key: str) -> CertificateCheck:
        self._called("check_code", payload, key)
        return self._answer("check_code", CertificateCheck, answers.check())

    def check_number(
        self, number: str, kind: str, document_number: str, key: str
    ) -> CertificateCheck:
        self._called("check_number", f"{number} {kind} {document_number}", key)
        return self._answer("check_number", CertificateCheck, answers.check())

    def of(self, name: str) -> list[str]:
        """What the calls of this name were about, in order."""
        return [about for called, about in self.calls if called == name]

    def _answer(self, name: str, model: type[StrictModel], good: answers.Json) -> StrictModel:
        return model.model_validate_json(json.dumps(self.told.get(name, good)))

    def _called(self, name: str, about: str, key: str) -> None:
        self.calls.append((name, about))
        self.keys.append(key)
        self.during(name)
        if (error := self.planted.pop(name, None)) is not None:
            raise error


def _token(seed: str) -> str:
    """Something that looks like a token."""
    return hashlib.sha256(seed.encode()).hexdigest()


class Plates:
    """A page host that draws every page red, and counts."""

    def __init__(self) -> None:
        self.rendered = 0

    def call(
        self, header: dict[str, object], *payloads: bytes
    ) -> tuple[dict[str, object], list[bytes]]:
        self.rendered += 1
        assert header["job"] == "pdf_pages"
        assert payloads
        return {"width": 1, "height": 1, "page_count": 2}, [b"\xff\x00\x00"]


@dataclass
class Desk:
    """A counter with its centre."""

    centre: Centre = field(default_factory=Centre)
    plates: Plates = field(default_factory=Plates)
    trust: TrustList | None = None
    offline: CheckFacts = field(default_factory=lambda: CheckFacts(CheckVerdict.SIGNATURE_ONLY))
    """What a code says of itself."""
    pictures: int = 0

    def picture(self, strokes: Sequence[Stroke]) -> bytes:
        """Another picture each time, so that a retry that draws anew is noticed."""
        self.pictures += 1
        return b"PNG %d %d" % (len(strokes), self.pictures)

    def __post_init__(self) -> None:
        self.evidence_key = ec.generate_private_key(ec.SECP256R1())
        self.counter = Counter(
            cast("CentralClient", self.centre),
            EvidenceSigner("t-1", self.evidence_key),
            PageRenderer(self.plates),
            CityClock(lambda: 0.0, lambda: NOW),
            lambda: self.trust,
            picture=self.picture,
            offline_check=lambda _: self.offline,
            catalogue_version=lambda: 12,
        )


def trusting(*pems: bytes) -> TrustList:
    """A trust list with these authorities."""
    return TrustList(version=1, valid_until=NOW, seal_cas=tuple(pem.decode() for pem in pems))
