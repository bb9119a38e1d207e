"""Steps that are broken in one way each: a walk that does not see it proves nothing."""

from __future__ import annotations

from dataclasses import replace

from devices.api import PrintOutcome
from kiosk.journey import application, troubles
from kiosk.journey.case_facts import Draft, Money, PartyDraft, Signature
from kiosk.journey.effects import Effect, OpenSession, PrintDocument, SubmitApplication
from kiosk.journey.events import (
    Answered,
    DocumentReady,
    Event,
    FaceChecked,
    Failed,
    IntentGiven,
    PaymentKnown,
    Printed,
    Why,
)
from kiosk.journey.facts import DocumentFacts, Way
from kiosk.journey.session import Session
from kiosk.journey.step import FINAL, Back, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.steps.asking import Asking, Unanswered
from kiosk.journey.steps.consent import ConsentStep
from kiosk.journey.steps.document import DocumentStep, source_of, subject_of
from kiosk.journey.steps.fiscal_receipt import FiscalReceiptStep
from kiosk.journey.steps.guide import GuideStep
from kiosk.journey.steps.payment import PaymentStep
from kiosk.journey.steps.person_check import PersonCheckStep
from kiosk.journey.steps.preparation import PreparationStep
from kiosk.journey.steps.print_document import PrintDocumentStep
from kiosk.journey.steps.questioning import QuestioningStep
from kiosk.journey.steps.rating import RatingStep
from kiosk.journey.steps.signature import SignatureStep
from kiosk.journey.steps.slip import SlipStep
from kiosk.journey.steps.submit import SubmitStep
from screens.models.base import Bar, Page
from screens.models.intents import Edited, Pressed
from screens.models.pages import RatingPage

_NEXT = Pressed(name="next")


class PrintsAgain(PrintDocumentStep):
    """Offers a retry after an unknown outcome."""

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        return super().handle(session, params, _lenient(event))


class PrintsTheSlipAgain(SlipStep):
    """The same at the other printer."""

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        return super().handle(session, params, _lenient(event))


def _lenient(event: Event) -> Event:
    match event:
        case Answered(answer=Printed(result=result)):
            not_printed = replace(result, outcome=PrintOutcome.NOT_PRINTED)
            return replace(event, answer=Printed(not_printed))
        case _:
            return event


class FailsOpen(PersonCheckStep):
    """Opens a session whatever the face was."""

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        if isinstance(event, Answered) and isinstance(event.answer, FaceChecked):
            waiting, job_id = session.job()
            return Stay(waiting, (OpenSession(job_id, job_id, Way.FACE, "high"),))
        return super().handle(session, params, event)


class TakesAnyWay(ConsentStep):
    """Takes the face for a card that has no photo."""

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        if isinstance(event, IntentGiven) and event.intent == Pressed(name="way:face"):
            return Next(replace(session, way=Way.FACE))
        return super().handle(session, params, event)


class HoldsOn(DocumentStep):
    """Never lets anybody go, forward or back, and never times out."""

    reversal = FINAL

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        del params, event
        return Stay(session)

    def busy(self, session: Session) -> Busy:
        del session
        return Busy.COMMITTED


class NoSkip(RatingStep):
    """Draws no button to go on with."""

    def view(self, session: Session, params: Params, frame: Frame) -> RatingPage:
        return super().view(session, params, frame).model_copy(update={"bar": Bar()})


class DeadButton(RatingStep):
    """Draws the button to go on with, and does not hear it."""

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        if isinstance(event, IntentGiven) and event.intent == Pressed(name="skip"):
            return Stay(session)
        return super().handle(session, params, event)


class NeverIdle(GuideStep):
    """Says that it works while a person reads."""

    def busy(self, session: Session) -> Busy:
        del session
        return Busy.WORKING


class TrustsAnySeal(DocumentStep):
    """Shows what was altered."""

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        match event:
            case Answered(answer=Failed(why=Why.SEAL)):
                ready = DocumentReady(subject_of(params), DocumentFacts(("page-1",), "", ""))
                return super().handle(session, params, replace(event, answer=ready))
            case _:
                return super().handle(session, params, event)


