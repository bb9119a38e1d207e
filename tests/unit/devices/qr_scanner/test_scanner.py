"""Codes held up before the camera's twin, and pictures that are none."""

from __future__ import annotations

import queue
import random
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import numpy.typing as npt
import pytest
import segno
import zxingcpp

from devices.api import Cancelled, DeviceEvent, Done, Job, JobFinished, Link, Progress, Status
from devices.camera.frames import Frame, LatestFrame
from devices.camera.opencv_camera import OpencvCamera
from devices.qr_scanner.scanner import QrScanner, QrSeen, read_code
from devices.worker import DeviceWorker
from sandbox.devices.camera import CameraTwin, Scene

Image = npt.NDArray[np.uint8]
PATIENCE_S = 20.0
_DICE = random.Random(5)  # noqa: S311 - the same text in every run
LONG = "".join(_DICE.choices("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+-./:", k=500))
SHORT = "HC1:SHORT"
FRAME_S = 0.1


class Played:
    """A slot whose pictures come one after the other, ten a second of its own time."""

    def __init__(self, pictures: Callable[[int], Image | None]) -> None:
        self._pictures = pictures
        self.now = 50.0
        self.shown = 0

    def clock(self) -> float:
        return self.now

    def wait_newer(self, than: float, timeout_s: float) -> Frame | None:
        picture = self._pictures(self.shown)
        if picture is None:
            self.now += timeout_s
            return None
        self.now = max(self.now, than) + FRAME_S
        self.shown += 1
        return Frame(picture.shape[1], picture.shape[0], picture, self.now)


def drawn(text: str, module_px: int = 6, *, error: str = "m", micro: bool = False) -> Image:
    """A code as printed, flat and sharp."""
    matrix = segno.make(text, error=error, micro=micro, boost_error=False).matrix
    modules = np.pad(np.array([list(row) for row in matrix], np.uint8), 4)
    shade = np.where(np.kron(modules, np.ones((module_px, module_px), np.uint8)) > 0, 0, 255)
    return np.dstack([shade.astype(np.uint8)] * 3)


def blank() -> Image:
    return np.full((480, 640, 3), 200, np.uint8)


def finished(job: Job) -> tuple[object, list[Progress]]:
    shown: list[Progress] = []
    while True:
        try:
            shown.append(next(job))
        except StopIteration as stop:
            return stop.value, shown


def scanned(
    pictures: Callable[[int], Image | None], give_up_after_s: float = 3.0
) -> tuple[object, list[Progress], int]:
    slot = Played(pictures)
    job = QrScanner("qr").scan(slot, give_up_after_s=give_up_after_s, clock=slot.clock)
    value, shown = finished(job)
    return value, shown, slot.shown


@pytest.mark.parametrize("text", [SHORT, LONG, "https://example.invalid/c?no=990101", "不动产证明"])
def test_a_code_held_up_before_the_camera_is_read(text: str) -> None:
    scene = Scene({})
    scene.show_code(text, blurred=False)
    value, shown, frames = scanned(lambda n: scene.picture(n * FRAME_S))
    assert value == QrSeen(text)
    assert frames == 2
    assert set(shown) == {Progress("looking")}


def test_a_code_out_of_focus_is_not_read() -> None:
    scene = Scene({})
    scene.show_code(SHORT, blurred=True)
    value, shown, frames = scanned(lambda n: scene.picture(n * FRAME_S), 1.0)
    assert value is None
    assert frames >= 9
    assert set(shown) == {Progress("looking")}


def test_it_counts_only_when_two_pictures_in_a_row_agree() -> None:
    first, second = drawn("FIRST"), drawn("SECOND")
    alternating = [first, second, first, blank(), first, second, second, first]
    value, _, frames = scanned(lambda n: alternating[n])
    assert (value, frames) == (QrSeen("SECOND"), 7)


def test_a_code_too_long_is_told_and_not_taken() -> None:
    long = drawn("A" * 2001, 4, error="l")
    just = drawn("A" * 2000, 4, error="l")
    value, shown, frames = scanned(lambda n: long if n < 3 else just)
    assert (value, frames) == (QrSeen("A" * 2000), 5)
    assert [progress.what for progress in shown] == ["looking"] + ["too_long"] * 3 + ["looking"]


def test_without_pictures_it_gives_up() -> None:
    value, shown, _ = scanned(lambda _n: None, 1.0)
    assert value is None
    assert len(shown) == 4


