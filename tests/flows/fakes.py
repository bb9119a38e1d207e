"""Fakes with memory around the visits: a clock that moves only when told, a glass, a desk."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from devices.api import PrintOutcome
from kiosk.journey import effects
from kiosk.journey.case_facts import Means, Money
from kiosk.journey.effects import Effect
from kiosk.journey.events import (
    Answer,
    CaseKnown,
    CasesListed,
    CertificatesListed,
    CodeSent,
    Decided,
    DocumentReady,
    HousingFound,
    OrderKnown,
    PaymentKnown,
    PaymentOffered,
    Prepared,
    Printed,
    ReceiptKnown,
    SessionOpened,
    Withdrawn,
)
from kiosk.journey.facts import DocumentFacts, PrintFacts
from kiosk.visits import Visits
from screens.models import wire
from screens.models.pages import AnyPage
from tests.flows import samples_filing as filing
from tests.flows.samples import housing

Kind = TypeVar("Kind")


class FakeLoop:
    """The loop's clock and timers; time passes only in ``advance``."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.clock: Callable[[], float] = lambda: self.now
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._ids = itertools.count()
        self._gone: set[int] = set()

    def call_later(self, seconds: float, call: Callable[[], None]) -> int:
        timer = next(self._ids)
        heapq.heappush(self._timers, (self.now + seconds, timer, call))
        return timer

    def cancel(self, timer: int) -> None:
        self._gone.add(timer)

    def advance(self, seconds: float) -> None:
        until = self.now + seconds
        while self._timers and self._timers[0][0] <= until:
            self.now, timer, call = heapq.heappop(self._timers)
            if timer not in self._gone:
                call()
        self.now = until


class Glass:
    """Keeps every page, as it would come out of the socket."""

    def __init__(self) -> None:
        self.pages: list[AnyPage] = []

    def show(self, page: AnyPage) -> int:
        seq = len(self.pages) + 1
        message = wire.View(seq=seq, body=wire.ViewBody(page=page))
        came = wire.decode_to_screen(wire.encode(message)[4:])
        if not isinstance(came, wire.View):
            raise TypeError(type(came))
        self.pages.append(came.body.page)
        return seq


@dataclass(slots=True)
class Story:
    """What the devices and the centre will answer; each list is used up in order."""

    code_sent: list[Answer] = field(default_factory=list[Answer])
    opened: list[Answer] = field(default_factory=list[Answer])
    found: list[Answer] = field(default_factory=list[Answer])
    fetched: list[Answer] = field(default_factory=list[Answer])
    printed: list[Answer] = field(default_factory=list[Answer])
    slip: list[Answer] = field(default_factory=list[Answer])
    prepared: list[Answer] = field(default_factory=list[Answer])
    decided: list[Answer] = field(default_factory=list[Answer])
    withdrawn: list[Answer] = field(default_factory=list[Answer])
    ordered: list[Answer] = field(default_factory=list[Answer])
    offered: list[Answer] = field(default_factory=list[Answer])
    paid: list[Answer] = field(default_factory=list[Answer])
    closed: list[Answer] = field(default_factory=list[Answer])
    receipt: list[Answer] = field(default_factory=list[Answer])
    cases: list[Answer] = field(default_factory=list[Answer])
    case: list[Answer] = field(default_factory=list[Answer])
    certificates: list[Answer] = field(default_factory=list[Answer])
    checked: list[Answer] = field(default_factory=list[Answer])
    hold: set[type] = field(default_factory=set[type])
    """Kinds of effects that are not answered by themselves."""


class Desk:
    """Carries effects out as the story says, and remembers them."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.done: list[Effect] = []
        self.waiting: dict[type, str] = {}
        self.queue: deque[tuple[str, Answer]] = deque()
        self.wiped = 0

    def perform(self, effect: Effect, visits: Visits) -> None:
        self.done.append(effect)
        match effect:
            case effects.SetTimer():
                visits.set_timer(effect.name, effect.seconds)
            case effects.CancelTimer():
                visits.cancel_timer(effect.name)
            case effects.WipeVisit():
                self.wiped += 1
            case effects.Cancel() | effects.Keep() | effects.TurnTo():
                pass
            case _:
                self._answer(effect)

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Effects of one kind, in order."""
        return [effect for effect in self.done if isinstance(effect, kind)]

    def _answer(self, effect: Effect) -> None:
        job_id: str = getattr(effect, "job_id")  # noqa: B009 - the rest of the union has one
        self.waiting[type(effect)] = job_id
        told = self._told(effect)
        if told is not None and type(effect) not in self.story.hold:
            self.queue.append((job_id, told))

    def _told(self, effect: Effect) -> Answer | None:
        printed = Printed(PrintFacts(PrintOutcome.PRINTED))
        match effect:
            case effects.SendCode():
                return _next(self.story.code_sent, CodeSent("challenge-1", "138****0001", 60))
            case effects.OpenSession():
                return _next(self.story.opened, SessionOpened())
            case effects.FindHousing():
                return _next(self.story.found, HousingFound(housing()))
            case effects.FetchDocument():
                document = DocumentFacts(("page-1", "page-2"), "样例登记中心", "2026-11-21")
                return _next(self.story.fetched, DocumentReady(effect.subject, document))
            case effects.PrintDocument():
                return _next(self.story.printed, printed)
            case effects.PrintSlip():
                return _next(self.story.slip, printed)
            case _:
                return self._told_of_filing(effect)

    def _told_of_filing(self, effect: Effect) -> Answer | None:
        story = self.story
        match effect:
            case effects.Prepare():
                return _next(story.prepared, Prepared(filing.preparation()))
            case effects.SubmitApplication():
                return _next(story.decided, Decided(filing.case()))
            case effects.WithdrawCase():
                return _next(story.withdrawn, Withdrawn(refund=False))
            case effects.ListCases():
                return _next(story.cases, CasesListed((filing.summary(),)))
            case effects.FetchCase():
                return _next(story.case, CaseKnown(filing.summary()))
            case effects.ListCertificates():
                return _next(story.certificates, CertificatesListed((filing.certificate(),)))
            case effects.CheckCode() | effects.CheckNumber():
                return story.checked.pop(0) if story.checked else None
            case _:
                return self._told_of_money(effect)

    def _told_of_money(self, effect: Effect) -> Answer | None:
        """A payment's end comes only when the story has one."""
        story = self.story
        match effect:
            case effects.FetchOrder():
                return _next(story.ordered, OrderKnown(filing.order()))
            case effects.BeginPayment(means=means):
                return _next(story.offered, PaymentOffered(filing.offered(Means(means))))
            case effects.AwaitPayment():
                return story.paid.pop(0) if story.paid else None
            case effects.ClosePayment():
                closed = PaymentKnown(filing.money(Money.NOT_PAID, "closed"))
                return _next(story.closed, closed)
            case effects.FetchReceipt():
                return _next(story.receipt, ReceiptKnown(filing.receipt()))
            case _:
                return None


def _next(told: list[Answer], usual: Answer) -> Answer:
    return told.pop(0) if told else usual
