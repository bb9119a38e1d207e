"""Every row stands on exactly one page, in order, and no page is taller than its room."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from screens.controls.packing import Measured, Piece, pack, total

SHEETS = st.lists(
    st.builds(
        Measured,
        rows=st.lists(st.integers(1, 400), min_size=1, max_size=9).map(tuple),
        header=st.integers(0, 120),
        over=st.integers(0, 60),
        row_gap=st.integers(0, 20),
        flows=st.booleans(),
    ),
    max_size=6,
)


def tall(sheets: list[Measured], page: list[Piece], gap: int) -> int:
    heights = [sheets[piece.sheet].height(piece.first, piece.last) for piece in page]
    return sum(heights) + gap * max(0, len(heights) - 1)


@settings(max_examples=300, deadline=None)
@given(SHEETS, st.integers(150, 1500), st.integers(0, 40))
def test_each_row_once_and_no_page_overflows(sheets: list[Measured], room: int, gap: int) -> None:
    pages = pack(sheets, room, gap)
    told = [
        (piece.sheet, row)
        for page in pages
        for piece in page
        for row in range(piece.first, piece.last)
    ]
    assert told == [(at, row) for at, sheet in enumerate(sheets) for row in range(len(sheet.rows))]
    for page in pages:
        alone = len(page) == 1 and page[0].last - page[0].first == 1
        assert tall(sheets, page, gap) <= room or alone
    assert all(pages) or pages == [[]]


def test_what_fits_stands_on_one_page() -> None:
    sheets = [Measured((100, 100), over=20), Measured((50,))]
    assert total(sheets, 10) == 280
    assert len(pack(sheets, 280, 10)) == 1
    assert len(pack(sheets, 279, 10)) == 2


def test_a_sheet_goes_whole_to_the_next_page_unless_it_flows() -> None:
    first, rows = Measured((500,)), (200, 200, 200, 200)
    assert pack([first, Measured(rows)], 1000, 0)[1] == [Piece(1, 0, 4)]
    assert pack([first, Measured(rows, flows=True)], 1000, 0)[0][1] == Piece(1, 0, 2)


def test_one_row_does_not_stand_alone_at_a_pages_foot() -> None:
    sheets = [Measured((700,)), Measured((200, 200, 200), flows=True)]
    assert pack(sheets, 1000, 0) == [[Piece(0, 0, 1)], [Piece(1, 0, 3)]]


def test_the_header_is_counted_on_every_page() -> None:
    sheet = Measured((100,) * 6, header=50)
    assert [len(page) for page in pack([sheet], 350, 0)] == [1, 1]
    assert pack([sheet], 349, 0)[0] == [Piece(0, 0, 2)]
