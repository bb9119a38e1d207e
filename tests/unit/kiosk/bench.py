"""Fakes with memory for devices on real workers, and a place where the workers' events arrive."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from devices.api import (
    DeviceError,
    DeviceEvent,
    Fault,
    Job,
    JobFinished,
    JobProgressed,
    Link,
    Progress,
    Status,
    StatusChanged,
)
from devices.worker import DeviceWorker

PATIENCE_S = 10.0


@dataclass
class Inbox:
    """Everything the workers emitted, in order. ``post`` may be given as their emit."""

    seen: list[DeviceEvent] = field(default_factory=list[DeviceEvent])
    _queue: queue.SimpleQueue[DeviceEvent] = field(default_factory=queue.SimpleQueue[DeviceEvent])

    def post(self, event: DeviceEvent) -> None:
        self._queue.put(event)

    def until(self, wanted: Callable[[DeviceEvent], bool]) -> DeviceEvent:
        """Take events in until one is wanted; queue.Empty when none comes."""
        while True:
            event = self._queue.get(timeout=PATIENCE_S)
            self.seen.append(event)
            if wanted(event):
                return event

    def finished(self, job_id: str) -> JobFinished:
        event = self.until(lambda e: isinstance(e, JobFinished) and e.job_id == job_id)
        assert isinstance(event, JobFinished)
        return event

    def progressed(self, job_id: str) -> JobProgressed:
        event = self.until(lambda e: isinstance(e, JobProgressed) and e.job_id == job_id)
        assert isinstance(event, JobProgressed)
        return event

    def status(self, wanted: Callable[[Status], bool]) -> Status:
        event = self.until(lambda e: isinstance(e, StatusChanged) and wanted(e.status))
        assert isinstance(event, StatusChanged)
        return event.status

    def drain(self) -> list[DeviceEvent]:
        """Everything up to now."""
        while not self._queue.empty():
            self.seen.append(self._queue.get())
        return self.seen


class Gadget:
    """A device whose moods are attributes; what is asked of it is remembered."""

    def __init__(self, device_id: str = "gadget") -> None:
        self._device_id = device_id
        self.open_fails: Exception | None = None
        self.poll_fails: Exception | None = None
        self.opened = 0
        self.closed = 0
        self.polled = threading.Semaphore(0)
        self.threads: set[int] = set()

    @property
    def device_id(self) -> str:
        return self._device_id

    def open(self) -> None:
        self.threads.add(threading.get_ident())
        self.opened += 1
        if self.open_fails is not None:
            raise self.open_fails

    def close(self) -> None:
        self.closed += 1

    def poll(self) -> Status:
        self.threads.add(threading.get_ident())
        self.polled.release()
        if self.poll_fails is not None:
            raise self.poll_fails
        return Status(self._device_id, Link.UP)


def gone() -> DeviceError:
    return DeviceError(Fault.DISCONNECTED, "planted")


def value(result: object, *steps: str) -> Job:
    """A job that gives these signs of life and then its result."""
    for step in steps:
        yield Progress(step)
    return result


def endless(started: threading.Event, ended: threading.Event | None = None) -> Job:
    """A job that only ends by being cancelled."""
    try:
        while True:
            started.set()
            yield Progress("on")
    finally:
        if ended is not None:
            ended.set()


@contextmanager
def working(device: Gadget, inbox: Inbox, *, poll_s: float = 0.01) -> Generator[DeviceWorker]:
    """A worker that runs, and has stopped in the end."""
    worker = DeviceWorker(device, inbox.post, poll_s=poll_s)
    worker.start()
    try:
        yield worker
    finally:
        assert worker.stop(PATIENCE_S)
