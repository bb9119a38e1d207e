"""Everything that will be signed, once more, with a way to put each part right."""

from __future__ import annotations

from kiosk.journey import application, catalogue, framing
from kiosk.journey.catalogue import Question, QuestioningParams
from kiosk.journey.events import Event, IntentGiven
from kiosk.journey.forms import FieldSpec
from kiosk.journey.session import Session
from kiosk.journey.step import REVERSIBLE, Back, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from screens.models.base import Fact
from screens.models.filing import ReviewPage, ReviewSection
from screens.models.intents import Pressed
from screens.models.words import Plain, Words

_EDIT = {"edit_form": "application_form", "edit_record": "questioning"}
"""Button -> the kind of step it goes back to."""


class ReviewStep:
    """A change made from here voids what was signed already (see the steps' ``invalidates``)."""

    kind = "review"
    reversal: Reversal = REVERSIBLE

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Show it."""
        return Stay(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Go on to sign, or back to what is to be changed."""
        match event:
            case IntentGiven(intent=Pressed(name="next")):
                return Next(session)
            case IntentGiven(intent=Pressed(name=name)) if name in _EDIT:
                return Back(session, to=_EDIT[name])
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """A person reads."""
        return Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> ReviewPage:
        """Contract, form, answers."""
        return ReviewPage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("review.heading"),
            sentence=framing.text("review.sentence"),
            sections=(_contract(session), _form(session), _record(session)),
            bar=framing.bar(frame, forward=framing.button("next", "button.to_sign")),
        )


def _contract(session: Session) -> ReviewSection:
    rows: list[Fact] = []
    if (item := session.item) is not None:
        rows = [
            _row("review.where", Plain(value=item.title)),
            _row("review.contract", Plain(value=item.number)),
            _row("review.tax", framing.localised(item.tax_text)),
            _row("review.fee", framing.fee(item.total_fen)),
            *(
                Fact(label=framing.localised(party.role), value=Plain(value=party.name))
                for party in session.parties
            ),
        ]
    return ReviewSection(title=framing.text("review.section.contract"), rows=tuple(rows))


def _form(session: Session) -> ReviewSection:
    form = application.form_of(session)
    fields = form.fields if form is not None else ()
    return ReviewSection(
        title=framing.text("review.section.form"),
        rows=tuple(
            Fact(label=framing.localised(field.label), value=_value(field, session))
            for field in fields
        ),
        edit=framing.button("edit_form", "button.change"),
    )


def _value(field: FieldSpec, session: Session) -> Words:
    value = session.form.get(field.field, "")
    if field.kind == "yes_no" and value:
        return framing.text(f"answer.{value}")
    chosen = next((option for option in field.options if option.value == value), None)
    return framing.localised(chosen.names) if chosen else Plain(value=value)


def _record(session: Session) -> ReviewSection:
    asked = next((spec for spec in session.service.steps if spec.kind == "questioning"), None)
    questions = catalogue.read(QuestioningParams, asked.params).questions if asked else ()
    return ReviewSection(
        title=framing.text("review.section.record"),
        rows=tuple(
            Fact(label=framing.localised(question.text), value=_answer(question, session))
            for question in questions
        ),
        edit=framing.button("edit_record", "button.change"),
    )


def _answer(question: Question, session: Session) -> Words:
    value = session.record.get(question.code)
    chosen = next((option for option in question.options if option.value == value), None)
    return framing.localised(chosen.names) if chosen else Plain(value="")


def _row(key: str, value: Words) -> Fact:
    return Fact(label=framing.text(key), value=value)
