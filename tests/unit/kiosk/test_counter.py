"""The visit's dealings with the centre: code, session, enquiry, document."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.central.errors import (
    Busy,
    CentralError,
    Disbelief,
    Refused,
    Unbelievable,
    Unreachable,
)
from kiosk.central.models import Problem
from kiosk.counter.desk import Fetched
from kiosk.credentials.numbers import DocumentKind
from kiosk.journey import effects
from kiosk.journey.events import CodeSent, Failed, HousingFound, SessionOpened, Why
from kiosk.journey.facts import Way
from kiosk.vault import KeptDocument, Standing, Vault
from tests.unit.kiosk.centre_desk import BOTH, NUMBER, OTHER_NUMBER, Desk, person, trusting
from tests.unit.kiosk.test_pdf_seal import issue, plain_pdf, seal

BY_FACE = effects.OpenSession("v.1", "v.1", Way.FACE, score_band="high")
BY_CODE = effects.OpenSession("v.1", "v.1", Way.SMS, challenge_id="c-1", code="123456")
FIND = effects.FindHousing("v.2", "v.2", "990000", "loan")
FETCH = effects.FetchDocument("v.3", "enquiry", "enq-1")


@pytest.fixture
def desk() -> Desk:
    return Desk()


NOBODY, SOMEBODY = Standing(0), Standing(0, person())


def with_card(number: str = NUMBER) -> Vault:
    vault = Vault()
    vault.identity = person(number)
    return vault


def opened(desk: Desk) -> Vault:
    vault = with_card()
    assert desk.counter.open_session(vault, vault.standing(), BY_FACE) == SessionOpened()
    return vault


def pdf_in(vault: Vault) -> bytes:
    kept = vault.document("enquiry")
    return kept.pdf if kept is not None else b""


def ends_during(vault: Vault, call: str) -> Callable[[str], None]:
    """The visit ends while this call is under way."""

    def during(name: str) -> None:
        if name == call:
            vault.close()

    return during


def test_a_code_is_sent_for_the_person_of_the_card(desk: Desk) -> None:
    answer = desk.counter.send_code(Vault(), SOMEBODY, effects.SendCode("v.1", "v.1"))
    assert answer == CodeSent("c-1", "138****0001", 60)
    assert desk.centre.of("send_sms_code") == [NUMBER]


def test_without_a_card_nothing_is_asked(desk: Desk) -> None:
    answer = desk.counter.open_session(Vault(), NOBODY, BY_FACE)
    assert answer == Failed(Why.BROKEN, "no_identity")
    assert desk.centre.calls == []


def test_evidence_says_who_was_checked_and_how(desk: Desk) -> None:
    opened(desk)
    desk.counter.open_session(Vault(), SOMEBODY, BY_CODE)
    face, code = desk.centre.evidence
    assert (face.document.number, face.check.kind, face.terminal_id) == (NUMBER, "face", "t-1")
    assert code.check.kind == "sms"
    assert face.nonce != code.nonce


def test_a_retry_bears_the_same_key_and_another_visit_another(desk: Desk) -> None:
    vault, other = with_card(), with_card()
    desk.centre.planted["open_session"] = Unreachable()
    for who in (vault, vault, other):
        desk.counter.open_session(who, who.standing(), BY_FACE)
    first, second, third = desk.centre.keys
    assert first == second
    assert third != first


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Unreachable(), Failed(Why.UNREACHABLE)),
        (Unbelievable(Disbelief.TLS), Failed(Why.UNBELIEVABLE, "tls")),
        (Busy(3.0), Failed(Why.BUSY)),
        (
            Refused(Problem(status=422, code="sms_code_wrong", texts=BOTH, attempts_left=2)),
            Failed(Why.REFUSED, "sms_code_wrong", tuple(BOTH.items()), 2),
        ),
    ],
    ids=["unreachable", "unbelievable", "busy", "refused"],
)
def test_each_error_of_the_centre_becomes_an_answer(
    desk: Desk, error: CentralError, expected: Failed
) -> None:
    vault = opened(desk)
    calls = {
        "send_sms_code": lambda: desk.counter.send_code(
            vault, SOMEBODY, effects.SendCode("v.9", "v.9")
        ),
        "open_session": lambda: desk.counter.open_session(vault, SOMEBODY, BY_FACE),
        "enquire_housing": lambda: desk.counter.find_housing(vault, FIND),
        "document": lambda: desk.counter.fetch_document(vault, FETCH),
    }
    desk.trust = trusting(issue("任意", None).pem)
    for name, call in calls.items():
        desk.centre.planted[name] = error
        assert call() == expected, name


def test_the_token_is_renewed_when_it_is_about_to_end(desk: Desk) -> None:
    desk.centre.expires_in_s = 30
    vault = opened(desk)
    assert isinstance(desk.counter.find_housing(vault, FIND), HousingFound)
    assert desk.centre.of("renew_session") == ["s-1"]
    held = vault.held()
    assert held is not None
    assert desk.centre.of("enquire_housing") == [held.session.token]
    desk.counter.find_housing(vault, FIND)
    assert len(desk.centre.of("renew_session")) == 1, "the new one lasts"


def test_a_token_that_lasts_is_not_renewed(desk: Desk) -> None:
    desk.counter.find_housing(opened(desk), FIND)
    assert desk.centre.of("renew_session") == []


def test_a_renewal_that_fails_is_the_answer(desk: Desk) -> None:
    desk.centre.expires_in_s = 30
    vault = opened(desk)
    desk.centre.planted["renew_session"] = Unreachable()
    assert desk.counter.find_housing(vault, FIND) == Failed(Why.UNREACHABLE)
    assert desk.centre.of("enquire_housing") == []


def test_a_session_opened_after_the_visit_ended_is_closed_again(desk: Desk) -> None:
    vault = with_card()
    desk.centre.during = ends_during(vault, "open_session")
    answer = desk.counter.open_session(vault, vault.standing(), BY_FACE)
    assert answer == Failed(Why.CANCELLED)
    assert desk.centre.open_sessions == []
    assert vault.held() is None
    assert vault.evidence_of(0) is None


def test_a_token_renewed_after_the_visit_ended_is_not_kept(desk: Desk) -> None:
    desk.centre.expires_in_s = 30
    vault = opened(desk)
    desk.centre.during = ends_during(vault, "renew_session")
    desk.counter.find_housing(vault, FIND)
    assert vault.held() is None


def test_the_session_of_a_check_that_was_left_is_closed_by_the_next(desk: Desk) -> None:
    vault = opened(desk)
    again = effects.OpenSession("v.5", "v.5", Way.FACE, score_band="high")
    assert desk.counter.open_session(vault, vault.standing(), again) == SessionOpened()
    assert desk.centre.open_sessions == ["s-2"]


def test_a_check_is_evidence_for_the_card_it_was_made_for(desk: Desk) -> None:
    """Another card may have been read while the errand waited its turn."""
    vault = with_card()
    checked = vault.standing()
    vault.identity = person(OTHER_NUMBER)
    desk.counter.open_session(vault, checked, BY_FACE)
    assert desk.centre.evidence[0].document.number == NUMBER


def test_a_card_without_a_photo_never_opens_by_face(desk: Desk) -> None:
    card = person().model_copy(update={"kind": DocumentKind.SOCIAL_SECURITY})
    answer = desk.counter.open_session(Vault(), Standing(0, card), BY_FACE)
    assert answer == Failed(Why.BROKEN, "no_photo")
    assert desk.centre.calls == []
    assert desk.counter.open_session(Vault(), Standing(0, card), BY_CODE) == SessionOpened()


def test_a_check_that_ends_late_is_kept_for_who_was_checked(desk: Desk) -> None:
    """The next party was turned to while the centre still thought."""
    vault = with_card()

    def turn(_: str) -> None:
        vault.turn_to(1)

    desk.centre.during = turn
    assert desk.counter.open_session(vault, vault.standing(), BY_FACE) == SessionOpened()
    assert vault.held(0) is not None
    assert vault.held(1) is None


def test_each_party_has_a_token_of_its_own(desk: Desk) -> None:
    vault = opened(desk)
    vault.turn_to(1)
    assert desk.counter.find_housing(vault, FIND) is not None
    vault.identity = person(OTHER_NUMBER)
    desk.counter.open_session(vault, vault.standing(), BY_FACE)
    for index in (0, 1):
        vault.turn_to(index)
        desk.counter.find_housing(vault, FIND)
    none, first, second = desk.centre.of("enquire_housing")
    assert none == "", "who was not checked has nobody else's token"
    assert len({first, second}) == 2
    assert desk.centre.open_sessions == ["s-1", "s-2"], "the first one's stays open"


def test_a_sealed_document_is_rendered_and_kept(desk: Desk) -> None:
    authority = issue("测试印章认证中心", None)
    desk.centre.pdf = seal(
        plain_pdf(), issue("测试登记中心查询专用章", authority, serial=8), authority
    )
    desk.trust = trusting(authority.pem)
    vault = opened(desk)
    fetched = desk.counter.fetch_document(vault, FETCH)
    assert isinstance(fetched, Fetched)
    assert fetched.sealed_by == "测试登记中心查询专用章"
    assert vault.document("enquiry") == KeptDocument(desk.centre.pdf, 2)
    assert len(fetched.pages) == 2
    assert desk.centre.of("document") == ["enquiry enq-1"]
    assert desk.counter.seal_checks == 1


@pytest.mark.parametrize("spoil", ["not sealed", "byte flipped", "another authority"])
def test_a_seal_that_does_not_hold_renders_and_keeps_nothing(desk: Desk, spoil: str) -> None:
    authority, other = issue("测试印章认证中心", None), issue("测试印章认证中心", None)
    sealed = seal(plain_pdf(), issue("测试登记中心查询专用章", authority, serial=8), authority)
    desk.centre.pdf = {
        "not sealed": plain_pdf(),
        "byte flipped": sealed.replace(b"10 10 m", b"10 11 m", 1),
        "another authority": sealed,
    }[spoil]
    desk.trust = trusting((other if spoil == "another authority" else authority).pem)
    vault = opened(desk)
    fetched = desk.counter.fetch_document(vault, FETCH)
    assert isinstance(fetched, Failed)
    assert fetched.why is Why.SEAL
    assert desk.plates.rendered == 0
    assert pdf_in(vault) == b""


def test_without_a_trust_list_no_document_is_even_fetched(desk: Desk) -> None:
    answer = desk.counter.fetch_document(opened(desk), FETCH)
    assert answer == Failed(Why.SEAL, "no_trust_list")
    assert desk.centre.of("document") == []


def test_a_document_that_comes_after_the_visit_is_not_kept(desk: Desk) -> None:
    authority = issue("测试印章认证中心", None)
    desk.centre.pdf = seal(
        plain_pdf(), issue("测试登记中心查询专用章", authority, serial=8), authority
    )
    desk.trust = trusting(authority.pem)
    vault = opened(desk)
    desk.centre.during = ends_during(vault, "document")
    assert desk.counter.fetch_document(vault, FETCH) == Failed(Why.CANCELLED)
    assert desk.plates.rendered == 0
    assert not vault.keep_document("enquiry", desk.centre.pdf, 2)
    assert pdf_in(vault) == b""
