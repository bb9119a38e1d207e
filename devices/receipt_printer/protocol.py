"""A slip as ESC/POS bytes. Pure: no port, no clock.

Text goes as text where every character is surely in the printer's font (0.1 s for a slip at
115200 baud) and as a raster, row by row, where it is not (7 s if all of it were). Sources:
Epson's command reference for TM printers; FS & / FS . from the Chinese models' manuals.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from PIL import Image

from devices.receipt_printer.glyphs import INK_THRESHOLD, GlyphFonts
from devices.receipt_printer.layout import (
    LEAD_DOTS,
    Align,
    Row,
    Run,
    TextRow,
    columns_of_char,
    rows_of,
)
from devices.receipt_printer.profile import (
    CELL_HEIGHT,
    CELL_WIDTH,
    COLUMNS,
    DOTS,
    PrinterProfile,
    is_sure,
)
from devices.receipt_printer.slip import Gap, Qr, Rule, Slip

INITIALIZE = b"\x1b@"
USA_CHARACTERS = b"\x1bR\x00"
"""The Chinese set prints the dollar sign as the yuan's."""
UNITS_OF_ONE_DOT = b"\x1dP\xcb\xcb"
"""GS P 203 203: feeds and spacings count in dots, on models whose default is 1/360 inch too."""
CHINESE_ON = b"\x1c&"
CHINESE_OFF = b"\x1c."
LINE_FEED = b"\n"
CUT_WITH_HINGE = b"\x1dVB\x00"
CUT_THROUGH = b"\x1dVA\x00"
"""GS V 66 / 65 n: feed until the last row is past the knife, then cut."""

REPORT_PAPER = b"\x1dr\x01"
"""GS r 1: its answer is queued behind the data, so it comes when all of that was printed."""
CLEAR_BUFFERS = b"\x10\x05\x02"
"""DLE ENQ 2: recover and forget what is in the buffers, so that no rest of a slip comes later."""

BAND_DOTS = 256
"""Rows in one GS v 0: small models hold no more."""

RULE_DOTS = 2

QR_TARGET_DOTS = 400
"""50 mm: what a phone of any age reads at once."""

QR_MODULE_DOTS = range(3, 11)

QR_CAPACITY_M = (
    *(14, 26, 42, 62, 84, 106, 122, 152, 180, 213),
    *(251, 287, 331, 362, 412, 450, 504, 560, 624, 666),
)
"""Bytes that versions 1 to 20 hold at correction M (ISO/IEC 18004, table 7)."""


def realtime_query(n: int) -> bytes:
    """DLE EOT n, 1 to 4: answered at once, whatever is still in the buffer."""
    return bytes([0x10, 0x04, n])


def encode(slip: Slip, profile: PrinterProfile, fonts: GlyphFonts) -> list[bytes]:
    """The slip as chunks of whole commands: one may stop between any two of them.

    MissingGlyph when no font has a character, before any chunk exists.
    """
    rows = [_encode_row(row, fonts) for row in rows_of(slip)]
    return [start(), *rows, cut(profile)]


def start() -> bytes:
    """The printer as we expect it, whatever came before."""
    return INITIALIZE + USA_CHARACTERS + UNITS_OF_ONE_DOT


def cut(profile: PrinterProfile) -> bytes:
    """Feed past the knife and cut as the model does."""
    return CUT_THROUGH if profile.full_cut else CUT_WITH_HINGE


def _encode_row(row: Row, fonts: GlyphFonts) -> bytes:
    match row:
        case TextRow(runs, align) if all(is_sure(char) for run in runs for char in run.text):
            pitch = row.height * CELL_HEIGHT + row.lead_dots
            return aligned(align) + line_pitch(pitch) + b"".join(map(text, runs)) + LINE_FEED
        case TextRow():
            return aligned(Align.LEFT) + raster(draw_row(row, fonts))
        case Qr(data):
            symbol = qr(data.encode())
            return aligned(Align.CENTRE) + feed(LEAD_DOTS) + symbol + feed(2 * LEAD_DOTS)
        case Rule():
            line = raster(Image.new("L", (DOTS, RULE_DOTS), 0))
            return aligned(Align.LEFT) + line + feed(LEAD_DOTS + RULE_DOTS)
        case Gap(lines):
            return feed(lines * CELL_HEIGHT)


def aligned(align: Align) -> bytes:
    """ESC a: for text, images and symbols alike."""
    return bytes([0x1B, 0x61, align])


