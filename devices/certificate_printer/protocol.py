"""What the kiosk says to an IPP printer, and the typed view of what the printer answers.

Pure. Operations, attribute names and states: RFC 8011; printer-uuid and job-uuid: PWG 5100.13;
the suffix of a printer-state-reason is the printer's choice (ippeveprinter says -warning while it
prints and -report while idle for the same empty tray), so reasons are compared by stem only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from devices.certificate_printer.codec import Attribute, Group, Message, ValueTag

DOCUMENT_FORMAT = "application/pdf"
USER = "kiosk"
"""requesting-user-name: a constant, so that no person's name ever reaches a printer's job list."""


class Operation(IntEnum):
    """Operation codes (RFC 8011 §5.4.15)."""

    PRINT_JOB = 0x0002
    VALIDATE_JOB = 0x0004
    CREATE_JOB = 0x0005
    SEND_DOCUMENT = 0x0006
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


LAST_SUCCESS = 0x00FF
FIRST_REFUSAL = 0x0400
"""Status codes from here on are a no; between the two lies nothing that RFC 8011 defines."""

JOB_NOT_FOUND = (0x0406, 0x0407)
OPERATION_NOT_SUPPORTED = 0x0501
BUSY = 0x0507


class PrinterPhase(IntEnum):
    """printer-state."""

    IDLE = 3
    PROCESSING = 4
    STOPPED = 5


class JobPhase(IntEnum):
    """job-state."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9

    @property
    def ended(self) -> bool:
        """Whether the printer will do nothing more for the job."""
        return self >= JobPhase.CANCELED


@dataclass(frozen=True, slots=True)
class Request:
    """One request, before it gets its number and its bytes."""

    operation: Operation
    operation_attributes: tuple[Attribute, ...]
    job_attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class PrinterState:
    """A printer's word about itself; None is "did not say"."""

    phase: PrinterPhase | None
    reasons: tuple[str, ...] | None
    accepting: bool | None
    up_time_s: int | None
    uuid: str | None
    operations: frozenset[int]
    marker_levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class JobState:
    """A printer's word about one job; None is "did not say", which is never a zero."""

    job_id: int | None
    name: str | None
    uuid: str | None
    phase: JobPhase | None
    reasons: tuple[str, ...]
    impressions: int | None
    sheets: int | None

    @property
    def successful(self) -> bool:
        """Whether the printer itself calls the job's end a success, without warnings or errors."""
        return "job-completed-successfully" in self.reasons

    @property
    def awaits_document(self) -> bool:
        """Created, but its document has not (all) come: nothing can be on paper yet."""
        return self.phase in (JobPhase.PENDING, JobPhase.HELD) and not {
            "job-data-insufficient",
            "job-incoming",
        }.isdisjoint(self.reasons)


PRINTER_ATTRIBUTES = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "printer-up-time",
    "printer-uuid",
    "operations-supported",
    "marker-levels",
)

JOB_ATTRIBUTES = (
    "job-id",
    "job-name",
    "job-uuid",
    "job-state",
    "job-state-reasons",
    "job-impressions-completed",
    "job-media-sheets-completed",
)


def stem(reason: str) -> str:
    """A state reason without its severity: ``media-empty-warning`` -> ``media-empty``."""
    for suffix in ("-error", "-warning", "-report"):
        if reason.endswith(suffix):
            return reason.removesuffix(suffix)
    return reason


def get_printer_attributes(uri: str) -> Request:
    """Ask for state, identity and abilities of the printer."""
    return Request(Operation.GET_PRINTER_ATTRIBUTES, (*_head(uri), _keywords(PRINTER_ATTRIBUTES)))


def validate_job(uri: str, job_name: str) -> Request:
    """Ask whether a job like ours would be taken; creates nothing."""
    return Request(Operation.VALIDATE_JOB, (*_named(uri, job_name), _format()), _TEMPLATE)


def create_job(uri: str, job_name: str) -> Request:
    """Create a job without a document, so that its id is known before data moves."""
    return Request(Operation.CREATE_JOB, _named(uri, job_name), _TEMPLATE)


def send_document(uri: str, job_id: int) -> Request:
    """Head of the message that carries the one document of a created job."""
    last = Attribute(ValueTag.BOOLEAN, "last-document", (True,))
    return Request(Operation.SEND_DOCUMENT, (*_of_job(uri, job_id), _format(), last))


def print_job(uri: str, job_name: str) -> Request:
    """Head of the message that creates a job and carries its document in one go."""
    return Request(Operation.PRINT_JOB, (*_named(uri, job_name), _format()), _TEMPLATE)


