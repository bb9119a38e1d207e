"""The questioning record (询问记录): the law has the office question every applicant."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.journey import catalogue, framing
from kiosk.journey.catalogue import Question, QuestioningParams
from kiosk.journey.events import Event, IntentGiven
from kiosk.journey.session import Session
from kiosk.journey.step import Busy, Frame, Next, Outcome, Params, Reversal, Stay
from screens.models.base import Page
from screens.models.intents import Edited, Pressed
from screens.models.pages import ChoiceGroup, ChoicesPage, Option, OutcomePage

_A_PAGE = 2
"""Questions on one page: more would be a form, not a questioning."""


@dataclass(frozen=True, slots=True)
class Answering:
    """One page of questions."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class Stopped:
    """An answer with which the visit can't go on here; ``code`` is the question's."""

    code: str
    page: int


class QuestioningStep:
    """No answer is chosen beforehand."""

    kind = "questioning"
    reversal = Reversal(invalidates=("signature",))

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """The first questions."""
        return Stay(session.at_step(Answering()))

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Take the answers; go on when all are there and none stands against it."""
        asked = catalogue.read(QuestioningParams, params).questions
        match event, session.local:
            case IntentGiven(intent=Edited(field=code, value=value)), Answering(page=page):
                return _answered(session, _on(asked, page), code, value)
            case IntentGiven(intent=Pressed(name="next")), Answering(page=page):
                return _go_on(session, asked, page)
            case IntentGiven(intent=Pressed(name="page_back")), Answering(page=page) if page > 0:
                return Stay(session.at_step(Answering(page - 1)))
            case IntentGiven(intent=Pressed(name="again")), Stopped(page=page):
                return Stay(session.at_step(Answering(page)))
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """A person answers."""
        return Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """Two questions, or why it can't go on."""
        asked = catalogue.read(QuestioningParams, params).questions
        if isinstance(session.local, Stopped):
            return _stopped_page(session.local, asked, frame)
        page = session.local.page if isinstance(session.local, Answering) else 0
        shown = _on(asked, page)
        back = framing.button("page_back", "button.back") if page > 0 else None
        complete = all(question.code in session.record for question in shown)
        forward = framing.button("next", enabled=complete, why="questioning.why")
        return ChoicesPage(
            page_id=f"{frame.page_id}.{page}",
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("questioning.heading"),
            subheading=framing.text("form.page", page=page + 1, pages=_pages(asked)),
            groups=tuple(_group(question, session) for question in shown),
            bar=framing.bar(frame, forward=forward, back=back),
        )


def _on(asked: tuple[Question, ...], page: int) -> tuple[Question, ...]:
    return asked[page * _A_PAGE : (page + 1) * _A_PAGE]


def _pages(asked: tuple[Question, ...]) -> int:
    return -(-len(asked) // _A_PAGE)


def _answered(session: Session, shown: tuple[Question, ...], code: str, value: str) -> Outcome:
    """Only of a question on this page: those before it have been looked at already."""
    for question in shown:
        if question.code == code and value in {option.value for option in question.options}:
            return Stay(replace(session, record={**session.record, code: value}))
    return Stay(session)


def _go_on(session: Session, asked: tuple[Question, ...], page: int) -> Outcome:
    shown = _on(asked, page)
    if any(question.code not in session.record for question in shown):
        return Stay(session)
    for question in shown:
        if question.required not in {None, session.record[question.code]}:
            return Stay(session.at_step(Stopped(question.code, page)))
    if page + 1 < _pages(asked):
        return Stay(session.at_step(Answering(page + 1)))
    return Next(session)


def _group(question: Question, session: Session) -> ChoiceGroup:
    return ChoiceGroup(
        field=question.code,
        label=framing.localised(question.text),
        options=tuple(
            Option(value=option.value, text=framing.localised(option.names))
            for option in question.options
        ),
        chosen=session.record.get(question.code),
    )


def _stopped_page(stopped: Stopped, asked: tuple[Question, ...], frame: Frame) -> OutcomePage:
    question = next(question for question in asked if question.code == stopped.code)
    return OutcomePage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text("questioning.stopped.heading"),
        tone="wait",
        meaning=framing.localised(question.otherwise or {}),
        todo=(framing.text("questioning.stopped.todo"),),
        bar=framing.bar(frame, back=framing.button("again", "button.back")),
    )
