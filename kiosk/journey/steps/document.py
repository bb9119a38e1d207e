"""A sealed document: fetched, its seal checked by this machine, its pages shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.journey import catalogue, framing, troubles
from kiosk.journey.effects import FetchDocument
from kiosk.journey.events import Answered, DocumentReady, Event, Failed, IntentGiven, Why
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


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document comes from, and the number it goes by."""

    source_id: str
    number: str


def subject_of(params: Params) -> str:
    """Which document a step is about."""
    return catalogue.read(catalogue.SubjectParams, params).subject


def source_of(session: Session, subject: str) -> Source | None:
    """Whose document that is in this visit; None while there is none."""
    match subject:
        case "enquiry" if session.housing is not None:
            return Source(session.housing.enquiry_id, session.housing.number)
        case "notice" if session.case is not None:
            return Source(session.case.case_id, session.case.case_no)
        case "receipt" if session.receipt is not None:
            return Source(session.receipt.receipt_id, session.receipt.number)
        case "certificate" if session.certificate is not None:
            return Source(session.certificate.certificate_id, session.certificate.number)
        case "certificate" if session.looked_at is not None and session.looked_at.certificate_id:
            return Source(session.looked_at.certificate_id, session.looked_at.case_no)
        case _:
            return None


class DocumentStep:
    """A document whose seal does not hold is never shown and never printed."""

    kind = "document"
    reversal: Reversal = REVERSIBLE

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Fetch it, unless it is here."""
        subject = subject_of(params)
        if subject in session.documents:
            return Stay(session.at_step(Looking()))
        return _fetch(session, subject)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Show it, page through it, go on to print."""
        match event:
            case Answered(answer=DocumentReady(subject=subject, document=document)):
                documents = {**session.documents, subject: document}
                return Stay(replace(session, documents=documents, local=Looking()))
            case Answered(answer=Failed() as failed):
                return Stay(session.at_step(_trouble(session, failed)))
            case IntentGiven(intent=Pressed(name="retry")) if isinstance(session.local, Trouble):
                again = session.local.retry
                return _fetch(session, subject_of(params)) if again else Stay(session)
            case IntentGiven(intent=Pressed(name="next")) if isinstance(session.local, Trouble):
                return Next(session) if session.local.forward else Stay(session)
            case IntentGiven(intent=Pressed(name=name)) if isinstance(session.local, Looking):
                return _pressed(session, session.local, name, subject_of(params))
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """The centre and the seal check work."""
        return Busy.WORKING if isinstance(session.local, Fetching) else Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """Wait, trouble, or the pages."""
        if isinstance(session.local, Trouble):
            return troubles.page(session.local, frame, reference=framing.reference(session))
        subject = subject_of(params)
        document = session.documents.get(subject)
        if document is None or not isinstance(session.local, Looking):
            return WaitPage(
                page_id=frame.page_id,
                chrome=frame.chrome,
                steps=frame.steps,
                heading=framing.text("wait.document.heading"),
                sentence=framing.text("wait.document.sentence"),
                about_s=5,
                bar=framing.bar(frame),
            )
        return _preview(session, subject, document, session.local.current, frame)


def _fetch(session: Session, subject: str) -> Outcome:
    source = source_of(session, subject)
    if source is None:
        return Stay(session.at_step(_trouble(session, Failed(Why.BROKEN))))
    waiting, job_id = session.job()
    effect = FetchDocument(job_id, subject, source.source_id)
    return Stay(waiting.at_step(Fetching()), (effect,))


def _trouble(session: Session, failed: Failed) -> Trouble:
    """What was filed or paid stands, with or without the paper."""
    trouble = troubles.of(failed)
    if session.case is None:
        return trouble
    if failed.why is Why.SEAL:
        return replace(trouble, forward="next")
    return Trouble("paper_not_here", tone="wait", forward="next")


def _pressed(session: Session, looking: Looking, name: str, subject: str) -> Outcome:
    last = len(session.documents[subject].slots) - 1
    match name:
        case "next":
            return Next(session)
        case "page_following":
            return Stay(session.at_step(Looking(min(last, looking.current + 1))))
        case "page_previous":
            return Stay(session.at_step(Looking(max(0, looking.current - 1))))
        case _:
            return Stay(session)


def _preview(
    session: Session, subject: str, document: DocumentFacts, current: int, frame: Frame
) -> PreviewPage:
    prints = framing.next_kind(session) == "print_document"
    ready = not prints or "certificate_printer" in session.offer.ready
    forward = framing.button("next", "button.print" if prints else "button.next")
    waiting = Notice(tone="wait", text=framing.text("preview.printer_down"))
    return PreviewPage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text(f"preview.heading.{subject}"),
        notice=None if ready else waiting,
        slots=document.slots,
        current=current,
        seal=framing.text("preview.seal", by=document.sealed_by, on=document.sealed_on),
        previous=framing.button("page_previous", enabled=current > 0),
        following=framing.button("page_following", enabled=current < len(document.slots) - 1),
        bar=framing.bar(frame, forward=forward),
    )
