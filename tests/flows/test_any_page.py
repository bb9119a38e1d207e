"""What may happen at any page: time-outs, leaving, a killed screen or core, help, a fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devices.api import Fault, Link, PrintOutcome, Status, Supply
from kiosk.journey import effects
from kiosk.journey.events import (
    FaceOutcome,
    Printed,
)
from kiosk.journey.facts import PrintFacts
from screens.models.intents import Pressed
from tests.flows.fakes import Story
from tests.flows.filing_visitor import Applicant
from tests.flows.places import PLACES, SECRETS, Somewhere
from tests.flows.samples import (
    documents,
    service,
    with_check_digit,
)
from tests.flows.visitor import Visitor

EVERY_CALL = ("code_sent", "opened", "found", "fetched")
NOT_PRINTED = Printed(PrintFacts(PrintOutcome.NOT_PRINTED, "paper_out"))
UNKNOWN = Printed(PrintFacts(PrintOutcome.UNKNOWN))


def test_no_card_asks_after_a_while_and_ends() -> None:
    visitor = Visitor().comes_to_the_card().waits(90)
    visitor.reads('"seconds_left":20').waits(20)
    visitor.sees("farewell.early.heading").reads("farewell.early.idle")
    visitor.waits(15).sees("home.heading")


def test_more_time_is_given() -> None:
    visitor = Visitor().comes_to_the_card().waits(95).reads("seconds_left")
    visitor.presses("more_time").does_not_read("seconds_left").waits(89)
    visitor.sees("card.heading").does_not_read("seconds_left")


def test_elder_mode_gives_twice_the_time() -> None:
    visitor = Visitor().comes_to_the_card()
    visitor.visits.intent(10**6, _press("elder"))
    visitor.waits(91).waits(88).does_not_read("seconds_left").waits(2).reads("seconds_left")


WAYS: list[Callable[[Visitor], Visitor]] = [
    lambda v: v.comes_to_the_card(),
    lambda v: v.comes_to_the_card().puts_card(),
    lambda v: v.comes_to_consent(),
    lambda v: v.comes_to_consent().presses("way:sms").types("code", "123"),
    lambda v: v.comes_to_consent().presses("way:face"),
    lambda v: v.is_recognised().types("purpose", "loan"),
    lambda v: v.is_recognised().asks(),
    lambda v: v.sees_the_certificate(),
    lambda v: v.sees_the_certificate().presses("next"),
]
"""How far a visitor has come when something happens."""


@pytest.mark.parametrize("way", WAYS)
def test_a_time_out_at_each_page_wipes_and_announces_the_card(
    way: Callable[[Visitor], Visitor],
) -> None:
    visitor = way(Visitor(Story()))
    if visitor.heading == "face.heading":
        visitor.waits(600).sees("face.heading").turns_head(FaceOutcome.GAVE_UP)
    visitor.waits(90 + 20)
    visitor.sees("farewell.early.heading").reads('"take":["card"')
    visitor.waits(15).sees("home.heading")
    assert visitor.desk.wiped == 1
    assert not visitor.visits.in_visit


@pytest.mark.parametrize("way", WAYS)
def test_the_screen_is_killed_at_each_page_and_the_visit_goes_on(
    way: Callable[[Visitor], Visitor],
) -> None:
    visitor = way(Visitor())
    heading = visitor.heading
    visitor.screen_is_killed().sees(heading)
    assert visitor.visits.in_visit


def test_after_the_screen_came_back_the_buttons_work() -> None:
    visitor = Visitor().sees_the_certificate().screen_is_killed().presses("next")
    visitor.sees("rating.heading").screen_is_killed().presses("skip").sees("farewell.heading")


@pytest.mark.parametrize("way", WAYS)
def test_the_core_is_killed_at_each_page_and_the_visit_ends_safely(
    way: Callable[[Visitor], Visitor],
) -> None:
    again = way(Visitor()).core_is_killed()
    again.sees("home.heading").reads("home.interrupted").does_not_read("样例路1号")
    again.presses("tile:housing_situation").presses("leave").does_not_read("home.interrupted")


def test_the_core_is_killed_with_nobody_there() -> None:
    Visitor().core_is_killed().sees("home.heading").does_not_read("home.interrupted")


def test_nothing_times_out_while_the_centre_works() -> None:
    visitor = Visitor(Story(hold={effects.FindHousing})).is_recognised().asks()
    visitor.sees("wait.enquiry.heading").waits(600).sees("wait.enquiry.heading")
    visitor.does_not_read("seconds_left").presses("leave").sees("farewell.early.heading")


def test_leaving_tells_to_take_the_card_and_wipes_before_it_says_so() -> None:
    visitor = Visitor().is_recognised().presses("leave").sees("farewell.early.heading")
    assert visitor.desk.wiped == 1
    visitor.does_not_read("章样例").presses("finish").sees("home.heading")


def test_leaving_the_guide_needs_no_farewell() -> None:
    Visitor().presses("tile:housing_situation").presses("leave").sees("home.heading")


def test_back_stops_at_the_person_check() -> None:
    visitor = Visitor().is_recognised().cannot_press("back")
    visitor.asks().presses("back").sees("enquiry.heading")


def test_back_from_consent_reads_the_card_again() -> None:
    Visitor().comes_to_consent().presses("back").sees("card.heading")


def test_the_menu_follows_a_fault_and_says_why() -> None:
    visitor = Visitor().device(Status("certificate_printer", Link.DOWN, fault=Fault.DISCONNECTED))
    visitor.reads("home.down.certificate_printer").cannot_press("tile:housing_situation")
    visitor.device(Status("certificate_printer", Link.UP, supply=Supply.OUT))
    visitor.reads("home.paper_out").cannot_press("tile:housing_situation")
    visitor.device(Status("certificate_printer", Link.UP, supply=Supply.OK))
    visitor.line(up=False).reads("home.line_down").cannot_press("tile:housing_situation")
    visitor.line(up=True).presses("tile:housing_situation").sees("guide.heading")


def test_a_service_with_an_unknown_step_is_hidden() -> None:
    odd = service().model_copy(update={"code": "odd"})
    step = odd.steps[0].model_copy(update={"kind": "teleport"})
    odd = odd.model_copy(update={"steps": (step,)})
    visitor = Visitor()
    visitor.visits.take_documents(documents(service(), odd))
    visitor.reads("tile:housing_situation").does_not_read("tile:odd")


def test_a_press_meant_for_the_page_before_is_dropped() -> None:
    visitor = Visitor().comes_to_the_card()
    old = len(visitor.glass.pages)
    visitor.puts_card().sees("confirm.heading")
    visitor.visits.intent(old, _press("leave"))
    visitor.sees("confirm.heading")


def test_help_covers_the_page_and_gives_it_back() -> None:
    visitor = Visitor().is_recognised().types("purpose", "loan")
    visitor.visits.intent(10**6, _press("help"))
    visitor.sees("help.heading").presses("close_help").sees("enquiry.heading")
    visitor.reads('"chosen":"loan"')


def test_language_and_elder_mode_end_with_the_visit() -> None:
    visitor = Visitor().comes_to_the_card()
    visitor.visits.intent(10**6, _press("language:en"))
    visitor.reads('"language":"en"').presses("leave").presses("finish").reads('"language":"zh-CN"')


def test_only_the_confirm_page_shows_the_whole_number() -> None:
    number = with_check_digit("99010119550312001")
    visitor = Visitor().sees_the_certificate().presses("next").presses("rate:1")
    visitor.presses("finish")
    telling = [page for page in visitor.glass.pages if number[6:14] in page.model_dump_json()]
    assert {page.kind for page in telling} == {"confirm"}


def test_two_visits_share_nothing() -> None:
    visitor = Visitor().sees_the_certificate().presses("leave").presses("finish")
    first = len(visitor.glass.pages)
    visitor.comes_to_the_card()
    told = "".join(page.model_dump_json() for page in visitor.glass.pages[first:])
    assert "20261121" not in told.replace(" ", "")
    assert "样例路1号" not in told


@pytest.mark.parametrize("place", PLACES)
def test_a_time_out_anywhere_ends_the_visit_unless_something_works(place: Somewhere) -> None:
    visitor = place.visitor()
    if place.kept or place.works:
        visitor.waits(600).sees(place.heading).does_not_read("seconds_left")
        return
    visitor.waits(90).sees(place.heading).reads('"seconds_left":20').waits(20)
    _has_ended(visitor, place)
    visitor.reads("farewell.early.idle").waits(15).sees("home.heading")


@pytest.mark.parametrize("place", PLACES)
def test_anywhere_one_may_leave_unless_money_or_paper_moves(place: Somewhere) -> None:
    visitor = place.visitor()
    if place.kept:
        visitor.cannot_press("leave").cannot_press("back").cannot_press("withdraw")
        return
    if place.heading == "withdrawal.heading":
        visitor.presses("keep")
    visitor.presses("leave").reads("farewell.early.left")
    _has_ended(visitor, place)
    visitor.presses("finish").sees("home.heading")


def _has_ended(visitor: Visitor, place: Somewhere) -> None:
    """Wiped once, the card announced where one was asked for, nothing personal on the glass."""
    visitor.sees("farewell.early.heading")
    assert visitor.desk.wiped == 1
    assert ('"card"' in visitor.page.model_dump_json()) == place.has_card
    for secret in SECRETS:
        visitor.does_not_read(secret)


@pytest.mark.parametrize("place", PLACES)
def test_the_screen_is_killed_anywhere_and_gets_the_whole_page(place: Somewhere) -> None:
    visitor = place.visitor().screen_is_killed().sees(place.heading)
    assert visitor.visits.in_visit


@pytest.mark.parametrize("place", PLACES)
def test_the_core_is_killed_anywhere_and_nobody_is_left_on_the_glass(place: Somewhere) -> None:
    again = place.visitor().core_is_killed().sees("home.heading").reads("home.interrupted")
    for secret in SECRETS:
        again.does_not_read(secret)


@pytest.mark.parametrize("place", PLACES)
def test_help_and_language_change_nothing_of_the_visit(place: Somewhere) -> None:
    visitor = place.visitor()
    before = visitor.page
    visitor.visits.intent(10**6, _press("help"))
    visitor.sees("help.heading").presses("close_help")
    assert visitor.page == before
    visitor.visits.intent(10**6, _press("language:en"))
    visitor.sees(place.heading).reads('"language":"en"')
    visitor.visits.intent(10**6, _press("language:zh-CN"))
    assert visitor.page == before


@pytest.mark.parametrize("place", [p for p in PLACES if not (p.kept or p.works)])
def test_elder_mode_gives_twice_the_time_anywhere(place: Somewhere) -> None:
    visitor = place.visitor()
    visitor.visits.intent(10**6, _press("elder"))
    visitor.waits(179).sees(place.heading).does_not_read("seconds_left")
    visitor.waits(1).reads("seconds_left").presses("more_time").does_not_read("seconds_left")


def test_the_idle_question_comes_over_help_and_help_gives_way() -> None:
    visitor = Applicant().comes_to_the_form()
    visitor.visits.intent(10**6, _press("help"))
    visitor.waits(90).sees("form.heading").reads("seconds_left")


def _press(name: str) -> Pressed:
    return Pressed(name=name)
