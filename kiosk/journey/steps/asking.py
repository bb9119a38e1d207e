"""What steps share that ask the centre something and show what it says."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.journey import framing
from kiosk.journey.step import Frame
from kiosk.journey.troubles import Trouble
from screens.models.base import Bar
from screens.models.pages import WaitPage


@dataclass(frozen=True, slots=True)
class Asking:
    """The centre is asked. ``key`` stays for a retry, so that a thing is done once, not twice."""

    key: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer that counts; ``key`` as above."""

    trouble: Trouble
    key: str = ""


def wait_page(frame: Frame, texts: str, *, about_s: int = 5, bar: Bar | None = None) -> WaitPage:
    """``wait.<texts>``: what is being done, and for how long yet."""
    return WaitPage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text(f"wait.{texts}.heading"),
        sentence=framing.text(f"wait.{texts}.sentence"),
        about_s=about_s,
        bar=bar or framing.bar(frame),
    )
