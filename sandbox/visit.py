"""``python -m sandbox visit NAME...``: scripted visits, on a stage of their own or a running one.

Exit status 0 only if every step held.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageGrab

from sandbox.presser import NotThere, Presser
from sandbox.stage import Stage, StageBroken
from sandbox.visits.album import Album, Picture, empty
from sandbox.visits.page_names import FILE_NAMES
from sandbox.visits.panel_client import PanelClient, PanelRefused
from sandbox.visits.scripts import VISITS, cities
from sandbox.visits.setting import City, CityFile, Kiosk, SettingBroken
from sandbox.visits.step import Step, StepResult, Visit
from sandbox.visits.visitor import Disbelief, Visitor

OUTPUT = Path("build/visits")


@dataclass(frozen=True, slots=True)
class Setting:
    """A running city and kiosk, and the hands at both."""

    presser: Presser
    panel: PanelClient
    kiosk: Kiosk
    city: CityFile
    grab: Callable[[], Image.Image]
    """Takes a picture of the whole glass."""


@contextlib.contextmanager
def setting(
    directory: Path,
    logs: Path,
    *,
    screen: Mapping[str, str] | None = None,
    before: Callable[[PanelClient], object] | None = None,
) -> Generator[Setting]:
    """Raise a stage with city and kiosk; everything ends with the block.

    ``directory`` gets the city's files (short: sockets lie in it), ``logs`` a log per process,
    ``screen`` lines for the kiosk's [screen] section, as ``gap_log``. ``before``: what is pulled
    at before the kiosk starts.
    """
    logs.mkdir(parents=True, exist_ok=True)
    with Stage(logs) as stage, City(directory, logs / "city.log", screen=screen) as city:
        panel = PanelClient(city.panel)
        if before is not None:
            before(panel)
        with (
            Kiosk(city.config).running(stage.env, logs / "kiosk.log") as kiosk,
            contextlib.closing(Presser(stage.env)) as presser,
        ):
            yield Setting(presser, panel, kiosk, city, stage.screenshot)


@contextlib.contextmanager
def running_setting(directory: Path, env: Mapping[str, str]) -> Generator[Setting]:
    """A city in ``directory`` and a kiosk that run already; ``env`` says on which display."""
    city = CityFile.read(directory / "city.json")
    with contextlib.closing(Presser(env)) as presser:
        yield Setting(
            presser,
            PanelClient(city.panel),
            Kiosk(city.config),
            city,
            lambda: ImageGrab.grab(xdisplay=env["DISPLAY"]).convert("RGB"),
        )


def run_visit(visit: Visit, where: Setting, album: Album | None = None) -> list[StepResult]:
    """Go through the steps until one does not hold; then tidy up. Never raises for a failed step.

    ``album`` takes the pictures, perhaps of several visits; without one there are none.
    """
    camera = _Camera(where.presser, album)
    visitor = Visitor(
        where.presser,
        where.panel,
        where.kiosk,
        passing=camera.passing,
        notable=camera.notable,
    )
    results: list[StepResult] = []
    for step in visit.steps:
        results.append(_run_step(step, visitor, camera))
        if not results[-1].held:
            break
    visitor.tidies_up()
    return results


class _Camera:
    """Decides which pages come into the album; takes none without one."""

    def __init__(self, presser: Presser, album: Album | None) -> None:
        self._presser = presser
        self._album = album
        self._from = len(album.pictures) if album is not None else 0
        self._passed: list[Picture] = []
        self._noted: set[str] = set()

    def passing(self, heading: str) -> None:
        """A page that was not waited for: keep its picture if it stays for one."""
        name = FILE_NAMES.get(heading)
        if self._album is None or name is None:
            return
        if any(picture.heading == heading for picture in self._album.pictures[self._from :]):
            return
        self.notable(name, heading)

    def notable(self, name: str, reads: str) -> None:
        """A state of a page that is worth a picture, once; ``reads`` stands on it all the while."""
        if name in self._noted or self._album is None:
            return
        picture = self._album.take(name, lambda: self._heading_while(reads))
        if picture is not None:
            self._noted.add(name)
            self._passed.append(picture)

    def take(self, name: str, *, live: bool = False) -> Picture | None:
        """A picture of the page as it is."""
        if self._album is None:
            return None
        return self._album.take(name, self._presser.heading, live=live)

    def _heading_while(self, reads: str) -> str:
        page = self._presser.page()
        return page.heading if page.reads(reads) else ""

    def passed(self) -> tuple[Picture, ...]:
        """The pictures since the last call that no step asked for."""
        passed, self._passed = tuple(self._passed), []
        return passed


def _run_step(step: Step, visitor: Visitor, camera: _Camera) -> StepResult:
    began = time.monotonic()
    problem = ""
    try:
        step.does(visitor)
        visitor.sees(step.sees, step.timeout_s)
        for sentence in step.reads:
            visitor.reads(sentence)
        if step.checks is not None:
            step.checks(visitor)
    except (NotThere, Disbelief, PanelRefused, SettingBroken) as exc:
        problem = str(exc)
    seconds = time.monotonic() - began
    heading = visitor.presser.heading() if problem else step.sees
    name = "problem" if problem else step.name
    picture = camera.take(name, live=step.live) if step.picture or problem else None
    return StepResult(step, heading, seconds, problem, picture, camera.passed())


def all_held(visit: Visit, results: list[StepResult]) -> bool:
    """Whether every step of the visit was made and held."""
    return len(results) == len(visit.steps) and all(result.held for result in results)


def table(results: list[StepResult]) -> str:
    """The steps as a Markdown table, with times and the pictures' names."""
    lines = ["| # | 步骤 | 页面 | 秒 | 图 | 结果 |", "|--:|---|---|--:|---|---|"]
    for number, result in enumerate(results, 1):
        lines += [f"| | （经过） | {p.heading} | | {p.file} | |" for p in result.passed]
        picture = result.picture.file if result.picture else ""
        verdict = "ok" if result.held else result.problem.replace("|", "/")
        lines.append(
            f"| {number} | {result.step.says} | {result.heading} | {result.seconds:.1f} "
            f"| {picture} | {verdict} |"
        )
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Exit status 0 only if every step of every visit held."""
    asked = _parser().parse_args(arguments)
    names: list[str] = list(VISITS) if "all" in asked.names else asked.names
    empty(asked.output)
    try:
        held = [
            _visit_city(group, asked.city, asked.output)
            for group in ([names] if asked.city is not None else cities(names))
        ]
    except (SettingBroken, StageBroken) as exc:
        print(exc, file=sys.stderr)
        return 2
    return 0 if all(held) else 1


def _visit_city(names: list[str], city: Path | None, output: Path) -> bool:
    """Make these visits in one city."""
    with _chosen_setting(city, output, VISITS[names[0]]().before) as where:
        held = [_visit(VISITS[name](), where, output / name) for name in names]
    return all(held)


def _visit(visit: Visit, where: Setting, output: Path) -> bool:
    """Make one visit, write and print its table, and see to it that the next can begin."""
    empty(output)
    results = run_visit(visit, where, Album(output, where.grab))
    (output / "steps.md").write_text(table(results), encoding="utf-8")
    held = all_held(visit, results)
    print(f"{visit.name}: {visit.tells}\n\n{table(results)}", flush=True)
    with contextlib.suppress(NotThere):  # the next visit will say so
        Visitor(where.presser, where.panel, where.kiosk).goes_home()
    return held


@contextlib.contextmanager
def _chosen_setting(
    city: Path | None, output: Path, before: Callable[[PanelClient], object] | None
) -> Generator[Setting]:
    """The running one, or one of our own in a place of its own."""
    if city is not None:
        with running_setting(city, os.environ) as where:
            yield where
        return
    with (
        tempfile.TemporaryDirectory(prefix="city-") as directory,
        setting(Path(directory), output / "logs", before=before) as where,
    ):
        yield where


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sandbox visit", description=f"Scripted visits: {', '.join(VISITS)}, or all."
    )
    parser.add_argument("names", nargs="+", choices=[*VISITS, "all"], metavar="NAME")
    parser.add_argument(
        "--city",
        type=Path,
        help="directory of a running city; DISPLAY and DBUS_SESSION_BUS_ADDRESS say where the "
        "kiosk is. Without it everything is started for this visit",
    )
    parser.add_argument("--output", type=Path, default=OUTPUT, help="gets pictures and table")
    return parser
