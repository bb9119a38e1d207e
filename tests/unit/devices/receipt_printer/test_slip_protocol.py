from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFont

from devices.api import Fault, Supply
from devices.receipt_printer import protocol
from devices.receipt_printer.glyphs import GlyphFonts, MissingGlyph, installed_fonts
from devices.receipt_printer.layout import LARGE, Align, Run, TextRow
from devices.receipt_printer.line import SerialAddress, TcpAddress, parse_url
from devices.receipt_printer.profile import PrinterProfile
from devices.receipt_printer.replies import Condition, Kind, kind_of, paper_ended
from devices.receipt_printer.slip import Gap, Heading, Line, Pair, Qr, Rule, Slip

FONTS = GlyphFonts(installed_fonts())


def encoded(*lines: Line | Pair | Heading | Qr | Rule | Gap) -> list[bytes]:
    return protocol.encode(Slip(lines), PrinterProfile(), FONTS)


def latin_font(directory: Path) -> Path:
    """The Latin font that Pillow carries, as a file."""
    font = ImageFont.load_default(24)
    assert isinstance(font, ImageFont.FreeTypeFont)
    assert isinstance(font.path, BytesIO)
    path = directory / "latin.ttf"
    path.write_bytes(font.path.getvalue())
    return path


def test_chinese_is_framed_by_fs() -> None:
    assert protocol.characters("不动产") == bytes.fromhex("1C 26 B2 BB B6 AF B2 FA 1C 2E")


def test_ascii_needs_no_frame() -> None:
    assert protocol.characters("12345") == b"12345"


def test_chinese_punctuation_and_the_name_dot_keep_their_codes() -> None:
    assert protocol.characters("：（）￥·—") == bytes.fromhex(
        "1C 26 A3BA A3A8 A3A9 A3A4 A1A4 A1AA 1C 2E"
    )


def test_qr_commands_of_the_manual() -> None:
    assert protocol.qr(b"https://x.cn") == bytes.fromhex(
        "1D 28 6B 04 00 31 41 32 00"
        "1D 28 6B 03 00 31 43 0A"
        "1D 28 6B 03 00 31 45 31"
        "1D 28 6B 0F 00 31 50 30 68 74 74 70 73 3A 2F 2F 78 2E 63 6E"
        "1D 28 6B 03 00 31 51 30"
    )


@pytest.mark.parametrize(("size", "dots"), [(14, 10), (15, 10), (84, 10), (85, 9), (666, 4)])
def test_qr_modules_shrink_as_the_data_grows(size: int, dots: int) -> None:
    assert protocol.qr_module_dots(size) == dots
    assert (17 + 4 * 20) * protocol.qr_module_dots(666) <= 576


def test_long_qr_data_has_a_two_byte_length() -> None:
    assert bytes.fromhex("1D 28 6B 2F 01 31 50 30") + b"x" * 300 in protocol.qr(b"x" * 300)


def test_a_slip_starts_from_a_known_state_and_ends_with_a_cut() -> None:
    chunks = encoded(Line("查询"))
    assert chunks[0] == bytes.fromhex("1B 40 1B 52 00 1D 50 CB CB")
    assert chunks[-1] == bytes.fromhex("1D 56 42 00")
    whole = protocol.encode(Slip(()), PrinterProfile(full_cut=True), FONTS)
    assert whole[-1] == bytes.fromhex("1D 56 41 00")


def test_a_line_of_text_to_the_byte() -> None:
    assert encoded(Line("费80", bold=True, centre=True))[1] == bytes.fromhex(
        "1B 61 01  1B 33 43  1D 21 11  1B 45 01  1C 26 B7 D1 38 30 1C 2E  0A"
    )


def test_a_gap_is_fed_in_dots() -> None:
    assert encoded(Gap(2))[1] == bytes.fromhex("1B 4A 30")
    assert protocol.feed(300) == bytes.fromhex("1B 4A FF 1B 4A 2D")


def test_a_line_with_a_rare_character_is_an_image_and_its_neighbours_stay_text() -> None:
    _, before, rare, after, _ = encoded(Line("申请人"), Line("欧阳㛃"), Line("谢谢"))
    assert b"\x1dv0" in rare
    assert b"\x1dv0" not in before + after


def test_four_byte_gb18030_is_never_sent() -> None:
    assert "𬭚".encode("gb18030") not in b"".join(encoded(Pair("申请人", "王𬭚")))


def test_the_raster_is_the_picture_bit_by_bit() -> None:
    image = Image.effect_noise((64, 300), 90)
    data = protocol.raster(image)
    wanted = np.asarray(image) < 112
    head, first = data[:8], data[8 : 8 + 8 * 256]
    assert head == bytes.fromhex("1D 76 30 00 08 00 00 01")
    second = data[8 + 8 * 256 :]
    assert second[:8] == bytes.fromhex("1D 76 30 00 08 00 2C 00")
    rows = np.frombuffer(first + second[8:], np.uint8).reshape(300, 8)
    assert (np.unpackbits(rows, axis=1) == wanted).all()


