"""A handwritten signature as a picture: the same ink, the same bytes, and nothing beside it."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from kiosk.papers.signature import HEIGHT, WIDTH, picture
from screens.models.intents import MAX_POINTS, Drawn, Point, Stroke
from tests.flows.samples_filing import STROKES

_CHANCE = random.Random(20261121)  # noqa: S311 - repeatable, not secret


def anywhere() -> Point:
    return _CHANCE.randint(0, 10_000), _CHANCE.randint(0, 10_000), _CHANCE.randint(0, 3_600_000)


def wild(strokes: int, points: int) -> tuple[Stroke, ...]:
    return tuple(tuple(anywhere() for _ in range(points)) for _ in range(strokes))


HOSTILE: dict[str, tuple[Stroke, ...]] = {
    "one point": (((5_000, 5_000, 0),),),
    "the first corner": (((0, 0, 0),),),
    "the last corner": (((10_000, 10_000, 3_600_000),),),
    "from corner to corner": (((0, 0, 0), (10_000, 10_000, 1)) * 900,),
    "along the edge": (((0, 0, 0), (10_000, 0, 1), (10_000, 10_000, 2), (0, 10_000, 3)),),
    "one place two thousand times": (((7, 7, 0),) * 2_000,),
    "two hundred points": wild(200, 1),
    "everything that may be drawn": wild(6, 2_000),
}


def chunks(png: bytes) -> list[bytes]:
    """Names of a PNG's chunks, in order (RFC 2083)."""
    found: list[bytes] = []
    at = 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        found.append(png[at + 4 : at + 8])
        at += 12 + length
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_any_ink_makes_one_picture_without_metadata(name: str) -> None:
    strokes = Drawn(field="signature", strokes=HOSTILE[name]).strokes
    png = picture(strokes)
    assert png == picture(strokes)
    assert chunks(png)[0] == b"IHDR"
    assert set(chunks(png)) == {b"IHDR", b"IDAT", b"IEND"}
    with Image.open(io.BytesIO(png)) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "L", (WIDTH, HEIGHT))
        assert image.info == {}
        assert image.getextrema() == (0, 255), "black ink on white paper"
    assert len(png) < 100_000


def test_hostile_ink_is_as_much_as_a_canvas_gives() -> None:
    assert sum(len(stroke) for stroke in HOSTILE["everything that may be drawn"]) == MAX_POINTS


def test_other_ink_makes_another_picture_and_time_makes_none() -> None:
    later = tuple(tuple((x, y, at + 900) for x, y, at in stroke) for stroke in STROKES)
    assert picture(later) == picture(STROKES)
    assert picture(STROKES[:1]) != picture(STROKES)


def test_ink_lies_where_it_was_drawn() -> None:
    png = picture((((2_500, 5_000, 0), (7_500, 5_000, 9)),))
    with Image.open(io.BytesIO(png)) as image:
        assert image.getpixel((WIDTH // 2, HEIGHT // 2)) == 0
        assert image.getpixel((WIDTH // 2, HEIGHT // 4)) == 255
        assert image.getpixel((WIDTH // 8, HEIGHT // 2)) == 255
