"""The frame that every page is drawn in, and the base of what stands in its middle."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from screens.controls.buttons import Press
from screens.controls.context import Context
from screens.controls.countdown import CountdownOverlay
from screens.controls.heading import Heading
from screens.controls.sentence import Sentence
from screens.controls.strips import Band, BottomStrip, TopStrip
from screens.models.base import Page

P = TypeVar("P", bound=Page)


class PageBody(QWidget, Generic[P]):
    """What one kind of page has between heading and bottom strip.

    ``show_page`` is called for each view with this page_id and writes only what differs.
    """

    in_reach: ClassVar[bool] = True
    """Whether the whole body must be within reach; a picture to be read may use the upper third."""
    share: ClassVar[int] = 65
    """In landscape the body's part of the width, in hundredths; the rest is the heading's."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(context.theme.gap)
        self.aside: QWidget | None = None
        """What stands under the heading in landscape, where there is room; set by the body."""

    def show_page(self, page: P) -> None:
        """Show the model. Each kind of page has its own."""
        raise NotImplementedError

    def take_over(self, older: PageBody[Any]) -> None:
        """Adopt what the same page, drawn in another size, knows and the model does not."""

    def forget(self) -> None:
        """The page goes: let go of what must not stay in memory."""

    def only_read(self) -> int:
        """Height in portrait at the body's top that nobody touches: it may lie above the reach."""
        return 0

    def slot_came(self, slot: str) -> None:
        """A pixel slot can be read now; whoever shows pictures looks again."""

    def slot_gone(self, slot: str) -> None:
        """A pixel slot is gone; whoever shows its picture lets go of it."""

    def touched(self) -> None:
        """Somebody touched the glass."""


class Frame(Band):
    """One drawn page: strips, heading, body, and the idle question over it."""

    painted = Signal(str)

    def __init__(self, context: Context, body: PageBody[Any], page: Page) -> None:
        super().__init__(context.theme.palette.ground)
        self.context = context
        self.body = body
        self.page_id = page.page_id
        self.kind = type(page)
        self.top = TopStrip(context)
        self.heading = Heading(context)
        self.bottom = BottomStrip(context)
        self._overlay: CountdownOverlay | None = None
        self._told = False
        self._content = QWidget(self)
        self._arrange()

    def _arrange(self) -> None:
        theme = self.context.theme
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        if theme.landscape:
            column.addLayout(self._side_by_side(), 1)
        else:
            column.addWidget(self.heading)
            column.addWidget(self._with_margins(), 1)
        column.addWidget(self.bottom)

    def _side_by_side(self) -> QHBoxLayout:
        theme = self.context.theme
        row = QHBoxLayout()
        row.setContentsMargins(theme.margin, 0, theme.margin, 0)
        row.setSpacing(theme.px(52))
        shares = (100 - self.body.share, self.body.share)
        for part, share in zip((self._left(), self._with_margins()), shares, strict=True):
            policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            policy.setHorizontalStretch(share)
            part.setSizePolicy(policy)
            row.addWidget(part, share)
        return row

    def _left(self) -> QWidget:
        """The heading, and under it what the body has put aside."""
        if self.body.aside is None:
            return self.heading
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, self.context.theme.px(16))
        column.setSpacing(self.context.theme.px(30))
        column.addWidget(self.heading)
        column.addWidget(self.body.aside, 1)
        return holder

    def _with_margins(self) -> QWidget:
        theme = self.context.theme
        holder = QWidget()
        box = QVBoxLayout(holder)
        side = 0 if theme.landscape else theme.margin
        over = theme.px(16 if theme.landscape else 26)
        box.setContentsMargins(side, over, side, over)
        box.addWidget(self.body)
        return holder

    def show_page(self, page: Page) -> None:
        """Show a view with this frame's page_id."""
        self.top.show_chrome(page.chrome)
        self.heading.show_page(page)
        self.bottom.show_bar(page.bar)
        self.body.show_page(page)

    def fits(self) -> bool:
        """Whether everything has its room on this glass without being cut off."""
        theme = self.context.theme
        layout = self._content.layout()
        if layout is None:
            return True
        self._reach()
        layout.activate()
        for _ in range(2):  # the first round gives widths, the second the heights for them
            self.lay_out()
        if any(part.cut_off() for part in self._content.findChildren(Sentence)):
            return False
        if any(part.cut_off() for part in self._content.findChildren(Press)):
            return False
        tall = max(
            layout.totalMinimumHeightForWidth(theme.width), layout.totalMinimumSize().height()
        )
        return tall <= theme.height and layout.totalMinimumSize().width() <= theme.width

    def _reach(self) -> None:
        """In portrait the heading fills the upper third, so that the body is within reach."""
        theme = self.context.theme
        if theme.landscape:
            return
        layout = self.top.layout()
        strip = layout.totalHeightForWidth(theme.width) if layout is not None else 0
        inner = self.heading.layout()
        wanted = inner.totalHeightForWidth(theme.width) if inner is not None else 0
        third = theme.height // 3 - strip - theme.px(20) if self.body.in_reach else 0
        above = self.body.only_read()
        self.heading.setFixedHeight(max(wanted, third - above))

    def ask_if_there(self, page: Page) -> None:
        """Put the idle question over the page, keep it going, or take it away."""
        if page.countdown is None:
            if self._overlay is not None:
                self._content.show()
                self._overlay.hide()
                self._overlay.deleteLater()
                self._overlay = None
            return
        if self._overlay is None:
            self._overlay = CountdownOverlay(self.context)
            self._overlay.put_over(self._content.grab())
            self._overlay.setParent(self)
            self._overlay.setGeometry(self.rect())
            self._overlay.show()
            self._content.hide()
        self._overlay.show_countdown(page.countdown)

    @property
    def overlay(self) -> CountdownOverlay | None:
        """The idle question, while it is asked."""
        return self._overlay

    def lay_out(self) -> None:
        """Give the content the frame's size now, not at the next turn of the loop."""
        self._content.setGeometry(self.rect())
        # A nested widget tells its parent by an event; let these climb before measuring.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        layout = self._content.layout()
        if layout is not None:
            layout.activate()

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        super().paintEvent(arg__1)
        if not self._told:
            self._told = True
            QTimer.singleShot(0, self, self._tell)

    def _tell(self) -> None:
        self.painted.emit(self.page_id)
