"""What a step is, and what it may answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from kiosk.journey.effects import Effect
from kiosk.journey.events import Event
from kiosk.journey.session import Session
from screens.models.base import Chrome, Page, Steps

Params = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Stay:
    """Remain in this step with a new session and perhaps some effects."""

    session: Session
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Next:
    """This step is done; ``skip`` more are left out (0 = the next one is entered)."""

    session: Session
    effects: tuple[Effect, ...] = ()
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Back:
    """Return to the step before, as far as barriers allow; or to the nearest of kind ``to``."""

    session: Session
    effects: tuple[Effect, ...] = ()
    to: str = ""


@dataclass(frozen=True, slots=True)
class Abandon:
    """The visit ends here. ``reason``: complete, left, idle, failed, withdrawn."""

    session: Session
    reason: str
    effects: tuple[Effect, ...] = ()


Outcome = Stay | Next | Back | Abandon


@dataclass(frozen=True, slots=True)
class Reversal:
    """What Back may do to a step once it is done.

    ``barrier``: Back stops before it. ``final``: nor is there a Back out of it. ``invalidates``:
    fields of the session that are forgotten when Back returns to this step, because what follows
    from them may change; ``signatures`` are those of every party.
    """

    barrier: bool = False
    final: bool = False
    invalidates: tuple[str, ...] = ()


class Busy(Enum):
    """Whether something works for the visitor, and whether the visit may be left meanwhile."""

    NO = "no"
    WORKING = "working"
    """A device or the centre works: no time-out, but leaving is allowed."""
    SENT = "sent"
    """Something left the machine and has no answer: the idle clock runs, but nobody goes Back."""
    COMMITTED = "committed"
    """Paper or money moves: no time-out, and nobody leaves before its outcome is known."""


REVERSIBLE = Reversal()
BARRIER = Reversal(barrier=True)
FINAL = Reversal(barrier=True, final=True)
"""Printed is printed."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page has around it, handed to a step when it is drawn."""

    chrome: Chrome
    steps: Steps | None
    page_id: str
    can_go_back: bool
    can_leave: bool = True
    can_withdraw: bool = False


class Step(Protocol):
    """One kind of step. Stateless: all state is in the session."""

    @property
    def kind(self) -> str:
        """The word for it in the catalogue."""
        ...

    @property
    def reversal(self) -> Reversal:
        """What Back may do."""
        ...

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """The visit comes to this step (also by Back)."""
        ...

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Something happened while the visit is here."""
        ...

    def busy(self, session: Session) -> Busy:
        """What the idle clock and the leave button must know."""
        ...

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """What the screen must show now."""
        ...
