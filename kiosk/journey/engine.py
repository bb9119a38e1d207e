"""Drives one visit through its service's steps.

Handled here once, before the step: late answers, leaving, going back, the idle question, the
end. A visit that went past its guide page ends on a farewell page that tells to take the card,
whatever the reason; everything personal is wiped before that page is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kiosk.central.models import Service, StepSpec
from kiosk.journey import catalogue, framing
from kiosk.journey.effects import Cancel, CancelTimer, Effect, Keep, SetTimer, TurnTo, WipeVisit
from kiosk.journey.events import Answered, Event, IntentGiven, OfferChanged, Progressed, TimerFired
from kiosk.journey.plan import Place, Plan
from kiosk.journey.session import Offer, Session, StepTime
from kiosk.journey.step import Abandon, Back, Busy, Next, Outcome, Params, Reversal, Stay, Step
from kiosk.journey.steps.withdrawal import Withdrawal, may_withdraw
from screens.models.base import Chrome, Page
from screens.models.intents import Drawn, Edited, Painted, Pressed

IDLE = "idle"
COUNTDOWN = "countdown"
CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: without a touch until the question, to answer it, and of the farewell page."""

    idle_s: float = 90
    countdown_s: int = 20
    closing_s: float = 15


class Unusable(Exception):
    """The catalogue's entry can't be carried out by this version: the service must be hidden."""

    def __init__(self, service: str, defects: tuple[str, ...]) -> None:
        super().__init__(f"{service}: {'; '.join(defects)}")
        self.defects = defects


