"""What is known of one print: meet the printer, find the job, watch it, give it up, judge it.

Everything here asks; only ``cancel`` changes anything at the printer. How the document gets there
is in submission.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field

from devices.api import DeviceError, Fault, PrintOutcome, PrintResult, Progress
from devices.certificate_printer import protocol
from devices.certificate_printer.client import IppClient
from devices.certificate_printer.codec import GroupTag, Message
from devices.certificate_printer.condition import fault_of
from devices.certificate_printer.evidence import Evidence, Submission, judge
from devices.certificate_printer.protocol import JobPhase, JobState, PrinterState, Request

Steps = Generator[Progress, None, None]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds; ``wait`` and ``clock`` are time's own outside tests.

    ``silence_s``: the printer answers, but neither job nor printer changes (paper stays out).
    ``reconnect_s``: the printer does not answer. ``cancel_s``: for a cancelled job to end.
    ``answer_s``: for an answer after the document's last byte.
    """

    silence_s: float = 90.0
    reconnect_s: float = 10.0
    cancel_s: float = 3.0
    answer_s: float = 10.0
    poll_s: float = 0.2
    clock: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep


@dataclass(slots=True)
class PrintRun:
    """One print, as far as it is known. Lives on the device's thread for one job.

    ``restarted``: the printer, or the job under our id, is another than before. ``lost``: the
    printer no longer knows the job. ``doomed``: a cancel was sent. ``fault``: what went wrong with
    our requests. ``hindrance``: what keeps the printer from printing right now.
    """

    client: IppClient
    patience: Patience
    job_name: str
    pages: int
    counts_truly: bool
    submission: Submission = Submission.NOT_SENT
    job_id: int | None = None
    job_uuid: str = ""
    printer_uuid: str = ""
    up_time_s: int | None = None
    restarted: bool = False
    lost: bool = False
    doomed: bool = False
    fault: Fault | None = None
    hindrance: Fault | None = None
    job: JobState | None = None
    notes: dict[str, str] = field(default_factory=dict[str, str])

    # --- what an earlier process knew, what a later one will need

    def known(self) -> dict[str, str]:
        """What to store before data moves; "" stands for what the printer does not tell."""
        return {
            "printer_uuid": self.printer_uuid,
            "up_time": _text(self.up_time_s),
            "job_id": _text(self.job_id),
            "job_uuid": self.job_uuid,
        }

    def recall(self, known: Mapping[str, str]) -> None:
        """Take over what an earlier process stored of this print. Nonsense counts as not known.

        The job id is left out on purpose: ids start again with the printer, names of ours do not.
        """
        self.printer_uuid = known.get("printer_uuid", "")
        self.job_uuid = known.get("job_uuid", "")
        up_time = known.get("up_time", "")
        self.up_time_s = int(up_time) if up_time.isdecimal() else None
        self.submission = Submission.UNANSWERED

    # --- asking

    def meet_printer(self) -> PrinterState:
        """Read the printer's state; notice whether it is still the same, running, printer."""
        answer = self._told(protocol.get_printer_attributes(self.client.uri))
        state = protocol.printer_state(answer.group(GroupTag.PRINTER))
        before, now = self.up_time_s, state.up_time_s
        self.restarted |= before is not None and now is not None and now < before
        self.restarted |= bool(self.printer_uuid and state.uuid and state.uuid != self.printer_uuid)
        self.up_time_s = before if now is None else now
        self.printer_uuid = self.printer_uuid or state.uuid or ""
        return state

    def look_at_job(self) -> None:
        """Read our job by its id, and make sure that it is ours."""
        if self.job_id is None:
            return
        answer = self.client.ask(protocol.get_job_attributes(self.client.uri, self.job_id))
        if answer.code in protocol.JOB_NOT_FOUND:
            self.lost = True
            self.notes["status"] = f"0x{answer.code:04x}"
            return
        seen = protocol.job_state(_good(answer).group(GroupTag.JOB))
        if seen.name in (None, self.job_name) and self._same_uuid(seen):
            self.job = seen
            self.job_uuid = self.job_uuid or seen.uuid or ""
        else:
            self.restarted = True  # our id belongs to somebody else's job now

    def find(self) -> None:
        """Look for our job by its name in the printer's lists, ended or not.

        Not found proves nothing: histories are short, and gone with the power.
        """
        try:
            self.meet_printer()
            if self.restarted:
                return
            jobs = [job for which in ("not-completed", "completed") for job in self._jobs(which)]
        except DeviceError as exc:
            self.fault = exc.fault
            return
        ours = {j.job_id: j for j in jobs if j.name == self.job_name and self._same_uuid(j)}
        self.notes["jobs_found"] = str(len(ours))
        if len(ours) == 1 and self.accept(*ours.values()):
            self.cancel_if_incomplete()

    def accept(self, job: JobState) -> bool:
        """Note that the printer has a job of ours. One without an id cannot be asked about."""
        if job.job_id is None:
            self.fault = Fault.GARBLED
            return False
        self.submission = Submission.ACCEPTED
        self.job, self.job_id = job, job.job_id
        self.job_uuid = self.job_uuid or job.uuid or ""
        return True

    def cancel(self) -> None:
        """Ask the printer to stop. What came of it is for the evidence to say."""
        self.doomed = True
        if self.job_id is None or self.restarted:
            return
        try:
            answer = self.client.ask(protocol.cancel_job(self.client.uri, self.job_id))
            self.notes["cancel_status"] = f"0x{answer.code:04x}"
        except DeviceError as exc:
            self.notes["cancel_status"] = exc.fault.code

    def cancel_if_incomplete(self) -> None:
        """End a job whose document nobody will send any more; some printers stay busy until then.

        Only for a state of the job that was read after the last attempt to send.
        """
        if self.job is not None and self.job.awaits_document:
            self.cancel()

    def _jobs(self, which: str) -> list[JobState]:
        answer = self._told(protocol.get_jobs(self.client.uri, which))
        return [protocol.job_state(group) for group in answer.groups_of(GroupTag.JOB)]

    def _same_uuid(self, job: JobState) -> bool:
        return not self.job_uuid or job.uuid in (None, self.job_uuid)

    def _told(self, request: Request) -> Message:
        return _good(self.client.ask(request))

    # --- watching

    @property
    def over(self) -> bool:
        """Whether further questions can teach us nothing."""
        ended = self.job is not None and self.job.phase is not None and self.job.phase.ended
        return ended or self.restarted or self.lost or self.job_id is None

    def watch(self) -> Steps:
        """Wait for the job's end, as long as there is news; then give it up and wait a little.

        A job given up is cancelled: a page must not come out later with nobody there to take it.
        """
        if self.job_id is None:
            return
        yield from self._watch()
        if not self.over and not self.doomed:
            self.cancel()
            yield from self._watch()

    def _watch(self) -> Steps:
        clock, patience = self.patience.clock, self.patience
        answered_at = changed_at = started = clock()
        last: object = None
        while True:
            reasons = self._look()
            if self.over:
                return
            now = clock()
            if reasons is not None:
                answered_at = now
                changed_at = changed_at if (self.job, reasons) == last else now
                last = (self.job, reasons)
            tired = (
                now - answered_at > patience.reconnect_s or now - changed_at > patience.silence_s
            )
            if tired or (self.doomed and now - started > patience.cancel_s):
                return
            yield self._progress()
            patience.wait(patience.poll_s)

    def _look(self) -> tuple[str, ...] | None:
        """Job first, printer second: a restart between the two then shows. None: no answer."""
        try:
            self.look_at_job()
            printer = self.meet_printer()
        except DeviceError as exc:
            self.hindrance = exc.fault
            return None
        self.hindrance = fault_of(printer)
        return printer.reasons or ()

    def _progress(self) -> Progress:
        done = (self.job.impressions if self.job else None) or 0
        what = "sheet" if self.hindrance is None else self.hindrance.code
        return Progress(what, min(done, self.pages), self.pages)

    # --- judging

    def result(self) -> PrintResult:
        """Judge what was seen, and give the evidence along."""
        seen = self.job
        evidence = Evidence(
            pages=self.pages,
            counts_truly=self.counts_truly,
            submission=self.submission,
            phase=None if seen is None or self.lost else seen.phase,
            successful=seen is not None and seen.successful,
            impressions=seen.impressions if seen else None,
            sheets=seen.sheets if seen else None,
            restarted=self.restarted,
        )
        outcome = judge(evidence)
        return PrintResult(outcome, self._blame(outcome, evidence), self._facts(evidence))

    def _blame(self, outcome: PrintOutcome, evidence: Evidence) -> Fault | None:
        if outcome is PrintOutcome.PRINTED:
            return None
        aborted = Fault.HARDWARE if evidence.phase is JobPhase.ABORTED else None
        return self.hindrance or self.fault or aborted

    def _facts(self, evidence: Evidence) -> dict[str, str]:
        return (
            self.known()
            | self.notes
            | {
                "submission": evidence.submission.value,
                "job_state": "" if evidence.phase is None else evidence.phase.name.lower(),
                "job_state_reasons": ",".join(self.job.reasons if self.job else ()),
                "impressions": _text(evidence.impressions),
                "sheets": _text(evidence.sheets),
                "pages": str(evidence.pages),
                "counts_truly": str(evidence.counts_truly).lower(),
                "restarted": str(evidence.restarted).lower(),
                "job_lost": str(self.lost).lower(),
            }
        )


def _good(answer: Message) -> Message:
    if not protocol.succeeded(answer):
        raise DeviceError(Fault.REFUSED, f"IPP: status 0x{answer.code:04x}")
    return answer


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
