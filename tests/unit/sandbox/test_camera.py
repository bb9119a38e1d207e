"""The camera's twin and the portraits, without the product."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest

from sandbox import portraits
from sandbox.devices.camera import TURNS, CameraTwin, Scene
from sandbox.devices.camera_scene import (
    EYES_PX,
    Figure,
    FlatPhoto,
    Image,
    Portrait,
    Pose,
    hall,
    portrait,
)

pytestmark = pytest.mark.city


@pytest.fixture(scope="module")
def citizen() -> Portrait:
    return portrait(portraits.citizen())


@pytest.fixture
def twin(citizen: Portrait) -> Iterator[CameraTwin]:
    camera = CameraTwin({"citizen": citizen.bgr})
    camera.start()
    yield camera
    camera.stop()


def watched(url: str) -> http.client.HTTPResponse:
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)
    connection.request("GET", place.path)
    return connection.getresponse()


def seen(twin: CameraTwin) -> Image:
    decoded = cv2.imdecode(np.frombuffer(twin.jpeg(), np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(decoded, dtype=np.uint8)


def difference(one: Image, other: Image) -> float:
    return float(np.mean(np.abs(one.astype(np.int16) - other.astype(np.int16))))


def test_stream_is_multipart_jpeg(twin: CameraTwin) -> None:
    with closing(watched(twin.url)) as stream:
        assert stream.headers["Content-Type"] == "multipart/x-mixed-replace; boundary=frame"
        head = [stream.readline().strip() for _ in range(4)]
        assert head[0] == b"--frame"
        size = int(head[2].removeprefix(b"Content-Length: "))
        decoded = cv2.imdecode(np.frombuffer(stream.read(size), np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (480, 640, 3)


def test_who_stands_there_is_seen(twin: CameraTwin) -> None:
    empty = seen(twin)
    twin.stand("citizen")
    assert difference(seen(twin), empty) > 10
    twin.stand(None)
    assert difference(seen(twin), empty) < 1


@pytest.mark.parametrize(("direction", "sign"), [("left", 1), ("right", -1)])
def test_turn_moves_the_nose_against_the_eyes(citizen: Portrait, direction: str, sign: int) -> None:
    """Both by the exact mesh: a mark on the nose moves further than one between the eyes."""
    marked = citizen.bgr.copy()
    (left_x, left_y), (right_x, right_y) = citizen.eyes
    eyes = right_x - left_x
    middle = (round((left_x + right_x) / 2), round((left_y + right_y) / 2))
    nose = (middle[0], middle[1] + round(0.62 * eyes))
    cv2.circle(marked, (round(left_x), round(left_y)), 3, (255, 0, 0), -1)
    cv2.circle(marked, (round(right_x), round(right_y)), 3, (255, 0, 0), -1)
    cv2.circle(marked, nose, 3, (0, 255, 0), -1)
    figure = Figure(Portrait(marked, citizen.eyes), EYES_PX["near"])

    def place(picture: Image, channel: int) -> float:
        others = [n for n in range(3) if n != channel]
        pure = (picture[:, :, channel] > 200) & (picture[:, :, others].max(axis=2) < 60)
        return float(np.mean(np.nonzero(pure)[1]))

    turned = figure.draw(hall(), Pose(turn_deg=TURNS[direction]))
    assert sign * (place(turned, 1) - place(turned, 0)) > 15


def test_turn_is_smooth_and_comes_back(citizen: Portrait) -> None:
    scene = Scene({"citizen": citizen})
    scene.stand("citizen", "near")
    start = scene.picture(10.0)
    scene.turn("left", 10.0)
    half, full = scene.picture(10.2), scene.picture(10.4)
    assert 2 < difference(start, half) < difference(start, full)
    scene.turn("straight", 10.4)
    assert difference(scene.picture(10.8), start) < difference(half, start)


def test_photo_is_moved_as_a_plane(citizen: Portrait) -> None:
    scene = Scene({"citizen": citizen})
    scene.stand("citizen", "near")
    for kind in FlatPhoto.KINDS:
        scene.show_photo(kind, 0.0)
        moved = difference(scene.picture(0.0), scene.picture(1.0))
        assert (moved == 0) == (kind == "still")


def test_a_sheet_with_a_code_is_before_everything_and_goes_with_who_held_it(
    citizen: Portrait,
) -> None:
    scene = Scene({"citizen": citizen})
    scene.stand("citizen", "near")
    without = scene.picture(0.0)
    scene.show_code("HC1:EXAMPLE", blurred=False)
    sharp = scene.picture(0.0)
    assert difference(sharp, without) > 20
    assert difference(sharp[:20], without[:20]) == 0
    assert difference(scene.picture(0.5), sharp) > 0
    scene.show_code("HC1:EXAMPLE", blurred=True)
    assert np.var(scene.picture(0.0)) < 0.7 * np.var(sharp)
    scene.hide_code()
    assert difference(scene.picture(0.0), without) == 0
    scene.show_code("HC1:EXAMPLE", blurred=False)
    scene.stand(None, "near")
    assert difference(scene.picture(0.0), scene.hall) == 0


def test_state_tells_what_the_panel_shows(twin: CameraTwin) -> None:
    twin.stand("citizen", "far")
    twin.turn("left")
    twin.flat_photo("tilt")
    twin.show_code("HC1:EXAMPLE")
    twin.stall()
    state = twin.state()
    assert state["code"] is True
    assert state["person"] == "citizen"
    assert (state["distance"], state["direction"]) == ("far", "left")
    assert (state["flat_photo"], state["stalled"], state["plugged"]) == ("tilt", True, True)
    twin.unplug()
    assert twin.state()["plugged"] is False


def test_replugged_camera_keeps_its_address(twin: CameraTwin) -> None:
    before = twin.url
    twin.unplug()
    with pytest.raises(OSError, match="refused"):
        watched(before)
    twin.plug()
    assert twin.url == before
    with closing(watched(before)) as stream:
        assert stream.readline().strip() == b"--frame"


def test_wrong_words_are_told(twin: CameraTwin) -> None:
    with pytest.raises(ValueError, match="nobody is called ghost"):
        twin.stand("ghost")
    with pytest.raises(ValueError, match="distance is one of"):
        twin.stand("citizen", "middle")
    with pytest.raises(ValueError, match="direction is one of"):
        twin.turn("up")
    with pytest.raises(ValueError, match="kind is none or one of"):
        twin.flat_photo("bent")
    with pytest.raises(ValueError, match="nobody whose photo"):
        twin.flat_photo("still")
    with pytest.raises(ValueError, match="does not go into a QR code"):
        twin.show_code("x" * 5000)


def test_picture_without_a_face_is_no_portrait() -> None:
    with pytest.raises(ValueError, match="one face, this one shows 0"):
        portrait(hall())


def test_second_fetch_does_nothing(tmp_path: Path) -> None:
    folder = Path("build/portraits")
    portraits.fetch(folder)
    before = (folder / portraits.IMPOSTOR_FILE).stat().st_mtime_ns
    assert portraits.fetch(folder) is False
    assert (folder / portraits.IMPOSTOR_FILE).stat().st_mtime_ns == before
    with pytest.raises(portraits.PortraitMissing):
        portraits.impostor(tmp_path)
