"""Follows attempts to pay until they have come to an end, across visits and restarts.

What may happen to an attempt is the table of kiosk.money.payment; here it is written down, and
here it is decided whom to ask next, and when. Nothing is believed that is not on disk.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from kiosk.journey.case_facts import Means
from kiosk.money.answers import GIVEN_UP, Said
from kiosk.money.payment import FINAL, OPEN, NotInTable, PaymentEvent, PaymentState, after
from kiosk.settlement.inquiries import Heard, Inquiries, Verb
from kiosk.settlement.payment_ports import Pace
from kiosk.settlement.payment_records import records
from offline_cache.errors import CacheError
from offline_cache.payments import Found, Payment, PaymentBook

log = logging.getLogger(__name__)

REFUNDING = "refunding"
"""The reason of a REFUND_DUE that the centre sees to; the pad must not give it back as well."""
DAY_S = 86_400.0
_HURRIED = {PaymentState.CLOSING, PaymentState.REFUND_DUE, PaymentState.STAFF}
"""On becoming one of these the next question is put at once."""
CENTRE, PAD = "centre", "pad"
_OF_VOID = {Verb.VOID, Verb.INQUIRE_VOID}


@dataclass(slots=True)
class Chase:
    """How one attempt is being followed. ``heard`` counts answers, ``turn`` the timers set.

    ``owe``: who must still be heard of after an end without money. ``given_up``: it is to take no
    money, on disk or not: a disk that refused is asked again.
    """

    attempt: str
    heard: int = 0
    tries: int = 0
    turn: int = 0
    wish_s: float = 0.0
    void_again: bool = False
    given_up: bool = False
    owe: set[str] = field(default_factory=set[str])


class Pursuit:
    """Used from the core's loop. ``changed`` hears of every new state, once it is on disk.

    ``watched`` says whether a visitor waits for the attempt: then it is asked about more often.
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
        pace: Pace,
        changed: Callable[[Payment], None],
        watched: Callable[[str], bool],
    ) -> None:
        self.asking = Inquiries(errand=errand, post=post, heard=self._heard)
        self._book = book
        self._call_later = call_later
        self._now = now
        self._nudge = nudge
        self._pace = pace
        self._changed = changed
        self._watched = watched
        self._chases: dict[str, Chase] = {}

    @property
    def followed(self) -> tuple[str, ...]:
        """The attempts that are followed now."""
        return tuple(self._chases)

    def recover(self) -> None:
        """After a start: close and ask about every attempt that was open.

        Its QR code is seen by nobody any more; whoever was faster than the closing has paid. Ends
        without money of the last days are looked at once more.
        """
        since = self._now().timestamp() - self._pace.look_back_days * DAY_S
        try:
            unsettled = self._book.unsettled()
            lately = self._book.lately_not_paid(since)
        except CacheError as exc:
            log.error("payments not recovered now: %s", type(exc).__name__)  # noqa: TRY400 - the disk, not a bug
            self._call_later(self._pace.pause_s(3), self.recover)
            return
        for payment in unsettled:
            self._chase(payment.attempt).given_up = True
            self.take(payment.attempt, Said(PaymentEvent.RESTARTED, reason="closed"))
            self.ask(payment.attempt)
        for payment in lately:
            self._look_back(payment.attempt, CENTRE, *((PAD,) if payment.charged else ()))

    def follow(self, attempt: str) -> None:
        """Keep an eye on it from now on."""
        self._chase(attempt)

    def read(self, attempt: str) -> Payment | None:
        """The attempt as it is on disk; None if it is not there, or the disk refuses."""
        try:
            return self._book.get(attempt)
        except CacheError as exc:
            log.error("payment %s not read: %s", attempt, type(exc).__name__)  # noqa: TRY400 - the disk, not a bug
            return None

    def is_open(self, attempt: str) -> bool:
        """Whether the payer may pay, as far as we know."""
        payment = self.read(attempt)
        return payment is not None and payment.state in OPEN

    def may_be_open(self, attempt: str) -> bool:
        """The same, where a disk that can't be read is no reason to leave it open."""
        payment = self.read(attempt)
        return payment is None or payment.state in OPEN

    def heard_of(self, attempt: str) -> int:
        """How often anybody has answered about it: a number that grows."""
        return self._chase(attempt).heard

    def give_up(self, attempt: str) -> None:
        """Let it take no money any more; the answer to that decides."""
        self._chase(attempt).given_up = True
        self.asking.stop_charging(attempt)
        self.take(attempt, GIVEN_UP)

    def ask_in(self, attempt: str, seconds: float) -> None:
        """Ask about it then, and not at the time that was set before."""
        chase = self._chase(attempt)
        chase.turn += 1
        turn = chase.turn

        def due() -> None:
            if chase.turn == turn:
                self.ask(attempt)

        self._call_later(seconds, due)

    def hurry(self, attempt: str) -> None:
        """Somebody waits, or the line is back: ask now, and soon again."""
        self._chase(attempt).tries = 0
        self.ask(attempt)

    def ask(self, attempt: str) -> None:
        """Put every question that is due, and set the time for the next ones."""
        chase, payment = self._chase(attempt), self.read(attempt)
        if payment is None:
            self.ask_in(attempt, self._pace.pause_s(3))
            return
        state = PaymentState(payment.state)
        lost = state in OPEN and (chase.given_up or self._missed_the_pad(payment))
        if state in FINAL and not chase.owe:
            self._chases.pop(attempt)
        elif lost or state is PaymentState.BEGUN:
            self.give_up(attempt)
        elif not (state in OPEN and self.asking.charging(attempt)):
            self._put_questions(chase, payment, state)
            chase.tries += 1
            watched = state in OPEN and self._watched(attempt)
            pause_s = self._pace.poll_s if watched else self._pace.pause_s(chase.tries)
            self.ask_in(attempt, max(pause_s, chase.wish_s))

    def take(self, attempt: str, said: Said, *, by_pad: bool = False) -> Payment | None:
        """Write down what was said, and go on from there. None when the disk refuses.

        Nothing is lost by that: the attempt stays as it was, and is asked about again.
        """
        try:
            before = self._book.get(attempt)
            payment = self.move(attempt, said, by_pad=by_pad)
        except CacheError as exc:
            log.error("payment %s not written: %s", attempt, type(exc).__name__)  # noqa: TRY400 - the disk, not a bug
            self.ask_in(attempt, self._pace.pause_s(3))
            return None
        if before is None or payment.state != before.state:
            self._became(payment, before, by_pad=by_pad)
        return payment

    def move(self, attempt: str, said: Said, *, by_pad: bool = False) -> Payment:
        """One step of the table, with what the centre is to be told of it. CacheError."""
        while True:
            payment = self._book.get(attempt)
            if payment is None:
                raise KeyError(attempt)
            try:
                becomes = after(PaymentState(payment.state), said.event)
            except NotInTable as exc:
                log.error("payment %s: %s", attempt, exc)  # noqa: TRY400 - a bug, named in full
                return payment
            refunding = said.event is PaymentEvent.REFUNDING and payment.reason != REFUNDING
            stays = becomes.state == payment.state and becomes.alarm is None
            if stays and not (refunding and becomes.state is PaymentState.REFUND_DUE):
                return payment
            put = records(payment, becomes, said, by_pad=by_pad, at=self._now())
            found = _found(said)
            if self._book.move(
                attempt,
                payment.state,
                becomes.state,
                said.event,
                found,
                said.evidence,
                put,
            ):
                if put:
                    self._nudge()
                return self.read(attempt) or _moved(payment, becomes.state, found)

    def _became(self, payment: Payment, before: Payment | None, *, by_pad: bool) -> None:
        """The attempt is in another state, and on disk so."""
        attempt, state = payment.attempt, PaymentState(payment.state)
        log.info("payment %s: %s %s", attempt, state, payment.reason)
        never_asked = before is not None and before.state == PaymentState.BEGUN
        if state is PaymentState.NOT_PAID and not never_asked:
            self._call_later(self._pace.look_back_s, lambda: self._look_back(attempt, CENTRE))
            if payment.charged and not by_pad:  # its display still asks for the card
                self._look_back(attempt, PAD)
        if state in _HURRIED:
            self.hurry(attempt)
        self._changed(payment)

    def _heard(self, heard: Heard) -> None:
        """Somebody has said something of an attempt, or has been silent."""
        attempt, said = heard.attempt, heard.said
        chase = self._chase(attempt)
        chase.wish_s = heard.wish_s
        if said.event is not PaymentEvent.SILENT:
            chase.heard += 1
        if heard.verb in _OF_VOID:
            chase.void_again = said.event is PaymentEvent.NOT_FOUND
        payment = self.read(attempt)
        if payment is not None and _is_lost(payment, heard):
            said = Said(PaymentEvent.GIVEN_UP, reason="closed", evidence=said.evidence)
        moved = self.take(attempt, said, by_pad=heard.verb is not None)
        if moved is not None and heard.said.event is not PaymentEvent.SILENT:
            chase.owe.discard(CENTRE if heard.verb is None else PAD)
        if heard.wish_s:
            self.ask_in(attempt, heard.wish_s)
        if moved is not None and heard.verb is Verb.CHARGE and moved.state in OPEN:
            self.hurry(attempt)
        if moved is not None and moved.state in FINAL and not chase.owe:
            self._chases.pop(attempt, None)

    def _put_questions(self, chase: Chase, payment: Payment, state: PaymentState) -> None:
        """Ask centre and pad.

        A pad that has the order is told first that it is off, so that it stops asking for a card;
        the centre's close follows unless that was the end.
        """
        closing = state is PaymentState.CLOSING
        pad_first = closing and payment.charged and self.asking.pad_usable and chase.tries == 0
        if not pad_first and (state not in FINAL or CENTRE in chase.owe):
            first = self._watched(payment.attempt)
            self.asking.ask_centre(payment, close=closing, first=first)
        if payment.charged:
            self._ask_pad(chase, payment, state)

    def _ask_pad(self, chase: Chase, payment: Payment, state: PaymentState) -> None:
        """Ask the pad, which may have heard of this attempt."""
        if state is PaymentState.CLOSING or (state in FINAL and PAD in chase.owe):
            self.asking.ask_pad(payment, Verb.CANCEL)
        elif state is PaymentState.REFUND_DUE:
            self._void(chase, payment)
        elif state in OPEN:
            self.asking.ask_pad(payment, Verb.INQUIRE)

    def _missed_the_pad(self, payment: Payment) -> bool:
        """Whether it was meant for the pad, which was not told and will not be."""
        at_pad = payment.means == Means.PAD and not payment.charged
        return at_pad and not self.asking.charging(payment.attempt)

    def _void(self, chase: Chase, payment: Payment) -> None:
        """Give it back at the pad, unless the centre is at it: that one is asked first."""
        if payment.reason == REFUNDING or chase.tries == 0:
            return
        try:
            if payment.voiding and not chase.void_again:
                self.asking.ask_pad(payment, Verb.INQUIRE_VOID)
            elif self._book.mark(payment.attempt, "voiding", {PaymentState.REFUND_DUE}):
                self.asking.ask_pad(payment, Verb.VOID)
        except CacheError as exc:
            log.error("payment %s not voided now: %s", payment.attempt, type(exc).__name__)  # noqa: TRY400 - the disk, not a bug

    def _look_back(self, attempt: str, *owe: str) -> None:
        """Ask once more after an end without money, until these have answered."""
        self._chase(attempt).owe.update(owe)
        self.hurry(attempt)

    def _chase(self, attempt: str) -> Chase:
        return self._chases.setdefault(attempt, Chase(attempt))


def _moved(payment: Payment, state: PaymentState, found: Found) -> Payment:
    """What is on disk by now, where that can't be read back."""
    return replace(
        payment,
        state=state.value,
        reason=found.reason or payment.reason,
        paid_fen=found.paid_fen or payment.paid_fen,
        channel=found.channel or payment.channel,
    )


def _found(said: Said) -> Found:
    reason = REFUNDING if said.event is PaymentEvent.REFUNDING else said.reason
    return Found(reason, said.paid_fen, said.channel, said.channel_ref, said.trans_no)


def _is_lost(payment: Payment, heard: Heard) -> bool:
    """Whether the pad can no longer take this payment, or can't be asked about it.

    It never got the order; or it did, and does not even answer a question: then closing decides.
    """
    if heard.said.event is not PaymentEvent.SILENT or payment.state not in OPEN:
        return False
    return heard.verb is Verb.INQUIRE or (heard.verb is Verb.CHARGE and not payment.charged)
