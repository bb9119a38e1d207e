"""Asks centre and pad about attempts to pay, one question each at a time; hands on what they say.

Whatever becomes of a question, something is said: an error of the line, a device's fault and a
bug are all silence. The centre is asked one question after the other, those that a visitor waits
for first: after an outage nobody who pays stands behind all that is still open.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar, assert_never

from devices.api import ChargeResult, Done, Fault, Job, JobFinished, Link, Status
from kiosk.central.errors import Busy, CentralError, Refused
from kiosk.central.models_payment import Attempt, AttemptState
from kiosk.money.answers import SILENT, Said, of_centre, of_pad, of_void
from kiosk.money.payment import PaymentEvent
from kiosk.settlement.payment_ports import Pad, PadJobs, PaymentCentre
from offline_cache.payments import Payment

log = logging.getLogger(__name__)

UNKNOWN_THERE = "attempt_unknown"
"""The centre's code for a reference it does not know."""
Result = TypeVar("Result")
NOT_FOUND = Said(PaymentEvent.NOT_FOUND)


class Verb(StrEnum):
    """What the pad is asked to do."""

    CHARGE = "charge"
    INQUIRE = "inquire"
    CANCEL = "cancel"
    VOID = "void"
    INQUIRE_VOID = "inquire_void"


_OF_VOID = {Verb.VOID, Verb.INQUIRE_VOID}


@dataclass(frozen=True, slots=True)
class Heard:
    """Something was said of an attempt. ``verb`` is None where the centre said it.

    ``wish_s``: how long the centre wants to be left alone.
    """

    attempt: str
    said: Said
    verb: Verb | None = None
    wish_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Asked:
    payment: Payment
    verb: Verb


class Inquiries:
    """Used from the core's loop; ``heard`` and what ``begin`` promises come there too."""

    def __init__(
        self,
        *,
        errand: Callable[[Callable[[], None]], None],
        post: Callable[[Callable[[], None]], None],
        heard: Callable[[Heard], None],
    ) -> None:
        self._errand = errand
        self._post = post
        self._heard = heard
        self._centre: PaymentCentre | None = None
        self._pad: tuple[Pad, PadJobs] | None = None
        self._at_centre = ""
        self._backlog: OrderedDict[str, Callable[[], None]] = OrderedDict()
        self._jobs: dict[str, _Asked] = {}
        self._hung = False
        self._numbers = itertools.count(1)

    def fit_centre(self, centre: PaymentCentre) -> None:
        """The centre can be called from now on."""
        self._centre = centre

    def fit_pad(self, pad: Pad, worker: PadJobs) -> None:
        """There is a payment pad."""
        self._pad = (pad, worker)

    @property
    def centre_known(self) -> bool:
        """Whether there is a centre to ask."""
        return self._centre is not None

    @property
    def pad_usable(self) -> bool:
        """Whether a pad is fitted whose driver comes back."""
        return self._pad is not None and not self._hung

    def charging(self, attempt: str) -> bool:
        """Whether the pad is taking this payment, as far as we know."""
        return not self._hung and any(
            asked.verb is Verb.CHARGE and asked.payment.attempt == attempt
            for asked in self._jobs.values()
        )

    def begin(
        self, payment: Payment, answered: Callable[[Attempt | CentralError | None], None]
    ) -> None:
        """Tell the centre of a new attempt. None: a bug, which is logged."""
        centre = self._centre
        key = key_of("begin", payment.attempt)

        def ask() -> Attempt | None:
            if centre is None:
                return None
            return centre.begin_attempt(payment.order_id, payment.attempt, payment.means, key)

        def errand() -> None:
            outcome = _outcome(ask)
            self._post(lambda: answered(outcome))

        self._errand(errand)

    def ask_centre(self, payment: Payment, *, close: bool, first: bool) -> None:
        """Ask where it stands, or have it closed; unless a question is on its way already.

        ``first``: somebody waits, so it comes before those that nobody waits for.
        """
        centre, attempt = self._centre, payment.attempt
        if centre is None or attempt == self._at_centre:
            return

        def ask() -> AttemptState:
            if close:
                return centre.close_attempt(payment.order_id, attempt, key_of("close", attempt))
            return centre.attempt(payment.order_id, attempt)

        def errand() -> None:
            outcome = _outcome(ask)
            self._post(lambda: self._centre_said(payment, outcome))

        self._backlog[attempt] = errand
        if first:
            self._backlog.move_to_end(attempt, last=False)
        self._ask_next()

    def ask_pad(self, payment: Payment, verb: Verb, sent: Callable[[], None] | None = None) -> None:
        """Give the pad a job; unless it has one of this attempt already.

        The pad's jobs run in order: a question about a charge that is under way follows it, and
        a cancellation comes before the next visitor's charge.
        """
        if self._pad is None or any(
            asked.payment.attempt == payment.attempt and asked.verb is not Verb.CHARGE
            for asked in self._jobs.values()
        ):
            return
        pad, worker = self._pad
        job_id = f"pay-{payment.attempt}-{verb}-{next(self._numbers)}"
        self._jobs[job_id] = _Asked(payment, verb)
        worker.submit(job_id, lambda: _job(pad, payment, verb, sent or _nothing))

    def stop_charging(self, attempt: str) -> None:
        """Stop waiting for the payer. What the pad does meanwhile, only ``CANCEL`` ends."""
        for job_id, asked in self._jobs.items():
            if self._pad and asked.verb is Verb.CHARGE and asked.payment.attempt == attempt:
                self._pad[1].cancel(job_id)

    def finished(self, event: JobFinished) -> None:
        """A job of the pad has ended."""
        self._hung = False
        asked = self._jobs.pop(event.job_id, None)
        if asked is not None:
            self._heard(Heard(asked.payment.attempt, _pad_said(asked, event), asked.verb))

    def hung(self, device_id: str) -> None:
        """The pad's driver does not come back: silence for who waits for it.

        Its jobs stay known: when one ends after all, what it says still counts.
        """
        if self._pad is None or self._pad[1].device_id != device_id:
            return
        self._hung = True
        for job_id, asked in tuple(self._jobs.items()):
            self._pad[1].cancel(job_id)
            self._heard(Heard(asked.payment.attempt, SILENT, asked.verb))

    def seen(self, status: Status) -> None:
        """A device's status: one that works has come back, even if no job of ours ended."""
        if self._pad and self._pad[1].device_id == status.device_id and status.link is Link.UP:
            self._hung = False

    def _ask_next(self) -> None:
        if self._backlog and not self._at_centre:
            self._at_centre, errand = self._backlog.popitem(last=False)
            self._errand(errand)

    def _centre_said(self, payment: Payment, outcome: AttemptState | CentralError | None) -> None:
        self._at_centre = ""
        self._ask_next()
        wish_s = outcome.retry_after_s if isinstance(outcome, Busy) else 0.0
        self._heard(Heard(payment.attempt, _centre_said(outcome, payment), wish_s=wish_s))


