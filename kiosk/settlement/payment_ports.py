"""Who can be asked for money, and about it; how long each is waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from devices.api import Job
from kiosk.central.models_payment import Attempt, AttemptState


class PaymentCentre(Protocol):
    """The centre's calls about attempts (kiosk.central.client). Errors: kiosk.central.errors."""

    def begin_attempt(self, order_id: str, attempt: str, means: str, key: str) -> Attempt:
        """Make the centre know the attempt. The same key is the same request."""
        ...

    def attempt(self, order_id: str, attempt: str) -> AttemptState:
        """Where it stands."""
        ...

    def close_attempt(self, order_id: str, attempt: str, key: str) -> AttemptState:
        """Let it be paid no more, remembered even if it never came; paid if that was faster."""
        ...


class Pad(Protocol):
    """The payment pad's verbs (devices.payment_pad). Each job's value is a ChargeResult."""

    def charge(
        self, ref: str, amount_fen: int, *, description: str, sent: Callable[[], None]
    ) -> Job:
        """Take a payment. ``sent`` is called before the first byte; if it raises, none goes."""
        ...

    def inquire(self, ref: str, /) -> Job:
        """Where a payment stands."""
        ...

    def cancel(self, ref: str, /) -> Job:
        """Close it and ask until it has an end, a bounded number of times."""
        ...

    def void(self, ref_new: str, orig_ref: str, amount_fen: int, /) -> Job:
        """Give a payment back."""
        ...

    def inquire_void(self, ref: str, /) -> Job:
        """Where a void stands."""
        ...


class PadJobs(Protocol):
    """Where the pad's jobs run (devices.worker.DeviceWorker): one end follows each submit."""

    @property
    def device_id(self) -> str:
        """The pad's name in the configuration."""
        ...

    def submit(self, job_id: str, job: Callable[[], Job], /) -> None:
        """Queue a job."""
        ...

    def cancel(self, job_id: str, /) -> None:
        """Ask it to stop, or not to start."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. ``poll_s``: between two looks while somebody waits before a QR code.

    ``pauses_s``: between questions nobody waits for; the last goes on for ever. ``patience_s``:
    silence after which a visitor is told *unknown*. ``expiry_grace_s``: how much longer than it
    can be paid a QR code is waited for. ``qr_life_s``: a code is shown no longer, however long it
    could be paid: the page must not outlast its visitor. ``pad_life_s``: an attempt at the pad is
    closed after it; above the driver's own patience. ``look_back_s``: after an end without money,
    when it is asked about once more, in case money came after all; at a start, those of
    ``look_back_days``.
    """

    poll_s: float = 2.0
    pauses_s: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
    patience_s: float = 20.0
    expiry_grace_s: float = 3.0
    qr_life_s: float = 300.0
    pad_life_s: float = 240.0
    look_back_s: float = 120.0
    look_back_days: float = 2.0

    def pause_s(self, tries: int) -> float:
        """The pause after so many questions (from 1 on)."""
        return self.pauses_s[min(max(tries, 1), len(self.pauses_s)) - 1]
