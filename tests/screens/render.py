"""Draws sample pages to PNG: ``python tests/screens/render.py OUT [WxH] [names...]``.

Run from the project's root with PYTHONPATH set to it.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from screens.slots import PixelSlots
from screens.window import Window
from screens.wording import Wording, builtin_tables
from tests.screens import samples


def main(arguments: list[str]) -> int:
    """Render each sample in two languages and two modes."""
    out, size, *names = [*arguments, "1080x1920"][: max(2, len(arguments))]
    width, _, height = size.partition("x")
    application = QApplication(["render"])
    wording, slots = Wording(builtin_tables()), PixelSlots()
    wording.adopt(samples.TABLES)
    samples.fill_slots(slots, stamp=time.monotonic() + 600)
    window = Window(wording, slots, lambda: datetime(2026, 3, 9, 10, 24, tzinfo=UTC))
    window.resize(int(width), int(height))
    window.show()
    for name in names or samples.PAGES:
        for language in ("zh-CN", "en"):
            for elder in (False, True):
                page = samples.PAGES[name](samples.chrome(language=language, elder=elder))
                window.show_view(page)
                application.processEvents()
                mode = "elder" if elder else "normal"
                file = Path(out) / f"{name}-{language}-{mode}-{size}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                window.grab().save(str(file))
                frame = window.frame
                if frame is not None and frame.context.theme.fit < 1:
                    theme = frame.context.theme
                    fits = "" if frame.fits() else " DOES NOT FIT"
                    sys.stdout.write(f"{file.name}: {theme.fit} {theme.unit:.2f}{fits}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
