"""Waiting for a card on two readers: the first counts, the rest is called off and dropped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import cast

import pytest

from devices.api import (
    Cancelled,
    Done,
    Failed,
    Fault,
    Job,
    JobProgressed,
    Link,
    Media,
    Outcome,
    Progress,
    Status,
)
from devices.id_card.sdt_serial import CardRead, SdtReader
from devices.social_card.pcsc_reader import PcscReader
from devices.worker import NOT_OPEN, DeviceWorker
from kiosk.journey import effects
from kiosk.journey.events import Answer, CardSeen, FaceChecked, FaceOutcome, Why
from kiosk.journey.events import Failed as CameToNothing
from kiosk.live import HEIGHT, WIDTH
from kiosk.pixels import PixelSlots
from kiosk.senses import Fitted, Senses
from kiosk.vault import Vault
from tests.unit.kiosk.bench import PATIENCE_S, Gadget, Inbox, working
from tests.unit.kiosk.centre_desk import NUMBER, OTHER_NUMBER
from tests.unit.kiosk.performer_bench import (
    SOCIAL,
    Machine,
    card,
    picture,
    social_card,
)

GONE = CameToNothing(Why.DEVICE, Fault.DISCONNECTED.code)
SILENT = CameToNothing(Why.DEVICE, Fault.SILENT.code)
AWAY = Failed(Fault.DISCONNECTED, None, NOT_OPEN)


@pytest.fixture
def machine() -> Iterator[Machine]:
    machine = Machine()
    yield machine
    machine.slots.wipe()


def seen(answer: Answer) -> CardSeen:
    assert isinstance(answer, CardSeen)
    return answer


# cards


def test_a_card_is_read_and_its_portrait_shown(machine: Machine) -> None:
    machine.reads()
    job_id, answer = machine.answers[0]
    assert job_id == "v.0"
    assert (seen(answer).card.number, seen(answer).card.portrait) == (NUMBER, True)
    assert machine.shown == ["portrait"]


@pytest.mark.parametrize(
    "png",
    [b"not a PNG", b"", picture()[:-20], picture(WIDTH + 1, 8), picture(8, HEIGHT + 1)],
    ids=["no picture", "nothing", "cut off", "too wide", "too high"],
)
def test_a_portrait_that_is_no_picture_is_no_portrait(machine: Machine, png: bytes) -> None:
    machine.reads(CardRead(card().card, png))
    assert not seen(machine.answers[0][1]).card.portrait
    assert machine.shown == []


def test_a_portrait_too_large_to_be_true_is_no_crash(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("PIL.Image.MAX_IMAGE_PIXELS", 4)
    machine.reads()
    assert not seen(machine.answers[0][1]).card.portrait


def test_a_card_with_an_impossible_field_is_unreadable_and_no_crash(machine: Machine) -> None:
    machine.reads(card(name=""))
    assert machine.answers == [("v.0", CameToNothing(Why.DEVICE, "card_unreadable"))]
    assert machine.shown == []


def test_both_readers_wait_and_the_first_card_counts(machine: Machine) -> None:
    machine.does(effects.ReadCard("v.0"))
    assert (machine.reader.queued, machine.social.queued) == (["v.0"], ["v.0"])
    machine.ends("v.0", Done(social_card()), SOCIAL)
    assert seen(machine.answers[0][1]).card.kind == "social_security"
    assert machine.reader.cancelled == ["v.0"]
    machine.ends("v.0", Cancelled(), "id_card")
    assert len(machine.answers) == 1


def test_a_second_card_that_was_read_at_the_same_moment_is_not_taken(machine: Machine) -> None:
    """The other reader had ended before it could be called off."""
    machine.does(effects.ReadCard("v.0"))
    machine.ends("v.0", Done(card(NUMBER)), "id_card")
    machine.ends("v.0", Done(social_card(OTHER_NUMBER)), SOCIAL)
    assert len(machine.answers) == 1
    assert machine.social.cancelled == ["v.0"]
    machine.opens()
    assert machine.desk.centre.evidence[0].document.number == NUMBER


@pytest.mark.parametrize("away", ["id_card", SOCIAL])
def test_one_reader_away_leaves_the_wait_to_the_other(machine: Machine, away: str) -> None:
    machine.does(effects.ReadCard("v.0"))
    machine.ends("v.0", AWAY, away)
    assert machine.answers == []
    read, other = (card(), "id_card") if away == SOCIAL else (social_card(), SOCIAL)
    machine.ends("v.0", Done(read), other)
    assert isinstance(machine.answers[0][1], CardSeen)


def test_both_readers_away_are_told_once(machine: Machine) -> None:
    machine.does(effects.ReadCard("v.0"))
    machine.ends("v.0", Failed(Fault.PORT_IN_USE, None, NOT_OPEN), "id_card")
    machine.ends("v.0", AWAY, SOCIAL)
    assert machine.answers == [("v.0", GONE)]


@pytest.mark.parametrize("only", ["reader", "social"])
def test_a_machine_with_one_reader_waits_at_that_one(only: str) -> None:
    machine = Machine(only)
    machine.does(effects.ReadCard("v.0"))
    machine.ends("v.0", AWAY, {"reader": "id_card", "social": SOCIAL}[only])
    assert machine.answers == [("v.0", GONE)]


@pytest.mark.parametrize(
    "fault", [Fault.CARD_UNREADABLE, Fault.CARD_UNKNOWN_KIND, Fault.CARD_PROTECTED]
)
@pytest.mark.parametrize("at", ["id_card", SOCIAL])
def test_what_is_wrong_with_a_card_ends_the_wait_at_both(
    machine: Machine, fault: Fault, at: str
) -> None:
    machine.does(effects.ReadCard("v.0"))
    machine.ends("v.0", Failed(fault, Progress("reading_card")), at)
    assert machine.answers == [("v.0", CameToNothing(Why.DEVICE, fault.code))]
    other = machine.social if at == "id_card" else machine.reader
    assert other.cancelled == ["v.0"]
    machine.ends("v.0", Cancelled(), SOCIAL if at == "id_card" else "id_card")
    assert len(machine.answers) == 1


@pytest.mark.parametrize("fault", [Fault.GARBLED, Fault.DISCONNECTED, Fault.DRIVER_CRASHED])
def test_a_reader_that_dropped_out_of_the_wait_takes_part_again_when_it_is_back(
    machine: Machine, fault: Fault
) -> None:
    machine.does(effects.ReadCard("v.0"))
    machine.ends("v.0", Failed(fault, Progress("waiting_for_card")), "id_card")
    machine.performer.seen(Status("id_card", Link.DOWN, fault=fault))
    assert machine.reader.queued == ["v.0"]
    for name in ("id_card", "id_card", SOCIAL, "camera"):
        machine.performer.seen(Status(name, Link.UP))
    assert (machine.reader.queued, machine.social.queued) == (["v.0", "v.0"], ["v.0"])
    machine.ends("v.0", Done(card()), "id_card")
    assert isinstance(machine.answers[0][1], CardSeen)


@pytest.mark.parametrize("how", ["read", "cancelled", "failed", "wiped"])
def test_a_reader_that_is_back_when_nobody_waits_reads_nothing(machine: Machine, how: str) -> None:
    """Else the card that lies there when the visitor has left would be read, for nobody."""
    machine.does(effects.ReadCard("v.0"))
    match how:
        case "read":
            machine.ends("v.0", Done(card()), "id_card")
        case "cancelled":
            machine.does(effects.Cancel("v.0"))
        case "failed":
            machine.ends("v.0", AWAY, "id_card")
            machine.ends("v.0", AWAY, SOCIAL)
        case _:
            machine.does(effects.WipeVisit())
    machine.performer.seen(Status("id_card", Link.UP))
    machine.performer.seen(Status(SOCIAL, Link.UP))
    assert (machine.reader.queued, machine.social.queued) == (["v.0"], ["v.0"])


def test_back_calls_both_readers_off_and_drops_what_they_read_meanwhile(machine: Machine) -> None:
    machine.does(effects.ReadCard("v.0"), effects.Cancel("v.0"))
    assert (machine.reader.cancelled, machine.social.cancelled) == (["v.0"], ["v.0"])
    machine.ends("v.0", Done(card()), "id_card")
    machine.ends("v.0", Done(social_card()), SOCIAL)
    assert machine.answers == []
    assert machine.shown == []


@pytest.mark.parametrize("other", ["", "warm", "a.9"])
def test_the_call_off_of_another_job_leaves_the_wait_alone(machine: Machine, other: str) -> None:
    machine.does(effects.ReadCard("v.0"), effects.Cancel(other))
    assert machine.reader.cancelled == []
    machine.ends("v.0", Done(card()))
    assert len(machine.answers) == 1


def test_the_card_of_the_last_visit_does_not_fill_the_vault_of_this_one(machine: Machine) -> None:
    machine.does(effects.ReadCard("a.0"), effects.Cancel("a.0"), effects.WipeVisit())
    machine.ends("a.0", Done(card()))
    assert machine.shown == []
    machine.opens("b.1")
    assert machine.desk.centre.evidence == [], "nobody's card is here"
    assert machine.answers == [("b.1", CameToNothing(Why.BROKEN, "no_identity"))]


def test_a_card_that_was_sent_away_does_not_replace_the_one_read_after(machine: Machine) -> None:
    machine.does(effects.ReadCard("v.0"), effects.Cancel("v.0"), effects.ReadCard("v.1"))
    machine.ends("v.1", Done(card(NUMBER)))
    machine.ends("v.0", Done(card(OTHER_NUMBER)))
    machine.opens()
    assert machine.desk.centre.evidence[0].document.number == NUMBER


def test_a_wait_takes_the_place_of_one_that_was_not_even_called_off(machine: Machine) -> None:
    machine.does(effects.ReadCard("v.0"), effects.ReadCard("v.1"))
    assert (machine.reader.cancelled, machine.social.cancelled) == (["v.0"], ["v.0"])


def test_a_social_card_after_a_resident_s_leaves_nothing_of_that_one(machine: Machine) -> None:
    machine.reads()
    machine.does(effects.ReadCard("v.1"))
    machine.ends("v.1", Done(social_card(OTHER_NUMBER)), SOCIAL)
    told = seen(machine.answers[-1][1]).card
    assert (told.kind, told.number, told.portrait) == ("social_security", OTHER_NUMBER, False)
    assert machine.shown == []
    machine.does(effects.CheckFace("v.2"))
    assert machine.answers[-1] == ("v.2", FaceChecked(FaceOutcome.NO_REFERENCE))


def test_the_sign_of_a_reader_comes_under_the_wait_s_own_job(machine: Machine) -> None:
    machine.does(effects.ReadCard("v.0"))
    machine.performer.progressed(JobProgressed("v.0", SOCIAL, Progress("reading_card")))
    assert machine.out.signs == [("v.0", "reading_card")]


def test_a_portrait_that_finds_no_slot_keeps_nobody_waiting(machine: Machine) -> None:
    def full(name: str, width: int, height: int) -> object:
        raise OSError(24, f"planted {name} {width} {height}")

    machine.slots.create = full  # pyright: ignore[reportAttributeAccessIssue] - it never returns
    machine.reads()
    assert machine.answers == [("v.0", CameToNothing(Why.BROKEN))]


# cards that lie there


def lies(machine: Machine, media: Media, device: str = SOCIAL) -> None:
    machine.performer.seen(Status(device, Link.UP, media))


def social_waits(machine: Machine, job_id: str) -> bool:
    return machine.social.queued[-1:] == [job_id] and job_id not in machine.social.cancelled


@pytest.mark.parametrize("device", ["id_card", SOCIAL])
def test_a_card_that_the_last_visitor_left_is_not_shown_to_the_next(
    machine: Machine, device: str
) -> None:
    reader = machine.reader if device == "id_card" else machine.social
    lies(machine, Media.PRESENT, device)
    machine.does(effects.WipeVisit(), effects.ReadCard("b.0"))
    assert reader.queued == []
    lies(machine, Media.PRESENT, device)
    assert reader.queued == []
    lies(machine, Media.ABSENT, device)
    assert reader.queued == ["b.0"], "it was taken out: whatever comes now is this visitor's"
    lies(machine, Media.PRESENT, device)
    machine.ends("b.0", Done(social_card()), device)
    assert isinstance(machine.answers[0][1], CardSeen)


def test_a_card_that_was_put_there_before_the_visit_began_is_read(machine: Machine) -> None:
    machine.does(effects.WipeVisit())
    lies(machine, Media.ABSENT)
    lies(machine, Media.PRESENT)
    machine.does(effects.ReadCard("b.0"))
    assert social_waits(machine, "b.0")


def test_a_card_that_was_taken_after_the_wipe_is_not_waited_for(machine: Machine) -> None:
    """The wipe comes with the farewell page, which says to take the card."""
    lies(machine, Media.PRESENT)
    machine.does(effects.WipeVisit())
    lies(machine, Media.ABSENT)
    machine.does(effects.ReadCard("b.0"))
    assert social_waits(machine, "b.0")


@pytest.mark.parametrize(
    "outcome", [Done(social_card()), Failed(Fault.CARD_UNREADABLE, Progress("reading_card"))]
)
def test_a_card_in_the_slot_is_judged_once_until_it_is_taken_out(
    machine: Machine, outcome: Outcome
) -> None:
    """Else a wrong card would be read for ever, and each answer counts as somebody's touch."""
    machine.does(effects.ReadCard("v.0"))
    machine.ends("v.0", outcome, SOCIAL)
    lies(machine, Media.PRESENT)
    machine.does(effects.ReadCard("v.1"))
    assert not social_waits(machine, "v.1")
    assert machine.reader.queued[-1] == "v.1", "the other reader is not concerned"
    lies(machine, Media.ABSENT)
    assert social_waits(machine, "v.1")


