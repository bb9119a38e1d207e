"""What a person at the glass did, as the screen tells the core."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from screens.models.words import Model


class Pressed(Model):
    """A button was pressed: its ``name`` from the model (``next``, ``tile:...``, ``rate:5``).

    The top strip's own names: ``language:<code>``, ``elder``, ``help``.
    """

    kind: Literal["pressed"] = "pressed"
    name: str = Field(max_length=80)


class Edited(Model):
    """A field has a new value, 300 ms after the last key, on blur, or at once for an option."""

    kind: Literal["edited"] = "edited"
    field: str = Field(max_length=80)
    value: str = Field(max_length=2000)


class Touched(Model):
    """The glass was touched (at most one a second is sent): the idle clock starts again."""

    kind: Literal["touched"] = "touched"


class Painted(Model):
    """The page with this id is on the glass. The first one lets heavy things start."""

    kind: Literal["painted"] = "painted"
    page_id: str = Field(max_length=120)


Intent = Annotated[Pressed | Edited | Touched | Painted, Field(discriminator="kind")]
