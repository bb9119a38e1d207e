"""How far a case is, in the five stages that the citizen knows."""

from __future__ import annotations

from dataclasses import replace

from kiosk.journey import framing
from kiosk.journey.case_facts import CaseSummary, StageFacts
from kiosk.journey.effects import Effect, FetchCase
from kiosk.journey.events import Answer, CaseKnown
from kiosk.journey.session import Session
from kiosk.journey.step import Frame, Outcome, Stay
from kiosk.journey.steps.asking import AskingStep, wait_page
from screens.models.base import Page
from screens.models.filing import Stage, StagesPage
from screens.models.words import Plain


class CaseStagesStep(AskingStep):
    """Asked each time: a list may be minutes old. Once booked, the e-certificate can be seen."""

    kind = "case_stages"
    texts = "stages"

    def effect(self, session: Session, job_id: str) -> Effect:
        """The case that was chosen."""
        return FetchCase(job_id, session.looked_at.case_id if session.looked_at else "")

    def taken(self, session: Session, answer: Answer) -> Outcome:
        """Show it."""
        known = isinstance(answer, CaseKnown)
        return Stay(replace(session, looked_at=answer.case) if known else session)

    def shown(self, session: Session, frame: Frame) -> Page:
        """The stages."""
        case = session.looked_at
        return _stages_page(case, frame) if case is not None else wait_page(frame, self.texts)


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
