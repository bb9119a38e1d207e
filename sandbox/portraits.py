"""Portraits for the city.

The citizen is scikit-image's astronaut (public domain), the impostor a picture from a source
distribution that pip fetches with its hash.

``python -m sandbox.portraits fetch DIR`` leaves DIR/impostor.jpg; a second run does nothing. The
picture is found by its own hash, not by name. It is not committed and not shipped.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from skimage import data

Image = npt.NDArray[np.uint8]

LOCK = Path(__file__).with_suffix(".lock")
IMPOSTOR_FILE = "impostor.jpg"
IMPOSTOR_SHA256 = "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6"
_MAX_BYTES = 5_000_000


class PortraitMissing(Exception):
    """The source distribution does not hold the picture that is expected."""


def citizen() -> Image:
    """The citizen's portrait, BGR: head and shoulders out of the astronaut's picture."""
    rgb = np.asarray(data.astronaut(), dtype=np.uint8)
    return np.ascontiguousarray(rgb[:300, :400, ::-1])


def impostor(folder: Path) -> Image:
    """The impostor's portrait, BGR, at most 900 px high. PortraitMissing before ``fetch``."""
    read = cv2.imread(str(folder / IMPOSTOR_FILE), cv2.IMREAD_COLOR)
    if read is None:
        raise PortraitMissing(
            f"{IMPOSTOR_FILE} is not there: run python -m sandbox.portraits fetch {folder}"
        )
    scale = min(1.0, 900 / max(read.shape[:2]))
    small = cv2.resize(read, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def fetch(folder: Path) -> bool:
    """Bring the impostor's portrait into ``folder``; False when it was there already.

    CalledProcessError when pip cannot fetch or the hash is wrong, PortraitMissing when the
    archive holds no such picture.
    """
    target = folder / IMPOSTOR_FILE
    if target.is_file() and _digest(target.read_bytes()) == IMPOSTOR_SHA256:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        _download(Path(scratch))
        partial = Path(scratch) / IMPOSTOR_FILE
        partial.write_bytes(_portrait_in(next(Path(scratch).glob("*.tar.gz"))))
        partial.replace(target)
    return True


def _download(folder: Path) -> None:
    """Let pip fetch what the lock names; pip knows the registry, this project does not."""
    only_source = ["--no-deps", "--no-build-isolation", "--no-binary", ":all:"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes"]
    command += [*only_source, "--dest", str(folder), "-r", str(LOCK)]
    subprocess.run(command, check=True)


def _portrait_in(archive: Path) -> bytes:
    with tarfile.open(archive) as opened:
        for member in opened:
            if not member.isfile() or member.size > _MAX_BYTES:
                continue
            stream = opened.extractfile(member)
            content = stream.read() if stream is not None else b""
            if _digest(content) == IMPOSTOR_SHA256:
                return content
    raise PortraitMissing("the source distribution does not hold the expected picture")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def main(arguments: list[str] | None = None) -> int:
    """Run ``fetch DIR`` from the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.portraits")
    commands = parser.add_subparsers(dest="command", required=True)
    fetching = commands.add_parser("fetch", help="bring the impostor's portrait into DIR")
    fetching.add_argument("folder", type=Path, metavar="DIR")
    given = parser.parse_args(arguments)
    folder: Path = given.folder
    try:
        fetched = fetch(folder)
    except (subprocess.CalledProcessError, PortraitMissing) as exc:
        sys.stderr.write(f"no portrait: {exc}\n")
        return 1
    print(f"{folder / IMPOSTOR_FILE}: {'fetched' if fetched else 'there already'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
