"""What a visitor sets on the top strip, and the times that follow from it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.central.models import Configuration
from kiosk.config import Visit
from kiosk.journey.engine import Timing
from kiosk.text import LANGUAGES

ELDER_FACTOR = 2


@dataclass(frozen=True, slots=True)
class Preferences:
    """Gone with the visit."""

    language: str = "zh-CN"
    elder: bool = False

    def after(self, pressed: str) -> Preferences | None:
        """What a press on the strip makes of them; None when it was no button of the strip."""
        kind, _, value = pressed.partition(":")
        if kind == "language" and value in LANGUAGES:
            return replace(self, language=value)
        if pressed == "elder":
            return replace(self, elder=not self.elder)
        return None


def timing(own: Visit, configuration: Configuration | None, *, elder: bool) -> Timing:
    """This machine's own times before the centre's before the usual; twice as long for elders."""
    told: Timing | Configuration = configuration or Timing()
    factor = ELDER_FACTOR if elder else 1
    return Timing(
        idle_s=(own.idle_s or told.idle_s) * factor,
        countdown_s=(own.countdown_s or told.countdown_s) * factor,
        closing_s=own.closing_s,
    )
