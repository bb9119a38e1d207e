"""What is kept of the people of a visit, and that nothing is kept of them after it."""

from __future__ import annotations

import threading

from kiosk.central.identity import SignedEvidence
from kiosk.central.models import Session
from kiosk.vault import KeptDocument, Standing, Vault
from tests.unit.kiosk.centre_desk import NOW, NUMBER, OTHER_NUMBER, person

TOKEN = "t" * 32


def session(session_id: str) -> Session:
    return Session(session_id=session_id, token=TOKEN, expires_in_s=600, renew_until=NOW)


def evidence(name: str) -> SignedEvidence:
    return SignedEvidence(name.encode(), b"signature")


def two_parties() -> Vault:
    """Both identified and checked; the second stands there."""
    vault = Vault()
    for index, number in enumerate((NUMBER, OTHER_NUMBER)):
        vault.turn_to(index)
        vault.identity = person(number)
        vault.portrait_png = b"png %d" % index
        assert vault.keep_session(index, session(f"s-{index}"), evidence(f"e-{index}"), 60.0)
    return vault


def bytes_of(vault: Vault, subject: str) -> bytearray:
    """The very bytes that the vault holds."""
    return vault._papers[subject].pdf  # pyright: ignore[reportPrivateUsage] - what is zeroed


def test_each_party_has_its_own() -> None:
    vault = two_parties()
    assert vault.standing() == Standing(1, person(OTHER_NUMBER))
    vault.turn_to(0)
    assert vault.identity == person(NUMBER)
    assert vault.portrait_png == b"png 0"
    held = vault.held()
    assert held is not None
    assert (held.session.session_id, held.until) == ("s-0", 60.0)
    vault.turn_to(2)
    assert (vault.identity, vault.portrait_png, vault.held()) == (None, b"", None)
    assert vault.evidence_of(1) == evidence("e-1")
    assert vault.evidence_of(2) is None
    assert vault.identity_of(1) == person(OTHER_NUMBER)


def test_a_document_replaces_the_last_one_of_its_subject_and_zeroes_it() -> None:
    vault = Vault()
    vault.keep_document("notice", b"%PDF-n", 1)
    vault.keep_document("receipt", b"%PDF-r", 2)
    paper = bytes_of(vault, "notice")
    vault.keep_document("notice", b"%PDF-m", 3)
    assert bytes(paper) == bytes(6)
    assert vault.document("notice") == KeptDocument(b"%PDF-m", 3)
    assert vault.document("receipt") == KeptDocument(b"%PDF-r", 2)
    assert vault.document("enquiry") is None


def test_a_request_is_made_once() -> None:
    vault = Vault()
    made: list[bytes] = []

    def make() -> bytes:
        made.append(b"request %d" % len(made))
        return made[-1]

    assert vault.request("v.1", make) == vault.request("v.1", make) == b"request 0"
    assert vault.request("v.2", make) == b"request 1"


def test_closing_forgets_everything_and_names_all_sessions() -> None:
    vault = two_parties()
    vault.keep_document("enquiry", b"%PDF-", 1)
    vault.request("v.1", lambda: b"personal")
    key = vault.key("v.1")
    paper = bytes_of(vault, "enquiry")
    request = vault._requests["v.1"]  # pyright: ignore[reportPrivateUsage] - what is zeroed
    assert vault.close() == ("s-0", "s-1")
    assert vault.close() == ()
    assert bytes(paper) == bytes(5), "the bytes themselves are zeroed"
    assert bytes(request) == bytes(8)
    for index in (0, 1):
        vault.turn_to(index)
        assert (vault.identity, vault.portrait_png, vault.held()) == (None, b"", None)
    assert vault.document("enquiry") is None
    assert vault.key("v.1") != key


def test_a_closed_vault_takes_nothing() -> None:
    vault = Vault()
    vault.close()
    vault.identity = person()
    vault.portrait_png = b"png"
    assert not vault.keep_session(0, session("s-1"), evidence("e"), 60.0)
    assert not vault.keep_document("enquiry", b"%PDF-", 1)
    assert vault.request("v.1", lambda: b"once") == b"once"
    assert vault.request("v.1", lambda: b"twice") == b"twice", "nothing was kept"
    assert (vault.identity, vault.portrait_png) == (None, b"")
    assert (vault.held(), vault.document("enquiry")) == (None, None)
    assert vault.closed


def test_the_end_and_late_answers_from_another_thread() -> None:
    """Whatever is kept before the end is named by it; whatever comes after is told so."""
    for _ in range(50):
        vault, kept = Vault(), list[str]()
        start = threading.Barrier(2)

        def keep(
            vault: Vault = vault, kept: list[str] = kept, start: threading.Barrier = start
        ) -> None:
            start.wait()
            kept.extend(
                f"s-{index}"
                for index in range(20)
                if vault.keep_session(index, session(f"s-{index}"), evidence("e"), 1.0)
            )

        keeping = threading.Thread(target=keep)
        keeping.start()
        start.wait()
        closed = vault.close()
        keeping.join()
        assert list(closed) == kept
        assert vault.close() == ()


def test_the_repr_shows_nobody() -> None:
    vault = two_parties()
    vault.keep_document("enquiry", b"%PDF-", 1)
    shown = f"{vault!r} {vault.standing()!r} {vault.held()!r} {vault.document('enquiry')!r}"
    for secret in (NUMBER, OTHER_NUMBER, "章样例", TOKEN, "png", "%PDF", "e-1"):
        assert secret not in shown