class PrintsUnseen(PrintDocumentStep):
    """Prints what was never fetched."""

    def effect(self, session: Session, params: Params, job_id: str) -> Effect | None:
        subject = subject_of(params)
        source = source_of(session, subject)
        return PrintDocument(job_id, subject, source.source_id, source.number) if source else None


class KeepsOthers(PreparationStep):
    """Whoever stood here for one contract counts for another one too."""

    reversal = Reversal(invalidates=("preparation", "item", "form", "record", "signatures"))


class ForgetsWhatItAsked(QuestioningStep):
    """Takes an answer of a page that was looked at already."""

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        match event:
            case IntentGiven(intent=Edited(field="genuine", value=value)):
                return Stay(replace(session, record={**session.record, "genuine": value}))
            case _:
                return super().handle(session, params, event)


class SkipsTheSecond(SignatureStep):
    """Whoever comes second need not sign."""

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        if session.party_index and isinstance(event, IntentGiven) and event.intent == _NEXT:
            return Next(session)
        return super().handle(session, params, event)


class SendsAnyhow(SubmitStep):
    """Hands in whatever signatures there are, under whatever they were made."""

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        entered = super().enter(session, params, at)
        if not isinstance(entered, Back):
            return entered
        waiting, job_id = session.job()
        draft = _any_draft(session)
        return Stay(waiting.at_step(Asking(job_id)), (SubmitApplication(job_id, job_id, draft),))


class ChangesWhatWasSigned(SendsAnyhow):
    """Puts another value into a form that everybody has signed."""

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        return super().enter(replace(session, form={**session.form, "copies": "2"}), params, at)


def _any_draft(session: Session) -> Draft:
    item = session.item.item if session.item else ""
    parties: list[PartyDraft] = []
    for index, party in enumerate(session.parties):
        state = session.party_state(index)
        made = state.signature or Signature("", ())
        parties.append(PartyDraft(index, party.party, dict(state.record), made))
    content = application.content(session)
    return Draft(session.service.code, "preparation-1", item, content, tuple(parties))


class SubmitsAnew(SubmitStep):
    """Draws another key for a retry."""

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        outcome = super().handle(session, params, event)
        if isinstance(outcome, Stay):
            anew = tuple(
                replace(each, key=each.job_id) if isinstance(each, SubmitApplication) else each
                for each in outcome.effects
            )
            return replace(outcome, effects=anew)
        return outcome


class BelievesTheDoor(SubmitStep):
    """Takes a refusal at the centre's door for one of the application."""

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        outcome = super().handle(session, params, event)
        match event:
            case Answered(answer=Failed(code="token_invalid") as failed):
                plainly = Unanswered(replace(troubles.of(failed), retry=False))
                return Stay(outcome.session.at_step(plainly))
            case _:
                return outcome


class TakesUnknownForNo(PaymentStep):
    """Lets an unknown payment be made again."""

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        match event:
            case Answered(answer=PaymentKnown(payment=payment)) if payment.money is Money.UNKNOWN:
                no = PaymentKnown(replace(payment, money=Money.NOT_PAID, reason="expired"))
                return super().handle(session, params, replace(event, answer=no))
            case _:
                return super().handle(session, params, event)


class PaysAllTheSame(PaymentStep):
    """Offers to pay although the application may be withdrawn."""

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        forgetful = super().handle(replace(session, withdrawal_key=""), params, event)
        kept = replace(forgetful.session, withdrawal_key=session.withdrawal_key)
        return replace(forgetful, session=kept)


class LosesTheEnd(PaymentStep):
    """Does not hear that the wait for the payment's end has come to nothing."""

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        if isinstance(event, Answered) and event.answer == Failed(Why.BROKEN):
            return Stay(session)
        return super().handle(session, params, event)


class SaysNothingWasCharged(FiscalReceiptStep):
    """Uses the general words after a payment."""

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        if isinstance(session.local, Unanswered):
            return troubles.page(troubles.of(Failed(Why.UNREACHABLE)), frame)
        return super().view(session, params, frame)