def test_an_id_card_s_module_remembers_by_itself_what_it_has_read(machine: Machine) -> None:
    """It never says that the field is empty after a read: waiting for that would be for ever."""
    machine.reads()
    machine.does(effects.ReadCard("v.1"))
    assert machine.reader.queued == ["v.0", "v.1"]


def test_a_reader_that_loses_its_cable_has_not_lost_its_card(machine: Machine) -> None:
    lies(machine, Media.PRESENT)
    machine.does(effects.WipeVisit())
    machine.performer.seen(Status(SOCIAL, Link.DOWN, fault=Fault.DISCONNECTED))
    lies(machine, Media.PRESENT)
    machine.does(effects.ReadCard("b.0"))
    assert machine.social.queued == []


# hung drivers


def test_who_waits_for_a_hung_reader_is_told_once_and_its_late_card_is_dropped() -> None:
    machine = Machine("reader")
    machine.does(effects.ReadCard("v.0"))
    machine.performer.hung("id_card")
    machine.performer.hung("id_card")
    machine.ends("v.0", Done(card()))
    assert machine.answers == [("v.0", SILENT)]


def test_one_hung_reader_leaves_the_wait_to_the_other(machine: Machine) -> None:
    machine.does(effects.ReadCard("v.0"))
    machine.performer.hung("id_card")
    machine.performer.hung("id_card")
    assert machine.answers == []
    assert machine.reader.cancelled == ["v.0"]
    machine.performer.hung(SOCIAL)
    assert machine.answers == [("v.0", SILENT)]


