"""Separate consent to the person check, with two equal ways. Refusing one costs no service."""

from __future__ import annotations

from dataclasses import replace

from kiosk.credentials.numbers import DocumentKind
from kiosk.journey import framing
from kiosk.journey.events import Event, IntentGiven
from kiosk.journey.facts import Way as Check
from kiosk.journey.session import Session
from kiosk.journey.step import Busy, Frame, Next, Outcome, Params, Reversal, Stay
from screens.models.base import Button
from screens.models.intents import Pressed
from screens.models.pages import Way, WaysPage

FACE_TRIES = 3
"""In one visit. Neither Back nor the other way gives more."""
_WITHOUT_PHOTO = {DocumentKind.SOCIAL_SECURITY}
_ICONS = {Check.FACE: "face", Check.SMS: "phone"}


class ConsentStep:
    """Which ways there are comes from the catalogue's ``person_checks``."""

    kind = "consent"
    reversal = Reversal(invalidates=("way",))

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Ask."""
        return Stay(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Take the way that was chosen, if it can be gone."""
        if isinstance(event, IntentGiven) and isinstance(event.intent, Pressed):
            for way in Check:
                if event.intent.name == f"way:{way}" and not why_not(session, way):
                    return Next(replace(session, way=way))
        return Stay(session)

    def busy(self, session: Session) -> Busy:
        """A person decides."""
        return Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> WaysPage:
        """Two equal buttons."""
        offered = [way for way in Check if way.value in session.service.person_checks]
        return WaysPage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("consent.heading"),
            subheading=framing.text("consent.subheading"),
            paragraphs=(framing.text("consent.kept"), framing.text("consent.equal")),
            ways=tuple(_way(session, way) for way in offered),
            bar=framing.bar(frame),
        )


def why_not(session: Session, way: Check) -> str:
    """Why a way can't be gone now, as the last part of a text key; empty when it can."""
    if way.value not in session.service.person_checks:
        return "not_offered"
    if not session.offer.line_up:
        return "line_down"
    if way is Check.FACE and session.card is not None and session.card.kind in _WITHOUT_PHOTO:
        return "card_without_photo"
    if way is Check.FACE and session.card is not None and not session.card.portrait:
        return "no_portrait"
    if way is Check.FACE and session.face_tries >= FACE_TRIES:
        return "tries_used"
    if way is Check.FACE and not {"camera", "face"} <= session.offer.ready:
        return "camera_down"
    return ""


def _way(session: Session, way: Check) -> Way:
    why = why_not(session, way)
    return Way(
        button=Button(
            name=f"way:{way}",
            text=framing.text(f"consent.{way}"),
            enabled=not why,
            why=framing.text(f"consent.why_not.{why}") if why else None,
        ),
        icon=_ICONS[way],
        explanation=framing.text(f"consent.{way}.explained"),
    )
