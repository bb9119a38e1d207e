"""A handwritten signature as a picture: what the centre keeps with the application."""

from __future__ import annotations

import io
from collections.abc import Sequence

from screens.models.intents import Stroke

WIDTH, HEIGHT = 960, 540
"""Pixels, in the canvas' own shape (16:9), or the name would be stretched."""
_PEN_PX = 7
_WHOLE = 10_000


def picture(strokes: Sequence[Stroke]) -> bytes:
    """Draw the strokes, black on white, as a PNG without any metadata. The same ink, same bytes."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - not on the way to the first page

    image = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = ImageDraw.Draw(image)
    for stroke in strokes:
        points = [(x * (WIDTH - 1) // _WHOLE, y * (HEIGHT - 1) // _WHOLE) for x, y, _ in stroke]
        if len(points) > 1:
            pen.line(points, fill=0, width=_PEN_PX, joint="curve")
        for x, y in (points[0], points[-1]):
            pen.ellipse((x - _PEN_PX // 2, y - _PEN_PX // 2, x + _PEN_PX // 2, y + _PEN_PX // 2), 0)
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()
