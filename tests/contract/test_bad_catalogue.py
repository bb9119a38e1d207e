"""Bad data of the centre, end to end: hidden, told to the operator, and never half a page.

The real centre's panel spoils its catalogue; the real client, watch, snapshots and visits follow.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.central import watch as watch_module
from kiosk.central.client import CentralClient
from kiosk.central.models import Heartbeat
from kiosk.central.trust import load_signing_key
from kiosk.central.watch import CentreWatch, Documents
from kiosk.config import load
from kiosk.doctor import examine
from kiosk.status import StatusSocket
from offline_cache.snapshot import Snapshots
from offline_cache.store import Store
from sandbox.central.centre import Centre
from sandbox.central.moments import city_clock
from tests.flows.visitor import Visitor, find_buttons
from tests.unit.kiosk.test_config import GOOD, written

PRESALE = "presale_notice_registration"
SPOILT = {
    "unknown_step": ("step 5 (hologram_scan): unknown kind",),
    "broken_schema": ("(application_form)", "parameter"),
    "unknown_fact": ("(case_result): unknown fact moon_phase",),
    "malformed_service": ("cannot be read",),
}
"""Faults in one service -> what the operator reads of it."""
UNUSED = {"older_version": "older: version", "wrong_signature": "signature"}
"""Faults of the whole document -> what the operator reads of it."""

pytestmark = pytest.mark.city


class Terminal(Visitor):
    """Somebody before a machine whose menu is what the watch on the real centre believes."""

    def __init__(self, client: CentralClient, centre: Centre, directory: Path) -> None:
        super().__init__()
        self.centre, self.directory = centre, directory
        self.lines: list[bool] = []
        self.store = Store(directory / "kiosk.db", bytes(range(32)))
        self.visits.take_documents(Documents())
        self.watch = CentreWatch(
            client,
            Snapshots(self.store, lambda: 1.0),
            load_signing_key(centre.document_public_key.encode()),
            now=city_clock,
            heartbeat=lambda: Heartbeat(at=city_clock(), versions={"kiosk": "0.1.0"}),
            line=self.lines.append,
            documents=self.visits.take_documents,
            interval_s=5,
        )

    def looks(self, fault: str = "") -> Terminal:
        """The centre's catalogue is like this, and the watch looks."""
        self.centre.verbs["catalogue_fault"](kind=fault)
        self.watch.step()
        assert self.lines[-1], "bad data is no fault of the line"
        return self

    @property
    def tiles(self) -> list[str]:
        names = [button.name for button in find_buttons(self.page)]
        return sorted(name.removeprefix("tile:") for name in names if name.startswith("tile:"))

    def draws_every_first_page(self) -> None:
        """Each tile that can be pressed leads to a whole page."""
        for code in self.tiles:
            button = next(b for b in find_buttons(self.page) if b.name == f"tile:{code}")
            if button.enabled:
                self.presses(f"tile:{code}").sees("guide.heading").presses("leave")
            self.sees("home.heading")

    def doctor(self) -> dict[str, str]:
        """What the doctor says is wrong with what the centre sends."""
        text = GOOD.replace("/run/kiosk", str(self.directory))
        telling = StatusSocket(
            self.directory,
            lambda: {
                "devices": [], "line_up": True, "unknown_prints": 0, "refused_records": 0,
                "open_payments": 0, "store_damaged": False,
                "hidden_services": {k: list(v) for k, v in self.visits.defects.items()},
                "refused_documents": dict(self.visits.documents.refused),
            },
        )  # fmt: skip
        telling.start()
        try:
            found = examine(load(written(self.directory, text)))
        finally:
            telling.stop()
        assert all(finding.fixer == "the centre's operator" for finding in found if finding.wrong)
        return {finding.what: finding.wrong for finding in found if finding.wrong}


