"""The driver on its own thread against the twin, over a real pseudo-terminal."""

from __future__ import annotations

import queue
import sys
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import TypeVar

import pytest
import serial

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
from devices.id_card.line import SdtTiming
from devices.id_card.sdt_serial import CardRead, SdtReader
from devices.worker import DeviceWorker
from sandbox.devices.sdt_card import CardContents
from sandbox.devices.sdt_reader import SdtReaderTwin

PATIENCE_S = 20.0
"""Only bounds a test that hangs; nothing is decided by it."""

PNG = b"\x89PNG\r\n\x1a\n"
ECHO = [
    sys.executable,
    "-I",
    "-c",
    f"import sys; sys.stdout.buffer.write({PNG!r} + sys.stdin.buffer.read())",
]
CARD = CardContents(
    name="张三",
    sex="1",
    nation="01",
    birth="19900307",
    address="示例市示例区示例街道1号",
    number="990101199003078519",
    issuer="示例市公安局示例分局",
    valid_from="20200101",
    valid_until="长期",
    photo=bytes(range(256)) * 4,
)
E = TypeVar("E", bound=DeviceEvent)


class Hall:
    """A reader twin, the driver's worker, and everything the worker has said."""

    def __init__(self, twin: SdtReaderTwin, path: Path, decoder: list[str]) -> None:
        self.twin = twin
        self.reader = SdtReader(
            "id_card",
            str(path),
            photo_decoder=decoder,
            timing=SdtTiming(find_every_s=0.05, gap_s=0.3),
        )
        self.seen: list[DeviceEvent] = []
        self._events: queue.SimpleQueue[DeviceEvent] = queue.SimpleQueue()
        self.worker = DeviceWorker(self.reader, self._events.put, poll_s=0.05)
        self._ids = count()

    def wait(self, kind: type[E], wanted: Callable[[E], bool] = lambda _event: True) -> E:
        while True:
            event = self._events.get(timeout=PATIENCE_S)
            self.seen.append(event)
            if isinstance(event, kind) and wanted(event):
                return event

    def status(self, wanted: Callable[[Status], bool]) -> Status:
        return self.wait(StatusChanged, lambda event: wanted(event.status)).status

    def start_read(self, give_up_after_s: float | None = None) -> str:
        job_id = f"read-{next(self._ids)}"
        self.worker.submit(job_id, lambda: self.reader.read(give_up_after_s))
        return job_id

    def outcome(self, job_id: str) -> Outcome:
        return self.wait(JobFinished, lambda event: event.job_id == job_id).outcome

    def read(self) -> Outcome:
        return self.outcome(self.start_read())

    def progressed(self, job_id: str, what: str) -> None:
        self.wait(JobProgressed, lambda e: (e.job_id, e.progress.what) == (job_id, what))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "reader"


@pytest.fixture
def twin(path: Path) -> Iterator[SdtReaderTwin]:
    twin = SdtReaderTwin(path, rf_read_s=0.02, slow_read_s=1.5)
    twin.start()
    yield twin
    twin.stop()


@pytest.fixture
def hall(twin: SdtReaderTwin, path: Path) -> Iterator[Hall]:
    yield from started(Hall(twin, path, ECHO))


def started(hall: Hall) -> Iterator[Hall]:
    hall.worker.start()
    yield hall
    assert hall.worker.stop(PATIENCE_S)


def card_read(outcome: Outcome) -> CardRead:
    assert isinstance(outcome, Done), outcome
    assert isinstance(outcome.value, CardRead)
    return outcome.value


def fault(outcome: Outcome) -> Fault:
    assert isinstance(outcome, Failed), outcome
    return outcome.fault


def test_a_card_is_read_with_its_portrait(hall: Hall) -> None:
    hall.twin.put_card(card=CARD)
    read = card_read(hall.read())
    assert (read.card.name, read.card.number) == (CARD.name, CARD.number)
    assert (read.card.birth, read.card.valid_until) == (date(1990, 3, 7), None)
    assert read.portrait_png == PNG + CARD.photo
    assert hall.twin.state()["reads"] == 1


def test_a_card_may_come_while_waiting(hall: Hall) -> None:
    job = hall.start_read()
    hall.progressed(job, "waiting_for_card")
    hall.twin.put_card(card=CARD)
    hall.progressed(job, "reading_card")
    assert card_read(hall.outcome(job)).card.kind == "resident"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("hmt_residence", "810000198512310027"),
        ("foreign_permanent", "990199198512310022"),
        ("foreign_permanent_2017", "XXX990085123101"),
    ],
)
def test_the_other_kinds_are_read(hall: Hall, kind: str, number: str) -> None:
    english = "EXAMPLE, ALEXANDRA MARIA CONSTANTIA ISABELLA"
    hall.twin.put_card(
        card=CardContents(
            name="艾例",
            sex="2",
            nation="",
            birth="19851231",
            address="示例市示例区示例路2号",
            number=number,
            issuer="9900",
            valid_from="20240101",
            valid_until="20340101",
            kind=kind,
            english_name=english,
            nationality="XXX",
            travel_permit="H12345678",
        )
    )
    card = card_read(hall.read()).card
    assert (card.kind, card.name, card.number) == (kind.removesuffix("_2017"), "艾例", number)
    assert (card.sex, card.birth, card.ethnic) == ("2", date(1985, 12, 31), None)
    assert card.english_name == (None if kind == "hmt_residence" else english)
    assert (card.valid_from, card.valid_until) == (date(2024, 1, 1), date(2034, 1, 1))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("silent", Fault.SILENT),
        ("bad_checksum", Fault.GARBLED),
        ("garbage", Fault.GARBLED),
        ("truncated", Fault.GARBLED),
        ("unreadable", Fault.CARD_UNREADABLE),
        ("select_fails", Fault.CARD_UNREADABLE),
        ("unknown_kind", Fault.CARD_UNKNOWN_KIND),
        ("not_authorised", Fault.REFUSED),
        ("self_test_failed", Fault.HARDWARE),
    ],
)
def test_each_misbehaviour_is_its_own_fault_and_passes(
    hall: Hall, mode: str, expected: Fault
) -> None:
    hall.twin.misbehave(mode)
    hall.twin.put_card(card=CARD)
    assert fault(hall.read()) is expected
    hall.twin.misbehave()
    hall.twin.put_card(card=CARD)
    assert card_read(hall.read()).card.number == CARD.number


