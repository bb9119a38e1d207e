"""An application as it is signed and handed in. Pure."""

from __future__ import annotations

from kiosk.credentials.signed_content import digest
from kiosk.journey import catalogue
from kiosk.journey.case_facts import Draft, PartyDraft
from kiosk.journey.forms import Form
from kiosk.journey.session import Session


def form_of(session: Session) -> Form | None:
    """The service's form; None for a service that asks none."""
    for spec in session.service.steps:
        if spec.kind == "application_form":
            return catalogue.form_of(spec.params)
    return None


def content(session: Session) -> dict[str, object]:
    """The form as it is signed and sent."""
    form = form_of(session)
    return form.content(session.form) if form is not None else {}


def digest_of(session: Session, index: int) -> str:
    """What the party of that index signs to; hex. Changes with every field of it."""
    return digest(
        service=session.service.code,
        item=session.item.item if session.item else "",
        form=content(session),
        party=session.parties[index].party,
        answers=dict(session.party_state(index).record),
    )


def unsigned(session: Session) -> tuple[int, ...]:
    """Parties whose signature is missing, or was made under something else."""
    found: list[int] = []
    for index in range(len(session.parties)):
        signature = session.party_state(index).signature
        if signature is None or signature.digest != digest_of(session, index):
            found.append(index)
    return tuple(found)


def draft(session: Session) -> Draft | None:
    """The application to hand in; None while something is missing."""
    if session.preparation is None or session.item is None or unsigned(session):
        return None
    return Draft(
        service=session.service.code,
        preparation_id=session.preparation.preparation_id,
        item=session.item.item,
        form=content(session),
        parties=tuple(_party(session, index) for index in range(len(session.parties))),
    )


def _party(session: Session, index: int) -> PartyDraft:
    state = session.party_state(index)
    if state.signature is None:
        raise ValueError("an unsigned party")
    return PartyDraft(index, session.parties[index].party, dict(state.record), state.signature)
