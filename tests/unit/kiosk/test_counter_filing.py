"""Applications, cases and what is paid for them, at the counter."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.central.errors import Busy, CentralError, Refused, Unreachable
from kiosk.central.models import Problem
from kiosk.counter.base import failed
from kiosk.credentials.signed_content import digest
from kiosk.journey import effects
from kiosk.journey.case_facts import Draft, PartyDraft, Signature
from kiosk.journey.events import (
    CaseKnown,
    CasesListed,
    CertificatesListed,
    Decided,
    Failed,
    OrderKnown,
    Prepared,
    ReceiptKnown,
    SessionOpened,
    Why,
    Withdrawn,
)
from kiosk.journey.facts import Way
from kiosk.vault import Vault
from tests.contract import answers
from tests.unit.kiosk.centre_desk import NUMBER, OTHER_NUMBER, Desk, person

SERVICE, ITEM = "new_home_transfer", "item-1"
FORM: dict[str, object] = {"contact_phone": "13800000000", "separate_certificates": True}
ANSWERS = {"true_intent": "yes"}
STROKES = (((1, 2, 0), (3, 4, 10)),)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def both_here(desk: Desk) -> Vault:
    """Two parties, both checked; the second stands there."""
    vault = Vault()
    for index, number in enumerate((NUMBER, OTHER_NUMBER)):
        vault.turn_to(index)
        vault.identity = person(number)
        opening = effects.OpenSession(f"v.{index}", f"v.{index}", Way.FACE, score_band="high")
        assert desk.counter.open_session(vault, vault.standing(), opening) == SessionOpened()
    return vault


def signed_party(index: int, party: str) -> PartyDraft:
    drawn = digest(SERVICE, ITEM, FORM, party, ANSWERS)
    return PartyDraft(index, party, ANSWERS, Signature(drawn, STROKES))


def draft() -> Draft:
    parties = (signed_party(0, "buyer-2"), signed_party(1, "buyer-1"))
    return Draft(SERVICE, "p-1", ITEM, FORM, parties)


def submitting(what: Draft | None = None, key: str = "v.7") -> effects.SubmitApplication:
    return effects.SubmitApplication(key, key, what or draft())


def sent(desk: Desk, nth: int = -1) -> dict[str, Any]:
    """What was signed and sent, and whether the signature holds."""
    request = json.loads(desk.centre.requests[nth])
    content, signature = (base64.b64decode(request[n]) for n in ("application", "signature"))
    desk.evidence_key.public_key().verify(signature, content, ec.ECDSA(hashes.SHA256()))
    return json.loads(content)


def test_the_digest_is_the_contracts_canonical_form() -> None:
    canonical = (
        '{"answers":{"b":"是"},"form":{"a":1,"z":true},"item":"i","party":"p","service":"s"}'
    )
    drawn = digest("s", "i", {"z": True, "a": 1}, "p", {"b": "是"})
    hasher = hashes.Hash(hashes.SHA256())
    hasher.update(canonical.encode())
    assert drawn == hasher.finalize().hex()


@pytest.mark.parametrize(
    "other",
    [
        digest("x", ITEM, FORM, "buyer-1", ANSWERS),
        digest(SERVICE, "x", FORM, "buyer-1", ANSWERS),
        digest(SERVICE, ITEM, {**FORM, "separate_certificates": 1}, "buyer-1", ANSWERS),
        digest(SERVICE, ITEM, FORM, "buyer-2", ANSWERS),
        digest(SERVICE, ITEM, FORM, "buyer-1", {"true_intent": "no"}),
    ],
)
def test_whatever_changes_the_digest_changes(other: str) -> None:
    assert other != digest(SERVICE, ITEM, FORM, "buyer-1", ANSWERS)


def test_a_preparation_in_the_journeys_terms(desk: Desk) -> None:
    answer = desk.counter.prepare(both_here(desk), effects.Prepare("v.3", SERVICE))
    assert isinstance(answer, Prepared)
    (item,) = answer.preparation.items
    assert (item.item, item.tax, item.total_fen) == ("item-1", "paid", 8000)
    assert [reason.code for reason in item.hindrances] == ["unit_seized"]
    assert [(party.party, party.is_self) for party in item.parties] == [
        ("buyer-1", True),
        ("buyer-2", False),
    ]
    assert item.compared[0].values[1] == (answers.BOTH, "89.12")
    assert [(fee.total_fen, fee.waived_reason) for fee in item.fees] == [
        (0, answers.BOTH),
        (8000, answers.BOTH),
    ]
    assert item.prefill == answers.PREFILL


def test_the_application_says_what_was_signed_and_by_whom(desk: Desk) -> None:
    vault = both_here(desk)
    answer = desk.counter.submit(vault, submitting())
    assert isinstance(answer, Decided)
    assert (answer.case.case_no, answer.case.order_id) == ("9901022611210001", "o-1")
    application = sent(desk)
    assert {name: application[name] for name in ("terminal_id", "item", "form")} == {
        "terminal_id": "t-1",
        "item": ITEM,
        "form": FORM,
    }
    assert application["catalogue_version"] == 12
    for index, (party, name) in enumerate(
        zip(application["parties"], ("buyer-2", "buyer-1"), strict=True)
    ):
        evidence = vault.evidence_of(index)
        assert evidence is not None
        assert party["party"] == name
        assert party["evidence"] == evidence.as_request()
        assert party["signed"]["digest"] == digest(SERVICE, ITEM, FORM, name, ANSWERS)
        assert base64.b64decode(party["signed"]["picture"]).startswith(b"PNG 1")


def test_the_applicants_token_hands_it_in_whoever_stands_there(desk: Desk) -> None:
    vault = both_here(desk)
    applicant = vault.held(0)
    assert applicant is not None
    desk.counter.submit(vault, submitting())
    assert desk.centre.of("submit_application") == [applicant.session.token]


def test_a_retry_sends_the_very_same_bytes_and_another_key_others(desk: Desk) -> None:
    vault = both_here(desk)
    desk.centre.planted["submit_application"] = Unreachable()
    assert desk.counter.submit(vault, submitting()) == Failed(Why.UNREACHABLE)
    desk.counter.submit(vault, submitting())
    desk.counter.submit(vault, submitting(key="v.8"))
    first, again, other = desk.centre.requests
    assert first == again
    assert other != first, "signed anew"
    keys = desk.centre.keys[-3:]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(
    "changed",
    [
        replace(draft(), item="item-2"),
        replace(draft(), service="presale_notice_registration"),
        replace(draft(), form={**FORM, "contact_phone": "13800000001"}),
        replace(draft(), parties=(replace(signed_party(0, "buyer-2"), answers={}),)),
        replace(draft(), parties=(replace(signed_party(0, "buyer-2"), party="buyer-1"),)),
    ],
    ids=["item", "service", "form", "answers", "party"],
)
def test_a_signature_under_something_else_is_not_handed_in(desk: Desk, changed: Draft) -> None:
    answer = desk.counter.submit(both_here(desk), submitting(changed))
    assert answer == Failed(Why.BROKEN, "digest")
    assert desk.centre.requests == []


def test_without_somebodys_evidence_or_anybody_nothing_is_handed_in(desk: Desk) -> None:
    vault = both_here(desk)
    absent = replace(draft(), parties=(signed_party(2, "buyer-3"),))
    assert desk.counter.submit(vault, submitting(absent)) == Failed(Why.BROKEN, "no_evidence")
    nobody = submitting(replace(draft(), parties=()), "v.8")
    assert desk.counter.submit(vault, nobody) == Failed(Why.BROKEN, "no_party")
    assert desk.centre.requests == []


def test_a_decision_about_another_service_is_not_believed(desk: Desk) -> None:
    desk.centre.told["submit_application"] = {**answers.decision(), "service": "x"}
    answer = desk.counter.submit(both_here(desk), submitting())
    assert answer == Failed(Why.UNBELIEVABLE, "key_echo")


def test_what_is_missing_and_why_not(desk: Desk) -> None:
    vault = both_here(desk)
    desk.centre.told["submit_application"] = {
        **answers.decision(),
        "outcome": "to_be_completed",
        "missing": [answers.reason("a"), answers.reason("b")],
        "order": None,
    }
    answer = desk.counter.submit(vault, submitting())
    assert isinstance(answer, Decided)
    assert [reason.code for reason in answer.case.missing] == ["a", "b"]
    assert (answer.case.reasons, answer.case.order_id, answer.case.total_fen) == ((), "", 0)


def test_withdrawing_is_the_same_withdrawal_at_a_retry(desk: Desk) -> None:
    vault = both_here(desk)
    desk.centre.planted["withdraw"] = Busy(1.0)
    effect = effects.WithdrawCase("v.9", "v.9", "c-1")
    assert desk.counter.withdraw(vault, effect) == Failed(Why.BUSY)
    assert desk.counter.withdraw(vault, effect) == Withdrawn(refund=False)
    assert desk.centre.keys[-1] == desk.centre.keys[-2]


def test_cases_come_newest_first_in_the_citys_days(desk: Desk) -> None:
    desk.centre.told["cases"] = {
        "cases": [answers.case_row("c-0", "2026-11-20T18:30:00+00:00"), answers.case_row()]
    }
    answer = desk.counter.list_cases(both_here(desk))
    assert isinstance(answer, CasesListed)
    assert [(case.case_id, case.filed_on) for case in answer.cases] == [
        ("c-1", "2026-11-21"),
        ("c-0", "2026-11-21"),
    ]
    assert answer.cases[0].stages == ()


def test_a_case_has_its_five_stages(desk: Desk) -> None:
    answer = desk.counter.fetch_case(both_here(desk), effects.FetchCase("v.3", "c-1"))
    assert isinstance(answer, CaseKnown)
    assert len(answer.case.stages) == 5
    assert answer.case.stages[0].at == "2026-11-21 11:00"
    assert answer.case.certificate_id == "cert-1"


def test_certificates_come_newest_first(desk: Desk) -> None:
    answer = desk.counter.list_certificates(both_here(desk))
    assert isinstance(answer, CertificatesListed)
    assert [each.certificate_id for each in answer.certificates] == ["cert-2", "cert-1"]


def test_order_and_receipt(desk: Desk) -> None:
    order = desk.counter.fetch_order(effects.FetchOrder("v.3", "o-1"))
    assert isinstance(order, OrderKnown)
    assert (order.order.total_fen, order.order.channels) == (8000, (answers.BOTH,))
    receipt = desk.counter.fetch_receipt(both_here(desk), effects.FetchReceipt("v.4", "o-1"))
    assert isinstance(receipt, ReceiptKnown)
    assert (receipt.receipt.payee, receipt.receipt.issued_at) == ("样例", "2026-11-21 11:00")


@pytest.mark.parametrize(
    "error", [Unreachable(), Busy(3.0), Refused(Problem(status=404, code="case_unknown"))]
)
def test_each_error_of_the_centre_becomes_an_answer(desk: Desk, error: CentralError) -> None:
    vault = both_here(desk)
    calls = {
        "preparation": lambda: desk.counter.prepare(vault, effects.Prepare("v.3", SERVICE)),
        "submit_application": lambda: desk.counter.submit(vault, submitting()),
        "withdraw": lambda: desk.counter.withdraw(vault, effects.WithdrawCase("v.3", "v.3", "c-1")),
        "cases": lambda: desk.counter.list_cases(vault),
        "case": lambda: desk.counter.fetch_case(vault, effects.FetchCase("v.3", "c-1")),
        "certificates": lambda: desk.counter.list_certificates(vault),
        "order": lambda: desk.counter.fetch_order(effects.FetchOrder("v.3", "o-1")),
        "receipt": lambda: desk.counter.fetch_receipt(vault, effects.FetchReceipt("v.3", "o-1")),
    }
    for name, call in calls.items():
        desk.centre.planted[name] = error
        assert call() == failed(error), name
