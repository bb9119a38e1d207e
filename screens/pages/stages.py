"""How far a case is."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from typing_extensions import override

from screens.base import PageBody
from screens.controls.aside import aside
from screens.controls.context import Context
from screens.controls.paged import PagedColumn, Sheet, Stock
from screens.controls.sentence import Sentence
from screens.controls.surface import Card
from screens.controls.tag import MarkedLine
from screens.controls.timeline import StageRow
from screens.models.filing import StagesPage

_SHRINKS_TO: Final = 0.7
"""The five belong together: rather a little smaller than in pages."""


class StagesBody(PageBody[StagesPage]):
    """Which case and its number; the stages on their line; the sentence that sums them up."""

    in_reach: ClassVar[bool] = False

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        head = Card(theme, fill=theme.palette.action_tint, raised=False, padding=32)
        head.column.setSpacing(theme.px(4))
        self._title = Sentence(theme, "body", even=True)
        self._reference = Sentence(theme, "title", colour=theme.palette.action, line=True)
        head.column.addWidget(self._title)
        head.column.addWidget(self._reference)
        self._stages = Stock(lambda: StageRow(context))
        apart = theme.landscape
        self.paged = PagedColumn(context, whole_until=_SHRINKS_TO, apart=apart)
        self._sentence = MarkedLine(context)
        if apart:
            self.aside = aside(context, head, self._sentence, foot=self.paged.pager)
        else:
            self.column.addWidget(head)
            self.column.addWidget(self._sentence)
        self.column.addWidget(self.paged, 1)

    @override
    def show_page(self, page: StagesPage) -> None:
        say = self.context.wording.say
        self._title.say(say(page.title))
        self._reference.say(say(page.reference))
        self._sentence.show_line(say(page.sentence), "info", self.context.theme.palette.action)
        rows = self._stages.resize(len(page.stages))
        walked = True
        for at, (row, stage) in enumerate(zip(rows, page.stages, strict=True)):
            above, walked = walked, walked and stage.state in ("done", "not_needed")
            last = at == len(rows) - 1
            row.show_stage(stage, first=at == 0, last=last, above=above, below=walked)
        self.paged.show_sheets([Sheet(tuple(rows), flows=True)])

    @override
    def take_over(self, older: PageBody[Any]) -> None:
        if isinstance(older, StagesBody):
            self.paged.open_page_of(older.paged)
