"""Runs one driver on one thread. All calls into the driver happen here."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from devices.api import (
    Cancelled,
    Device,
    DeviceError,
    DeviceEvent,
    Done,
    Emit,
    Failed,
    Fault,
    Job,
    JobFinished,
    JobProgressed,
    Link,
    Outcome,
    Progress,
    Status,
    StatusChanged,
)

log = logging.getLogger(__name__)

NOT_OPEN = "not open"
"""The detail of a Failed whose driver was never asked: the device could not be opened."""
REOPEN_MAX_S = 2.0
"""The pause between failed opens grows to this and no further, so that a plugged-in cable is
seen within three seconds."""
LONG_SILENCE_S = 30.0
"""After so long without a sign of life whoever watches may have called the driver hung, so the
status it comes back with is news, even if it is the one from before."""


@dataclass(frozen=True, slots=True)
class _Queued:
    job_id: str
    job: Callable[[], Job]


class DeviceWorker:
    """Owns a driver's thread, its queue of jobs and its status polling."""

    def __init__(
        self,
        device: Device,
        emit: Emit,
        *,
        poll_s: float = 0.25,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._device = device
        self._emit_event = emit
        self._poll_s = poll_s
        self._jobs: queue.SimpleQueue[_Queued | None] = queue.SimpleQueue()
        self._known: set[str] = set()
        self._cancelled: set[str] = set()
        self._ended = False
        self._lock = threading.Lock()
        self._last: Status | None = None
        self._reopen_s = poll_s
        self._monotonic = monotonic
        self._last_sign = monotonic()
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"device-{device.device_id}", daemon=True
        )

    @property
    def device_id(self) -> str:
        """The device's name in the configuration."""
        return self._device.device_id

    @property
    def silent_s(self) -> float:
        """Seconds since the driver last came back from a call: the sign of a hang."""
        return self._monotonic() - self._last_sign

    def start(self) -> None:
        """Start the thread; the driver is opened on it."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Cancel what runs and stop. Returns False if the driver hung past ``timeout_s``."""
        self._stopping.set()
        self._jobs.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def submit(self, job_id: str, job: Callable[[], Job]) -> None:
        """Queue a job. One JobFinished with this id always follows."""
        with self._lock:
            ended = self._ended
            if not ended:
                self._known.add(job_id)
                self._jobs.put(_Queued(job_id, job))
        if ended:
            self._emit(JobFinished(job_id, self.device_id, Cancelled()))

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop at its next Progress, or not to start. No other job is touched."""
        with self._lock:
            if job_id in self._known:
                self._cancelled.add(job_id)

    def _run(self) -> None:
        opened = False
        try:
            while not self._stopping.is_set():
                if not opened:
                    opened = self._try_open()
                item = self._next(self._poll_s if opened else self._reopen_s)
                if item is not None:
                    opened = self._do(item, opened=opened)
                elif opened:
                    opened = self._poll()
        finally:
            self._close()
            self._refuse_rest()

    def _close(self) -> None:
        """Give the port back. A driver that breaks its word and raises does not end the thread."""
        try:
            self._device.close()
        except Exception:
            log.exception("driver %s crashed in close", self.device_id)

    def _next(self, wait_s: float) -> _Queued | None:
        try:
            return self._jobs.get(timeout=wait_s)
        except queue.Empty:
            return None

    def _refuse_rest(self) -> None:
        with self._lock:
            self._ended = True
        while not self._jobs.empty():
            if (item := self._jobs.get()) is not None:
                self._emit(JobFinished(item.job_id, self.device_id, Cancelled()))

    def _forget(self, job_id: str) -> None:
        with self._lock:
            self._known.discard(job_id)
            self._cancelled.discard(job_id)

    def _try_open(self) -> bool:
        try:
            self._device.open()
        except DeviceError as exc:
            return self._not_opened(exc)
        except Exception:
            if self._crash_is_news:
                log.exception("driver %s crashed in open", self.device_id)
            return self._not_opened(DeviceError(Fault.DRIVER_CRASHED))
        self._reopen_s = self._poll_s
        return self._poll()

    def _not_opened(self, exc: DeviceError) -> bool:
        self._down(exc)
        self._reopen_s = min(REOPEN_MAX_S, self._reopen_s * 2)
        return False

    @property
    def _crash_is_news(self) -> bool:
        """A crash is logged once, and not again at each poll that repeats it."""
        return self._last is None or self._last.fault is not Fault.DRIVER_CRASHED

    def _do(self, item: _Queued, *, opened: bool) -> bool:
        outcome: Outcome = (
            self._outcome(item) if opened else Failed(self._last_fault(), None, NOT_OPEN)
        )
        self._forget(item.job_id)
        self._sign()
        self._emit(JobFinished(item.job_id, self.device_id, outcome))
        return opened and self._poll()

    def _last_fault(self) -> Fault:
        return (self._last.fault if self._last else None) or Fault.DISCONNECTED

    def _outcome(self, item: _Queued) -> Outcome:
        progress: Progress | None = None
        try:
            if item.job_id in self._cancelled:
                return Cancelled()
            running = item.job()
            while True:
                latest = next(running)
                self._sign()
                if latest != progress:
                    self._emit(JobProgressed(item.job_id, self.device_id, latest))
                progress = latest
                if item.job_id in self._cancelled or self._stopping.is_set():
                    running.close()
                    return Cancelled(progress)
        except StopIteration as stop:
            return Done(stop.value)
        except DeviceError as exc:
            return Failed(exc.fault, progress, exc.detail)
        except Exception:
            log.exception("driver %s crashed in job %s", self.device_id, item.job_id)
            return Failed(Fault.DRIVER_CRASHED, progress)

    def _poll(self) -> bool:
        """Look once; False means: close and open again."""
        try:
            self._see(self._device.poll())
        except DeviceError as exc:
            self._down(exc)
            if exc.fault is Fault.DISCONNECTED:
                self._close()
                return False
        except Exception:
            if self._crash_is_news:
                log.exception("driver %s crashed in poll", self.device_id)
            self._down(DeviceError(Fault.DRIVER_CRASHED))
        return True

    def _down(self, exc: DeviceError) -> None:
        self._see(Status(self.device_id, Link.DOWN, fault=exc.fault, detail=exc.detail))

    def _sign(self) -> None:
        """Note that the driver came back from a call."""
        now = self._monotonic()
        if now - self._last_sign > LONG_SILENCE_S:
            self._last = None
        self._last_sign = now

    def _see(self, status: Status) -> None:
        self._sign()
        if status != self._last:
            self._last = status
            self._emit(StatusChanged(status))

    def _emit(self, event: DeviceEvent) -> None:
        self._emit_event(event)
