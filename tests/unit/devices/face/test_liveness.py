"""The challenge on series of landmarks, without a picture."""

from __future__ import annotations

import pytest

from devices.face.liveness import (
    SEQUENCES,
    Challenge,
    Failed,
    Going,
    Hint,
    Landmarks,
    Limits,
    Observation,
    Passed,
    Reason,
    Verdict,
    pose_of,
    random_turns,
)

STEP_S = 0.1
DEEP = 0.03


def landmarks(yaw: float, *, x: float = 320, y: float = 200, eyes: float = 100) -> Landmarks:
    """A face whose nose stands ``yaw`` eye distances to the picture's right."""
    outer, inner = 0.75 * eyes, 0.25 * eyes
    nose = (x + yaw * eyes, y + 0.7 * eyes)
    return ((x + outer, y), (x + inner, y), (x - outer, y), (x - inner, y), nose)


class Watch:
    """Feeds a challenge ten pictures a second and keeps its last verdict."""

    def __init__(self, *turns: str, limits: Limits | None = None) -> None:
        self.challenge = Challenge(turns, limits)
        self.at = 50.0
        self.verdict: Verdict | None = None
        self.hints: list[Hint] = []

    def see(self, seen: Observation) -> Verdict:
        self.verdict = self.challenge.observe(seen)
        if isinstance(self.verdict, Going):
            self.hints.append(self.verdict.hint)
        return self.verdict

    def face(self, points: Landmarks, *, relief: float = DEEP, faces: int = 1) -> Verdict:
        self.at += STEP_S
        eye_px = pose_of(points).eye_distance / 2
        return self.see(Observation(self.at, faces, points, eye_px, relief))

    def hold(self, yaw: float, seconds: float, *, relief: float = DEEP) -> Verdict:
        verdict = self.face(landmarks(yaw), relief=relief)
        for _ in range(round(seconds / STEP_S) - 1):
            verdict = self.face(landmarks(yaw), relief=relief)
        return verdict

    def nobody(self, seconds: float) -> Verdict:
        self.at += seconds
        return self.see(Observation(self.at, 0))

    def settled(self) -> Watch:
        self.hold(0.02, 0.8)
        return self


def failed(verdict: Verdict | None) -> Reason:
    assert isinstance(verdict, Failed)
    return verdict.reason


def test_right_answers_pass() -> None:
    watch = Watch("left", "right").settled()
    assert watch.hints[-1] is Hint.TURN_LEFT
    watch.hold(0.20, 0.5)
    assert watch.hints[-1] is Hint.LOOK_STRAIGHT
    watch.hold(0.03, 0.3)
    assert watch.hints[-1] is Hint.TURN_RIGHT
    watch.hold(-0.16, 0.5)
    assert watch.hold(0.02, 0.3) == Passed(2)


def test_persons_own_left_is_the_pictures_right() -> None:
    assert pose_of(landmarks(0.2)).yaw == pytest.approx(0.2)
    assert isinstance(Watch("left", "right").settled().hold(0.2, 1.0), Going)
    assert failed(Watch("right", "left").settled().hold(0.2, 1.0)) is Reason.WRONG_DIRECTION


def test_roll_and_distance_change_no_measure() -> None:
    a, b, c, d, nose = ((-y, x) for x, y in landmarks(0.15, eyes=64))
    turned: Landmarks = (a, b, c, d, nose)
    pose = pose_of(turned)
    assert pose.yaw == pytest.approx(0.15)
    assert pose.pitch == pytest.approx(0.7)
    assert pose.roll_deg == pytest.approx(90)


def test_zero_is_the_persons_own_straight_look() -> None:
    watch = Watch("left", "right")
    watch.hold(0.10, 0.8)
    assert isinstance(watch.hold(0.18, 1.0), Going)
    assert watch.hints[-1] is Hint.TURN_LEFT
    watch.hold(0.24, 0.3)
    assert watch.hints[-1] is Hint.LOOK_STRAIGHT


def test_nod_decides_nothing() -> None:
    watch = Watch("left", "right").settled()
    for drop in (0.5, 0.7, 0.9, 1.1) * 20:
        points = landmarks(0.02)
        nodding: Landmarks = (*points[:4], (322.0, 200 + drop * 100))
        watch.face(nodding)
    assert failed(watch.verdict) is Reason.NO_ANSWER


def test_turn_without_depth_never_counts() -> None:
    watch = Watch("left", "right").settled()
    assert failed(watch.hold(0.25, 7, relief=0.006)) is Reason.FLAT


def test_turn_whose_depth_was_not_measured_never_counts() -> None:
    watch = Watch("left", "right").settled()
    for _ in range(70):
        watch.at += STEP_S
        watch.see(Observation(watch.at, 1, landmarks(0.25), 50.0, None))
    assert failed(watch.verdict) is Reason.NO_ANSWER


