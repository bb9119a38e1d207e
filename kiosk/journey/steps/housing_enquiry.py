"""Which region, and for what: both recorded with the enquiry, as the law asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from kiosk.journey import framing
from kiosk.journey.events import Event, IntentGiven
from kiosk.journey.session import Session
from kiosk.journey.step import Busy, Frame, Next, Outcome, Params, Reversal, Stay
from screens.models.base import Button
from screens.models.intents import Edited, Pressed
from screens.models.pages import ChoiceGroup, ChoicesPage, Option

FIELDS = {"scope": "scopes", "purpose": "purposes"}
"""Field of the page -> parameter of the step that lists its options."""


class HousingEnquiryStep:
    """Options come from the catalogue: ``scopes`` and ``purposes``, each [{value, names}]."""

    kind = "housing_enquiry"
    reversal = Reversal(invalidates=("housing", "documents"))

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """A group with one option has its answer already; purpose is never chosen for anybody."""
        answers = dict(session.answers)
        scopes = _options(params, "scope")
        if len(scopes) == 1:
            answers.setdefault("scope", scopes[0].value)
        return Stay(replace(session, answers=answers))

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Take a choice that exists; go on when both are made."""
        match event:
            case IntentGiven(intent=Edited(field=field, value=value)) if field in FIELDS:
                if value in {option.value for option in _options(params, field)}:
                    return Stay(replace(session, answers={**session.answers, field: value}))
            case IntentGiven(intent=Pressed(name="next")) if _complete(session):
                return Next(session)
            case _:
                pass
        return Stay(session)

    def busy(self, session: Session) -> Busy:
        """A person decides."""
        return Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> ChoicesPage:
        """Two groups of options."""
        return ChoicesPage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("enquiry.heading"),
            groups=tuple(
                ChoiceGroup(
                    field=field,
                    label=framing.text(f"enquiry.{field}"),
                    options=_options(params, field),
                    chosen=session.answers.get(field),
                )
                for field in FIELDS
            ),
            bar=framing.bar(frame, forward=_enquire(enabled=_complete(session))),
        )


def _enquire(*, enabled: bool) -> Button:
    return framing.button("next", "button.enquire", enabled=enabled, why="enquiry.why")


def _complete(session: Session) -> bool:
    return all(session.answers.get(field) for field in FIELDS)


def _options(params: Params, field: str) -> tuple[Option, ...]:
    listed = cast("list[Mapping[str, object]]", params.get(FIELDS[field], []))
    return tuple(
        Option(
            value=str(item["value"]),
            text=framing.localised(cast("Mapping[str, str]", item["names"])),
        )
        for item in listed
    )
