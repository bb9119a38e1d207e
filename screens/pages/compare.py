"""Shared data field by field: what differs is found first, what agrees is told in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout
from typing_extensions import override

from screens.base import PageBody
from screens.controls.aside import aside
from screens.controls.compared import VERDICTS, AgreedRow, OpenField
from screens.controls.context import Context
from screens.controls.paged import PagedColumn, Sheet, Stock
from screens.controls.sentence import Sentence
from screens.controls.strips import Picture
from screens.controls.surface import Card
from screens.models.filing import ComparedField, ComparePage
from screens.wording import Wording

_VERDICT_SHARE: Final = 0.32
"""A verdict wider than this part of the body stands under its value, not beside it."""


def overall(fields: Sequence[ComparedField]) -> str:
    """The verdict on the whole: what one source alone says does not stand against the rest."""
    found = {field.verdict for field in fields}
    return next((one for one in ("differs", "unknown", "agrees") if one in found), "single")


def gravest_first(fields: Sequence[ComparedField]) -> list[ComparedField]:
    """What differs, what could not be asked, then the rest as the model has it."""
    rank = {"differs": 0, "unknown": 1}
    return sorted(fields, key=lambda field: rank.get(field.verdict, 2))


def is_open(field: ComparedField, wording: Wording) -> bool:
    """Whether the sources' values are shown one by one."""
    said = {wording.say(one.value) for one in field.values}
    return field.verdict == "differs" or len(said) > 1


class Summary(Card):
    """Which contract, and the sentence that says how it stands; its colour is the gravest."""

    def __init__(self, context: Context) -> None:
        theme = context.theme
        super().__init__(theme, raised=False, padding=32)
        self._context = context
        self._mark = Picture(
            "info", theme.grown(44 if theme.landscape else 58), theme.palette.action, weight=2.2
        )
        self._title = Sentence(theme, "small", even=True)
        self._sentence = Sentence(theme, "strong" if theme.landscape else "title", even=True)
        words = QVBoxLayout()
        words.setSpacing(theme.px(6))
        words.addWidget(self._title)
        beside = QHBoxLayout()
        beside.setSpacing(theme.px(20 if theme.landscape else 24))
        beside.addWidget(self._mark)
        beside.addLayout(words, 1)
        self.column.addLayout(beside)
        (self.column if theme.landscape else words).addWidget(self._sentence)

    def show_summary(self, page: ComparePage) -> None:
        """Show it."""
        say = self._context.wording.say
        icon, tone = VERDICTS[overall(page.fields)]
        ink, ground = self._context.theme.palette.tone(tone)
        self.recolour(ground, None)
        self._mark.draw(icon, ink)
        self._sentence.tint(ink)
        self._title.say(say(page.title))
        self._sentence.say(say(page.summary))


class CompareBody(PageBody[ComparePage]):
    """The summary; then what differs, opened; then one card with a line for each other field."""

    in_reach: ClassVar[bool] = False

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._summary = Summary(context)
        self._open = Stock(lambda: OpenField(context))
        self._agreed = Stock(lambda: AgreedRow(context))
        self.paged = PagedColumn(context, apart=context.theme.landscape)
        if context.theme.landscape:
            self.aside = aside(context, self._summary, foot=self.paged.pager)
        else:
            self.column.addWidget(self._summary)
        self.column.addWidget(self.paged, 1)

    @override
    def show_page(self, page: ComparePage) -> None:
        self._summary.show_summary(page)
        fields = gravest_first(page.fields)
        opened = [field for field in fields if is_open(field, self.context.wording)]
        closed = [field for field in fields if not is_open(field, self.context.wording)]
        cards = self._open.resize(len(opened))
        for card, field in zip(cards, opened, strict=True):
            card.show_field(field)
        rows = self._agreed.resize(len(closed))
        width = self._verdict_width(closed)
        for row, field in zip(rows, closed, strict=True):
            row.show_field(field, width)
        sheets = [Sheet((card,), bare=True) for card in cards]
        self.paged.show_sheets([*sheets, Sheet(tuple(rows), ruled=True, flows=True)])

    def _verdict_width(self, fields: list[ComparedField]) -> int | None:
        """The width of all verdicts, if each has room beside its value: the rows look alike."""
        rows = zip(self._agreed.parts, fields, strict=True)
        widest = max((row.verdict_width(field) for row, field in rows), default=0)
        return widest if widest <= self.context.theme.content_width * _VERDICT_SHARE else None

    @override
    def take_over(self, older: PageBody[Any]) -> None:
        if isinstance(older, CompareBody):
            self.paged.open_page_of(older.paged)
