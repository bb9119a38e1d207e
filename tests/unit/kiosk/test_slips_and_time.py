"""The slip's words in both languages, and the city's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from devices.api import PrintOutcome
from devices.receipt_printer.slip import Groups, Heading, Line, Pair, Qr, Slip
from kiosk.city_time import CITY, CityClock
from kiosk.papers.slips import SlipFacts, enquiry_slip
from kiosk.text import LANGUAGES, say
from tests.flows.samples import housing

FACTS = SlipFacts(
    service={"zh-CN": "个人住房情况查询", "en": "Housing situation"},
    organisation={"zh-CN": "样例市不动产登记中心"},
    hotline="12345",
    number="202611210001",
    verification_code="ABCD-EFGH",
    verification_url="https://check.example/ABCD",
    document=PrintOutcome.PRINTED,
    at=datetime(2026, 11, 21, 11, 5, tzinfo=CITY),
)


def words(slip: Slip) -> list[str]:
    """Every text on the slip, in order."""
    found: list[str] = []
    for line in slip.lines:
        match line:
            case Heading(text=text) | Line(text=text) | Groups(text=text):
                found.append(text)
            case Pair(label=label, value=value):
                found += [label, value]
            case Qr(data=data, caption=caption):
                found += [data, caption]
            case _:
                pass
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", PrintOutcome)
def test_the_slip_holds_what_a_citizen_needs_later(language: str, outcome: PrintOutcome) -> None:
    told = words(enquiry_slip(replace(FACTS, document=outcome), language))
    for needed in ("2026 1121 0001", "ABCD-EFGH", "https://check.example/ABCD", "2026-11-21 11:05"):
        assert needed in told
    assert say(language, f"paper.slip.document.{outcome}") in told
    others = {say(language, f"paper.slip.document.{one}") for one in PrintOutcome} - {
        say(language, f"paper.slip.document.{outcome}")
    }
    assert not others & set(told)
    assert not any("{" in text for text in told)


def test_each_language_speaks_its_own_and_falls_back_to_chinese() -> None:
    chinese, english = (words(enquiry_slip(FACTS, language)) for language in ("zh-CN", "en"))
    assert chinese[0] == "个人住房情况查询"
    assert english[0] == "Housing situation"
    assert english[1] == "样例市不动产登记中心"
    assert len(chinese) == len(english)


def test_no_person_is_on_the_slip() -> None:
    """What is asked of a slip has no field for one; and what a holding says stays off it."""
    home = housing().holdings[0]
    told = "".join(words(enquiry_slip(FACTS, "zh-CN")))
    for personal in (home.unit_no, home.location, "章样例", "990101"):
        assert personal not in told
    assert set(SlipFacts.__dataclass_fields__) == {
        *("service", "organisation", "hotline", "number", "verification_code"),
        *("verification_url", "document", "at"),
    }


def test_the_city_is_eight_hours_ahead_and_the_centre_sets_the_clock() -> None:
    wall = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    clock = CityClock(lambda: 90.0, lambda: wall)
    assert clock.now().isoformat() == "2026-11-21T00:31:30+08:00"
    assert clock.today() == date(2026, 11, 21)


def test_a_clock_nobody_vouched_for_knows_no_date() -> None:
    wall = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    clock = CityClock(lambda: None, lambda: wall)
    assert clock.today() is None
    assert clock.now().isoformat() == "2026-11-21T00:30:00+08:00"


def test_an_unknown_key_is_an_error_and_not_an_empty_line() -> None:
    with pytest.raises(KeyError):
        say("zh-CN", "paper.slip.nothing")
