"""Scripted IPP printer: the states and failures that ippeveprinter never shows.

Speaks real HTTP and IPP on loopback with a codec of its own. ``script(name=...)`` chooses what the
next job meets; see ipp_scripts.py.
"""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.devices import ipp_wire as wire
from sandbox.devices.ipp_http import TwinServer
from sandbox.devices.ipp_scripts import (
    ABORTED,
    ALL_BUT_ONE,
    CANCELED,
    COMPLETED,
    HELD,
    PAGES,
    PENDING,
    PRINTER_IDLE,
    SCRIPTS,
    Moment,
    Script,
)
from sandbox.devices.twin import Json, Verb

PRINT_JOB, VALIDATE_JOB, CREATE_JOB, SEND_DOCUMENT, CANCEL_JOB = 2, 4, 5, 6, 8
GET_JOB_ATTRIBUTES, GET_JOBS, GET_PRINTER_ATTRIBUTES = 9, 10, 11
_OK, _NOT_FOUND, _NOT_POSSIBLE, _NOT_SUPPORTED = 0x0000, 0x0406, 0x0404, 0x0501

_Groups = list[tuple[int, list[wire.Attribute]]]


@dataclass(slots=True)
class _Job:
    number: int
    name: str
    script: Script
    uuid: str = field(default_factory=lambda: f"urn:uuid:{uuid.uuid4()}")
    document: bytes = b""
    looks: int = 0
    canceled: bool = False

    @property
    def moment(self) -> Moment:
        """What is to be told of the job now."""
        if self.canceled:
            return Moment(CANCELED, "job-canceled-by-user", 0, 0, PRINTER_IDLE)
        if not self.document:
            return Moment(HELD, "job-data-insufficient", 0, 0, PRINTER_IDLE)
        return self.script.moments[min(max(self.looks - 1, 0), len(self.script.moments) - 1)]

    def counted(self, counter: int) -> int:
        """A moment's counter as a number."""
        pages = len(re.findall(rb"/Type\s*/Page\b", self.document))
        return {PAGES: pages, ALL_BUT_ONE: pages - 1}.get(counter, counter)


