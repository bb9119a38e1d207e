"""The social-security card's twin at its wire; the test is the reader. Nothing of the product."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce

import pytest

from sandbox.devices.social_card import SocialCardChip, SocialCardContents
from sandbox.devices.twin import Twin
from sandbox.devices.vpcd_card import VpcdCardTwin

PATIENCE_S = 10.0
ZHANG = SocialCardContents(
    number="990101199003078519",
    name="张试样",
    card_number="A12345678",
    issued_on="20200101",
    valid_until="20300101",
)
SELECT_SSSE = "00A404000F 7378312E73682E C9E7BBE1B1A3D5CF"
SELECT_EF05, SELECT_EF06 = "00A4020002EF05", "00A4020002EF06"


class Reader:
    """vpcd's end: it listens, and powers up whatever connects."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE_S)
        self._card: socket.socket | None = None

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def wait_for_card(self) -> None:
        if self._card is not None:
            self._card.close()
        self._card, _ = self._listener.accept()
        self._card.settimeout(PATIENCE_S)

    def send(self, body: bytes) -> None:
        assert self._card is not None
        self._card.sendall(len(body).to_bytes(2, "big") + body)

    def receive(self) -> bytes:
        """The next answer, empty when the card has been pulled."""
        assert self._card is not None
        length = self._exactly(2)
        return self._exactly(int.from_bytes(length, "big")) if length else b""

    def _exactly(self, size: int) -> bytes:
        assert self._card is not None
        received = b""
        while len(received) < size and (part := self._card.recv(size - len(received))):
            received += part
        return received

    def power_up(self) -> bytes:
        self.send(b"\x01")
        self.send(b"\x04")
        return self.receive()

    def ask(self, command: str) -> str:
        self.send(bytes.fromhex(command))
        return self.receive().hex().upper()

    def lose_card(self) -> None:
        assert self._card is not None
        self._card.close()
        self._card = None

    def close(self) -> None:
        if self._card is not None:
            self._card.close()
        self._listener.close()


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


@pytest.fixture
def twin(reader: Reader) -> Iterator[VpcdCardTwin]:
    twin = VpcdCardTwin(reader.port, cards={"zhang": ZHANG}, slow_s=0.01)
    twin.start()
    yield twin
    twin.stop()


def powered(reader: Reader, twin: VpcdCardTwin, card: SocialCardContents) -> Reader:
    twin.put_card(card=card)
    reader.wait_for_card()
    assert reader.power_up() == card.atr()
    return reader


def answers(card: SocialCardContents, *commands: str) -> list[str]:
    chip = SocialCardChip(card)
    return [chip.answer(bytes.fromhex(command)).hex().upper() for command in commands]


def test_it_is_a_twin(twin: VpcdCardTwin) -> None:
    stands: Twin = twin
    assert stands.name == "social_card"
    assert set(stands.verbs) == {"put_card", "lift_card", "misbehave"}


def test_putting_in_is_connecting_and_lifting_is_closing(
    reader: Reader, twin: VpcdCardTwin
) -> None:
    twin.put_card("zhang")
    reader.wait_for_card()
    assert reader.power_up() == ZHANG.atr()
    assert (twin.state()["card"], twin.state()["in_reader"]) == ("zhang", True)
    twin.lift_card()
    assert reader.receive() == b""
    assert twin.state()["card"] is None


def test_the_atr_of_t1_bears_a_right_check_byte_and_that_of_t0_none() -> None:
    t0, t1 = ZHANG.atr(), replace(ZHANG, protocol="T=1").atr()
    assert (t0[:2].hex(), len(t0)) == ("3b6d", 4 + 13)
    assert (t1[:3].hex(), len(t1)) == ("3b8d01", 3 + 13 + 1)
    assert reduce(lambda a, b: a ^ b, t1[1:]) == 0


def test_t0_says_how_much_there_is_and_is_asked_again(reader: Reader, twin: VpcdCardTwin) -> None:
    powered(reader, twin, ZHANG)
    assert reader.ask(SELECT_SSSE) == "6115"
    fci = reader.ask("00C0000015")
    assert fci.endswith("7378312E73682EC9E7BBE1B1A3D5CFA5009000")
    assert reader.ask(SELECT_EF05) == "9000"
    assert reader.ask("00B2030400") == "6C06"
    assert reader.ask("00B2030406") == "0304" + b"2.00".hex().upper() + "9000"
    assert reader.ask("00B2080400") == "6A83"


def test_t1_gives_all_at_once() -> None:
    card = replace(ZHANG, protocol="T=1", generation=3)
    selected, _, version = answers(card, SELECT_SSSE, SELECT_EF05, "00B2030400")
    assert selected.startswith("6F13")
    assert version == "0304332E30309000"