def test_a_reader_that_hung_and_came_back_waits_again(machine: Machine) -> None:
    machine.does(effects.ReadCard("v.0"))
    machine.performer.hung("id_card")
    machine.ends("v.0", Cancelled(), "id_card")
    machine.performer.seen(Status("id_card", Link.UP))
    assert machine.reader.queued == ["v.0", "v.0"]
    machine.ends("v.0", Done(card()), "id_card")
    assert isinstance(machine.answers[0][1], CardSeen)


# with real workers


class OneTimeReader(Gadget):
    """Like the module of a real reader: a card is read once, until it is lifted."""

    def __init__(self, device_id: str) -> None:
        super().__init__(device_id)
        self.lying: CardRead | None = None
        self.waiting = threading.Event()

    def read(self, give_up_after_s: float | None = None) -> Job:
        del give_up_after_s
        while self.lying is None:
            yield Progress("waiting_for_card")
            self.waiting.set()
        read, self.lying = self.lying, None
        return read


class Hall:
    """Two readers on real workers; the test takes their events to the senses as the core does."""

    def __init__(
        self,
        reader: tuple[OneTimeReader, DeviceWorker],
        social: tuple[OneTimeReader, DeviceWorker],
        inbox: Inbox,
    ) -> None:
        self.reader, self.social, self.inbox = reader[0], social[0], inbox
        self.answers: list[tuple[str, Answer]] = []
        self.vault = Vault()
        self.slots = PixelSlots(lambda _: None, lambda _: None)
        fitted = Fitted(
            reader=(cast("SdtReader", reader[0]), reader[1]),
            social=(cast("PcscReader", social[0]), social[1]),
        )
        self.senses = Senses(fitted, self.slots, lambda: self.vault, self._answer, face_give_up_s=1)

    def ended(self, job_id: str, times: int = 1) -> None:
        for _ in range(times):
            self.senses.finished(self.inbox.finished(job_id))

    def _answer(self, job_id: str, answer: Answer) -> None:
        self.answers.append((job_id, answer))


