"""The driver on its worker against Debian's ippeveprinter with a paper path of ours."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from devices.api import Fault, Link, PrintOutcome, Supply
from devices.certificate_printer import protocol
from devices.certificate_printer.client import IppClient
from devices.certificate_printer.codec import Attribute, GroupTag, ValueTag
from sandbox.devices.ipp_eve import EvePrinterTwin
from tests.unit.devices.certificate_printer.printer_bench import Benches, result


@pytest.fixture(scope="module")
def eve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EvePrinterTwin]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    twin = EvePrinterTwin(tmp_path_factory.mktemp("eve"), port)
    twin.start()
    yield twin
    twin.stop()


@pytest.fixture
def twin(eve: EvePrinterTwin) -> EvePrinterTwin:
    """The module's printer, powered, healthy and quick again."""
    eve.plug()
    eve.misbehave("none")
    eve.paper("ok")
    eve.cover(open=False)
    eve.jam(on=False)
    eve.pace(0.05)
    return eve


@pytest.mark.city
def test_two_sheets_come_out_and_are_known_to(twin: EvePrinterTwin, bench_of: Benches) -> None:
    before = twin.state()["sheets"]
    bench = bench_of(twin.uri)
    assert bench.until_status(lambda s: s.link is Link.UP).ready
    got = result(bench.print(pages=2, name="eve-1"))
    assert (got.outcome, got.fault) == (PrintOutcome.PRINTED, None), got.evidence
    assert "eve-1" in twin.printed()[-1].name
    assert twin.printed()[-1].read_bytes().startswith(b"%PDF-1.4")
    assert twin.state()["sheets"] == int(str(before)) + 2
    again = result(bench.inquire(pages=2, name="eve-1"))
    assert (again.outcome, again.evidence["impressions"]) == (PrintOutcome.PRINTED, "2")


@pytest.mark.city
def test_empty_tray_and_open_cover_are_seen_while_idle(
    twin: EvePrinterTwin, bench_of: Benches
) -> None:
    bench = bench_of(twin.uri)
    twin.paper("out")
    out = bench.until_status(lambda s: s.supply is Supply.OUT)
    assert (out.fault, out.ready) == (Fault.PAPER_OUT, False)
    twin.cover(open=True)
    bench.until_status(lambda s: s.fault is Fault.COVER_OPEN and s.supply is Supply.OUT)
    twin.cover(open=False)
    twin.paper("ok")
    twin.jam(on=True)
    bench.until_status(lambda s: s.fault is Fault.PAPER_JAM)
    twin.jam(on=False)
    bench.until_status(lambda s: s.ready)


@pytest.mark.city
def test_tray_runs_empty_and_is_refilled(twin: EvePrinterTwin, bench_of: Benches) -> None:
    bench = bench_of(twin.uri)
    twin.misbehave("out_midway")
    job = bench.begin_print(pages=2, name="eve-2")
    assert bench.until_progress("paper_out").done == 1
    twin.paper("ok")
    got = result(bench.outcome(job))
    assert got.outcome is PrintOutcome.PRINTED, got.evidence


@pytest.mark.city
def test_abort_before_the_first_sheet_is_not_printed(
    twin: EvePrinterTwin, bench_of: Benches
) -> None:
    bench = bench_of(twin.uri)
    twin.misbehave("aborts")
    got = result(bench.print(name="eve-3"))
    assert got.outcome is PrintOutcome.NOT_PRINTED
    assert got.evidence["job_state"] == "aborted"


@pytest.mark.city
def test_sheets_that_nobody_counted_are_unknown(twin: EvePrinterTwin, bench_of: Benches) -> None:
    bench = bench_of(twin.uri)
    twin.misbehave("no_count")
    got = result(bench.print(name="eve-4"))
    assert got.outcome is PrintOutcome.UNKNOWN
    assert (got.evidence["job_state"], got.evidence["impressions"]) == ("completed", "0")
    assert "eve-4" in twin.printed()[-1].name


@pytest.mark.city
def test_a_second_job_is_refused_as_busy(twin: EvePrinterTwin, bench_of: Benches) -> None:
    first, second = bench_of(twin.uri), bench_of(twin.uri)
    twin.misbehave("out_midway")
    job = first.begin_print(name="eve-5")
    first.until_progress("paper_out")
    got = result(second.print(name="eve-6"))
    assert (got.outcome, got.fault) == (PrintOutcome.NOT_PRINTED, Fault.BUSY)
    twin.paper("ok")
    assert result(first.outcome(job)).outcome is PrintOutcome.PRINTED


@pytest.mark.city
def test_power_lost_midway_stays_unknown_after_it_is_back(
    twin: EvePrinterTwin, bench_of: Benches
) -> None:
    bench = bench_of(twin.uri)
    twin.misbehave("out_midway")
    job = bench.begin_print(name="eve-7")
    bench.until_progress("paper_out")
    twin.unplug()
    got = result(bench.outcome(job))
    assert (got.outcome, got.fault) == (PrintOutcome.UNKNOWN, Fault.DISCONNECTED)
    bench.until_status(lambda s: s.link is Link.DOWN)
    twin.paper("ok")
    twin.plug()
    bench.until_status(lambda s: s.ready)
    assert result(bench.inquire(name="eve-7")).outcome is PrintOutcome.UNKNOWN


@pytest.mark.city
def test_all_that_a_real_printer_tells_is_read(twin: EvePrinterTwin) -> None:
    """Every attribute of an IPP Everywhere printer, collections within collections included."""
    request = protocol.get_printer_attributes(twin.uri)
    all_ = Attribute(ValueTag.KEYWORD, "requested-attributes", ("all", "media-col-database"))
    everything = replace(request, operation_attributes=(*request.operation_attributes[:-1], all_))
    with closing(IppClient(twin.uri, 1.0)) as client:
        group = client.ask(everything).group(GroupTag.PRINTER)
    sizes = group["media-col-database"]
    assert [size["media-size-name"] for size in sizes if isinstance(size, dict)].count(
        ["iso_a4_210x297mm"]
    ) == 1
    assert group["printer-resolution-default"] == [(600, 600, 3)]
    assert len(group) > 80
