"""What the camera twin sees: a hall, a person who sways and turns the head, or a held-up photo.

A turn is a warped mesh: the portrait is laid over a head-shaped depth (ellipsoid and nose) that is
rotated, so the nose moves against the eyes and the far side is squeezed, as in a real head. A
photo is a plane and is only ever moved as one (an exact pinhole projection).
Lengths named ``_eyes`` are in distances between the two eyes' centres.
"""

from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Field = npt.NDArray[np.float32]

WIDTH, HEIGHT = 640, 480
EYES_PX = {"near": 100.0, "far": 50.0}
"""Eyes apart in the picture; dlib's face box is about twice as wide (near: 200 px)."""
EYES_AT = (WIDTH / 2, 200.0)
PHOTO_EYES_PX = 120.0
"""A photo is held nearer than a face, so that tilting it does not merely make it too small."""
TILT_MAX_DEG = math.degrees(math.acos(0.7))
"""A tilt of 30 %: the plane is foreshortened to .7."""
PHOTO_PX = (400, 470)
PHOTO_DISTANCE_PX = 1000.0
"""From lens to photo; the far edge of a photo tilted most appears about 30 % shorter."""

HEAD_HALF_WIDTH_EYES, HEAD_HALF_HEIGHT_EYES, HEAD_DEPTH_EYES = 1.8, 2.4, 1.1
HEAD_CENTRE_BELOW_EYES = 0.3
NOSE_DEPTH_EYES, NOSE_BELOW_EYES = 0.3, 0.62
_GRID = 8
"""The mesh has a knot every 8 pixels."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """A person's picture (BGR) and where the eyes' centres are in it, image-left eye first."""

    bgr: Image
    eyes: tuple[tuple[float, float], tuple[float, float]]


def portrait(bgr: Image) -> Portrait:
    """Find the eyes of the one face in ``bgr``; ValueError when there is not exactly one."""
    import dlib  # noqa: PLC0415 - only the scene with people needs it, and it is large

    spec = importlib.util.find_spec("face_recognition_models")
    if spec is None or spec.origin is None:
        raise ValueError("face_recognition_models is not installed")
    model = Path(spec.origin).parent / "models" / "shape_predictor_5_face_landmarks.dat"
    gray = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    boxes = dlib.get_frontal_face_detector()(gray, 0)
    if len(boxes) != 1:
        raise ValueError(f"a portrait must show one face, this one shows {len(boxes)}")
    shape = dlib.shape_predictor(str(model))(gray, boxes[0])
    at = [(float(shape.part(n).x), float(shape.part(n).y)) for n in range(4)]
    right, left = _middle(at[0], at[1]), _middle(at[2], at[3])
    return Portrait(bgr, (left, right))


def _middle(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def hall() -> Image:
    """Draw the empty hall: a wall that gets darker, a floor, two pillars."""
    shade = np.linspace(205, 150, HEIGHT, dtype=np.float32)[:, None]
    picture = np.repeat(shade, WIDTH, axis=1)
    picture[400:, :] = 110
    picture[:400, 40:90] -= 25
    picture[:400, 550:600] -= 25
    return np.dstack((picture + 8, picture, picture - 6)).clip(0, 255).astype(np.uint8)


def _placed(person: Portrait, eyes_px: float) -> Image:
    """Scale, level and shift the portrait so that its eyes lie at EYES_AT, ``eyes_px`` apart."""
    (lx, ly), (rx, ry) = person.eyes
    scale = eyes_px / math.hypot(rx - lx, ry - ly)
    angle = math.degrees(math.atan2(ry - ly, rx - lx))
    centre = ((lx + rx) / 2, (ly + ry) / 2)
    matrix = cv2.getRotationMatrix2D(centre, angle, scale)
    matrix[:, 2] += (EYES_AT[0] - centre[0], EYES_AT[1] - centre[1])
    size = (WIDTH, HEIGHT)
    mode = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    placed = cv2.warpAffine(person.bgr, matrix, size, None, mode, cv2.BORDER_REPLICATE)
    return np.asarray(placed, dtype=np.uint8)


def _outline(eyes_px: float) -> Image:
    """Head and shoulders as a soft mask, 0 to 255: what of the portrait stands in the hall."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    x, y = int(EYES_AT[0]), int(EYES_AT[1])
    head = (int(1.75 * eyes_px), int(2.3 * eyes_px))
    cv2.ellipse(mask, (x, y + int(0.3 * eyes_px)), head, 0, 0, 360, (255.0,), -1)
    shoulders = (int(3.0 * eyes_px), int(1.8 * eyes_px))
    cv2.ellipse(mask, (x, y + int(3.7 * eyes_px)), shoulders, 0, 0, 360, (255.0,), -1)
    blurred = cv2.GaussianBlur(mask, (0, 0), eyes_px * 0.12)
    return np.asarray(blurred, dtype=np.uint8)


