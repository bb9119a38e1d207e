"""Intent first, outcome after: on the real encrypted store, with a printer on a real worker."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from devices.api import (
    Cancelled,
    DeviceError,
    Done,
    Fault,
    Job,
    JobFinished,
    PrintOutcome,
    PrintResult,
    Progress,
)
from devices.receipt_printer.slip import Line, Slip
from devices.worker import DeviceWorker
from kiosk.central.models import PrintOutcomeReport
from kiosk.city_time import CITY
from kiosk.journey.facts import PrintFacts
from kiosk.settlement.prints import ASK_AGAIN_S, Prints
from offline_cache.delivery import Delivered, Entry, Record
from offline_cache.errors import StoreFull
from offline_cache.intents import Intent, IntentKind, Intents
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from tests.unit.kiosk.bench import PATIENCE_S, Gadget, Inbox

KEY = "0123456789abcdef0123456789abcdef"
SUBJECT = {"enquiry_id": "enq-1", "number": "202611210001", "pages": "2"}
NOW = datetime(2026, 11, 21, 11, 0, tzinfo=CITY)
SLIP = Slip(lines=(Line("样例"),))
PRINTED = PrintResult(PrintOutcome.PRINTED, evidence={"impressions": "2"})
NOT_PRINTED = PrintResult(PrintOutcome.NOT_PRINTED, Fault.PAPER_OUT)
UNKNOWN = PrintResult(PrintOutcome.UNKNOWN)
AWAY = PrintResult(PrintOutcome.UNKNOWN, Fault.DISCONNECTED)


class Disk(Intents):
    """The real intents on a disk that can be full."""

    full = False
    takes_no_note = False

    def begin(self, key: str, kind: IntentKind, subject: Mapping[str, str]) -> bool:
        self._guard()
        return super().begin(key, kind, subject)

    def settle(
        self,
        key: str,
        outcome: str,
        evidence: Mapping[str, str],
        also_put: Sequence[Record] = (),
    ) -> bool:
        self._guard()
        return super().settle(key, outcome, evidence, also_put)

    def note(self, key: str, facts: Mapping[str, str]) -> None:
        if self.takes_no_note:
            raise StoreFull("planted")
        super().note(key, facts)

    def _guard(self) -> None:
        if self.full:
            raise StoreFull("planted")


class Printer(Gadget):
    """Certificates and slips: looks into the store when it is called, and answers by plan."""

    def __init__(self, intents: Intents) -> None:
        super().__init__("certificate_printer")
        self.intents = intents
        self.plan: list[PrintResult | Exception] = []
        self.comes_back = threading.Event()
        self.comes_back.set()
        self.asked = threading.Event()
        self.found_on_disk: list[Intent | None] = []
        self.inquired: list[tuple[str, dict[str, str], int]] = []

    def print_document(
        self,
        document: bytes,
        *,
        job_name: str,
        pages: int,
        submitted: Callable[[Mapping[str, str]], None],
    ) -> Job:
        self.found_on_disk.append(self.intents.get(job_name))
        self.asked.set()
        self.comes_back.wait(PATIENCE_S)
        if isinstance(bug := self.plan[0], ZeroDivisionError):
            raise bug
        yield Progress("sending", 0, pages)
        submitted({"job_id": "77", "bytes": str(len(document))})
        yield Progress("sheet", 1, pages)
        return self._result()

    def inquire(self, job_name: str, known: Mapping[str, str], pages: int) -> Job:
        self.inquired.append((job_name, dict(known), pages))
        yield Progress("asking")
        return self._result()

    def print_slip(self, slip: Slip) -> Job:
        yield Progress("slip_line", 1, len(slip.lines))
        return self._result()

    def _result(self) -> PrintResult:
        result = self.plan.pop(0)
        if isinstance(result, PrintResult):
            return result
        raise result


class Certificates:
    """The printer as it is known for documents."""

    def __init__(self, printer: Printer) -> None:
        self.print = printer.print_document
        self.inquire = printer.inquire


class Slips:
    def __init__(self, printer: Printer) -> None:
        self.print = printer.print_slip


class Machine:
    """Prints with everything around it; ``restart`` keeps only what is on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.told: list[PrintFacts] = []
        self.start()

    def start(self, *, works: bool = True) -> None:
        self.store = Store(self.path, bytes(range(32)))
        self.intents = Disk(self.store, lambda: 1.0)
        self.outbox = Outbox(self.store, lambda: 1.0)
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.nudges = 0
        self.inbox = Inbox()
        self.printer = Printer(self.intents)
        self.printer.open_fails = None if works else DeviceError(Fault.REFUSED)
        self.worker = DeviceWorker(self.printer, self.inbox.post, poll_s=0.01)
        self.acts = Prints(
            self.intents,
            now=lambda: NOW,
            call_later=lambda seconds, call: self.later.append((seconds, call)),
            nudge=self._nudge,
        )
        self.acts.fit_certificates(Certificates(self.printer), self.worker)
        self.acts.fit_slips(Slips(self.printer), self.worker)
        self.worker.start()

    def stop(self) -> None:
        assert self.worker.stop(PATIENCE_S)
        self.store.close()

    def restart(self, *, works: bool = True) -> None:
        self.stop()
        self.start(works=works)

    def prints(self, result: PrintResult | Exception, key: str = KEY) -> JobFinished:
        self.printer.plan.append(result)
        self.acts.print_document(key, SUBJECT, b"%PDF-", self.told.append)
        return self.ends(key)

    def ends(self, key: str = KEY) -> JobFinished:
        """The worker's end of that job, given on as the core does."""
        event = self.inbox.finished(key)
        self.acts.finished(event)
        return event

    def asks_again(self, result: PrintResult | None) -> None:
        seconds, call = self.later.pop(0)
        assert seconds == ASK_AGAIN_S
        if result is not None:
            self.printer.plan.append(result)
        call()
        self.ends()

    @property
    def intent(self) -> Intent:
        found = self.intents.get(KEY)
        assert found is not None
        return found

    def reports(self) -> list[PrintOutcomeReport]:
        """What is delivered to the centre when the line is up."""
        delivered: list[Entry] = []

        def take(entry: Entry) -> Delivered:
            delivered.append(entry)
            return Delivered()

        self.outbox.deliver_due(take)
        assert all((entry.kind, entry.key) == ("print_outcome", KEY) for entry in delivered)
        return [PrintOutcomeReport.model_validate_json(entry.body) for entry in delivered]

    def _nudge(self) -> None:
        self.nudges += 1


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path / "cache.db")
    yield made
    made.stop()


