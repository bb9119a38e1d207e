from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.id_card.card import CardFault, IdCard, parse_card

PHOTO = bytes(range(256)) * 4
VALIDITY = {188: "20200101", 204: "20400101"}
RESIDENT = VALIDITY | {
    0: "张三",
    30: "1",
    32: "01",
    36: "19900307",
    52: "示例市示例区示例街道1号",
    122: "990101199003078519",
    158: "示例市公安局示例分局",
}
HMT = VALIDITY | {
    0: "李四",
    30: "2",
    36: "19851231",
    52: "示例市示例区示例路2号",
    122: "810000198512310027",
    158: "示例市公安局",
    220: "H12345678",
    238: "01",
    248: "J",
}
FOREIGN_2017 = VALIDITY | {
    0: "EXAMPLE, ALEX MARIA",
    120: "2",
    122: "XXX990085123101",
    152: "XXX",
    158: "艾例",
    220: "19851231",
    236: "01",
    240: "9900",
    248: "I",
}
FOREIGN_2023 = VALIDITY | {
    0: "艾例",
    30: "2",
    32: "00",
    36: "19851231",
    52: "EXAMPLE, ALEXANDRA MARIA CONSTANTIA",
    122: "990199198512310022",
    220: " ISABELLA",
    242: "XXX",
    248: "Y",
}


def block(places: dict[int, str]) -> bytes:
    text = bytearray(" ".encode("utf-16-le") * 128)
    for at, word in places.items():
        encoded = word.encode("utf-16-le")
        text[at : at + len(encoded)] = encoded
    return bytes(text)


def fault_of(text: bytes, photo: bytes = PHOTO) -> CardFault:
    with pytest.raises(CardFault) as caught:
        parse_card(text, photo)
    return caught.value


def test_a_resident_card() -> None:
    assert parse_card(block(RESIDENT), PHOTO) == IdCard(
        kind="resident",
        name="张三",
        english_name=None,
        sex="1",
        ethnic="01",
        birth=date(1990, 3, 7),
        address="示例市示例区示例街道1号",
        number="990101199003078519",
        issuer="示例市公安局示例分局",
        valid_from=date(2020, 1, 1),
        valid_until=date(2040, 1, 1),
        photo=PHOTO,
    )


def test_long_term_validity_has_no_end() -> None:
    card = parse_card(block(RESIDENT | {204: "长期    "}), PHOTO)
    assert card.valid_until is None


def test_a_residence_permit_of_hong_kong_macao_taiwan() -> None:
    card = parse_card(block(HMT), PHOTO)
    assert (card.kind, card.name, card.sex) == ("hmt_residence", "李四", "2")
    assert (card.ethnic, card.english_name) == (None, None)
    assert card.birth == date(1985, 12, 31)
    assert (card.number, card.issuer) == ("810000198512310027", "示例市公安局")


def test_a_foreigners_card_of_2017() -> None:
    card = parse_card(block(FOREIGN_2017), PHOTO)
    assert (card.kind, card.name) == ("foreign_permanent", "艾例")
    assert card.english_name == "EXAMPLE, ALEX MARIA"
    assert (card.sex, card.birth) == ("2", date(1985, 12, 31))
    assert (card.number, card.issuer, card.address) == ("XXX990085123101", "9900", "")


def test_a_foreigners_card_of_2023_joins_both_parts_of_the_name() -> None:
    card = parse_card(block(FOREIGN_2023), PHOTO)
    assert (card.kind, card.name) == ("foreign_permanent", "艾例")
    assert card.english_name == "EXAMPLE, ALEXANDRA MARIA CONSTANTIA ISABELLA"
    assert (card.number, card.issuer) == ("990199198512310022", "")


@pytest.mark.parametrize(("places", "at", "size"), [(FOREIGN_2017, 158, 15), (FOREIGN_2023, 0, 15)])
def test_without_a_chinese_name_the_english_one_stands(
    places: dict[int, str], at: int, size: int
) -> None:
    card = parse_card(block(places | {at: " " * size}), PHOTO)
    assert card.name == card.english_name != ""


