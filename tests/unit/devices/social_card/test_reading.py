"""Commands, records and the order of reading, against cards that are lists of bytes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from devices.api import DeviceError, Fault
from devices.social_card.card import CITIZEN_NUMBER, SocialCard
from devices.social_card.protocol import (
    ROUNDS_MAX,
    SELECT_APPLICATION,
    Apdu,
    Transmit,
    ask,
    read_record,
    select_file,
)
from devices.social_card.reading import read_card
from sandbox.devices.social_card import SocialCardChip, SocialCardContents

SEED = 20261122
ZHANG = SocialCardContents(
    number="990101199003078519",
    name="张试样",
    card_number="A12345678",
    issued_on="20200101",
    valid_until="20300101",
)
Files = dict[int, list[bytes]]


class ListedCard:
    """A card that answers from lists of records, with the odd answer put in its mouth."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.overrides: dict[bytes, bytes] = {}
        self.heard: list[bytes] = []
        self._selected: list[bytes] = []

    def transmit(self, command: bytes) -> bytes:
        self.heard.append(command)
        if command in self.overrides:
            return self.overrides[command]
        if command[:2] == b"\x00\xa4":
            self._selected = self.files.get(int.from_bytes(command[5:7], "big"), [])
            return b"\x90\x00"
        found = self._selected[command[2] - 1 : command[2]]
        return found[0] + b"\x90\x00" if found else b"\x6a\x83"


def read(transmit: Transmit) -> SocialCard:
    job = read_card(transmit)
    try:
        while True:
            next(job)
    except StopIteration as stop:
        return stop.value


def failure(transmit: Transmit) -> DeviceError:
    with pytest.raises(DeviceError) as raised:
        read(transmit)
    return raised.value


def listed(**changes: object) -> ListedCard:
    return ListedCard(replace(ZHANG, **changes).files())  # pyright: ignore[reportArgumentType] - names and types are those of the dataclass


def record(tag: int, value: bytes) -> bytes:
    return bytes((tag, len(value))) + value


def with_record(tag: int, value: bytes, generation: int = 2) -> ListedCard:
    """Zhang's card with the value of one record exchanged."""
    files = replace(ZHANG, generation=generation).files()
    for records in files.values():
        for at, old in enumerate(records):
            if old[0] == tag:
                records[at] = record(tag, value)
    return ListedCard(files)


def test_the_commands_are_those_of_the_specification() -> None:
    select = SELECT_APPLICATION.bytes_with(None).hex(" ")
    assert select == "00 a4 04 00 0f 73 78 31 2e 73 68 2e c9 e7 bb e1 b1 a3 d5 cf"
    assert select_file(0xEF05).bytes_with(None).hex(" ") == "00 a4 02 00 02 ef 05"
    assert read_record(7).bytes_with(0).hex(" ") == "00 b2 07 04 00"


@pytest.mark.parametrize("generation", [1, 2, 3])
@pytest.mark.parametrize("protocol", ["T=0", "T=1"])
def test_a_chip_of_each_generation_is_read(generation: int, protocol: str) -> None:
    chip = SocialCardChip(replace(ZHANG, generation=generation, protocol=protocol))
    card = read(chip.answer)
    assert (card.name, card.number, card.card_number) == ("张试样", ZHANG.number, "A12345678")
    assert (card.issued_on, card.valid_until) == (date(2020, 1, 1), date(2030, 1, 1))
    assert card.generation == generation


def test_nothing_more_of_the_holder_is_read_than_number_and_name() -> None:
    card = listed()
    read(card.transmit)
    holder = card.heard[card.heard.index(select_file(0xEF06).bytes_with(None)) :]
    assert [command[2] for command in holder if command[1] == 0xB2] == [1, 2, 3]


def test_records_are_told_apart_by_their_tag_wherever_they_stand() -> None:
    files = ZHANG.files()
    for records in files.values():
        records.reverse()
    assert read(ListedCard(files).transmit).name == "张试样"


def test_a_card_that_knows_only_the_old_select_is_read() -> None:
    chip = SocialCardChip(ZHANG)
    chip.old_select = True
    assert read(chip.answer).name == "张试样"


@pytest.mark.parametrize("name", ["阿" * 15, "阿" * 16, "A" + "阿" * 20, "㛃" * 3, "阿" * 25])
def test_a_long_or_rare_name_is_whole(name: str) -> None:
    assert read(listed(name=name).transmit).name == name


def test_an_extension_never_written_is_no_part_of_the_name() -> None:
    assert read(with_record(0x4E, b"\xff" * 20).transmit).name == "张试样"


