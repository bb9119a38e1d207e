"""What is answered, typed and pressed in a walk: few letters, but every kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from devices.api import PrintOutcome
from kiosk.journey import effects
from kiosk.journey.case_facts import CheckVerdict, Means, Money, PaymentFacts
from kiosk.journey.effects import Effect
from kiosk.journey.events import (
    Answer,
    CardSeen,
    CaseKnown,
    CasesListed,
    CertificatesListed,
    Checked,
    CodeSeen,
    CodeSent,
    Decided,
    DocumentReady,
    FaceChecked,
    FaceOutcome,
    Failed,
    HousingFound,
    OrderKnown,
    PaymentKnown,
    PaymentOffered,
    Prepared,
    Printed,
    ReceiptKnown,
    SessionOpened,
    Why,
    Withdrawn,
)
from kiosk.journey.facts import DocumentFacts, PrintFacts
from kiosk.journey.session import Offer, Session
from kiosk.supervisor import DEVICES
from screens.models.intents import Drawn, Edited
from tests.flows import samples_filing as filing
from tests.flows.samples import failed, good_card, housing

Telling = Callable[[Effect], Sequence[Answer]]
ALL_READY = Offer(frozenset(DEVICES), line_up=True)
NOTHING_READY = Offer(frozenset(), line_up=False)
NO_PAPER_NO_PAD = Offer(frozenset(DEVICES) - {"receipt_printer", "payment_pad"}, line_up=True)

PRINTS = [Printed(PrintFacts(outcome)) for outcome in PrintOutcome]
SIGNED = Drawn(field="signature", strokes=filing.STROKES)
A_DOT = Drawn(field="signature", strokes=filing.DOT)
CODE = Edited(field="code", value="123456")
PRESSES = ("next", "retry", "back", "leave", "withdraw", "again", "keep", "skip", "finish")
"""Pressed whether or not the page has such a button: a late or forged press must do no harm."""
CHECK_PRESSES = ("way:face", "way:sms", "resend")
LOST = [failed(Why.UNREACHABLE), failed(Why.UNBELIEVABLE, "key_echo"), failed(Why.BUSY)]
NO_ANSWER = [*LOST, failed(Why.BROKEN), failed(Why.CANCELLED)]
"""What leaves open whether a write was carried out."""

HOUSING_ENDS: Mapping[type, Sequence[Answer]] = {
    effects.FindHousing: [
        HousingFound(housing()),
        failed(Why.REFUSED, "scope_closed"),
        failed(Why.BUSY),
    ],
}
CARDS = [CardSeen(good_card()), failed(Why.DEVICE, "card_unreadable")]
EVERY_CHECK: Mapping[type, Sequence[Answer]] = {
    effects.ReadCard: [
        *CARDS,
        CardSeen(good_card(number="990101195503120010")),
        CardSeen(good_card(portrait=False)),
        failed(Why.DEVICE, "disconnected"),
    ],
    effects.CheckFace: [
        *(FaceChecked(outcome, "high") for outcome in FaceOutcome),
        failed(Why.DEVICE, "camera_stalled"),
    ],
    effects.SendCode: [
        CodeSent("challenge-1", "138****0001", 60),
        failed(Why.UNREACHABLE),
        failed(Why.REFUSED, "person_unknown"),
    ],
    effects.OpenSession: [
        SessionOpened(),
        failed(Why.REFUSED, "sms_code_wrong", 2),
        failed(Why.REFUSED, "sms_code_exhausted", 0),
        failed(Why.REFUSED, "evidence_invalid"),
        failed(Why.UNREACHABLE),
    ],
}
SHORT_CHECK: Mapping[type, Sequence[Answer]] = {
    effects.ReadCard: [CardSeen(good_card())],
    effects.CheckFace: [FaceChecked(FaceOutcome.MATCHED, "high")],
    effects.OpenSession: [SessionOpened()],
}
"""For walks whose weight lies behind the person check."""
PAPERS: Mapping[type, Sequence[Answer]] = {
    effects.PrintDocument: [*PRINTS, failed(Why.BROKEN)],
    effects.PrintSlip: [*PRINTS, failed(Why.BROKEN)],
}
CASES: Mapping[type, Sequence[Answer]] = {
    effects.Prepare: [Prepared(filing.preparation())],
    effects.SubmitApplication: [Decided(filing.case())],
    effects.WithdrawCase: [
        Withdrawn(refund=False),
        failed(Why.REFUSED, "case_booked"),
        failed(Why.REFUSED, "token_invalid"),
        *NO_ANSWER,
    ],
    effects.FetchOrder: [
        *(OrderKnown(filing.order(state)) for state in ("open", "paid", "closed")),
        failed(Why.UNREACHABLE),
    ],
    effects.FetchReceipt: [
        ReceiptKnown(filing.receipt()),
        failed(Why.REFUSED, "receipt_not_ready"),
        *LOST,
        failed(Why.BROKEN),
    ],
}
LOOKING: Mapping[type, Sequence[Answer]] = {
    effects.ListCases: [
        CasesListed((filing.summary(), filing.summary("booked", booked=True))),
        CasesListed(()),
        *LOST,
    ],
    effects.FetchCase: [
        CaseKnown(filing.summary()),
        CaseKnown(filing.summary(booked=True)),
        failed(Why.REFUSED, "case_unknown"),
        *LOST,
    ],
    effects.ListCertificates: [
        CertificatesListed((filing.certificate(), filing.certificate("cancelled"))),
        CertificatesListed(()),
        *LOST,
    ],
    effects.ScanCode: [CodeSeen("BDC1:SAMPLE"), failed(Why.DEVICE, "disconnected")],
}
VERDICTS = [Checked(filing.check(verdict)) for verdict in CheckVerdict] + [
    Checked(filing.check(CheckVerdict.UNCHECKABLE, why)) for why in ("line", "keys_expired")
]


@dataclass(frozen=True)
class Alphabet:
    """``answers`` by kind of effect; what is not there is told by ``_in_kind`` below.

    Every effect may also come to nothing because of a bug of ours (Failed(BROKEN)).
    """

    answers: Mapping[type, Sequence[Answer]]
    edits: Sequence[Edited | Drawn] = ()
    presses: Sequence[str] = PRESSES
    offers: Sequence[Offer] = (ALL_READY,)
    strangers: Sequence[Answer] = ()
    """Cards of others; they lie there only where the contract says whose turn it is."""
    sealed: Sequence[Failed] = field(
        default=(failed(Why.SEAL, "altered"), failed(Why.UNREACHABLE), failed(Why.BROKEN))
    )

    def told(self, effect: Effect, session: Session) -> Sequence[Answer]:
        """Everything that can be answered to it in that visit."""
        known = [*self.answers.get(type(effect), ()), *self._in_kind(effect)]
        if isinstance(effect, effects.ReadCard) and session.party is not None:
            known += self.strangers
        broken = failed(Why.BROKEN)
        return known if broken in known else [*known, broken]

    def _in_kind(self, effect: Effect) -> Sequence[Answer]:
        """Answers that repeat what was asked."""
        match effect:
            case effects.FetchDocument(subject=subject):
                ready = DocumentFacts(("page-1", "page-2"), "样例登记中心", "2026-11-21")
                return [DocumentReady(subject, ready), *self.sealed]
            case effects.BeginPayment(job_id=job_id, means=means):
                offered = PaymentOffered(filing.offered(Means(means), f"attempt-{job_id}"))
                return [offered, failed(Why.DEVICE, "disconnected"), failed(Why.UNREACHABLE)]
            case effects.AwaitPayment(attempt=attempt) | effects.ClosePayment(attempt=attempt):
                return [PaymentKnown(known) for known in money(attempt)]
            case _:
                return []


def money(attempt: str) -> Sequence[PaymentFacts]:
    """Every end of an attempt."""
    ends = [(Money.PAID, ""), (Money.UNKNOWN, "")]
    ends += [(Money.NOT_PAID, why) for why in ("declined", "expired", "closed")]
    return [PaymentFacts(attempt, known, why, 8000) for known, why in ends]
