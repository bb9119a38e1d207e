"""One attempt to pay: its states, what can happen to it, and what it then is. The one table.

docs/payment.md shows it in words; a test compares the two. Three rules hold it together:

* Silence, a crash or garbage is UNKNOWN. Only an answer of the acquirer (through the pad or the
  centre) makes PAID or NOT_PAID; an attempt nobody was ever asked about is NOT_PAID without one.
* "Not found" proves nothing, since the order may still be on its way: the attempt is closed, and
  whoever is told must remember that.
* Another attempt of the same order may begin only in the states of ``FREE``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class PaymentState(StrEnum):
    """How far an attempt is known. The words are on disk: never change one."""

    BEGUN = "begun"
    """On disk; nobody has been asked for anything."""
    ASKED = "asked"
    """The centre or the pad may have heard of it. Written before the first byte to either."""
    PENDING = "pending"
    """Somebody has answered that the payer is still at it."""
    UNKNOWN = "unknown"
    """Silence, a crash or garbage: it is asked about until there is an answer."""
    CLOSING = "closing"
    """It is to take no money any more; what became of it is not known yet."""
    PAID = "paid"
    NOT_PAID = "not_paid"
    REFUND_DUE = "refund_due"
    """Money came although it must not: it goes back."""
    REFUNDED = "refunded"
    STAFF = "staff"
    """No rule settles it: a person must look, while the centre goes on being asked."""


class PaymentEvent(StrEnum):
    """What can happen to an attempt."""

    ASKED = "asked"
    """It is about to be told to the centre."""
    PAID = "paid"
    """Answered: this reference, this amount."""
    PAID_OTHER = "paid_other"
    """Answered: this reference, another amount."""
    NOT_PAID = "not_paid"
    """Answered, and final: declined, cancelled, expired or closed."""
    PENDING = "pending"
    """Answered: still under way."""
    NOT_FOUND = "not_found"
    """Answered: no such reference."""
    SILENT = "silent"
    """No answer, or none that can be believed; a driver or a call that crashed."""
    GIVEN_UP = "given_up"
    """The payer cancelled, the visit is over, the time is up, or it could not be offered."""
    RESTARTED = "restarted"
    """The core came up and found it open."""
    REFUNDING = "refunding"
    """Answered: it was paid, and is being given back."""
    REFUNDED = "refunded"
    """Answered: it was paid, and has been given back."""
    VOID_FAILED = "void_failed"
    """Answered: the pad does not give it back."""
    FOUND_PAID = "found_paid"
    """A member of staff has it from the acquirer, under their name. So the next two."""
    FOUND_NOT_PAID = "found_not_paid"
    FOUND_REFUNDED = "found_refunded"


class Alarm(StrEnum):
    """An incident that staff and centre are told of, by its stable code."""

    PAID_AFTER_CLOSING = "paid_after_closing"
    """Money came after an answer had said that none would."""
    GIVEN_BACK = "given_back"
    """The centre gives money back that we did not know of."""
    AMOUNT_DIFFERS = "amount_differs"
    VOID_FAILED = "void_failed"
    PAID_THEN_DENIED = "paid_then_denied"
    """One answer said paid, a later one not paid."""


@dataclass(frozen=True, slots=True)
class Becomes:
    """What an attempt is after an event; with an alarm, if there must be one."""

    state: PaymentState
    alarm: Alarm | None = None


class NotInTable(ValueError):
    """This cannot happen to an attempt in that state: a bug of the caller."""


_S, _E = PaymentState, PaymentEvent
_Row = dict[PaymentEvent, Becomes]

FREE = frozenset({_S.NOT_PAID, _S.REFUNDED})
"""No money of this attempt is with anybody but the payer: another may begin."""
FINAL = frozenset({_S.PAID, _S.NOT_PAID, _S.REFUNDED})
"""Nothing is left to be learned or done; the rest is the staff list."""
OPEN = frozenset({_S.ASKED, _S.PENDING, _S.UNKNOWN})
"""The payer may pay, as far as we know."""


def _stays(state: PaymentState, events: Iterable[PaymentEvent]) -> _Row:
    return {event: Becomes(state) for event in events}


def _undecided(*, silent: PaymentState, pending: PaymentState) -> _Row:
    """Rows of the states in which an answer decides."""
    return {
        _E.PAID: Becomes(_S.PAID),
        _E.PAID_OTHER: Becomes(_S.STAFF, Alarm.AMOUNT_DIFFERS),
        _E.NOT_PAID: Becomes(_S.NOT_PAID),
        _E.PENDING: Becomes(pending),
        _E.NOT_FOUND: Becomes(_S.CLOSING),
        _E.SILENT: Becomes(silent),
        _E.GIVEN_UP: Becomes(_S.CLOSING),
        _E.RESTARTED: Becomes(_S.CLOSING),
        _E.REFUNDING: Becomes(_S.REFUND_DUE, Alarm.GIVEN_BACK),
        _E.REFUNDED: Becomes(_S.REFUNDED, Alarm.GIVEN_BACK),
        _E.FOUND_PAID: Becomes(_S.PAID),
        _E.FOUND_NOT_PAID: Becomes(_S.NOT_PAID),
        _E.FOUND_REFUNDED: Becomes(_S.REFUNDED),
    }


_PASSING = (_E.PENDING, _E.NOT_FOUND, _E.SILENT, _E.GIVEN_UP, _E.RESTARTED)
"""What says nothing to a state that rests on an answer: it came late, or from somebody else."""

TABLE: Mapping[PaymentState, Mapping[PaymentEvent, Becomes]] = {
    _S.BEGUN: {
        _E.ASKED: Becomes(_S.ASKED),
        _E.GIVEN_UP: Becomes(_S.NOT_PAID),
        _E.RESTARTED: Becomes(_S.NOT_PAID),
    },
    _S.ASKED: _undecided(silent=_S.UNKNOWN, pending=_S.PENDING),
    _S.PENDING: _undecided(silent=_S.UNKNOWN, pending=_S.PENDING),
    _S.UNKNOWN: _undecided(silent=_S.UNKNOWN, pending=_S.PENDING),
    _S.CLOSING: _undecided(silent=_S.CLOSING, pending=_S.CLOSING),
    _S.PAID: {
        **_stays(_S.PAID, (_E.PAID, *_PASSING)),
        _E.PAID_OTHER: Becomes(_S.STAFF, Alarm.AMOUNT_DIFFERS),
        _E.NOT_PAID: Becomes(_S.PAID, Alarm.PAID_THEN_DENIED),
        _E.REFUNDING: Becomes(_S.REFUND_DUE),  # the case was withdrawn: the centre's own doing
        _E.REFUNDED: Becomes(_S.REFUNDED),
    },
    _S.NOT_PAID: {
        **_stays(_S.NOT_PAID, (_E.NOT_PAID, *_PASSING)),
        _E.PAID: Becomes(_S.REFUND_DUE, Alarm.PAID_AFTER_CLOSING),
        _E.PAID_OTHER: Becomes(_S.REFUND_DUE, Alarm.PAID_AFTER_CLOSING),
        _E.REFUNDING: Becomes(_S.REFUND_DUE, Alarm.PAID_AFTER_CLOSING),
        _E.REFUNDED: Becomes(_S.REFUNDED, Alarm.PAID_AFTER_CLOSING),
    },
    _S.REFUND_DUE: {
        **_stays(_S.REFUND_DUE, (_E.PAID, _E.PAID_OTHER, _E.NOT_PAID, _E.REFUNDING, *_PASSING)),
        _E.REFUNDED: Becomes(_S.REFUNDED),
        _E.VOID_FAILED: Becomes(_S.STAFF, Alarm.VOID_FAILED),
        _E.FOUND_REFUNDED: Becomes(_S.REFUNDED),
    },
    _S.REFUNDED: _stays(
        _S.REFUNDED, (_E.PAID, _E.PAID_OTHER, _E.NOT_PAID, _E.REFUNDING, _E.REFUNDED, *_PASSING)
    ),
    _S.STAFF: {
        **_stays(_S.STAFF, (_E.PAID, _E.PAID_OTHER, _E.NOT_PAID, _E.REFUNDING, *_PASSING)),
        _E.REFUNDED: Becomes(_S.REFUNDED),
        _E.FOUND_PAID: Becomes(_S.PAID),
        _E.FOUND_NOT_PAID: Becomes(_S.NOT_PAID),
        _E.FOUND_REFUNDED: Becomes(_S.REFUNDED),
    },
}
"""The whole truth about payments; what is missing is refused."""


def after(state: PaymentState, event: PaymentEvent) -> Becomes:
    """What the attempt is after the event. NotInTable: it can't happen there."""
    try:
        return TABLE[state][event]
    except KeyError:
        raise NotInTable(f"{event} in {state}") from None
