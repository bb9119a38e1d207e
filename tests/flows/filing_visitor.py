"""The ways of an application that many stories share."""

from __future__ import annotations

from typing import Self

from kiosk.journey import catalogue
from kiosk.journey.facts import CardFacts
from screens.models.filing import FormPage
from screens.models.pages import ChoicesPage
from tests.flows.fakes import Story
from tests.flows.samples_filing import city_service
from tests.flows.visitor import Visitor

PRESALE = "presale_notice_registration"
TRANSFER = "new_home_transfer"


class Applicant(Visitor):
    """Somebody who files; ``service`` is the one that is chosen."""

    def __init__(self, story: Story | None = None, service: str = PRESALE) -> None:
        super().__init__(story)
        self.service = service
        self.offered_services(service)

    def identifies(self, card: CardFacts | None = None) -> Self:
        """From the card page to an open session, by face."""
        self.sees("card.heading").puts_card(card).sees("confirm.heading").presses("next")
        self.sees("consent.heading").presses("way:face").sees("face.heading").turns_head()
        return self

    def comes_in(self) -> Self:
        """From the home page until the centre was asked what can be filed."""
        self.sees("home.heading").presses(f"tile:{self.service}").presses("next")
        return self.identifies()

    def fills_in(self) -> Self:
        """Every page of the form, with something valid in each field."""
        while self.heading == "form.heading":
            page = self.page
            assert isinstance(page, FormPage)
            for field in page.fields:
                if not field.value:
                    value = field.options[0].value if field.options else "13900000000"
                    self.types(field.field, value)
            self.presses("next")
        return self

    def answers_the_questions(self) -> Self:
        """Every question, with an answer that does not stop the visit."""
        while self.heading == "questioning.heading":
            page = self.page
            assert isinstance(page, ChoicesPage)
            for group in page.groups:
                required = self._required(group.field)
                self.types(group.field, required or group.options[0].value)
            self.presses("next")
        return self

    def comes_to_the_form(self) -> Self:
        self.comes_in().sees("preparation.heading").presses("next")
        return self.sees("form.heading")

    def comes_to_the_review(self) -> Self:
        self.comes_to_the_form().fills_in().sees("questioning.heading").answers_the_questions()
        return self.sees("review.heading")

    def signs_it(self) -> Self:
        self.sees("review.heading").presses("next").sees("signature.heading").signs()
        return self.presses("next")

    def comes_to_the_last_question(self) -> Self:
        return self.comes_to_the_review().signs_it().sees("submit.heading")

    def files(self) -> Self:
        """Until the centre has decided."""
        return self.comes_to_the_last_question().presses("next")

    def comes_to_the_payment(self) -> Self:
        self.files().sees("case.accepted.heading").presses("next")
        self.sees("preview.heading.notice").presses("next")
        return self.sees("payment.heading")

    def _required(self, code: str) -> str:
        for spec in city_service(self.service).steps:
            if spec.kind == "questioning":
                asked = catalogue.read(catalogue.QuestioningParams, spec.params).questions
                return next((q.required or "" for q in asked if q.code == code), "")
        return ""
