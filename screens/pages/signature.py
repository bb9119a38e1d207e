"""A handwritten signature on the glass."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from screens.base import PageBody
from screens.controls.buttons import ActionButton
from screens.controls.context import Context
from screens.controls.note import Note
from screens.controls.sentence import Sentence
from screens.controls.signature_canvas import Sheet, SignatureCanvas
from screens.controls.surface import Card
from screens.models.filing import SignaturePage
from screens.models.intents import Drawn


class SignatureBody(PageBody[SignaturePage]):
    """What is signed to and by whom, the canvas, what is wrong, and the way to a new sheet."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        self._page: SignaturePage | None = None
        self._attempt: int | None = None
        self._refused = False
        self._card = Card(theme, padding=32)
        self._statement = Sentence(theme, "body", even=True)
        self._signer_label = Sentence(theme, "small", colour=theme.palette.muted)
        self._signer = Sentence(theme, "title", even=True)
        self.canvas = SignatureCanvas(context, finished=self._send, refused=self._on_refused)
        self._sheet = Sheet(context, self.canvas)
        self._note = Note(context, role="body")
        self._clear = ActionButton(context)
        self._arrange()

    def _arrange(self) -> None:
        theme = self.context.theme
        who = QVBoxLayout() if theme.wide else QHBoxLayout()
        who.setSpacing(theme.px(4 if theme.wide else 24))
        self._signer_label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
        who.addWidget(self._signer_label, 0)
        who.addWidget(self._signer, 1)
        if theme.wide:  # one line less above the canvas
            line = QHBoxLayout()
            line.setSpacing(theme.px(36))
            line.addWidget(self._statement, 75)
            line.addLayout(who, 25)
            self._card.column.addLayout(line)
        else:
            self._card.column.addWidget(self._statement)
            self._card.column.addLayout(who)
        self.column.addWidget(self._sheet, 100)
        if theme.landscape:
            self._put_aside()
        else:
            self._put_under()

    def _put_under(self) -> None:
        """The way to a new sheet at the right under the canvas, always of one size."""
        self.column.insertWidget(0, self._card)
        below = QHBoxLayout()
        below.setSpacing(self.context.theme.gap)
        note = QWidget()
        box = QVBoxLayout(note)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._note)
        for part, share in ((note, 62), (self._clear, 38)):
            policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            part.setSizePolicy(policy)
            below.addWidget(part, share)
        self.column.addLayout(below)
        self.column.addStretch(1)

    def _put_aside(self) -> None:
        self.column.insertWidget(0, self._card)
        self.aside = QWidget()
        beside = QVBoxLayout(self.aside)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(self.context.theme.gap)
        beside.addStretch(1)
        beside.addWidget(self._note)
        beside.addWidget(self._clear)

    @override
    def take_over(self, older: PageBody[Any]) -> None:
        if isinstance(older, SignatureBody):
            self._go_on(older)

    def _go_on(self, older: SignatureBody) -> None:
        self._attempt = older._attempt
        self._refused = older._refused
        self.canvas.take_over(older.canvas)

    @override
    def forget(self) -> None:
        self.canvas.empty()

    @override
    def only_read(self) -> int:
        width = self.context.theme.width - 2 * self.context.theme.margin
        layout = self._card.layout()
        height = layout.totalHeightForWidth(width) if layout is not None else 0
        return height + self.column.spacing()

    @override
    def show_page(self, page: SignaturePage) -> None:
        self._page = page
        own, say = self.context.wording.own, self.context.wording.say
        if self._attempt is not None and page.attempt > self._attempt:
            self.canvas.empty()
            self._refused = False
        self._attempt = max(page.attempt, self._attempt or 0)
        self._statement.say(say(page.statement))
        self._signer_label.say(own("signer"))
        self._signer.say(say(page.signer))
        self.canvas.call_it(own("signature_area"), own("sign_here"))
        self._clear.show_button(page.clear)
        self._say_what_is_wrong(page)

    def _say_what_is_wrong(self, page: SignaturePage) -> None:
        say = self.context.wording.say
        full = self.context.wording.own("ink_full", clear=say(page.clear.text))
        self._note.show_note("", full if self._refused else say(page.error))

    def _send(self) -> None:
        if self._page is not None:
            self.context.send(Drawn(field=self._page.field, strokes=self.canvas.strokes))

    def _on_refused(self) -> None:
        self._refused = True
        if self._page is not None:
            self._say_what_is_wrong(self._page)
