"""The strokes of a signature, kept within what one intent may carry."""

from __future__ import annotations

from typing import Final

from screens.models.intents import MAX_POINTS, Point, Stroke

ASPECT: Final = 16 / 9
"""Width of every canvas over its height: ten-thousandths of both are points of one picture."""
MAX_STROKES: Final = 200
MAX_STROKE_POINTS: Final = 2_000
_LEAST_POINTS: Final = 64
"""With room for fewer points than this no further stroke begins."""
_STEP: Final = 30
"""Least way between two points, in ten-thousandths of the width: 3 pixels of 1,000."""
_WHOLE: Final = 10_000
_LONGEST_MS: Final = 3_600_000


class Ink:
    """Strokes in ten-thousandths of the canvas, with milliseconds since the first touch.

    A stroke that grows over its bound is thinned, never broken off.
    """

    def __init__(self) -> None:
        self._strokes: list[list[Point]] = []
        self._open = False
        self._step = _STEP
        self._began_ms = 0

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """All strokes so far, also one that is being drawn."""
        return tuple(tuple(stroke) for stroke in self._strokes)

    @property
    def open(self) -> bool:
        """Whether a stroke is being drawn."""
        return self._open

    @property
    def current(self) -> list[Point]:
        """The stroke that is being drawn, or was last. IndexError before the first."""
        return self._strokes[-1]

    @property
    def full(self) -> bool:
        """Whether no further stroke can begin."""
        return not self._open and (
            len(self._strokes) >= MAX_STROKES or self._room() < _LEAST_POINTS
        )

    def begin(self, x: float, y: float, ms: int) -> bool:
        """Set the pen down at fractions of width and height. False when there is no room."""
        if self._open or self.full:
            return False
        if not self._strokes:
            self._began_ms = ms
        self._step = _STEP
        self._strokes.append([self._point(x, y, ms)])
        self._open = True
        return True

    def extend(self, x: float, y: float, ms: int) -> bool:
        """Move the pen. Whether that made a new point; tiny moves make none."""
        if not self._open:
            return False
        point, last = self._point(x, y, ms), self._strokes[-1][-1]
        across, down = point[0] - last[0], (point[1] - last[1]) / ASPECT
        if across * across + down * down < self._step * self._step:
            return False
        self._append(point)
        return True

    def end(self, x: float, y: float, ms: int) -> None:
        """Lift the pen; where it was lifted is always a point of the stroke."""
        if not self._open:
            return
        point = self._point(x, y, ms)
        if point[:2] != self._strokes[-1][-1][:2]:
            self._append(point)
        self._open = False

    def stop(self) -> None:
        """The stroke ends where it is."""
        self._open = False

    def clear(self) -> None:
        """Forget everything."""
        for stroke in self._strokes:
            stroke.clear()
        self._strokes.clear()
        self._open = False

    def adopt(self, strokes: tuple[Stroke, ...], began_ms: int) -> None:
        """Go on with these strokes, the first of which began at ``began_ms``."""
        self.clear()
        self._strokes = [list(stroke) for stroke in strokes]
        self._began_ms = began_ms

    @property
    def began_ms(self) -> int:
        """The clock's reading at the first touch."""
        return self._began_ms

    def _room(self) -> int:
        return MAX_POINTS - sum(map(len, self._strokes))

    def _append(self, point: Point) -> None:
        stroke = self._strokes[-1]
        if len(stroke) >= MAX_STROKE_POINTS or self._room() < 1:
            del stroke[1::2]
            self._step *= 2
        stroke.append(point)

    def _point(self, x: float, y: float, ms: int) -> Point:
        return (_part(x), _part(y), max(0, min(_LONGEST_MS, ms - self._began_ms)))


def _part(fraction: float) -> int:
    return max(0, min(_WHOLE, round(fraction * _WHOLE)))
