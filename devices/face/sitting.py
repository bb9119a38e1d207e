"""One person's sitting: each picture is looked at, the challenge told, two frontal ones kept."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, cast

from devices.api import DeviceError, Fault
from devices.face.liveness import (
    Challenge,
    Going,
    Hint,
    Landmarks,
    Observation,
    Passed,
    Verdict,
)
from devices.vendor_host import Header

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]

WIDE_EVERY_S = 0.5
"""Without a face near, the whole picture is searched no more often for one far away."""


class SeenFrame(Protocol):
    """A picture as the camera gives it: BGR, (height, width, 3), ``at`` in monotonic seconds."""

    @property
    def width(self) -> int:
        """Columns."""
        ...

    @property
    def height(self) -> int:
        """Rows."""
        ...

    @property
    def bgr(self) -> Pixels:
        """The pixels."""
        ...

    @property
    def at(self) -> float:
        """When it was taken."""
        ...


@dataclass(slots=True)
class _Kept:
    """A frontal picture kept for the time of a check, with what ``look`` found in it."""

    bgr: Pixels
    found: Header

    def wipe(self) -> None:
        self.bgr.fill(0)
        self.found.clear()


class Sitting:
    """One check's pictures. ``call`` asks the face process and raises DeviceError.

    The one that is compared with the card is that of a straight look drawn by lot: who changes
    places with a live helper cannot know which moment counts.
    """

    def __init__(self, call: Callable[..., Header], challenge: Challenge) -> None:
        self._call = call
        self._challenge = challenge
        self._portrait_wanted = secrets.randbelow(challenge.total + 1)
        self._frontals = 0
        self._before: _Kept | None = None
        self._portrait: _Kept | None = None
        self._wide_at = -math.inf
        self._far_until = -math.inf

    @property
    def total(self) -> int:
        """How many turns are asked."""
        return self._challenge.total

    def see(self, frame: SeenFrame) -> Verdict:
        """Look at one picture and give the challenge's verdict."""
        picture = frame.bgr.tobytes()
        size: Header = {"w": frame.width, "h": frame.height}
        found = self._call({"op": "look", "wide": False, **size}, picture)
        if not found.get("faces") and frame.at - self._wide_at >= WIDE_EVERY_S:
            self._wide_at = frame.at
            found = self._call({"op": "look", "wide": True, **size}, picture)
            if found.get("faces"):
                self._far_until = frame.at + 2 * WIDE_EVERY_S
        verdict = self._challenge.observe(self._observation(frame, found, picture))
        if isinstance(verdict, Going) and verdict.hint is Hint.NO_FACE:
            # between two wide searches nobody is seen, but somebody is there
            far = frame.at < self._far_until
            return replace(verdict, hint=Hint.COME_CLOSER) if far else verdict
        if isinstance(verdict, Passed) or (isinstance(verdict, Going) and verdict.frontal):
            self._keep(_Kept(frame.bgr.copy(), {**found, **size}))
        return verdict

    def _observation(self, frame: SeenFrame, found: Header, picture: bytes) -> Observation:
        faces = cast("int", found["faces"])
        if faces == 0:
            return Observation(frame.at, 0)
        points = _landmarks(found["points"])
        eye_px, depth = cast("float", found["eye_px"]), None
        if faces == 1 and self._before is not None and self._challenge.needs_relief(points):
            depth = self._relief(self._before, found, picture)
        return Observation(frame.at, faces, points, eye_px, depth)

    def _relief(self, before: _Kept, found: Header, picture: bytes) -> float | None:
        header: Header = {"op": "relief", "w": before.found["w"], "h": before.found["h"]}
        header |= {"before": before.found["points"], "now": found["points"]}
        answer = self._call(header, before.bgr.tobytes(), picture)
        return cast("float | None", answer["relief"])

    def _keep(self, kept: _Kept) -> None:
        if self._before is not None and self._before is not self._portrait:
            self._before.wipe()
        self._before = kept
        if self._frontals == self._portrait_wanted:
            self._portrait = kept
        self._frontals += 1

    def encode_portrait(self) -> Header:
        """Encode the frontal picture that the lot chose; empty when there is none."""
        if self._portrait is None:
            return {}
        found = self._portrait.found
        header: Header = {key: found[key] for key in ("w", "h", "box", "points")}
        return self._call({"op": "encode", **header}, self._portrait.bgr.tobytes())

    def wipe(self) -> None:
        """Overwrite what was kept."""
        for kept in (self._before, self._portrait):
            if kept is not None:
                kept.wipe()
        self._before = self._portrait = None


def _landmarks(points: object) -> Landmarks:
    """Type the answer's five points; DeviceError when the process sent something else."""
    pairs = [(float(x), float(y)) for x, y in cast("list[list[float]]", points)]
    if len(pairs) != 5:
        raise DeviceError(Fault.GARBLED, "landmarks")
    return (pairs[0], pairs[1], pairs[2], pairs[3], pairs[4])