@pytest.mark.parametrize("stated", ["FFFFFFFF", "00000000"])
def test_a_card_may_state_no_end(stated: str) -> None:
    assert read(with_record(0x06, bytes.fromhex(stated)).transmit).valid_until is None


@pytest.mark.parametrize(
    ("tag", "value", "fault"),
    [
        (0x03, b"4.00", Fault.CARD_UNKNOWN_KIND),
        (0x03, b"\0\0\0\0", Fault.CARD_UNREADABLE),
        (0x05, b"\x20\x20\x13\x01", Fault.CARD_UNREADABLE),
        (0x05, b"\xff\xff\xff\xff", Fault.CARD_UNREADABLE),
        (0x06, b"\x20\x19\x01\x01", Fault.CARD_UNREADABLE),  # before it was issued
        (0x07, b"A1234567", Fault.CARD_UNREADABLE),  # one byte short
        (0x07, b"\0" * 9, Fault.CARD_UNREADABLE),
        (0x08, b"99010119900307851\0", Fault.CARD_UNREADABLE),
        (0x08, b"USA990085123100019", Fault.CARD_UNKNOWN_KIND),
        (0x09, b"\0" * 30, Fault.CARD_UNREADABLE),
        (0x09, b"\xc9" + b"\0" * 29, Fault.CARD_UNREADABLE),  # half a character
        (0x09, b"\xaa\xa1" + b"\0" * 28, Fault.CARD_UNREADABLE),  # private use
        (0x09, b"A\x07" + b"\0" * 28, Fault.CARD_UNREADABLE),
        (0x4E, "续".encode("gbk") + b"\0" * 18, Fault.CARD_UNREADABLE),  # of a name not full
    ],
)
def test_what_breaks_the_form_is_refused(tag: int, value: bytes, fault: Fault) -> None:
    assert failure(with_record(tag, value).transmit).fault is fault


@pytest.mark.parametrize("tag", [0x03, 0x05, 0x06, 0x07, 0x08, 0x09])
def test_a_missing_record_is_refused(tag: int) -> None:
    files = {at: [one for one in records if one[0] != tag] for at, records in ZHANG.files().items()}
    assert failure(ListedCard(files).transmit).fault is Fault.CARD_UNREADABLE


@pytest.mark.parametrize(
    ("command", "status", "fault"),
    [
        (SELECT_APPLICATION.bytes_with(None), "6A82", Fault.CARD_UNKNOWN_KIND),
        (SELECT_APPLICATION.bytes_with(None), "6A81", Fault.CARD_UNREADABLE),
        (select_file(0xEF05).bytes_with(None), "6A82", Fault.CARD_UNREADABLE),
        (select_file(0xEF06).bytes_with(None), "6982", Fault.CARD_PROTECTED),
        (read_record(1).bytes_with(0), "6982", Fault.CARD_PROTECTED),
        (read_record(2).bytes_with(0), "6F00", Fault.CARD_UNREADABLE),
        (read_record(2).bytes_with(0), "", Fault.CARD_UNREADABLE),
        (read_record(2).bytes_with(0), "90", Fault.CARD_UNREADABLE),
    ],
)
def test_a_refusal_has_its_fault_and_the_status_in_the_detail(
    command: bytes, status: str, fault: Fault
) -> None:
    card = listed()
    card.overrides[command] = bytes.fromhex(status)
    error = failure(card.transmit)
    assert error.fault is fault
    assert len(status) < 4 or fault is Fault.CARD_UNKNOWN_KIND or status in error.detail


@pytest.mark.parametrize("first", [b"\x61", b"\x6c"])
def test_a_card_without_end_is_given_up(first: bytes) -> None:
    asked: list[bytes] = []

    def endless(command: bytes) -> bytes:
        asked.append(command)
        return (b"" if first == b"\x6c" else b"x") + first + b"\x10"

    with pytest.raises(DeviceError, match="without end"):
        ask(endless, read_record(1))
    assert len(asked) == ROUNDS_MAX


def test_the_rest_of_an_answer_is_fetched_piece_by_piece() -> None:
    answers = iter([b"\x6c\x04", b"ab\x61\x02", b"cd\x90\x00"])
    asked: list[str] = []

    def card(command: bytes) -> bytes:
        asked.append(command.hex())
        return next(answers)

    answer = ask(card, Apdu("read", b"\x00\xb2\x01\x04", expects=0))
    assert (answer.status, answer.data) == (0x9000, b"abcd")
    assert asked == ["00b2010400", "00b2010404", "00c0000002"]


