"""What must hold for months: pages come and go, and nothing of them stays."""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.screens import samples
from tests.screens.glass import Glass, glass


def shows_everything(made: Glass) -> int:
    """How many widgets there are after each page was shown and the first one again."""
    pages = [make(samples.chrome()) for make in samples.PAGES.values()]
    for page in (*pages, pages[0]):
        made.show(page)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    return len(QApplication.allWidgets())


def test_a_page_that_is_gone_leaves_no_widget(qtbot: QtBot) -> None:
    made = glass(qtbot)
    first = shows_everything(made)
    assert [shows_everything(made) for _ in range(4)] == [first] * 4


def test_an_elders_home_page_is_large_again_when_the_fault_has_gone(qtbot: QtBot) -> None:
    made = glass(qtbot)
    elder = samples.chrome(language="en", elder=True)
    made.show(samples.home(elder))
    before = made.frame.context.theme
    made.show(samples.home_fault(elder))
    made.show(samples.home(elder))
    assert made.frame.context.theme == before
