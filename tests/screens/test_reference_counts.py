"""PySide6 6.12.0 on Python 3.11 drops references to None and True: a guard."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QStackedWidget, QTableWidget, QTableWidgetItem, QWidget
from pytestqt.qtbot import QtBot

CALLS = 2_000
TOLERANCE = 100


class _Sender(QObject):
    sent = Signal(object)


def _calls(
    label: QLabel, stack: QStackedWidget, table: QTableWidget, sender: _Sender
) -> dict[str, Callable[[], object]]:
    pixmap = QPixmap(2, 2)
    return {
        "setText": lambda: label.setText("a"),
        "setPixmap": lambda: label.setPixmap(pixmap),
        "setCurrentIndex": lambda: stack.setCurrentIndex(0),
        "setItem": lambda: table.setItem(0, 0, QTableWidgetItem("a")),
        "emit": lambda: sender.sent.emit(None),
        "update": label.update,
    }


@pytest.mark.parametrize(
    "name", ["setText", "setPixmap", "setCurrentIndex", "setItem", "emit", "update"]
)
def test_calls_keep_the_references_of_none_and_true(qtbot: QtBot, name: str) -> None:
    label, stack, table, sender = QLabel(), QStackedWidget(), QTableWidget(1, 1), _Sender()
    for widget in (label, stack, table):
        qtbot.addWidget(widget)
    stack.addWidget(QWidget())
    call = _calls(label, stack, table, sender)[name]
    before = sys.getrefcount(None), sys.getrefcount(True)  # noqa: FBT003 - the object itself is counted
    for _ in range(CALLS):
        call()
    after = sys.getrefcount(None), sys.getrefcount(True)  # noqa: FBT003 - the object itself is counted
    assert abs(after[0] - before[0]) < TOLERANCE
    assert abs(after[1] - before[1]) < TOLERANCE
