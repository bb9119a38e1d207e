"""Before anything is typed: what to bring, what it costs, how long it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kiosk.central.models import Service
from kiosk.journey import framing
from kiosk.journey.events import Event, IntentGiven
from kiosk.journey.session import Session
from kiosk.journey.step import REVERSIBLE, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from screens.models.intents import Pressed
from screens.models.pages import Fact, GuidePage


class GuideStep:
    """Put before every service by the engine; the catalogue need not name it."""

    kind = "guide"
    reversal: Reversal = REVERSIBLE

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Show it."""
        return Stay(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Go on when told to."""
        if isinstance(event, IntentGiven) and event.intent == Pressed(name="next"):
            return Next(session)
        return Stay(session)

    def busy(self, session: Session) -> Busy:
        """Nothing works here."""
        return Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> GuidePage:
        """The service's own facts from the catalogue."""
        service = session.service
        return GuidePage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("guide.heading", service=framing.localised(service.names)),
            subheading=framing.localised(service.summary),
            facts=_facts(service),
            bar=framing.bar(frame, forward=framing.button("next", "button.start")),
        )


def _facts(service: Service) -> tuple[Fact, ...]:
    """What the catalogue says; a heading it does not fill is left out."""
    told: list[tuple[str, Mapping[str, str] | None]] = [
        ("bring", _joined(service.materials)),
        ("shared", _joined(service.shared_materials)),
        ("fee", service.fee),
        ("time", service.time_limit),
        ("basis", service.legal_basis),
    ]
    return tuple(
        Fact(label=framing.text(f"guide.{name}"), value=framing.localised(texts))
        for name, texts in told
        if texts
    )


def _joined(materials: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    """The list of materials as one text per language."""
    by_language: dict[str, list[str]] = {}
    for material in materials:
        for language, words in material.items():
            by_language.setdefault(language, []).append(words)
    return {
        language: ("、" if language == "zh-CN" else ", ").join(words)
        for language, words in by_language.items()
    }
