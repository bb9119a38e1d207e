"""What stands under the heading in landscape: words above, page buttons at the foot."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from screens.controls.context import Context


def aside(context: Context, *above: QWidget, foot: QWidget) -> QWidget:
    """A column with these parts at its top and ``foot`` at its bottom."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(context.theme.gap)
    for part in above:
        column.addWidget(part)
    column.addStretch(1)
    column.addWidget(foot)
    return holder
