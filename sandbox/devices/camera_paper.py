"""A sheet with a QR code held before the lens: a plane, tilted and never quite still.

Printed with the quiet zone the standard asks for; how much of the picture it fills, and its tilt,
are what a hand does.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt
import segno

from sandbox.devices.camera_scene import HEIGHT, WIDTH, Image

SHEET_PX = 400
"""The side of the sheet as held, of the picture's 480: a long code leaves four pixels a module."""
DISTANCE_PX = 1000.0
"""From lens to sheet."""
YAW_DEG, PITCH_DEG, ROLL_DEG = 9.0, -6.0, 5.0
"""Away from the lens to the side, downwards, and askew."""
QUIET_MODULES = 4
BLUR_MODULES = 1.6
"""Out of focus by so much of a module no decoder can tell one from the next."""
_MODULE_PX = 8
"""Of the sheet as printed, before it is seen."""
_PAPER, _INK = 244, 22


class HeldCode:
    """One sheet with a code. ValueError when the text does not go into a QR code."""

    def __init__(self, text: str, *, blurred: bool = False) -> None:
        try:
            code = segno.make_qr(text, error="m", boost_error=False)
        except (ValueError, segno.DataOverflowError) as exc:
            raise ValueError("this text does not go into a QR code") from exc
        modules = np.array([list(row) for row in code.matrix], np.uint8)
        bordered = np.pad(modules, QUIET_MODULES)
        inked = np.kron(bordered, np.ones((_MODULE_PX, _MODULE_PX), np.uint8))
        shade = np.where(inked > 0, _INK, _PAPER).astype(np.uint8)
        self._print = np.dstack((shade, shade, shade))
        self._blur_px = BLUR_MODULES * SHEET_PX / len(bordered) if blurred else 0.0

    def draw(self, background: Image, at: float) -> Image:
        """Give the background with the sheet before it, at ``at`` seconds of a hand's tremor."""
        side = self._print.shape[0]
        printed = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
        matrix = cv2.getPerspectiveTransform(printed, _corners(at))
        size = (WIDTH, HEIGHT)
        # the sheet has more pixels than the picture: without this the modules would alias
        smooth = cv2.GaussianBlur(self._print, (0, 0), max(0.4, 0.4 * side / SHEET_PX))
        sheet = cv2.warpPerspective(smooth, matrix, size, flags=cv2.INTER_LINEAR)
        whole = np.full(self._print.shape[:2], 255, np.uint8)
        mask = cv2.warpPerspective(whole, matrix, size, flags=cv2.INTER_LINEAR)
        weight = np.asarray(mask, np.uint16)[:, :, None]
        mixed = ((sheet * weight + background * (255 - weight)) // 255).astype(np.uint8)
        if self._blur_px:
            return np.asarray(cv2.GaussianBlur(mixed, (0, 0), self._blur_px), np.uint8)
        return mixed


def _corners(at: float) -> npt.NDArray[np.float32]:
    """Where the sheet's corners appear: an exact pinhole projection of the tilted plane."""
    half = SHEET_PX / 2
    sheet = np.array([[-half, -half, 0], [half, -half, 0], [half, half, 0], [-half, half, 0]])
    yaw = YAW_DEG + 1.5 * math.sin(at * 0.8)
    pitch = PITCH_DEG + 1.0 * math.sin(at * 1.1)
    turned = sheet
    for angle, axis in ((yaw, (0, 1, 0)), (pitch, (1, 0, 0)), (ROLL_DEG, (0, 0, 1))):
        rotation, _ = cv2.Rodrigues(np.array(axis, np.float64) * math.radians(angle))
        turned = turned @ np.asarray(rotation).T
    depth = 1 + turned[:, 2:] / DISTANCE_PX
    centre = np.array([WIDTH / 2 + 3 * math.sin(at * 1.7), HEIGHT / 2 + 2 * math.sin(at * 1.3)])
    return (turned[:, :2] / depth + centre).astype(np.float32)
