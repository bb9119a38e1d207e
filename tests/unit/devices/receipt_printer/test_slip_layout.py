from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.receipt_printer.layout import LARGE, SMALL, Align, TextRow, columns_of, rows_of, wrap
from devices.receipt_printer.profile import COLUMNS, gb2312_repertoire, is_sure
from devices.receipt_printer.slip import Amount, Gap, Groups, Line, Pair, Qr, Slip, SlipLine


def text_rows(line: SlipLine) -> list[TextRow]:
    return [row for row in rows_of(Slip((line,))) if isinstance(row, TextRow)]


def texts(line: SlipLine) -> list[str]:
    return ["".join(run.text for run in row.runs) for row in text_rows(line)]


def test_gb2312_is_whole_and_has_the_dot_of_minority_names() -> None:
    assert len(gb2312_repertoire()) == 7445
    assert is_sure("·")
    assert is_sure("—")
    assert not is_sure("㛃")
    assert not is_sure("¥")
    assert not is_sure("\x1b")


def test_a_double_byte_sign_takes_two_columns_even_where_unicode_says_narrow() -> None:
    assert columns_of("A·B") == 4
    assert columns_of("不动产") == 6


def test_hanzi_wrap_anywhere_but_a_comma_never_begins_a_row() -> None:
    assert wrap("一二三四，五六", 8) == ["一二三", "四，五六"]


def test_an_opening_bracket_never_ends_a_row() -> None:
    assert wrap("一二三（四）", 8) == ["一二三", "（四）"]


def test_words_and_numbers_stay_whole() -> None:
    assert wrap("case 20261121 is open", 12) == ["case", "20261121 is", "open"]
    assert wrap("房屋3栋1201号", 8) == ["房屋3栋", "1201号"]


def test_a_word_longer_than_the_row_is_cut() -> None:
    assert wrap("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]


def test_a_line_feed_begins_a_row() -> None:
    assert wrap("一\n二", 48) == ["一", "二"]


@settings(deadline=None)
@given(st.text(st.sampled_from("不动，。（）》㛃ab1 ,.-"), max_size=120), st.integers(4, 48))
def test_no_row_is_too_wide_and_nothing_but_blanks_is_lost(text: str, columns: int) -> None:
    rows = wrap(text, columns)
    assert all(columns_of(row) <= columns for row in rows)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")


def test_a_pair_fills_the_row_to_its_right_edge() -> None:
    (row,) = text_rows(Pair("申请人", "张伟"))
    assert row.columns == COLUMNS
    assert row.runs[0].size == SMALL
    assert row.runs[-1].size == LARGE


def test_a_long_value_goes_below_its_label() -> None:
    rows = text_rows(Pair("坐落", "北海市海城区四川路288号测试花园3栋"))
    assert texts(Pair("坐落", "北海市海城区四川路288号测试花园3栋"))[0] == "坐落"
    assert [row.align for row in rows] == [Align.LEFT] * 3


def test_money_is_the_largest_and_is_never_broken() -> None:
    (row,) = text_rows(Amount("应缴", "￥80.00"))
    assert row.height == 3
    (label, big) = text_rows(Amount("应缴金额（人民币）", "12,345,678.00元"))
    assert (label.height, big.height, big.align) == (1, 3, Align.RIGHT)
    assert texts(Amount("应缴", "￥1,234,567,890,123.00"))[-1] == "￥1,234,567,890,123.00"


def test_case_numbers_are_grouped_in_fours_and_break_between_groups() -> None:
    assert texts(Groups("2026112100004217")) == ["2026 1121 0000 4217"]
    assert texts(Groups("20261121 0000 4217 9988 77")) == ["2026 1121 0000 4217 9988", "77"]


def test_no_row_of_a_slip_is_wider_than_the_paper() -> None:
    long = "很长的一句话" * 20
    slip = Slip((Line(long, bold=True), Pair(long, long), Amount(long, "1" * 60), Groups("9" * 99)))
    assert all(row.columns <= COLUMNS for row in rows_of(slip) if isinstance(row, TextRow))


@pytest.mark.parametrize("data", ["", "x" * 667, "不" * 223])
def test_qr_data_that_fits_no_readable_symbol_is_refused(data: str) -> None:
    with pytest.raises(ValueError, match="QR data is"):
        Qr(data)


@pytest.mark.parametrize("lines", [0, -1, 11])
def test_a_gap_has_a_sensible_size(lines: int) -> None:
    with pytest.raises(ValueError, match="a gap is"):
        Gap(lines)
