"""A few fields to fill in, with the keys for the one that is typed into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from screens.base import PageBody
from screens.controls import key_grids
from screens.controls.context import Context
from screens.controls.form_fields import ChoiceField, FieldPart, TypedField
from screens.controls.key_grids import KeyGrid
from screens.controls.sentence import Sentence
from screens.models.filing import FormField, FormPage
from screens.pages.echo import Echo

Shape = tuple[tuple[str, str, int], ...]


def _shape(page: FormPage) -> Shape:
    """What the widgets depend on; while it stays the same they stay."""
    return tuple((field.field, field.input, field.length) for field in page.fields)


class FormBody(PageBody[FormPage]):
    """The fields, and under them (in landscape beside them) the keys.

    Each key sends the field's new value at once, so that whatever is pressed next comes after it.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._page: FormPage | None = None
        self._drawn: Shape = ()
        self._echoes: dict[str, Echo] = {}
        self._wrong: frozenset[str] = frozenset()
        self._told_focus: str = ""
        self.focused: str = ""
        self.parts: dict[str, FieldPart] = {}
        self._grids: dict[str, KeyGrid] = {}
        self._sentence = Sentence(
            context.theme, "body", colour=context.theme.palette.muted, even=True
        )
        self._keys = QStackedWidget()
        self._ground = QWidget()
        self._crowded = False
        self._beside: QVBoxLayout | None = None
        self.column.addWidget(self._sentence)
        if context.theme.landscape:
            self.aside = QWidget()
            self._beside = QVBoxLayout(self.aside)
            self._beside.setContentsMargins(0, 0, 0, 0)
            self._beside.addStretch(1)

    @override
    def take_over(self, older: PageBody[Any]) -> None:
        if isinstance(older, FormBody):
            self._go_on(older)

    def _go_on(self, older: FormBody) -> None:
        self.focused = older.focused
        self._told_focus = older._told_focus
        self._wrong = older._wrong
        for field, echo in older._echoes.items():
            self._echo(field).take_over(echo)

    @override
    def forget(self) -> None:
        self._echoes.clear()

    @override
    def only_read(self) -> int:
        width = self.context.theme.width - 2 * self.context.theme.margin
        first = next(iter(self.parts.values()), None)
        height = 0
        if self._sentence.text():
            height += self._sentence.heightForWidth(width) + self.column.spacing()
        if first is not None:
            height += first.label.heightForWidth(first.expected_width) + first.column.spacing()
        return height

    @override
    def show_page(self, page: FormPage) -> None:
        self._page = page
        self._sentence.say(self.context.wording.say(page.sentence))
        if _shape(page) != self._drawn:
            self._rebuild(page)
        for field in page.fields:
            self._echo(field.field).told(field.value, final=False)
        self._settle_focus(page)
        for grid in self._grids.values():
            grid.retranslate()
        self._draw()

    def value_of(self, field: str) -> str:
        """What stands on the glass in this field."""
        return self._echo(field).value

    def _echo(self, field: str) -> Echo:
        if field not in self._echoes:
            self._echoes[field] = Echo(lambda value: self.context.edit(field, value))
        return self._echoes[field]

    # -- what is typed and touched

    def typed(self, sign: str) -> None:
        """A key was pressed; a full field takes no more."""
        self._change(lambda value, length: (value + sign)[: max(length, len(value))])

    def deleted(self) -> None:
        """The last sign goes."""
        self._change(lambda value, _length: value[:-1])

    def cleared(self) -> None:
        """All of the field goes."""
        self._change(lambda _value, _length: "")

    def _change(self, to: Callable[[str, int], str]) -> None:
        field = self._field(self.focused)
        if field is None:
            return
        echo = self._echo(field.field)
        value = to(echo.value, field.length)
        if value != echo.value:
            echo.typed(value)
            self._draw()

    def _choose(self, field: str, value: str) -> None:
        self._echo(field).typed(value)
        self._draw()

    def focus(self, field: str) -> None:
        """Let the keys write into this field."""
        self.focused = field
        self._draw()

    def _field(self, name: str) -> FormField | None:
        fields = self._page.fields if self._page is not None else ()
        return next((field for field in fields if field.field == name), None)

    def _settle_focus(self, page: FormPage) -> None:
        """The core's word counts when it is new; a new error comes next; else it stays."""
        typed = [field for field in page.fields if field.input != "choice"]
        names = [field.field for field in typed]
        wrong = frozenset(field.field for field in typed if field.error is not None)
        if page.focused != self._told_focus and page.focused in names:
            self.focused = page.focused
        elif self.focused not in names:
            empty = (name for name in names if not self.value_of(name))
            first = next((name for name in names if name in wrong), None)
            self.focused = first or next(empty, names[0] if names else "")
        elif wrong - self._wrong and self.focused not in wrong:
            self.focused = next(name for name in names if name in wrong)
        self._told_focus, self._wrong = page.focused, wrong

    # -- how it is drawn

    def _draw(self) -> None:
        if self._page is None:
            return
        say = self.context.wording.say
        texts = Counter(say(one.text) for field in self._page.fields for one in field.options)
        ambiguous = frozenset(text for text, times in texts.items() if times > 1)
        for field in self._page.fields:
            part = self.parts[field.field]
            if isinstance(part, ChoiceField):
                part.ambiguous = ambiguous
            part.show_field(field, self.value_of(field.field))
            if isinstance(part, TypedField):
                part.box.focus(focused=field.field == self.focused)
        field = self._field(self.focused)
        if field is not None:
            self._keys.setCurrentWidget(self._grids[field.input])

    def _rebuild(self, page: FormPage) -> None:
        for part in (self._ground, self._keys):
            part.hide()
            part.setParent(None)
            part.deleteLater()
        self._keys, self._ground = QStackedWidget(), QWidget()
        self.parts, self._grids = {}, {}
        self._drawn = _shape(page)
        rows = self._rows(page)
        self._crowded = len(rows) > 2
        inputs = {field.input for field in page.fields} - {"choice"}
        for kind in sorted(inputs):
            self._grids[kind] = self._grid(kind)
            self._keys.addWidget(self._grids[kind])
        tallest = max((grid.maximumHeight() for grid in self._grids.values()), default=0)
        self._keys.setMaximumHeight(tallest)
        self._arrange(rows)

    def _grid(self, kind: str) -> KeyGrid:
        theme = self.context.theme
        if kind == "code":
            wide = self._width() >= theme.target * 10 + theme.px(key_grids.GAP) * 9
            cells = key_grids.WIDE_CODE if wide else key_grids.CODE
        elif theme.wide or self._crowded:
            cells = key_grids.LOW_ID_NUMBER if kind == "id_number" else key_grids.LOW_DIGITS
        else:
            cells = key_grids.ID_NUMBER if kind == "id_number" else key_grids.DIGITS
        return KeyGrid(
            self.context, cells, typed=self.typed, deleted=self.deleted, cleared=self.cleared
        )

    def _width(self) -> int:
        """Width of the whole body, in device pixels."""
        theme = self.context.theme
        if not theme.landscape:
            return theme.width - 2 * theme.margin
        return (theme.width - 2 * theme.margin - theme.px(52)) * self.share // 100

    def _arrange(self, rows: list[list[FormField]]) -> None:
        """The keys under the fields; in landscape those for digits under the heading."""
        beside = self._beside is not None and bool(self._grids) and "code" not in self._grids
        column = QVBoxLayout(self._ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.context.theme.gap)
        for row in rows:
            self._add_row(column, row)
        column.addStretch(1)
        if self._beside is not None and beside:
            self._beside.addWidget(self._keys, 100)
        elif self._grids:
            column.addWidget(self._keys, 100)
        self.column.addWidget(self._ground, 1)

    def _rows(self, page: FormPage) -> list[list[FormField]]:
        """Typed fields stand in pairs where room is scarce: with other fields, over the keys."""
        wide_keys = any(field.input == "code" for field in page.fields)
        landscape = self.context.theme.landscape
        scarce = len(page.fields) > 2 or (wide_keys and landscape)
        rows: list[list[FormField]] = []
        for field in page.fields:
            mate = rows[-1] if rows and scarce and len(rows[-1]) == 1 else None
            if mate and field.input != "choice" and mate[0].input != "choice":
                mate.append(field)
            else:
                rows.append([field])
        return rows

    def _add_row(self, column: QVBoxLayout, row: list[FormField]) -> None:
        gap, width = self.context.theme.gap, self._width()
        line = QHBoxLayout()
        line.setSpacing(gap)
        for field in row:
            part = self._part(field, (width - gap * (len(row) - 1)) // len(row))
            self.parts[field.field] = part
            line.addWidget(part, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(line)

    def _part(self, field: FormField, width: int) -> FieldPart:
        name = field.field
        if field.input == "choice":
            beside = self.context.theme.wide and len(field.options) <= 2
            return ChoiceField(
                self.context, width, lambda value: self._choose(name, value), beside=beside
            )
        return TypedField(self.context, width, lambda: self.focus(name))
