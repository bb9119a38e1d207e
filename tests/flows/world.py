"""A visitor at a machine, told as steps. Journey, visits and supervisor are the real ones.

Around them stand fakes with memory: a clock that moves only when told, a desk that answers
effects as the story says, a glass that keeps the pages, each sent through the link's own codec.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Self, TypeVar, cast

from devices.api import Link, PrintOutcome, Status, Supply
from kiosk.central.models import Catalogue, Configuration, Service
from kiosk.central.watch import Documents
from kiosk.city_time import CityClock
from kiosk.credentials.numbers import check_digit
from kiosk.journey import effects, steps
from kiosk.journey.effects import Effect
from kiosk.journey.engine import Timing
from kiosk.journey.events import (
    Answer,
    CardSeen,
    CodeSent,
    DocumentReady,
    FaceChecked,
    FaceOutcome,
    Failed,
    HousingFound,
    Printed,
    SessionOpened,
    Why,
)
from kiosk.journey.facts import CardFacts, DocumentFacts, Holding, HousingFacts, PrintFacts
from kiosk.supervisor import DEVICES, Supervisor
from kiosk.visits import Visits
from screens.models import wire
from screens.models.base import Button
from screens.models.intents import Edited, Intent, Painted, Pressed, Touched
from screens.models.pages import AnyPage
from screens.models.words import Model, Text

Kind = TypeVar("Kind")

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
BOTH = {"zh-CN": "样例", "en": "Sample"}


def with_check_digit(first_seventeen: str) -> str:
    """An 18-character number that is valid in form."""
    return first_seventeen + check_digit(first_seventeen)


def good_card(
    *,
    kind: str = "resident",
    number: str = "",
    valid_until: date | None = date(2035, 1, 1),
    portrait: bool = True,
) -> CardFacts:
    """An invented resident's card."""
    number = number or with_check_digit("99010119550312001")
    return CardFacts(kind, "章样例", number, valid_until, portrait)


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


def housing(count: int = 1) -> HousingFacts:
    """An answer with that many homes."""
    home = Holding("990101001001GB00001F00010001", "样例路1号", BOTH, "89.12", BOTH)
    return HousingFacts(
        enquiry_id="enq-1",
        number="202611210001",
        scope=BOTH,
        holdings=(home,) * count,
        data_from="1998-01-01",
        as_of=NOW.isoformat(),
        verification_code="ABCD-EFGH-JKLM-NPQR",
        verification_url="https://check.example/ABCD",
    )


@dataclass(slots=True)
class Story:
    """What the devices and the centre will answer; each list is used up in order."""

    code_sent: list[Answer] = field(default_factory=list[Answer])
    opened: list[Answer] = field(default_factory=list[Answer])
    found: list[Answer] = field(default_factory=list[Answer])
    fetched: list[Answer] = field(default_factory=list[Answer])
    printed: list[Answer] = field(default_factory=list[Answer])
    slip: list[Answer] = field(default_factory=list[Answer])
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
            case effects.Cancel() | effects.Keep():
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
                return _next(self.story.fetched, DocumentReady(document))
            case effects.PrintDocument():
                return _next(self.story.printed, printed)
            case effects.PrintSlip():
                return _next(self.story.slip, printed)
            case _:
                return None


def _next(told: list[Answer], usual: Answer) -> Answer:
    return told.pop(0) if told else usual


