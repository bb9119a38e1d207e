"""The live view: pulls the newest frame from its slot and draws it as a mirror does."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from screens.controls.context import Context
from screens.controls.typeset import typeset
from screens.slots import image_of

FRAME_MS: Final = 66
"""15 pictures a second."""
STALE_S: Final = 1.0
Guide = Literal["face", "code"]


class LiveView(QWidget):
    """Mirrored picture with a guide and a big arrow. Greyed when it is older than 1 s.

    ``guide``: an oval for a face, or a square to hold a code into.

    In the mirrored picture the citizen's own left is at the left.
    """

    def __init__(self, context: Context, *, guide: Guide = "face") -> None:
        super().__init__()
        self._context = context
        self._guide: Guide = guide
        self._slot = ""
        self._turn = "none"
        self._image: QImage | None = None
        self._stamp: float = -1.0
        self._late = False
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.pull)
        self._timer.start()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(context.theme.px(360))

    @property
    def late(self) -> bool:
        """Whether the newest picture is older than it may be, or there is none."""
        return self._late or self._image is None

    @property
    def image(self) -> QImage | None:
        """The picture on the glass, not mirrored."""
        return self._image

    def call_it(self, text: str) -> None:
        """The name by which it is found from outside."""
        if text != self.accessibleName():
            self.setAccessibleName(text)

    def watch(self, slot: str, turn: str) -> None:
        """Show this slot, with the arrow for ``turn``: none, left or right."""
        if slot != self._slot:
            self.forget()
            self._slot = slot
        if turn != self._turn:
            self._turn = turn
            self.update()
        self.pull()

    def forget(self) -> None:
        """Let go of the picture."""
        self._image = None
        self._stamp = -1.0
        self.update()

    @Slot()
    def pull(self) -> None:
        """Look for a newer frame; nothing is drawn when there is none."""
        picture = self._context.slots.picture(self._slot)
        if picture is None:
            return
        late = self._context.slots.age_s(picture) > STALE_S
        if picture.stamp == self._stamp and late == self._late:
            return
        if picture.stamp != self._stamp:
            self._image = image_of(picture)
        self._stamp, self._late = picture.stamp, late
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._context.theme.px(900), self._context.theme.px(640))

    def _frame(self) -> QRectF:
        """The rounded window: at most 4:3, in the middle."""
        height = self.height()
        width = min(self.width(), height * 4 / 3)
        return QRectF((self.width() - width) / 2, 0, width, height)

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = self._frame()
        window = QPainterPath()
        corner = self._context.theme.px(28)
        window.addRoundedRect(frame, corner, corner)
        painter.setClipPath(window)
        painter.fillRect(frame, QColor("#1D2733"))
        if self._image is not None:
            self._paint_mirrored(painter, frame, self._image)
        if self._guide == "face":
            self._paint_oval(painter, frame)
        else:
            self._paint_square(painter, frame)
        if self.late:
            self._paint_late(painter, frame)
        elif self._turn != "none":
            self._paint_arrow(painter, frame)
        painter.end()

    def _paint_mirrored(self, painter: QPainter, frame: QRectF, image: QImage) -> None:
        scale = max(frame.width() / image.width(), frame.height() / image.height())
        painter.save()
        painter.translate(frame.center())
        painter.scale(-scale, scale)
        painter.drawImage(QPointF(-image.width() / 2, -image.height() / 2), image)
        painter.restore()

    def _paint_oval(self, painter: QPainter, frame: QRectF) -> None:
        high = frame.height() * 0.80
        oval = QRectF(0, 0, high * 0.74, high)
        oval.moveCenter(frame.center())
        shade = QPainterPath()
        shade.addRect(frame)
        shade.addEllipse(oval)
        painter.fillPath(shade, QColor(12, 25, 42, 130))
        painter.setPen(QPen(QColor("white"), self._context.theme.px(6)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(oval)

    def _paint_square(self, painter: QPainter, frame: QRectF) -> None:
        """Four corners around the middle; what lies outside is darker."""
        side = frame.height() * 0.66
        square = QRectF(0, 0, side, side)
        square.moveCenter(frame.center())
        shade = QPainterPath()
        shade.addRect(frame)
        shade.addRect(square)
        painter.fillPath(shade, QColor(12, 25, 42, 130))
        pen = QPen(QColor("white"), self._context.theme.px(9))
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        arm = side * 0.2
        for x, across in ((square.left(), arm), (square.right(), -arm)):
            for y, down in ((square.top(), arm), (square.bottom(), -arm)):
                points = [QPointF(x + across, y), QPointF(x, y), QPointF(x, y + down)]
                painter.drawPolyline(QPolygonF(points))

    def _paint_late(self, painter: QPainter, frame: QRectF) -> None:
        theme = self._context.theme
        painter.fillRect(frame, QColor(120, 125, 132, 205))
        key = "picture_coming" if self._image is None else "picture_late"
        text = self._context.wording.own(key)
        block = typeset(text, theme.font("strong"), round(frame.width() * 0.8), centred=True)
        x = frame.center().x() - block.width / 2
        block.draw(painter, x, frame.center().y() - block.height / 2, QColor("white"))

    def _paint_arrow(self, painter: QPainter, frame: QRectF) -> None:
        """A big arrow at the side to turn to, white-edged so that it stands on any picture."""
        size = frame.height() * 0.26
        left = self._turn == "left"
        painter.save()
        x = frame.left() + size * 0.72 if left else frame.right() - size * 0.72
        painter.translate(x, frame.center().y())
        painter.scale(-1 if left else 1, 1)
        half = size / 2
        shape = [
            (-half, -0.2),
            (0.0, -0.2),
            (0.0, -0.5),
            (half, 0.0),
            (0.0, 0.5),
            (0.0, 0.2),
            (-half, 0.2),
        ]
        points = [QPointF(px, py * size) for px, py in shape]
        painter.setBrush(self._context.theme.palette.action)
        painter.setPen(QPen(QColor("white"), self._context.theme.px(6)))
        painter.drawPolygon(QPolygonF(points))
        painter.restore()