def test_the_intent_is_on_disk_before_the_printer_hears_of_it(machine: Machine) -> None:
    machine.prints(PRINTED)
    (found,) = machine.printer.found_on_disk
    assert found is not None
    assert (found.kind, found.subject) == ("print_document", SUBJECT)
    assert found.outcome is None


@pytest.mark.parametrize(
    ("result", "told", "sheets"),
    [
        (PRINTED, PrintFacts(PrintOutcome.PRINTED), 2),
        (NOT_PRINTED, PrintFacts(PrintOutcome.NOT_PRINTED, "paper_out"), None),
        (UNKNOWN, PrintFacts(PrintOutcome.UNKNOWN), None),
    ],
    ids=["printed", "not printed", "unknown"],
)
def test_an_outcome_is_told_written_and_reported_once(
    machine: Machine, result: PrintResult, told: PrintFacts, sheets: int | None
) -> None:
    event = machine.prints(result)
    machine.acts.finished(event)
    assert machine.told == [told]
    assert machine.intent.outcome == result.outcome
    assert machine.intent.facts == {"job_id": "77", "bytes": "5"}
    (report,) = machine.reports()
    assert (report.outcome, report.sheets, report.number) == (
        result.outcome,
        sheets,
        "202611210001",
    )
    assert report.at == NOW
    assert machine.reports() == []
    assert machine.acts.printed == (result is PRINTED)
    assert machine.nudges == 1


def test_a_printer_that_went_away_is_asked_until_it_says(machine: Machine) -> None:
    machine.prints(AWAY)
    assert machine.told == [PrintFacts(PrintOutcome.UNKNOWN, "disconnected")]
    assert machine.intent.outcome is None
    machine.asks_again(AWAY)
    assert machine.intent.outcome is None
    assert machine.reports() == []
    machine.asks_again(PRINTED)
    assert machine.printer.inquired == [(KEY, {"job_id": "77", "bytes": "5"}, 2)] * 2
    assert machine.intent.outcome == "printed"
    assert len(machine.reports()) == 1
    assert len(machine.told) == 1, "the page was told unknown, and stays so"
    assert machine.later == []


def test_an_unknown_that_no_question_can_clear_goes_to_staff(machine: Machine) -> None:
    machine.prints(UNKNOWN)
    assert machine.later == []
    assert [intent.key for intent in machine.intents.settled_unknown()] == [KEY]


