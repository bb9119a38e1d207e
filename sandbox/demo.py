"""``python -m sandbox demo [--vnc]``: the city and the kiosk, for a person or as a scripted visit.

With a display (or with --vnc): full screen, until Ctrl-C. Without one: under Xvfb, the visits
``certificate``, ``application`` and ``check``, one after the other in one city; build/demo/ gets a
picture of each page passed, every paper that came out and a table. Exit status 0 only if every step
held and everything is there.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from sandbox.stage import Stage, StageBroken
from sandbox.visit import Setting, all_held, run_visit, setting, table
from sandbox.visits.album import Album, empty
from sandbox.visits.scripts import DEMONSTRATED, VISITS
from sandbox.visits.setting import City, CityFile, Kiosk, SettingBroken
from sandbox.visits.step import StepResult, Visit

OUTPUT: Final = Path("build/demo")
PAGES_WANTED: Final = 10
PICTURES_WANTED: Final = 45
"""One for each step whose page is another than the last, and the turns of the head."""
_DPI: Final = "100"


def main(arguments: list[str]) -> int:
    """Exit status 0 when all went as it should, 1 when the visit did not, 2 without a start."""
    asked = _parser().parse_args(arguments)
    empty(asked.output)
    logs: Path = asked.output / "logs"
    logs.mkdir(exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix="city-") as place:
            return _demo(asked, Path(place), logs)
    except (SettingBroken, StageBroken) as exc:
        print(exc, file=sys.stderr)
        return 2


def _demo(asked: argparse.Namespace, city: Path, logs: Path) -> int:
    """As asked, or as there is a display."""
    if asked.vnc:
        with Stage(logs, vnc=True) as stage:
            print(f"VNC: 127.0.0.1:{stage.vnc_port} (this machine only, no password)", flush=True)
            return _for_a_person(city, logs, stage.env)
    if os.environ.get("DISPLAY") and not asked.headless:
        return _for_a_person(city, logs, os.environ)
    with setting(city, logs) as where:
        return scripted(where, asked.output)


def scripted(where: Setting, output: Path) -> int:
    """The visits to be shown, on a stage that stands; writes everything into ``output``."""
    album = Album(output, where.grab)
    made = [_walk(VISITS[name](), where, album, output) for name in DEMONSTRATED]
    results = [result for one in made for result in one.results]
    lacks = [lack for one in made for lack in one.lacks]
    lacks += wrong_with_pictures(output, results, pictures_wanted=PICTURES_WANTED)
    missing = headings_of_steps() - {picture.heading for picture in album.pictures}
    lacks += [f"no picture of {heading}" for heading in sorted(missing)]
    lines = "\n".join(f"## {one.visit.tells}\n\n{table(one.results)}" for one in made)
    lines += "".join(f"\n- **{lack}**" for lack in lacks)
    (output / "steps.md").write_text(f"# 演示：每一步和用时\n\n{lines}", encoding="utf-8")
    print(lines)
    seconds = sum(result.seconds for result in results)
    print(f"{len(made)} visits in {seconds:.0f} s, {len(album.pictures)} pictures, in {output}")
    return 1 if lacks else 0


def headings_of_steps() -> set[str]:
    """What must be in the album at least; pages that only pass may be too quick for a picture."""
    visits = (VISITS[name]() for name in DEMONSTRATED)
    return {step.sees for visit in visits for step in visit.steps if step.picture}


@dataclass(frozen=True, slots=True)
class _Walked:
    """A visit that was made, and what it lacks."""

    visit: Visit
    results: list[StepResult]
    lacks: list[str]


def _walk(visit: Visit, where: Setting, album: Album, output: Path) -> _Walked:
    """Make a visit and keep what comes out of the printers meanwhile."""
    before = _papers(where.city)
    results = run_visit(visit, where, album)
    lacks = [] if all_held(visit, results) else [f"{visit.name}: not every step held"]
    documents, slips = (
        now[len(old) :] for now, old in zip(_papers(where.city), before, strict=True)
    )
    lacks += _keep_documents(visit, documents, output)
    lacks += _keep_slip(visit, slips, output)
    return _Walked(visit, results, lacks)


def _papers(city: CityFile) -> tuple[list[Path], list[Path]]:
    """Documents and slips that came out so far, the newest last."""
    return _by_age(city.certificates, "*.pdf"), _by_age(city.slips, "slip-*.png")


def _by_age(directory: Path, pattern: str) -> list[Path]:
    return sorted(directory.glob(pattern), key=lambda path: path.stat().st_mtime_ns)


def _keep_documents(visit: Visit, came: list[Path], output: Path) -> list[str]:
    """Copy what the visit is to bring; says what is missing, or too much."""
    for name, document in zip(visit.documents, came, strict=False):
        shutil.copyfile(document, output / f"{name}.pdf")
        _draw(output / f"{name}.pdf", output / f"{name}.png")
    if len(came) == len(visit.documents):
        return []
    return [f"{visit.name}: {len(came)} documents were printed, not {len(visit.documents)}"]


def _keep_slip(visit: Visit, came: list[Path], output: Path) -> list[str]:
    if visit.slip and came:
        shutil.copyfile(came[-1], output / f"{visit.slip}.png")
    if len(came) == bool(visit.slip):
        return []
    return [f"{visit.name}: {len(came)} slips were printed"]


def wrong_with_pictures(
    output: Path,
    results: list[StepResult],
    *,
    pictures_wanted: int = PAGES_WANTED,
) -> list[str]:
    """What the pictures lack: enough pages, enough headings, no two equal, each in the table."""
    taken = [picture for result in results for picture in (*result.passed, result.picture)]
    pictures = [picture for picture in taken if picture is not None]
    headings = {picture.heading for picture in pictures}
    files = sorted(path.name for path in output.glob("[0-9]*.png"))
    digests = {_pixels(output / file) for file in files}
    lacks: list[str] = []
    if len(files) < pictures_wanted:
        lacks.append(f"only {len(files)} pictures")
    if len(headings) < PAGES_WANTED:
        lacks.append(f"only {len(headings)} different headings")
    if len(digests) < len(files):
        lacks.append("two pictures are equal")
    if files != sorted(picture.file for picture in pictures):
        lacks.append("the table does not list the pictures that are there")
    return lacks


def _pixels(picture: Path) -> str:
    with Image.open(picture) as opened:
        return hashlib.sha256(opened.tobytes()).hexdigest()


def _draw(document: Path, picture: Path) -> None:
    """The document's first page."""
    command = ["pdftoppm", "-png", "-singlefile", "-r", _DPI, str(document)]
    subprocess.run([*command, str(picture.with_suffix(""))], check=True, capture_output=True)


def _for_a_person(city: Path, logs: Path, env: Mapping[str, str]) -> int:
    """City and kiosk until Ctrl-C or SIGTERM."""
    stopping = threading.Event()
    with (
        _until_told(stopping),
        City(city, logs / "city.log") as known,
        Kiosk(known.config).running(env, logs / "kiosk.log"),
    ):
        print(f"panel: {known.panel} (Ctrl-C ends city and kiosk)", flush=True)
        stopping.wait()
    return 0


@contextlib.contextmanager
def _until_told(stopping: threading.Event) -> Generator[None]:
    """Let SIGINT and SIGTERM set the event instead of raising."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    old = [signal.signal(number, lambda _number, _frame: stopping.set()) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, old, strict=True):
            signal.signal(number, handler)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox demo", description="See a visit, or make one.")
    parser.add_argument("--vnc", action="store_true", help="on a virtual display, for a VNC viewer")
    parser.add_argument("--headless", action="store_true", help="scripted even with a display")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    return parser