def test_a_drawn_row_stands_on_the_printers_own_grid() -> None:
    row = protocol.draw_row(TextRow((Run("㛃", LARGE),), Align.CENTRE), FONTS)
    left, top, right, bottom = row.point(_dark).getbbox() or (0, 0, 0, 0)
    assert 264 <= left < right <= 312
    assert 0 <= top < bottom <= 48
    assert row.width % 8 == 0


def _dark(grey: int) -> int:
    return 255 if grey < 112 else 0


def test_fonts_are_asked_in_their_order(tmp_path: Path) -> None:
    latin = latin_font(tmp_path)
    both = GlyphFonts([latin, *installed_fonts()])
    assert both.draw("㛃", 2, 1, 1).tobytes() == FONTS.draw("㛃", 2, 1, 1).tobytes()
    assert both.draw("g", 1, 2, 2).tobytes() != FONTS.draw("g", 1, 2, 2).tobytes()


@pytest.mark.parametrize("char", ["㛃", "\U0010fffd", "\u200b", "\x1b"])
def test_what_no_font_has_is_an_error_that_does_not_quote_it(char: str, tmp_path: Path) -> None:
    fonts = GlyphFonts([latin_font(tmp_path)])
    with pytest.raises(MissingGlyph) as caught:
        protocol.encode(Slip((Line("欧阳" + char),)), PrinterProfile(), fonts)
    assert char not in str(caught.value)


def test_control_characters_cannot_become_commands() -> None:
    with pytest.raises(MissingGlyph):
        encoded(Line("a\x1b@\x10\x05\x02"))


def test_a_text_slip_is_a_fiftieth_of_its_picture() -> None:
    lines = [Pair("办理事项", "个人住房情况查询")] * 12 + [Qr("https://x.cn/" + "v" * 40)]
    assert sum(map(len, encoded(*lines))) <= 0.02 * 86416


@pytest.mark.parametrize(
    ("byte", "kind"),
    [(0x12, Kind.REALTIME), (0x7E, Kind.REALTIME), (0x00, Kind.QUEUED), (0x0F, Kind.QUEUED),
     (0x10, Kind.GARBAGE), (0x92, Kind.GARBAGE), (0x13, Kind.GARBAGE), (0xFF, Kind.GARBAGE)],
)  # fmt: skip
def test_fixed_bits_sort_the_answers(byte: int, kind: Kind) -> None:
    assert kind_of(byte) is kind


@pytest.mark.parametrize(
    ("answers", "fault", "supply"),
    [
        ("12 12 12 12", None, Supply.OK),
        ("12 12 12 1e", None, Supply.LOW),
        ("1a 32 12 7e", Fault.PAPER_OUT, Supply.OUT),
        ("1a 32 12 12", Fault.PAPER_OUT, Supply.OUT),
        ("1a 16 12 12", Fault.COVER_OPEN, Supply.OK),
        ("1a 16 12 7e", Fault.COVER_OPEN, Supply.OUT),
        ("1a 52 1a 12", Fault.CUTTER, Supply.OK),
        ("1a 52 32 12", Fault.HARDWARE, Supply.OK),
        ("1a 52 52 12", Fault.OVERHEATED, Supply.OK),
        ("1a 1a 12 12", Fault.BUSY, Supply.OK),
        ("1a 12 12 12", Fault.HARDWARE, Supply.OK),
        ("16 12 12 12", None, Supply.OK),
    ],
)
def test_what_the_four_answers_mean(answers: str, fault: Fault | None, supply: Supply) -> None:
    condition = Condition(*bytes.fromhex(answers))
    assert condition.fault is fault
    assert condition.supply(near_end_sensor=True) is supply
    assert str(condition) == answers


def test_without_a_near_end_sensor_its_bits_mean_nothing() -> None:
    assert Condition(0x12, 0x12, 0x12, 0x1E).supply(near_end_sensor=False) is Supply.OK


def test_the_queued_paper_report() -> None:
    assert not paper_ended(0x03)
    assert paper_ended(0x0C)


def test_addresses() -> None:
    assert parse_url("tcp://10.1.2.3") == TcpAddress("10.1.2.3", 9100)
    assert parse_url("tcp://printer:9101") == TcpAddress("printer", 9101)
    assert parse_url("/dev/ttyS1") == SerialAddress("/dev/ttyS1", 115200)
    assert parse_url("serial:///dev/ttyS1?baud=9600") == SerialAddress("/dev/ttyS1", 9600)


@pytest.mark.parametrize("url", ["", "tcp://", "usb://1", "ttyS1", "serial:///dev/x?baud=fast"])
def test_an_address_that_means_nothing_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_url(url)
