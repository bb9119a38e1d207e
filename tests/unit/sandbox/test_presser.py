"""The presser sees and presses a real window on a real (virtual) display."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.presser import NotThere, Presser
from sandbox.stage import Stage, TiedProcess

pytestmark = pytest.mark.city
WINDOW = Path(__file__).with_name("little_window.py")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("stage"), (800, 900)) as raised:
        yield raised


class Program:
    """The little window, started and killed as often as wanted."""

    def __init__(self, stage: Stage, log: Path) -> None:
        self._stage = stage
        self._log = log
        self._process: TiedProcess | None = None

    def start(self, heading: str) -> None:
        command = [sys.executable, str(WINDOW), heading]
        self._process = TiedProcess(command, self._log, env=self._stage.env)

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()


@pytest.fixture
def program(stage: Stage, tmp_path: Path) -> Iterator[Program]:
    little = Program(stage, tmp_path / "window.log")
    little.start("您好")
    yield little
    little.stop()


@pytest.fixture
def presser(stage: Stage, program: Program) -> Iterator[Presser]:
    assert program
    hand = Presser(stage.env)
    hand.wait_for_heading(lambda heading: heading == "您好", "您好")
    yield hand
    hand.close()


def test_presses_by_name_and_sees_what_changed(presser: Presser) -> None:
    presser.press("开始办理")
    presser.press("下一步")
    assert presser.wait_for_heading(lambda h: h != "您好开始办理", "both") == "您好开始办理下一步"


def test_types_digits_also_one_twice(presser: Presser) -> None:
    presser.type_digits("1223")
    presser.wait_for_heading(lambda heading: heading == "您好1223", "all four digits")


def test_a_grey_button_is_not_pressed_and_the_error_tells_the_page(presser: Presser) -> None:
    with pytest.raises(NotThere, match=r"'查询'.*heading '您好'.*\(查询\)"):
        presser.press("查询", timeout_s=0.2)


def test_what_is_hidden_is_not_read(presser: Presser) -> None:
    texts = presser.texts()
    assert "您好" in texts
    assert "没有人看见" not in texts
    with pytest.raises(NotThere):
        presser.wait_for("没有人看见", timeout_s=0.2)


def test_a_button_under_a_cover_is_found_but_the_press_meets_the_cover(presser: Presser) -> None:
    presser.press("盖住下一步")
    presser.wait_for("盖住")
    presser.press("下一步")
    presser.press("1")
    assert presser.wait_for_heading(lambda heading: heading != "您好", "a press") == "您好1"


def test_drags(presser: Presser) -> None:
    pad = presser.wait_until(lambda page: page.heading == "您好", "the window").nodes[-2]
    x, y = pad.rectangle.centre
    presser.drag([(x, y), (x + 20, y + 5), (x + 70, y + 30)])
    presser.wait_for("dragged 70 30")


def test_finds_the_program_again_after_it_was_killed(presser: Presser, program: Program) -> None:
    program.stop()
    presser.wait_until(lambda page: not page.nodes, "an empty glass")
    assert presser.heading() == ""
    program.start("又来了")
    presser.wait_for_heading(lambda heading: heading == "又来了", "又来了")


def test_the_picture_is_of_the_whole_glass(stage: Stage, presser: Presser) -> None:
    picture = stage.screenshot()
    assert picture.size == (800, 900)
    assert len(picture.getcolors(maxcolors=100_000) or ()) > 1
    assert presser.heading() == "您好"


def test_everything_ends_with_the_process_that_raised_the_stage(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from sandbox.stage import Stage\n"
        "with Stage(Path(sys.argv[1])) as stage:\n"
        "    print(*stage.pids, flush=True)\n"
        "    sys.stdin.readline()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    raiser = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert raiser.stdout is not None
    pids = [int(word) for word in raiser.stdout.readline().split()]
    watched = [os.pidfd_open(pid) for pid in pids]
    assert len(watched) == 4
    raiser.communicate(b"now\n")
    for pidfd in watched:
        assert select.select([pidfd], [], [], 10.0)[0], "a part of the stage is still alive"
        os.close(pidfd)
