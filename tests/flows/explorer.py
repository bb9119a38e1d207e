"""Walks every state that a service's journey can come to, over a finite alphabet.

The journey is pure and its session frozen, so a state is a shallow copy. States that differ only
in job ids, times and the wording of equal answers count as one. ``Explorer.faults`` holds what
must never happen, each with the shortest way to it.
"""

from __future__ import annotations

import copy
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from devices.api import PrintOutcome
from kiosk import home
from kiosk.central.models import Service
from kiosk.journey import effects, steps
from kiosk.journey.effects import Effect
from kiosk.journey.engine import CLOSING, COUNTDOWN, IDLE, Journey, Timing
from kiosk.journey.events import (
    Answer,
    Answered,
    CardSeen,
    CodeSent,
    DocumentReady,
    Event,
    FaceChecked,
    FaceOutcome,
    Failed,
    HousingFound,
    IntentGiven,
    OfferChanged,
    Printed,
    Progressed,
    SessionOpened,
    TimerFired,
    Why,
)
from kiosk.journey.facts import DocumentFacts, PrintFacts, Way
from kiosk.journey.session import Offer
from kiosk.journey.step import Step
from kiosk.supervisor import DEVICES
from screens.models.intents import Edited, Pressed
from screens.models.pages import AnyPage
from tests.flows.samples import TODAY, failed, good_card, housing
from tests.flows.visitor import find_buttons

ALL_READY = Offer(frozenset(DEVICES), line_up=True)
NOTHING_READY = Offer(frozenset(), line_up=False)
PRINTS = [Printed(PrintFacts(outcome)) for outcome in PrintOutcome]
ANSWERS: Mapping[type, list[Answer]] = {
    effects.ReadCard: [
        CardSeen(good_card()),
        CardSeen(good_card(number="990101195503120010")),
        failed(Why.DEVICE, "disconnected"),
        failed(Why.DEVICE, "card_unreadable"),
    ],
    effects.CheckFace: [
        *(FaceChecked(outcome, "high") for outcome in FaceOutcome),
        failed(Why.DEVICE, "camera_stalled"),
    ],
    effects.SendCode: [
        CodeSent("challenge-1", "138****0001", 60),
        failed(Why.UNREACHABLE),
        failed(Why.REFUSED, "person_unknown"),
    ],
    effects.OpenSession: [
        SessionOpened(),
        failed(Why.REFUSED, "sms_code_wrong", 2),
        failed(Why.REFUSED, "sms_code_exhausted", 0),
        failed(Why.REFUSED, "evidence_invalid"),
        failed(Why.UNREACHABLE),
    ],
    effects.FindHousing: [
        HousingFound(housing()),
        failed(Why.REFUSED, "scope_closed"),
        failed(Why.BUSY),
    ],
    effects.FetchDocument: [
        DocumentReady(DocumentFacts(("page-1", "page-2"), "样例登记中心", "2026-11-21")),
        failed(Why.SEAL, "altered"),
        failed(Why.BROKEN),
    ],
    effects.PrintDocument: [*PRINTS, failed(Why.BROKEN)],
    effects.PrintSlip: [*PRINTS, failed(Why.BROKEN)],
}
BLIND_PRESSES = ("next", "retry", "back", "leave", "way:face", "resend", "skip", "finish")
"""Pressed whether or not the page has such a button: a late or forged press must do no harm."""
EDITS = (
    Edited(field="scope", value="990000"),
    Edited(field="purpose", value="loan"),
    Edited(field="code", value="123456"),
)
WAYS_OUT = {"leave", "skip", "finish"}


