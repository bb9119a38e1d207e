"""The whole check: twin's pictures, dlib in its process, challenge, match. Time is virtual."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from devices.api import DeviceError, Fault, Link, Progress
from devices.face.checker import FaceChecker
from devices.face.liveness import Limits
from devices.vendor_host import VendorHost, host_command
from sandbox.devices.camera_scene import FlatPhoto, Image, Portrait
from tests.unit.devices.face.stage import Stage, card_photo, played

TURNS = {"turn_left": "left", "turn_right": "right"}
MIRRORED = {"turn_left": "right", "turn_right": "left"}


def obeying(stage: Stage, words: dict[str, str] = TURNS) -> Callable[[Progress], None]:
    """Press what the screen says."""

    def press(progress: Progress) -> None:
        direction = words.get(progress.what, "straight")
        if direction != stage.scene.direction:
            stage.scene.turn(direction, stage.now)

    return press


def ignoring(_: Progress) -> None:
    """Do nothing."""


def checker(host: VendorHost, stage: Stage, limits: Limits | None = None) -> FaceChecker:
    return FaceChecker("face", host, limits=limits, monotonic=stage.monotonic)


@pytest.mark.parametrize("turns", [("left", "right"), ("right", "right", "left")])
def test_the_person_of_the_card_is_matched(
    face_host: VendorHost, stage: Stage, card_png: bytes, turns: tuple[str, ...]
) -> None:
    stage.scene.stand("citizen", "near")
    face = checker(face_host, stage)
    result, shown = played(face.check(card_png, stage, challenge=turns), obeying(stage))
    assert (result.outcome, result.liveness, result.score_band) == ("matched", "passed", "high")
    assert face.encodes == 2
    asked = [word.what for word in shown if word.what in TURNS]
    assert asked[0] == f"turn_{turns[0]}"
    assert asked[-1] == f"turn_{turns[-1]}"
    assert (shown[-1].done, shown[-1].total) == (len(turns), len(turns))


def test_a_strict_threshold_leaves_no_medium_band(
    face_host: VendorHost, stage: Stage, card_png: bytes
) -> None:
    stage.scene.stand("citizen", "near")
    face = FaceChecker("face", face_host, threshold=0.38, monotonic=stage.monotonic)
    result, _ = played(face.check(card_png, stage, challenge=("left", "right")), obeying(stage))
    assert (result.outcome, result.score_band) == ("matched", "high")


def test_random_challenge_is_answered_by_reading_the_screen(
    face_host: VendorHost, stage: Stage, card_png: bytes
) -> None:
    stage.scene.stand("citizen", "near")
    result, _ = played(checker(face_host, stage).check(card_png, stage), obeying(stage))
    assert result.outcome == "matched"


def test_another_living_person_is_not_matched(
    face_host: VendorHost, stage: Stage, card_png: bytes
) -> None:
    stage.scene.stand("impostor", "near")
    job = checker(face_host, stage).check(card_png, stage, challenge=("left", "right"))
    result, _ = played(job, obeying(stage))
    assert (result.outcome, result.liveness, result.score_band) == ("not_matched", "passed", "low")


def test_somebody_stepping_in_is_noticed(
    face_host: VendorHost, stage: Stage, card_png: bytes
) -> None:
    stage.scene.stand("impostor", "near")
    obey = obeying(stage)

    def swap(progress: Progress) -> None:
        if progress.what == "turn_right":
            stage.scene.stand("citizen", "far")
        obey(progress)

    job = checker(face_host, stage).check(card_png, stage, challenge=("left", "right"))
    result, _ = played(job, swap)
    assert (result.outcome, result.reason) == ("no_liveness", "face_jumped")


def test_wrong_direction_is_no_liveness_and_compares_nothing(
    face_host: VendorHost, stage: Stage, card_png: bytes
) -> None:
    stage.scene.stand("citizen", "near")
    face = checker(face_host, stage)
    job = face.check(card_png, stage, challenge=("left", "right"))
    result, _ = played(job, obeying(stage, MIRRORED))
    assert (result.outcome, result.liveness) == ("no_liveness", "failed")
    assert result.reason == "wrong_direction"
    assert face.encodes == 1


def test_late_answer_is_no_liveness(face_host: VendorHost, stage: Stage, card_png: bytes) -> None:
    stage.scene.stand("citizen", "near")
    asked_at: list[float] = []

    def late(progress: Progress) -> None:
        if progress.what in TURNS:
            asked_at.append(stage.now)
            if stage.now - asked_at[0] > 5.9:
                stage.scene.turn(TURNS[progress.what], stage.now)

    job = checker(face_host, stage).check(card_png, stage, challenge=("left", "right"))
    result, _ = played(job, late)
    assert (result.outcome, result.reason) == ("no_liveness", "no_answer")


def test_no_answer_is_no_liveness(face_host: VendorHost, stage: Stage, card_png: bytes) -> None:
    stage.scene.stand("citizen", "near")
    result, _ = played(checker(face_host, stage).check(card_png, stage), ignoring)
    assert (result.outcome, result.reason) == ("no_liveness", "no_answer")


@pytest.mark.parametrize("kind", FlatPhoto.KINDS)
def test_moved_photo_is_no_liveness(
    face_host: VendorHost, stage: Stage, card_png: bytes, kind: str
) -> None:
    stage.scene.stand("citizen", "near")
    stage.scene.show_photo(kind, stage.now)
    face = checker(face_host, stage)
    result, shown = played(face.check(card_png, stage), ignoring)
    assert result.outcome == "no_liveness"
    assert any(word.what in TURNS for word in shown), "it must be refused by the challenge itself"
    assert face.encodes == 1


PHOTO_TILTS = {"turn_left": 12.0, "turn_right": 4.0}


class Forger:
    """Holds a photo of the citizen and tilts it, obliquely and smoothly, as the screen asks.

    The tilt about the first diagonal (4 to 5 s of the movement) shows the nose to the right, about
    the other (12 to 13 s) to the left.
    """

    def __init__(self, stage: Stage, person: Portrait) -> None:
        self._stage = stage
        self._photo = FlatPhoto(person)
        self._start = 4.0
        self._tilt = 0.0
        self._word = ""

    def draw(self, _: float) -> Image:
        wanted = PHOTO_TILTS.get(self._word)
        if wanted is None or (wanted != self._start and self._tilt > 0):
            self._tilt = max(0.0, self._tilt - 0.25)
        else:
            self._start = wanted
            self._tilt = min(1.0, self._tilt + 0.25)
        hall = self._stage.scene.hall
        return self._photo.draw(hall, "tilt", self._start + self._tilt)

    def press(self, progress: Progress) -> None:
        self._word = progress.what


@pytest.mark.parametrize(("relief", "reason"), [(0.015, "flat"), (0.0, "")])
def test_photo_tilted_by_somebody_who_reads_the_screen(
    face_host: VendorHost,
    stage: Stage,
    people: dict[str, Portrait],
    card_png: bytes,
    relief: float,
    reason: str,
) -> None:
    """With the depth's limit at nothing the same forger passes, so it is depth that stops him."""
    forger = Forger(stage, people["citizen"])
    stage.picture = forger.draw
    face = checker(face_host, stage, Limits(relief=relief))
    job = face.check(card_png, stage, challenge=("left", "right"))
    result, _ = played(job, forger.press)
    if reason:
        assert (result.outcome, result.reason) == ("no_liveness", reason)
    else:
        assert result.liveness == "passed"


