"""Applications from preparation to certificate, between the real counter and the real centre."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk.central.client import CentralClient
from kiosk.central.identity import EvidenceSigner
from kiosk.counter.desk import Fetched
from kiosk.journey import effects
from kiosk.journey.case_facts import CheckFacts, CheckVerdict, Signature
from kiosk.journey.events import (
    CaseKnown,
    CasesListed,
    CertificatesListed,
    Checked,
    Decided,
    Failed,
    OrderKnown,
    ReceiptKnown,
    Why,
    Withdrawn,
)
from kiosk.vault import Vault
from sandbox.central.centre import Centre
from sandbox.people import City

from .applicants import PRESALE, TRANSFER, Hall

pytestmark = pytest.mark.city


@pytest.fixture
def hall(
    client: CentralClient, centre: Centre, signer: EvidenceSigner, city: City
) -> Iterator[Hall]:
    centre.verbs["hold_booking"](on=True)
    yield Hall(client, centre, signer, city)
    centre.fail("/", "none")
    for verb in ("hold_booking", "lack"):
        centre.verbs[verb](on=False)


def withdraw(hall: Hall, vault: Vault, case_id: str) -> Withdrawn | Failed:
    effect = effects.WithdrawCase(hall.next_id(), hall.next_id(), case_id)
    return hall.counter.withdraw(vault, effect)


def fetched(hall: Hall, vault: Vault, subject: str, source_id: str) -> Fetched:
    effect = effects.FetchDocument(hall.next_id(), subject, source_id)
    answer = hall.counter.fetch_document(vault, effect)
    assert isinstance(answer, Fetched), answer
    kept = vault.document(subject)
    assert kept is not None
    assert kept.pdf.startswith(b"%PDF-")
    return answer


def test_what_can_be_filed_and_what_stands_in_the_way(hall: Hall) -> None:
    for person, codes in (("zhao", []), ("li", ["tax_unpaid"])):
        (item,) = hall.prepared(hall.visit(person), TRANSFER).items
        assert [reason.code for reason in item.hindrances] == codes
        assert item.total_fen == 8000
        assert [party.is_self for party in item.parties] == [True]
        assert {each.verdict for each in item.compared} <= {"agrees", "single", "unknown"}
    assert len(hall.prepared(hall.visit("landlord"), TRANSFER).items) == 3
    assert hall.prepared(hall.visit("landlord"), PRESALE).items == ()


def test_two_buyers_file_and_withdraw(hall: Hall) -> None:
    vault, case = hall.filed(PRESALE, "wang", "chen")
    assert (case.outcome, case.order_id, case.missing, case.reasons) == ("accepted", "", (), ())
    assert fetched(hall, vault, "notice", case.case_id).sealed_by
    for index in (0, 1):
        vault.turn_to(index)
        known = hall.counter.fetch_case(vault, effects.FetchCase(hall.next_id(), case.case_id))
        assert isinstance(known, CaseKnown)
        assert (known.case.state, len(known.case.stages)) == ("running", 5)
    assert withdraw(hall, vault, case.case_id) == Withdrawn(refund=False)
    again = withdraw(hall, vault, case.case_id)
    assert isinstance(again, Failed)
    assert (again.why, again.code) == (Why.REFUSED, "case_closed")


def test_a_lost_answer_and_a_retry_make_one_case(hall: Hall, centre: Centre) -> None:
    vault = hall.visit("landlord")
    draft, before = hall.draft(vault, TRANSFER), len(centre.cases())
    centre.fail("/v1/applications", "truncate", 1)
    assert hall.submit(vault, draft, "once") == Failed(Why.UNREACHABLE)
    answer = hall.submit(vault, draft, "once")
    assert isinstance(answer, Decided)
    assert hall.submit(vault, draft, "once") == answer
    assert len(centre.cases()) == before + 1
    withdraw(hall, vault, answer.case.case_id)


def test_what_was_changed_after_signing_is_not_even_sent(hall: Hall, centre: Centre) -> None:
    vault = hall.visit("landlord")
    draft, before = hall.draft(vault, TRANSFER), len(centre.cases())
    changed = replace(draft, form={**draft.form, "payment_method": "full"})
    assert hall.submit(vault, changed, "k-1") == Failed(Why.BROKEN, "digest")
    other = replace(draft.parties[0], signature=Signature("0" * 64, ()))
    answer = hall.submit(vault, replace(draft, parties=(other,)), "k-2")
    assert answer == Failed(Why.BROKEN, "digest")
    assert len(centre.cases()) == before


def test_one_party_alone_is_refused(hall: Hall) -> None:
    vault = hall.visit("wang", "chen")
    draft = hall.draft(vault, PRESALE)
    answer = hall.submit(vault, replace(draft, parties=draft.parties[:1]), hall.next_id())
    assert isinstance(answer, Failed)
    assert (answer.why, answer.code) == (Why.REFUSED, "party_missing")


def test_all_that_is_missing_comes_at_once_and_so_do_reasons(hall: Hall, centre: Centre) -> None:
    vault, lacking = hall.filed(PRESALE, "hmt")
    assert lacking.outcome == "to_be_completed"
    assert len(lacking.missing) == 2
    fetched(hall, vault, "notice", lacking.case_id)
    vault = hall.visit("zhao")
    draft = hall.draft(vault, TRANSFER)
    centre.verbs["seize"](person="zhao")
    try:
        refused = hall.submit(vault, draft, hall.next_id())
    finally:
        centre.verbs["release"](person="zhao")
    assert isinstance(refused, Decided)
    assert refused.case.outcome == "not_accepted"
    assert [reason.code for reason in refused.case.reasons] == ["unit_seized"]
    assert refused.case.order_id == ""


def test_paid_booked_receipt_and_certificate(hall: Hall, centre: Centre) -> None:
    centre.verbs["hold_booking"](on=False)
    vault, case = hall.filed(TRANSFER, "zhang")
    assert case.total_fen == 8000
    known = hall.counter.fetch_order(effects.FetchOrder(hall.next_id(), case.order_id))
    assert isinstance(known, OrderKnown)
    assert (known.order.state, known.order.total_fen) == ("open", 8000)
    none_yet = hall.counter.fetch_receipt(
        vault, effects.FetchReceipt(hall.next_id(), case.order_id)
    )
    assert isinstance(none_yet, Failed)
    assert none_yet.code == "receipt_not_ready"
    pay(hall, centre, case.order_id)
    receipt = hall.counter.fetch_receipt(vault, effects.FetchReceipt(hall.next_id(), case.order_id))
    assert isinstance(receipt, ReceiptKnown)
    assert receipt.receipt.total_fen == 8000
    assert "财" in fetched(hall, vault, "receipt", receipt.receipt.receipt_id).sealed_by
    certificate_id = booked(hall, vault, case.case_id)
    fetched(hall, vault, "certificate", certificate_id)
    listed = hall.counter.list_certificates(vault)
    assert isinstance(listed, CertificatesListed)
    assert certificate_id in [each.certificate_id for each in listed.certificates]


def booked(hall: Hall, vault: Vault, case_id: str) -> str:
    """The certificate of the case, which is among this person's."""
    listed = hall.counter.list_cases(vault)
    assert isinstance(listed, CasesListed)
    (case,) = [each for each in listed.cases if each.case_id == case_id]
    assert case.state == "booked"
    assert case.certificate_id
    return case.certificate_id


