"""Driver of the certificate printer: IPP straight to the device, never through a print server.

CUPS says "3 of 3 printed" before the first sheet moves and calls a job it lost `canceled`
(measured), so nothing it says is evidence.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping

from devices.api import DeviceError, Fault, PrintResult, Progress, Status
from devices.certificate_printer import protocol
from devices.certificate_printer.client import IppClient
from devices.certificate_printer.codec import GroupTag
from devices.certificate_printer.condition import status_of
from devices.certificate_printer.evidence import Submission
from devices.certificate_printer.print_run import Patience, PrintRun
from devices.certificate_printer.submission import Delivery, Submitted

PrintJob = Generator[Progress, None, PrintResult]


class IppPrinter:
    """One printer at ``ipp://host:port/path``.

    ``counts_truly`` is a fact about the model (job-impressions-completed counts sides that were
    marked, not sides that were rasterised); false makes every ended job UNKNOWN.
    ``timeout_s`` bounds each answer, ``print_silence_s`` a print without any news.
    ValueError for an address that is none.
    """

    def __init__(
        self,
        device_id: str,
        uri: str,
        *,
        counts_truly: bool,
        timeout_s: float = 3.0,
        print_silence_s: float = 90,
        patience: Patience | None = None,
    ) -> None:
        self._device_id = device_id
        self._client = IppClient(uri, timeout_s)
        self._counts_truly = counts_truly
        self._patience = patience or Patience(silence_s=print_silence_s)

    @property
    def device_id(self) -> str:
        """The name this device has in the configuration."""
        return self._device_id

    def open(self) -> None:
        """See whether a printer answers at the address."""
        self._client.close()
        self._state()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def poll(self) -> Status:
        """One question, about a millisecond. DeviceError where no good answer comes."""
        return status_of(self._device_id, self._state())

    def print(
        self, document: bytes, *, job_name: str, pages: int, submitted: Submitted
    ) -> PrintJob:
        """Print a PDF of ``pages`` pages under ``job_name``, the caller's own unrepeatable key.

        ``submitted`` gets printer_uuid, up_time, job_id and job_uuid to store before the first
        byte of the document moves: as long as it was not called, nothing can have been printed.
        Progress: "sending", "sheet" done of total, or a fault's code ("paper_out") while a person
        can still put it right. Every fault ends in a PrintResult; DeviceError is never raised.
        Closing the generator sends Cancel-Job, which stops no printer for certain: ask ``inquire``
        what came of it.
        """
        run = self._run(job_name, pages)
        finished = False
        try:
            yield Progress("sending", 0, pages)
            yield from Delivery(run, document, submitted).steps()
            if run.submission is Submission.UNANSWERED:
                run.find()
            yield from run.watch()
            finished = True
        finally:
            if not finished:
                run.cancel()
        return run.result()

    def inquire(self, job_name: str, known: Mapping[str, str], pages: int) -> PrintJob:
        """Find out what became of a print after a crash, time-out or cancel. Never prints.

        ``known`` is what ``submitted`` stored, or empty. A job still running is waited for, one
        whose document never came is cancelled. UNKNOWN with fault DISCONNECTED, SILENT or GARBLED
        is worth another question later; any other UNKNOWN is for staff.
        """
        run = self._run(job_name, pages)
        run.recall(known)
        yield Progress("asking", 0, pages)
        run.find()
        yield from run.watch()
        return run.result()

    def _run(self, job_name: str, pages: int) -> PrintRun:
        return PrintRun(self._client, self._patience, job_name, pages, self._counts_truly)

    def _state(self) -> protocol.PrinterState:
        answer = self._client.ask(protocol.get_printer_attributes(self._client.uri))
        if not protocol.succeeded(answer):
            raise DeviceError(Fault.REFUSED, f"IPP: status 0x{answer.code:04x}")
        return protocol.printer_state(answer.group(GroupTag.PRINTER))
