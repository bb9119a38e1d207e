"""The visit's dealings with the centre, and what is kept of them while the visit lasts."""

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
from kiosk.counter import Fetched
from kiosk.journey import effects
from kiosk.journey.events import CodeSent, Failed, HousingFound, SessionOpened, Why
from kiosk.journey.facts import Way
from kiosk.vault import Vault
from tests.unit.kiosk.centre_desk import BOTH, NUMBER, OTHER_NUMBER, Desk, person, trusting
from tests.unit.kiosk.test_pdf_seal import issue, plain_pdf, seal

BY_FACE = effects.OpenSession("v.1", "v.1", Way.FACE, score_band="high")
BY_CODE = effects.OpenSession("v.1", "v.1", Way.SMS, challenge_id="c-1", code="123456")
FIND = effects.FindHousing("v.2", "v.2", "990000", "loan")
FETCH = effects.FetchDocument("v.3", "enq-1")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def opened(desk: Desk) -> Vault:
    vault = Vault(identity=person())
    assert desk.counter.open_session(vault, vault.identity, BY_FACE) == SessionOpened()
    return vault


def ends_during(vault: Vault, call: str) -> Callable[[str], None]:
    """The visit ends while this call is under way."""

    def during(name: str) -> None:
        if name == call:
            vault.close()

    return during


def test_a_code_is_sent_for_the_person_of_the_card(desk: Desk) -> None:
    answer = desk.counter.send_code(Vault(), person(), effects.SendCode("v.1", "v.1"))
    assert answer == CodeSent("c-1", "138****0001", 60)
    assert desk.centre.of("send_sms_code") == [NUMBER]


def test_without_a_card_nothing_is_asked(desk: Desk) -> None:
    answer = desk.counter.open_session(Vault(), None, BY_FACE)
    assert answer == Failed(Why.BROKEN, "no_identity")
    assert desk.centre.calls == []


def test_evidence_says_who_was_checked_and_how(desk: Desk) -> None:
    opened(desk)
    desk.counter.open_session(Vault(), person(), BY_CODE)
    face, code = desk.centre.evidence
    assert (face.document.number, face.check.kind, face.terminal_id) == (NUMBER, "face", "t-1")
    assert code.check.kind == "sms"
    assert face.nonce != code.nonce


def test_a_retry_bears_the_same_key_and_another_visit_another(desk: Desk) -> None:
    vault, other = Vault(identity=person()), Vault(identity=person())
    desk.centre.planted["open_session"] = Unreachable()
    for who in (vault, vault, other):
        desk.counter.open_session(who, who.identity, BY_FACE)
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
            vault, person(), effects.SendCode("v.9", "v.9")
        ),
        "open_session": lambda: desk.counter.open_session(vault, person(), BY_FACE),
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
    assert vault.session is not None
    assert desk.centre.of("enquire_housing") == [vault.session.token]
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
    vault = Vault(identity=person())
    desk.centre.during = ends_during(vault, "open_session")
    answer = desk.counter.open_session(vault, vault.identity, BY_FACE)
    assert answer == Failed(Why.CANCELLED)
    assert desk.centre.open_sessions == []
    assert vault.session is None
    assert vault.evidence is None


def test_a_token_renewed_after_the_visit_ended_is_not_kept(desk: Desk) -> None:
    desk.centre.expires_in_s = 30
    vault = opened(desk)
    desk.centre.during = ends_during(vault, "renew_session")
    desk.counter.find_housing(vault, FIND)
    assert vault.session is None


def test_the_session_of_a_check_that_was_left_is_closed_by_the_next(desk: Desk) -> None:
    vault = opened(desk)
    again = effects.OpenSession("v.5", "v.5", Way.FACE, score_band="high")
    assert desk.counter.open_session(vault, vault.identity, again) == SessionOpened()
    assert desk.centre.open_sessions == ["s-2"]


def test_a_check_is_evidence_for_the_card_it_was_made_for(desk: Desk) -> None:
    """Another card may have been read while the errand waited its turn."""
    vault = Vault(identity=person())
    checked = vault.identity
    vault.identity = person(OTHER_NUMBER)
    desk.counter.open_session(vault, checked, BY_FACE)
    assert desk.centre.evidence[0].document.number == NUMBER


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
    assert (len(fetched.pages), vault.pages) == (2, 2)
    assert bytes(vault.pdf) == desk.centre.pdf
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
    assert bytes(vault.pdf) == b""


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
    assert not vault.keep_document(desk.centre.pdf, 2)
    assert bytes(vault.pdf) == b""


def test_closing_the_vault_forgets_everything_and_names_the_session(desk: Desk) -> None:
    vault = opened(desk)
    vault.portrait_png = b"png"
    vault.keep_document(b"%PDF-", 1)
    pdf = vault.pdf
    assert vault.close() == "s-1"
    assert vault.close() == ""
    assert bytes(pdf) == bytes(5), "the bytes themselves are zeroed"
    assert (vault.identity, vault.session, vault.evidence) == (None, None, None)
    assert (vault.portrait_png, bytes(vault.pdf), vault.keys) == (b"", b"", {})


def test_the_vaults_repr_shows_nobody(desk: Desk) -> None:
    vault = opened(desk)
    vault.portrait_png, vault.pdf = b"portrait", bytearray(b"%PDF-")
    assert vault.session is not None
    for secret in (NUMBER, "章样例", vault.session.token, "portrait", "%PDF"):
        assert secret not in repr(vault)
