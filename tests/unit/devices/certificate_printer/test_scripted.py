"""The driver on its worker against the scripted printer: each script, its one right outcome."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from devices.api import (
    Cancelled,
    Fault,
    Link,
    PrintOutcome,
    PrintResult,
    Supply,
)
from devices.certificate_printer.ipp_printer import IppPrinter, PrintJob
from devices.certificate_printer.print_run import Patience
from sandbox.devices.ipp_scripted import ScriptedPrinterTwin
from sandbox.devices.ipp_scripts import SCRIPTS
from tests.unit.devices.certificate_printer.printer_bench import Benches, result

IMPATIENT = Patience(silence_s=0.3, reconnect_s=1.6, cancel_s=0.3, answer_s=1.0, poll_s=0.02)


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[ScriptedPrinterTwin]:
    twin = ScriptedPrinterTwin(tmp_path)
    twin.start()
    yield twin
    twin.stop()


@pytest.fixture
def alone(twin: ScriptedPrinterTwin) -> Iterator[IppPrinter]:
    """A driver without a worker, for tests that stop in the middle of a step."""
    with closing(
        IppPrinter(
            "certificate_printer", twin.uri, counts_truly=True, timeout_s=1.0, patience=IMPATIENT
        )
    ) as printer:
        yield printer


def run_to_end(job: PrintJob) -> PrintResult:
    while True:
        try:
            next(job)
        except StopIteration as stop:
            return stop.value


EXPECTED: dict[str, tuple[PrintOutcome, Fault | None]] = {
    "prints": (PrintOutcome.PRINTED, None),
    "stops_and_goes_on": (PrintOutcome.PRINTED, None),
    "stays_stopped": (PrintOutcome.NOT_PRINTED, None),
    "stays_stopped_and_cannot_cancel": (PrintOutcome.UNKNOWN, Fault.PAPER_OUT),
    "too_few": (PrintOutcome.UNKNOWN, None),
    "no_counters": (PrintOutcome.UNKNOWN, None),
    "sheets_only": (PrintOutcome.UNKNOWN, None),
    "with_errors": (PrintOutcome.UNKNOWN, None),
    "aborts": (PrintOutcome.NOT_PRINTED, Fault.HARDWARE),
    "aborts_uncounted": (PrintOutcome.UNKNOWN, Fault.HARDWARE),
    "aborts_after_a_sheet": (PrintOutcome.UNKNOWN, Fault.HARDWARE),
    "restarts": (PrintOutcome.UNKNOWN, None),
    "restarts_and_remembers": (PrintOutcome.UNKNOWN, None),
    "reuses_the_id_long_after": (PrintOutcome.UNKNOWN, None),
    "forgets": (PrintOutcome.UNKNOWN, None),
    "hangs_once": (PrintOutcome.PRINTED, None),
    "garbage": (PrintOutcome.UNKNOWN, Fault.GARBLED),
    "refuses_create_job": (PrintOutcome.PRINTED, None),
    "refuses_validate_job": (PrintOutcome.NOT_PRINTED, Fault.REFUSED),
    "refuses_document": (PrintOutcome.NOT_PRINTED, Fault.REFUSED),
    "busy": (PrintOutcome.NOT_PRINTED, Fault.BUSY),
    "not_accepting": (PrintOutcome.NOT_PRINTED, Fault.REFUSED),
    "swallows_create_job": (PrintOutcome.NOT_PRINTED, Fault.SILENT),
    "swallows_print_job": (PrintOutcome.PRINTED, None),
    "swallows_document_answer": (PrintOutcome.PRINTED, None),
}


def test_every_script_has_an_expected_outcome() -> None:
    assert set(EXPECTED) == set(SCRIPTS)


@pytest.mark.city
@pytest.mark.parametrize("script", sorted(SCRIPTS))
def test_each_script_ends_in_its_outcome(
    script: str, twin: ScriptedPrinterTwin, bench_of: Benches
) -> None:
    twin.script(script)
    patience = (
        IMPATIENT if script.startswith("stays") else dataclasses.replace(IMPATIENT, silence_s=99)
    )
    bench = bench_of(twin.uri, patience=patience)
    got = result(bench.print(pages=2))
    assert (got.outcome, got.fault) == EXPECTED[script], got.evidence


@pytest.mark.city
def test_a_printer_not_known_to_count_leaves_every_end_unknown(
    twin: ScriptedPrinterTwin, bench_of: Benches
) -> None:
    got = result(bench_of(twin.uri, counts_truly=False).print())
    assert got.outcome is PrintOutcome.UNKNOWN
    assert got.evidence["job_state"] == "completed"
    assert got.evidence["impressions"] == "2"


@pytest.mark.city
@pytest.mark.parametrize(
    ("script", "fact"), [("forgets", "job_lost"), ("restarts_and_remembers", "restarted")]
)
def test_why_an_outcome_is_unknown_is_told(
    script: str, fact: str, twin: ScriptedPrinterTwin, bench_of: Benches
) -> None:
    twin.script(script)
    evidence = result(bench_of(twin.uri).print()).evidence
    assert evidence[fact] == "true"
    assert {"job_lost", "restarted"} <= set(evidence)


@pytest.mark.city
def test_sheets_are_counted_for_the_screen(twin: ScriptedPrinterTwin, bench_of: Benches) -> None:
    twin.script("stops_and_goes_on")
    bench = bench_of(twin.uri)
    result(bench.print(pages=2))
    assert {p.what for p in bench.progress} == {"sending", "sheet", "paper_out"}
    assert all(p.total == 2 for p in bench.progress)


@pytest.mark.city
def test_ids_are_handed_over_before_the_document(
    twin: ScriptedPrinterTwin, bench_of: Benches
) -> None:
    twin.script("refuses_document")
    bench = bench_of(twin.uri)
    result(bench.print())
    assert [sorted(known) for known in bench.stored] == [
        ["job_id", "job_uuid", "printer_uuid", "up_time"]
    ]
    assert bench.stored[0]["job_id"] == "1"
    assert bench.stored[0]["job_uuid"].startswith("urn:uuid:")
    assert int(bench.stored[0]["up_time"]) >= 1000


@pytest.mark.city
def test_nothing_moves_when_the_ids_cannot_be_stored(
    alone: IppPrinter, twin: ScriptedPrinterTwin, bench_of: Benches
) -> None:
    class DiskFullError(Exception):
        pass

    def full(known: dict[str, str]) -> None:
        raise DiskFullError(str(len(known)))

    job = alone.print(b"%PDF-1.4", job_name="key-1", pages=1, submitted=full)
    with closing(job), pytest.raises(DiskFullError):
        list(job)
    got = result(bench_of(twin.uri).inquire(pages=1))
    assert got.outcome is PrintOutcome.NOT_PRINTED
    assert got.evidence["job_state"] == "canceled"


@pytest.mark.city
def test_print_job_at_once_hands_over_before_and_after(
    twin: ScriptedPrinterTwin, bench_of: Benches
) -> None:
    twin.script("refuses_create_job")
    bench = bench_of(twin.uri)
    result(bench.print())
    assert [known["job_id"] for known in bench.stored] == ["", "1"]


@pytest.mark.city
def test_a_cancelled_print_is_judged_by_asking(
    twin: ScriptedPrinterTwin, bench_of: Benches
) -> None:
    twin.script("stays_stopped")
    bench = bench_of(twin.uri)
    job_id = bench.begin_print()
    bench.until_progress("paper_out")
    bench.worker.cancel(job_id)
    assert isinstance(bench.outcome(job_id), Cancelled)
    assert result(bench.inquire()).outcome is PrintOutcome.NOT_PRINTED


@pytest.mark.city
def test_inquiry_finds_a_finished_job_by_its_name(
    twin: ScriptedPrinterTwin, bench_of: Benches
) -> None:
    bench = bench_of(twin.uri)
    assert result(bench.print(name="key-1")).outcome is PrintOutcome.PRINTED
    assert result(bench.print(name="key-2")).outcome is PrintOutcome.PRINTED
    later = bench_of(twin.uri)
    later.stored = bench.stored[:1]
    found = result(later.inquire(name="key-1"))
    assert (found.outcome, found.evidence["job_id"]) == (PrintOutcome.PRINTED, "1")
    assert len(twin.printed()) == 2


@pytest.mark.city
def test_inquiry_about_an_unheard_of_job_knows_nothing(
    twin: ScriptedPrinterTwin, bench_of: Benches
) -> None:
    got = result(bench_of(twin.uri).inquire(name="key-9"))
    assert (got.outcome, got.fault) == (PrintOutcome.UNKNOWN, None)
    assert got.evidence["jobs_found"] == "0"


@pytest.mark.city
def test_inquiry_ends_a_job_whose_document_never_came(
    alone: IppPrinter, twin: ScriptedPrinterTwin, bench_of: Benches
) -> None:
    stored: list[dict[str, str]] = []
    job = alone.print(b"%PDF-1.4", job_name="key-1", pages=1, submitted=stored.append)
    while not stored:
        next(job)
    # a core that is killed here closes nothing: its job stays with the printer, without a document
    bench = bench_of(twin.uri)
    bench.stored = stored
    got = result(bench.inquire(pages=1))
    assert got.outcome is PrintOutcome.NOT_PRINTED
    assert got.evidence["submission"] == "accepted"
    job.close()


@pytest.mark.city
def test_pulled_plug_is_seen_and_mended(twin: ScriptedPrinterTwin, bench_of: Benches) -> None:
    bench = bench_of(twin.uri)
    assert bench.until_status(lambda s: s.link is Link.UP).ready
    twin.unplug()
    down = bench.until_status(lambda s: s.link is Link.DOWN)
    assert down.fault is Fault.DISCONNECTED
    twin.plug()
    up = bench.until_status(lambda s: s.link is Link.UP)
    assert (up.fault, up.supply) == (None, Supply.OK)


@pytest.mark.city
def test_nothing_is_submitted_to_a_printer_that_is_gone(
    alone: IppPrinter, twin: ScriptedPrinterTwin
) -> None:
    stored: list[dict[str, str]] = []
    alone.open()
    twin.unplug()
    got = run_to_end(alone.print(b"%PDF-1.4", job_name="k", pages=1, submitted=stored.append))
    assert (got.outcome, got.fault) == (PrintOutcome.NOT_PRINTED, Fault.DISCONNECTED)
    assert stored == []