def test_after_a_restart_the_printer_is_asked_and_nothing_is_printed(machine: Machine) -> None:
    machine.prints(AWAY)
    machine.restart()
    machine.printer.plan.append(PRINTED)
    machine.acts.recover()
    machine.ends()
    assert machine.printer.found_on_disk == []
    assert machine.printer.inquired == [(KEY, {"job_id": "77", "bytes": "5"}, 2)]
    assert machine.intent.outcome == "printed"
    assert len(machine.reports()) == 1


def test_after_a_restart_with_the_printer_away_the_question_stays(machine: Machine) -> None:
    """Whatever keeps the printer from being opened: it was never asked, so nothing is settled."""
    machine.prints(AWAY)
    machine.restart(works=False)
    machine.acts.recover()
    machine.ends()
    assert machine.intent.outcome is None
    machine.asks_again(None)
    assert machine.intent.outcome is None
    assert len(machine.later) == 1


def test_a_crash_before_the_printer_was_told_is_surely_not_printed(machine: Machine) -> None:
    machine.intents.begin(KEY, IntentKind.PRINT_DOCUMENT, SUBJECT)
    machine.restart(works=False)
    machine.acts.recover()
    machine.ends()
    assert machine.intent.outcome == "not_printed"


def test_a_slip_under_way_at_the_crash_stays_unknown(machine: Machine) -> None:
    machine.intents.begin(KEY, IntentKind.PRINT_SLIP, {"number": "1"})
    machine.restart()
    machine.acts.recover()
    assert machine.intent.outcome == "unknown"
    assert machine.reports() == []


def test_a_visit_that_is_over_is_not_told_but_the_centre_is(machine: Machine) -> None:
    machine.printer.plan.append(PRINTED)
    machine.acts.print_document(KEY, SUBJECT, b"%PDF-", machine.told.append)
    machine.acts.forget()
    machine.ends()
    assert machine.told == []
    assert len(machine.reports()) == 1


def test_a_printer_that_is_not_open_printed_nothing(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "other.db")
    machine.restart(works=False)
    machine.inbox.status(lambda status: status.fault is Fault.REFUSED)
    machine.acts.print_document(KEY, SUBJECT, b"%PDF-", machine.told.append)
    machine.ends()
    assert machine.told == [PrintFacts(PrintOutcome.NOT_PRINTED, "refused")]
    assert machine.intent.outcome == "not_printed"
    machine.stop()


def test_a_crash_of_the_driver_is_unknown_even_before_its_first_sign(machine: Machine) -> None:
    machine.prints(ZeroDivisionError())
    assert machine.told == [PrintFacts(PrintOutcome.UNKNOWN, "driver_crashed")]


def test_a_driver_s_fault_after_it_began_is_unknown(machine: Machine) -> None:
    machine.prints(DeviceError(Fault.HARDWARE))
    assert machine.told == [PrintFacts(PrintOutcome.UNKNOWN, "hardware")]


def test_a_full_disk_prints_nothing_and_says_so(machine: Machine) -> None:
    machine.intents.full = True
    machine.acts.print_document(KEY, SUBJECT, b"%PDF-", machine.told.append)
    assert machine.told == [PrintFacts(PrintOutcome.NOT_PRINTED, "hardware")]
    machine.intents.full = False
    machine.prints(PRINTED, KEY)
    assert len(machine.printer.found_on_disk) == 1


def test_a_disk_that_is_full_at_the_end_keeps_nobody_waiting(machine: Machine) -> None:
    machine.printer.plan.append(PRINTED)
    machine.acts.print_document(KEY, SUBJECT, b"%PDF-", machine.told.append)
    machine.intents.full = True
    machine.ends()
    assert machine.told == [PrintFacts(PrintOutcome.PRINTED)]
    assert machine.intent.outcome is None
    machine.intents.full = False
    _, call = machine.later.pop(0)
    call()
    assert machine.intent.outcome == "printed"
    assert len(machine.told) == 1
    assert len(machine.reports()) == 1


def test_a_disk_that_fills_up_before_the_first_byte_leaves_the_question_open(
    machine: Machine,
) -> None:
    """What nobody could write down is no crash of the driver: the printer is asked about it."""
    machine.intents.takes_no_note = True
    machine.prints(NOT_PRINTED)
    assert machine.told == [PrintFacts(PrintOutcome.UNKNOWN, "silent")]
    assert machine.intent.outcome is None
    machine.asks_again(None)
    assert machine.intent.outcome == "not_printed"


