"""What is on a slip, before anyone knows how it is printed: resolved strings and their weight.

The words are final (language chosen, numbers formatted, ID masked); sizes, wrapping, code pages
and rasters are the printer's business. 80 mm paper, 576 dots, 48 half-width columns.
"""

from __future__ import annotations

from dataclasses import dataclass

QR_MAX_BYTES = 666
"""What version 20 at error correction M holds; larger symbols get modules too small to scan."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What this paper is: double size, bold, centred."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence. ``bold`` is for the one the reader must not miss: it is also printed larger."""

    text: str
    bold: bool = False
    centre: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A label on the left, its value on the right; a long value goes below its label."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Amount:
    """Money: ``text`` is the formatted sum with its unit, the largest thing on the slip."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Groups:
    """A number to be read out on the telephone, in groups of four; blanks in it are ignored."""

    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR symbol, model 2, correction M, centred, with its caption below.

    ``data`` is 1 to ``QR_MAX_BYTES`` bytes as UTF-8; ValueError otherwise.
    """

    data: str
    caption: str = ""

    def __post_init__(self) -> None:
        size = len(self.data.encode())
        if not 0 < size <= QR_MAX_BYTES:
            raise ValueError(f"QR data is {size} bytes; allowed are 1 to {QR_MAX_BYTES}")


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty paper, in text lines of 24 dots (3 mm)."""

    lines: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.lines <= 10:
            raise ValueError(f"a gap is 1 to 10 lines, not {self.lines}")


SlipLine = Heading | Line | Pair | Amount | Groups | Rule | Qr | Gap


@dataclass(frozen=True, slots=True)
class Slip:
    """One paper, from top to cut."""

    lines: tuple[SlipLine, ...]
