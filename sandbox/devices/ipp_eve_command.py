"""The paper path of the eve printer: ippeveprinter runs this for every document.

``python -m sandbox.devices.ipp_eve_command DIRECTORY SPOOLED_FILE``. Tells the printer through
stderr, as ippeveprinter(1) has it: ``ATTR: name=value`` and ``STATE: reason,...``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from sandbox.devices.ipp_eve_mode import PANEL_JOB, Mode, read_mode, write_mode

_LOOK_S = 0.05
_DPI = "100"


class PaperPath:
    """Moves the sheets of one document from the tray to ``printed/``."""

    def __init__(self, directory: Path, document: Path, job_name: str) -> None:
        self._directory = directory
        self._document = document
        self._parent = os.getppid()
        self._told: tuple[str, ...] | None = None
        printed = directory / "printed"
        printed.mkdir(exist_ok=True)
        label = re.sub(r"[^A-Za-z0-9_.-]", "", job_name)[:64]
        self._stem = printed / f"{_next_number(printed):03d}-{label}"

    def run(self) -> int:
        """Print it; the exit status becomes completed or aborted."""
        mode = self._look()
        if mode.misbehave == "aborts":
            return 1
        pages = _pages(self._document)
        counts = mode.misbehave != "no_count"
        if counts:
            _tell(f"ATTR: job-impressions={pages}")
        for page in range(1, pages + 1):
            if self._look().misbehave == "out_midway" and page == min(2, pages):
                write_mode(self._directory, replace(self._look(), paper="out", misbehave="none"))
            self._move_sheet(page)
            if counts:
                _tell(f"ATTR: job-impressions-completed={page}")
        shutil.copyfile(self._document, self._stem.with_name(self._stem.name + ".pdf"))
        return 0

    def tell_sensors(self) -> None:
        """Tell the printer what the sensors see, and nothing else."""
        self._look()

    def _move_sheet(self, page: int) -> None:
        moved_s = 0.0
        while moved_s < self._look().seconds_per_sheet or self._told:
            time.sleep(_LOOK_S)  # another process: looked at again
            moved_s += 0.0 if self._told else _LOOK_S
        where = self._stem.with_name(f"{self._stem.name}-{page}")
        number = str(page)
        subprocess.run(
            [
                *("pdftoppm", "-png", "-singlefile", "-r", _DPI, "-f", number, "-l", number),
                *(str(self._document), str(where)),
            ],
            check=True,
            stderr=subprocess.DEVNULL,
        )

    def _look(self) -> Mode:
        """Read the sensors and pass on what is new. Ends with the printer that started us."""
        if os.getppid() != self._parent:
            sys.exit(1)
        mode = read_mode(self._directory)
        if mode.reasons != self._told:
            self._told = mode.reasons
            _tell("STATE: " + (",".join(f"{r}-error" for r in mode.reasons) or "none"))
        return mode


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _next_number(printed: Path) -> int:
    numbers = [int(path.name[:3]) for path in printed.glob("[0-9][0-9][0-9]-*")]
    return max(numbers, default=0) + 1


def _pages(document: Path) -> int:
    told = subprocess.run(["pdfinfo", str(document)], check=True, capture_output=True, text=True)
    match = re.search(r"^Pages:\s+(\d+)$", told.stdout, re.MULTILINE)
    if match is None:
        raise ValueError("pdfinfo told no number of pages")
    return int(match[1])


def main() -> int:
    """Entry point for ippeveprinter's command."""
    directory, document = Path(sys.argv[1]), Path(sys.argv[2])
    job_name = os.environ.get("IPP_JOB_NAME", "")
    path = PaperPath(directory, document, job_name)
    if job_name == PANEL_JOB:
        path.tell_sensors()
        return 0
    return path.run()


if __name__ == "__main__":
    sys.exit(main())
