"""The rule that turns what a printer said into one of three outcomes. Pure.

IPP cannot prove that paper came out: counters are optional, `canceled` does
not mean that nothing was printed, history is lost with power and ids start again. So the rule
answers PRINTED or NOT_PRINTED only where the printer's own words leave no other reading, and
UNKNOWN everywhere else; UNKNOWN goes to staff and is never printed again by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from devices.api import PrintOutcome
from devices.certificate_printer.protocol import JobPhase


class Submission(StrEnum):
    """How far the job got on its way into the printer."""

    NOT_SENT = "not_sent"
    """No request that creates a job ever left us."""
    REFUSED = "refused"
    """The printer answered no (status 0x0400 or above) before there was a job id."""
    UNANSWERED = "unanswered"
    """A job was asked for, and no answer came: there may be one."""
    ACCEPTED = "accepted"
    """There is, or was, a job of ours."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the rule looks at.

    ``phase`` is the last job state that the printer told, None where it no longer knows the job;
    one that is not an end means that we stopped waiting. ``restarted``: printer-up-time went down,
    or printer or job is another than before. ``counts_truly`` is a fact about the model, found out
    at installation and written in the configuration.
    """

    pages: int
    counts_truly: bool
    submission: Submission
    phase: JobPhase | None = None
    successful: bool = False
    impressions: int | None = None
    sheets: int | None = None
    restarted: bool = False


def judge(evidence: Evidence) -> PrintOutcome:
    """Say what is known of the print. See the module for why so little is."""
    if evidence.submission in (Submission.NOT_SENT, Submission.REFUSED):
        return PrintOutcome.NOT_PRINTED
    if evidence.submission is Submission.UNANSWERED or evidence.restarted:
        return PrintOutcome.UNKNOWN
    if not evidence.counts_truly or evidence.impressions is None:
        return PrintOutcome.UNKNOWN
    return _judge_counted(evidence, evidence.impressions)


def _judge_counted(evidence: Evidence, impressions: int) -> PrintOutcome:
    """Judge a job that is ours, on a printer that never restarted and counts truly."""
    match evidence.phase:
        case JobPhase.COMPLETED if evidence.successful and impressions >= max(evidence.pages, 1):
            return PrintOutcome.PRINTED
        case JobPhase.ABORTED | JobPhase.CANCELED if impressions == 0 and not evidence.sheets:
            return PrintOutcome.NOT_PRINTED
        case _:
            return PrintOutcome.UNKNOWN