def pay(hall: Hall, centre: Centre, order_id: str) -> None:
    """An attempt that the payer's phone pays, seen through each of the client's calls."""
    ref, client = "A" * 24, hall.client
    begun = client.begin_attempt(order_id, ref, "qr", "1" * 32)
    assert begun.qr is not None
    assert client.begin_attempt(order_id, ref, "qr", "1" * 32).state == "pending"
    assert client.attempt(order_id, ref).state == "pending"
    centre.money.pay(ref)
    paid = client.attempt(order_id, ref)
    assert (paid.state, paid.paid_fen, paid.channel) == ("paid", 8000, "wechat")
    assert client.close_attempt(order_id, ref, "2" * 32).state == "paid"
    assert client.order(order_id).receipt_ready


def test_an_attempt_that_is_closed_is_not_paid(hall: Hall, centre: Centre) -> None:
    vault, case = hall.filed(TRANSFER, "wang", "chen")
    ref = "B" * 20
    hall.client.begin_attempt(case.order_id, ref, "qr", "3" * 32)
    closed = hall.client.close_attempt(case.order_id, ref, "4" * 32)
    assert (closed.state, closed.reason, closed.paid_fen) == ("not_paid", "closed", 0)
    with pytest.raises(ValueError, match=r"no QR code|closed"):
        centre.money.pay(ref)
    assert hall.client.close_attempt(case.order_id, "C" * 20, "5" * 32).state == "not_paid"
    assert withdraw(hall, vault, case.case_id) == Withdrawn(refund=False)
    assert hall.client.order(case.order_id).state == "closed"


def check_of(hall: Hall, payload: str) -> CheckFacts:
    effect = effects.CheckCode(hall.next_id(), hall.next_id(), payload)
    answer = hall.counter.check_code(Vault(), effect)
    assert isinstance(answer, Checked)
    return answer.check


def test_a_check_by_number_and_by_code(hall: Hall, centre: Centre) -> None:
    holder = hall.city.resident("zhang")
    vault = hall.visit("zhang")
    listed = hall.counter.list_certificates(vault)
    assert isinstance(listed, CertificatesListed)
    number = listed.certificates[0].number

    def by_number(document_number: str) -> CheckFacts:
        effect = effects.CheckNumber(
            hall.next_id(), hall.next_id(), number, "resident", document_number
        )
        answer = hall.counter.check_number(Vault(), effect)
        assert isinstance(answer, Checked)
        return answer.check

    current = by_number(holder.number)
    assert (current.verdict, current.number) == (CheckVerdict.CURRENT, number)
    assert "*" in current.holder_masked
    stranger = by_number(hall.city.resident("li").number)
    assert stranger == CheckFacts(CheckVerdict.NO_MATCH)
    centre.verbs["revoke"](number=number, state="replaced")
    try:
        replaced = by_number(holder.number)
    finally:
        centre.verbs["revoke"](number=number, state="current")
    assert replaced.verdict is CheckVerdict.REPLACED
    assert replaced.changed_on


def test_a_code_is_checked_by_the_centre_and_else_by_itself(hall: Hall, centre: Centre) -> None:
    good = centre.money.codes()["good"]
    assert isinstance(good, dict)
    payload = str(next(iter(good.values())))
    told = check_of(hall, payload)
    assert told.verdict in {CheckVerdict.CURRENT, CheckVerdict.CANCELLED, CheckVerdict.REPLACED}
    assert told.issued_on == "2026-11-20", "from the code itself"
    centre.fail("/v1/checks", "503")
    assert check_of(hall, payload) == hall.offline
    hall.offline = CheckFacts(CheckVerdict.UNCHECKABLE)
    assert check_of(hall, payload) == CheckFacts(CheckVerdict.UNCHECKABLE, why="busy")