def _turn_shift(x: Field, y: Field, angle: float) -> Field:
    """How far a point of the head (in eyes, from the eyes' middle) moves right in a turn."""
    across = (x / HEAD_HALF_WIDTH_EYES) ** 2
    down = ((y - HEAD_CENTRE_BELOW_EYES) / HEAD_HALF_HEIGHT_EYES) ** 2
    inside = np.clip(1 - across, 0, 1) * np.clip(1 - down, 0, 1)
    nose = np.exp(-((x / 0.22) ** 2) - ((y - NOSE_BELOW_EYES) / 0.35) ** 2)
    depth = HEAD_DEPTH_EYES * inside + NOSE_DEPTH_EYES * nose
    near_head = np.clip(2 - across - down, 0, 1)
    shift = near_head * (math.cos(angle) - 1) * x + math.sin(angle) * depth
    return shift.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Pose:
    """Head and body now: ``turn_deg`` > 0 is to the person's left, which is the picture's right."""

    turn_deg: float = 0.0
    dx: float = 0.0
    dy: float = 0.0
    scale: float = 1.0
    roll_deg: float = 0.0


def sway(at: float) -> Pose:
    """Give what a person who stands still does: some pixels, a hundredth of size, under 1°."""
    return Pose(
        dx=4 * math.sin(at * 0.9) + 2 * math.sin(at * 2.3),
        dy=2 * math.sin(at * 1.3),
        scale=1 + 0.008 * math.sin(at * 0.7),
        roll_deg=0.7 * math.sin(at * 1.1),
    )


