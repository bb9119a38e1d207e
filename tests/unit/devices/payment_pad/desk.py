"""A pad, its acquirer and the driver, over a real pseudo-terminal, with times shortened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devices.api import ChargeOutcome, ChargeResult, Job
from devices.payment_pad.ecrhub_serial import EcrhubPad
from devices.payment_pad.line import PadTiming
from sandbox.acquirers import Acquirer
from sandbox.devices.ecrhub_pad import EcrhubPadTwin
from sandbox.devices.ecrhub_pad_wire import HANDSHAKE, HEARTBEAT

TIMING = PadTiming(
    handshake_every_s=0.5,
    handshake_s=10.0,
    pair_s=10.0,
    heartbeat_s=0.1,
    silence_s=10.0,
    frame_s=0.5,
    answer_s=10.0,
    garbled_s=0.2,
    cancel_every_s=0.01,
)
"""Long where an answer comes, so that a loaded machine decides nothing."""
PATIENCE_S = 10.0
HASTY_S = 1.0
"""A patience that some tests must see the end of."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a job came to, and its words on the way, each once in a row."""

    result: ChargeResult
    words: list[str]

    @property
    def told(self) -> tuple[ChargeOutcome, str, int]:
        return self.result.outcome, self.result.reason, self.result.paid_fen


class Desk:
    """``charge`` and the other verbs run on this thread; ``payer`` acts when the order shows."""

    def __init__(
        self,
        directory: Path,
        *,
        patience_s: float = PATIENCE_S,
        timing: PadTiming = TIMING,
        heartbeat_s: float = 0.1,
    ) -> None:
        self.bank = Acquirer("card", directory / "card.sqlite")
        self.path = directory / "pad"
        self.twin = EcrhubPadTwin(self.path, self.bank, heartbeat_s=heartbeat_s)
        self.pad = EcrhubPad("pad", str(self.path), patience_s=patience_s, timing=timing)
        self.sent: list[str] = []

    def stop(self) -> None:
        self.pad.close()
        self.twin.stop()
        self.bank.close_ledger()

    def charge(
        self, ref: str, payer: Callable[[], None] | None = None, amount_fen: int = 8000
    ) -> Ended:
        return self.run(self.charging(ref, amount_fen), payer)

    def charging(self, ref: str, amount_fen: int = 8000) -> Job:
        return self.pad.charge(
            ref, amount_fen, description="登记费", sent=lambda: self.sent.append(ref)
        )

    def run(self, job: Job, payer: Callable[[], None] | None = None) -> Ended:
        words: list[str] = []
        try:
            while True:
                word = next(job).what
                if words[-1:] != [word]:
                    words.append(word)
                if payer is not None and self.twin.state()["waiting"] is not None:
                    payer()
                    payer = None
        except StopIteration as stop:
            value: object = stop.value
        assert payer is None, "the order never showed"
        assert isinstance(value, ChargeResult)
        return Ended(value, words)

    def settle(self) -> None:
        """Until the twin has answered every question and seen every acknowledgement."""
        while True:
            frames = self.bare_frames()
            asked = sum(way == "in" and raw[4] > 0 for way, raw in frames)
            answers = [raw[4] for way, raw in frames if way == "out" and raw[4]]
            acknowledged = [raw[3] for way, raw in frames if way == "in" and raw[3]]
            if asked == len(answers) and answers == acknowledged:
                return
            self.pad.poll()

    def inquire(self, ref: str) -> Ended:
        return self.run(self.pad.inquire(ref))

    def cancel(self, ref: str) -> Ended:
        return self.run(self.pad.cancel(ref))

    def bank_says(self, ref: str) -> str:
        record = self.bank.query(ref)
        return "none" if record is None else record.state

    def payments(self) -> int:
        return sum(record.state == "paid" for record in self.bank.records())

    def bare_frames(self) -> list[tuple[str, bytes]]:
        """What went over the wire after hands were shaken, without heartbeats."""
        dull = (HEARTBEAT, HANDSHAKE)
        return [(way, raw) for way, raw in self.twin.frames_seen if raw not in dull]
