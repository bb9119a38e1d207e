"""The one look: colours, type and measures, all from one base unit.

A measure is written in pixels of the drawing board (1080 wide in portrait, 1500 x 1080 in
landscape) and becomes device pixels through ``Theme.px``. Texts also carry the elder factor and
the fit factor, by which a page with too many words is drawn smaller before anything is cut off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtGui import QColor, QFont

Role = Literal["display", "heading", "title", "strong", "body", "small"]

FAMILY: Final = "Noto Sans CJK SC"
ELDER: Final = 1.35
FITS: Final = (
    *((fit, 1.0) for fit in (1.0, 0.94, 0.88, 0.82, 0.76, 0.7)),
    *((0.7, zoom) for zoom in (0.94, 0.88, 0.82, 0.76, 0.7)),
)
"""Text fit and zoom, tried in order until the page fits. The floors of ``Theme.font`` and the
target's size hold until the zoom begins: small, on a page that says too much, beats cut off."""

_SIZES: Final[dict[Role, tuple[int, int, bool]]] = {  # preferred, floor, bold
    "display": (88, 60, True),
    "heading": (62, 44, True),
    "title": (46, 34, True),
    "strong": (39, 28, True),
    "body": (37, 28, False),
    "small": (32, 28, False),
}


def _colour(code: str) -> QColor:
    return QColor(code)


@dataclass(frozen=True, slots=True)
class Palette:
    """Deep blue acts, the ground is warm, green is only done, amber waits, red is only danger.

    Every ink on its ground is at least 4.5:1; the elder palette at least 7:1.
    """

    ground: QColor
    card: QColor
    line: QColor
    ink: QColor
    muted: QColor
    action: QColor
    action_dark: QColor
    action_tint: QColor
    band: QColor
    on_action: QColor
    off: QColor
    off_ink: QColor
    done: QColor
    done_tint: QColor
    wait: QColor
    wait_tint: QColor
    danger: QColor
    danger_tint: QColor
    shadow: QColor

    def tone(self, tone: str) -> tuple[QColor, QColor]:
        """Ink and ground of a tone: info, done, wait or danger."""
        return {
            "done": (self.done, self.done_tint),
            "wait": (self.wait, self.wait_tint),
            "danger": (self.danger, self.danger_tint),
        }.get(tone, (self.action, self.action_tint))


def _palette(*, elder: bool) -> Palette:
    """The colours; in elder mode the quiet inks are darker."""
    return Palette(
        ground=_colour("#F6F3ED"),
        card=_colour("#FFFFFF"),
        line=_colour("#B9B1A3" if elder else "#DFD9CE"),
        ink=_colour("#16202C"),
        muted=_colour("#323C48" if elder else "#556070"),
        action=_colour("#0A3D75" if elder else "#0F4C8F"),
        action_dark=_colour("#07305D" if elder else "#0A3767"),
        action_tint=_colour("#E7EFF8"),
        band=_colour("#0C335F"),
        on_action=_colour("#FFFFFF"),
        off=_colour("#EAE6DE"),
        off_ink=_colour("#3D4650" if elder else "#59626D"),
        done=_colour("#0B5A2C" if elder else "#17713E"),
        done_tint=_colour("#E4F2E9"),
        wait=_colour("#5F3C00" if elder else "#845200"),
        wait_tint=_colour("#FDF1DA"),
        danger=_colour("#94140D" if elder else "#B3241C"),
        danger_tint=_colour("#FBE8E6"),
        shadow=QColor(40, 30, 10, 16),
    )


@dataclass(frozen=True, slots=True)
class Theme:
    """The look for one size of glass and one mode. ``unit``: device pixels per board pixel."""

    width: int
    height: int
    elder: bool
    fit: float
    unit: float
    palette: Palette

    @property
    def landscape(self) -> bool:
        """Whether the heading stands beside the content and not above it."""
        return self.width > self.height

    @property
    def wide(self) -> bool:
        """Whether the glass is much wider than high (1920 x 1080, not 1280 x 1024)."""
        return self.width > self.height * 1.5

    @property
    def text_scale(self) -> float:
        """What texts are multiplied with on top of ``unit``."""
        return self.fit * (ELDER if self.elder else 1.0)

    @property
    def target(self) -> int:
        """Least side of anything to press, in device pixels (96 on the board)."""
        return self.px(100)

    @property
    def margin(self) -> int:
        """Space between the glass's edge and the content."""
        return self.px(48 if not self.landscape else 44)

    @property
    def content_width(self) -> int:
        """About what a page's body has, in device pixels; in landscape beside the heading."""
        inner = self.width - self.margin * 2
        return round((inner - self.px(52)) * 0.65) if self.landscape else inner

    @property
    def gap(self) -> int:
        """Space between neighbours; never less than 16 on the board."""
        return self.px(max(18.0, 24 * self.fit))

    def px(self, board: float) -> int:
        """Device pixels of a measure on the drawing board."""
        return max(1, round(board * self.unit))

    def grown(self, board: float) -> int:
        """As ``px``, for what grows with the text (icons, paddings of text)."""
        return self.px(board * self.text_scale)

    def font(self, role: Role) -> QFont:
        """The font of a role, in whole pixels; never under the role's floor."""
        preferred, floor, bold = _SIZES[role]
        grown = (1.12 if self.landscape else ELDER) if self.elder else 1.0
        least = floor * grown
        font = QFont(FAMILY)
        font.setPixelSize(self.px(max(least, preferred * self.text_scale)))
        font.setBold(bold)
        return font


def theme_for(
    width: int, height: int, *, elder: bool, fit: float = 1.0, zoom: float = 1.0
) -> Theme:
    """The theme of a glass of this size in device pixels."""
    board = (1500, 1080) if width > height else (1080, 1800)
    unit = min(width / board[0], height / board[1]) * zoom
    return Theme(width, height, elder, fit, unit, _palette(elder=elder))
