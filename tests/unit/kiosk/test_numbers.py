"""Document and unit numbers: each rule has a number that keeps it and one that breaks it."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.credentials.numbers import (
    DocumentKind,
    NumberFault,
    birth_date,
    check_digit,
    check_document_number,
    check_unit_number,
    group_in_fours,
    group_unit_number,
    mask_id,
    normalise_number,
)

TODAY = date(2026, 11, 20)
RESIDENT = DocumentKind.RESIDENT
HMT = DocumentKind.HMT_RESIDENCE
FOREIGN = DocumentKind.FOREIGN_PERMANENT
SOCIAL = DocumentKind.SOCIAL_SECURITY


def complete(first_seventeen: str) -> str:
    return first_seventeen + check_digit(first_seventeen)


def test_check_digit_of_the_standards_own_examples() -> None:
    # GB 11643-1999, 4.1: the two sample numbers of the standard
    assert check_digit("11010519491231002") == "X"
    assert check_digit("44052418800101001") == "4"


@pytest.mark.parametrize(
    ("kind", "number", "fault"),
    [
        (RESIDENT, complete("99010119900229001"), NumberFault.BIRTH_DATE),
        (RESIDENT, complete("99010119900228001"), None),
        (RESIDENT, complete("99010120261121001"), NumberFault.BIRTH_DATE),
        (RESIDENT, complete("99010120261120001"), None),
        (RESIDENT, complete("99010118491231001"), NumberFault.BIRTH_DATE),
        (RESIDENT, complete("09010119900228001"), NumberFault.PREFIX),
        (RESIDENT, complete("81000019900228001"), NumberFault.PREFIX),
        (RESIDENT, "9901011990022800", NumberFault.LENGTH),
        (RESIDENT, "ABC123456789012", NumberFault.LENGTH),
        (RESIDENT, "99010119900228A018", NumberFault.CHARACTER),
        (RESIDENT, "9901011990022800१९", NumberFault.CHARACTER),
        (HMT, complete("81000019900228001"), None),
        (HMT, complete("82000019900228001"), None),
        (HMT, complete("83000019900228001"), None),
        (HMT, complete("84000019900228001"), NumberFault.PREFIX),
        (FOREIGN, complete("93184019900228001"), None),
        (FOREIGN, complete("83000019900228001"), NumberFault.PREFIX),
        (FOREIGN, "USA110078092201", None),
        (FOREIGN, "US1110078092201", NumberFault.CHARACTER),
        (FOREIGN, "USA11007809220", NumberFault.LENGTH),
        (SOCIAL, complete("99010119900228001"), None),
        (SOCIAL, complete("81000019900228001"), None),
        (SOCIAL, complete("93184019900228001"), None),
        (SOCIAL, complete("09010119900228001"), NumberFault.PREFIX),
        (SOCIAL, complete("99010119900229001"), NumberFault.BIRTH_DATE),
        (SOCIAL, "USA110078092201", NumberFault.LENGTH),
        (SOCIAL, "99010119900228001" + "1", NumberFault.CHECK_DIGIT),
    ],
)
def test_document_number(kind: DocumentKind, number: str, fault: NumberFault | None) -> None:
    assert check_document_number(kind, number, TODAY) is fault


@given(st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(place: int, shift: int) -> None:
    right = complete("99010119900228001")
    digit = str((int(right[place]) + shift) % 10)
    wrong = right[:place] + digit + right[place + 1 :]
    assert check_document_number(RESIDENT, wrong, TODAY) is not None


@given(st.integers(0, 15))
def test_swapped_neighbours_are_found(place: int) -> None:
    right = complete("99010119900228357")
    swapped = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    assert swapped == right or check_document_number(RESIDENT, swapped, TODAY) is not None


@given(st.sampled_from(DocumentKind), st.text(alphabet=string.printable + "１Ｘ一", max_size=20))
def test_any_text_is_judged_without_an_exception(kind: DocumentKind, text: str) -> None:
    check_document_number(kind, text, TODAY)
    check_document_number(kind, normalise_number(text), TODAY)
    birth_date(text)
    check_unit_number(text)


def test_normalise_takes_what_a_keyboard_gives() -> None:
    assert normalise_number(" ９９０１01 1990０２２８ 357ｘ\n") == "99010119900228357X"


def test_birth_date() -> None:
    assert birth_date("99010119900228357X") == date(1990, 2, 28)
    assert birth_date("99010119901328357X") is None
    assert birth_date("USA110078092201") is None


def test_mask_keeps_four_at_each_end() -> None:
    assert mask_id("990101199002281232") == "9901**********1232"
    assert mask_id("USA110078092201") == "USA*********201"


@given(st.text(min_size=1, max_size=30))
def test_mask_hides_at_least_half_and_keeps_the_length(text: str) -> None:
    masked = mask_id(text)
    assert len(masked) == len(text)
    assert masked.count("*") * 2 >= len(text)


def test_groups() -> None:
    assert group_in_fours("990101199002281232") == "9901 0119 9002 2812 32"
    assert group_unit_number("990102001021GB00233F00010013") == "990102 001021 GB00233 F00010013"
    assert group_unit_number("99010") == "99010"


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("990102001021GB00233F00010013", None),
        ("990102001021GB00233W00000000", None),
        ("990102001021GB00233W00000001", NumberFault.CHARACTER),
        ("990102001021IB00233F00010013", NumberFault.CHARACTER),
        ("9901020010213300233100010013", NumberFault.CHARACTER),
        ("990102001021GB00233F0001001", NumberFault.LENGTH),
    ],
)
def test_unit_number(number: str, fault: NumberFault | None) -> None:
    assert check_unit_number(number) is fault