class Figure:
    """One person at one distance, ready to be drawn in any pose."""

    def __init__(self, person: Portrait, eyes_px: float) -> None:
        self._eyes_px = eyes_px
        self._layers = np.dstack((_placed(person, eyes_px), _outline(eyes_px)))

    def draw(self, background: Image, pose: Pose) -> Image:
        """Give the background with the person before it."""
        map_x, map_y = self._maps(pose)
        layers = cv2.remap(self._layers, map_x, map_y, cv2.INTER_LINEAR)
        weight = np.asarray(layers[:, :, 3:], dtype=np.uint16)
        mixed = layers[:, :, :3] * weight + background * (255 - weight)
        return (mixed // 255).astype(np.uint8)

    def _maps(self, pose: Pose) -> tuple[Field, Field]:
        """For each pixel of the frame, where it comes from in the unposed picture."""
        columns = np.linspace(0, WIDTH - 1, WIDTH // _GRID + 1, dtype=np.float32)
        rows = np.linspace(0, HEIGHT - 1, HEIGHT // _GRID + 1, dtype=np.float32)
        grid_x, grid_y = np.meshgrid(columns, rows)
        roll = math.radians(-pose.roll_deg)
        moved_x = (grid_x - EYES_AT[0] - pose.dx) / (self._eyes_px * pose.scale)
        moved_y = (grid_y - EYES_AT[1] - pose.dy) / (self._eyes_px * pose.scale)
        x = (moved_x * math.cos(roll) - moved_y * math.sin(roll)).astype(np.float32)
        y = (moved_x * math.sin(roll) + moved_y * math.cos(roll)).astype(np.float32)
        x = _unturned(x, y, math.radians(pose.turn_deg))
        return self._full(x, EYES_AT[0]), self._full(y, EYES_AT[1])

    def _full(self, knots: Field, origin: float) -> Field:
        pixels = knots * np.float32(self._eyes_px) + np.float32(origin)
        # knots lie on pixel centres 0 .. W-1; a map for remap, not resize's half-pixel one
        steps_x = np.linspace(0, knots.shape[1] - 1, WIDTH, dtype=np.float32)
        steps_y = np.linspace(0, knots.shape[0] - 1, HEIGHT, dtype=np.float32)
        across, down = np.meshgrid(steps_x, steps_y)
        return np.asarray(cv2.remap(pixels, across, down, cv2.INTER_LINEAR), dtype=np.float32)


def _unturned(x: Field, y: Field, angle: float) -> Field:
    """Invert the turn by damped fixed-point steps; the mesh does not fold within 35°."""
    if angle == 0:
        return x
    source = x.copy()
    for _ in range(20):
        source += np.float32(0.7) * (x - source - _turn_shift(source, y, angle))
    return source


class FlatPhoto:
    """A printed picture of a person, held before the lens and moved as a plane."""

    KINDS = ("still", "shift", "scale", "rotate", "tilt")

    def __init__(self, person: Portrait) -> None:
        whole = _placed(person, PHOTO_EYES_PX)
        left, top = int(EYES_AT[0]) - PHOTO_PX[0] // 2, 0
        self._print = whole[top : top + PHOTO_PX[1], left : left + PHOTO_PX[0]].copy()
        cv2.rectangle(self._print, (0, 0), (PHOTO_PX[0] - 1, PHOTO_PX[1] - 1), (245,) * 3, 8)

    def draw(self, background: Image, kind: str, at: float) -> Image:
        """Give the background with the photo before it, ``at`` seconds into its movement."""
        width, height = PHOTO_PX
        sheet = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        matrix = cv2.getPerspectiveTransform(sheet, _corners(kind, at))
        mode, border = cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT
        frame = background.copy()
        cv2.warpPerspective(self._print, matrix, (WIDTH, HEIGHT), frame, mode, border)
        return frame


def _corners(kind: str, at: float) -> Field:
    """Where the photo's corners appear; every movement has a period of 4 s."""
    swing = math.sin(at * math.pi / 2)
    dx, dy, scale, roll, tilt, axis = 0.0, 0.0, 1.0, 0.0, 0.0, 0.0
    if kind == "shift":
        dx, dy = 70 * swing, 12 * math.sin(at * 2)
    elif kind == "scale":
        scale = 1 + 0.15 * swing
    elif kind == "rotate":
        roll = math.radians(20) * swing
    elif kind == "tilt":
        # upright axis, one diagonal, level axis, the other diagonal, 4 s each
        axis = math.pi / 2 + (int(at // 4) % 4) * math.pi / 4
        tilt = math.radians(TILT_MAX_DEG) * swing
    sheet = _rotated(_sheet_corners(scale), axis, tilt) @ _roll(roll).T
    depth = 1 + sheet[:, 2:] / PHOTO_DISTANCE_PX
    centre = np.array([WIDTH / 2 + dx, HEIGHT / 2 + dy])
    return (sheet[:, :2] / depth + centre).astype(np.float32)


def _sheet_corners(scale: float) -> npt.NDArray[np.float64]:
    x, y = PHOTO_PX[0] / 2 * scale, PHOTO_PX[1] / 2 * scale
    return np.array([[-x, -y, 0], [x, -y, 0], [x, y, 0], [-x, y, 0]])


def _roll(angle: float) -> npt.NDArray[np.float64]:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def _rotated(points: npt.NDArray[np.float64], axis: float, angle: float) -> npt.NDArray[np.float64]:
    """Rotate about an axis in the picture's plane (0 = level, a right angle = upright)."""
    rotation, _ = cv2.Rodrigues(np.array([math.cos(axis), math.sin(axis), 0.0]) * angle)
    return points @ np.asarray(rotation).T
