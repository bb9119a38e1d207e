"""The paper in the twin of the receipt printer: a line buffer, a strip of dots, cut tickets."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

DOTS = 576
MARGIN = 32
"""80 mm paper is 640 dots wide; the head reaches the 576 in the middle."""

KNIFE_DOTS = 120
"""From the head to the knife: GS V 65/66 feed this far."""

CELL_W = 12
CELL_H = 24

NOTO_CJK = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
"""Debian's fonts-noto-cjk stands in for the printer's own font."""

NOTO_MONO_SC = 7
"""The face of that collection with hanzi of the mainland and half-width Latin."""


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        str(NOTO_CJK), size, index=NOTO_MONO_SC, layout_engine=ImageFont.Layout.BASIC
    )


@dataclass(slots=True)
class Style:
    """How the next character is printed. ESC @ puts all of it back."""

    wide: int = 1
    high: int = 1
    bold: bool = False
    align: int = 0
    spacing: int = 30


@dataclass(frozen=True, slots=True)
class _Cell:
    """``glyph`` None is the box that stands for what the font lacks."""

    glyph: str | None
    columns: int
    wide: int
    high: int
    bold: bool

    @property
    def width(self) -> int:
        return self.columns * CELL_W * self.wide

    @property
    def height(self) -> int:
        return CELL_H * self.high

    def draw(self) -> Image.Image:
        """Mode L, white ink on black, to be laid over the paper."""
        ink = Image.new("L", (self.columns * CELL_W, CELL_H), 0)
        pen = ImageDraw.Draw(ink)
        if self.glyph is None:
            pen.rectangle((2, 2, ink.width - 3, CELL_H - 3), outline=255, width=2)
        else:
            em, baseline = (22, 19) if self.columns == 1 else (24, 21)
            for shift in range(1 + self.bold):
                at = (ink.width / 2 + shift, baseline)
                pen.text(at, self.glyph, fill=255, font=_font(em), anchor="ms")
        dots = ink.point(_to_dot)
        return dots.resize((self.width, self.height), Image.Resampling.NEAREST)


def _to_dot(grey: int) -> int:
    return 255 if grey > 140 else 0


@dataclass(slots=True)
class Paper:
    """What has been printed since the last cut, and what waits in the line buffer."""

    style: Style = field(default_factory=Style)
    lines_printed: int = 0
    _cells: list[_Cell] = field(default_factory=list[_Cell])
    _strips: list[tuple[int, int, Image.Image]] = field(
        default_factory=list[tuple[int, int, Image.Image]]
    )
    _text: list[str] = field(default_factory=list[str])
    _bottom: int = 0

    def put(self, glyph: str | None, columns: int) -> None:
        """A character at the end of the line; the line is printed first when it is full."""
        style = self.style
        cell = _Cell(glyph, columns, style.wide, style.high, style.bold)
        if sum(other.width for other in self._cells) + cell.width > DOTS:
            self.end_line()
        self._cells.append(cell)

    def end_line(self) -> None:
        """LF: print the buffer and feed one line."""
        cells, self._cells = self._cells, []
        height = max((cell.height for cell in cells), default=0)
        left = self._left(sum(cell.width for cell in cells))
        for cell in cells:
            self._strips.append((left, self._bottom + height - cell.height, cell.draw()))
            left += cell.width
        self._text.append("".join("\ufffd" if c.glyph is None else c.glyph for c in cells))
        self._bottom += max(height, self.style.spacing)
        self.lines_printed += 1

    def feed(self, dots: int) -> None:
        """Print what is in the buffer and feed."""
        if self._cells:
            self.end_line()
        self._bottom += dots

    def image(self, ink: Image.Image, words: str) -> None:
        """Dots (mode L, white is ink) below what is printed, aligned as the text is."""
        if self._cells:
            self.end_line()
        self._strips.append((self._left(ink.width), self._bottom, ink))
        self._text.append(words)
        self._bottom += ink.height
        self.lines_printed += 1

    def qr(self, data: bytes, module: int, level: str) -> None:
        """A symbol from its data, as the printer's own firmware would draw it."""
        symbol = segno.make_qr(data, error=level, boost_error=False)
        small = Image.new("L", (len(symbol.matrix), len(symbol.matrix)))
        small.putdata([255 * bit for row in symbol.matrix for bit in row])
        side = len(symbol.matrix) * module
        ink = small.resize((side, side), Image.Resampling.NEAREST)
        self.image(ink, f"[QR:{data.decode('utf-8', 'replace')}]")

    def forget_line(self) -> None:
        """ESC @: the line buffer is cleared, the style is as at power on."""
        self._cells.clear()
        self.style = Style()

    def cut(self) -> tuple[Image.Image, str]:
        """The paper up to the knife, as a picture and as text."""
        self.feed(0)
        height = self._bottom + MARGIN
        sheet = Image.new("L", (DOTS + 2 * MARGIN, height), 255)
        for left, top, ink in self._strips:
            black = Image.new("L", ink.size, 0)
            sheet.paste(black, (MARGIN + left, MARGIN + top), ink)
        text = "\n".join(self._text) + "\n"
        self._strips, self._text, self._bottom = [], [], 0
        return sheet, text

    def _left(self, width: int) -> int:
        return (0, (DOTS - width) // 2, DOTS - width)[self.style.align]
