"""The one file through which a hand (the twin) and the paper path (the command) meet."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

MISBEHAVIOURS = ("none", "aborts", "no_count", "out_midway")
PANEL_JOB = "front-panel"
"""Name of the job that only tells the printer what its sensors see. See ipp_eve.py."""


@dataclass(frozen=True, slots=True)
class Mode:
    """What the sensors see, and how the printer is to misbehave in the next job."""

    paper: str = "ok"
    cover_open: bool = False
    jam: bool = False
    seconds_per_sheet: float = 0.3
    misbehave: str = "none"

    @property
    def reasons(self) -> tuple[str, ...]:
        """printer-state-reasons stems that hold."""
        seen = {
            "media-empty": self.paper == "out",
            "cover-open": self.cover_open,
            "media-jam": self.jam,
        }
        return tuple(name for name, holds in seen.items() if holds)


def read_mode(directory: Path) -> Mode:
    """What was last written; a fresh printer has paper and no fault."""
    try:
        return Mode(**json.loads((directory / "mode.json").read_text()))
    except FileNotFoundError:
        return Mode()


def write_mode(directory: Path, mode: Mode) -> None:
    """Replace the file in one step: its reader looks twenty times a second."""
    scratch = directory / f"mode.{os.getpid()}.new"
    scratch.write_text(json.dumps(asdict(mode)))
    scratch.replace(directory / "mode.json")
