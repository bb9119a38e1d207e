"""Payments: on disk first, asked about until there is an answer, never charged a second time.

What a visit sees of them: an attempt begins, is waited for, is closed. The rest is the pursuit's.
A visit is told what is on disk, never what a wire said.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from devices.api import DeviceError, Fault, JobFinished, Status
from kiosk.central.errors import CentralError
from kiosk.central.models_payment import Attempt
from kiosk.journey.case_facts import Means, Money, OrderFacts
from kiosk.journey.events import Failed, PaymentKnown, PaymentOffered, Why
from kiosk.money.answers import GIVEN_UP, Said
from kiosk.money.payment import OPEN, PaymentEvent, PaymentState
from kiosk.settlement.inquiries import Verb
from kiosk.settlement.payment_facts import facts, offered
from kiosk.settlement.payment_ports import Pace, Pad, PadJobs, PaymentCentre
from kiosk.settlement.pursuit import Pursuit
from offline_cache.errors import CacheError
from offline_cache.payments import NewPayment, Payment, PaymentBook

log = logging.getLogger(__name__)

ATTEMPT_LENGTH = 24
"""About 118 random bits; a void's reference is one longer, 32 is the most."""
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Characters that nobody mistakes on a slip or over the telephone."""
_UNDECIDED = OPEN | {PaymentState.CLOSING}

Offer = Callable[[PaymentOffered | Failed], None]
Told = Callable[[PaymentKnown], None]


@dataclass(slots=True, eq=False)
class _Waiter:
    """Who is to be told of an attempt's end. ``closing``: it was, at the last look."""

    attempt: str
    told: Told
    heard: int
    closing: bool


