"""The walks: a service of the city with short forms each, and the letters that matter in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from devices.api import PrintOutcome
from kiosk.central.models import Service
from kiosk.journey import effects
from kiosk.journey.case_facts import CheckVerdict
from kiosk.journey.events import (
    Answer,
    CardSeen,
    Checked,
    Decided,
    Prepared,
    Printed,
    Why,
)
from kiosk.journey.facts import PrintFacts
from screens.models.intents import Edited
from tests.flows import samples_filing as filing
from tests.flows.explorer_alphabet import (
    A_DOT,
    ALL_READY,
    CARDS,
    CASES,
    CHECK_PRESSES,
    CODE,
    EVERY_CHECK,
    HOUSING_ENDS,
    LOOKING,
    NO_ANSWER,
    NO_PAPER_NO_PAD,
    NOTHING_READY,
    PAPERS,
    PRESSES,
    PRINTS,
    SHORT_CHECK,
    SIGNED,
    VERDICTS,
    Alphabet,
)
from tests.flows.samples import failed, good_card, service
from tests.flows.samples_small import FORM_EDITS, GENUINE, TWO_PAGES, small, third_card

PRESALE = "presale_notice_registration"
TRANSFER = "new_home_transfer"


@dataclass(frozen=True)
class Walk:
    """A service and its letters."""

    service: Service
    alphabet: Alphabet


def _housing() -> Walk:
    edits = (
        Edited(field="scope", value="990000"),
        Edited(field="purpose", value="loan"),
        CODE,
    )
    answers = {**EVERY_CHECK, **HOUSING_ENDS, **PAPERS}
    presses = (*PRESSES, *CHECK_PRESSES)
    return Walk(service(), Alphabet(answers, edits, presses, (ALL_READY, NOTHING_READY)))


def _answers(**more: Sequence[Answer]) -> Mapping[type, Sequence[Answer]]:
    """With a short person check; ``more`` by names of effects."""
    return {**SHORT_CHECK, **_filed(**more)}


def _filed(**more: Sequence[Answer]) -> dict[type, Sequence[Answer]]:
    kinds = {getattr(effects, name): told for name, told in more.items()}
    return {**PAPERS, **CASES, **LOOKING, **kinds}


def _one_party() -> Walk:
    """Everything up to the decision, with forms and questions on two pages."""
    answers = _answers(
        Prepare=[
            Prepared(filing.preparation(filing.item(), filing.item("item-2", hindrances=1))),
            Prepared(replace(filing.preparation(), items=())),
            failed(Why.UNREACHABLE),
            failed(Why.REFUSED, "party_missing"),
        ],
        SubmitApplication=[
            *(
                Decided(filing.case(each))
                for each in ("accepted", "to_be_completed", "not_accepted")
            ),
            failed(Why.REFUSED, "form_invalid"),
            failed(Why.REFUSED, "token_invalid"),
            *NO_ANSWER,
        ],
    )
    edits = (*FORM_EDITS, *(edit for asked in TWO_PAGES for edit in asked.edits), SIGNED, A_DOT)
    offers = (ALL_READY, NOTHING_READY)
    return Walk(small(PRESALE, asked=TWO_PAGES), Alphabet(answers, edits, offers=offers))


def _two_parties() -> Walk:
    """Two homes with different second buyers, whoever's card lies there, changes at any time."""
    other = filing.item("item-2", two=True)
    third = filing.party(3, third_card(), is_self=False)
    other = replace(other, parties=(other.parties[0], third))
    answers = {**EVERY_CHECK, effects.ReadCard: CARDS} | _filed(
        Prepare=[Prepared(filing.preparation(filing.item(two=True), other))],
        SubmitApplication=[Decided(filing.case()), failed(Why.REFUSED), failed(Why.UNREACHABLE)],
        WithdrawCase=[],
    )
    return Walk(
        small(PRESALE, checks=("face", "sms")),
        Alphabet(
            answers,
            (*FORM_EDITS, *GENUINE.edits, SIGNED, CODE),
            (*PRESSES, *CHECK_PRESSES),
            strangers=[CardSeen(filing.other_card()), CardSeen(third_card())],
            sealed=(),
        ),
    )


def _payment() -> Walk:
    """Every answer that a payment can get, with the withdrawal laid over every step."""
    answers = _answers(
        Prepare=[Prepared(filing.preparation(filing.item(fee=8000)))],
        SubmitApplication=[Decided(filing.case(fee=8000))],
        PrintDocument=[
            each for each in PRINTS if each.result.outcome is not PrintOutcome.NOT_PRINTED
        ],
        PrintSlip=[Printed(PrintFacts(PrintOutcome.PRINTED))],
    )
    edits = (FORM_EDITS[0], FORM_EDITS[3], GENUINE.edits[0], SIGNED)
    offers = (ALL_READY, NO_PAPER_NO_PAD, NOTHING_READY)
    return Walk(small(TRANSFER), Alphabet(answers, edits, (*PRESSES, "cancel_payment"), offers))


def _progress() -> Walk:
    """With every way of the person check, and a card that has no photo."""
    social = CardSeen(good_card(kind="social_security", portrait=False))
    checks = {**EVERY_CHECK, effects.ReadCard: [*CARDS, social]}
    alphabet = Alphabet({**_answers(), **checks}, (CODE,), (*PRESSES, *CHECK_PRESSES))
    return Walk(small("case_progress", checks=("face", "sms")), alphabet)


def _certificates() -> Walk:
    return Walk(small("e_certificates"), Alphabet(_answers()))


def _check() -> Walk:
    answers = _answers(
        CheckCode=VERDICTS, CheckNumber=[Checked(filing.check(CheckVerdict.CURRENT))]
    )
    typed = {"kind": "ownership", "year": "2026", "number": "1", "document": "resident"}
    edits = [Edited(field=name, value=value) for name, value in typed.items()]
    edits += [Edited(field="holder", value=number) for number in (good_card().number, "990101")]
    return Walk(
        small("certificate_check"), Alphabet(answers, edits, offers=(ALL_READY, NOTHING_READY))
    )


WALKS: Mapping[str, Callable[[], Walk]] = {
    "housing": _housing,
    "one_party": _one_party,
    "two_parties": _two_parties,
    "payment": _payment,
    "progress": _progress,
    "certificates": _certificates,
    "check": _check,
}
