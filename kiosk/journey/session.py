"""Everything known about one visit. Replaced, never changed in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kiosk.central.models import Service
from kiosk.journey.facts import CardFacts, DocumentFacts, HousingFacts, PrintFacts, Way


@dataclass(frozen=True, slots=True)
class StepTime:
    """How long a step took and how it was left; goes to the statistics, no person in it."""

    kind: str
    seconds: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be used now: devices that take jobs, and the line."""

    ready: frozenset[str] = frozenset()
    line_up: bool = True


@dataclass(frozen=True, slots=True)
class Session:
    """One visit. ``local`` is the current step's own state; a new step starts with None."""

    visit_id: str
    service: Service
    offer: Offer = field(default_factory=Offer)
    index: int = 0
    entered_at: float = 0.0
    next_job: int = 0
    jobs: frozenset[str] = frozenset()
    local: object = None
    times: tuple[StepTime, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    card: CardFacts | None = None
    way: Way | None = None
    face_tries: int = 0
    """Checks of the face in this visit that did not match, by whatever way one came to them."""
    opened: bool = False
    housing: HousingFacts | None = None
    document: DocumentFacts | None = None
    printed: PrintFacts | None = None
    slip: PrintFacts | None = None

    def job(self) -> tuple[Session, str]:
        """A session that waits for one more job, and that job's id."""
        job_id = f"{self.visit_id}.{self.next_job}"
        waiting = replace(self, next_job=self.next_job + 1, jobs=self.jobs | {job_id})
        return waiting, job_id

    def without_job(self, job_id: str) -> Session:
        """The job has ended."""
        return replace(self, jobs=self.jobs - {job_id})

    def at_step(self, local: object) -> Session:
        """The same visit with another state of the current step."""
        return replace(self, local=local)
