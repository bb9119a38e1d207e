"""A still picture out of a pixel slot: a portrait, a page."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from screens.controls.context import Context
from screens.slots import image_of


class Still(QWidget):
    """The slot's picture as large as its room allows, scaled once and kept at that size."""

    def __init__(self, context: Context, *, corner: float = 4) -> None:
        super().__init__()
        self._context = context
        self._corner = corner
        self._slot: str | None = None
        self._stamp = -1.0
        self._image: QImage | None = None
        self._scaled: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_slot(self, slot: str | None) -> None:
        """Show this slot's picture; the same one is not read again."""
        picture = self._context.slots.picture(slot) if slot is not None else None
        if picture is None:
            self._slot = slot
            self.forget()
            return
        if (slot, picture.stamp) != (self._slot, self._stamp):
            self._slot, self._stamp = slot, picture.stamp
            self._image = image_of(picture)
            self._scaled = None
            self.update()

    def forget(self) -> None:
        """Let go of the picture."""
        self._image = self._scaled = None
        self._stamp = -1.0
        self.update()

    @property
    def slot(self) -> str | None:
        """The slot that is to be shown."""
        return self._slot

    @property
    def image(self) -> QImage | None:
        """The picture on the glass."""
        return self._image

    @override
    def resizeEvent(self, event: object) -> None:
        self._scaled = None

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._context.theme.px(300), self._context.theme.px(400))

    def _fitted(self, image: QImage) -> QImage:
        if self._scaled is None:
            self._scaled = image.scaled(
                self.size() - QSize(8, 8),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        return self._scaled

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        if self._image is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fitted = self._fitted(self._image)
        x = (self.width() - fitted.width()) // 2
        y = (self.height() - fitted.height()) // 2
        area = QRectF(x, y, fitted.width(), fitted.height())
        edge = QPainterPath()
        corner = self._context.theme.px(self._corner)
        edge.addRoundedRect(area, corner, corner)
        painter.save()
        painter.setClipPath(edge)
        painter.drawImage(x, y, fitted)
        painter.restore()
        painter.setPen(QPen(QColor(0, 0, 0, 50), 2))
        painter.drawPath(edge)
        painter.end()
