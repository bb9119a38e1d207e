"""The service's form, asked page by page from the catalogue's JSON Schema.

What another office knows is filled in. What is wrong is said at the field, in the catalogue's own
plain words, when the citizen wants to go on: never while they type.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.journey import catalogue, framing
from kiosk.journey.events import Event, IntentGiven
from kiosk.journey.forms import NO, YES, FieldSpec, Form
from kiosk.journey.session import Session
from kiosk.journey.step import Busy, Frame, Next, Outcome, Params, Reversal, Stay
from screens.models.filing import FieldOption, FormField, FormPage
from screens.models.intents import Edited, Pressed


@dataclass(frozen=True, slots=True)
class Filling:
    """One page of the form; ``wrong`` are fields that were looked at and do not hold."""

    page: int = 0
    wrong: frozenset[str] = frozenset()


class ApplicationFormStep:
    """Editing it voids every signature: they were made under something else."""

    kind = "application_form"
    reversal = Reversal(invalidates=("signatures",))

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """The first page, with what is known already."""
        form = catalogue.form_of(params)
        known = form.typed_in(session.item.prefill) if session.item else {}
        return Stay(replace(session, form={**known, **session.form}, local=Filling()))

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Take what is typed; go on when the page holds."""
        filling = session.local if isinstance(session.local, Filling) else Filling()
        form = catalogue.form_of(params)
        match event:
            case IntentGiven(intent=Edited(field=name, value=value)):
                return _edited(session, form, filling, name, value)
            case IntentGiven(intent=Pressed(name="next")):
                return _go_on(session, form, filling)
            case IntentGiven(intent=Pressed(name="page_back")) if filling.page > 0:
                return Stay(session.at_step(Filling(filling.page - 1)))
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """A person types."""
        return Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> FormPage:
        """The fields of this page."""
        filling = session.local if isinstance(session.local, Filling) else Filling()
        form = catalogue.form_of(params)
        fields = tuple(_field(form, f, session, filling) for f in form.pages[filling.page])
        back = framing.button("page_back", "button.back") if filling.page > 0 else None
        return FormPage(
            page_id=f"{frame.page_id}.{filling.page}",
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("form.heading"),
            subheading=framing.text("form.page", page=filling.page + 1, pages=len(form.pages)),
            fields=fields,
            focused=next((f.field for f in fields if f.error is not None), ""),
            bar=framing.bar(frame, forward=framing.button("next"), back=back),
        )


def _edited(session: Session, form: Form, filling: Filling, name: str, value: str) -> Outcome:
    if name not in {field.field for field in form.pages[filling.page]}:
        return Stay(session)  # the pages before it have been looked at already
    kept = {**session.form, name: value[: form.longest(name)]}
    right = replace(filling, wrong=filling.wrong - {name})
    return Stay(replace(session, form=kept, local=right))


def _go_on(session: Session, form: Form, filling: Filling) -> Outcome:
    wrong = form.defects(session.form, form.pages[filling.page])
    if wrong:
        return Stay(session.at_step(replace(filling, wrong=wrong)))
    if filling.page + 1 < len(form.pages):
        return Stay(session.at_step(Filling(filling.page + 1)))
    return Next(session)


def _field(form: Form, field: FieldSpec, session: Session, filling: Filling) -> FormField:
    return FormField(
        field=field.field,
        label=framing.localised(field.label),
        input="choice" if field.kind in {"choice", "yes_no"} else field.kind,
        value=session.form.get(field.field, ""),
        options=_options(field),
        length=form.longest(field.field),
        hint=framing.localised(field.hint) if field.hint else None,
        unit=framing.localised(field.unit) if field.unit else None,
        error=framing.localised(field.errors) if field.field in filling.wrong else None,
    )


def _options(field: FieldSpec) -> tuple[FieldOption, ...]:
    if field.kind == "yes_no":
        return tuple(FieldOption(value=v, text=framing.text(f"answer.{v}")) for v in (YES, NO))
    return tuple(
        FieldOption(value=option.value, text=framing.localised(option.names))
        for option in field.options
    )
