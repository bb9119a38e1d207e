"""Hosts the visits: home page, the journey, its timers, and what the glass shows.

On the core's loop. One visit at a time; between visits the home page follows the supervisor.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Protocol, cast

from kiosk import home
from kiosk.central.models import Service
from kiosk.central.watch import Documents
from kiosk.city_time import CityClock
from kiosk.config import Visit
from kiosk.journey.effects import Cancel, Effect
from kiosk.journey.engine import Journey, Timing, Unusable
from kiosk.journey.events import (
    Answer,
    Answered,
    Event,
    Failed,
    IntentGiven,
    OfferChanged,
    Progressed,
    TimerFired,
    Why,
)
from kiosk.journey.step import Step
from kiosk.preferences import Preferences, timing
from kiosk.supervisor import Supervisor, hidden_services
from screens.models.base import Chrome
from screens.models.intents import Drawn, Edited, Intent, Painted, Pressed, Touched
from screens.models.pages import AnyPage

log = logging.getLogger(__name__)

HOME_RESET_S = 60.0
"""Language and elder mode go back to normal on a home page that nobody touches."""


class Glass(Protocol):
    """Where pages go (kiosk.link)."""

    def show(self, page: AnyPage) -> int:
        """Draw this; its sequence number comes back."""
        ...


class Clockwork(Protocol):
    """The loop's clock and timers (kiosk.loop)."""

    clock: Callable[[], float]

    def call_later(self, seconds: float, call: Callable[[], None]) -> int:
        """Call after that many seconds; the number cancels it."""
        ...

    def cancel(self, timer: int) -> None:
        """Forget a timer."""
        ...


