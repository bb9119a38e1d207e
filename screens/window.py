"""The glass: shows one view at a time, keeps what can be kept, forgets everything when told."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from screens.base import Frame
from screens.controls.context import Context
from screens.controls.typeset import forget_texts
from screens.models.base import Page
from screens.models.intents import Intent, Painted, Touched
from screens.models.pages import HomePage
from screens.pages.table import BODIES
from screens.slots import PixelSlots
from screens.theme import FITS, theme_for
from screens.wording import Wording

_TOUCHES: Final = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.KeyPress,
    }
)
TOUCH_EVERY_S: Final = 1.0


def _discard(frame: Frame) -> None:
    frame.body.forget()
    frame.hide()
    frame.setParent(None)
    frame.deleteLater()


class Window(QWidget):
    """Draws views and says what was done: ``intended(intent)``, to be sent with the view's seq."""

    intended = Signal(object)

    def __init__(
        self,
        wording: Wording,
        slots: PixelSlots,
        now: Callable[[], datetime],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._wording = wording
        self._slots = slots
        self._now = now
        self._monotonic = monotonic
        self._page: Page | None = None
        self._frame: Frame | None = None
        self._fit = 0
        self._last_touch = -TOUCH_EVERY_S
        self._pressed_on: Frame | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self.show_time)
        self._clock.start()

    @property
    def frame(self) -> Frame | None:
        """The page that is drawn."""
        return self._frame

    def watch_touches(self, application: QApplication) -> None:
        """See every touch in the application, for the idle clock and against double taps."""
        application.installEventFilter(self)

    def show_view(self, page: Page) -> None:
        """Show a view: into the widgets there are when it is the same page, else into new ones."""
        roomier = self._roomier(page)
        self._page = page
        self._wording.language = page.chrome.language
        frame = self._frame
        if frame is not None and self._same(frame, page) and not roomier:
            frame.show_page(page)
            if not frame.fits():
                frame = self._draw(page)
        else:
            if isinstance(page, HomePage):
                forget_texts()  # the last visitor's words do not wait for the cache to roll over
            self._fit = 0
            frame = self._draw(page)
        frame.lay_out()
        self.show_time()
        frame.ask_if_there(page)

    def forget(self) -> None:
        """Let go of every widget and text: nothing of a visitor stays."""
        self._page = None
        self._drop_frame()
        forget_texts()

    def slot_came(self, slot: str) -> None:
        """Pass on that a picture can be read now."""
        if self._frame is not None:
            self._frame.body.slot_came(slot)

    def slot_gone(self, slot: str) -> None:
        """Pass on that a picture must be forgotten."""
        if self._frame is not None:
            self._frame.body.slot_gone(slot)

    @Slot()
    def show_time(self) -> None:
        """Write the time of day into the top strip."""
        if self._frame is not None:
            self._frame.top.show_time(f"{self._now():%H:%M}")

    def _same(self, frame: Frame, page: Page) -> bool:
        theme = frame.context.theme
        return (
            frame.page_id == page.page_id
            and frame.kind is type(page)
            and theme.elder == page.chrome.elder
            and (theme.width, theme.height) == (self.width(), self.height())
        )

    def _roomier(self, page: Page) -> bool:
        """Whether a page that was drawn smaller may fit larger now: fewer or other words."""
        before = self._page
        if self._fit == 0 or before is None or page == before:
            return False
        return isinstance(page, HomePage) or page.chrome.language != before.chrome.language

    def _draw(self, page: Page) -> Frame:
        """A new frame, in the largest fit at which nothing is cut off (mostly the first)."""
        frame = self._build(page, self._fit)
        while not frame.fits() and self._fit < len(FITS) - 1:
            _discard(frame)
            self._fit += 1
            frame = self._build(page, self._fit)
        self._drop_frame()
        self._frame = frame
        frame.painted.connect(self._on_painted)
        frame.lay_out()
        frame.show()
        return frame

    def _build(self, page: Page, at: int) -> Frame:
        fit, zoom = FITS[at]
        theme = theme_for(self.width(), self.height(), elder=page.chrome.elder, fit=fit, zoom=zoom)
        context = Context(theme, self._wording, self._slots, self._send)
        frame = Frame(context, BODIES[type(page)](context), page)
        older = self._frame
        if older is not None and older.page_id == page.page_id and older.kind is type(page):
            frame.body.take_over(older.body)
        frame.setParent(self)
        frame.setGeometry(self.rect())
        frame.lower()
        frame.top.show_time(f"{self._now():%H:%M}")
        frame.show_page(page)
        frame.show()  # under the old one until it is known to fit; nothing is painted before
        return frame

    def _drop_frame(self) -> None:
        if self._frame is not None:
            _discard(self._frame)
            self._frame = None

    def _send(self, intent: Intent) -> None:
        self.intended.emit(intent)

    @Slot(str)
    def _on_painted(self, page_id: str) -> None:
        self.intended.emit(Painted(page_id=page_id))

    def _note_touch(self) -> None:
        if self._frame is not None:
            self._frame.body.touched()
        now = self._monotonic()
        if now - self._last_touch >= TOUCH_EVERY_S:
            self._last_touch = now
            self.intended.emit(Touched())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonDblClick:
            # The second half of a double tap must not press what the first half brought up.
            return self._pressed_on is not self._frame
        if kind in _TOUCHES and watched.isWidgetType():
            self._pressed_on = self._frame
            self._note_touch()
        return False

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._page is not None:
            self.show_view(self._page)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()  # nobody at the glass closes the kiosk
