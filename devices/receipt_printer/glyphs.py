"""Draws text with whichever installed font has each character; never draws a box.

Pillow draws a font's ``.notdef`` in silence, so a glyph counts only if it leaves ink that
differs from the ink of a code point that no font can have.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from devices.receipt_printer.profile import CELL_HEIGHT, CELL_WIDTH

UNASSIGNED = "\U0010ffff"
"""A noncharacter: what a font draws for it is its .notdef."""

FULL_WIDTH = (1.0, 0.88)
HALF_WIDTH = (0.92, 0.80)
"""Size of the em and height of the baseline, as parts of the cell: hanzi fill it (Noto CJK and
Hanazono have 0.88 of the em above the baseline), Latin leaves room for the tail of a g."""

INK_THRESHOLD = 112
"""Of 255: at 24 dots Noto's thin strokes are grey; half of black would break them."""

PROBE_DOTS = 24

FACES = (" Mono CJK SC", " CJK SC")
"""Preferred faces of a collection: the first has half-width Latin, as font A has."""

DEBIAN_FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf"),
    Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"),
)
"""Where Debian's fonts-noto-cjk and fonts-hanazono put theirs."""


class MissingGlyph(Exception):
    """No font has a character. Names the plane only: the character may be part of a name."""

    def __init__(self, char: str) -> None:
        super().__init__(f"no font has a character of Unicode plane {ord(char) >> 16}")


def installed_fonts() -> tuple[Path, ...]:
    """Those of Debian's CJK fonts that are here, in the order they are asked."""
    return tuple(path for path in DEBIAN_FONTS if path.is_file())


class _Face:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._sizes: dict[int, ImageFont.FreeTypeFont] = {}

    @cached_property
    def _index(self) -> int:
        names = self._face_names()
        for wanted in FACES:
            for index, name in enumerate(names):
                if wanted in name:
                    return index
        return 0

    def _face_names(self) -> list[str]:
        names: list[str] = []
        try:
            while len(names) < 64:
                names.append(self._load(PROBE_DOTS, len(names)).getname()[0] or "")
        except OSError:
            if not names:
                raise
        return names

    def _load(self, size: int, index: int) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(
            str(self._path), size, index=index, layout_engine=ImageFont.Layout.BASIC
        )

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        if size not in self._sizes:
            self._sizes[size] = self._load(size, self._index)
        return self._sizes[size]

    @cached_property
    def _notdef(self) -> bytes:
        return self._ink(UNASSIGNED)

    def _ink(self, char: str) -> bytes:
        image = Image.new("L", (PROBE_DOTS * 2, PROBE_DOTS * 2), 0)
        at = (PROBE_DOTS / 2, PROBE_DOTS * 1.5)
        ImageDraw.Draw(image).text(at, char, fill=255, font=self.at(PROBE_DOTS), anchor="ls")
        return image.tobytes()

    def has(self, char: str) -> bool:
        if char.isspace():
            return True
        ink = self._ink(char)
        return any(ink) and ink != self._notdef


class GlyphFonts:
    """Fonts in the order they are asked. Files are opened at the first character needed."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._faces = tuple(_Face(path) for path in paths)

    def draw(self, char: str, columns: int, wide: int, high: int) -> Image.Image:
        """One character in a cell of ``columns``, magnified; mode L, black on white."""
        width, height = columns * CELL_WIDTH * high, CELL_HEIGHT * high
        cell = Image.new("L", (width, height), 255)
        em, baseline = HALF_WIDTH if columns == 1 else FULL_WIDTH
        font = self._face_of(char).at(round(height * em))
        at = (width / 2, round(height * baseline))
        ImageDraw.Draw(cell).text(at, char, fill=0, font=font, anchor="ms")
        return cell if wide == high else cell.resize((columns * CELL_WIDTH * wide, height))

    def _face_of(self, char: str) -> _Face:
        for face in self._faces:
            if face.has(char):
                return face
        raise MissingGlyph(char)
