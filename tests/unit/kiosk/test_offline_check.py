"""What is said of a code without the centre: as much as is known, and never more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

import pytest

from kiosk.central.models_trust import Revoked, TrustList
from kiosk.central.watch import Documents
from kiosk.journey.case_facts import CheckFacts, CheckVerdict
from kiosk.offline_check import KINDS, offline_check
from tests.unit.kiosk.code_mint import CITY_NAME, NOW, SAID, Issuer, held, parts_of
from tests.unit.sandbox.orders_hall import Hall

ISSUER = Issuer()
KEY = ISSUER.listed()
CTI = b"\5" * 16
GOOD = ISSUER.over(ISSUER.claims(cti=CTI))
SIGNED = CheckFacts(
    verdict=CheckVerdict.SIGNATURE_ONLY,
    kind=KINDS["ownership"],
    number=SAID["no"],
    holder_masked=SAID["hn"],
    title=SAID["loc"],
    as_of="2026-11-21 11:00",
    issued_on="2026-11-20",
    issuer=CITY_NAME,
)
UNKNOWN = CheckFacts(CheckVerdict.UNCHECKABLE)
FORGED = CheckFacts(CheckVerdict.FORGED)


def revoked(state: str, cti: bytes = CTI) -> Revoked:
    return Revoked.model_validate(
        {"cti": cti.hex(), "state": state, "on": date(2026, 11, 15)}, strict=True
    )


def test_a_good_code_is_issued_and_unaltered_and_no_more() -> None:
    assert offline_check(GOOD, held(KEY)) == SIGNED


@pytest.mark.parametrize("state", ["cancelled", "replaced"])
def test_the_list_says_that_it_no_longer_counts(state: str) -> None:
    facts = offline_check(
        GOOD, held(KEY, revoked=(revoked("cancelled", b"\6" * 16), revoked(state)))
    )
    assert facts == replace(SIGNED, verdict=CheckVerdict(state), changed_on="2026-11-15")


def test_another_certificates_entry_is_not_this_ones() -> None:
    assert offline_check(GOOD, held(KEY, revoked=(revoked("cancelled", b"\6" * 16),))) == SIGNED


@pytest.mark.parametrize("kind", [*KINDS, "permit"])
def test_kinds_by_their_names(kind: str) -> None:
    facts = offline_check(ISSUER.says(kind=kind), held(KEY))
    assert facts.verdict is CheckVerdict.SIGNATURE_ONLY
    assert facts.kind == KINDS.get(kind)


@pytest.mark.parametrize(
    ("documents", "why"),
    [
        (Documents(), "keys_missing"),
        (held(KEY, trust=False), "keys_missing"),
        (held(KEY, trust=False, expired=frozenset({"trust"})), "keys_expired"),
        (held(KEY, trust=False, expired=frozenset({"revocations"})), "keys_missing"),
        (held(KEY, revoked=None), "keys_missing"),
        (held(KEY, revoked=None, expired=frozenset({"revocations"})), "keys_expired"),
        (held(KEY, revoked=None, expired=frozenset({"catalogue"})), "keys_missing"),
        (held(), "keys_missing"),
        (held(ISSUER.listed(alg="SM2")), "keys_missing"),
    ],
)
def test_without_a_list_nothing_is_said_of_the_certificate(documents: Documents, why: str) -> None:
    assert offline_check(GOOD, documents) == replace(UNKNOWN, why=why)


def altered(kind: str) -> str:
    parts = parts_of(GOOD)
    match kind:
        case "content":
            return replace(parts, payload=parts_of(ISSUER.says(hn="冒*")).payload).text()
        case "signature":
            return replace(parts, signature=bytes(64)).text()
        case "stranger":
            return Issuer().signed(parts.payload, parts.protected).text()
        case "time":
            return ISSUER.over(ISSUER.claims(at=NOW + timedelta(days=400)))
        case "cut":
            return GOOD[:-9]
        case _:
            return "BDC1:"


@pytest.mark.parametrize("kind", ["content", "signature", "stranger", "time", "cut", "empty"])
def test_what_is_altered_is_called_so(kind: str) -> None:
    assert offline_check(altered(kind), held(KEY)) == FORGED
    assert offline_check(altered(kind), held(KEY, revoked=None)) == FORGED


@pytest.mark.parametrize("kind", ["cut", "empty"])
def test_for_a_broken_form_no_list_is_needed(kind: str) -> None:
    """So that it is never sent to the centre either, however long."""
    assert offline_check(altered(kind), Documents()) == FORGED
    assert offline_check("BDC1:" + "0" * 10_000_000, Documents()) == FORGED


def test_a_newer_certificate_is_for_the_centre_to_judge() -> None:
    newer = ISSUER.over({**ISSUER.claims(), -70002: {"chip": "x"}})
    assert offline_check(newer, held(KEY)) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("https://cx.yunting.example/v/ABCDEFGH23456789", CheckVerdict.UNCHECKABLE),
        ("https://elsewhere.example/v/ABCDEFGH23456789", CheckVerdict.UNCHECKABLE),
        (f"201903050587${SAID['unit']}$云(2026)第1号${'0a' * 16}", CheckVerdict.UNCHECKABLE),
        ("https://cx.yunting.example/c/ABCDEFGH23456789", CheckVerdict.NOT_OURS),
        ("https://pay.elsewhere.example/q/990011", CheckVerdict.NOT_OURS),
        ("HC1:6BFOXN", CheckVerdict.NOT_OURS),
        ("", CheckVerdict.NOT_OURS),
        ("\ud800", CheckVerdict.NOT_OURS),
    ],
)
def test_other_kinds_of_codes(text: str, verdict: CheckVerdict) -> None:
    for documents in (held(KEY), Documents()):
        assert offline_check(text, documents) == CheckFacts(verdict)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    opened = Hall.opened(tmp_path_factory.mktemp("hall"))
    yield opened
    opened.close()


@pytest.mark.city
def test_the_citys_own_papers(hall: Hall) -> None:
    """Issued by the sandbox's centre, which shares no code with us."""
    listed = hall.terminal.call("GET", "/v1/trust")
    trust = TrustList.model_validate_json(listed.body)
    documents = replace(held(), trust=trust)
    codes = hall.centre.money.codes()
    good = cast("dict[str, str]", codes["good"])
    assert good
    for number, text in good.items():
        facts = offline_check(text, documents)
        assert (facts.verdict, facts.number) == (CheckVerdict.SIGNATURE_ONLY, number)
    for name, verdict in (
        ("url", CheckVerdict.UNCHECKABLE),
        ("plain", CheckVerdict.UNCHECKABLE),
        ("foreign_url", CheckVerdict.NOT_OURS),
    ):
        assert offline_check(str(codes[name]), documents).verdict is verdict


@pytest.mark.city
@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        ("altered", CheckVerdict.FORGED),
        ("flipped", CheckVerdict.FORGED),
        ("other_key", CheckVerdict.FORGED),
        ("cut", CheckVerdict.FORGED),
        ("unknown_key", CheckVerdict.UNCHECKABLE),
    ],
)
def test_the_citys_forgeries(hall: Hall, kind: str, verdict: CheckVerdict) -> None:
    trust = TrustList.model_validate_json(hall.terminal.call("GET", "/v1/trust").body)
    hall.centre.money.forge_qr(kind)
    text = cast("dict[str, str]", hall.centre.money.codes()["forged"])[kind]
    assert offline_check(text, replace(held(), trust=trust)).verdict is verdict
