"""A bench for the printer's driver, and an invented document."""

from __future__ import annotations

import queue
from collections.abc import Callable

from devices.api import (
    DeviceEvent,
    Done,
    JobFinished,
    JobProgressed,
    Outcome,
    PrintResult,
    Progress,
    Status,
    StatusChanged,
)
from devices.certificate_printer.ipp_printer import IppPrinter, PrintJob
from devices.certificate_printer.print_run import Patience
from devices.worker import DeviceWorker

HURRY = Patience(silence_s=99, reconnect_s=1.6, cancel_s=0.4, answer_s=1.0, poll_s=0.02)


Benches = Callable[..., "Bench"]


def invented_pdf(pages: int) -> bytes:
    """A small, valid PDF with one line of text a page."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(pages))
    objects.append(b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % pages)
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for n in range(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * n)
        )
        text = b"BT /F1 24 Tf 72 720 Td (Certificate, sheet %d) Tj ET" % (n + 1)
        objects.append(b"<< /Length %d >>\nstream\n" % len(text) + text + b"\nendstream")
    out = bytearray(b"%PDF-1.4\n")
    starts: list[int] = []
    for number, body in enumerate(objects, start=1):
        starts.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
    )
    return bytes(out)


class Bench:
    """A driver on its real worker thread, and everything that it reported."""

    def __init__(self, printer: IppPrinter) -> None:
        self.printer = printer
        self.worker = DeviceWorker(printer, self._take, poll_s=0.02)
        self.progress: list[Progress] = []
        self.stored: list[dict[str, str]] = []
        self._events: queue.Queue[DeviceEvent] = queue.Queue()
        self._jobs = 0

    def _take(self, event: DeviceEvent) -> None:
        self._events.put(event)

    def begin(self, job: Callable[[], PrintJob]) -> str:
        self._jobs += 1
        job_id = f"job-{self._jobs}"
        self.worker.submit(job_id, job)
        return job_id

    def print(self, pages: int = 2, name: str = "key-1") -> Outcome:
        return self.outcome(self.begin_print(pages, name))

    def begin_print(self, pages: int = 2, name: str = "key-1") -> str:
        document = invented_pdf(pages)
        return self.begin(
            lambda: self.printer.print(
                document, job_name=name, pages=pages, submitted=self.stored.append
            )
        )

    def inquire(self, pages: int = 2, name: str = "key-1") -> Outcome:
        known = self.stored[-1] if self.stored else {}
        return self.outcome(self.begin(lambda: self.printer.inquire(name, known, pages)))

    def outcome(self, job_id: str) -> Outcome:
        while True:
            event = self._next()
            if isinstance(event, JobFinished) and event.job_id == job_id:
                return event.outcome

    def until_progress(self, what: str) -> Progress:
        while True:
            event = self._next()
            assert not isinstance(event, JobFinished), event
            if isinstance(event, JobProgressed) and event.progress.what == what:
                return event.progress

    def until_status(self, wanted: Callable[[Status], bool]) -> Status:
        while True:
            event = self._next()
            if isinstance(event, StatusChanged) and wanted(event.status):
                return event.status

    def _next(self) -> DeviceEvent:
        event = self._events.get(timeout=20)
        if isinstance(event, JobProgressed):
            self.progress.append(event.progress)
        return event


def result(outcome: Outcome) -> PrintResult:
    """What a print or an inquiry returned; every fault is inside it."""
    assert isinstance(outcome, Done), outcome
    assert isinstance(outcome.value, PrintResult)
    return outcome.value