@dataclass(frozen=True)
class State:
    """A journey, what runs and ticks around it, and what its past forbids (the ghosts)."""

    journey: Journey
    jobs: Mapping[str, Effect] = field(default_factory=dict[str, Effect])
    timers: frozenset[str] = frozenset()
    print_unknown: bool = False
    wipes: int = 0
    way: tuple[str, ...] = ()

    @property
    def key(self) -> object:
        """What tells it from others."""
        journey, session = self.journey, self.journey.session
        facts = (session.card, session.housing, session.document, session.printed, session.slip)
        return (
            session.index,
            re.sub(r"visit\.\d+", "job", repr(session.local)),
            tuple(fact is not None for fact in facts),
            tuple(fact.outcome for fact in facts[3:] if isinstance(fact, PrintFacts)),
            (session.way, session.face_tries, session.opened, session.offer.line_up),
            tuple(sorted(session.answers.items())),
            (journey.ended, journey.insists, journey.step_kind),
            tuple(sorted(type(effect).__name__ for effect in self.jobs.values())),
            (self.timers, self.print_unknown, self.wipes),
        )

    @property
    def page(self) -> AnyPage:
        """What the glass shows."""
        chrome = home.chrome(None, (), language="zh-CN", elder=False)
        return cast("AnyPage", self.journey.view(chrome))

    @property
    def personal(self) -> tuple[object, ...]:
        """Everything of a person that the session holds."""
        session = self.journey.session
        held = (session.card, session.housing, session.document, session.local)
        return tuple(fact for fact in (*held, *session.answers.items()) if fact is not None)