def test_a_slow_radio_read_is_waited_for(hall: Hall) -> None:
    hall.twin.misbehave("slow")
    hall.twin.put_card(card=CARD)
    assert card_read(hall.read()).card.number == CARD.number


@pytest.mark.parametrize(
    ("mode", "link", "expected"),
    [
        ("silent", Link.UNKNOWN, Fault.SILENT),
        ("garbage", Link.UNKNOWN, Fault.GARBLED),
        ("not_authorised", Link.UP, Fault.REFUSED),
        ("self_test_failed", Link.UP, Fault.HARDWARE),
    ],
)
def test_an_idle_reader_shows_its_fault_and_its_recovery(
    hall: Hall, mode: str, link: Link, expected: Fault
) -> None:
    assert hall.status(lambda status: status.ready).media is Media.ABSENT
    hall.twin.misbehave(mode)
    shown = hall.status(lambda status: status.fault is expected)
    assert (shown.link, shown.media, shown.ready) == (link, Media.UNKNOWN, False)
    hall.twin.misbehave()
    assert hall.status(lambda status: status.ready).media is Media.ABSENT


def test_a_cable_pulled_while_waiting_is_seen_and_mended_by_plugging_in(hall: Hall) -> None:
    job = hall.start_read()
    hall.progressed(job, "waiting_for_card")
    hall.twin.unplug()
    assert fault(hall.outcome(job)) is Fault.DISCONNECTED
    down = hall.status(lambda status: status.fault is not None)
    assert (down.link, down.fault) == (Link.DOWN, Fault.DISCONNECTED)
    hall.twin.plug()
    hall.twin.put_card(card=CARD)
    hall.status(lambda status: status.ready)
    assert card_read(hall.read()).card.number == CARD.number


def test_a_cable_pulled_from_an_idle_reader_is_one_change_each_way(hall: Hall) -> None:
    hall.status(lambda status: status.ready)
    hall.twin.unplug()
    hall.status(lambda status: status.fault is Fault.DISCONNECTED)
    assert fault(hall.read()) is Fault.DISCONNECTED
    hall.seen.clear()
    hall.twin.plug()
    hall.status(lambda status: status.ready)
    assert [type(event) for event in hall.seen] == [StatusChanged]


def test_waiting_can_be_cancelled_and_taken_up_again(hall: Hall) -> None:
    job = hall.start_read()
    hall.progressed(job, "waiting_for_card")
    hall.worker.cancel(job)
    assert isinstance(hall.outcome(job), Cancelled)
    hall.twin.put_card(card=CARD)
    assert card_read(hall.read()).card.number == CARD.number


def test_giving_up_is_no_fault(hall: Hall) -> None:
    assert hall.outcome(hall.start_read(0.1)) == Done(None)


def test_after_a_read_no_card_is_never_taken_for_removal(hall: Hall) -> None:
    hall.status(lambda status: status.media is Media.ABSENT)
    hall.twin.put_card(card=CARD)
    hall.status(lambda status: status.media is Media.PRESENT)
    card_read(hall.read())
    hall.status(lambda status: status.media is Media.UNKNOWN)
    hall.seen.clear()
    hall.twin.lift_card()
    assert hall.outcome(hall.start_read(0.1)) == Done(None)
    hall.twin.put_card(card=CARD)
    hall.status(lambda status: status.media is Media.PRESENT)
    assert not any(
        isinstance(event, StatusChanged) and event.status.media is Media.ABSENT
        for event in hall.seen
    )
    hall.twin.lift_card()
    hall.status(lambda status: status.media is Media.ABSENT)  # found, not read, gone


def test_without_a_working_decoder_the_card_is_still_read(twin: SdtReaderTwin, path: Path) -> None:
    for hall in started(Hall(twin, path, ["/nonexistent/decoder"])):
        twin.put_card(card=CARD)
        read = card_read(hall.read())
        assert read.card.photo == CARD.photo
        assert read.portrait_png is None
        shown = hall.status(lambda status: bool(status.detail))
        assert shown.detail.startswith(Fault.PHOTO_UNDECODABLE.code)
        assert shown.ready


def test_a_port_that_another_program_holds(twin: SdtReaderTwin, path: Path) -> None:
    with serial.Serial(str(path), exclusive=True):
        for hall in started(Hall(twin, path, ECHO)):
            shown = hall.wait(StatusChanged).status
            assert (shown.link, shown.fault) == (Link.DOWN, Fault.PORT_IN_USE)


def test_nothing_said_holds_the_person(hall: Hall) -> None:
    hall.twin.put_card(card=CARD)
    read = card_read(hall.read())
    hall.twin.put_card(card={**words(CARD), "birth": "19900230"})
    assert fault(hall.read()) is Fault.CARD_UNREADABLE
    said = repr([read, hall.seen])
    for secret in (CARD.name, CARD.number, "19900", CARD.address):
        assert secret not in said


def words(card: CardContents) -> dict[str, str]:
    names = "name sex nation birth address number issuer valid_from valid_until kind"
    return {name: str(getattr(card, name)) for name in names.split()}
