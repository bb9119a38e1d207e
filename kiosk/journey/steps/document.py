"""The sealed document: fetched, its seal checked by this machine, its pages shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.journey import framing, troubles
from kiosk.journey.effects import FetchDocument
from kiosk.journey.events import Answered, DocumentReady, Event, Failed, IntentGiven
from kiosk.journey.facts import DocumentFacts
from kiosk.journey.session import Session
from kiosk.journey.step import REVERSIBLE, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.troubles import Trouble
from screens.models.base import Notice, Page
from screens.models.intents import Pressed
from screens.models.pages import PreviewPage, WaitPage


@dataclass(frozen=True, slots=True)
class Fetching:
    """It is on its way."""


@dataclass(frozen=True, slots=True)
class Looking:
    """Page ``current`` (0-based) is shown."""

    current: int = 0


class DocumentStep:
    """A document whose seal does not hold is never shown and never printed."""

    kind = "document"
    reversal: Reversal = REVERSIBLE

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Fetch it, unless it is here."""
        if session.document is not None:
            return Stay(session.at_step(Looking()))
        return _fetch(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Show it, page through it, go on to print."""
        match event:
            case Answered(answer=DocumentReady(document=document)):
                return Stay(replace(session, document=document, local=Looking()))
            case Answered(answer=Failed() as failed):
                return Stay(session.at_step(troubles.of(failed)))
            case IntentGiven(intent=Pressed(name="retry")) if isinstance(session.local, Trouble):
                return _fetch(session) if session.local.retry else Stay(session)
            case IntentGiven(intent=Pressed(name=name)) if isinstance(session.local, Looking):
                return _pressed(session, session.local, name)
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """The centre and the seal check work."""
        return Busy.WORKING if isinstance(session.local, Fetching) else Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """Wait, trouble, or the pages."""
        if isinstance(session.local, Trouble):
            return troubles.page(session.local, frame)
        if session.document is None or not isinstance(session.local, Looking):
            return WaitPage(
                page_id=frame.page_id,
                chrome=frame.chrome,
                steps=frame.steps,
                heading=framing.text("wait.document.heading"),
                sentence=framing.text("wait.document.sentence"),
                about_s=5,
                bar=framing.bar(frame),
            )
        return _preview(session, session.document, session.local.current, frame)


def _fetch(session: Session) -> Outcome:
    if session.housing is None:
        return Stay(session.at_step(Trouble("broken", retry=False)))
    waiting, job_id = session.job()
    effect = FetchDocument(job_id, session.housing.enquiry_id)
    return Stay(waiting.at_step(Fetching()), (effect,))


def _pressed(session: Session, looking: Looking, name: str) -> Outcome:
    last = len(session.document.slots) - 1 if session.document else 0
    match name:
        case "next":
            return Next(session)
        case "page_following":
            return Stay(session.at_step(Looking(min(last, looking.current + 1))))
        case "page_previous":
            return Stay(session.at_step(Looking(max(0, looking.current - 1))))
        case _:
            return Stay(session)


def _preview(session: Session, document: DocumentFacts, current: int, frame: Frame) -> PreviewPage:
    ready = "certificate_printer" in session.offer.ready
    waiting = Notice(tone="wait", text=framing.text("preview.printer_down"))
    return PreviewPage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text("preview.heading"),
        notice=None if ready else waiting,
        slots=document.slots,
        current=current,
        seal=framing.text("preview.seal", by=document.sealed_by, on=document.sealed_on),
        previous=framing.button("page_previous", enabled=current > 0),
        following=framing.button("page_following", enabled=current < len(document.slots) - 1),
        bar=framing.bar(frame, forward=framing.button("next", "button.print")),
    )
