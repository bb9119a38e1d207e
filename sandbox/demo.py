"""``python -m sandbox demo [--vnc]``: the city and the kiosk, for a person or as a scripted visit.

With a display (or with --vnc): full screen, until Ctrl-C. Without one: under Xvfb, the visit
``certificate``; build/demo/ gets a picture of each page passed, the slip, the certificate and a
table. Exit status 0 only if every step held and everything is there.
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
from pathlib import Path
from typing import Final

from PIL import Image

from sandbox.stage import Stage, StageBroken
from sandbox.visit import Setting, all_held, run_visit, setting, table
from sandbox.visits.album import empty
from sandbox.visits.scripts import VISITS
from sandbox.visits.setting import City, CityFile, Kiosk, SettingBroken
from sandbox.visits.step import StepResult

OUTPUT: Final = Path("build/demo")
PAGES_WANTED: Final = 10
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
    """The visit ``certificate`` on a stage that stands; writes everything into ``output``."""
    visit = VISITS["certificate"]()
    results = run_visit(visit, where, output)
    lacks = [] if all_held(visit, results) else ["not every step held"]
    lacks += _keep_paper(where.city, output)
    lacks += wrong_with_pictures(output, results)
    lines = table(results) + "".join(f"\n- **{lack}**" for lack in lacks)
    (output / "steps.md").write_text(f"# {visit.tells}\n\n{lines}", encoding="utf-8")
    print(lines)
    print(f"{len(list(output.glob('[0-9]*.png')))} pictures, slip and certificate in {output}")
    return 1 if lacks else 0


def wrong_with_pictures(output: Path, results: list[StepResult]) -> list[str]:
    """What the pictures lack: enough pages, enough headings, no two equal, each in the table."""
    taken = [picture for result in results for picture in (*result.passed, result.picture)]
    pictures = [picture for picture in taken if picture is not None]
    headings = {picture.heading for picture in pictures}
    files = sorted(path.name for path in output.glob("[0-9]*.png"))
    digests = {_pixels(output / file) for file in files}
    lacks: list[str] = []
    if len(files) < PAGES_WANTED:
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


def _keep_paper(city: CityFile, output: Path) -> list[str]:
    """Copy what came out of the printers; says what did not."""
    lacks: list[str] = []
    slips = sorted(city.slips.glob("slip-*.png"))
    if slips:
        shutil.copyfile(slips[-1], output / "slip.png")
    else:
        lacks.append("no slip was printed")
    certificates = sorted(city.certificates.glob("*.pdf"))
    if certificates:
        shutil.copyfile(certificates[-1], output / "certificate.pdf")
        _draw(output / "certificate.pdf", output / "certificate.png")
    else:
        lacks.append("no certificate was printed")
    return lacks


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
