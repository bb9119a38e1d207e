"""The person check on this device: challenge first, then one face against the card's photo.

The order is the safety: without liveness no match is even computed. Nothing fails open: a dead or
silent face process is a DeviceError, never a result. Pictures and descriptors live in local names
of one check and are overwritten at its end.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, cast

from devices.api import DeviceError, Fault, Job, Link, Progress, Status
from devices.face.liveness import (
    Challenge,
    Failed,
    Going,
    Hint,
    Limits,
    Passed,
    Verdict,
    random_turns,
)
from devices.face.sitting import SeenFrame, Sitting
from devices.vendor_host import Header, HostError, HostSilent, JobFailed, VendorHost

MATCH_DISTANCE = 0.5
"""Stricter than dlib's usual .6: measured genuine .35, impostors .8 and more."""
HIGH_DISTANCE = 0.4
CALL_SILENCE_S = 5.0
PING_SILENCE_S = 1.0
FRAME_WAIT_S = 0.25
"""At least this often there is a sign of life, so that a check can be cancelled."""

OutcomeWord = Literal["matched", "not_matched", "no_liveness", "no_reference", "gave_up"]
Band = Literal["high", "medium", "low"]
VerdictJob = Generator[Progress, None, Verdict]


class FrameSlot(Protocol):
    """Where the newest picture is; the camera's LatestFrame is one."""

    def wait_newer(self, than: float, timeout_s: float) -> SeenFrame | None:
        """Give a picture taken after ``than``, or None when none came in time."""
        ...


@dataclass(frozen=True, slots=True)
class FaceResult:
    """How a check ended; holds no picture, descriptor or distance.

    ``score_band`` says how near face and photo are (``low`` never matches, and stands where
    nothing was compared). ``reason`` is a Reason of the liveness, or the outcome's word.
    """

    outcome: OutcomeWord
    liveness: Literal["passed", "failed"]
    score_band: Band
    reason: str


class FaceChecker:
    """The face process as a device. Every call happens on the device's own thread."""

    def __init__(
        self,
        device_id: str,
        host: VendorHost,
        *,
        threshold: float = MATCH_DISTANCE,
        high: float = HIGH_DISTANCE,
        limits: Limits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._device_id = device_id
        self._host = host
        self._threshold = threshold
        self._high = min(high, threshold)
        self._limits = limits
        self._monotonic = monotonic
        self._pid: int | None = None
        self._encodes = 0

    @property
    def device_id(self) -> str:
        """The name this device has in the configuration."""
        return self._device_id

    @property
    def encodes(self) -> int:
        """How many faces were encoded since the start; the benchmark wants it above 0."""
        return self._encodes

    def open(self) -> None:
        """Nothing yet: the process costs half a second of a core that the first paint needs."""

    def close(self) -> None:
        """End the process."""
        self._host.close()
        self._pid = None

    def warm(self) -> Job:
        """Start the process and load the models (about a second). DeviceError when it fails."""
        yield Progress("loading")
        self._start()

    def poll(self) -> Status:
        """Ask for a sign of life. UNKNOWN before ``warm``; a death shows once, then it restarts."""
        if self._pid is None:
            return Status(self._device_id, Link.UNKNOWN)
        try:
            self._host.call({"op": "ping"}, silence_s=PING_SILENCE_S)
        except HostError as exc:
            fault = _fault_of(exc)
            return Status(self._device_id, Link.DOWN, fault=fault, detail=type(exc).__name__)
        if self._host.pid != self._pid:
            self._pid = self._host.pid
            died = "process died, started again"
            return Status(self._device_id, Link.DOWN, fault=Fault.HARDWARE, detail=died)
        return Status(self._device_id, Link.UP)

    def check(
        self,
        reference_png: bytes,
        frames: FrameSlot,
        *,
        challenge: Sequence[str] | None = None,
        give_up_after_s: float = 60.0,
    ) -> Job:
        """Check that the live person before the camera is the one on the card's photo.

        Yields Progress(hint, turns done, turns asked) and returns a FaceResult. ``challenge``
        (for tests) replaces the random turns; DeviceError when the process dies or hangs.
        """
        yield Progress(Hint.LOOK_STRAIGHT)
        if self._pid is None:
            self._start()
        reference = self._descriptor(self._call({"op": "reference"}, reference_png))
        if reference is None:
            return FaceResult("no_reference", "failed", "low", "no_reference")
        sitting = Sitting(self._call, Challenge(challenge or random_turns(), self._limits))
        try:
            verdict = yield from self._challenge(sitting, frames, give_up_after_s)
            if isinstance(verdict, Going):
                return FaceResult("gave_up", "failed", "low", "gave_up")
            if isinstance(verdict, Failed):
                return FaceResult("no_liveness", "failed", "low", str(verdict.reason))
            live = self._descriptor(sitting.encode_portrait())
            return self._compared(reference, live)
        finally:
            sitting.wipe()
            reference.clear()

    def _challenge(self, sitting: Sitting, frames: FrameSlot, give_up_after_s: float) -> VerdictJob:
        """Show every new picture to the challenge until it is decided or the time is over."""
        started = seen_at = self._monotonic()
        verdict: Verdict = Going(Hint.NO_FACE, 0, sitting.total)
        while isinstance(verdict, Going) and self._monotonic() - started < give_up_after_s:
            frame = frames.wait_newer(seen_at, FRAME_WAIT_S)
            if frame is not None:
                seen_at = frame.at
                verdict = sitting.see(frame)
            hint = verdict.hint if isinstance(verdict, Going) else Hint.LOOK_STRAIGHT
            done = sitting.total if isinstance(verdict, Passed) else verdict.done
            yield Progress(hint, done, sitting.total)
        return verdict

    def _compared(self, reference: list[float], live: list[float] | None) -> FaceResult:
        distance = math.inf if live is None else math.dist(reference, live)
        if live is not None:
            live.clear()
        if distance > self._threshold:
            return FaceResult("not_matched", "passed", "low", "not_matched")
        band: Band = "high" if distance <= self._high else "medium"
        return FaceResult("matched", "passed", band, "matched")

    def _descriptor(self, answer: Header) -> list[float] | None:
        """Take the descriptor out of an answer, None when there was no face."""
        values = answer.pop("descriptor", None)
        if values is None:
            return None
        self._encodes += 1
        return cast("list[float]", values)

    def _start(self) -> None:
        try:
            self._host.start()
        except HostError as exc:
            raise DeviceError(_fault_of(exc), type(exc).__name__) from exc
        self._pid = self._host.pid

    def _call(self, header: Header, *payloads: bytes) -> Header:
        try:
            answer = self._host.call(header, *payloads, silence_s=CALL_SILENCE_S)[0]
        except HostError as exc:
            raise DeviceError(_fault_of(exc), type(exc).__name__) from exc
        if self._host.pid != self._pid:
            # the host has quietly started another; a death within a check always ends it
            raise DeviceError(Fault.HARDWARE, "process died")
        return answer


def _fault_of(exc: HostError) -> Fault:
    if isinstance(exc, HostSilent):
        return Fault.SILENT
    return Fault.DRIVER_CRASHED if isinstance(exc, JobFailed) else Fault.HARDWARE