class Payments:
    """Used from the core's loop. ``finished`` is called with every JobFinished of the pad.

    ``errand`` runs its argument on a thread of its own, in order: not the visit's, whose hanging
    call must not hold a payment. ``failed`` words a central error for the journey.
    """

    def __init__(
        self,
        book: PaymentBook,
        *,
        errand: Callable[[Callable[[], None]], None],
        post: Callable[[Callable[[], None]], None],
        call_later: Callable[[float, Callable[[], None]], object],
        now: Callable[[], datetime],
        nudge: Callable[[], None],
        failed: Callable[[CentralError], Failed],
        pace: Pace | None = None,
        new_attempt: Callable[[], str] | None = None,
    ) -> None:
        self._book = book
        self._call_later = call_later
        self._failed = failed
        self._pace = pace or Pace()
        self._new_attempt = new_attempt or _new_attempt
        self._offers: dict[str, Offer] = {}
        self._waiters: list[_Waiter] = []
        self._pursuit = Pursuit(
            book,
            errand=errand,
            post=post,
            call_later=call_later,
            now=now,
            nudge=nudge,
            pace=self._pace,
            changed=self._changed,
            watched=lambda attempt: any(w.attempt == attempt for w in self._waiters),
        )
        self._asking = self._pursuit.asking
        self.paid_count = 0
        """Payments found paid since the start."""

    @property
    def unknown_count(self) -> int:
        """Attempts that are not settled: being asked about, to be given back, or for staff."""
        return len(self._book.unsettled())

    def fit_centre(self, centre: PaymentCentre) -> None:
        """The centre can be called (again): what waits is asked about now."""
        self._asking.fit_centre(centre)
        for attempt in self._pursuit.followed:
            if attempt not in self._offers:  # one that is just beginning has its own question
                self._pursuit.hurry(attempt)

    def fit_pad(self, pad: Pad, worker: PadJobs) -> None:
        """There is a payment pad."""
        self._asking.fit_pad(pad, worker)

    def recover(self) -> None:
        """After a start: find out what became of every attempt that was open."""
        self._pursuit.recover()

    def begin(self, order: OrderFacts, means: Means, told: Offer) -> None:
        """Begin one attempt: on disk, then at the centre, then before the payer.

        An earlier attempt of the order is closed first, and this one begins only if that took no
        money. ``told`` gets Failed where nobody can pay now; nothing is charged then.
        """
        try:
            earlier = self._book.barring(order.order_id)
        except CacheError as exc:
            told(_disk(exc))
            return
        if not earlier:
            self._begin(order, means, told)
        elif earlier[0].state == PaymentState.PAID:
            told(Failed(Why.REFUSED, "order_not_open"))
        else:
            self.close(earlier[0].attempt, lambda known: self._cleared(known, order, means, told))

    def wait(self, attempt: str, told: Told) -> None:
        """Tell the end as soon as it is known, or UNKNOWN after too long a silence.

        After that it goes on being asked about, and may be waited for again.
        """
        payment = self._pursuit.read(attempt)
        if payment is None or payment.state not in _UNDECIDED:
            told(PaymentKnown(facts(attempt, payment)))
            return
        self._add_waiter(payment, told, closing=payment.state == PaymentState.CLOSING)
        self._pursuit.hurry(attempt)

    def close(self, attempt: str, told: Told) -> None:
        """Let it be paid no more, and tell what became of it: PAID when the payer was faster."""
        payment = self._pursuit.read(attempt)
        if payment is not None and payment.state == PaymentState.BEGUN:
            payment = self._pursuit.take(attempt, GIVEN_UP)
        if payment is None and attempt in self._pursuit.followed:
            self._pursuit.give_up(attempt)  # the disk can't be read; it is closed all the same
        if payment is None or payment.state not in _UNDECIDED:
            told(PaymentKnown(facts(attempt, payment)))
            return
        self._add_waiter(payment, told, closing=True)
        if payment.state == PaymentState.CLOSING:
            self._pursuit.hurry(attempt)
        else:
            self._pursuit.give_up(attempt)

    def found(self, attempt: str, finding: PaymentEvent, reviewer: str) -> bool:
        """Staff have it from the acquirer: FOUND_PAID, FOUND_NOT_PAID or FOUND_REFUNDED.

        ``reviewer``: a staff number, for the log. False if it changes nothing or can't be kept.
        """
        before = self._pursuit.read(attempt)
        if before is None:
            return False
        said = Said(finding, reason="closed", evidence={"reviewer": reviewer})
        payment = self._pursuit.take(attempt, said)
        return payment is not None and payment.state != before.state

    def forget(self) -> None:
        """The visit is over: nobody is told any more, and nobody stands here to pay.

        What is open is closed; what becomes of it goes to disk and to the centre as always.
        """
        self._offers.clear()
        self._waiters.clear()
        for attempt in self._pursuit.followed:
            if self._pursuit.may_be_open(attempt):
                self._pursuit.give_up(attempt)

    def finished(self, event: JobFinished) -> None:
        """A job of the pad has ended; it may have been asked for by a visit long gone."""
        self._asking.finished(event)

    def hung(self, device_id: str) -> None:
        """A driver does not come back."""
        self._asking.hung(device_id)

    def seen(self, status: Status) -> None:
        """A device's status, as it changes."""
        self._asking.seen(status)

    def _cleared(self, known: PaymentKnown, order: OrderFacts, means: Means, told: Offer) -> None:
        """The earlier attempt has come to this."""
        match known.payment.money:
            case Money.NOT_PAID:
                self._begin(order, means, told)
            case Money.PAID:
                told(Failed(Why.REFUSED, "order_not_open"))
            case Money.UNKNOWN:
                told(Failed(Why.REFUSED, "attempt_open"))

    def _begin(self, order: OrderFacts, means: Means, told: Offer) -> None:
        if means is Means.PAD and not self._asking.pad_usable:
            told(Failed(Why.DEVICE, Fault.DISCONNECTED.code))
        elif not self._asking.centre_known:
            told(Failed(Why.UNREACHABLE))
        else:
            try:
                payment = self._write(order, means)
            except CacheError as exc:
                told(_disk(exc))
                return
            if payment is None:
                told(Failed(Why.REFUSED, "attempt_open"))
                return
            self._offers[payment.attempt] = told
            self._asking.begin(payment, lambda outcome: self._registered(payment, outcome))
            self._call_later(self._pace.patience_s, lambda: self._unanswered(payment.attempt))

    def _write(self, order: OrderFacts, means: Means) -> Payment | None:
        """The attempt as it is on disk, before the first byte; None if another one bars it."""
        attempt = self._new_attempt()
        new = NewPayment(
            attempt, order.order_id, order.case_no, order.region, order.total_fen, means.value
        )
        if not self._book.begin(new):
            return None
        self._pursuit.follow(attempt)
        try:
            return self._pursuit.move(attempt, Said(PaymentEvent.ASKED))
        except CacheError:
            self._pursuit.give_up(attempt)
            raise

    def _registered(self, payment: Payment, outcome: Attempt | CentralError | None) -> None:
        """The centre has answered the begin. Only its clear yes lets the payer act."""
        attempt = payment.attempt
        told = self._offers.pop(attempt, None)
        offer = offered(payment, outcome, self._pace.qr_life_s)
        if told is None or offer is None or not self._pursuit.is_open(attempt):
            self._pursuit.give_up(attempt)
            if told is not None:
                told(self._not_offered(outcome))
            return
        life_s = self._pace.pad_life_s
        if offer.means is Means.QR:
            life_s = offer.expires_in_s + self._pace.expiry_grace_s
            self._pursuit.take(attempt, Said(PaymentEvent.PENDING))
            self._pursuit.ask_in(attempt, self._pace.poll_s)
        else:
            self._asking.ask_pad(payment, Verb.CHARGE, lambda: self._sent(attempt))
        self._call_later(life_s, lambda: self._expired(attempt))
        told(PaymentOffered(offer))

    def _unanswered(self, attempt: str) -> None:
        """The begin's answer stays away too long: nobody is held before a page with no way out."""
        told = self._offers.pop(attempt, None)
        if told is not None:
            self._pursuit.give_up(attempt)
            told(Failed(Why.UNREACHABLE))

    def _not_offered(self, outcome: Attempt | CentralError | None) -> Failed:
        match outcome:
            case CentralError():
                return self._failed(outcome)
            case Attempt():
                return Failed(Why.REFUSED, "attempt_open")
            case None:
                return Failed(Why.BROKEN)

    def _sent(self, attempt: str) -> None:
        """On the pad's thread, right before the first byte: not a byte unless it is on disk.

        Neither goes one to a pad whose payment was given up while the job was queued.
        """
        try:
            charged = self._book.mark(attempt, "charged", OPEN)
        except CacheError:
            raise DeviceError(Fault.BUSY, "the store takes no intent") from None
        if not charged:
            raise DeviceError(Fault.BUSY, "given up before it began")

    def _expired(self, attempt: str) -> None:
        if self._pursuit.may_be_open(attempt):
            self._pursuit.give_up(attempt)

    def _changed(self, payment: Payment) -> None:
        """An attempt is in another state; whoever waits for its end may have it."""
        self.paid_count += payment.state == PaymentState.PAID
        if payment.state in _UNDECIDED:
            return
        for waiter in [w for w in self._waiters if w.attempt == payment.attempt]:
            self._waiters.remove(waiter)
            waiter.told(PaymentKnown(facts(payment.attempt, payment)))

    def _add_waiter(self, payment: Payment, told: Told, *, closing: bool) -> None:
        heard = self._pursuit.heard_of(payment.attempt)
        waiter = _Waiter(payment.attempt, told, heard, closing)
        self._waiters.append(waiter)
        self._be_patient(waiter)

    def _be_patient(self, waiter: _Waiter) -> None:
        self._call_later(self._pace.patience_s, lambda: self._lose_patience(waiter))

    def _lose_patience(self, waiter: _Waiter) -> None:
        """Tell UNKNOWN to who has waited long enough, through a silence or for a closing."""
        if waiter not in self._waiters:
            return
        attempt = waiter.attempt
        payment, heard = self._pursuit.read(attempt), self._pursuit.heard_of(attempt)
        closing = payment is not None and payment.state == PaymentState.CLOSING
        speaks = heard != waiter.heard or self._asking.charging(attempt)
        if (closing and not waiter.closing) or (speaks and not closing):
            waiter.heard, waiter.closing = heard, closing
            self._be_patient(waiter)
            return
        self._waiters.remove(waiter)
        waiter.told(PaymentKnown(facts(attempt, payment)))


def _new_attempt() -> str:
    """Draw a reference: never used before, and not to be guessed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(ATTEMPT_LENGTH))


def _disk(exc: CacheError) -> Failed:
    log.error("payment not begun: %s", type(exc).__name__)
    return Failed(Why.BROKEN, "store")