def key_of(verb: str, attempt: str) -> str:
    """The idempotency key of a call about an attempt: the same after a crash."""
    return hashlib.sha256(f"{verb}:{attempt}".encode()).hexdigest()[:32]


def void_ref(attempt: str) -> str:
    """The reference under which an attempt is given back: the same after a crash."""
    return f"V{attempt}"


def _job(pad: Pad, payment: Payment, verb: Verb, sent: Callable[[], None]) -> Job:
    attempt, amount_fen = payment.attempt, payment.amount_fen
    match verb:
        case Verb.CHARGE:
            return pad.charge(attempt, amount_fen, description=payment.case_no, sent=sent)
        case Verb.INQUIRE:
            return pad.inquire(attempt)
        case Verb.CANCEL:
            return pad.cancel(attempt)
        case Verb.VOID:
            return pad.void(void_ref(attempt), attempt, payment.paid_fen or amount_fen)
        case Verb.INQUIRE_VOID:
            return pad.inquire_void(void_ref(attempt))
        case _:
            assert_never(verb)


def _nothing() -> None:
    """What a question about money writes down before it is asked."""


def _pad_said(asked: _Asked, event: JobFinished) -> Said:
    match event.outcome:
        case Done(value=ChargeResult() as result) if asked.verb in _OF_VOID:
            return of_void(result, inquired=asked.verb is Verb.INQUIRE_VOID)
        case Done(value=ChargeResult() as result):
            return of_pad(result, asked.payment.amount_fen)
        case outcome:
            fault = getattr(outcome, "fault", None)
            evidence = {"fault": fault.code} if isinstance(fault, Fault) else {}
            return Said(PaymentEvent.SILENT, evidence=evidence)


def _centre_said(outcome: AttemptState | CentralError | None, payment: Payment) -> Said:
    match outcome:
        case AttemptState():
            return of_centre(outcome, payment.amount_fen)
        case Refused(problem=problem) if problem.code == UNKNOWN_THERE:
            return NOT_FOUND
        case _:
            return Said(PaymentEvent.SILENT, evidence={"error": type(outcome).__name__})


def _outcome(ask: Callable[[], Result]) -> Result | CentralError | None:
    try:
        return ask()
    except CentralError as exc:
        return exc
    except Exception:
        log.exception("a call about a payment failed")
        return None
