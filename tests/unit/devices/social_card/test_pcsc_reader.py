"""The driver on its own thread, over a real pcscd whose reader the card's twin is put into."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import TypeVar

import pytest

from devices.api import (
    Cancelled,
    DeviceEvent,
    Done,
    Failed,
    Fault,
    JobFinished,
    JobProgressed,
    Link,
    Media,
    Outcome,
    Status,
    StatusChanged,
)
from devices.social_card.card import SocialCard
from devices.social_card.pcsc import open_reader
from devices.social_card.pcsc_reader import PcscReader, SocialCardRead
from devices.worker import DeviceWorker
from sandbox.devices.pcsc_service import PcscService
from sandbox.devices.social_card import SocialCardContents
from sandbox.devices.vpcd_card import VpcdCardTwin

pytestmark = pytest.mark.city

PATIENCE_S = 20.0
"""Only bounds a test that hangs; nothing is decided by it."""
ZHANG = SocialCardContents(
    number="990101199003078519",
    name="张试样",
    card_number="A12345678",
    issued_on="20200101",
    valid_until="20300101",
)
LI = replace(ZHANG, number="990101198512310023", name="李稿", card_number="B7654321", sex="2")
E = TypeVar("E", bound=DeviceEvent)


class Hall:
    """A slot, the driver's worker, and everything the worker has said."""

    def __init__(self, service: PcscService, reader_name: str | None = None) -> None:
        self.service = service
        self.twin = VpcdCardTwin(service.port, slow_s=0.05)
        name = service.reader_name if reader_name is None else reader_name
        self.reader = PcscReader("social_card", name, service_socket=service.socket_path)
        self.later_s = 0.0
        self._events: queue.SimpleQueue[DeviceEvent] = queue.SimpleQueue()
        self.worker = DeviceWorker(
            self.reader, self._events.put, poll_s=0.05, monotonic=lambda: self.later_s
        )
        self._ids = count()

    def wait(self, kind: type[E], wanted: Callable[[E], bool] = lambda _event: True) -> E:
        while True:
            event = self._events.get(timeout=PATIENCE_S)
            if isinstance(event, kind) and wanted(event):
                return event

    def status(self, wanted: Callable[[Status], bool]) -> Status:
        return self.wait(StatusChanged, lambda event: wanted(event.status)).status

    def start_read(self, timeout_s: float | None = None) -> str:
        job_id = f"read-{next(self._ids)}"
        self.worker.submit(job_id, lambda: self.reader.read(timeout_s))
        return job_id

    def outcome(self, job_id: str) -> Outcome:
        return self.wait(JobFinished, lambda event: event.job_id == job_id).outcome

    def read(self, timeout_s: float | None = None) -> Outcome:
        return self.outcome(self.start_read(timeout_s))

    def progressed(self, job_id: str, what: str) -> None:
        self.wait(JobProgressed, lambda e: (e.job_id, e.progress.what) == (job_id, what))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PcscService]:
    """One for the module, not the session: there can be only one at a time in a process."""
    service = PcscService(tmp_path_factory.mktemp("pcscd"))
    service.start()
    yield service
    service.stop()


@pytest.fixture
def hall(service: PcscService) -> Iterator[Hall]:
    service.plug()
    yield from started(Hall(service))


def started(hall: Hall) -> Iterator[Hall]:
    hall.worker.start()
    yield hall
    hall.twin.stop()
    assert hall.worker.stop(PATIENCE_S)


def card(outcome: Outcome) -> SocialCard:
    assert isinstance(outcome, Done), outcome
    assert isinstance(outcome.value, SocialCardRead)
    return outcome.value.card


def fault(outcome: Outcome) -> Fault:
    assert isinstance(outcome, Failed), outcome
    return outcome.fault


@pytest.mark.parametrize(
    ("generation", "protocol"), [(1, "T=0"), (2, "T=0"), (3, "T=0"), (3, "T=1")]
)
def test_a_card_of_each_generation_is_read(hall: Hall, generation: int, protocol: str) -> None:
    hall.twin.put_card(card=replace(ZHANG, generation=generation, protocol=protocol))
    read = card(hall.read())
    assert (read.name, read.number, read.generation) == ("张试样", ZHANG.number, generation)


def test_a_card_may_come_while_waiting(hall: Hall) -> None:
    job = hall.start_read()
    hall.progressed(job, "waiting_for_card")
    hall.twin.put_card(card=ZHANG)
    hall.progressed(job, "reading_card")
    assert card(hall.outcome(job)).card_number == "A12345678"


