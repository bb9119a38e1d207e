"""What the scripted IPP printer can act out: plain data, one entry per script.

A job's life is a list of moments; every Get-Job-Attributes moves it on by one, so a script needs no
clock and no test has to wait for one. ``None`` for a counter means that the printer does not give
the attribute. ``pages`` in a counter stands for the pages of the document.
"""

from __future__ import annotations

from dataclasses import dataclass

PENDING, HELD, PROCESSING, STOPPED, CANCELED, ABORTED, COMPLETED = 3, 4, 5, 6, 7, 8, 9
PRINTER_IDLE, PRINTER_PROCESSING, PRINTER_STOPPED = 3, 4, 5
PAGES = -1
"""A counter's value: as many as the document has pages."""

ALL_BUT_ONE = -2
"""A counter's value: one fewer than that."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the printer says of job and itself at one look."""

    job: int
    why: str = "none"
    impressions: int | None = 0
    sheets: int | None = 0
    printer: int = PRINTER_PROCESSING
    reasons: tuple[str, ...] = ("none",)


@dataclass(frozen=True, slots=True)
class Script:
    """One way a printer can behave.

    ``refuse``: operation -> status it answers instead of doing it. ``hang_at``/``garbage_at``: the
    look (from 1) at which the answer breaks off, or is noise; ``garbage_at`` stays so.
    ``restart_at``: the look at which the printer has restarted (with its jobs, if it ``remembers``)
    and has been up for ``up_time_after_s``. ``forget_at``: the look at which it no longer knows the
    job. ``swallow``: operations that are done but never answered. ``cancels``: whether Cancel-Job,
    which is always answered well, has an effect.
    """

    moments: tuple[Moment, ...]
    creates_jobs: bool = True
    accepting: bool = True
    refuse: tuple[tuple[int, int], ...] = ()
    swallow: tuple[int, ...] = ()
    hang_at: int = 0
    garbage_at: int = 0
    restart_at: int = 0
    forget_at: int = 0
    cancels: bool = True
    remembers: bool = False
    up_time_after_s: int = 1


WELL = "job-completed-successfully"

_START = (Moment(PENDING), Moment(PROCESSING, "job-printing"))
_DONE = Moment(COMPLETED, WELL, PAGES, PAGES, PRINTER_IDLE)
_OUT_OF_PAPER = Moment(
    STOPPED, "printer-stopped", 0, 0, PRINTER_STOPPED, ("media-empty-error", "paused")
)

SCRIPTS: dict[str, Script] = {
    "prints": Script((*_START, Moment(PROCESSING, "job-printing", 1, 1), _DONE)),
    "stops_and_goes_on": Script((*_START, _OUT_OF_PAPER, _OUT_OF_PAPER, *_START, _DONE)),
    "stays_stopped": Script((*_START, _OUT_OF_PAPER)),
    "stays_stopped_and_cannot_cancel": Script((*_START, _OUT_OF_PAPER), cancels=False),
    "too_few": Script((*_START, Moment(COMPLETED, WELL, ALL_BUT_ONE, ALL_BUT_ONE, PRINTER_IDLE))),
    "no_counters": Script((*_START, Moment(COMPLETED, WELL, None, None, PRINTER_IDLE))),
    "sheets_only": Script((*_START, Moment(COMPLETED, WELL, None, PAGES, PRINTER_IDLE))),
    "with_errors": Script(
        (*_START, Moment(COMPLETED, "job-completed-with-errors", PAGES, PAGES, PRINTER_IDLE))
    ),
    "aborts": Script((*_START, Moment(ABORTED, "aborted-by-system", 0, 0, PRINTER_IDLE))),
    "aborts_uncounted": Script(
        (*_START, Moment(ABORTED, "aborted-by-system", None, None, PRINTER_IDLE))
    ),
    "aborts_after_a_sheet": Script(
        (*_START, Moment(ABORTED, "aborted-by-system", 0, 1, PRINTER_IDLE))
    ),
    "restarts": Script((*_START, _DONE), restart_at=2),
    "reuses_the_id_long_after": Script((*_START, _DONE), restart_at=2, up_time_after_s=90_000),
    "restarts_and_remembers": Script((*_START, _DONE), restart_at=2, remembers=True),
    "forgets": Script(_START, forget_at=3),
    "hangs_once": Script((*_START, _DONE), hang_at=2),
    "garbage": Script((*_START, _DONE), garbage_at=2),
    "refuses_create_job": Script((*_START, _DONE), creates_jobs=False, refuse=((0x0005, 0x0501),)),
    "refuses_validate_job": Script((*_START, _DONE), refuse=((0x0004, 0x040B),)),
    "refuses_document": Script((*_START, _DONE), refuse=((0x0006, 0x040A),)),
    "busy": Script((*_START, _DONE), refuse=((0x0005, 0x0507),)),
    "not_accepting": Script((*_START, _DONE), accepting=False, refuse=((0x0005, 0x0506),)),
    "swallows_create_job": Script((*_START, _DONE), swallow=(0x0005,)),
    "swallows_print_job": Script((*_START, _DONE), creates_jobs=False, swallow=(0x0002,)),
    "swallows_document_answer": Script((*_START, _DONE), swallow=(0x0006,)),
}
