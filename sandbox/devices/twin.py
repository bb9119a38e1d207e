"""What the panel can do with a twin: look at its state and pull at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Verb = Callable[..., None]
"""Called with keyword arguments from the panel; ValueError (with a sentence) on a wrong one."""


class Twin(Protocol):
    """A device (or the line, or the centre) that stands in the sandbox city."""

    @property
    def name(self) -> str:
        """How the panel calls it: ``reader``, ``camera``, ``slip_printer`` ..."""
        ...

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What a hand can do to it: ``put_card``, ``lift_card``, ``unplug``, ``plug`` ..."""
        ...

    def start(self) -> None:
        """Begin to answer at the wire."""
        ...

    def stop(self) -> None:
        """Stop, and free threads, ports and files. Safe to call twice."""
        ...

    def state(self) -> dict[str, Json]:
        """What an onlooker sees, as JSON; holds no person's data but the invented persons' keys."""
        ...
