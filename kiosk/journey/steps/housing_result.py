"""Asks the centre and says what it found, and what that does not say."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.journey import framing, troubles
from kiosk.journey.effects import FindHousing
from kiosk.journey.events import Answered, Event, Failed, HousingFound, IntentGiven
from kiosk.journey.facts import Holding, HousingFacts
from kiosk.journey.session import Session
from kiosk.journey.step import REVERSIBLE, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.troubles import Trouble
from screens.models.base import Page
from screens.models.intents import Pressed
from screens.models.pages import Fact, ResultItem, ResultPage, WaitPage
from screens.models.words import Plain


@dataclass(frozen=True, slots=True)
class Asking:
    """The centre is asked. ``key`` stays for a retry, so that one enquiry is made, not two."""

    key: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer that counts; ``key`` as above."""

    key: str
    trouble: Trouble


class HousingResultStep:
    """Shows the enquiry's answer; nothing is fetched again when Back returns here."""

    kind = "housing_result"
    reversal: Reversal = REVERSIBLE

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Ask, unless it is known."""
        return Stay(session) if session.housing is not None else _ask(session, None)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Show the answer, or try again with the same key."""
        match event, session.local:
            case Answered(answer=HousingFound(housing=housing)), _:
                return Stay(replace(session, housing=housing, local=None))
            case Answered(answer=Failed() as failed), Asking(key=key):
                return Stay(session.at_step(Unanswered(key, troubles.of(failed))))
            case IntentGiven(intent=Pressed(name="retry")), Unanswered(key=key, trouble=trouble):
                return _ask(session, key) if trouble.retry else Stay(session)
            case IntentGiven(intent=Pressed(name="next")), _ if session.housing is not None:
                return Next(session)
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """The centre works while it is asked."""
        return Busy.WORKING if isinstance(session.local, Asking) else Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """Wait, trouble, or the answer."""
        if isinstance(session.local, Unanswered):
            return troubles.page(session.local.trouble, frame)
        if session.housing is None:
            return WaitPage(
                page_id=frame.page_id,
                chrome=frame.chrome,
                steps=frame.steps,
                heading=framing.text("wait.enquiry.heading"),
                sentence=framing.text("wait.enquiry.sentence"),
                about_s=5,
                bar=framing.bar(frame),
            )
        return _result_page(session.housing, frame)


def _ask(session: Session, key: str | None) -> Outcome:
    waiting, job_id = session.job()
    effect = FindHousing(
        job_id, key or job_id, session.answers.get("scope", ""), session.answers.get("purpose", "")
    )
    return Stay(waiting.at_step(Asking(effect.key)), (effect,))


def _result_page(housing: HousingFacts, frame: Frame) -> ResultPage:
    count = len(housing.holdings)
    key = "result.summary.none" if count == 0 else "result.summary.some"
    return ResultPage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text("result.heading"),
        summary=framing.text(key, count=count, scope=framing.localised(housing.scope)),
        items=tuple(_item(holding, n) for n, holding in enumerate(housing.holdings, 1)),
        facts=(
            Fact(label=framing.text("result.number"), value=framing.in_fours(housing.number)),
            Fact(label=framing.text("result.data_from"), value=Plain(value=housing.data_from)),
        ),
        caution=framing.text("result.caution"),
        bar=framing.bar(frame, forward=framing.button("next", "button.see_certificate")),
    )


def _item(holding: Holding, number: int) -> ResultItem:
    return ResultItem(
        title=framing.text("result.item", n=number, location=holding.location),
        facts=(
            Fact(label=framing.text("result.use"), value=framing.localised(holding.use)),
            Fact(
                label=framing.text("result.area"),
                value=framing.text("result.area_m2", area=holding.area_m2),
            ),
            Fact(label=framing.text("result.state"), value=framing.localised(holding.state)),
        ),
    )
