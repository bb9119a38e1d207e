"""The round red seal and the faint rosette of the certificate's page, as SVG."""

from __future__ import annotations

import math
from typing import Final
from xml.sax.saxutils import escape

SEAL_RED: Final = "#c8161d"
FONT: Final = "Noto Serif CJK SC"
SIZE: Final = 420.0
"""Side of the drawing; the printed seal of an office is 40-45 mm across."""
ARC_DEGREES: Final = 244.0
"""How much of the ring the office's name may take."""


def seal_svg(office: str, purpose: str) -> str:
    """A seal: ring, the office's name along its upper arc, star, purpose on a line below."""
    middle = SIZE / 2
    parts = [
        f'<circle cx="{middle}" cy="{middle}" r="200" fill="none" stroke-width="11"/>',
        _star(middle, middle - 6, 62),
        *_arc_characters(office, middle, radius=150, size=_arc_size(office)),
        _line(purpose, middle, middle + 122, 36),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}">'
        f'<g opacity="0.86" stroke="{SEAL_RED}" fill="{SEAL_RED}">{"".join(parts)}</g></svg>'
    )


def _arc_size(office: str) -> float:
    """Font size at which the characters fill the arc without touching."""
    return min(58.0, 1.02 * 150 * math.radians(ARC_DEGREES) / max(len(office), 1))


def _arc_characters(text: str, middle: float, radius: float, size: float) -> list[str]:
    """Each character on its own, turned with its foot to the centre."""
    step = ARC_DEGREES / max(len(text), 1)
    first = -ARC_DEGREES / 2 + step / 2
    return [
        _text(character, middle, middle - radius + size * 0.36, size, first + step * i)
        for i, character in enumerate(text)
    ]


def _text(character: str, x: float, y: float, size: float, degrees: float) -> str:
    middle = SIZE / 2
    return (
        f'<text x="{x}" y="{y:.1f}" font-family="{FONT}" font-weight="700" font-size="{size:.1f}" '
        f'stroke="none" text-anchor="middle" transform="rotate({degrees:.2f} {middle} {middle})">'
        f"{escape(character)}</text>"
    )


def _line(text: str, x: float, y: float, size: float) -> str:
    return (
        f'<text x="{x}" y="{y}" font-family="{FONT}" font-weight="700" font-size="{size}" '
        f'stroke="none" text-anchor="middle">{escape(text)}</text>'
    )


def _star(x: float, y: float, radius: float) -> str:
    """A five-pointed star, one point up; the inner radius is the regular pentagram's."""
    inner = radius * 0.381966
    points = (
        (x + r * math.sin(turn), y - r * math.cos(turn))
        for i in range(10)
        for r, turn in [(radius if i % 2 == 0 else inner, math.radians(36 * i))]
    )
    corners = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
    return f'<polygon stroke="none" points="{corners}"/>'


def rosette_svg() -> str:
    """A guilloche rosette so pale that text over it stays as legible as on white."""
    rings = (_hypotrochoid(big, small, arm) for big, small, arm in ((96, 35, 60), (96, 37, 84)))
    paths = "".join(f'<path d="{path}"/>' for path in rings)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-150 -150 300 300">'
        f'<g fill="none" stroke="#123f73" stroke-opacity="0.07" stroke-width="0.5">'
        f"{paths}</g></svg>"
    )


def _hypotrochoid(big: int, small: int, arm: int) -> str:
    """The closed curve of a pen at ``arm`` in a wheel ``small`` rolling inside ``big``."""
    turns = small // math.gcd(big, small)
    steps = turns * 72
    points: list[str] = []
    for i in range(steps + 1):
        t = 2 * math.pi * turns * i / steps
        ratio = (big - small) / small
        x = (big - small) * math.cos(t) + arm * math.cos(ratio * t)
        y = (big - small) * math.sin(t) - arm * math.sin(ratio * t)
        points.append(f"{x:.1f} {y:.1f}")
    return "M" + "L".join(points)