@pytest.mark.parametrize(
    ("generation", "command"), [(1, "00B2033403"), (2, "00B2043403"), (3, "00B2043403")]
)
def test_sex_is_the_third_record_on_the_first_generation_and_the_fourth_later(
    generation: int, command: str
) -> None:
    """By short file identifier, as in the published commands."""
    card = replace(ZHANG, generation=generation)
    assert answers(card, SELECT_SSSE, command)[1] == "0A01319000"


def test_the_published_lengths_of_the_records() -> None:
    files = ZHANG.files()
    assert [len(one) for one in files[0xEF05]] == [0x12, 0x03, 0x06, 0x0E, 0x06, 0x06, 0x0B]
    assert [one[0] for one in files[0xEF06]] == [0x08, 0x09, 0x4E, 0x0A, 0x0B, 0x0C, 0x0D]
    assert [len(one) for one in files[0xEF06]][:3] == [0x14, 0x20, 0x16]


def test_a_record_is_also_found_by_its_tag() -> None:
    assert answers(ZHANG, SELECT_SSSE, SELECT_EF06, "00B20A0003")[2] == "0A01319000"


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("00A4040005A000000333", "6A82"),
        (SELECT_EF05, "6A82"),
        ("00B2010412", "6986"),
        ("0084000008", "6D00"),
        ("00C0000010", "6700"),
        ("00", "6700"),
    ],
)
def test_what_does_not_fit_is_refused(command: str, status: str) -> None:
    assert answers(ZHANG, command) == [status]


def test_a_reset_forgets_what_was_selected(reader: Reader, twin: VpcdCardTwin) -> None:
    powered(reader, twin, ZHANG)
    reader.ask(SELECT_SSSE)
    assert reader.ask(SELECT_EF05) == "9000"
    reader.send(b"\x02")
    assert reader.ask(SELECT_EF05) == "6A82"


def test_a_card_stays_in_when_the_reader_lets_go_of_it(reader: Reader, twin: VpcdCardTwin) -> None:
    powered(reader, twin, ZHANG)
    reader.lose_card()
    reader.wait_for_card()
    assert reader.power_up() == ZHANG.atr()


def test_a_second_card_takes_the_place_of_the_first(reader: Reader, twin: VpcdCardTwin) -> None:
    powered(reader, twin, ZHANG)
    other = replace(ZHANG, generation=3)
    twin.put_card(card=other)
    assert reader.receive() == b""
    reader.wait_for_card()
    assert reader.power_up() == other.atr()


def test_a_protected_card_keeps_only_the_holder_to_itself(
    reader: Reader, twin: VpcdCardTwin
) -> None:
    twin.misbehave("protected")
    powered(reader, twin, replace(ZHANG, generation=3))
    reader.ask(SELECT_SSSE)
    assert reader.ask(SELECT_EF05) == "9000"
    assert reader.ask(SELECT_EF06) == "6982"


def test_a_card_pulled_in_the_middle_says_no_more(reader: Reader, twin: VpcdCardTwin) -> None:
    twin.misbehave("removed_mid_read")
    powered(reader, twin, ZHANG)
    reader.ask(SELECT_SSSE)
    reader.ask(SELECT_EF06)
    assert reader.ask("00B2010414") == ""
    assert twin.state()["card"] is None


def test_garbled_records_have_a_wrong_length(reader: Reader, twin: VpcdCardTwin) -> None:
    twin.misbehave("garble")
    powered(reader, twin, ZHANG)
    reader.ask(SELECT_SSSE)
    reader.ask(SELECT_EF06)
    data = bytes.fromhex(reader.ask("00B2010414"))
    assert data[1] != len(data) - 4


def test_wrong_words_are_told(twin: VpcdCardTwin) -> None:
    with pytest.raises(ValueError, match="mode is one of"):
        twin.misbehave("explode")
    with pytest.raises(ValueError, match="nobody called ghost"):
        twin.put_card("ghost")
    with pytest.raises(ValueError, match="takes a person or a card"):
        twin.put_card()
    with pytest.raises(ValueError, match="generation is 1, 2 or 3"):
        twin.put_card(card={"generation": 4})
    with pytest.raises(ValueError, match="needs card_number, issued_on, number"):
        twin.put_card(card={"name": "张试样"})
    with pytest.raises(ValueError, match="has no colour"):
        twin.put_card(card={"colour": "red"})


def test_a_card_may_be_given_in_words(reader: Reader, twin: VpcdCardTwin) -> None:
    twin.put_card(
        card={
            "number": ZHANG.number,
            "name": ZHANG.name,
            "card_number": "A12345678",
            "issued_on": "20200101",
            "generation": 3,
        }
    )
    reader.wait_for_card()
    assert reader.power_up() == replace(ZHANG, generation=3).atr()
