"""A stage with its own time, and the card photos of those who stand on it."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from devices.api import Job, Progress
from devices.camera.frames import Frame
from devices.face.checker import FaceResult
from sandbox.devices.camera import Scene
from sandbox.devices.camera_scene import Image, Portrait

FRAME_S = 0.1


class Stage:
    """A slot whose pictures come from the twin's scene at a virtual time, ten a second."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.now = 100.0
        self.picture: Callable[[float], Image] = scene.picture
        self.dark = False

    def monotonic(self) -> float:
        return self.now

    def wait_newer(self, than: float, timeout_s: float) -> Frame | None:
        if self.dark:
            self.now += timeout_s
            return None
        self.now = max(self.now, than) + FRAME_S
        picture = self.picture(self.now)
        return Frame(picture.shape[1], picture.shape[0], picture.copy(), self.now)


def played(job: Job, press: Callable[[Progress], None]) -> tuple[FaceResult, list[Progress]]:
    """Run a check to its end; ``press`` sees every hint, as somebody at the screen would."""
    shown: list[Progress] = []
    while True:
        try:
            progress = next(job)
        except StopIteration as stop:
            return result_of(stop.value), shown
        shown.append(progress)
        press(progress)


def result_of(value: object) -> FaceResult:
    assert isinstance(value, FaceResult)
    return value


def card_photo(person: Portrait) -> bytes:
    """A PNG as the card's decoder gives it: 102 by 126, squeezed into 1,024 bytes before."""
    (left_x, left_y), (right_x, right_y) = person.eyes
    scale = 30 / (right_x - left_x)
    move_x = 51 - scale * (left_x + right_x) / 2
    move_y = 52 - scale * (left_y + right_y) / 2
    matrix = np.array([[scale, 0, move_x], [0, scale, move_y]], np.float32)
    mode = cv2.INTER_AREA
    small = cv2.warpAffine(person.bgr, matrix, (102, 126), None, mode, cv2.BORDER_REPLICATE)
    for quality in range(60, 0, -2):
        data = cv2.imencode(".webp", small, [cv2.IMWRITE_WEBP_QUALITY, quality])[1]
        if len(data) <= 1024:
            decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
            assert decoded is not None
            return cv2.imencode(".png", decoded)[1].tobytes()
    raise AssertionError("does not fit the card")
