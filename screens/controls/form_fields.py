"""One field of a form: its label, what is typed or chosen, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from screens.controls.choice_cards import OptionCard
from screens.controls.context import Context
from screens.controls.field_box import FieldBox
from screens.controls.note import Note
from screens.controls.repeated import Repeated
from screens.controls.sentence import Sentence
from screens.controls.typeset import typeset
from screens.models.filing import FormField


class FieldPart(QWidget):
    """Label over control over note. ``width``: device pixels that the field will have."""

    def __init__(self, context: Context, width: int) -> None:
        super().__init__()
        self.context = context
        self.expected_width = width
        self.label = Sentence(context.theme, "strong", even=True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)  # the height of its lines at this width, not at another
        self.label.setSizePolicy(policy)
        self.spoken = ""
        """What is said with the field: what is wrong with it, else what belongs there."""
        self._note = Note(context)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(context.theme.px(8))
        self.column.addWidget(self.label)

    def show_field(self, field: FormField, value: str) -> None:
        """Show the field; ``value`` may be ahead of the model's."""
        say = self.context.wording.say
        hint, error = say(field.hint), say(field.error)
        self.label.say(say(field.label))
        self._note.show_note(hint, error)
        self.spoken = error or hint
        self.draw(field, value)

    def draw(self, field: FormField, value: str) -> None:
        """Show value and options in the control. Each kind has its own."""
        raise NotImplementedError

    def finish(self, control: QWidget | None = None) -> None:
        """Close the column with the note, after the control was put in."""
        if control is not None:
            self.column.addWidget(control)
        self.column.addWidget(self._note)


class TypedField(FieldPart):
    """A box for what is typed with the keys."""

    def __init__(self, context: Context, width: int, asked: Callable[[], None]) -> None:
        super().__init__(context, width)
        self.box = FieldBox(context)
        self.box.clicked.connect(asked)
        self.finish(self.box)

    def draw(self, field: FormField, value: str) -> None:
        """The value in its box."""
        self.box.show_field(field, value, label=self.label.text(), note=self.spoken)


class ChoiceField(FieldPart):
    """Options as big cards: the chosen one is ticked, tinted and edged.

    ``ambiguous`` are texts that more than one field of the page offers; such a card's name says
    which field it belongs to. ``beside``: the options stand at the right of the label.
    """

    def __init__(
        self, context: Context, width: int, chosen: Callable[[str], None], *, beside: bool = False
    ) -> None:
        super().__init__(context, width)
        self._chosen = chosen
        self.ambiguous: frozenset[str] = frozenset()
        self.cards = Repeated(self._card, columns=1, gap=context.theme.px(18))
        if beside:
            row = QHBoxLayout()
            row.setSpacing(context.theme.gap)
            row.addWidget(self.label, 45)
            row.addLayout(self.cards.layout, 55)
            self.column.addLayout(row)
            self.expected_width = width * 55 // 100
        else:
            self.column.addLayout(self.cards.layout)
        self.finish()

    def _card(self) -> OptionCard:
        card = OptionCard(self.context, compact=True)
        card.clicked.connect(lambda: self._chosen(card.value))
        return card

    def draw(self, field: FormField, value: str) -> None:
        """The options, in as few rows as their words allow."""
        wording = self.context.wording
        self.setAccessibleName(self.label.text())
        self.setAccessibleDescription(self.spoken)
        texts = [wording.say(option.text) for option in field.options]
        self.cards.recolumn(self._columns(texts))
        cards = self.cards.resize(len(texts))
        for card, option, text in zip(cards, field.options, texts, strict=True):
            called = wording.own("option_of", field=self.label.text(), option=text)
            card.fill(
                option.value,
                text,
                chosen=option.value == value,
                called=called if text in self.ambiguous else text,
            )

    def _columns(self, texts: list[str]) -> int:
        """Two beside each other if no text breaks; three if that makes one row of three."""
        theme = self.context.theme
        font = theme.font("strong")
        widest = max((typeset(text, font, 100_000).widest for text in texts), default=0)
        card = widest + theme.px(124)
        for columns in (3, 2) if len(texts) == 3 else (2,):
            if card * columns + theme.px(18) * (columns - 1) <= self.expected_width:
                return columns
        return 1 if len(texts) <= 2 or theme.landscape else 2
