"""The screen process: link, window, and what is shown while there is no core."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import FrameType
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from screens.link import CoreLink
from screens.models.base import Chrome, Page
from screens.models.intents import Intent
from screens.models.pages import OutcomePage, WaitPage
from screens.models.wire import Hello, View
from screens.models.words import Localised, Text
from screens.probe import GapLog, GapProbe
from screens.slots import PixelSlots
from screens.window import Window
from screens.wording import Wording, builtin_tables

CITY_TIME: Final = timezone(timedelta(hours=8))
GIVE_UP_MS: Final = 10_000


def city_now() -> datetime:
    """The time of day in the city (UTC+8, no summer time)."""
    return datetime.now(CITY_TIME)


def waiting_page() -> Page:
    """What is shown while there is no core yet."""
    return WaitPage(
        page_id="screen:waiting",
        chrome=Chrome(organisation=Localised(by_language={})),
        heading=Text(key="screen.please_wait"),
        subheading=Text(key="screen.other_language_wait"),
        sentence=Text(key="screen.please_wait_more"),
    )


def out_of_service_page() -> Page:
    """What is shown when there has been no core for 10 s."""
    return OutcomePage(
        page_id="screen:out-of-service",
        chrome=Chrome(organisation=Localised(by_language={})),
        heading=Text(key="screen.out_of_service"),
        subheading=Text(key="screen.other_language"),
        tone="wait",
        meaning=Text(key="screen.out_of_service_more"),
        todo=(),
    )


class Screen(QObject):
    """Joins link and window. Without a core nothing personal is on the glass or in memory."""

    def __init__(
        self, path: Path, *, now: Callable[[], datetime] = city_now, give_up_ms: int = GIVE_UP_MS
    ) -> None:
        super().__init__()
        self.slots = PixelSlots()
        self.wording = Wording(builtin_tables())
        self.window = Window(self.wording, self.slots, now)
        self.link = CoreLink(path, self.slots, self)
        self._seq: int | None = None
        self._give_up = QTimer(self)
        self._give_up.setSingleShot(True)
        self._give_up.setInterval(give_up_ms)
        self._give_up.timeout.connect(self._on_given_up)
        self.link.greeted.connect(self._on_hello)
        self.link.viewed.connect(self._on_view)
        self.link.slot_came.connect(self.window.slot_came)
        self.link.slot_gone.connect(self.window.slot_gone)
        self.link.lost.connect(self._on_lost)
        self.window.intended.connect(self._on_intent)

    def start(self) -> None:
        """Say 'please wait' and look for the core."""
        self._on_lost()
        self.link.start()

    @Slot()
    def _on_lost(self) -> None:
        self._seq = None
        self.window.forget()
        self.wording.adopt({})
        self.window.show_view(waiting_page())
        self._give_up.start()

    @Slot()
    def _on_given_up(self) -> None:
        self.window.show_view(out_of_service_page())

    @Slot(object)
    def _on_hello(self, message: Hello) -> None:
        self.wording.adopt(message.body.strings)

    @Slot(object)
    def _on_view(self, message: View) -> None:
        self._give_up.stop()
        self._seq = message.seq
        self.window.show_view(message.body.page)

    @Slot(object)
    def _on_intent(self, intent: Intent) -> None:
        if self._seq is not None:  # nobody is told what is done on the screen's own pages
            self.link.send(intent, self._seq)


@dataclass(frozen=True, slots=True)
class Options:
    """How the process was started. ``windowed``: width and height instead of the full screen."""

    socket: Path
    windowed: tuple[int, int] | None
    gap_log: Path | None


def _place(window: Window, windowed: tuple[int, int] | None) -> None:
    if windowed is not None:
        window.resize(*windowed)
        window.show()
        return
    window.setWindowFlags(Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
    screen = QGuiApplication.primaryScreen()
    window.setGeometry(screen.geometry())
    window.showFullScreen()


def _wake_only(_number: int, _frame: FrameType | None) -> None:
    """The wake-up byte does the work; Python's default would end the process at once."""


class Ender(QObject):
    """Ends the loop at SIGTERM or SIGINT; the wake-up byte makes Qt look up from its sleep."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._here, self._there = socket.socketpair()
        for end in (self._here, self._there):
            end.settimeout(0)
        signal.set_wakeup_fd(self._there.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _wake_only)
        self._notifier = QSocketNotifier(self._here.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signal)

    @Slot()
    def _on_signal(self) -> None:
        self._notifier.setEnabled(False)
        self._application.exit(0)


def run(options: Options) -> int:
    """Run until SIGTERM; the exit code of the process."""
    # A signature needs every place that the finger was at, not the last one before each look.
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, on=False)
    application = QApplication(["screens"])
    application.setQuitOnLastWindowClosed(False)
    ender = Ender(application)
    log = None
    if options.gap_log is not None:
        log = GapLog(GapProbe(ender), options.gap_log, ender)
        log.start()
    screen = Screen(options.socket)
    screen.window.watch_touches(application)
    _place(screen.window, options.windowed)
    screen.start()
    code = application.exec()
    screen.link.stop()
    if log is not None:
        log.finish()
    return code
