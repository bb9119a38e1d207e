"""PURE: the liveness challenge. Landmarks and times in, hints and one verdict out.

The person is asked to turn the head, left and right in an order nobody could know before, back to
straight each time. Lengths are in eye distances and in the face's own axes (roll removed), so
neither distance nor a tilted head counts. A turn counts when the nose has moved along the eye axis
*and* the face has depth (see ``planarity``): a flat photo can fake the first, not the second. A nod
never decides: a tilted photo nods as well as a head.
``left`` is the person's own left; in a camera's unmirrored picture the nose then moves right.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

Point = tuple[float, float]
Landmarks = tuple[Point, Point, Point, Point, Point]
"""dlib's five, in the picture's pixels: outer and inner corner of the eye at the picture's right,
outer and inner corner of the eye at its left, foot of the nose."""

LEFT, RIGHT = "left", "right"
SEQUENCES: tuple[tuple[str, ...], ...] = (
    (LEFT, RIGHT),
    (RIGHT, LEFT),
    (LEFT, LEFT, RIGHT),
    (LEFT, RIGHT, LEFT),
    (LEFT, RIGHT, RIGHT),
    (RIGHT, LEFT, LEFT),
    (RIGHT, LEFT, RIGHT),
    (RIGHT, RIGHT, LEFT),
)
"""Two or three turns with both directions among them."""


def random_turns() -> tuple[str, ...]:
    """Choose a challenge from the system's randomness."""
    return secrets.choice(SEQUENCES)


class Hint(StrEnum):
    """What the person should do now; the words are the screen's."""

    LOOK_STRAIGHT = "look_straight"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    COME_CLOSER = "come_closer"
    ONE_PERSON_ONLY = "one_person_only"
    NO_FACE = "no_face"


class Reason(StrEnum):
    """Why a challenge failed."""

    WRONG_DIRECTION = "wrong_direction"
    NO_ANSWER = "no_answer"
    NO_RETURN = "no_return"
    FLAT = "flat"
    TWO_FACES = "two_faces"
    FACE_LOST = "face_lost"
    FACE_JUMPED = "face_jumped"


@dataclass(frozen=True, slots=True)
class Pose:
    """A face's attitude, by five landmarks.

    ``yaw`` and ``pitch`` are the nose's offset from the eyes' middle along and across the eye
    axis in eye distances; ``centre`` and ``eye_distance`` are in pixels.
    """

    yaw: float
    pitch: float
    roll_deg: float
    centre: Point
    eye_distance: float


def pose_of(points: Landmarks) -> Pose:
    """Measure the landmarks. ValueError when both eyes are at one place."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy), (nose_x, nose_y) = points
    right, left = ((ax + bx) / 2, (ay + by) / 2), ((cx + dx) / 2, (cy + dy) / 2)
    along_x, along_y = right[0] - left[0], right[1] - left[1]
    distance = math.hypot(along_x, along_y)
    if distance == 0:
        raise ValueError("eyes coincide")
    centre = ((right[0] + left[0]) / 2, (right[1] + left[1]) / 2)
    off_x, off_y = nose_x - centre[0], nose_y - centre[1]
    yaw = (off_x * along_x + off_y * along_y) / distance**2
    pitch = (off_y * along_x - off_x * along_y) / distance**2
    return Pose(yaw, pitch, math.degrees(math.atan2(along_y, along_x)), centre, distance)


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen in one picture at ``at`` (monotonic seconds).

    ``points`` is the largest face's; ``eye_px`` its eye distance in the searched picture;
    ``relief`` the depth found against the last frontal picture, None when not measured.
    """

    at: float
    faces: int
    points: Landmarks | None = None
    eye_px: float = 0.0
    relief: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds. Yaws are differences from this person's own straight look.

    The measurements behind them are in docs/devices/face.md.
    """

    turn_yaw: float = 0.12
    straight_yaw: float = 0.06
    settle_yaw: float = 0.16
    relief: float = 0.015
    min_eye_px: float = 40.0
    min_eye_px_turning: float = 30.0
    settle_s: float = 0.4
    steady_yaw: float = 0.05
    hold: int = 2
    answer_s: float = 6.0
    wrong_s: float = 0.3
    two_faces_s: float = 0.3
    lost_s: float = 1.0
    jump_eyes: float = 0.5
    jump_eyes_per_s: float = 3.0
    jump_eyes_most: float = 1.2
    jump_scale: float = 1.4


@dataclass(frozen=True, slots=True)
class Going:
    """Not decided. ``frontal``: this very picture shows the face settled and straight."""

    hint: Hint
    done: int
    total: int
    frontal: bool = False


@dataclass(frozen=True, slots=True)
class Passed:
    """All turns were answered, the last picture is straight again."""

    total: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The challenge is lost, for good; a new one must be drawn."""

    reason: Reason
    done: int
    total: int


