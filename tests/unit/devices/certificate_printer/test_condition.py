"""State reasons to status: stems count, suffixes do not, and silence is not well."""

from __future__ import annotations

import pytest

from devices.api import Fault, Link, Media, Status, Supply
from devices.certificate_printer.condition import status_of
from devices.certificate_printer.protocol import PrinterPhase, PrinterState, stem


def told(
    *reasons: str,
    phase: PrinterPhase | None = PrinterPhase.IDLE,
    accepting: bool | None = True,
    levels: tuple[int, ...] = (),
) -> Status:
    state = PrinterState(phase, reasons or None, accepting, 10, None, frozenset(), levels)
    return status_of("p", state)


@pytest.mark.parametrize("suffix", ["", "-report", "-warning", "-error"])
def test_a_suffix_changes_nothing(suffix: str) -> None:
    assert stem("media-empty" + suffix) == "media-empty"
    status = told("media-empty" + suffix)
    assert (status.fault, status.supply, status.ready) == (Fault.PAPER_OUT, Supply.OUT, False)


@pytest.mark.parametrize(
    ("reasons", "fault", "supply"),
    [
        (("none",), None, Supply.OK),
        (("media-low-report",), None, Supply.LOW),
        (("toner-low-warning",), None, Supply.LOW),
        (("media-needed-error",), Fault.PAPER_OUT, Supply.OUT),
        (("toner-empty-error",), Fault.TONER_OUT, Supply.OUT),
        (("door-open-error",), Fault.COVER_OPEN, Supply.OK),
        (("interlock-open",), Fault.COVER_OPEN, Supply.OK),
        (("output-area-full-warning",), Fault.OUTPUT_FULL, Supply.OK),
        (("media-jam-error", "media-empty-error"), Fault.PAPER_JAM, Supply.OUT),
        (("something-new-report",), None, Supply.OK),
    ],
)
def test_reasons(reasons: tuple[str, ...], fault: Fault | None, supply: Supply) -> None:
    status = told(*reasons)
    assert (status.fault, status.supply) == (fault, supply)


def test_a_jam_is_media_too() -> None:
    assert told("media-jam-error").media is Media.JAMMED


def test_a_printer_that_tells_no_reasons_is_not_well_supplied() -> None:
    assert told().supply is Supply.UNKNOWN


def test_a_printer_that_tells_no_state_is_not_ready() -> None:
    status = told("none", phase=None)
    assert (status.link, status.ready) == (Link.UNKNOWN, False)


def test_stopped_or_closed_for_jobs_is_a_fault() -> None:
    assert told("none", phase=PrinterPhase.STOPPED).fault is Fault.HARDWARE
    assert told("none", accepting=False).fault is Fault.REFUSED


@pytest.mark.parametrize(
    ("level", "supply"), [(0, Supply.LOW), (5, Supply.LOW), (6, Supply.OK), (-3, Supply.OK)]
)
def test_marker_levels(level: int, supply: Supply) -> None:
    assert told("none", levels=(80, level)).supply is supply
