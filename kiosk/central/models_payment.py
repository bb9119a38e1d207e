"""Orders and the attempts to pay them, as the centre tells of them. Amounts in fen.

An attempt is one try to pay an order; its reference is the terminal's own, made before anything
happens and never reused. Nothing in here holds a person.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from kiosk.central.models import Identifier, Line, Localised, Seconds, Strict, Word

Fen = Annotated[int, Field(ge=0, le=10**11)]
AttemptReference = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{20,32}$")]
AttemptStanding = Literal["pending", "paid", "not_paid", "refunding", "refunded"]
ChannelReference = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_.:\-]{0,64}$")]


class OrderLine(Strict):
    """One line of an order. ``total_fen`` may lie below quantity times unit: part is waived."""

    code: Word
    name: Localised
    kind: Literal["fee", "tax", "non_tax"]
    quantity: Annotated[int, Field(ge=1, le=10_000)]
    unit_fen: Fen
    total_fen: Fen
    payee: Localised
    region: Identifier


class Channel(Strict):
    """One way in which the centre takes money."""

    channel: Word
    names: Localised


class Order(Strict):
    """What a case has to pay. The lines add up to the total."""

    order_id: Identifier
    case_no: Identifier
    region: Identifier
    total_fen: Fen
    state: Literal["open", "paid", "closed", "refunding", "refunded"]
    lines: Annotated[tuple[OrderLine, ...], Field(min_length=1, max_length=100)]
    channels: Annotated[tuple[Channel, ...], Field(max_length=20)] = ()
    receipt_ready: bool

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if sum(line.total_fen for line in self.lines) != self.total_fen:
            raise ValueError("the lines do not add up")
        return self


class AttemptQr(Strict):
    """What the payer's phone scans, and for how long it can be paid."""

    payload: Annotated[str, StringConstraints(pattern=r"^[!-~]{8,512}$")] = Field(repr=False)
    expires_in_s: Seconds


class Attempt(Strict):
    """The centre knows the attempt. ``qr`` is None at the pad, or when it can't be paid now."""

    attempt: AttemptReference
    state: AttemptStanding
    qr: AttemptQr | None = None


class AttemptState(Strict):
    """Where an attempt stands by its acquirer's ledger; ``reason`` is that of ``not_paid``."""

    attempt: AttemptReference
    state: AttemptStanding
    reason: Literal["", "closed", "expired", "declined", "cancelled"] = ""
    paid_fen: Fen
    channel: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.\-]{0,64}$")] = ""
    channel_ref: ChannelReference = ""
    at: AwareDatetime

    @model_validator(mode="after")
    def _money_fits(self) -> Self:
        if (self.state == "paid" and not self.paid_fen) or (
            self.state in {"pending", "not_paid"} and self.paid_fen
        ):
            raise ValueError("the state and the money do not fit")
        return self


class FiscalReceipt(Strict):
    """The fiscal e-receipt (财政电子票据) of a paid order: its own numbers. A Chinese form."""

    receipt_id: Identifier
    title: Line
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]
    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")]
    check_code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{6}$")]
    payee: Localised
    total_fen: Fen
    issued_at: AwareDatetime
    pages: Annotated[int, Field(ge=1, le=200)]
