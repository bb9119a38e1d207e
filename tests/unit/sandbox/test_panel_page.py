"""The panel's page: each button calls a verb that there is, with arguments that it takes."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final, Protocol, cast

import pytest
from typing_extensions import override

from sandbox.central.catalogue_faults import FAULTS
from sandbox.central.centre import Centre
from sandbox.central.filing_panel import FilingPanel
from sandbox.central.line import Line
from sandbox.central.orders_panel import OrdersPanel
from sandbox.central.sample_codes import FORGERIES
from sandbox.devices import ecrhub_pad, vpcd_card
from sandbox.devices.camera import CameraTwin
from sandbox.devices.ecrhub_pad import EcrhubPadTwin
from sandbox.devices.escpos_printer import EscposPrinterTwin
from sandbox.devices.ipp_eve import EvePrinterTwin
from sandbox.devices.pcsc_service import PcscService
from sandbox.devices.sdt_reader import SdtReaderTwin
from sandbox.devices.twin import Verb
from sandbox.devices.vpcd_card import VpcdCardTwin
from sandbox.panel import PAGE

TWINS: Final[Mapping[str, tuple[type, ...]]] = {
    "reader": (SdtReaderTwin,),
    "social_card": (VpcdCardTwin,),
    "card_service": (PcscService,),
    "camera": (CameraTwin,),
    "pad": (EcrhubPadTwin,),
    "certificate_printer": (EvePrinterTwin,),
    "slip_printer": (EscposPrinterTwin,),
    "line": (Line,),
    "centre": (Centre, OrdersPanel, FilingPanel),
}


class GivesVerbs(Protocol):
    """A twin, or a part of one."""

    @property
    def verbs(self) -> Mapping[str, Verb]: ...


@dataclass
class Page(HTMLParser):
    """What stands on the page: buttons that call, and the options of each select."""

    buttons: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    options: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    _select: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "button" and "data-do" in given:
            self.buttons.append(given)
        if tag == "select":
            self._select = given["id"]
            self.options[self._select] = []
        if tag == "option":
            self.options[self._select].append(given["value"])


@pytest.fixture(scope="module")
def page() -> Page:
    read = Page()
    read.feed(PAGE.read_text(encoding="utf-8"))
    return read


def _arguments(button: Mapping[str, str]) -> dict[str, object]:
    arguments = cast("dict[str, object]", json.loads(button.get("data-args", "{}")))
    if picked := button.get("data-pick"):
        arguments[picked.partition(":")[2]] = "chosen"
    return arguments


def test_each_button_calls_a_verb_as_it_is(page: Page) -> None:
    for button in page.buttons:
        twin, _, verb = button["data-do"].partition(".")
        found = [getattr(kind, verb) for kind in TWINS[twin] if hasattr(kind, verb)]
        assert found, button["data-do"]
        inspect.signature(found[0]).bind(None, **_arguments(button))  # None stands for self


def test_each_choice_is_from_a_select_that_there_is(page: Page) -> None:
    picks = {b["data-pick"].partition(":")[0] for b in page.buttons if "data-pick" in b}
    assert picks <= set(page.options)


def test_all_ways_to_misbehave_are_offered(page: Page) -> None:
    assert {*page.options["pad_mode"], "none"} == set(ecrhub_pad.MODES)
    assert {*page.options["social_mode"], "none"} == set(vpcd_card.MODES)
    assert {*page.options["catalogue"], ""} == set(FAULTS)
    assert page.options["code"] == [f"forged:{kind}" for kind in FORGERIES]


def test_all_verbs_of_money_cases_and_pad_are_on_the_page(page: Page) -> None:
    """Those that the page's script calls are named there in plain words."""
    text = PAGE.read_text(encoding="utf-8")
    called = {b["data-do"] for b in page.buttons}
    called |= {f"{twin}.{verb}" for twin, verb in re.findall(r"post\('(\w+)', '(\w+)'", text)}
    called |= {f"centre.{verb}" for verb in re.findall(r"press\('[^']+', '(\w+)'", text)}
    wanted = {
        *(f"centre.{verb}" for verb in _verbs(OrdersPanel) | _verbs(FilingPanel)),
        *(f"pad.{verb}" for verb in _verbs(EcrhubPadTwin)),
        *(f"social_card.{verb}" for verb in _verbs(VpcdCardTwin)),
        "camera.show_code",
        "camera.hide_code",
    }
    assert wanted - called == set()


def _verbs(kind: type[GivesVerbs]) -> set[str]:
    """The verbs that a twin gives out, read off an object that was never set up."""
    return set(object.__new__(kind).verbs)
