"""好差评: five equal grades, none chosen beforehand."""

from __future__ import annotations

from typing_extensions import override

from screens.base import PageBody
from screens.controls.choice_cards import GradeCard
from screens.controls.context import Context
from screens.controls.repeated import Repeated
from screens.models.pages import RatingPage


class RatingBody(PageBody[RatingPage]):
    """The grades under each other, all of one size and colour."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.grades = Repeated(
            lambda: GradeCard(context), columns=1, gap=context.theme.px(20), stretch=True
        )
        self.column.addLayout(self.grades.layout, 1)

    @override
    def show_page(self, page: RatingPage) -> None:
        cards = self.grades.resize(len(page.grades))
        for place, (card, grade) in enumerate(zip(cards, page.grades, strict=True)):
            card.setMaximumHeight(self.context.theme.px(176))
            card.fill(grade.name, self.context.wording.say(grade.text), place)
            card.allow(enabled=grade.enabled)
