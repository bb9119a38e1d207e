"""The hosted job that sees faces: dlib's detector, landmarks and encoder, in the vendor host.

dlib's encoder holds the interpreter's lock for 140-250 ms a face, hence a process of its own.
Calls, by ``op`` in the header (pictures are BGR, 8 bits, rows without padding, ``w`` by ``h``):

- ``ping`` -> nothing
- ``look`` {w, h, wide} + picture -> {faces, box, points, eye_px}; ``points`` are the five
  landmarks in the picture's pixels (box and points are missing without a face). ``wide`` searches
  the whole picture and finds smaller faces at three times the price.
- ``relief`` {w, h, before, now} + two pictures with their landmarks -> {relief, features}
- ``encode`` {w, h, box, points} + picture -> {descriptor}, 128 floats
- ``reference`` + PNG of a card's photo -> {faces, descriptor}, no descriptor without a face

No pixel is kept after a call. A face's descriptor is only in the answer.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import cast

import cv2
import dlib
import numpy as np
import numpy.typing as npt

from devices.face.planarity import relief

Header = dict[str, object]
Handler = Callable[[Header, list[bytes]], tuple[Header, list[bytes]]]
Image = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]

SEARCH_WIDTH = 320
"""HOG on 320x240 gray takes 13 ms, on 640x480 46 ms, with dlib's defaults 183 ms."""
REFERENCE_SIDE_PX = 480
"""A card's photo is 102x126; HOG finds no face under 80 px, so its long side is brought to this."""
MAX_SIDE_PX = 4096


def models_folder() -> Path:
    """Where face_recognition_models keeps its files, without importing it.

    Its import needs pkg_resources, which warns; FileNotFoundError when it is not installed.
    """
    spec = importlib.util.find_spec("face_recognition_models")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("face_recognition_models")
    return Path(spec.origin).parent / "models"


def build() -> Handler:
    """Load the models (about 0.6 s, 70 MB) and give the job's handler."""
    return FaceEngine(models_folder()).handle


class FaceEngine:
    """The three models and what is asked of them."""

    def __init__(self, models: Path) -> None:
        shape, net = "shape_predictor_5_face_landmarks", "dlib_face_recognition_resnet_model_v1"
        self._detector = dlib.get_frontal_face_detector()
        self._landmarks = dlib.shape_predictor(str(models / f"{shape}.dat"))
        self._encoder = dlib.face_recognition_model_v1(str(models / f"{net}.dat"))

    def handle(self, header: Header, payloads: list[bytes]) -> tuple[Header, list[bytes]]:
        """Answer one call. ValueError on an unknown ``op`` or a picture of another size."""
        match header.get("op"):
            case "ping":
                return {}, []
            case "look":
                return self._look(_picture(header, payloads[0]), wide=bool(header["wide"])), []
            case "relief":
                return _relief(header, payloads), []
            case "encode":
                return self._encode_seen(header, payloads[0]), []
            case "reference":
                return self._reference(payloads[0]), []
            case other:
                raise ValueError(f"unknown op {other}")

    def _look(self, picture: Image, *, wide: bool) -> Header:
        gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        search_scale = gray.shape[1] / SEARCH_WIDTH
        found = self._faces(gray, 1.0 if wide else search_scale)
        if not found:
            return {"faces": 0}
        box = max(found, key=lambda face: face.area())
        points = _parts(self._landmarks(gray, box))
        eyes = np.linalg.norm(points[0] + points[1] - points[2] - points[3]) / 2
        return {
            "faces": len(found),
            "box": [box.left(), box.top(), box.right(), box.bottom()],
            "points": points.tolist(),
            "eye_px": float(eyes) / search_scale,
        }

    def _faces(self, gray: Image, shrink: float) -> list[dlib.rectangle]:
        """Search a picture made smaller by ``shrink``; boxes in the picture's own pixels."""
        if shrink == 1.0:
            return list(self._detector(gray, 0))
        size = (round(gray.shape[1] / shrink), round(gray.shape[0] / shrink))
        small = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        return [_enlarged(box, shrink) for box in self._detector(small, 0)]

    def _encode_seen(self, header: Header, payload: bytes) -> Header:
        left, top, right, bottom = cast("list[int]", header["box"])
        corners = [dlib.point(round(x), round(y)) for x, y in _points(header, "points").tolist()]
        box = dlib.rectangle(left, top, right, bottom)
        face = dlib.full_object_detection(box, corners)
        return {"descriptor": self._encode(_picture(header, payload), face)}

    def _encode(self, bgr: Image, face: dlib.full_object_detection) -> list[float]:
        rgb = np.ascontiguousarray(bgr[:, :, ::-1])
        return [float(value) for value in self._encoder.compute_face_descriptor(rgb, face, 1)]

    def _reference(self, png: bytes) -> Header:
        decoded = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
        if decoded is None or max(decoded.shape) > MAX_SIDE_PX:
            raise ValueError("not a picture of a sane size")
        scale = max(1.0, REFERENCE_SIDE_PX / max(decoded.shape[:2]))
        enlarged = cv2.resize(decoded, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        picture = np.asarray(enlarged, dtype=np.uint8)
        gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        found = self._faces(gray, 1.0)
        if not found:
            return {"faces": 0}
        face = self._landmarks(gray, max(found, key=lambda box: box.area()))
        return {"faces": len(found), "descriptor": self._encode(picture, face)}


def _relief(header: Header, payloads: list[bytes]) -> Header:
    before, now = (_picture(header, payload) for payload in payloads[:2])
    value, features = relief(before, _points(header, "before"), now, _points(header, "now"))
    return {"relief": value, "features": features}


def _picture(header: Header, payload: bytes) -> Image:
    width, height = header.get("w"), header.get("h")
    if not isinstance(width, int) or not isinstance(height, int):
        raise TypeError("w, h")
    if not 0 < width <= MAX_SIDE_PX or len(payload) != width * height * 3:
        raise ValueError("picture's size")
    return np.frombuffer(payload, np.uint8).reshape(height, width, 3)


def _points(header: Header, key: str) -> Points:
    points = np.asarray(header[key], dtype=np.float32)
    if points.shape != (5, 2):
        raise ValueError(key)
    return points


def _parts(shape: dlib.full_object_detection) -> Points:
    parts = [shape.part(n) for n in range(shape.num_parts)]
    return np.array([(part.x, part.y) for part in parts], dtype=np.float32)


def _enlarged(box: dlib.rectangle, factor: float) -> dlib.rectangle:
    sides = (box.left(), box.top(), box.right(), box.bottom())
    left, top, right, bottom = (round(side * factor) for side in sides)
    return dlib.rectangle(left, top, right, bottom)
