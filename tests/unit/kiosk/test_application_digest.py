"""What a party signs to, and when a signature no longer belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.journey import application
from kiosk.journey.case_facts import Signature
from kiosk.journey.session import Session
from sandbox.central.filing_form import party_digest
from tests.flows import samples_filing as filing
from tests.flows.filing_visitor import PRESALE, TRANSFER
from tests.flows.samples import service

FORM = {
    "contact_phone": "13800000000",
    "certificate_delivery": "post",
    "payment_method": "full",
    "joint_ownership": "joint",
}
RECORD = {"true_intent": "yes", "dispute": "no"}


def prepared(*, two: bool = True) -> Session:
    """A visit in which everything is filled in and nobody has signed."""
    item = filing.item(two=two)
    return Session(
        visit_id="v",
        service=filing.city_service(PRESALE),
        preparation=filing.preparation(item),
        item=item,
        form=FORM,
        record=RECORD,
    )


def signed(session: Session) -> Session:
    """Everybody signs, in turn."""
    for index in range(len(session.parties)):
        session = replace(session.turn_to(index), record=RECORD)
        made = Signature(application.digest_of(session, index), filing.STROKES)
        session = replace(session, signature=made)
    return session


def test_the_centre_draws_the_same_digest() -> None:
    """It shares no code with us."""
    session = signed(prepared())
    made = application.draft(session)
    assert made is not None
    for party in made.parties:
        theirs = party_digest(PRESALE, made.item, party.party, made.form, party.answers)
        assert party.signature.digest == theirs
    assert made.parties[0].signature.digest != made.parties[1].signature.digest


def test_numbers_and_yes_are_signed_as_what_they_are() -> None:
    session = replace(
        prepared(two=False),
        service=filing.city_service(TRANSFER),
        form={**FORM, "separate_certificates": "no", "utilities_transfer": "yes"},
    )
    content = application.content(session)
    assert content["separate_certificates"] is False
    assert content["utilities_transfer"] is True
    theirs = party_digest(TRANSFER, "item-1", "buyer-1", content, RECORD)
    assert application.digest_of(session, 0) == theirs


Change = Callable[[Session], Session]
CHANGES: dict[str, Change] = {
    "each field": lambda s: replace(s, form={**s.form, "certificate_delivery": "counter"}),
    "a field less": lambda s: replace(s, form={**s.form, "payment_method": ""}),
    "the contract": lambda s: replace(s, item=filing.item("item-2", two=True)),
    "the service": lambda s: replace(s, service=filing.city_service(TRANSFER)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_everybody_signed_to_changes_for_everybody(name: str) -> None:
    session = signed(prepared())
    assert application.unsigned(session) == ()
    changed = CHANGES[name](session)
    assert application.unsigned(changed) == (0, 1)
    assert application.draft(changed) is None
    for index in (0, 1):
        assert application.digest_of(changed, index) != application.digest_of(session, index)


@pytest.mark.parametrize("index", [0, 1])
def test_an_answer_changes_only_its_own_partys(index: int) -> None:
    session = signed(prepared()).turn_to(index)
    changed = replace(session, record={**RECORD, "dispute": "yes"})
    assert application.unsigned(changed) == (index,)
    assert application.draft(changed) is None


def test_back_as_it_was_the_signature_holds_again() -> None:
    session = signed(prepared())
    changed = replace(session, form={**FORM, "payment_method": "loan"})
    assert application.unsigned(replace(changed, form=FORM)) == ()


def test_fields_in_another_order_are_the_same() -> None:
    session = prepared()
    turned = replace(
        session,
        form=dict(reversed(FORM.items())),
        record=dict(reversed(RECORD.items())),
    )
    assert application.digest_of(turned, 0) == application.digest_of(session, 0)


def test_whoever_has_not_signed_is_named_and_nothing_is_handed_in() -> None:
    session = prepared()
    assert application.unsigned(session) == (0, 1)
    first = signed(prepared(two=False))
    half = replace(session, signature=Signature(application.digest_of(session, 0), filing.STROKES))
    assert application.unsigned(half) == (1,)
    assert application.draft(half) is None
    assert application.draft(first) is not None
    assert application.draft(replace(first, preparation=None)) is None
    assert application.draft(replace(first, signature=None)) is None


def test_a_draft_holds_what_was_signed_and_shows_nobody() -> None:
    made = application.draft(signed(prepared()))
    assert made is not None
    assert (made.service, made.preparation_id, made.item) == (PRESALE, "preparation-1", "item-1")
    assert made.form == FORM
    assert [(party.index, party.party) for party in made.parties] == [
        (0, "buyer-1"),
        (1, "buyer-2"),
    ]
    assert all(party.answers == RECORD for party in made.parties)
    assert "13800000000" not in repr(made)
    assert str(filing.STROKES[0][0]) not in repr(made)


def test_a_service_without_a_form_signs_to_none() -> None:
    session = replace(prepared(), service=service())
    assert application.form_of(session) is None
    assert application.content(session) == {}
