"""What the centre and a card would say, invented and valid in form."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from kiosk.central.models import Catalogue, Configuration, Service
from kiosk.central.watch import Documents
from kiosk.credentials.numbers import check_digit
from kiosk.journey.events import Failed, Why
from kiosk.journey.facts import CardFacts, Holding, HousingFacts

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
BOTH = {"zh-CN": "样例", "en": "Sample"}


def with_check_digit(first_seventeen: str) -> str:
    """An 18-character number that is valid in form."""
    return first_seventeen + check_digit(first_seventeen)


def good_card(
    *,
    kind: str = "resident",
    number: str = "",
    valid_until: date | None = date(2035, 1, 1),
    portrait: bool = True,
) -> CardFacts:
    """An invented resident's card."""
    number = number or with_check_digit("99010119550312001")
    return CardFacts(kind, "章样例", number, valid_until, portrait)


def housing(count: int = 1) -> HousingFacts:
    """An answer with that many homes."""
    home = Holding("990101001001GB00001F00010001", "样例路1号", BOTH, "89.12", BOTH)
    return HousingFacts(
        enquiry_id="enq-1",
        number="202611210001",
        scope=BOTH,
        holdings=(home,) * count,
        data_from="1998-01-01",
        as_of=NOW.isoformat(),
        verification_code="ABCD-EFGH-JKLM-NPQR",
        verification_url="https://check.example/ABCD",
    )


def failed(why: Why, code: str = "", attempts_left: int | None = None) -> Failed:
    return Failed(why, code, (), attempts_left)


def service() -> Service:
    """The housing service as the catalogue has it."""
    options = [{"value": "990000", "names": BOTH}, {"value": "990100", "names": BOTH}]
    purposes = [{"value": "loan", "names": BOTH}, {"value": "school", "names": BOTH}]
    kinds = (
        "consent person_check housing_enquiry housing_result document print_document slip"
        " rating farewell"
    )
    parameters = {"housing_enquiry": {"scopes": options, "purposes": purposes}}
    listed = [
        {"kind": "identify", "params": {"documents": ["resident", "hmt_residence"]}},
        *({"kind": kind, "params": parameters.get(kind, {})} for kind in kinds.split()),
    ]
    return Service.model_validate(
        {
            "code": "housing_situation",
            "names": BOTH,
            "summary": BOTH,
            "icon": "home_search",
            "category": "enquire",
            "materials": (BOTH,),
            "fee": BOTH,
            "requires_devices": ("id_card", "certificate_printer"),
            "person_checks": ("face", "sms"),
            "steps": tuple(listed),
        }
    )


def documents(*services: Service) -> Documents:
    """What the centre would have delivered."""
    until = NOW + timedelta(days=1)
    configuration = Configuration(
        version=1,
        valid_until=until,
        idle_s=90,
        countdown_s=20,
        organisation=BOTH,
        hotline="12345",
        nearest_outlets=(),
    )
    catalogue = Catalogue(version=1, valid_until=until, services=services or (service(),))
    return Documents(configuration, catalogue, None)
