"""Walks every state that a service's journey can come to, over a finite alphabet.

The journey is pure and its session frozen, so a state is a shallow copy. States that differ only
in job ids, times and the wording of equal answers count as one. ``Explorer.faults`` holds what
must never happen (explorer_rules), each with the shortest way to it.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace

from kiosk.central.models import Service
from kiosk.journey import effects, steps
from kiosk.journey.effects import Effect
from kiosk.journey.engine import Journey, Timing
from kiosk.journey.events import (
    Answer,
    Answered,
    Event,
    FaceChecked,
    Failed,
    IntentGiven,
    OfferChanged,
    PaymentKnown,
    Printed,
    Progressed,
    TimerFired,
)
from kiosk.journey.step import Step
from screens.models.filing import FormPage
from screens.models.intents import Pressed
from tests.flows import explorer_past as pasts
from tests.flows import explorer_rules as rules
from tests.flows.explorer_alphabet import ALL_READY, Alphabet
from tests.flows.explorer_state import State, Way
from tests.flows.samples import TODAY
from tests.flows.visitor import find_buttons

IN_THE_COUNTDOWN = ("next", "withdraw")
"""All that is pressed blindly while the idle question stands: there every touch is alike."""


class Explorer:
    """``run`` walks breadth first, so that each fault comes with the shortest way to it."""

    def __init__(
        self,
        service: Service,
        alphabet: Alphabet,
        *,
        kinds: Mapping[str, Step] | None = None,
        journey: type[Journey] = Journey,
    ) -> None:
        self._alphabet = alphabet
        made = journey(
            dict(kinds or steps.ALL),
            service,
            visit_id="visit",
            offer=ALL_READY,
            timing=Timing(idle_s=90, countdown_s=1),
        )
        self.states: list[State] = []
        self.pages: set[str] = set()
        self._ways: dict[str, str] = {}
        self.transitions = 0
        self._numbers: dict[object, int] = {}
        """State's key -> its place among ``states``."""
        self._successors: dict[int, set[int]] = {}
        self._unattended: dict[int, set[int]] = {}
        """Successors that come about when nobody touches anything."""
        self._start = self._after(State(made, Way("begin")), made.begin(0.0), None)

    @property
    def faults(self) -> list[str]:
        """What must never happen and can, each with the shortest way to it."""
        return [f"{what}: {way}" for what, way in self._ways.items()]

    def finds(self, fault: str, *, limit: int = 60_000) -> str:
        """The first fault that begins like that, with its way; empty if there is none."""
        self.run(until=fault, limit=limit)
        return next((each for each in self.faults if each.startswith(fault)), "")

    def run(self, *, until: str = "", limit: int = 60_000) -> Explorer:
        """Visit every state, or stop ``until`` a fault that begins like that is found.

        RuntimeError past ``limit``: then the alphabet is not finite.
        """
        waiting = deque([self._number(self._start)])
        while waiting and not self._found(until):
            here = waiting.popleft()
            for following, event in self._following(self.states[here]):
                known = len(self.states)
                there = self._number(following)
                self._note(here, there, event)
                if there == known:
                    waiting.append(there)
            if len(self.states) > limit:
                raise RuntimeError(f"more than {limit} states")
        if not waiting:
            self._find_dead_ends(self._successors, "no end can be reached")
            self._find_dead_ends(self._unattended, "it does not end by itself")
        return self

    def _found(self, fault: str) -> bool:
        return fault != "" and any(what.startswith(fault) for what in self._ways)

    def _number(self, state: State) -> int:
        number = self._numbers.setdefault(state.key, len(self.states))
        if number == len(self.states):
            self.states.append(state)
        return number

    def _note(self, here: int, there: int, event: Event) -> None:
        self.transitions += 1
        self._successors.setdefault(here, set()).add(there)
        if not isinstance(event, (IntentGiven, OfferChanged)):
            self._unattended.setdefault(here, set()).add(there)

    def _following(self, state: State) -> Iterator[tuple[State, Event]]:
        if state.journey.ended is not None:
            return
        page = state.page
        self.pages.add(page.page_id)
        buttons = {button.name for button in find_buttons(page) if button.enabled}
        self._judge(rules.of_page(state, page, buttons), state)
        for name, event in self._events(state, buttons):
            made = copy.copy(state.journey)
            done = made.handle(event)
            if not done and _is_alike(state.journey, made) and not isinstance(event, Answered):
                if name.removeprefix("press ") in buttons and not isinstance(page, FormPage):
                    self._judge(iter([f"{name} is on the {page.kind} and does nothing"]), state)
                continue
            way = Way(name, state.way)
            yield self._after(replace(state, journey=made, way=way), done, event, state), event

    def _events(self, state: State, buttons: set[str]) -> Iterator[tuple[str, Event]]:
        alphabet = self._alphabet
        asked = state.journey.insists
        for name in sorted(buttons | set(IN_THE_COUNTDOWN if asked else alphabet.presses)):
            yield f"press {name}", IntentGiven(0.0, Pressed(name=name), TODAY)
        for edit in alphabet.edits:
            value = getattr(edit, "value", "")
            yield f"edit {edit.field} {value}".strip(), IntentGiven(0.0, edit, TODAY)
        for job_id, effect in state.jobs.items():
            for answer in alphabet.told(effect, state.session):
                yield _told(answer), Answered(0.0, job_id, answer, TODAY)
            if isinstance(effect, effects.PrintDocument):
                yield "paper out", Progressed(0.0, job_id, "paper_out", 1, 2)
        for timer in sorted(state.timers):
            yield f"timer {timer}", TimerFired(10_000.0, timer)
        for offer in alphabet.offers:
            if offer != state.session.offer:
                name = f"offer {len(offer.ready)} {offer.line_up}"
                yield name, OfferChanged(0.0, offer.ready, offer.line_up)

    def _after(
        self,
        made: State,
        done: tuple[Effect, ...],
        event: Event | None,
        before: State | None = None,
    ) -> State:
        """Take the effects in, and judge them. ``made`` has the journey as it is afterwards."""
        jobs, timers, past = dict(made.jobs), set(made.timers), made.past
        if isinstance(event, Answered):
            past = pasts.heard(past, jobs.pop(event.job_id), event.answer)
        if isinstance(event, TimerFired):
            timers.discard(event.name)
        judged = replace(before or made, past=past)
        for effect in done:
            asked = replace(judged, past=past)
            self._judge(rules.of_effect(effect, asked, made, event), made)
            past = pasts.done(past, effect)
            match effect:
                case effects.SetTimer(name=timer):
                    timers.add(timer)
                case effects.CancelTimer(name=timer):
                    timers.discard(timer)
                case effects.Cancel(job_id=job_id):
                    self._answer_late(made, job_id, jobs.pop(job_id, None))
                case effects.WipeVisit() | effects.Keep() | effects.TurnTo():
                    pass
                case _:
                    jobs[effect.job_id] = effect
        past = pasts.signed(past, before.session if before else None, made.session)
        after = replace(made, jobs=jobs, timers=frozenset(timers), past=past)
        if before is not None:
            self._judge(rules.of_step(before, after), after)
        self._judge(rules.of_state(after), after)
        return after

    def _answer_late(self, made: State, job_id: str, effect: Effect | None) -> None:
        """An answer for a step that was left must change nothing."""
        for answer in self._alphabet.told(effect, made.session) if effect else ():
            late = copy.copy(made.journey)
            done = late.handle(Answered(0.0, job_id, answer, TODAY))
            if done or not _is_alike(made.journey, late):
                self._judge(iter([f"a late {_told(answer)} changes something"]), made)

    def _judge(self, found: Iterator[str], state: State) -> None:
        for what in found:
            self._ways.setdefault(what, str(state.way))

    def _find_dead_ends(self, successors: Mapping[int, set[int]], what: str) -> None:
        """States from which no end can be reached."""
        before: dict[int, set[int]] = {}
        for here, following in successors.items():
            for there in following:
                before.setdefault(there, set()).add(here)
        ended = [n for n, state in enumerate(self.states) if state.journey.ended is not None]
        reached, waiting = set(ended), deque(ended)
        while waiting:
            fresh = before.get(waiting.popleft(), set()) - reached
            reached |= fresh
            waiting.extend(fresh)
        lost = [state for n, state in enumerate(self.states) if n not in reached]
        for state in lost[:1]:
            self._judge(iter([what]), state)


def _is_alike(before: Journey, after: Journey) -> bool:
    """Whether an event that had no effects left the journey as it was."""
    same = after.session is before.session or after.session == before.session
    return same and (after.ended, after.insists, after.step_kind) == (
        before.ended,
        before.insists,
        before.step_kind,
    )


def _told(answer: Answer) -> str:
    """The answer in two words, for the way to a fault."""
    match answer:
        case Failed(why=why, code=code):
            return f"{why} {code}".strip()
        case Printed(result=result):
            return result.outcome
        case FaceChecked(outcome=outcome):
            return f"face {outcome}"
        case PaymentKnown(payment=payment):
            return f"{payment.money} {payment.reason}".strip()
        case _:
            return type(answer).__name__