Verdict = Going | Passed | Failed


class _Phase(Enum):
    SETTLING = auto()
    TURNING = auto()
    RETURNING = auto()


class Challenge:
    """One challenge for one person. ``observe`` every picture in order; the verdict stays."""

    def __init__(self, turns: Sequence[str], limits: Limits | None = None) -> None:
        if not {LEFT, RIGHT} == set(turns):
            raise ValueError("a challenge needs both directions and no other word")
        self._turns = tuple(turns)
        self._limits = limits or Limits()
        self._phase = _Phase.SETTLING
        self._done = 0
        self._verdict: Passed | Failed | None = None
        self._settling: list[tuple[float, float]] = []
        self._straight = 0.0
        self._held = 0
        self._asked_at = 0.0
        self._wrong_since: float | None = None
        self._two_since: float | None = None
        self._last_seen: tuple[float, Pose] | None = None
        self._flat_seen = False

    @property
    def total(self) -> int:
        """How many turns are asked."""
        return len(self._turns)

    def needs_relief(self, points: Landmarks) -> bool:
        """Whether these landmarks would answer the turn that is asked, so that depth decides."""
        return self._phase is _Phase.TURNING and self._toward(pose_of(points)) >= (
            self._limits.turn_yaw
        )

    def observe(self, seen: Observation) -> Verdict:
        """Take one picture's observation into account."""
        if self._verdict is not None:
            return self._verdict
        trouble = self._trouble(seen)
        if isinstance(trouble, Reason):
            return self._fail(trouble)
        if self._started and seen.at - self._asked_at > self._limits.answer_s:
            return self._fail(self._late())
        if trouble is not None or seen.points is None:
            self._settling.clear()
            return self._going(trouble or Hint.NO_FACE)
        return self._step(seen, pose_of(seen.points))

    @property
    def _started(self) -> bool:
        return self._phase is not _Phase.SETTLING

    def _trouble(self, seen: Observation) -> Hint | Reason | None:
        """What keeps this picture from counting, or is so grave that the challenge fails."""
        limits, last = self._limits, self._last_seen
        if self._started and last is not None and seen.at - last[0] > limits.lost_s:
            return Reason.FACE_LOST
        if seen.faces > 1:
            return self._two_faces(seen.at)
        self._two_since = None
        if seen.faces == 0 or seen.points is None:
            self._held = 0
            return Hint.NO_FACE
        pose = pose_of(seen.points)
        if self._started and last is not None and self._jumped(last, seen.at, pose):
            return Reason.FACE_JUMPED
        self._last_seen = (seen.at, pose)
        nearest = limits.min_eye_px_turning if self._started else limits.min_eye_px
        return Hint.COME_CLOSER if seen.eye_px < nearest else None

    def _two_faces(self, at: float) -> Hint | Reason:
        self._two_since = at if self._two_since is None else self._two_since
        self._held = 0
        if self._started and at - self._two_since >= self._limits.two_faces_s:
            return Reason.TWO_FACES
        return Hint.ONE_PERSON_ONLY

    def _jumped(self, last: tuple[float, Pose], at: float, pose: Pose) -> bool:
        """Whether no head moves like that between two pictures: somebody else stepped in."""
        before_at, before = last
        limits = self._limits
        moved = math.dist(pose.centre, before.centre) / before.eye_distance
        allowed = limits.jump_eyes + limits.jump_eyes_per_s * (at - before_at)
        grown = pose.eye_distance / before.eye_distance
        size_kept = 1 / limits.jump_scale < grown < limits.jump_scale
        return moved > min(allowed, limits.jump_eyes_most) or not size_kept

    def _step(self, seen: Observation, pose: Pose) -> Verdict:
        match self._phase:
            case _Phase.SETTLING:
                return self._settle(seen.at, pose)
            case _Phase.TURNING:
                return self._turn(seen, pose)
            case _Phase.RETURNING:
                return self._return(seen.at, pose)

    def _settle(self, at: float, pose: Pose) -> Verdict:
        """Wait for a steady straight look; its yaw is the zero of this person and this camera."""
        limits = self._limits
        yaws = [yaw for _, yaw in self._settling]
        if abs(pose.yaw) > limits.settle_yaw:
            self._settling.clear()
        elif yaws and max(*yaws, pose.yaw) - min(*yaws, pose.yaw) > limits.steady_yaw:
            self._settling = [(at, pose.yaw)]
        else:
            self._settling.append((at, pose.yaw))
        steady = self._settling
        if len(steady) <= limits.hold or steady[-1][0] - steady[0][0] < limits.settle_s:
            return self._going(Hint.LOOK_STRAIGHT)
        self._straight = sum(yaw for _, yaw in steady) / len(steady)
        return self._ask(at)

    def _ask(self, at: float) -> Verdict:
        """Go on to the next turn, or pass after the last; this picture is frontal."""
        if self._done == len(self._turns):
            self._verdict = Passed(self.total)
            return self._verdict
        self._phase, self._asked_at, self._held = _Phase.TURNING, at, 0
        self._wrong_since = None
        return self._going(self._asked(), frontal=True)

    def _turn(self, seen: Observation, pose: Pose) -> Verdict:
        limits = self._limits
        toward = self._toward(pose)
        if self._held_wrong(seen.at, turned=toward <= -limits.turn_yaw):
            return self._fail(Reason.WRONG_DIRECTION)
        deep = seen.relief is not None and seen.relief >= limits.relief
        over = toward >= limits.turn_yaw
        self._flat_seen = self._flat_seen or (over and seen.relief is not None and not deep)
        self._held = self._held + 1 if over and deep else 0
        if self._held < limits.hold:
            return self._going(self._asked())
        self._done, self._held = self._done + 1, 0
        self._phase, self._asked_at, self._wrong_since = _Phase.RETURNING, seen.at, None
        self._flat_seen = False
        return self._going(Hint.LOOK_STRAIGHT)

    def _return(self, at: float, pose: Pose) -> Verdict:
        limits = self._limits
        off = pose.yaw - self._straight
        sign = 1 if self._turns[self._done - 1] == LEFT else -1
        if self._held_wrong(at, turned=off * sign <= -limits.turn_yaw):
            return self._fail(Reason.WRONG_DIRECTION)
        self._held = self._held + 1 if abs(off) <= limits.straight_yaw else 0
        return self._ask(at) if self._held >= limits.hold else self._going(Hint.LOOK_STRAIGHT)

    def _held_wrong(self, at: float, *, turned: bool) -> bool:
        """Whether the head has been on the wrong side for long enough to be meant."""
        if not turned:
            self._wrong_since = None
            return False
        self._wrong_since = at if self._wrong_since is None else self._wrong_since
        return at - self._wrong_since >= self._limits.wrong_s

    def _toward(self, pose: Pose) -> float:
        """How far the nose has moved toward the side asked for; negative on the other side."""
        sign = 1 if self._turns[self._done] == LEFT else -1
        return (pose.yaw - self._straight) * sign

    def _asked(self) -> Hint:
        return Hint.TURN_LEFT if self._turns[self._done] == LEFT else Hint.TURN_RIGHT

    def _late(self) -> Reason:
        if self._phase is _Phase.RETURNING:
            return Reason.NO_RETURN
        return Reason.FLAT if self._flat_seen else Reason.NO_ANSWER

    def _going(self, hint: Hint, *, frontal: bool = False) -> Going:
        return Going(hint, self._done, self.total, frontal)

    def _fail(self, reason: Reason) -> Failed:
        failed = Failed(reason, self._done, self.total)
        self._verdict = failed
        return failed
