"""Every state of the first service's visit: nobody is stuck, nothing is kept, nothing twice.

Promise K6 in small. The controls break a step in one way each: an explorer that does not see it
proves nothing.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.api import PrintOutcome
from kiosk.journey import steps
from kiosk.journey.effects import OpenSession
from kiosk.journey.engine import Journey
from kiosk.journey.events import Answered, Event, FaceChecked, Printed
from kiosk.journey.facts import PrintFacts, Way
from kiosk.journey.session import Session
from kiosk.journey.step import FINAL, Busy, Frame, Outcome, Params, Stay, Step
from kiosk.journey.steps.document import DocumentStep
from kiosk.journey.steps.person_check import PersonCheckStep
from kiosk.journey.steps.print_document import PrintDocumentStep
from kiosk.journey.steps.rating import RatingStep
from screens.models.base import Bar
from screens.models.pages import RatingPage
from tests.flows.explorer import ALL_READY, NOTHING_READY, Explorer
from tests.flows.samples import service


@pytest.fixture(scope="module")
def explored() -> Explorer:
    return Explorer(service(), offers=(ALL_READY, NOTHING_READY)).run()


def test_nothing_that_must_not_happen_can_happen(explored: Explorer) -> None:
    assert explored.faults == []


def test_the_walk_came_everywhere(explored: Explorer) -> None:
    """Else the line above is cheap: every step, every early end, every outcome was seen."""
    kinds = {state.journey.step_kind for state in explored.states.values()}
    assert kinds == {*steps.ALL, "closing"}
    ends = {state.journey.ended for state in explored.states.values()} - {None}
    assert ends == {"complete", "left", "idle"}
    printed = {state.journey.session.printed for state in explored.states.values()}
    assert {PrintFacts(outcome) for outcome in PrintOutcome} <= printed
    troubles = {page.rpartition(".")[2] for page in explored.pages if "Trouble" in page}
    assert {"document_untrusted", "print_unknown", "not_printed", "slip_not_printed"} <= troubles
    assert any(state.print_unknown for state in explored.states.values())


class PrintsAgain(PrintDocumentStep):
    """Offers a retry after an unknown outcome."""

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        match event:
            case Answered(answer=Printed(result=result)):
                lenient = replace(result, outcome=PrintOutcome.NOT_PRINTED)
                return super().handle(session, params, replace(event, answer=Printed(lenient)))
            case _:
                return super().handle(session, params, event)


class FailsOpen(PersonCheckStep):
    """Opens a session whatever the face was."""

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        if isinstance(event, Answered) and isinstance(event.answer, FaceChecked):
            waiting, job_id = session.job()
            return Stay(waiting, (OpenSession(job_id, job_id, Way.FACE, "high"),))
        return super().handle(session, params, event)


class HoldsOn(DocumentStep):
    """Never lets anybody go, forward or back, and never times out."""

    reversal = FINAL

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        del params, event
        return Stay(session)

    def busy(self, session: Session) -> Busy:
        del session
        return Busy.COMMITTED


class NoSkip(RatingStep):
    """Draws no button to go on with."""

    def view(self, session: Session, params: Params, frame: Frame) -> RatingPage:
        return super().view(session, params, frame).model_copy(update={"bar": Bar()})


class Remembers(Journey):
    """Ends without forgetting."""

    def _wipe_session(self) -> None:
        self._wiped = True


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (PrintsAgain(), "printed again after an unknown"),
        (FailsOpen(), "a session after a face that did not match"),
        (HoldsOn(), "no end can be reached"),
        (NoSkip(), "no way out on the page"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_a_broken_step_is_found(broken: Step, fault: str) -> None:
    kinds = {**steps.ALL, broken.kind: broken}
    found = Explorer(service(), kinds=kinds).run().faults
    assert any(line.startswith(fault) for line in found), found


def test_a_journey_that_remembers_is_found() -> None:
    found = Explorer(service(), journey=Remembers).run(stop_at_first=True).faults
    assert found
    assert found[0].startswith("something personal is left: begin > ")
