"""What a person at the glass did, as the screen tells the core."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from screens.models.words import Model

MAX_POINTS = 12_000


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


Point = tuple[
    Annotated[int, Field(ge=0, le=10_000)],
    Annotated[int, Field(ge=0, le=10_000)],
    Annotated[int, Field(ge=0, le=3_600_000)],
]
"""Where the finger was, in ten-thousandths of the canvas' width and height, and when (ms)."""
Stroke = Annotated[tuple[Point, ...], Field(min_length=1, max_length=2_000)]


class Drawn(Model):
    """The strokes on a signature canvas, all of them, after each stroke. At most 12,000 points."""

    kind: Literal["drawn"] = "drawn"
    field: str = Field(max_length=80)
    strokes: Annotated[tuple[Stroke, ...], Field(max_length=200)] = Field(repr=False)

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if sum(len(stroke) for stroke in self.strokes) > MAX_POINTS:
            raise ValueError(f"more than {MAX_POINTS} points")
        return self


class Touched(Model):
    """The glass was touched (at most one a second is sent): the idle clock starts again."""

    kind: Literal["touched"] = "touched"


class Painted(Model):
    """The page with this id is on the glass. The first one lets heavy things start."""

    kind: Literal["painted"] = "painted"
    page_id: str = Field(max_length=120)


Intent = Annotated[Pressed | Edited | Drawn | Touched | Painted, Field(discriminator="kind")]
