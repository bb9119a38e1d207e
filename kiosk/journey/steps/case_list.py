"""This person's cases: which one to look at."""

from __future__ import annotations

from dataclasses import replace

from kiosk.journey import framing, troubles
from kiosk.journey.case_facts import CaseSummary
from kiosk.journey.effects import ListCases
from kiosk.journey.events import Answered, CasesListed, Event, Failed, IntentGiven
from kiosk.journey.session import Session
from kiosk.journey.step import Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.steps.asking import Asking, Unanswered, wait_page
from screens.models.base import Button, Page
from screens.models.filing import ListItem, ListPage
from screens.models.intents import Pressed
from screens.models.words import Plain

_CHOOSE = "case:"
TONES = {
    "running": "info",
    "awaiting_payment": "wait",
    "booked": "done",
    "to_be_completed": "wait",
    "not_accepted": "danger",
    "withdrawn": "info",
}


class CaseListStep:
    """Newest first. None is an answer too."""

    kind = "case_list"
    reversal = Reversal(invalidates=("looked_at", "documents"))

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Ask, unless Back returns here."""
        if session.cases is not None:
            return Stay(session)
        return _ask(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Choose one."""
        match event, session.local:
            case Answered(answer=CasesListed(cases=cases)), Asking():
                return Stay(replace(session, cases=cases, local=None))
            case Answered(answer=Failed() as failed), Asking():
                return Stay(session.at_step(Unanswered(troubles.of(failed))))
            case IntentGiven(intent=Pressed(name="retry")), Unanswered(trouble=trouble):
                return _ask(session) if trouble.retry else Stay(session)
            case IntentGiven(intent=Pressed(name=name)), None if name.startswith(_CHOOSE):
                return _choose(session, name.removeprefix(_CHOOSE))
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """The centre works while it is asked."""
        return Busy.WORKING if isinstance(session.local, Asking) else Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """Wait, trouble, or the list."""
        if isinstance(session.local, Unanswered):
            return troubles.page(session.local.trouble, frame)
        if session.cases is None:
            return wait_page(frame, "cases")
        return ListPage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("cases.heading"),
            sentence=framing.text("cases.sentence"),
            items=tuple(_listed(case) for case in session.cases),
            nothing=framing.text("cases.none"),
            bar=framing.bar(frame),
        )


def _ask(session: Session) -> Outcome:
    waiting, job_id = session.job()
    return Stay(waiting.at_step(Asking()), (ListCases(job_id),))


def _choose(session: Session, case_id: str) -> Outcome:
    chosen = next((case for case in session.cases or () if case.case_id == case_id), None)
    return Next(replace(session, looked_at=chosen)) if chosen is not None else Stay(session)


def _listed(case: CaseSummary) -> ListItem:
    return ListItem(
        button=Button(name=f"{_CHOOSE}{case.case_id}", text=framing.localised(case.names)),
        title=framing.localised(case.names),
        lines=(
            Plain(value=case.title),
            framing.text("cases.number", number=framing.in_fours(case.case_no).value),
            framing.text("cases.filed_on", day=case.filed_on),
        ),
        state=framing.text(f"cases.state.{case.state}"),
        tone=TONES.get(case.state, "info"),
    )
