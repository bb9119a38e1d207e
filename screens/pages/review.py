"""Everything that will be signed, section by section, each with its way back to change it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from screens.base import PageBody
from screens.controls.aside import aside
from screens.controls.buttons import ActionButton
from screens.controls.context import Context
from screens.controls.fact_row import FactRow, label_share
from screens.controls.paged import PagedColumn, Sheet, Stock
from screens.controls.sentence import Sentence
from screens.models.base import Fact
from screens.models.filing import ReviewPage, ReviewSection


class SectionHead(QWidget):
    """The section's title and its button. The button is called by its verb and the title."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self._title = Sentence(theme, "strong", even=True)
        self._edit = ActionButton(context, icon="apply", role="small")
        policy = QSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._edit.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, theme.px(10))
        row.setSpacing(theme.px(24))
        row.addWidget(self._title, 1)
        row.addWidget(self._edit, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_section(self, section: ReviewSection) -> None:
        """Show it; without a button where nothing can be changed."""
        wording = self._context.wording
        title = wording.say(section.title)
        self._title.say(title)
        self._edit.show_button(section.edit)
        if section.edit is not None:
            verb = wording.say(section.edit.text)
            self._edit.call_it(wording.own("verb_of", verb=verb, title=title))


class ReviewBody(PageBody[ReviewPage]):
    """A card for each section; a section that goes on on the next page repeats its head."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._sentence = Sentence(context.theme, "body", even=True)
        self._heads = Stock(lambda: SectionHead(context))
        self._rows = Stock(lambda: FactRow(context))
        apart = context.theme.landscape
        self.paged = PagedColumn(context, apart=apart)
        if apart:
            self.aside = aside(context, self._sentence, foot=self.paged.pager)
        else:
            self.column.addWidget(self._sentence)
        self.column.addWidget(self.paged, 1)

    @override
    def show_page(self, page: ReviewPage) -> None:
        say = self.context.wording.say
        self._sentence.say(say(page.sentence))
        rows = list(self._rows.resize(sum(len(section.rows) for section in page.sections)))
        sheets: list[Sheet] = []
        heads = self._heads.resize(len(page.sections))
        for head, section in zip(heads, page.sections, strict=True):
            head.show_section(section)
            own, rows = rows[: len(section.rows)], rows[len(section.rows) :]
            self._fill(own, section.rows)
            sheets.append(Sheet(tuple(own), header=head, ruled=True, flows=True))
        self.paged.show_sheets(sheets)

    def _fill(self, rows: list[FactRow], facts: tuple[Fact, ...]) -> None:
        """The rows of one section, with one width for all their labels."""
        say = self.context.wording.say
        labels, values = [say(one.label) for one in facts], [say(one.value) for one in facts]
        share = label_share(self.context.theme, labels, values)
        for row, fact, label, value in zip(rows, facts, labels, values, strict=True):
            row.share_out(share)
            row.show_fact(label, value, role="title" if fact.strong else "body")

    @override
    def only_read(self) -> int:
        if self.aside is not None or not self._sentence.text():
            return 0
        width = self.context.theme.content_width
        return self._sentence.heightForWidth(width) + self.column.spacing()

    @override
    def take_over(self, older: PageBody[Any]) -> None:
        if isinstance(older, ReviewBody):
            self.paged.open_page_of(older.paged)
