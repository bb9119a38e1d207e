"""A window for the presser's own tests: heading, buttons, a cover, a place to drag on."""

from __future__ import annotations

import sys

from PySide6.QtCore import QPoint
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override


class Pad(QLabel):
    """Says how far somebody dragged on it."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(200)
        self._from = QPoint()

    @override
    def mousePressEvent(self, ev: QMouseEvent) -> None:
        self._from = ev.position().toPoint()

    @override
    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        moved = ev.position().toPoint() - self._from
        self.setText(f"dragged {moved.x()} {moved.y()}")


def window(first_heading: str) -> QWidget:
    """The whole window; its buttons write into the heading."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    heading = QLabel(first_heading)
    heading.setObjectName("heading")
    column.addWidget(heading)
    for name in ("开始办理", "下一步", "1", "2", "3"):
        button = QPushButton(name)
        button.clicked.connect(lambda _=False, name=name: heading.setText(heading.text() + name))
        column.addWidget(button)
    grey = QPushButton("查询")
    grey.setEnabled(False)
    column.addWidget(grey)
    unseen = QLabel("没有人看见")
    column.addWidget(unseen)
    unseen.hide()
    column.addWidget(Pad())
    cover = QLabel("盖住", whole)
    cover.hide()
    cover_up = QPushButton("盖住下一步")

    def put_cover() -> None:
        below = whole.findChildren(QPushButton)[1]
        cover.setGeometry(below.geometry())
        cover.show()
        cover.raise_()

    cover_up.clicked.connect(put_cover)
    column.addWidget(cover_up)
    return whole


def main() -> int:
    """Show it full screen until killed."""
    application = QApplication(["screens"])
    shown = window(sys.argv[1])
    shown.showFullScreen()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