class Visits:
    """``perform`` carries effects out; it is set once, after construction (it needs us too)."""

    def __init__(
        self,
        steps: dict[str, Step],
        supervisor: Supervisor,
        glass: Glass,
        loop: Clockwork,
        clock: CityClock,
        *,
        times: Visit,
        first_paint: Callable[[], None],
        occupied: Callable[[bool], None],
    ) -> None:
        self._steps = steps
        self._supervisor = supervisor
        self._glass = glass
        self._loop = loop
        self._clock = clock
        self._times = times
        self._first_paint: Callable[[], None] | None = first_paint
        self._occupied = occupied
        self.perform: Callable[[Effect], None] = lambda _: None
        self._documents = Documents()
        self.catalogue_version = 0
        """Of the catalogue that the visit's service is from; a newer one may be here by now."""
        self.defects: Mapping[str, tuple[str, ...]] = {}
        """Services that are hidden because this version can't carry them out -> why, for staff."""
        self._journey: Journey | None = None
        self._timers: dict[str, int] = {}
        self._home_timer: int | None = None
        self._performing = False
        self._helping = False
        self._interrupted = False
        self._shown: AnyPage | None = None
        self._page_seq = 0
        self.preferences = Preferences()
        self.visits_ended = 0

    @property
    def in_visit(self) -> bool:
        """Whether somebody is at it."""
        return self._journey is not None

    @property
    def documents(self) -> Documents:
        """What is believed of the centre's documents."""
        return self._documents

    def interrupted(self) -> None:
        """The core was restarted in a visit: say so on the home page, and to take the card."""
        self._interrupted = True

    def redraw(self) -> None:
        """A screen has connected: it gets the whole page."""
        self._shown = None
        self._show()

    def take_documents(self, documents: Documents) -> None:
        """New documents hold from the next visit on; the home page follows at once."""
        defects = hidden_services(documents.catalogue, self._steps.keys())
        for code, found in defects.items():
            if self.defects.get(code) != found:
                log.warning("service %s is hidden: %s", code, "; ".join(found))
        for code in self.defects.keys() - defects.keys():
            log.info("service %s is hidden no more", code)
        self._documents, self.defects = documents, defects
        self._show()

    def offer_changed(self) -> None:
        """A device or the line came or went."""
        offer = self._supervisor.offer()
        self._tell(OfferChanged(self._loop.clock(), offer.ready, offer.line_up))
        self._show()

    def answer(self, job_id: str, answer: Answer) -> None:
        """A job's answer."""
        self._tell(Answered(self._loop.clock(), job_id, answer, self._today()))

    def progress(self, job_id: str, what: str, done: int, total: int) -> None:
        """A job's sign of life."""
        self._tell(Progressed(self._loop.clock(), job_id, what, done, total))

    def intent(self, seq: int, intent: Intent) -> None:
        """Somebody touched the glass. A press meant for a page that has gone is dropped."""
        if isinstance(intent, Painted):
            if self._first_paint is not None:
                self._first_paint()
                self._first_paint = None
            return
        if isinstance(intent, (Pressed, Edited, Drawn)) and seq < self._page_seq:
            return
        if isinstance(intent, Pressed) and self._strip(intent.name):
            self._tell(IntentGiven(self._loop.clock(), intent, self._today()))
            self._show()
        elif self._helping:
            self._leave_help(intent)
        elif self._journey is not None:
            self._tell(IntentGiven(self._loop.clock(), intent, self._today()))
        else:
            self._on_home(intent)

    def set_timer(self, name: str, seconds: float) -> None:
        """A journey's timer; elder mode gives twice the idle time by its own timing."""
        self.cancel_timer(name)

        def fire() -> None:
            self._timers.pop(name, None)
            self._tell(TimerFired(self._loop.clock(), name))

        self._timers[name] = self._loop.call_later(seconds, fire)

    def cancel_timer(self, name: str) -> None:
        """Forget it."""
        if (timer := self._timers.pop(name, None)) is not None:
            self._loop.cancel(timer)

    def _strip(self, name: str) -> bool:
        """The top strip's own buttons; True when it was one."""
        if name == "help":
            self._helping = not self._helping
        elif (changed := self.preferences.after(name)) is not None:
            self.preferences = changed
            if self._journey is not None:
                self._journey.timing = self._timing()
        else:
            return False
        self._watch_home()
        return True

    def _leave_help(self, intent: Intent) -> None:
        """Whatever is touched there keeps the visit behind it."""
        if isinstance(intent, Pressed) and intent.name == "close_help":
            self._helping = False
        self._tell(IntentGiven(self._loop.clock(), Touched(), self._today()))
        self._show()

    def _on_home(self, intent: Intent) -> None:
        self._watch_home()
        if isinstance(intent, Pressed) and intent.name.startswith("tile:"):
            service = self._service(intent.name.removeprefix("tile:"))
            if service is not None and self._supervisor.why_not(service) is None:
                self._begin(service)

    def _service(self, code: str) -> Service | None:
        catalogue = self._documents.catalogue
        services = catalogue.services if catalogue else ()
        return next((s for s in services if s.code == code and code not in self.defects), None)

    def _begin(self, service: Service) -> None:
        self._interrupted = False
        try:
            journey = Journey(
                self._steps,
                service,
                visit_id=secrets.token_hex(8),
                offer=self._supervisor.offer(),
                timing=self._timing(),
            )
        except Unusable:
            log.exception("a service that should be hidden was chosen")
            return
        self._journey = journey
        held = self._documents.catalogue
        self.catalogue_version = held.version if held is not None else 0
        self._occupied(True)  # noqa: FBT003 - a callback's one argument
        self._perform_all(_guarded(journey, self._loop.clock(), journey.begin))
        self._after_event()
        self._show()

    def _timing(self) -> Timing:
        return timing(self._times, self._documents.configuration, elder=self.preferences.elder)

    def _tell(self, event: Event) -> None:
        """Have the journey make something of it.

        An effect may be answered while it is performed: that waits its turn, so that effects are
        carried out in the order in which the journey gave them.
        """
        if self._performing:
            self._loop.call_later(0, partial(self._tell, event))
            return
        journey = self._journey
        if journey is None:
            return
        self._perform_all(_guarded(journey, event.at, lambda _: journey.handle(event)))
        self._after_event()
        self._show()

    def _after_event(self) -> None:
        if self._journey is not None and self._journey.ended is not None:
            self._end()
        elif self._journey is not None and self._journey.insists:
            self._helping = False

    def _perform_all(self, effects: tuple[Effect, ...]) -> None:
        """Every one of them, whatever becomes of the others: the wipe may come last."""
        self._performing = True
        for effect in effects:
            try:
                self.perform(effect)
            except Exception:
                log.exception("an effect failed: %s", type(effect).__name__)
                job_id = "" if isinstance(effect, Cancel) else str(getattr(effect, "job_id", ""))
                if job_id:
                    self.answer(job_id, Failed(Why.BROKEN))
        self._performing = False

    def _end(self) -> None:
        for name in tuple(self._timers):
            self.cancel_timer(name)
        self._journey = None
        self._occupied(False)  # noqa: FBT003 - a callback's one argument
        self._helping = False
        self.preferences = Preferences()
        self.visits_ended += 1

    def _watch_home(self) -> None:
        """On the home page nobody's preferences stay for the next one."""
        if self._home_timer is not None:
            self._loop.cancel(self._home_timer)
        self._home_timer = self._loop.call_later(HOME_RESET_S, self._reset_home)

    def _reset_home(self) -> None:
        self._home_timer = None
        if self._journey is None:
            self._helping = False
            self._interrupted = False
            self.preferences = Preferences()
            self._show()

    def _today(self) -> date | None:
        return self._clock.today()

    def _show(self) -> None:
        page = self._page()
        if page == self._shown:
            return
        new = self._shown is None or self._shown.page_id != page.page_id
        self._shown = page
        seq = self._glass.show(page)
        if new:
            self._page_seq = seq

    def _page(self) -> AnyPage:
        chrome = home.chrome(
            self._documents.configuration,
            self._supervisor.states(),
            language=self.preferences.language,
            elder=self.preferences.elder,
        )
        if self._helping:
            return home.help_page(chrome)
        if self._journey is not None:
            return self._visit_page(self._journey, chrome)
        return home.home_page(
            chrome,
            self._documents,
            self._supervisor,
            hidden=self.defects.keys(),
            interrupted=self._interrupted,
        )

    def _visit_page(self, journey: Journey, chrome: Chrome) -> AnyPage:
        """The step's page; a step that cannot draw one ends the visit instead of freezing it."""
        try:
            return cast("AnyPage", journey.view(chrome))
        except Exception:
            log.exception("a page failed: %s", journey.step_kind)
        self._perform_all(journey.give_up(self._loop.clock()))
        if journey.ended is not None:
            self._end()
        return self._page()


def _guarded(
    journey: Journey, at: float, act: Callable[[float], tuple[Effect, ...]]
) -> tuple[Effect, ...]:
    """What the journey wants done. A step's bug ends the visit, and leaves nobody stuck."""
    try:
        return act(at)
    except Exception:
        log.exception("a step failed: %s", journey.step_kind)
        return journey.give_up(at)
