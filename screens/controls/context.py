"""What every drawn part is given: the look, the words, where intents go, the pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from screens.models.intents import Edited, Intent, Pressed
from screens.slots import PixelSlots
from screens.theme import Theme
from screens.wording import Wording


@dataclass(frozen=True, slots=True)
class Context:
    """Lives as long as one drawn page. ``send`` adds the seq of the view on the glass."""

    theme: Theme
    wording: Wording
    slots: PixelSlots
    send: Callable[[Intent], None]

    def press(self, name: str) -> None:
        """Send that the button called ``name`` was pressed."""
        self.send(Pressed(name=name))

    def edit(self, field: str, value: str) -> None:
        """Send a field's new value."""
        self.send(Edited(field=field, value=value))