@pytest.fixture
def hall() -> Iterator[Hall]:
    inbox, reader, social = Inbox(), OneTimeReader("id_card"), OneTimeReader(SOCIAL)
    with working(reader, inbox) as one, working(social, inbox) as two:
        made = Hall((reader, one), (social, two), inbox)
        yield made
    made.slots.wipe()


@pytest.mark.parametrize("left_by", ["wipe", "back"])
def test_a_wait_that_was_left_does_not_swallow_the_next_visitor_s_card(
    hall: Hall, left_by: str
) -> None:
    hall.senses.read_card("a.0")
    assert hall.reader.waiting.wait(PATIENCE_S)
    if left_by == "wipe":
        hall.senses.forget()
    else:
        hall.senses.cancel("a.0")
    hall.ended("a.0", times=2)
    hall.reader.lying = card(OTHER_NUMBER)
    hall.senses.read_card("b.0")
    hall.ended("b.0")
    ((job_id, answer),) = hall.answers
    assert (job_id, seen(answer).card.number) == ("b.0", OTHER_NUMBER)


def test_the_reader_that_was_not_used_is_free_for_the_next_wait(hall: Hall) -> None:
    hall.reader.lying = card()
    hall.senses.read_card("v.0")
    hall.ended("v.0", times=2)
    assert [job_id for job_id, _ in hall.answers] == ["v.0"]
    hall.social.lying = card(OTHER_NUMBER)
    hall.senses.read_card("v.1")
    hall.ended("v.1", times=2)
    assert [seen(answer).card.number for _, answer in hall.answers] == [NUMBER, OTHER_NUMBER]