def test_answer_in_time_only() -> None:
    watch = Watch("left", "right").settled()
    assert isinstance(watch.hold(0.02, 5.5), Going)
    assert failed(watch.hold(0.02, 1.0)) is Reason.NO_ANSWER
    assert failed(watch.hold(0.25, 1.0)) is Reason.NO_ANSWER


def test_head_must_come_back() -> None:
    watch = Watch("left", "right").settled()
    assert failed(watch.hold(0.25, 8)) is Reason.NO_RETURN


def test_answering_the_next_turn_unasked_fails() -> None:
    watch = Watch("left", "right").settled()
    watch.hold(0.25, 0.3)
    assert failed(watch.hold(-0.2, 0.6)) is Reason.WRONG_DIRECTION


def test_glance_to_the_wrong_side_is_forgiven() -> None:
    watch = Watch("left", "right").settled()
    watch.hold(-0.2, 0.2)
    assert isinstance(watch.hold(0.25, 0.5), Going)
    assert watch.hints[-1] is Hint.LOOK_STRAIGHT


def test_face_lost_for_long_fails() -> None:
    watch = Watch("left", "right").settled()
    assert isinstance(watch.nobody(0.5), Going)
    assert watch.hints[-1] is Hint.NO_FACE
    assert failed(watch.nobody(0.7)) is Reason.FACE_LOST


def test_pictures_that_stop_fail_too() -> None:
    watch = Watch("left", "right").settled()
    watch.at += 1.2
    assert failed(watch.face(landmarks(0.02))) is Reason.FACE_LOST


def test_second_face_fails_and_one_blink_of_it_does_not() -> None:
    watch = Watch("left", "right").settled()
    watch.face(landmarks(0.02), faces=2)
    assert watch.hints[-1] is Hint.ONE_PERSON_ONLY
    assert isinstance(watch.hold(0.02, 0.5), Going)
    for _ in range(5):
        watch.face(landmarks(0.02), faces=2)
    assert failed(watch.verdict) is Reason.TWO_FACES


@pytest.mark.parametrize("other", [landmarks(0.02, x=480), landmarks(0.02, eyes=65)])
def test_another_face_in_its_place_fails(other: Landmarks) -> None:
    watch = Watch("left", "right").settled()
    assert failed(watch.face(other)) is Reason.FACE_JUMPED


def test_swaying_is_no_jump() -> None:
    watch = Watch("left", "right").settled()
    for x in (330, 345, 360, 380, 395, 380, 360, 340):
        assert isinstance(watch.face(landmarks(0.02, x=x)), Going)


def test_before_the_first_turn_nothing_fails() -> None:
    watch = Watch("left", "right")
    watch.nobody(30)
    watch.face(landmarks(0.02), faces=2)
    watch.face(landmarks(0.02, eyes=60))
    assert watch.hints == [Hint.NO_FACE, Hint.ONE_PERSON_ONLY, Hint.COME_CLOSER]
    watch.settled()
    assert watch.hints[-1] is Hint.TURN_LEFT


def test_eyes_must_be_40_px_apart_to_begin() -> None:
    watch = Watch("left", "right")
    for _ in range(20):
        watch.face(landmarks(0.0, eyes=79))
    assert set(watch.hints) == {Hint.COME_CLOSER}
    for _ in range(10):
        watch.face(landmarks(0.0, eyes=81))
    assert watch.hints[-1] is Hint.TURN_LEFT


def test_a_head_that_is_turned_or_moves_does_not_settle() -> None:
    watch = Watch("left", "right")
    watch.hold(0.25, 2)
    for yaw in (0.0, 0.08) * 10:
        watch.face(landmarks(yaw))
    assert set(watch.hints) == {Hint.LOOK_STRAIGHT}


def test_frontal_pictures_are_marked_once_per_straight_look() -> None:
    watch = Watch("left", "right")
    verdicts: list[Verdict] = []
    for yaw, count in ((0.0, 8), (0.2, 5), (0.0, 4), (-0.2, 5), (0.0, 4)):
        verdicts += [watch.face(landmarks(yaw)) for _ in range(count)]
    assert sum(isinstance(verdict, Going) and verdict.frontal for verdict in verdicts) == 2
    assert verdicts[-1] == Passed(2)


def test_depth_is_asked_for_only_where_it_decides() -> None:
    watch = Watch("left", "right")
    assert not watch.challenge.needs_relief(landmarks(0.3))
    watch.settled()
    assert watch.challenge.needs_relief(landmarks(0.3))
    assert not watch.challenge.needs_relief(landmarks(-0.3))
    assert not watch.challenge.needs_relief(landmarks(0.05))


def test_random_challenges_have_both_directions_and_vary() -> None:
    drawn = {random_turns() for _ in range(300)}
    assert drawn == set(SEQUENCES)
    assert all(set(turns) == {"left", "right"} for turns in drawn)
    assert all(2 <= len(turns) <= 3 for turns in drawn)


@pytest.mark.parametrize("turns", [(), ("left",), ("left", "left"), ("left", "right", "up")])
def test_one_sided_challenge_is_refused(turns: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="both directions"):
        Challenge(turns)
