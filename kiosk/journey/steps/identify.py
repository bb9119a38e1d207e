"""The identity document: read it, judge it, have it confirmed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kiosk.credentials import numbers
from kiosk.journey import catalogue, framing, troubles
from kiosk.journey.effects import Cancel, Effect, ReadCard
from kiosk.journey.events import Answered, CardSeen, Event, Failed, IntentGiven, Why
from kiosk.journey.facts import CardFacts
from kiosk.journey.session import Session
from kiosk.journey.step import Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.troubles import Trouble
from screens.models.base import Notice, Page
from screens.models.intents import Pressed
from screens.models.pages import ConfirmPage, DevicePage, Fact
from screens.models.words import Plain, Text, Words

PORTRAIT_SLOT = "portrait"
_CARD_FAULTS = {"card_unreadable", "card_unknown_kind", "card_protected"}
NOT_THIS_PERSON = "not_this_person"


@dataclass(frozen=True, slots=True)
class Asking:
    """Waiting for a card; ``wrong`` names what was wrong with the last one."""

    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Confirming:
    """A good card was read; the citizen confirms it."""


class IdentifyStep:
    """``documents`` of the parameters lists the kinds that this service takes."""

    kind = "identify"
    reversal = Reversal(invalidates=("card", "way", "opened"))

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Ask for the card at once."""
        return _ask(replace(session, card=None))

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """A card was read, or the citizen decided about it."""
        match event:
            case Answered(answer=CardSeen(card=card), today=today):
                if wrong := judge(card, params, today) or _not_expected(card, session):
                    return _ask(session, wrong)
                return Stay(replace(session, card=card, local=Confirming()))
            case Answered(answer=Failed(why=Why.DEVICE, code=code)) if code in _CARD_FAULTS:
                return _ask(session, code)
            case Answered(answer=Failed() as failed):
                return Stay(session.at_step(troubles.of(failed, "reader_gone")))
            case IntentGiven(intent=Pressed(name="retry" | "again")):
                return _ask(replace(session, card=None))
            case IntentGiven(intent=Pressed(name="next")) if isinstance(session.local, Confirming):
                return Next(session)
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """The reader waits for a person, so the idle clock runs."""
        return Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """Put the card here; then confirm it."""
        if isinstance(session.local, Trouble):
            return troubles.page(session.local, frame)
        if isinstance(session.local, Confirming) and session.card is not None:
            return _confirm_page(session.card, frame)
        wrong = session.local.wrong if isinstance(session.local, Asking) else ""
        notice = Notice(tone="danger", text=_wrong_text(wrong, session)) if wrong else None
        return DevicePage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("card.heading"),
            subheading=_whose(session),
            notice=notice,
            device="id_or_social" if _readers(params) == "or_social" else "id_card",
            sentence=framing.text(f"card.sentence.{_readers(params)}"),
            bar=framing.bar(frame),
        )


def judge(card: CardFacts, params: Params, today: date | None) -> str:
    """What is wrong with the card, as the last part of a text key; empty when nothing is.

    Without a trusted date nothing is said about expiry: the centre judges it.
    """
    if card.kind not in catalogue.read(catalogue.IdentifyParams, params).documents:
        return "not_for_this_service"
    kind = numbers.DocumentKind(card.kind)
    if numbers.check_document_number(kind, card.number, today or date.max) is not None:
        return "check_digit"
    if today is not None and card.valid_until is not None and card.valid_until < today:
        return "expired"
    return ""


def _whose(session: Session) -> Text | None:
    """Whose turn it is, where there are several; the applicant who began knows."""
    party = session.party
    if party is None or session.party_index == 0:
        return None
    return framing.text("card.whose", name=party.name)


def _readers(params: Params) -> str:
    """Whether a card may be inserted as well as laid on."""
    documents = catalogue.read(catalogue.IdentifyParams, params).documents
    return "or_social" if numbers.DocumentKind.SOCIAL_SECURITY in documents else "one"


def _not_expected(card: CardFacts, session: Session) -> str:
    """Whose turn it is is settled by the contract; the centre masks the number's middle."""
    party = session.party
    if party is None:
        return ""
    masked = f"{card.number[:6]}{'*' * (len(card.number) - 10)}{card.number[-4:]}"
    return "" if (card.name, masked) == (party.name, party.number_masked) else NOT_THIS_PERSON


def _wrong_text(wrong: str, session: Session) -> Text:
    if wrong == NOT_THIS_PERSON:
        name = session.party.name if session.party else ""
        return framing.text(f"card.wrong.{NOT_THIS_PERSON}", name=name)
    return framing.text(f"card.wrong.{wrong}")


def _ask(session: Session, wrong: str = "") -> Outcome:
    stale: tuple[Effect, ...] = tuple(Cancel(job_id) for job_id in sorted(session.jobs))
    waiting, job_id = replace(session, jobs=frozenset(), local=Asking(wrong)).job()
    return Stay(waiting, (*stale, ReadCard(job_id)))


def _confirm_page(card: CardFacts, frame: Frame) -> ConfirmPage:
    until: Words = (
        Plain(value=card.valid_until.isoformat())
        if card.valid_until is not None
        else framing.text("card.valid_for_good")
    )
    return ConfirmPage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text("confirm.heading"),
        portrait=PORTRAIT_SLOT if card.portrait else None,
        facts=(
            Fact(label=framing.text("confirm.name"), value=Plain(value=card.name), strong=True),
            Fact(
                label=framing.text(f"confirm.number.{card.kind}"),
                value=Plain(value=_grouped(card.number)),
                strong=True,
            ),
            Fact(label=framing.text("confirm.valid_until"), value=until),
        ),
        bar=framing.bar(
            frame,
            back=framing.button("again", "button.read_again"),
            forward=framing.button("next", "button.it_is_me"),
        ),
    )


def _grouped(number: str) -> str:
    """An 18-character number as region, birth date and the rest: easier to compare."""
    return f"{number[:6]} {number[6:14]} {number[14:]}".strip()
