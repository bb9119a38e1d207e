"""At a device: where and how, as a picture and one sentence."""

from __future__ import annotations

from PySide6.QtCore import Qt
from typing_extensions import override

from screens.base import PageBody
from screens.controls.actions import Actions
from screens.controls.context import Context
from screens.controls.device_picture import DevicePicture
from screens.controls.quiet_marks import Ring
from screens.controls.sentence import Sentence
from screens.controls.surface import Card
from screens.models.pages import DevicePage


class DeviceBody(PageBody[DevicePage]):
    """The picture on a card, the sentence under it, a quiet ring while the device works."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        card = Card(theme, padding=40)
        self._picture = DevicePicture(theme)
        self._sentence = Sentence(theme, "title", centred=True, even=True)
        self._ring = Ring(context, theme.px(84))
        self._sheets = Sentence(theme, "body", colour=theme.palette.action, centred=True)
        self._actions = Actions(context)
        card.column.addStretch(1)
        card.column.addWidget(self._picture, 20)
        card.column.addSpacing(theme.px(18))
        card.column.addWidget(self._sentence)
        card.column.addWidget(self._ring, 0, Qt.AlignmentFlag.AlignHCenter)
        card.column.addWidget(self._sheets)
        card.column.addStretch(1)
        self.column.addWidget(card, 1)
        self.column.addWidget(self._actions)

    @override
    def show_page(self, page: DevicePage) -> None:
        wording = self.context.wording
        self._picture.draw_device(page.device)
        self._sentence.say(wording.say(page.sentence))
        self._ring.setVisible(page.busy)
        counted = wording.own("sheets", done=page.done, total=page.total)
        self._sheets.say(counted if page.total else "")
        self._actions.show_buttons(page.actions)