def test_far_away_is_asked_to_come_closer(
    face_host: VendorHost, stage: Stage, card_png: bytes
) -> None:
    stage.scene.stand("citizen", "far")
    job = checker(face_host, stage).check(card_png, stage, give_up_after_s=3)
    result, shown = played(job, ignoring)
    assert result.outcome == "gave_up"
    assert {word.what for word in shown[1:]} == {"come_closer"}


def test_nobody_there_gives_up(face_host: VendorHost, stage: Stage, card_png: bytes) -> None:
    job = checker(face_host, stage).check(card_png, stage, give_up_after_s=3)
    result, shown = played(job, ignoring)
    assert (result.outcome, result.liveness) == ("gave_up", "failed")
    assert {word.what for word in shown[1:]} == {"no_face"}


def test_dark_camera_gives_up_and_stays_cancellable(
    face_host: VendorHost, stage: Stage, card_png: bytes
) -> None:
    stage.dark = True
    job = checker(face_host, stage).check(card_png, stage, give_up_after_s=5)
    result, shown = played(job, ignoring)
    assert result.outcome == "gave_up"
    assert len(shown) >= 20


def test_card_without_a_face_has_no_reference(face_host: VendorHost, stage: Stage) -> None:
    blank = cv2.imencode(".png", np.full((126, 102, 3), 200, np.uint8))[1].tobytes()
    face = checker(face_host, stage)
    result, _ = played(face.check(blank, stage), ignoring)
    assert (result.outcome, result.liveness) == ("no_reference", "failed")
    assert face.encodes == 0


def test_card_that_is_no_picture_is_a_device_error(face_host: VendorHost, stage: Stage) -> None:
    with pytest.raises(DeviceError) as caught:
        played(checker(face_host, stage).check(b"not a picture", stage), ignoring)
    assert caught.value.fault is Fault.DRIVER_CRASHED


def test_every_persons_card_photo_gives_a_reference(
    face_host: VendorHost, people: dict[str, Portrait]
) -> None:
    for person in people.values():
        answer, _ = face_host.call({"op": "reference"}, card_photo(person))
        assert answer["faces"] == 1


def test_dead_process_never_passes_and_comes_back(stage: Stage, card_png: bytes) -> None:
    host = VendorHost(host_command("face"))
    face = checker(host, stage)
    try:
        assert face.poll().link is Link.UNKNOWN
        assert not face.poll().ready
        list(face.warm())
        assert face.poll().link is Link.UP
        stage.scene.stand("citizen", "near")
        job = face.check(card_png, stage)
        while next(job).what not in TURNS:
            pass
        assert host.pid is not None
        os.kill(host.pid, signal.SIGKILL)
        with pytest.raises(DeviceError) as caught:
            played(job, ignoring)
        assert caught.value.fault is Fault.HARDWARE
        assert face.poll().fault is Fault.HARDWARE
        assert face.poll().link is Link.UP
    finally:
        face.close()


def test_process_that_cannot_start_is_down(stage: Stage, card_png: bytes) -> None:
    face = checker(VendorHost(["/nonexistent/face"]), stage)
    with pytest.raises(DeviceError) as caught:
        list(face.warm())
    assert caught.value.fault is Fault.HARDWARE
    with pytest.raises(DeviceError):
        played(face.check(card_png, stage), ignoring)


def test_checker_imports_neither_dlib_nor_cv2() -> None:
    program = (
        "import sys, devices.face.checker, devices.camera.opencv_camera\n"
        "print(sorted({'dlib', 'cv2', 'face_recognition_models'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
