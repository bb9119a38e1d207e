"""Messages to the pad, each with what its answer means."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from devices.api import ChargeResult
from devices.payment_pad.messages import (
    PAIR,
    PAY_CLOSE,
    PAY_ORDER,
    PAY_QUERY,
    Answer,
    Order,
    Stamp,
    close_request,
    order_request,
    pair_request,
    query_request,
)
from devices.payment_pad.verdict import order_verdict, query_verdict, void_query_verdict


@dataclass(frozen=True, slots=True)
class Question:
    """One message to send; its answer bears the same topic and msg_id."""

    topic: str
    msg_id: str
    data: bytes = field(repr=False)

    def answered_by(self, answer: Answer) -> bool:
        """Whether this is the answer to it, whatever it says."""
        return (answer.topic, answer.msg_id) == (self.topic, self.msg_id)


@dataclass(frozen=True, slots=True)
class MoneyQuestion(Question):
    """One whose answer is about money; ``verdict`` is None for an answer that is not the last."""

    verdict: Callable[[Answer], ChargeResult | None]


class Questions:
    """Makes them, each under a msg_id of its own."""

    def __init__(self, app_id: str, clock: Callable[[], float]) -> None:
        self._app_id = app_id
        self._clock = clock

    def pair(self, name: str) -> Question:
        """Introduce the kiosk by ``name``."""
        stamp = self._stamp()
        return Question(PAIR, stamp.msg_id, pair_request(stamp, name))

    def order(self, order: Order) -> MoneyQuestion:
        """Take or give back money."""
        stamp = self._stamp()
        verdict = partial(order_verdict, order=order)
        return MoneyQuestion(PAY_ORDER, stamp.msg_id, order_request(stamp, order), verdict)

    def query(self, ref: str, *, of_void: bool = False) -> MoneyQuestion:
        """Where a payment, or a void, stands."""
        stamp = self._stamp()
        verdict = partial(void_query_verdict if of_void else query_verdict, ref=ref)
        return MoneyQuestion(PAY_QUERY, stamp.msg_id, query_request(stamp, ref), verdict)

    def close(self, ref: str) -> MoneyQuestion:
        """Take no money any more; the answer is read like a query's, and a query must follow."""
        stamp = self._stamp()
        verdict = partial(query_verdict, ref=ref)
        return MoneyQuestion(PAY_CLOSE, stamp.msg_id, close_request(stamp, ref), verdict)

    def _stamp(self) -> Stamp:
        return Stamp(uuid.uuid4().hex, self._app_id, int(self._clock() * 1000))