@pytest.fixture
def terminal(
    client: CentralClient, centre: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    monkeypatch.setattr(watch_module, "REFRESH_S", 0.0)  # each look asks for all documents
    made = Terminal(client, centre, tmp_path)
    yield made
    centre.verbs["catalogue_fault"](kind="")
    made.store.close()


@pytest.mark.parametrize("fault", SPOILT)
def test_a_service_that_can_t_be_carried_out_is_hidden_and_named_until_it_can(
    terminal: Terminal, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    whole = terminal.looks().tiles
    assert PRESALE in whole
    assert len(whole) > 4
    assert terminal.doctor() == {}

    terminal.looks(fault)
    assert terminal.tiles == [code for code in whole if code != PRESALE]
    terminal.cannot_press(f"tile:{PRESALE}")
    terminal.draws_every_first_page()
    assert terminal.visits.defects.keys() == {PRESALE}
    told = terminal.doctor()
    assert told.keys() == {PRESALE}
    for fragment in SPOILT[fault]:
        assert fragment in told[PRESALE]
        assert fragment in "; ".join(terminal.visits.defects[PRESALE])
    assert f"service {PRESALE} is hidden" in caplog.text
    assert terminal.visits.documents.refused == {}, "the rest of the catalogue is good"

    assert terminal.looks().tiles == whole
    assert terminal.visits.defects == {}
    assert terminal.doctor() == {}
    terminal.draws_every_first_page()


@pytest.mark.parametrize("fault", UNUSED)
def test_a_catalogue_that_is_not_believed_leaves_the_one_that_was(
    terminal: Terminal, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    whole = terminal.looks().tiles
    held = terminal.visits.documents.catalogue

    terminal.looks(fault)
    assert terminal.tiles == whole
    assert terminal.visits.documents.catalogue == held
    assert terminal.visits.defects == {}
    assert terminal.visits.documents.refused.keys() == {"catalogue"}
    assert UNUSED[fault] in terminal.visits.documents.refused["catalogue"]
    told = terminal.doctor()
    assert told.keys() == {"catalogue"}
    assert UNUSED[fault] in told["catalogue"]
    assert "catalogue of the centre is not used" in caplog.text
    terminal.draws_every_first_page()

    terminal.looks()
    assert terminal.visits.documents.refused == {}
    assert terminal.doctor() == {}
    assert terminal.tiles == whole


def test_a_first_catalogue_that_is_not_believed_is_no_menu_and_the_operator_is_told(
    terminal: Terminal,
) -> None:
    terminal.looks("wrong_signature")
    assert terminal.tiles == []
    terminal.sees("home.heading").reads("home.no_catalogue")
    assert terminal.doctor().keys() == {"catalogue"}
    assert PRESALE in terminal.looks().tiles


@pytest.mark.parametrize("fault", [*SPOILT, *UNUSED])
def test_who_stands_here_already_goes_on_with_what_the_visit_began_with(
    terminal: Terminal, fault: str
) -> None:
    terminal.looks().presses(f"tile:{PRESALE}").sees("guide.heading")
    began = terminal.visits.catalogue_version
    terminal.looks(fault)
    terminal.sees("guide.heading").presses("next").sees("card.heading")
    assert terminal.visits.catalogue_version == began
    terminal.puts_card().sees("confirm.heading")
    terminal.presses("leave").presses("finish").sees("home.heading")


@pytest.mark.parametrize("fault", [*SPOILT, *UNUSED])
def test_after_a_restart_without_the_line_the_menu_is_as_it_was(
    terminal: Terminal, fault: str, hasty: CentralClient, tmp_path: Path
) -> None:
    """What is kept on disk is judged again: a hidden service stays hidden, for the same reason."""
    terminal.looks().looks(fault)
    tiles, why = terminal.tiles, dict(terminal.visits.defects)
    terminal.store.close()
    terminal.centre.fail("/", "hang")
    again = Terminal(hasty, terminal.centre, tmp_path)
    again.watch.step()
    assert again.lines == [False]
    again.supervisor.line(up=True)  # so that the menu is the catalogue's
    again.visits.redraw()
    assert (again.tiles, dict(again.visits.defects)) == (tiles, why)
    again.store.close()