def test_the_same_act_is_never_begun_twice(machine: Machine) -> None:
    machine.prints(PRINTED)
    machine.acts.print_document(KEY, SUBJECT, b"%PDF-", machine.told.append)
    assert machine.told[1] == PrintFacts(PrintOutcome.UNKNOWN)
    assert len(machine.printer.found_on_disk) == 1


def test_a_slip_s_outcome_stays_on_this_machine(machine: Machine) -> None:
    machine.printer.plan.append(PRINTED)
    machine.acts.print_slip(KEY, "202611210001", SLIP, machine.told.append)
    machine.ends()
    assert machine.told == [PrintFacts(PrintOutcome.PRINTED)]
    assert machine.intent.outcome == "printed"
    assert machine.reports() == []


def test_a_machine_without_printers_says_not_printed(machine: Machine) -> None:
    bare = Prints(
        machine.intents,
        now=lambda: NOW,
        call_later=lambda seconds, call: machine.later.append((seconds, call)),
        nudge=lambda: None,
    )
    bare.print_document(KEY, SUBJECT, b"", machine.told.append)
    bare.print_slip("f" * 32, "1", SLIP, machine.told.append)
    assert machine.told == [PrintFacts(PrintOutcome.NOT_PRINTED, "disconnected")] * 2
    assert machine.intents.open_intents() == []


def test_the_end_of_a_job_that_is_nobody_s_act_is_ignored(machine: Machine) -> None:
    machine.acts.finished(JobFinished("warm", "certificate_printer", Done()))
    assert machine.told == []


def test_no_person_is_in_what_is_kept_or_sent(machine: Machine) -> None:
    machine.prints(PRINTED)
    (report,) = machine.reports()
    assert json.loads(report.model_dump_json()).keys() == {
        *("enquiry_id", "number", "job_name", "outcome", "sheets", "at"),
    }
    assert machine.intent.subject == SUBJECT


def test_a_hung_printer_is_unknown_for_who_waits_called_off_and_asked_later(
    machine: Machine,
) -> None:
    machine.printer.comes_back.clear()
    machine.printer.plan.append(PRINTED)
    machine.acts.print_document(KEY, SUBJECT, b"%PDF-", machine.told.append)
    assert machine.printer.asked.wait(PATIENCE_S)
    machine.acts.hung("receipt_printer")
    assert machine.told == []
    for _ in range(2):
        machine.acts.hung("certificate_printer")
    assert machine.told == [PrintFacts(PrintOutcome.UNKNOWN, Fault.SILENT.code)]
    machine.printer.comes_back.set()
    assert isinstance(machine.ends().outcome, Cancelled)
    assert machine.intent.outcome is None
    machine.asks_again(None)
    assert machine.intent.outcome == "printed"
    assert len(machine.told) == 1


def test_a_certificate_s_number_is_no_identifier_and_is_reported_all_the_same(
    machine: Machine,
) -> None:
    number = "样(2026)样例市不动产证明第0000001号"
    certificate = {"subject": "certificate", "number": number + "样" * 80, "pages": "2"}
    machine.printer.plan.append(PRINTED)
    machine.acts.print_document(KEY, certificate, b"%PDF-", machine.told.append)
    machine.ends()
    assert machine.told == [PrintFacts(PrintOutcome.PRINTED)]
    (report,) = machine.reports()
    assert report.number.startswith(number)


def test_a_full_disk_at_a_start_does_not_keep_the_machine_from_starting(machine: Machine) -> None:
    old, new = "e" * 32, "f" * 32
    machine.intents.begin(old, IntentKind.PRINT_SLIP, {"number": "1"})
    machine.restart()
    machine.intents.full = True
    machine.acts.recover()
    machine.intents.full = False
    machine.printer.plan.append(PRINTED)
    machine.acts.print_slip(new, "2", SLIP, machine.told.append)
    machine.acts.forget()
    _, again = machine.later.pop(0)
    again()
    assert [i.key for i in machine.intents.settled_unknown()] == [old]
    machine.ends(new)
    printed = machine.intents.get(new)
    assert printed is not None
    assert printed.outcome == "printed", "what began meanwhile is not called unknown"


def test_what_is_no_enquiry_is_reported_as_none(machine: Machine) -> None:
    notice = {"subject": "notice", "number": "N-1", "pages": "2"}
    machine.printer.plan.append(PRINTED)
    machine.acts.print_document(KEY, notice, b"%PDF-", machine.told.append)
    machine.ends()
    (report,) = machine.reports()
    assert (report.enquiry_id, report.number) == (None, "N-1")
