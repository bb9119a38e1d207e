"""Sizes and contrasts that people of 80 need."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from screens.theme import theme_for


def _luminance(colour: QColor) -> float:
    """Relative luminance (WCAG 2.1)."""
    parts = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("elder", "least"), [(False, 4.5), (True, 7.0)])
def test_every_ink_stands_out_from_its_ground(elder: bool, least: float) -> None:  # noqa: FBT001 - pytest gives it by name
    p = theme_for(1080, 1920, elder=elder).palette
    pairs = {
        "ink": (p.ink, p.ground),
        "muted": (p.muted, p.ground),
        "muted card": (p.muted, p.card),
        "action": (p.action, p.card),
        "action ground": (p.action, p.ground),
        "action tint": (p.action, p.action_tint),
        "on action": (p.on_action, p.action),
        "band": (p.on_action, p.band),
        "done": (p.done, p.ground),
        "done tint": (p.done, p.done_tint),
        "wait": (p.wait, p.card),
        "wait tint": (p.wait, p.wait_tint),
        "wait off": (p.wait, p.off),
        "danger": (p.danger, p.ground),
        "danger tint": (p.danger, p.danger_tint),
        "off": (p.off_ink, p.off),
    }
    low = {
        name: round(_contrast(*pair), 2) for name, pair in pairs.items() if _contrast(*pair) < least
    }
    assert low == {}


@pytest.mark.parametrize("fit", [1.0, 0.7])
def test_text_has_its_least_size(fit: float) -> None:
    normal = theme_for(1080, 1920, elder=False, fit=fit)
    elder = theme_for(1080, 1920, elder=True, fit=fit)
    assert normal.font("small").pixelSize() >= 28
    assert normal.font("heading").pixelSize() >= 44
    assert elder.font("small").pixelSize() >= round(28 * 1.35)
    assert elder.font("heading").pixelSize() >= round(44 * 1.35) - 1
    assert min(normal.target, elder.target) >= 96
