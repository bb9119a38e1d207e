"""What the tests of the screen share: a window with the samples' words, and what it sent."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from screens.base import Frame
from screens.controls.buttons import Press
from screens.controls.sentence import Sentence
from screens.models.base import Page
from screens.models.intents import Intent
from screens.slots import PixelSlots
from screens.window import Window
from screens.wording import Wording, builtin_tables
from tests.screens import samples


@dataclass
class Glass:
    """A window on the offscreen platform and the intents that it gave out."""

    window: Window
    slots: PixelSlots
    wording: Wording
    intents: list[Intent] = field(default_factory=list[Intent])

    def show(self, page: Page) -> Frame:
        self.window.show_view(page)
        QApplication.processEvents()
        return self.frame

    @property
    def frame(self) -> Frame:
        frame = self.window.frame
        if frame is None:
            raise LookupError("nothing is drawn")
        return frame

    def buttons(self) -> list[Press]:
        return [b for b in self.window.findChildren(Press) if b.isVisible()]

    def button(self, name: str) -> Press:
        found = [b for b in self.buttons() if b.accessibleName() == name]
        if len(found) != 1:
            raise LookupError(f"{len(found)} buttons are called {name}")
        return found[0]

    def sentences(self) -> list[Sentence]:
        return [s for s in self.window.findChildren(Sentence) if s.isVisible()]


def glass(qtbot: QtBot, width: int = 1080, height: int = 1920) -> Glass:
    wording = Wording(builtin_tables())
    wording.adopt(samples.TABLES)
    slots = PixelSlots(lambda: 100.0)
    samples.fill_slots(slots, stamp=100.0)
    window = Window(
        wording, slots, lambda: datetime(2026, 3, 9, 10, 24, tzinfo=UTC), monotonic=time.monotonic
    )
    qtbot.addWidget(window, before_close_func=lambda w: w.hide())
    made = Glass(window, slots, wording)
    window.intended.connect(made.intents.append)
    window.resize(width, height)
    window.show()
    return made