def test_no_text_of_a_failure_or_of_a_card_names_the_person() -> None:
    assert repr(read(listed().transmit)) == "SocialCard(generation=2)"
    for tag in (0x08, 0x09, 0x4E):
        broken = with_record(tag, ZHANG.number.encode() + "张试样".encode("gbk"))
        told = str(failure(broken.transmit))
        assert ZHANG.number not in told
        assert "张" not in told


Mutation = Callable[[random.Random, Files], None]


def _spot(dice: random.Random, files: Files) -> tuple[list[bytes], int]:
    records = files[dice.choice([0xEF05, 0xEF06])]
    return records, dice.randrange(len(records))


def flip_bits(dice: random.Random, files: Files) -> None:
    records, at = _spot(dice, files)
    changed = bytearray(records[at])
    for _ in range(dice.randint(1, 4)):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    records[at] = bytes(changed)


def cut(dice: random.Random, files: Files) -> None:
    records, at = _spot(dice, files)
    records[at] = records[at][: dice.randrange(len(records[at]))]


def lengthen(dice: random.Random, files: Files) -> None:
    records, at = _spot(dice, files)
    records[at] += dice.randbytes(dice.randint(1, 200))


def retag(dice: random.Random, files: Files) -> None:
    records, at = _spot(dice, files)
    records[at] = bytes((dice.randrange(256),)) + records[at][1:]


def drop(dice: random.Random, files: Files) -> None:
    records, at = _spot(dice, files)
    del records[at]


def double(dice: random.Random, files: Files) -> None:
    records, at = _spot(dice, files)
    records.insert(dice.randrange(len(records)), records[at])


def fill(dice: random.Random, files: Files) -> None:
    records, at = _spot(dice, files)
    filler = dice.choice([b"\0", b"\xff", b" ", b"F", b"9"])
    records[at] = records[at][:2] + filler * (len(records[at]) - 2)


def babble(dice: random.Random, files: Files) -> None:
    records, at = _spot(dice, files)
    value = dice.randbytes(len(records[at]) - 2)
    records[at] = records[at][:2] + value


def flood(dice: random.Random, files: Files) -> None:
    records, _ = _spot(dice, files)
    records[:] = [record(dice.randrange(256), b"x") for _ in range(255)]


MUTATIONS: list[Mutation] = [flip_bits, cut, lengthen, retag, drop, double, fill, babble, flood]


def mutated(count: int) -> Iterator[tuple[str, ListedCard]]:
    dice = random.Random(SEED)  # noqa: S311 - the same cards in every run
    for _ in range(count):
        mutation = dice.choice(MUTATIONS)
        files = replace(ZHANG, generation=dice.choice([1, 2, 3]), name="阿" * 20).files()
        mutation(dice, files)
        yield mutation.__name__, ListedCard(files)


def test_thousands_of_broken_cards_are_refused_or_still_well_formed() -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for mutation, card in mutated(6000):
        try:
            well = read(card.transmit)
        except DeviceError as exc:
            assert exc.fault in (Fault.CARD_UNREADABLE, Fault.CARD_UNKNOWN_KIND)  # noqa: PT017 - only some are to fail
            counts[mutation, exc.fault.code] += 1
        else:
            assert CITIZEN_NUMBER.fullmatch(well.number)
            assert 0 < len(well.name) <= 50
            assert well.name.isprintable()
            assert well.valid_until is None or well.issued_on <= well.valid_until
            counts[mutation, "accepted"] += 1
    print(dict(sorted(counts.items())))  # noqa: T201 - how many of each class were tried
    tried = {mutation for mutation, _ in counts}
    assert tried == {mutation.__name__ for mutation in MUTATIONS}
    assert all(counts[m.__name__, "card_unreadable"] for m in MUTATIONS)
    for generation in (1, 2, 3):
        whole = replace(ZHANG, generation=generation)
        assert read(ListedCard(whole.files()).transmit).number == ZHANG.number


def test_a_card_that_babbles_at_any_command_is_refused() -> None:
    dice = random.Random(SEED)  # noqa: S311 - the same cards in every run

    def babbling(_command: bytes) -> bytes:
        status = dice.choice([b"\x90\x00", b"\x61", b"\x6c\x05", b"\x61\x05", b"", b"\x6a\x83"])
        return dice.randbytes(dice.randrange(12)) + status

    faults = Counter(failure(babbling).fault for _ in range(3000))
    citizens = {Fault.CARD_UNREADABLE, Fault.CARD_UNKNOWN_KIND, Fault.CARD_PROTECTED}
    assert set(faults) <= citizens
