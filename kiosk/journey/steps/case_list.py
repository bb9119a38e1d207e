"""This person's cases: which one to look at."""

from __future__ import annotations

from dataclasses import replace

from kiosk.journey import framing
from kiosk.journey.case_facts import CaseSummary
from kiosk.journey.effects import Effect, ListCases
from kiosk.journey.events import Answer, CasesListed
from kiosk.journey.session import Session
from kiosk.journey.step import Frame, Next, Outcome, Reversal, Stay
from kiosk.journey.steps.asking import AskingStep
from screens.models.base import Button, Page
from screens.models.filing import ListItem, ListPage
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


class CaseListStep(AskingStep):
    """Newest first. None is an answer too."""

    kind = "case_list"
    texts = "cases"
    reversal = Reversal(invalidates=("looked_at", "documents"))

    def known(self, session: Session) -> bool:
        """When Back returns here."""
        return session.cases is not None

    def effect(self, session: Session, job_id: str) -> Effect:
        """This person's."""
        return ListCases(job_id)

    def taken(self, session: Session, answer: Answer) -> Outcome:
        """Show them."""
        known = isinstance(answer, CasesListed)
        return Stay(replace(session, cases=answer.cases) if known else session)

    def pressed(self, session: Session, name: str) -> Outcome:
        """Choose one."""
        for case in session.cases or ():
            if name == f"{_CHOOSE}{case.case_id}":
                return Next(replace(session, looked_at=case))
        return Stay(session)

    def shown(self, session: Session, frame: Frame) -> Page:
        """The list."""
        return ListPage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("cases.heading"),
            sentence=framing.text("cases.sentence"),
            items=tuple(_listed(case) for case in session.cases or ()),
            nothing=framing.text("cases.none"),
            bar=framing.bar(frame),
        )


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
