"""What goes wrong around a visit, inside this machine: it still ends, and still forgets."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from devices.api import PrintOutcome
from kiosk import supervisor
from kiosk.central.models import Service
from kiosk.central.watch import Documents
from kiosk.journey import effects
from kiosk.journey.effects import Effect
from kiosk.journey.events import (
    Answered,
    Event,
    FaceOutcome,
    Failed,
    Printed,
    Why,
)
from kiosk.journey.facts import PrintFacts
from kiosk.journey.session import Session
from kiosk.journey.step import Abandon, Frame, Outcome, Params, Stay
from kiosk.journey.steps.guide import GuideStep
from kiosk.journey.steps.housing_enquiry import HousingEnquiryStep
from offline_cache.errors import StoreFull
from screens.models.intents import Pressed, Touched
from screens.models.pages import ChoicesPage
from tests.flows.fakes import Story
from tests.flows.samples import failed, service
from tests.flows.visitor import Visitor


def refusing(visitor: Visitor, kind: type[Effect]) -> Visitor:
    """This kind of effect fails as a full disk would make it."""
    usual = visitor.visits.perform

    def perform(effect: Effect) -> None:
        if isinstance(effect, kind):
            raise StoreFull("planted")
        usual(effect)

    visitor.visits.perform = perform
    return visitor


def test_a_full_disk_at_the_end_keeps_nothing_of_the_visitor_here() -> None:
    visitor = refusing(Visitor(), effects.Keep).is_recognised()
    visitor.presses("leave").sees("farewell.early.heading")
    assert visitor.desk.wiped == 1
    visitor.waits(15).sees("home.heading")
    assert not visitor.visits.in_visit


def test_a_grade_that_cannot_be_kept_does_not_hold_up_the_visit() -> None:
    visitor = refusing(Visitor(), effects.Keep).sees_the_certificate().presses("next")
    visitor.presses("rate:5").sees("farewell.heading").presses("finish").sees("home.heading")
    assert visitor.desk.wiped == 1


def test_a_print_that_could_not_even_be_begun_leaves_nobody_waiting() -> None:
    visitor = refusing(Visitor(), effects.PrintDocument).sees_the_certificate()
    visitor.presses("next").waits(0.001).sees("trouble.print_unknown.heading")
    visitor.cannot_press("retry")
    visitor.presses("next").presses("skip").reads('"take":["card","certificate","slip"]')


class Crashes(HousingEnquiryStep):
    """A step with a bug, where ``where`` says."""

    def __init__(self, where: str) -> None:
        self.where = where

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        if self.where == "handle":
            raise ZeroDivisionError
        return super().handle(session, params, event)

    def view(self, session: Session, params: Params, frame: Frame) -> ChoicesPage:
        if self.where == "view":
            raise ZeroDivisionError
        return super().view(session, params, frame)

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        if self.where == "enter":
            raise ZeroDivisionError
        return super().enter(session, params, at)


class Hasty(HousingEnquiryStep):
    """Asks, and sets a timer after; leaves when the answer is no."""

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        del params, at
        waiting, job_id = session.job()
        asks = effects.FindHousing(job_id, job_id, "990000", "loan")
        return Stay(waiting, (asks, effects.SetTimer("later", 5.0)))

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        del params
        return Abandon(session, "left") if isinstance(event, Answered) else Stay(session)


def answered_at_once(visitor: Visitor) -> None:
    """A part that is not fitted says so before ``perform`` has come back."""
    usual = visitor.visits.perform

    def perform(effect: Effect) -> None:
        usual(effect)
        if isinstance(effect, effects.FindHousing):
            visitor.desk.queue.clear()
            visitor.visits.answer(effect.job_id, Failed(Why.DEVICE, "disconnected"))

    visitor.visits.perform = perform


def test_an_answer_that_comes_at_once_waits_for_the_effects_before_it() -> None:
    """Else the wipe would come first, and what the step still wanted after it."""
    visitor = Visitor()
    answered_at_once(visitor)
    visitor.visits._steps["housing_enquiry"] = Hasty()  # pyright: ignore[reportPrivateUsage] - a broken step is planted
    visitor.comes_to_consent().presses("way:face").turns_head().waits(0.001).sees(
        "farewell.early.heading"
    )
    done = [type(effect) for effect in visitor.desk.done]
    asked = done.index(effects.FindHousing)
    assert done[asked + 1] is effects.SetTimer
    assert done.index(effects.WipeVisit) > asked + 1
    assert visitor.desk.wiped == 1


def test_no_timer_of_a_visit_is_left_for_the_next() -> None:
    visitor = Visitor()
    answered_at_once(visitor)
    visitor.visits._steps["housing_enquiry"] = Hasty()  # pyright: ignore[reportPrivateUsage] - a broken step is planted
    visitor.comes_to_consent().presses("way:face").turns_head().waits(0.001).presses("finish").sees(
        "home.heading"
    )
    assert visitor.visits._timers == {}  # pyright: ignore[reportPrivateUsage] - what is left


def test_a_bug_on_the_first_page_ends_the_visit_before_it_began() -> None:
    visitor = Visitor()

    class Broken(GuideStep):
        def enter(self, session: Session, params: Params, at: float) -> Outcome:
            del session, params, at
            raise ZeroDivisionError

    visitor.visits._steps["guide"] = Broken()  # pyright: ignore[reportPrivateUsage] - a broken step is planted
    visitor.presses("tile:housing_situation").sees("home.heading")
    assert not visitor.visits.in_visit
    assert visitor.occupied == [True, False]
    assert visitor.desk.wiped == 1


@pytest.mark.parametrize("where", ["enter", "handle", "view"])
def test_a_step_s_bug_ends_the_visit_safely(where: str) -> None:
    visitor = Visitor()
    visitor.visits._steps["housing_enquiry"] = Crashes(where)  # pyright: ignore[reportPrivateUsage] - a broken step is planted
    visitor.comes_to_consent().presses("way:face").turns_head()
    if where == "handle":
        visitor.sees("enquiry.heading").types("scope", "990000")
    visitor.sees("farewell.early.heading").reads("farewell.early.failed")
    assert visitor.desk.wiped == 1
    visitor.waits(15).sees("home.heading")
    assert visitor.occupied == [True, False]
    visitor.comes_to_the_card()


def test_the_idle_question_is_seen_through_the_help_page() -> None:
    visitor = Visitor().comes_to_the_card()
    visitor.visits.intent(10**6, Pressed(name="help"))
    visitor.sees("help.heading").waits(90).sees("card.heading").reads('"seconds_left":20')
    visitor.presses("leave").sees("farewell.early.heading")


def test_touching_the_help_page_keeps_the_visit() -> None:
    visitor = Visitor().comes_to_the_card()
    visitor.visits.intent(10**6, Pressed(name="help"))
    for _ in range(4):
        visitor.waits(80)
        visitor.visits.intent(10**6, Touched())
    visitor.sees("help.heading").presses("close_help").sees("card.heading")


def test_a_card_put_down_answers_the_idle_question() -> None:
    visitor = Visitor().comes_to_the_card().waits(100).reads("seconds_left")
    visitor.puts_card().sees("confirm.heading").does_not_read("seconds_left")
    visitor.waits(60).sees("confirm.heading").does_not_read("seconds_left")


def test_what_was_typed_when_the_question_came_is_not_lost() -> None:
    visitor = Visitor().comes_to_consent().presses("way:sms").waits(90).reads("seconds_left")
    visitor.types("code", "123456").does_not_read("seconds_left").reads('"value":"123456"')


def test_the_farewell_says_wiped_when_it_is_wiped() -> None:
    visitor = Visitor().sees_the_certificate().presses("next").presses("skip")
    visitor.sees("farewell.heading").reads("farewell.wiped")
    assert visitor.desk.wiped == 1
    visitor.waits(30).sees("home.heading")
    assert visitor.desk.wiped == 1
    kept = visitor.desk.of(effects.Keep)
    assert [effect.kind for effect in kept] == ["statistics"]
    steps = kept[0].body["steps"]
    assert isinstance(steps, list)
    assert len(steps) == 11, "the wipe does not shorten the statistics"  # pyright: ignore[reportUnknownArgumentType] - JSON


@pytest.mark.parametrize("leaves", [True, False])
def test_an_early_end_after_the_print_tells_to_take_the_paper(leaves: bool) -> None:  # noqa: FBT001 - a parameter
    unknown = Printed(PrintFacts(PrintOutcome.UNKNOWN))
    visitor = Visitor(Story(printed=[unknown])).sees_the_certificate().presses("next")
    visitor.sees("trouble.print_unknown.heading")
    if leaves:
        visitor.presses("leave")
    else:
        visitor.waits(110)
    visitor.sees("farewell.early.heading").reads('"take":["card","certificate"]')


def test_a_printer_job_that_broke_may_have_left_paper() -> None:
    story = Story(printed=[failed(Why.BROKEN)])
    visitor = Visitor(story).sees_the_certificate().presses("next")
    visitor.presses("leave").reads('"take":["card","certificate"]')


@pytest.mark.parametrize("way_round", ["back", "sms"])
def test_neither_back_nor_the_other_way_gives_more_tries_of_the_face(way_round: str) -> None:
    story = Story(code_sent=[Failed(Why.REFUSED, "person_unknown")] * 9)
    visitor = Visitor(story).comes_to_consent().presses("way:face")
    for _ in range(2):
        visitor.turns_head(FaceOutcome.NOT_MATCHED).presses("retry").sees("face.heading")
    visitor.turns_head(FaceOutcome.NOT_MATCHED).cannot_press("retry")
    if way_round == "back":
        visitor.presses("back").sees("consent.heading").reads("consent.why_not.tries_used")
    else:
        visitor.presses("way:sms").sees("trouble.person_unknown.heading")
    visitor.cannot_press("way:face")
    assert len(visitor.desk.of(effects.CheckFace)) == 3


# the catalogue


def renewed(held: Documents, version: int, *services: Service) -> Documents:
    assert held.catalogue is not None
    newer = {"version": version, "services": services or held.catalogue.services}
    return replace(held, catalogue=held.catalogue.model_copy(update=newer))


def odd_service(*, bad: bool = False) -> Service:
    """The housing service under another code; a bad one asks for nothing where it must ask."""
    good = service()
    steps = tuple(
        spec.model_copy(update={"params": {}}) if bad and spec.kind == "housing_enquiry" else spec
        for spec in good.steps
    )
    return good.model_copy(update={"code": "odd", "steps": steps})


def test_the_visit_s_catalogue_is_the_one_it_began_with() -> None:
    """What is handed in names the catalogue that the form came from, not one that came since."""
    visitor = Visitor().comes_to_the_card()
    newer = renewed(visitor.visits.documents, 7)
    visitor.visits.take_documents(newer)
    assert visitor.visits.catalogue_version == 1
    assert visitor.visits.documents == newer
    visitor.presses("leave").presses("finish").comes_to_the_card()
    assert visitor.visits.catalogue_version == 7


def test_a_service_that_vanishes_in_a_visit_stays_with_that_visit() -> None:
    visitor = Visitor().comes_to_the_card()
    visitor.visits.take_documents(renewed(visitor.visits.documents, 2, odd_service()))
    visitor.puts_card().sees("confirm.heading")
    visitor.presses("leave").presses("finish").cannot_press("tile:housing_situation")


def test_a_service_that_can_t_be_carried_out_is_hidden_and_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    visitor = Visitor()
    both = renewed(visitor.visits.documents, 2, odd_service(bad=True), service())
    for _ in range(3):
        visitor.visits.take_documents(both)
    visitor.sees("home.heading").cannot_press("tile:odd").does_not_read("tile:odd")
    ((code, why),) = visitor.visits.defects.items()
    assert code == "odd"
    assert "step 4 (housing_enquiry): parameter scopes" in why[0]
    assert caplog.text.count("service odd is hidden") == 1
    visitor.comes_to_the_card()


def test_a_service_that_is_well_again_is_offered_again() -> None:
    visitor = Visitor()
    bad = renewed(visitor.visits.documents, 2, odd_service(bad=True))
    visitor.visits.take_documents(bad)
    visitor.does_not_read("tile:odd")
    good = renewed(visitor.visits.documents, 3, odd_service())
    visitor.visits.take_documents(good)
    assert visitor.visits.defects == {}
    visitor.reads("tile:odd")


def test_a_bug_in_judging_one_service_hides_that_one_only(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = supervisor.catalogue.defects

    def bug(asked: Service, kinds: Collection[str]) -> tuple[str, ...]:
        if asked.code == "odd":
            raise TypeError("planted")
        return judged(asked, kinds)

    monkeypatch.setattr(supervisor.catalogue, "defects", bug)
    visitor = Visitor()
    visitor.visits.take_documents(renewed(visitor.visits.documents, 2, odd_service(), service()))
    assert visitor.visits.defects == {"odd": ("cannot be judged",)}
    visitor.does_not_read("tile:odd").comes_to_the_card()