class Visitor:
    """Somebody before the machine. Every method is a step; all return the visitor."""

    def __init__(self, story: Story | None = None, *, timing: Timing | None = None) -> None:
        self.story = story or Story()
        self.loop = FakeLoop()
        self.glass = Glass()
        self.desk = Desk(self.story)
        self.supervisor = Supervisor(DEVICES)
        self.offset: float | None = 0.0
        clock = CityClock(lambda: self.offset, lambda: NOW)
        self.occupied: list[bool] = []
        self.visits = Visits(
            dict(steps.ALL),
            self.supervisor,
            self.glass,
            self.loop,
            clock,
            timing=timing or Timing(idle_s=90, countdown_s=20),
            closing_s=15,
            first_paint=lambda: None,
            occupied=self.occupied.append,
        )
        self.visits.perform = lambda effect: self.desk.perform(effect, self.visits)
        for name in DEVICES:
            self.supervisor.saw(Status(name, Link.UP, supply=Supply.OK))
        self.supervisor.line(up=True)
        self.visits.take_documents(documents())
        self.visits.redraw()

    @property
    def page(self) -> AnyPage:
        return self.glass.pages[-1]

    @property
    def heading(self) -> str:
        heading = self.page.heading
        return heading.key if isinstance(heading, Text) else str(heading)

    def sees(self, key: str) -> Self:
        """The heading's text key, and nothing personal where nothing personal may be."""
        assert self.heading == key, f"sees {self.heading}, not {key}"
        return self

    def reads(self, fragment: str) -> Self:
        """Somewhere on the page stands this key or value."""
        assert fragment in self.page.model_dump_json(), f"{fragment} is not on {self.heading}"
        return self

    def does_not_read(self, fragment: str) -> Self:
        assert fragment not in self.page.model_dump_json(), f"{fragment} is on {self.heading}"
        return self

    def presses(self, name: str) -> Self:
        """Press a control that is there and not greyed."""
        buttons = {button.name: button for button in find_buttons(self.page)}
        assert name in buttons, f"{name} is not on {self.heading}: {sorted(buttons)}"
        assert buttons[name].enabled, f"{name} is greyed on {self.heading}"
        return self._does(Pressed(name=name))

    def cannot_press(self, name: str) -> Self:
        """The control is missing or greyed, and pressing it all the same does nothing."""
        buttons = {button.name: button for button in find_buttons(self.page)}
        assert name not in buttons or not buttons[name].enabled, f"{name} can be pressed"
        before = self.page
        self._does(Pressed(name=name))
        assert self.page == before, f"{name} did something on {self.heading}"
        return self

    def types(self, field_name: str, value: str) -> Self:
        return self._does(Edited(field=field_name, value=value))

    def touches(self) -> Self:
        return self._does(Touched())

    def waits(self, seconds: float) -> Self:
        self.loop.advance(seconds)
        return self._settle()

    def puts_card(self, card: CardFacts | None = None) -> Self:
        return self.device_says(effects.ReadCard, CardSeen(card or good_card()))

    def turns_head(self, outcome: FaceOutcome = FaceOutcome.MATCHED, band: str = "high") -> Self:
        return self.device_says(effects.CheckFace, FaceChecked(outcome, band))

    def device_says(self, kind: type, answer: Answer) -> Self:
        """The answer to the effect of this kind that waits."""
        self.visits.answer(self.desk.waiting[kind], answer)
        return self._settle()

    def hears(self, kind: type, what: str, done: int = 0, total: int = 0) -> Self:
        self.visits.progress(self.desk.waiting[kind], what, done, total)
        return self._settle()

    def device(self, status: Status) -> Self:
        if self.supervisor.saw(status):
            self.visits.offer_changed()
        return self._settle()

    def line(self, *, up: bool) -> Self:
        if self.supervisor.line(up=up):
            self.visits.offer_changed()
        return self._settle()

    def screen_is_killed(self) -> Self:
        """Another screen process connects and knows nothing: it must be given the whole page."""
        before = self.page
        self.glass.pages.clear()
        self.visits.redraw()
        assert self.page == before
        return self

    def core_is_killed(self) -> Visitor:
        """What starts again: only what is on disk, which is the mark that somebody was at it."""
        cut_short = bool(self.occupied) and self.occupied[-1]
        again = Visitor(self.story)
        if cut_short:
            again.visits.interrupted()
            again.visits.redraw()
        return again

    def _does(self, intent: Intent) -> Self:
        seq = len(self.glass.pages)
        sent = wire.IntentMessage(seq=seq, body=wire.IntentBody(intent=intent))
        came = wire.decode_to_core(wire.encode(sent)[4:])
        self.visits.intent(came.seq, came.body.intent)
        self.visits.intent(seq, Painted(page_id=self.page.page_id))
        return self._settle()

    def _settle(self) -> Self:
        while self.desk.queue:
            self.visits.answer(*self.desk.queue.popleft())
        return self

    # Ways that many stories share.

    def comes_to_the_card(self) -> Self:
        self.sees("home.heading").presses("tile:housing_situation")
        return self.sees("guide.heading").presses("next").sees("card.heading")

    def comes_to_consent(self, card: CardFacts | None = None) -> Self:
        self.comes_to_the_card().puts_card(card).sees("confirm.heading").presses("next")
        return self.sees("consent.heading")

    def is_recognised(self) -> Self:
        self.comes_to_consent().presses("way:face").sees("face.heading").turns_head()
        return self.sees("enquiry.heading")

    def asks(self) -> Self:
        self.types("scope", "990000").types("purpose", "loan").presses("next")
        return self

    def sees_the_certificate(self) -> Self:
        self.is_recognised().asks().sees("result.heading").presses("next")
        return self.sees("preview.heading")


def failed(why: Why, code: str = "", attempts_left: int | None = None) -> Failed:
    return Failed(why, code, (), attempts_left)


def find_buttons(page: AnyPage) -> list[Button]:
    """Every button of a page, wherever it hangs."""
    found: list[Button] = []
    queue: list[object] = [page]
    while queue:
        item = queue.pop()
        if isinstance(item, Button):
            found.append(item)
        elif isinstance(item, tuple):
            queue += cast("tuple[object, ...]", item)
        elif isinstance(item, Model):
            queue += [getattr(item, name) for name in type(item).model_fields]
    return found


def service() -> Service:
    """The housing service as the catalogue has it."""
    options = [{"value": "990000", "names": BOTH}, {"value": "990100", "names": BOTH}]
    purposes = [{"value": "loan", "names": BOTH}, {"value": "school", "names": BOTH}]
    kinds = (
        "consent person_check housing_enquiry housing_result document print_document slip"
        " rating farewell"
    )
    parameters = {"housing_enquiry": {"scopes": options, "purposes": purposes}}
    listed = [
        {"kind": "identify", "params": {"documents": ["resident", "hmt_residence"]}},
        *({"kind": kind, "params": parameters.get(kind, {})} for kind in kinds.split()),
    ]
    return Service.model_validate(
        {
            "code": "housing_situation",
            "names": BOTH,
            "summary": BOTH,
            "icon": "home_search",
            "category": "enquire",
            "materials": (BOTH,),
            "fee": BOTH,
            "requires_devices": ("id_card", "certificate_printer"),
            "person_checks": ("face", "sms"),
            "steps": tuple(listed),
        }
    )


def documents(*services: Service) -> Documents:
    """What the centre would have delivered."""
    until = NOW + timedelta(days=1)
    configuration = Configuration(
        version=1,
        valid_until=until,
        idle_s=90,
        countdown_s=20,
        organisation=BOTH,
        hotline="12345",
        nearest_outlets=(),
    )
    catalogue = Catalogue(version=1, valid_until=until, services=services or (service(),))
    return Documents(configuration, catalogue, None)
