"""How far a case is, in the five stages that the citizen knows."""

from __future__ import annotations

from dataclasses import replace

from kiosk.journey import framing, troubles
from kiosk.journey.case_facts import CaseSummary, StageFacts
from kiosk.journey.effects import FetchCase
from kiosk.journey.events import Answered, CaseKnown, Event, Failed, IntentGiven
from kiosk.journey.session import Session
from kiosk.journey.step import REVERSIBLE, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.steps.asking import Asking, Unanswered, wait_page
from screens.models.base import Page
from screens.models.filing import Stage, StagesPage
from screens.models.intents import Pressed
from screens.models.words import Plain


class CaseStagesStep:
    """Once it is booked, the e-certificate can be seen."""

    kind = "case_stages"
    reversal: Reversal = REVERSIBLE

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Ask: a list may be minutes old."""
        return _ask(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Show it; go on."""
        match event, session.local:
            case Answered(answer=CaseKnown(case=case)), Asking():
                return Stay(replace(session, looked_at=case, local=None))
            case Answered(answer=Failed() as failed), Asking():
                return Stay(session.at_step(Unanswered(troubles.of(failed))))
            case IntentGiven(intent=Pressed(name="retry")), Unanswered(trouble=trouble):
                return _ask(session) if trouble.retry else Stay(session)
            case IntentGiven(intent=Pressed(name="next")), None:
                return Next(session)
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """The centre works while it is asked."""
        return Busy.WORKING if isinstance(session.local, Asking) else Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """Wait, trouble, or the stages."""
        if isinstance(session.local, Unanswered):
            return troubles.page(session.local.trouble, frame)
        if isinstance(session.local, Asking) or session.looked_at is None:
            return wait_page(frame, "stages")
        return _stages_page(session.looked_at, frame)


def _ask(session: Session) -> Outcome:
    case_id = session.looked_at.case_id if session.looked_at else ""
    waiting, job_id = session.job()
    return Stay(waiting.at_step(Asking()), (FetchCase(job_id, case_id),))


def _stages_page(case: CaseSummary, frame: Frame) -> StagesPage:
    booked = bool(case.certificate_id)
    key = "button.see_e_certificate" if booked else "button.finish_looking"
    return StagesPage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text(f"stages.heading.{case.state}"),
        title=Plain(value=case.title),
        reference=framing.in_fours(case.case_no),
        stages=tuple(_stage(stage) for stage in case.stages),
        sentence=framing.text(f"stages.sentence.{case.state}"),
        bar=framing.bar(frame, forward=framing.button("next", key)),
    )


def _stage(stage: StageFacts) -> Stage:
    return Stage(
        name=framing.localised(stage.name),
        state=stage.state,
        state_text=framing.text(f"stage.{stage.state}"),
        at=Plain(value=stage.at) if stage.at else None,
        note=framing.localised(stage.note) if stage.note else None,
    )