def test_the_wait_ends_after_its_time_or_when_cancelled(hall: Hall) -> None:
    assert hall.read(timeout_s=0.1) == Done(None)
    job = hall.start_read()
    hall.progressed(job, "waiting_for_card")
    hall.worker.cancel(job)
    assert isinstance(hall.outcome(job), Cancelled)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("protected", Fault.CARD_PROTECTED),
        ("other_application", Fault.CARD_UNKNOWN_KIND),
        ("garble", Fault.CARD_UNREADABLE),
        ("removed_mid_read", Fault.CARD_UNREADABLE),
        ("bad_reset", Fault.CARD_UNREADABLE),
    ],
)
def test_each_misbehaviour_is_its_own_fault_and_the_next_card_is_read(
    hall: Hall, mode: str, expected: Fault
) -> None:
    hall.twin.misbehave(mode)
    hall.twin.put_card(card=ZHANG)
    assert fault(hall.read()) is expected
    hall.twin.misbehave()
    hall.twin.put_card(card=LI)
    assert card(hall.read()).number == LI.number


def test_a_slow_card_is_waited_for(hall: Hall) -> None:
    hall.twin.misbehave("slow")
    hall.twin.put_card(card=ZHANG)
    assert card(hall.read()).number == ZHANG.number


def test_a_card_that_lost_contact_for_a_moment_is_read_at_the_next_attempt(hall: Hall) -> None:
    hall.twin.misbehave("wobble")
    hall.twin.put_card(card=ZHANG)
    assert fault(hall.read()) is Fault.CARD_UNREADABLE
    assert card(hall.read()).number == ZHANG.number


def test_a_card_changed_for_another_is_read_as_the_new_one(hall: Hall) -> None:
    hall.twin.put_card(card=ZHANG)
    assert card(hall.read()).name == "张试样"
    hall.twin.put_card(card=LI)
    hall.status(lambda status: status.media is Media.ABSENT)
    assert card(hall.read()).name == "李稿"


def test_a_card_changed_in_the_middle_is_never_a_mixture(hall: Hall) -> None:
    hall.twin.misbehave("slow")
    hall.twin.put_card(card=ZHANG)
    job = hall.start_read()
    hall.progressed(job, "reading_card")
    hall.twin.put_card(card=LI)
    assert fault(hall.outcome(job)) is Fault.CARD_UNREADABLE
    assert card(hall.read()).card_number == "B7654321"


def test_the_status_follows_the_card(hall: Hall) -> None:
    hall.status(lambda status: status.media is Media.ABSENT)
    hall.twin.put_card(card=ZHANG)
    assert hall.status(lambda status: status.media is Media.PRESENT).ready
    hall.twin.lift_card()
    assert hall.status(lambda status: status.media is Media.ABSENT).link is Link.UP


def test_a_service_that_dies_is_reported_and_found_again(hall: Hall) -> None:
    job = hall.start_read()
    hall.progressed(job, "waiting_for_card")
    hall.service.unplug()
    assert fault(hall.outcome(job)) is Fault.DISCONNECTED
    down = hall.status(lambda status: status.link is Link.DOWN)
    assert down.fault is Fault.DISCONNECTED
    hall.service.plug()
    assert hall.status(lambda status: status.ready).fault is None
    hall.twin.put_card(card=ZHANG)
    assert card(hall.read()).number == ZHANG.number


def test_a_service_that_dies_in_the_middle_leaves_the_card_to_be_read_again(hall: Hall) -> None:
    hall.twin.misbehave("slow")
    hall.twin.put_card(card=ZHANG)
    job = hall.start_read()
    hall.progressed(job, "reading_card")
    hall.service.unplug()
    assert fault(hall.outcome(job)) is Fault.DISCONNECTED
    hall.service.plug()
    hall.status(lambda status: status.ready)
    assert card(hall.read()).number == ZHANG.number


def test_a_card_that_never_answers_shows_as_silence_until_it_is_pulled(hall: Hall) -> None:
    hall.twin.misbehave("mute")
    hall.twin.put_card(card=ZHANG)
    job = hall.start_read()
    hall.progressed(job, "reading_card")
    assert hall.worker.silent_s == 0
    hall.later_s = PcscReader.max_silence_s + 1
    assert hall.worker.silent_s > PcscReader.max_silence_s
    hall.twin.lift_card()
    assert fault(hall.outcome(job)) is Fault.CARD_UNREADABLE


def test_a_card_held_by_another_program_is_not_read(hall: Hall) -> None:
    hall.twin.put_card(card=ZHANG)
    hall.status(lambda status: status.media is Media.PRESENT)
    other = open_reader(hall.service.reader_name, hall.service.socket_path)
    with other.connected():
        assert fault(hall.read()) is Fault.PORT_IN_USE
    other.close()
    assert card(hall.read()).number == ZHANG.number


def test_a_reader_that_is_not_there_is_disconnected(service: PcscService) -> None:
    service.plug()
    for hall in started(Hall(service, "No Such Reader")):
        down = hall.status(lambda status: status.link is Link.DOWN)
        assert (down.fault, down.detail) == (Fault.DISCONNECTED, "no such reader")


def test_without_a_name_the_first_reader_is_taken(service: PcscService) -> None:
    service.plug()
    for hall in started(Hall(service, "")):
        hall.twin.put_card(card=ZHANG)
        assert card(hall.read()).number == ZHANG.number
