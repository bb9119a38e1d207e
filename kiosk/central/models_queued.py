"""What a terminal reports in its own time, and the receipt for it. Holds no person, ever."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from kiosk.central.models import Identifier, Key, Strict, Word
from kiosk.central.models_payment import AttemptReference, ChannelReference, Fen


class Receipt(Strict):
    """A queued write has arrived; ``key`` echoes its idempotency key. Holds no person."""

    receipt: Identifier
    key: Key


class Evaluation(Strict):
    """A visitor's grade of a visit, 1 (bad) to 5 (good). Holds no person."""

    visit: Identifier
    service: Word
    grade: Annotated[int, Field(ge=1, le=5)]
    at: AwareDatetime


class StepStatistic(Strict):
    """How long one step took and how it ended."""

    kind: Word
    seconds: Annotated[int, Field(ge=0)]
    outcome: Word


class VisitStatistics(Strict):
    """A visit's steps and how it ended. Holds no person."""

    visit: Identifier
    service: Word
    steps: tuple[StepStatistic, ...]
    ended: Word
    at: AwareDatetime


class PadResult(Strict):
    """What the payment pad said of one attempt. The centre believes only its acquirer."""

    order_id: Identifier
    attempt: AttemptReference
    outcome: Literal["paid", "not_paid", "voided"]
    trans_no: ChannelReference
    channel_ref: ChannelReference
    method: Annotated[str, StringConstraints(max_length=64)]
    paid_fen: Fen
    at: AwareDatetime


class Incident(Strict):
    """Something that staff must look at. ``subject``: an order, an attempt, a device."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    subject: Identifier
    detail: Annotated[str, StringConstraints(max_length=500)]
    at: AwareDatetime
