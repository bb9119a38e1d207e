"""What can be offered now and why the rest can't: unknown is never read as fine."""

from __future__ import annotations

import pytest

from devices.api import Fault, Link, Status, Supply
from kiosk import home
from kiosk.central.models import Outlet
from kiosk.central.watch import Documents
from kiosk.supervisor import DEVICES, Supervisor, elsewhere
from kiosk.text import LANGUAGES, say
from screens.models.pages import HomePage
from screens.models.words import Localised, Text
from tests.flows.samples import BOTH, documents, service

UP = {name: Status(name, Link.UP, supply=Supply.OK) for name in DEVICES}


def supervisor(*statuses: Status, line: bool | None = True) -> Supervisor:
    """One that has seen all devices well, and then these statuses."""
    made = Supervisor(DEVICES)
    for status in (*UP.values(), *statuses):
        made.saw(status)
    if line is not None:
        made.line(up=line)
    return made


def why(made: Supervisor) -> str:
    found = made.why_not(service())
    return "" if found is None else found.key if isinstance(found, Text) else "localised"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (UP["certificate_printer"], ""),
        (Status("certificate_printer", Link.UNKNOWN), "home.starting"),
        (
            Status("certificate_printer", Link.UNKNOWN, fault=Fault.SILENT),
            "home.down.certificate_printer",
        ),
        (
            Status("certificate_printer", Link.DOWN, fault=Fault.DISCONNECTED),
            "home.down.certificate_printer",
        ),
        (Status("certificate_printer", Link.UP, fault=Fault.PAPER_JAM), "home.paper_jam"),
        (Status("certificate_printer", Link.UP, fault=Fault.COVER_OPEN), "home.cover_open"),
        (Status("certificate_printer", Link.UP, supply=Supply.OUT), "home.paper_out"),
        (Status("certificate_printer", Link.UP, supply=Supply.UNKNOWN), ""),
        (Status("id_card", Link.DOWN, fault=Fault.PORT_IN_USE), "home.down.id_card"),
        (Status("receipt_printer", Link.DOWN, fault=Fault.DISCONNECTED), ""),
    ],
)
def test_each_state_of_a_device_has_its_reason(status: Status, reason: str) -> None:
    assert why(supervisor(status)) == reason


def test_a_device_that_no_text_names_is_not_fitted_rather_than_nameless() -> None:
    """The decoder of codes is fitted with the camera; a catalogue that asks for it by name."""
    made = Supervisor([*DEVICES, "scanner"])
    made.line(up=True)
    made.saw(Status("scanner", Link.UNKNOWN, fault=Fault.SILENT))
    asked = service().model_copy(update={"requires_devices": ("scanner",)})
    assert made.why_not(asked) == Text(key="home.not_fitted")
    made.saw(Status("scanner", Link.UP))
    assert made.why_not(asked) is None
    assert made.states() == ()


@pytest.mark.parametrize("name", DEVICES)
def test_each_device_has_its_words_for_tile_and_strip(name: str) -> None:
    made = supervisor(Status(name, Link.DOWN, fault=Fault.DISCONNECTED))
    asked = service().model_copy(update={"requires_devices": (name,)})
    why = made.why_not(asked)
    assert isinstance(why, Text)
    for language in LANGUAGES:
        for said in (why, *(state for state in made.states() if isinstance(state, Text))):
            assert say(language, said.key)


def test_the_line_is_unknown_then_up_or_down() -> None:
    assert why(supervisor(line=None)) == "home.line_unknown"
    assert why(supervisor(line=False)) == "home.line_down"
    assert not supervisor(line=None).line_up


def test_what_is_not_fitted_or_not_seen_is_not_ready() -> None:
    bare = Supervisor(["id_card"])
    bare.line(up=True)
    assert why(bare) == "home.starting"
    bare.saw(UP["id_card"])
    assert why(bare) == "home.not_fitted"
    assert bare.offer().ready == {"id_card"}


def test_news_is_what_differs() -> None:
    made = supervisor()
    assert not made.saw(UP["camera"])
    assert made.saw(Status("camera", Link.DOWN))
    assert not made.line(up=True)
    assert made.line(up=False)


def test_the_top_strip_names_the_line_and_what_is_down_but_not_what_is_starting() -> None:
    made = supervisor(
        Status("camera", Link.DOWN, fault=Fault.DISCONNECTED),
        Status("face", Link.UNKNOWN),
        Status("id_card", Link.UNKNOWN, fault=Fault.SILENT),
        line=False,
    )
    keys = [words.key for words in made.states() if isinstance(words, Text)]
    assert keys == ["state.line_down", "state.id_card", "state.camera"]


def test_the_heartbeat_reports_an_unseen_device_as_unknown_on_each_axis() -> None:
    made = Supervisor(["camera", "id_card"])
    made.saw(Status("id_card", Link.DOWN, fault=Fault.SILENT))
    reports = {report.device_id: report for report in made.reports()}
    assert (reports["camera"].link, reports["camera"].fault) == ("unknown", None)
    assert (reports["id_card"].link, reports["id_card"].fault) == ("down", "silent")


def page(made: Supervisor, held: Documents, *, interrupted: bool = False) -> HomePage:
    around = home.chrome(held.configuration, made.states(), language="zh-CN", elder=False)
    return home.home_page(around, held, made, hidden={"odd"}, interrupted=interrupted)


def test_a_greyed_tile_says_where_it_works_instead() -> None:
    held = documents()
    assert held.configuration is not None
    outlet = Outlet(name=BOTH, address=BOTH)
    told = held.configuration.model_copy(update={"nearest_outlets": (outlet,)})
    near = Documents(told, held.catalogue, None)
    (good,) = page(supervisor(), near).tiles
    assert good.button.enabled
    assert good.elsewhere is None
    (grey,) = page(supervisor(line=False), near).tiles
    assert not grey.button.enabled
    assert grey.button.why == Text(key="home.line_down")
    assert grey.elsewhere == elsewhere(told)
    assert elsewhere(held.configuration) is None


def test_a_service_that_is_not_offered_here_says_so_in_the_centre_s_words() -> None:
    closed = service().model_copy(update={"available": False, "unavailable_reason": BOTH})
    (tile,) = page(supervisor(), documents(closed)).tiles
    assert tile.button.why == Localised(by_language=BOTH)
    assert tile.elsewhere is None


def test_hidden_services_have_no_tile() -> None:
    odd = service().model_copy(update={"code": "odd"})
    tiles = page(supervisor(), documents(odd, service())).tiles
    assert [tile.button.name for tile in tiles] == ["tile:housing_situation"]


def test_the_notice_tells_of_a_missing_catalogue_and_of_an_interrupted_visit() -> None:
    assert page(supervisor(), documents()).notice is None
    none = page(supervisor(), Documents()).notice
    cut = page(supervisor(), Documents(), interrupted=True).notice
    assert none is not None
    assert cut is not None
    assert (none.text, cut.text) == (
        Text(key="home.no_catalogue"),
        Text(key="home.interrupted"),
    )
