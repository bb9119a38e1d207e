"""The controls of the walks: what is broken in one way is found, each by its own rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.journey import steps
from kiosk.journey.effects import Effect, WipeVisit
from kiosk.journey.engine import Journey
from kiosk.journey.events import Answered, Event
from kiosk.journey.plan import Place
from kiosk.journey.step import Busy, Step
from tests.flows import broken_steps as broken
from tests.flows.explorer import Explorer
from tests.flows.explorer_walks import WALKS

STEPS: list[tuple[str, str, tuple[Step, ...]]] = [
    ("housing", "printed again after paper", (broken.PrintsAgain(),)),
    ("one_party", "printed again after paper", (broken.PrintsAgain(),)),
    ("housing", "a slip printed again", (broken.PrintsTheSlipAgain(),)),
    ("housing", "a session after a face that did not match", (broken.FailsOpen(),)),
    ("housing", "a face compared with a card without", (broken.TakesAnyWay(),)),
    ("progress", "a face compared with a card without", (broken.TakesAnyWay(),)),
    ("housing", "no end can be reached", (broken.HoldsOn(),)),
    ("housing", "it does not end by itself", (broken.HoldsOn(),)),
    ("housing", "no way out on the page", (broken.NoSkip(),)),
    ("check", "press skip is on the rating and does nothing", (broken.DeadButton(),)),
    ("check", "the clock stands still", (broken.NeverIdle(),)),
    ("certificates", "a document is shown whose seal", (broken.TrustsAnySeal(),)),
    ("one_party", "printed without an intact seal", (broken.PrintsUnseen(),)),
    ("two_parties", "handed in with the signature of somebody", (broken.KeepsOthers(),)),
    ("one_party", "handed in with an answer that stops it", (broken.ForgetsWhatItAsked(),)),
    (
        "one_party",
        "handed in with a signature that was made under something else",
        (broken.ChangesWhatWasSigned(),),
    ),
    (
        "two_parties",
        "handed in with a signature that was made under something else",
        (broken.SkipsTheSecond(), broken.SendsAnyhow()),
    ),
    ("one_party", "another application while the first", (broken.SubmitsAnew(),)),
    ("one_party", "another application while the first", (broken.BelievesTheDoor(),)),
    ("payment", "a payment begun while another is unknown", (broken.TakesUnknownForNo(),)),
    ("payment", "a payment begun while the application may", (broken.PaysAllTheSame(),)),
    ("payment", "the clock stands still", (broken.LosesTheEnd(),)),
    ("payment", "it says that nothing was charged", (broken.SaysNothingWasCharged(),)),
]


@pytest.mark.parametrize(("walk", "fault", "breaking"), STEPS)
def test_a_broken_step_is_found(walk: str, fault: str, breaking: tuple[Step, ...]) -> None:
    made = WALKS[walk]()
    kinds = {**steps.ALL, **{each.kind: each for each in breaking}}
    assert Explorer(made.service, made.alphabet, kinds=kinds).finds(fault)


class Remembers(Journey):
    """Ends without forgetting."""

    def _wipe_session(self) -> None:
        self._wiped = True


class WipesTwice(Journey):
    """Forgets that it has wiped."""

    def _wipe_once(self) -> tuple[Effect, ...]:
        self._wipe_session()
        return (WipeVisit(),)


class LeavesJobs(Journey):
    """Goes on without calling off what still runs."""

    def _leave_step(self, outcome: str, at: float) -> tuple[Effect, ...]:
        super()._leave_step(outcome, at)
        return ()


class HearsTheLate(Journey):
    """Takes any answer for its own."""

    def handle(self, event: Event) -> tuple[Effect, ...]:
        if isinstance(event, Answered):
            self.session = replace(self.session, jobs=self.session.jobs | {event.job_id})
        return super().handle(event)


class GoesBackFromWhatIsSent(Journey):
    """Bars Back only where the answer is missing, not while it is on its way."""

    def _can_go_back(self) -> bool:
        if self._step.busy(self.session) is not Busy.COMMITTED:
            return super()._can_go_back()
        place = self._plan.before(self.session)
        return place is not None and not self._reversal(place).barrier


class MixesUpParties(Journey):
    """The next party finds what was said and shown by the one before."""

    def _go(self, place: Place, at: float, *, back: bool) -> tuple[Effect, ...]:
        before = self.session
        done = super()._go(place, at, back=back)
        if self.session.party_index != before.party_index:
            self.session = replace(self.session, record=before.record)
        return done


class TurnsToNobody(Journey):
    """Does not tell the vault who stands here now."""

    def _go(self, place: Place, at: float, *, back: bool) -> tuple[Effect, ...]:
        super()._go(place, at, back=back)
        return ()


class WithdrawsAtAnyTime(Journey):
    """Offers it as soon as there is a case."""

    def _can_withdraw(self) -> bool:
        return self.session.case is not None and self.session.aside is None


class WithdrawsAnew(Journey):
    """Forgets the key of a withdrawal without an answer."""

    def _to_step(self, event: Event) -> tuple[Effect, ...]:
        if not isinstance(event, Answered):
            self.session = replace(self.session, withdrawal_key="")
        return super()._to_step(event)


JOURNEYS: list[tuple[str, str, type[Journey]]] = [
    ("housing", "something personal is left", Remembers),
    ("payment", "something personal is left", Remembers),
    ("housing", "wiped 2 times", WipesTwice),
    ("housing", "a job runs that nobody waits for", LeavesJobs),
    ("housing", "a late ", HearsTheLate),
    ("one_party", "went back behind what was handed in", GoesBackFromWhatIsSent),
    ("two_parties", "answers of somebody who has not identified", MixesUpParties),
    ("two_parties", "the vault keeps another party's things", TurnsToNobody),
    ("one_party", "withdrawn without an application", WithdrawsAtAnyTime),
    ("payment", "withdrawn while it is not known whether it was paid", WithdrawsAtAnyTime),
    ("payment", "withdrawal is offered while", WithdrawsAtAnyTime),
    ("one_party", "withdrawn once more under another key", WithdrawsAnew),
]


@pytest.mark.parametrize(("walk", "fault", "journey"), JOURNEYS)
def test_a_broken_journey_is_found(walk: str, fault: str, journey: type[Journey]) -> None:
    made = WALKS[walk]()
    assert Explorer(made.service, made.alphabet, journey=journey).finds(fault)