def cancel_job(uri: str, job_id: int) -> Request:
    """Ask the printer to stop; it may finish what it has begun."""
    return Request(Operation.CANCEL_JOB, _of_job(uri, job_id))


def get_job_attributes(uri: str, job_id: int) -> Request:
    """Ask for the evidence of one job."""
    return Request(Operation.GET_JOB_ATTRIBUTES, (*_of_job(uri, job_id), _keywords(JOB_ATTRIBUTES)))


def get_jobs(uri: str, which: str) -> Request:
    """List everybody's jobs; ``which`` is ``completed`` (any end) or ``not-completed``.

    Those two are all that RFC 8011 requires; PWG's ``all`` is not understood everywhere.
    """
    return Request(
        Operation.GET_JOBS,
        (
            *_head(uri),
            Attribute(ValueTag.KEYWORD, "which-jobs", (which,)),
            Attribute(ValueTag.BOOLEAN, "my-jobs", (False,)),
            _keywords(JOB_ATTRIBUTES),
        ),
    )


_TEMPLATE = (
    Attribute(ValueTag.INTEGER, "copies", (1,)),
    Attribute(ValueTag.KEYWORD, "sides", ("one-sided",)),
)
"""One side a sheet: only so are pages, impressions and sheets the same number."""


def _head(uri: str) -> tuple[Attribute, ...]:
    """The attributes that every request begins with, in the order RFC 8011 §4.1.4 demands."""
    return (
        Attribute(ValueTag.CHARSET, "attributes-charset", ("utf-8",)),
        Attribute(ValueTag.LANGUAGE, "attributes-natural-language", ("en",)),
        Attribute(ValueTag.URI, "printer-uri", (uri,)),
        Attribute(ValueTag.NAME, "requesting-user-name", (USER,)),
    )


def _of_job(uri: str, job_id: int) -> tuple[Attribute, ...]:
    charset, language, printer, user = _head(uri)
    return (
        charset,
        language,
        printer,
        Attribute(ValueTag.INTEGER, "job-id", (job_id,)),
        user,
    )


def _named(uri: str, job_name: str) -> tuple[Attribute, ...]:
    return (*_head(uri), Attribute(ValueTag.NAME, "job-name", (job_name,)))


def _format() -> Attribute:
    return Attribute(ValueTag.MIME_TYPE, "document-format", (DOCUMENT_FORMAT,))


def _keywords(names: tuple[str, ...]) -> Attribute:
    return Attribute(ValueTag.KEYWORD, "requested-attributes", names)


def succeeded(message: Message) -> bool:
    """Whether the printer did what was asked, if need be with attributes of its own choosing."""
    return message.code <= LAST_SUCCESS


def printer_state(group: Group) -> PrinterState:
    """Read a PRINTER group."""
    phase = _integer(group, "printer-state")
    accepting = _first(group, "printer-is-accepting-jobs")
    return PrinterState(
        phase=PrinterPhase(phase) if phase in set(PrinterPhase) else None,
        reasons=_strings(group, "printer-state-reasons") or None,
        accepting=accepting if isinstance(accepting, bool) else None,
        up_time_s=_integer(group, "printer-up-time"),
        uuid=_string(group, "printer-uuid"),
        operations=frozenset(_integers(group, "operations-supported")),
        marker_levels=_integers(group, "marker-levels"),
    )


def job_state(group: Group) -> JobState:
    """Read a JOB group."""
    phase = _integer(group, "job-state")
    return JobState(
        job_id=_integer(group, "job-id"),
        name=_string(group, "job-name"),
        uuid=_string(group, "job-uuid"),
        phase=JobPhase(phase) if phase in set(JobPhase) else None,
        reasons=_strings(group, "job-state-reasons"),
        impressions=_count(group, "job-impressions-completed"),
        sheets=_count(group, "job-media-sheets-completed"),
    )


def _first(group: Group, name: str) -> object:
    return next(iter(group.get(name, [])), None)


def _integers(group: Group, name: str) -> tuple[int, ...]:
    values = group.get(name, [])
    return tuple(v for v in values if isinstance(v, int) and not isinstance(v, bool))


def _integer(group: Group, name: str) -> int | None:
    return next(iter(_integers(group, name)), None)


def _count(group: Group, name: str) -> int | None:
    """A counter; one below zero counts nothing and is as good as none."""
    count = _integer(group, name)
    return None if count is None or count < 0 else count


def _strings(group: Group, name: str) -> tuple[str, ...]:
    return tuple(v for v in group.get(name, []) if isinstance(v, str))


def _string(group: Group, name: str) -> str | None:
    return next(iter(_strings(group, name)), None)