class Explorer:
    """``run`` walks breadth first, so that each fault comes with the shortest way to it."""

    def __init__(
        self,
        service: Service,
        *,
        kinds: Mapping[str, Step] | None = None,
        journey: type[Journey] = Journey,
        offers: Iterable[Offer] = (ALL_READY,),
    ) -> None:
        made = journey(
            dict(kinds or steps.ALL),
            service,
            visit_id="visit",
            offer=ALL_READY,
            timing=Timing(idle_s=90, countdown_s=1),
        )
        self._start = self._after(State(made), "begin", made.begin(0.0))
        self._offers = tuple(offers)
        self.states: dict[object, State] = {}
        self.successors: dict[object, set[object]] = {}
        self.pages: set[str] = set()
        self.faults: list[str] = []

    def run(self, *, stop_at_first: bool = False, limit: int = 40_000) -> Explorer:
        """Visit every state. RuntimeError past ``limit``: then the alphabet is not finite."""
        waiting = deque([self._start])
        self.states[self._start.key] = self._start
        while waiting and not (stop_at_first and self.faults):
            state = waiting.popleft()
            for following in self._following(state):
                self.successors.setdefault(state.key, set()).add(following.key)
                if following.key not in self.states:
                    self.states[following.key] = following
                    waiting.append(following)
            if len(self.states) > limit:
                raise RuntimeError(f"more than {limit} states")
        if not (stop_at_first and self.faults):
            self.faults += self._dead_ends()
        return self

    def _following(self, state: State) -> Iterator[State]:
        if state.journey.ended is not None:
            return
        for name, event in self._events(state):
            made = copy.copy(state.journey)
            following = self._after(replace(state, journey=made), name, made.handle(event), event)
            yield following

    def _events(self, state: State) -> Iterator[tuple[str, Event]]:
        page = state.page
        self.pages.add(page.page_id)
        buttons = {button.name for button in find_buttons(page) if button.enabled}
        self._judge_page(state, buttons)
        for name in sorted(buttons | set(BLIND_PRESSES)):
            yield f"press {name}", IntentGiven(0.0, Pressed(name=name), TODAY)
        for edit in EDITS:
            yield f"edit {edit.field}", IntentGiven(0.0, edit, TODAY)
        for job_id, effect in state.jobs.items():
            for answer in ANSWERS[type(effect)]:
                yield _told(answer), Answered(0.0, job_id, answer, TODAY)
            if isinstance(effect, effects.PrintDocument):
                yield "paper out", Progressed(0.0, job_id, "paper_out", 1, 2)
        for timer in sorted(state.timers):
            yield f"timer {timer}", TimerFired(10_000.0, timer)
        for offer in self._offers:
            if offer != state.journey.session.offer:
                yield f"offer {offer.line_up}", OfferChanged(0.0, offer.ready, offer.line_up)

    def _after(
        self, state: State, name: str, done: tuple[Effect, ...], event: Event | None = None
    ) -> State:
        """Take the effects in, and judge them."""
        way = (*state.way, name)
        jobs = dict(state.jobs)
        if isinstance(event, Answered):
            jobs.pop(event.job_id, None)
        timers, wipes, unknown = set(state.timers), state.wipes, state.print_unknown
        if isinstance(event, TimerFired):
            timers.discard(event.name)
        if isinstance(event, Answered) and _is_unknown_print(state, event):
            unknown = True
        for effect in done:
            self._judge(effect, state, unknown=unknown, event=event, way=way)
            match effect:
                case effects.SetTimer(name=timer):
                    timers.add(timer)
                case effects.CancelTimer(name=timer):
                    timers.discard(timer)
                case effects.Cancel(job_id=job_id):
                    jobs.pop(job_id, None)
                case effects.WipeVisit():
                    wipes += 1
                case effects.Keep():
                    pass
                case _:
                    jobs[effect.job_id] = effect
        made = replace(
            state,
            jobs=jobs,
            timers=frozenset(timers),
            print_unknown=unknown,
            wipes=wipes,
            way=way,
        )
        self._judge_end(made)
        return made

    def _judge(
        self,
        effect: Effect,
        state: State,
        *,
        unknown: bool,
        event: Event | None,
        way: tuple[str, ...],
    ) -> None:
        """What an effect must never follow."""
        session = state.journey.session
        match effect:
            case effects.PrintDocument() if unknown:
                self._fault("printed again after an unknown", way)
            case effects.OpenSession(way=Way.FACE) if not _is_match(event):
                self._fault("a session after a face that did not match", way)
            case effects.OpenSession(way=Way.SMS, code=code) if len(code) != 6:
                self._fault("a session without a code", way)
            case effects.FindHousing() | effects.FetchDocument() if not session.opened:
                self._fault("an enquiry before the session is open", way)
            case _:
                pass

    def _judge_end(self, state: State) -> None:
        journey = state.journey
        over = journey.ended is not None or journey.step_kind in {CLOSING, "farewell"}
        if over and state.personal:
            self._fault("something personal is left", state.way)
        if over and state.wipes != 1:
            self._fault(f"wiped {state.wipes} times", state.way)
        if journey.ended is not None and state.jobs:
            self._fault("a job runs on after the end", state.way)
        if journey.ended is not None and state.timers & {IDLE, COUNTDOWN, CLOSING}:
            self._fault("a timer of the visit ticks on", state.way)

    def _judge_page(self, state: State, buttons: set[str]) -> None:
        """A person must see a way out, unless paper moves just now."""
        moving = any(
            isinstance(effect, effects.PrintDocument | effects.PrintSlip)
            for effect in state.jobs.values()
        )
        if not buttons & WAYS_OUT and not moving:
            self._fault("no way out on the page", state.way)
        waits = state.jobs or state.timers
        if not waits:
            self._fault("nothing will ever end it when nobody is there", state.way)

    def _dead_ends(self) -> list[str]:
        """States from which no end can be reached."""
        before: dict[object, set[object]] = {}
        for key, following in self.successors.items():
            for next_key in following:
                before.setdefault(next_key, set()).add(key)
        out = [key for key, state in self.states.items() if state.journey.ended is not None]
        reached, waiting = set(out), deque(out)
        while waiting:
            fresh = before.get(waiting.popleft(), set()) - reached
            reached |= fresh
            waiting.extend(fresh)
        lost = [state for key, state in self.states.items() if key not in reached]
        return [f"no end can be reached: {' > '.join(state.way)}" for state in lost[:5]]

    def _fault(self, what: str, way: tuple[str, ...]) -> None:
        if len(self.faults) < 20:
            self.faults.append(f"{what}: {' > '.join(way)}")


def _told(answer: Answer) -> str:
    """The answer in two words, for the way to a fault."""
    match answer:
        case Failed(why=why, code=code):
            return f"{why} {code}".strip()
        case Printed(result=result):
            return result.outcome
        case FaceChecked(outcome=outcome):
            return f"face {outcome}"
        case _:
            return type(answer).__name__


def _is_match(event: Event | None) -> bool:
    return (
        isinstance(event, Answered)
        and isinstance(event.answer, FaceChecked)
        and event.answer.outcome is FaceOutcome.MATCHED
    )


def _is_unknown_print(state: State, event: Answered) -> bool:
    if not isinstance(state.jobs.get(event.job_id), effects.PrintDocument):
        return False
    match event.answer:
        case Printed(result=PrintFacts(outcome=PrintOutcome.UNKNOWN)) | Failed():
            return True
        case _:
            return False
