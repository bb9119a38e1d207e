"""Qt without a display, chosen before Qt is imported anywhere."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
