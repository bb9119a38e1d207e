"""The pictures of a visit: numbered, each of a page that stood still, none twice."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

_LEFT_BEHIND = (
    "[0-9][0-9]-*.png",
    *("slip.png", "slip-*.png", "certificate.p*", "notice.p*", "receipt.p*"),
    *("steps.md", "logs/*.log"),
)
_SETTLE_LOOKS = 5
_LIVE_S = 3.0
_LIVE_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the album; ``digest`` is of its pixels."""

    file: str
    heading: str
    digest: str


def empty(directory: Path) -> None:
    """Make the directory; take away what an earlier visit left in it, and nothing else."""
    directory.mkdir(parents=True, exist_ok=True)
    for pattern in _LEFT_BEHIND:
        for left in directory.glob(pattern):
            left.unlink()


class Album:
    """Writes PNG files into ``directory``. ``grab`` takes a picture of the whole glass."""

    def __init__(self, directory: Path, grab: Callable[[], Image.Image]) -> None:
        self._directory = directory
        self._grab = grab
        self.pictures: list[Picture] = []

    def take(self, name: str, heading: Callable[[], str], *, live: bool = False) -> Picture | None:
        """Keep a picture named ``NN-name.png`` if the heading was the same before and after it.

        ``live``: the page has a moving picture; wait a little for it to move. None when the page
        went too quickly, or looks exactly like one that is in the album.
        """
        before = heading()
        image = self._moving() if live else self._settled()
        if not before or heading() != before:
            return None
        digest = hashlib.sha256(image.tobytes()).hexdigest()
        if any(digest == known.digest for known in self.pictures):
            return None
        file = f"{len(self.pictures) + 1:02d}-{name}.png"
        image.save(self._directory / file)
        picture = Picture(file, before, digest)
        self.pictures.append(picture)
        return picture

    def _moving(self) -> Image.Image:
        """A picture that differs from the one before it, if that comes in time."""
        deadline = time.monotonic() + _LIVE_S
        first = image = self._grab()
        while image.tobytes() == first.tobytes() and time.monotonic() < deadline:
            time.sleep(_LIVE_LOOK_S)  # another process: looked at again
            image = self._grab()
        return image

    def _settled(self) -> Image.Image:
        """A picture that is equal to the one before it, so that nothing is half drawn.

        A page that moves all the time (the live view) is taken after a few looks.
        """
        last = self._grab()
        for _ in range(_SETTLE_LOOKS):
            image = self._grab()
            if image.tobytes() == last.tobytes():
                break
            last = image
        return last
