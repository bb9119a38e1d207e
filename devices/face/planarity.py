"""Whether a face that seems turned has depth: the parallax that no flat picture can show.

Five landmarks cannot tell: the eye corners lie on a line, so any tilt of a flat photo about an
oblique axis shears the nose sideways as a turned head does (measured up to .30 of the eyes'
distance at 30 % tilt). But every view of a plane is a homography of every other. Some hundred
features are followed from the straight picture to the turned one; what the best homography leaves
unexplained is depth.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]

MIN_FEATURES = 25
MAX_FEATURES = 150
_WINDOW = (21, 21)
_ROUND_TRIP_PX = 1.0
"""A feature that is followed there and back must return this near to its start."""
_TRIMMED = 0.9
"""The worst tenth is left out: an eyelid, a hair, a feature that slid."""


def relief(
    before: Image, points_before: Points, now: Image, points_now: Points
) -> tuple[float | None, int]:
    """Give the depth's parallax and how many features it rests on.

    ``before`` is the straight face, ``now`` the turned one, BGR and of one size, each with its
    five landmarks. The value is the root mean square residual of the best homography in
    eye distances: a plane gives about .005, a head turned by 25° or more over .02. None when too
    few features could be followed to say anything.
    """
    first, second = _gray(before), _gray(now)
    three_before, three_now = _three(points_before), _three(points_now)
    # with the turned face brought over the straight one, features lie near and look alike
    back = cv2.getAffineTransform(three_now, three_before)
    size = (first.shape[1], first.shape[0])
    aligned = np.asarray(cv2.warpAffine(second, back, size), dtype=np.uint8)
    start, end = _followed(first, aligned, _face_mask(first, points_before))
    if len(start) < MIN_FEATURES:
        return None, len(start)
    eye_distance = float(np.linalg.norm(three_before[0] - three_before[1]))
    return _residual(start, end) / eye_distance, len(start)


def _gray(picture: Image) -> Image:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _three(points: Points) -> Points:
    """Both eyes' centres and the nose."""
    eyes = [(points[0] + points[1]) / 2, (points[2] + points[3]) / 2]
    return np.array([*eyes, points[4]], dtype=np.float32)


def _face_mask(picture: Image, points: Points) -> Image:
    """The face from the brows to the upper lip's foot, without hair, hall or photo's edge."""
    right, left, _ = _three(points)
    centre, along = (right + left) / 2, right - left
    down = np.array([-along[1], along[0]])
    corners = [
        centre + along * x + down * y for x, y in ((-1, -0.5), (1, -0.5), (1, 1.5), (-1, 1.5))
    ]
    mask = np.zeros(picture.shape, np.uint8)
    cv2.fillConvexPoly(mask, np.array(corners, dtype=np.int32), (255.0,))
    return mask


def _followed(first: Image, second: Image, mask: Image) -> tuple[Points, Points]:
    """Features of ``first`` and where they are in ``second``; both of shape (n, 2)."""
    # None when the picture is blank, which cv2's stub does not say
    found = cast("Points | None", cv2.goodFeaturesToTrack(first, MAX_FEATURES, 0.01, 4, mask=mask))
    nothing = np.empty((0, 2), np.float32)
    if found is None or len(found) == 0:
        return nothing, nothing
    start = np.asarray(found, dtype=np.float32)
    end, seen, _ = cv2.calcOpticalFlowPyrLK(first, second, start, start.copy(), winSize=_WINDOW)
    home, seen_back, _ = cv2.calcOpticalFlowPyrLK(second, first, end, start.copy(), winSize=_WINDOW)
    slip = np.linalg.norm((np.asarray(home) - start).reshape(-1, 2), axis=1)
    good = (seen.ravel() == 1) & (seen_back.ravel() == 1) & (slip < _ROUND_TRIP_PX)
    return start.reshape(-1, 2)[good], np.asarray(end, dtype=np.float32).reshape(-1, 2)[good]


def _residual(start: Points, end: Points) -> float:
    """Trimmed root mean square distance, in pixels, from the best homography of all features."""
    matrix = cast("Points | None", cv2.findHomography(start, end, 0)[0])
    if matrix is None:
        return 0.0
    predicted = np.asarray(cv2.perspectiveTransform(start[:, None, :], matrix)).reshape(-1, 2)
    errors = np.sort(np.linalg.norm(predicted - end, axis=1))
    return float(np.sqrt(np.mean(errors[: int(_TRIMMED * len(errors))] ** 2)))