class Journey:
    """One visit. ``ended`` is None while it lasts, then the reason."""

    def __init__(
        self,
        steps: Mapping[str, Step],
        service: Service,
        *,
        visit_id: str,
        offer: Offer,
        timing: Timing,
    ) -> None:
        if defects := catalogue.defects(service, steps.keys()):
            raise Unusable(service.code, defects)
        self._steps = steps
        self._plan = Plan((StepSpec(kind="guide", params={}), *service.steps))
        self._withdrawal = Withdrawal()
        self.session = Session(visit_id=visit_id, service=service, offer=offer)
        self.timing = timing
        self.ended: str | None = None
        self._closing: str | None = None
        self._countdown: int | None = None
        self._wiped = False
        self._last_touch = 0.0

    def begin(self, at: float) -> tuple[Effect, ...]:
        """Enter the first step."""
        self._last_touch = at
        self.session = replace(self.session, entered_at=at)
        entered = self._step.enter(self.session, self._params, at)
        return (SetTimer(IDLE, self.timing.idle_s), *self._follow(entered, at))

    def handle(self, event: Event) -> tuple[Effect, ...]:
        """Give the visit an event; return what must now be done."""
        if self.ended is not None:
            return ()
        if isinstance(event, (Answered, Progressed)) and event.job_id not in self.session.jobs:
            return ()
        self._remember(event)
        before = self._before_step(event)
        if before is not None:
            return before
        if self._closing is not None:
            return ()
        resumed = self._resume() if isinstance(event, Answered) else ()
        return resumed + self._to_step(event)

    def give_up(self, at: float) -> tuple[Effect, ...]:
        """A bug of ours: end the visit safely, as if it had been left."""
        if self.ended is not None or self._closing is not None:
            return self._end(self._closing or "failed")
        return self._close("failed", at)

    def view(self, chrome: Chrome) -> Page:
        """What to show now."""
        if self._closing is not None:
            return framing.closing_page(self.session, chrome, self._closing)
        frame = framing.frame(
            self.session,
            [spec.kind for spec in self._plan.specs],
            chrome,
            can_go_back=self._can_go_back(),
            can_withdraw=self._can_withdraw(),
            can_leave=self._step.busy(self.session) is not Busy.COMMITTED,
        )
        page = self._step.view(self.session, self._params, frame)
        if self._countdown is None:
            return page
        asking = framing.countdown(self._countdown, self.timing.countdown_s)
        return page.model_copy(update={"countdown": asking})

    @property
    def insists(self) -> bool:
        """Whether its page must be seen now: the idle question, or the farewell."""
        return self.ended is None and (self._countdown is not None or self._closing is not None)

    @property
    def step_kind(self) -> str:
        """The current step's kind, ``closing`` on the farewell after an early end."""
        return CLOSING if self._closing is not None else self._spec.kind

    @property
    def _spec(self) -> StepSpec:
        return self._plan.specs[self.session.index]

    @property
    def _step(self) -> Step:
        """Who is asked now: the withdrawal while it is laid over the step, else the step."""
        return self._steps[self._spec.kind] if self.session.aside is None else self._withdrawal

    @property
    def _params(self) -> Params:
        return self._spec.params

    def _to_step(self, event: Event) -> tuple[Effect, ...]:
        return self._follow(self._step.handle(self.session, self._params, event), event.at)

    def _remember(self, event: Event) -> None:
        """What every step would otherwise note for itself."""
        if isinstance(event, Answered):
            self.session = self.session.without_job(event.job_id)
            self._last_touch = event.at
        elif isinstance(event, OfferChanged):
            self.session = replace(self.session, offer=Offer(event.ready, event.line_up))
        elif isinstance(event, IntentGiven) and not isinstance(event.intent, Painted):
            self._last_touch = event.at

    def _before_step(self, event: Event) -> tuple[Effect, ...] | None:
        """The answer to what concerns every step alike; None: it is the step's business."""
        match event:
            case TimerFired(name=name) if name == IDLE:
                return self._idle(event.at)
            case TimerFired(name=name) if name == COUNTDOWN:
                return self._count_down(event.at)
            case TimerFired(name=name) if name == CLOSING:
                return self._end(self._closing or "complete")
            case IntentGiven(intent=Painted()):
                return ()
            case IntentGiven() if self._countdown is not None:
                return self._answer_countdown(event)
            case IntentGiven(intent=Pressed(name=name)):
                return self._pressed(name, event.at)
            case _:
                return None

    def _pressed(self, name: str, at: float) -> tuple[Effect, ...] | None:
        if self._closing is not None:
            return self._end(self._closing) if name == "finish" else ()
        if name == "leave" and self._step.busy(self.session) is not Busy.COMMITTED:
            return self._follow(Abandon(self.session, "left"), at)
        if name == "back" and self.session.aside is None:
            return self._follow(Back(self.session), at) if self._can_go_back() else ()
        if name == "withdraw" and self._can_withdraw():
            self.session = self._withdrawal.begun(self.session)
            return ()
        return None

    def _idle(self, at: float) -> tuple[Effect, ...]:
        if self._closing is not None or self._countdown is not None:
            return ()
        left = round(self._last_touch + self.timing.idle_s - at, 3)
        if self._step.busy(self.session) in {Busy.WORKING, Busy.COMMITTED}:
            return (SetTimer(IDLE, self.timing.idle_s),)
        if left > 0:
            return (SetTimer(IDLE, left),)
        self._countdown = self.timing.countdown_s
        return (SetTimer(COUNTDOWN, 1.0),)

    def _count_down(self, at: float) -> tuple[Effect, ...]:
        if self._countdown is None or self._closing is not None:
            return ()
        self._countdown -= 1
        if self._countdown > 0:
            return (SetTimer(COUNTDOWN, 1.0),)
        self._countdown = None
        return self._follow(Abandon(self.session, "idle"), at)

    def _answer_countdown(self, event: IntentGiven) -> tuple[Effect, ...]:
        """Any touch keeps the visit, except the button that ends it. What was typed is not lost."""
        goon = self._resume()
        if isinstance(event.intent, Pressed) and event.intent.name == "leave":
            return (*goon, *self._follow(Abandon(self.session, "left"), event.at))
        return goon + self._to_step(event) if isinstance(event.intent, (Edited, Drawn)) else goon

    def _resume(self) -> tuple[Effect, ...]:
        """Somebody is there: no question any more, or none to begin with."""
        if self._countdown is None:
            return ()
        self._countdown = None
        return (CancelTimer(COUNTDOWN), SetTimer(IDLE, self.timing.idle_s))

    def _can_go_back(self) -> bool:
        sent = self._step.busy(self.session) in {Busy.SENT, Busy.COMMITTED}
        if sent or self.session.aside is not None or self._step.reversal.final:
            return False
        place = self._plan.before(self.session)
        return place is not None and not self._reversal(place).barrier

    def _can_withdraw(self) -> bool:
        """Past a barrier there is no Back; an application can still be taken back as a whole."""
        asked = self.session.aside is not None or self._step.busy(self.session) is not Busy.NO
        return not asked and may_withdraw(self.session, self._spec.kind)

    def _reversal(self, place: Place) -> Reversal:
        return self._steps[self._plan.specs[place.index].kind].reversal

    def _follow(self, outcome: Outcome, at: float) -> tuple[Effect, ...]:
        effects: tuple[Effect, ...] = ()
        going_back = False
        while True:
            effects += outcome.effects
            self.session = outcome.session
            if any(isinstance(effect, WipeVisit) for effect in outcome.effects):
                self._wipe_session()
            if isinstance(outcome, Stay):
                return effects
            if isinstance(outcome, Abandon):
                return effects + self._close(outcome.reason, at)
            going_back = going_back or isinstance(outcome, Back)
            place = self._target(outcome, going_back=going_back)
            if place is None:
                return effects + self._leave_step("done", at) + self._end("complete", at)
            going_back = place.index < self.session.index and place != self._plan.after(
                self.session
            )
            effects += self._leave_step("back" if going_back else "done", at)
            effects += self._go(place, at, back=going_back)
            outcome = self._step.enter(self.session, self._params, at)

    def _target(self, outcome: Next | Back, *, going_back: bool) -> Place | None:
        """Where to. A step that has nothing to do is passed over in the direction of travel."""
        session = outcome.session
        if isinstance(outcome, Next) and going_back and self._can_go_back():
            return self._plan.before(session)
        if isinstance(outcome, Next):
            return self._plan.after(session, outcome.skip)
        here = Place(session.index, session.party_index)
        if outcome.to:
            return self._plan.earlier(session, outcome.to) or here
        return self._plan.before(session) or here

    def _go(self, place: Place, at: float, *, back: bool) -> tuple[Effect, ...]:
        """Stand at that place, and forget what follows from a step that is gone back to."""
        turned = place.party_index != self.session.party_index
        here = self.session.turn_to(place.party_index)
        if back:
            for spec in self._plan.applying(here, place.index, self.session.index):
                here = here.forget(self._steps[spec.kind].reversal.invalidates)
        self.session = replace(here, index=place.index, entered_at=at, local=None)
        return (TurnTo(place.party_index),) if turned else ()

    def _leave_step(self, outcome: str, at: float) -> tuple[Effect, ...]:
        """Cancel what still runs for the step and note how long it took."""
        session = self.session
        cancelled = tuple(Cancel(job_id) for job_id in sorted(session.jobs))
        kind = self._spec.kind
        took = StepTime(kind, max(0, round(at - session.entered_at)), outcome)
        self.session = replace(session, jobs=frozenset(), times=(*session.times, took))
        return cancelled

    def _close(self, reason: str, at: float) -> tuple[Effect, ...]:
        """End early: wipe at once, then say goodbye if a card may lie on the reader."""
        past_guide = self.session.index > 0
        effects = self._leave_step(reason, at)
        if not past_guide:
            return effects + self._end(reason, at)
        self._closing = reason
        self._countdown = None
        kept = self._statistics(reason)
        wipe = self._wipe_once()
        return (
            *effects,
            *wipe,
            kept,
            CancelTimer(IDLE),
            CancelTimer(COUNTDOWN),
            SetTimer(CLOSING, self.timing.closing_s),
        )

    def _end(self, reason: str, at: float | None = None) -> tuple[Effect, ...]:
        """The visit is over. ``at`` is given when nothing was kept or wiped yet."""
        self.ended = reason
        timers = (CancelTimer(IDLE), CancelTimer(COUNTDOWN), CancelTimer(CLOSING))
        if at is None:
            return timers
        kept = self._statistics(reason)
        return (*self._wipe_once(), kept, *timers)

    def _wipe_once(self) -> tuple[Effect, ...]:
        """The wipe, unless the farewell has done it already."""
        if self._wiped:
            return ()
        self._wipe_session()
        return (WipeVisit(),)

    def _statistics(self, reason: str) -> Keep:
        steps = [
            {"kind": time.kind, "seconds": time.seconds, "outcome": time.outcome}
            for time in self.session.times
        ]
        body: dict[str, object] = {
            "visit": self.session.visit_id,
            "service": self.session.service.code,
            "steps": steps,
            "ended": reason,
        }
        return Keep("statistics", body)

    def _wipe_session(self) -> None:
        """Nothing of the person stays in the journey's own memory: what papers came out may."""
        kept = self.session
        self._wiped = True
        self.session = Session(
            visit_id=kept.visit_id,
            service=kept.service,
            offer=kept.offer,
            index=kept.index,
            entered_at=kept.entered_at,
            next_job=kept.next_job,
            times=kept.times,
            prints=kept.prints,
            withdrawn=kept.withdrawn,
            slip=kept.slip,
        )
