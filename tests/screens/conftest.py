"""Qt without a display, chosen before Qt is imported anywhere."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"


@pytest.fixture(autouse=True)
def no_window_outlives_its_test() -> Iterator[None]:
    """Without a running event loop Qt keeps what was asked to be deleted, 8 MB a page."""
    from PySide6.QtCore import QCoreApplication, QEvent  # noqa: PLC0415 - after the platform

    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