class ScriptedPrinterTwin:
    """A printer that acts out one script. Port 0 takes any free one; see ``port``. Thread-safe."""

    def __init__(self, directory: Path, port: int = 0) -> None:
        self._directory = directory
        self.port = port
        self._server: TwinServer | None = None
        self._lock = threading.RLock()
        self._script = "prints"
        self._forget()

    def _forget(self) -> None:
        """What a loss of power does: no jobs, ids and up-time from the start."""
        self._jobs: list[_Job] = []
        self._up_since = time.monotonic()
        self._up_time_s = 1

    @property
    def name(self) -> str:
        """How the panel calls it."""
        return "scripted_printer"

    @property
    def uri(self) -> str:
        """Where a driver finds it."""
        return f"ipp://127.0.0.1:{self.port}/ipp/print"

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What a hand can do to it."""
        return {"script": self.script, "unplug": self.unplug, "plug": self.plug}

    def script(self, name: str) -> None:
        """Choose what the next job meets."""
        if name not in SCRIPTS:
            raise ValueError(f"script is one of {', '.join(SCRIPTS)}")
        with self._lock:
            self._script = name

    def start(self) -> None:
        """Answer at the port, as a printer that has been on for a while."""
        self.plug()
        self._up_time_s = 1000

    def stop(self) -> None:
        """Hang up on everybody and free the port."""
        self.unplug()

    def unplug(self) -> None:
        """Cut the power."""
        if self._server is not None:
            self._server.end()
            self._server = None
        with self._lock:
            self._forget()

    def plug(self) -> None:
        """Give it power again."""
        if self._server is None:
            self._server = TwinServer(self.port, self.reply)
            self.port = int(self._server.server_address[1])
            self._server.begin()

    def state(self) -> dict[str, Json]:
        """Script, power and number of jobs."""
        with self._lock:
            return {
                "powered": self._server is not None,
                "script": self._script,
                "jobs": len(self._jobs),
            }

    def printed(self) -> list[Path]:
        """PDF of every document that was printed, oldest first."""
        return sorted(self._directory.glob("*.pdf"))

    def reply(self, raw: bytes) -> bytes | None:
        """Answer a request; None where the script wants silence, cut or noise by ``broken``."""
        request = wire.parse(raw)
        with self._lock:
            script = SCRIPTS[self._script]
            status = dict(script.refuse).get(request.operation)
            groups: _Groups = []
            if status is None:
                status, groups = self._do(request, script)
            answer = wire.message(status, request.number, [(1, list(wire.HEAD)), *groups])
            if request.operation in script.swallow:
                return None
            return self._broken(request, answer)

    def _broken(self, request: wire.Request, answer: bytes) -> bytes | None:
        job = self._job(request.number_of("job-id"))
        if request.operation != GET_JOB_ATTRIBUTES or job is None or not job.document:
            return answer
        if job.script.garbage_at and job.looks >= job.script.garbage_at:
            return bytes(range(200)) * 3
        if job.script.hang_at and job.looks == job.script.hang_at:
            return None
        return answer

    def _do(self, request: wire.Request, script: Script) -> tuple[int, _Groups]:
        match request.operation:
            case 4:  # Validate-Job
                return _OK, []
            case 5:  # Create-Job
                return self._new_job(request, script)
            case 2:  # Print-Job
                return self._new_job(request, script)
            case 11:  # Get-Printer-Attributes
                return _OK, [(wire.PRINTER_GROUP, self._printer(script))]
            case 10:  # Get-Jobs
                return _OK, self._list(request)
            case 6 | 8 | 9:
                return self._do_to_job(request)
            case _:
                return _NOT_SUPPORTED, []

    def _do_to_job(self, request: wire.Request) -> tuple[int, _Groups]:
        job = self._job(request.number_of("job-id"))
        if job is None:
            return _NOT_FOUND, []
        if request.operation == CANCEL_JOB:
            return self._cancel(job)
        if request.operation == SEND_DOCUMENT:
            job.document = request.document
            return _OK, [(wire.JOB_GROUP, self._about(job))]
        return self._look(job)

    def _look(self, job: _Job) -> tuple[int, _Groups]:
        if job.document:
            job.looks += 1
        if job.script.forget_at and job.looks >= job.script.forget_at:
            self._jobs.remove(job)
            return _NOT_FOUND, []
        if job.script.restart_at and job.looks == job.script.restart_at:
            job = self._restart(job)
        if job.moment.job == COMPLETED and job.document.startswith(b"%PDF"):
            (self._directory / f"{job.number:03d}.pdf").write_bytes(job.document)
        return _OK, [(wire.JOB_GROUP, self._about(job))]

    def _restart(self, job: _Job) -> _Job:
        """Begin again. Without a memory, somebody else's finished job has the same id now."""
        self._forget()
        self._up_time_s = job.script.up_time_after_s
        if not job.script.remembers:
            document = b"/Type /Page " * 9
            job = _Job(job.number, "somebody-else", SCRIPTS["prints"], document=document, looks=9)
        self._jobs.append(job)
        return job

    def _cancel(self, job: _Job) -> tuple[int, _Groups]:
        if job.moment.job in (CANCELED, ABORTED, COMPLETED):
            return _NOT_POSSIBLE, []
        job.canceled = job.script.cancels
        return _OK, []

    def _new_job(self, request: wire.Request, script: Script) -> tuple[int, _Groups]:
        if request.operation == CREATE_JOB and not script.creates_jobs:
            return _NOT_SUPPORTED, []
        job = _Job(len(self._jobs) + 1, request.text("job-name"), script, document=request.document)
        self._jobs.append(job)
        return _OK, [(wire.JOB_GROUP, self._about(job))]

    def _job(self, number: int) -> _Job | None:
        return next((job for job in self._jobs if job.number == number), None)

    def _list(self, request: wire.Request) -> _Groups:
        completed = request.text("which-jobs") == "completed"
        ended = (CANCELED, ABORTED, COMPLETED)
        jobs = [job for job in self._jobs if (job.moment.job in ended) is completed]
        return [(wire.JOB_GROUP, self._about(job)) for job in jobs]

    def _about(self, job: _Job) -> list[wire.Attribute]:
        moment = job.moment
        told: list[wire.Attribute] = [
            (wire.INTEGER, "job-id", [job.number]),
            (wire.NAME, "job-name", [job.name]),
            (wire.URI, "job-uuid", [job.uuid]),
            (wire.ENUM, "job-state", [moment.job]),
            (wire.KEYWORD, "job-state-reasons", [moment.why]),
        ]
        for name, counter in (
            ("job-impressions-completed", moment.impressions),
            ("job-media-sheets-completed", moment.sheets),
        ):
            if counter is not None:
                told.append((wire.INTEGER, name, [job.counted(counter)]))
        return told

    def _printer(self, script: Script) -> list[wire.Attribute]:
        last = self._jobs[-1].moment if self._jobs else Moment(PENDING, printer=PRINTER_IDLE)
        operations = {PRINT_JOB, VALIDATE_JOB, CANCEL_JOB, GET_JOB_ATTRIBUTES, GET_JOBS, 11}
        if script.creates_jobs:
            operations |= {CREATE_JOB, SEND_DOCUMENT}
        up_time = self._up_time_s + int(time.monotonic() - self._up_since)
        return [
            (wire.ENUM, "printer-state", [last.printer]),
            (wire.KEYWORD, "printer-state-reasons", list(last.reasons)),
            (wire.BOOLEAN, "printer-is-accepting-jobs", [script.accepting]),
            (wire.INTEGER, "printer-up-time", [up_time]),
            (wire.URI, "printer-uuid", ["urn:uuid:00000000-0000-4000-8000-0000000099aa"]),
            (wire.ENUM, "operations-supported", sorted(operations)),
        ]