def test_expired_and_wrong_check_digit_are_left_to_the_journey() -> None:
    card = parse_card(block(RESIDENT | {122: "99010119900307851X", 204: "20200102"}), PHOTO)
    assert card.number.endswith("X")
    assert card.valid_until == date(2020, 1, 2)


@pytest.mark.parametrize("kind", ["0", "Z", "j", "\0", "ī"])
def test_another_kind_is_refused(kind: str) -> None:
    assert fault_of(block(RESIDENT | {248: kind})).reason == "unknown_kind"


@pytest.mark.parametrize(
    ("places", "field"),
    [
        (RESIDENT | {0: " " * 15}, "name"),
        (RESIDENT | {0: "张\n三"}, "name"),
        (RESIDENT | {0: "\ud800三"}, "name"),
        (RESIDENT | {30: "3"}, "sex"),
        (RESIDENT | {32: " 1"}, "ethnic"),
        (RESIDENT | {36: "19900230"}, "birth"),
        (RESIDENT | {36: "1990030 "}, "birth"),
        (RESIDENT | {36: "00000101"}, "birth"),
        (RESIDENT | {36: "１９９００３０７"}, "birth"),
        (RESIDENT | {52: " " * 35}, "address"),
        (RESIDENT | {122: "99010119900307851x"}, "number"),
        (RESIDENT | {122: "99010119900307851 "}, "number"),
        (RESIDENT | {158: " " * 15}, "issuer"),
        (RESIDENT | {188: "长期    "}, "valid_from"),
        (RESIDENT | {204: "长期有效"}, "valid_until"),
        (RESIDENT | {204: " 长期"}, "valid_until"),
        (RESIDENT | {204: "20191231"}, "valid_until"),
        (HMT | {122: "840000198512310027"}, "number"),
        (HMT | {52: " " * 35}, "address"),
        (FOREIGN_2017 | {0: " " * 60}, "english_name"),
        (FOREIGN_2017 | {122: "XXX9900851231"}, "number"),
        (FOREIGN_2017 | {220: "19851301"}, "birth"),
        (FOREIGN_2023 | {122: "890199198512310022"}, "number"),
        (FOREIGN_2023 | {52: " " * 35, 220: " " * 11}, "english_name"),
    ],
)
def test_broken_structure_is_unreadable(places: dict[int, str], field: str) -> None:
    text = bytearray(block({}))
    for at, word in places.items():
        encoded = word.encode("utf-16-le", "surrogatepass")
        text[at : at + len(encoded)] = encoded
    fault = fault_of(bytes(text))
    assert (fault.reason, fault.field) == ("unreadable", field)
    assert str(fault) == f"unreadable: {field}"


@pytest.mark.parametrize(("text", "photo"), [(255, 1024), (257, 1024), (256, 0), (256, 1023)])
def test_lengths_are_fixed(text: int, photo: int) -> None:
    whole = block(RESIDENT).ljust(text, b" ")[:text]
    assert fault_of(whole, bytes(photo)).field == "length"


@given(
    st.sampled_from([RESIDENT, HMT, FOREIGN_2017, FOREIGN_2023]),
    st.dictionaries(st.integers(0, 255), st.integers(0, 255), max_size=40),
)
@settings(max_examples=300, deadline=None)
def test_mutated_cards_parse_or_are_refused(
    places: dict[int, str], changes: dict[int, int]
) -> None:
    text = bytearray(block(places))
    for at, value in changes.items():
        text[at] = value
    with suppress(CardFault):
        card = parse_card(bytes(text), PHOTO)
        assert card.name
        assert card.valid_until is None or card.valid_until >= card.valid_from


def test_the_repr_shows_no_person() -> None:
    card = parse_card(block(RESIDENT), PHOTO)
    assert repr(card) == "IdCard(kind='resident')"
    assert str(card) == repr(card)