def line_pitch(dots: int) -> bytes:
    """ESC 3: from this row's top to the next one's."""
    return bytes([0x1B, 0x33, dots])


def text(run: Run) -> bytes:
    """A run with its size (GS !) and weight (ESC E), between FS & and FS . where it needs them.

    Only for characters that ``is_sure`` accepts: control characters are not among them, so no
    text can smuggle in a command.
    """
    size = bytes([0x1D, 0x21, (run.size.wide - 1) << 4 | (run.size.high - 1)])
    weight = bytes([0x1B, 0x45, run.bold])
    return size + weight + characters(run.text)


def characters(sure: str) -> bytes:
    """不动产 -> 1C 26 B2 BB B6 AF B2 FA 1C 2E; ASCII as it is."""
    coded = sure.encode("gb18030")
    return coded if sure.isascii() else CHINESE_ON + coded + CHINESE_OFF


def feed(dots: int) -> bytes:
    """Empty paper, ESC J, at most 255 dots a command."""
    whole, rest = divmod(dots, 255)
    return b"\x1bJ\xff" * whole + (bytes([0x1B, 0x4A, rest]) if rest else b"")


def qr(data: bytes) -> bytes:
    """The printer's own QR: model 2, module size, correction M, store, print (GS ( k)."""
    size = bytes([0x31, 0x43, qr_module_dots(len(data))])
    steps = (b"1A2\x00", size, b"1E1", b"1P0" + data, b"1Q0")
    return b"".join(b"\x1d(k" + len(step).to_bytes(2, "little") + step for step in steps)


def qr_module_dots(size: int) -> int:
    """Dots of a module, so that the symbol for ``size`` bytes is about ``QR_TARGET_DOTS`` wide."""
    modules = 17 + 4 * (bisect_left(QR_CAPACITY_M, size) + 1)
    return min(max(QR_TARGET_DOTS // modules, QR_MODULE_DOTS[0]), QR_MODULE_DOTS[-1])


def raster(image: Image.Image) -> bytes:
    """GS v 0 of an image in mode L, its width a multiple of 8; threshold, no dithering."""
    return b"".join(_bands(image.point(_is_ink, mode="1")))


def _is_ink(grey: int) -> int:
    return 255 if grey < INK_THRESHOLD else 0


def _bands(ink: Image.Image) -> Iterator[bytes]:
    for top in range(0, ink.height, BAND_DOTS):
        band = ink.crop((0, top, ink.width, min(top + BAND_DOTS, ink.height)))
        size = (band.width // 8).to_bytes(2, "little") + band.height.to_bytes(2, "little")
        yield b"\x1dv0\x00" + size + band.tobytes()


def draw_row(row: TextRow, fonts: GlyphFonts) -> Image.Image:
    """The row on the same grid that the printer's own font has, the white below it included."""
    height = row.height * CELL_HEIGHT
    image = Image.new("L", (DOTS, height + row.lead_dots), 255)
    blank = COLUMNS - row.columns
    at = {Align.LEFT: 0, Align.CENTRE: blank * CELL_WIDTH // 2, Align.RIGHT: blank * CELL_WIDTH}
    _draw_runs(image, at[row.align], height, row.runs, fonts)
    return _without_right_margin(image)


def _draw_runs(
    image: Image.Image, left: int, bottom: int, runs: tuple[Run, ...], fonts: GlyphFonts
) -> None:
    for run in runs:
        for char in run.text:
            columns = columns_of_char(char)
            glyph = fonts.draw(char, columns, run.size.wide, run.size.high)
            _ink_onto(image, glyph, left, bottom - glyph.height, bold=run.bold)
            left += columns * run.size.wide * CELL_WIDTH


def _ink_onto(image: Image.Image, glyph: Image.Image, left: int, top: int, *, bold: bool) -> None:
    """Bold is what the printers do: the glyph again, one dot to the right."""
    black = Image.new("L", glyph.size, 0)
    strength = glyph.point(_inverse)
    for shift in range(1 + bold):
        image.paste(black, (left + shift, top), strength)


def _inverse(grey: int) -> int:
    return 255 - grey


def _without_right_margin(image: Image.Image) -> Image.Image:
    """White on the right need not be sent; the width stays a multiple of 8."""
    ink = image.point(_inverse).getbbox()
    width = 8 if ink is None else min(DOTS, (ink[2] + 7) // 8 * 8)
    return image.crop((0, 0, width, image.height))
