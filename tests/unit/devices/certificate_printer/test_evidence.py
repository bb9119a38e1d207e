"""The three-outcome rule over every combination of what a printer can say."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

from devices.api import PrintOutcome
from devices.certificate_printer.evidence import Evidence, Submission, judge
from devices.certificate_printer.protocol import JobPhase

PAGES = 2
COUNTS = (None, 0, 1, 2, 3)
PHASES = (None, *JobPhase)


def every_evidence() -> list[Evidence]:
    return [
        Evidence(PAGES, truly, submission, phase, successful, impressions, sheets, restarted)
        for truly, submission, phase, successful, impressions, sheets, restarted in (
            itertools.product(
                (False, True),
                Submission,
                PHASES,
                (False, True),
                COUNTS,
                COUNTS,
                (False, True),
            )
        )
    ]


def ended(phase: JobPhase, *, successful: bool, impressions: int, sheets: int | None) -> Evidence:
    return Evidence(
        pages=PAGES,
        counts_truly=True,
        submission=Submission.ACCEPTED,
        phase=phase,
        successful=successful,
        impressions=impressions,
        sheets=sheets,
    )


PRINTED = {
    ended(JobPhase.COMPLETED, successful=True, impressions=impressions, sheets=sheets)
    for impressions in (2, 3)
    for sheets in COUNTS
}
NOT_PRINTED_AFTER_ACCEPTANCE = {
    ended(phase, successful=successful, impressions=0, sheets=sheets)
    for phase in (JobPhase.ABORTED, JobPhase.CANCELED)
    for successful in (False, True)
    for sheets in (None, 0)
}


def test_the_whole_table() -> None:
    told: Counter[PrintOutcome] = Counter()
    for evidence in every_evidence():
        before_any_job = evidence.submission in (Submission.NOT_SENT, Submission.REFUSED)
        if before_any_job or evidence in NOT_PRINTED_AFTER_ACCEPTANCE:
            expected = PrintOutcome.NOT_PRINTED
        elif evidence in PRINTED:
            expected = PrintOutcome.PRINTED
        else:
            expected = PrintOutcome.UNKNOWN
        assert judge(evidence) is expected, evidence
        told[expected] += 1
    assert told[PrintOutcome.PRINTED] == 10
    assert sum(told.values()) == 2 * 4 * 8 * 2 * 5 * 5 * 2
    assert told[PrintOutcome.NOT_PRINTED] == sum(told.values()) // 2 + 8


def test_a_document_without_pages_is_never_printed() -> None:
    nothing = ended(JobPhase.COMPLETED, successful=True, impressions=0, sheets=0)
    assert judge(replace(nothing, pages=0)) is PrintOutcome.UNKNOWN
