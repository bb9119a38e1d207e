"""One step of a visit, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.visits.album import Picture
from sandbox.visits.panel_client import PanelClient
from sandbox.visits.visitor import PATIENCE_S, Visitor

Action = Callable[[Visitor], object]


@dataclass(frozen=True, slots=True)
class Step:
    """``does`` it, then ``sees`` the page of that heading with ``reads`` on it, then ``checks``.

    ``name`` is the picture's name. ``picture`` False keeps none.
    """

    name: str
    says: str
    """The step in plain words, for the table."""
    does: Action
    sees: str
    reads: tuple[str, ...] = ()
    checks: Action | None = None
    timeout_s: float = PATIENCE_S
    picture: bool = True
    live: bool = False
    """The page has a moving picture."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A named list of steps; begins and ends at the home page."""

    name: str
    tells: str
    steps: tuple[Step, ...]
    documents: tuple[str, ...] = ()
    """What comes out of the sheet printer, in order, by the names under which it is kept."""
    slip: str = ""
    """The name under which its slip is kept; empty when none comes out."""
    before: Callable[[PanelClient], object] | None = None
    """What is pulled at before the kiosk starts: such a visit has a city of its own."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of a step. ``problem`` is empty when it held.

    ``passed``: pictures of pages that came and went before the one that was expected.
    """

    step: Step
    heading: str
    seconds: float
    problem: str = ""
    picture: Picture | None = None
    passed: tuple[Picture, ...] = ()

    @property
    def held(self) -> bool:
        """Whether all was as expected."""
        return not self.problem
