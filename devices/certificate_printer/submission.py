"""How a document gets into the printer, so that the outcome can be decided after any crash.

The order: read the printer's identity and up-time, ask whether it would
take the job, create the job, let the caller store the ids, and only then move the first byte.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

from devices.api import DeviceError, Fault, Progress
from devices.certificate_printer import protocol
from devices.certificate_printer.codec import GroupTag, Message
from devices.certificate_printer.evidence import Submission
from devices.certificate_printer.print_run import PrintRun, Steps
from devices.certificate_printer.protocol import Operation, Request

Submitted = Callable[[dict[str, str]], None]
"""Stores ``PrintRun.known()``. What it raises stops the print before data moves."""


@dataclass(slots=True)
class Delivery:
    """Brings one document to the printer. Faults are noted in ``run``, never raised."""

    run: PrintRun
    document: bytes
    submitted: Submitted

    def steps(self) -> Steps:
        """Do it; ``run.submission`` says afterwards how far it came."""
        try:
            operations = self.run.meet_printer().operations
            refused = self._refused_in_advance()
        except DeviceError as exc:
            self.run.fault = exc.fault
            return
        if refused:
            self.run.submission = Submission.REFUSED
        elif operations.issuperset((Operation.CREATE_JOB, Operation.SEND_DOCUMENT)):
            yield from self._create_and_send()
        else:
            yield from self._print_at_once()

    def _refused_in_advance(self) -> bool:
        request = protocol.validate_job(self.run.client.uri, self.run.job_name)
        answer = self.run.client.ask(request)
        # RFC 8011 requires Validate-Job; a printer without it is asked the hard way
        return answer.code != protocol.OPERATION_NOT_SUPPORTED and self._refused(answer)

    def _create_and_send(self) -> Steps:
        if not self._create():
            return
        self.submitted(self.run.known())
        yield self._sending()
        if self.run.job_id is not None:
            head = protocol.send_document(self.run.client.uri, self.run.job_id)
            if (yield from self._carry(head)) is None:
                self._end_unsent()

    def _create(self) -> bool:
        """Create the job and learn its uuid, which the answer to Create-Job seldom tells."""
        run = self.run
        run.submission = Submission.UNANSWERED
        try:
            answer = run.client.ask(protocol.create_job(run.client.uri, run.job_name))
            if self._refused(answer):
                run.submission = Submission.REFUSED
                return False
            run.accept(protocol.job_state(answer.group(GroupTag.JOB)))
            run.look_at_job()
        except DeviceError as exc:
            run.fault = exc.fault
        return run.job_id is not None and not (run.restarted or run.lost)

    def _end_unsent(self) -> None:
        """After a no, or without an answer: end the job, unless the document is all there."""
        try:
            self.run.look_at_job()
        except DeviceError as exc:
            self.run.fault = exc.fault
            return
        self.run.cancel_if_incomplete()

    def _print_at_once(self) -> Steps:
        """Print-Job, for printers that cannot create a job first. Weaker: no id before data.

        ``submitted`` is called twice, without a job id before data moves and with it afterwards;
        if the answer is lost, only the job's name can find it again.
        """
        run = self.run
        self.submitted(run.known())
        yield self._sending()
        run.submission = Submission.UNANSWERED
        answer = yield from self._carry(protocol.print_job(run.client.uri, run.job_name))
        if answer is not None and run.accept(protocol.job_state(answer.group(GroupTag.JOB))):
            self.submitted(run.known())

    def _carry(self, head: Request) -> Generator[Progress, None, Message | None]:
        """Move the document; None when it was refused or no good answer came."""
        try:
            answer = yield from self._pour(head)
            refused = self._refused(answer)
        except DeviceError as exc:
            self.run.fault = exc.fault
            return None
        if refused and self.run.job_id is None:
            self.run.submission = Submission.REFUSED
        return None if refused else answer

    def _pour(self, head: Request) -> Generator[Progress, None, Message]:
        patience = self.run.patience
        sending = self.run.client.send(head, self.document, patience.answer_s)
        gone, since = 0, patience.clock()
        try:
            while True:
                before, gone = gone, next(sending)
                since = patience.clock() if gone > before else since
                if patience.clock() - since > patience.silence_s:
                    raise DeviceError(Fault.SILENT, "printer takes no data")
                yield self._sending()
        except StopIteration as stop:
            return stop.value
        finally:
            sending.close()

    def _sending(self) -> Progress:
        return Progress("sending", 0, self.run.pages)

    def _refused(self, answer: Message) -> bool:
        """Whether the answer is a no, which is noted. An undefined status is garbled, not a no."""
        if protocol.succeeded(answer):
            return False
        self.run.notes["status"] = f"0x{answer.code:04x}"
        if answer.code < protocol.FIRST_REFUSAL:
            raise DeviceError(Fault.GARBLED, "IPP: undefined status")
        self.run.fault = Fault.BUSY if answer.code == protocol.BUSY else Fault.REFUSED
        return True