def test_a_phone_in_its_dark_mode_or_askew_is_read() -> None:
    code = drawn(SHORT)
    assert read_code(np.asarray(255 - code, np.uint8)) == SHORT
    centre = (code.shape[1] / 2, code.shape[0] / 2)
    for angle in (17, 90, 155, 270):
        matrix = cv2.getRotationMatrix2D(centre, angle, 0.7)
        turned = cv2.warpAffine(code, matrix, code.shape[1::-1], borderValue=(255, 255, 255))
        assert read_code(np.asarray(turned, np.uint8)) == SHORT


def test_a_picture_of_a_large_camera_is_scaled_down_and_read() -> None:
    large = np.full((3000, 4000, 3), 255, np.uint8)
    code = drawn(SHORT, 30)
    large[500 : 500 + code.shape[0], 800 : 800 + code.shape[1]] = code
    assert read_code(large) == SHORT


def test_of_several_codes_the_largest_is_meant() -> None:
    picture = np.full((480, 640, 3), 255, np.uint8)
    for text, module_px, at in (("SMALL", 3, 20), ("LARGE", 7, 250)):
        code = drawn(text, module_px)
        picture[at // 4 : at // 4 + code.shape[0], at : at + code.shape[1]] = code
    assert read_code(picture) == "LARGE"


@pytest.mark.parametrize(
    "kind",
    [
        zxingcpp.BarcodeFormat.DataMatrix,
        zxingcpp.BarcodeFormat.Aztec,
        zxingcpp.BarcodeFormat.PDF417,
        zxingcpp.BarcodeFormat.Code128,
    ],
)
def test_other_kinds_of_code_are_not_read(kind: zxingcpp.BarcodeFormat) -> None:
    made = zxingcpp.create_barcode("99010112", kind)  # pyright: ignore[reportUnknownMemberType] - its stub leaves the options open
    gray = np.pad(np.asarray(made.to_image(scale=5), np.uint8), 40, constant_values=255)
    assert zxingcpp.read_barcodes(gray)[0].text == "99010112"
    assert read_code(np.dstack([gray] * 3)) is None


def test_a_micro_code_is_not_read() -> None:
    assert read_code(drawn("12345", micro=True)) is None


def test_pictures_of_anything_are_survived() -> None:
    dice = np.random.default_rng(7)
    code = drawn(LONG, 5)
    for _ in range(150):
        height, width = (int(side) for side in dice.integers(1, 500, 2))
        assert read_code(dice.integers(0, 256, (height, width, 3), np.uint8)) is None
        torn = code.copy()
        rows = dice.permutation(torn.shape[0])
        torn[: len(rows) // 2] = torn[rows[: len(rows) // 2]]
        assert read_code(torn) is None


def test_what_was_read_is_not_in_the_repr() -> None:
    assert repr(QrSeen("990101199003078519")) == "QrSeen()"


def test_it_is_always_ready_and_keeps_nothing() -> None:
    scanner = QrScanner("qr_scanner")
    scanner.open()
    assert scanner.poll() == Status("qr_scanner", Link.UP)
    assert scanner.poll().ready
    scanner.close()
    scanner.close()


@pytest.fixture
def camera() -> Iterator[CameraTwin]:
    twin = CameraTwin({})
    twin.start()
    yield twin
    twin.stop()


@pytest.mark.city
def test_a_code_is_read_from_the_stream_and_a_scan_is_cancelled(camera: CameraTwin) -> None:
    """Camera and scanner each on their thread, the newest frame between them."""
    events: queue.SimpleQueue[DeviceEvent] = queue.SimpleQueue()
    lens = OpencvCamera("camera", camera.url)
    scanner = QrScanner("qr_scanner")
    workers = [DeviceWorker(device, events.put) for device in (lens, scanner)]
    frames = LatestFrame()
    ended: dict[str, object] = {}

    def outcome(job_id: str) -> object:
        while job_id not in ended:
            event = events.get(timeout=PATIENCE_S)
            if isinstance(event, JobFinished):
                ended[event.job_id] = event.outcome
        return ended[job_id]

    for worker in workers:
        worker.start()
    workers[0].submit("stream", lambda: lens.stream(frames))
    camera.show_code(LONG)
    workers[1].submit("scan", lambda: scanner.scan(frames, give_up_after_s=PATIENCE_S))
    assert outcome("scan") == Done(QrSeen(LONG))
    camera.hide_code()
    workers[1].submit("again", lambda: scanner.scan(frames, give_up_after_s=None))
    workers[1].cancel("again")
    assert isinstance(outcome("again"), Cancelled)
    workers[0].cancel("stream")
    assert isinstance(outcome("stream"), Cancelled)
    assert all(worker.stop() for worker in workers)
