"""``python -m sandbox demo`` as make starts it: scripted, over VNC, on a display that is there."""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from sandbox.demo import PICTURES_WANTED
from sandbox.presser import Presser
from sandbox.stage import Stage
from sandbox.visits import words

pytestmark = [pytest.mark.city, pytest.mark.e2e]
PROJECT = Path(__file__).parents[2]
DOCUMENTS = ("certificate", "notice", "receipt")


def _demo(output: Path, *options: str, env: Mapping[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sandbox", "demo", "--output", str(output), *options]
    return subprocess.Popen(
        command, cwd=PROJECT, env=dict(env), stdout=subprocess.PIPE, text=True, bufsize=1
    )


def _without_display() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "DISPLAY"}


def _read_until(demo: subprocess.Popen[str], start: str) -> str:
    assert demo.stdout is not None
    for line in demo.stdout:
        if line.startswith(start):
            return line
    raise AssertionError(f"the demo ended without saying {start!r}")


def _ends(demo: subprocess.Popen[str]) -> int:
    demo.send_signal(signal.SIGINT)
    demo.communicate(timeout=60)
    return demo.returncode


def test_without_a_display_three_visits_are_made_and_all_of_them_kept(
    tmp_path: Path,
) -> None:
    output = tmp_path / "demo"
    output.mkdir()
    (output / "99-old.png").write_bytes(b"of an earlier run")
    demo = _demo(output, env=_without_display())
    told, _ = demo.communicate(timeout=300)
    assert demo.returncode == 0, told
    pictures = sorted(output.glob("[0-9]*.png"))
    listed = re.findall(r"\d\d-[a-z-]+\.png", (output / "steps.md").read_text(encoding="utf-8"))
    assert [picture.name for picture in pictures] == sorted(listed)
    assert len(pictures) >= PICTURES_WANTED
    for name in DOCUMENTS:
        assert (output / f"{name}.pdf").read_bytes().startswith(b"%PDF")
    for name in (*DOCUMENTS, "slip", "slip-application"):
        with Image.open(output / f"{name}.png") as paper:
            assert len(paper.convert("L").getcolors() or ()) > 1, f"{name} is blank"
    assert {"city.log", "kiosk.log"} <= {path.name for path in (output / "logs").iterdir()}


def test_with_a_display_the_kiosk_fills_it_until_ctrl_c(tmp_path: Path) -> None:
    with Stage(tmp_path / "stage", (900, 1400)) as stage:
        demo = _demo(tmp_path / "demo", env=stage.env)
        assert _read_until(demo, "panel: http://127.0.0.1:")
        presser = Presser(stage.env)
        page = presser.wait_until(
            lambda page: page.heading == words.HOME and page.button(words.SERVICE) is not None,
            "the home page",
            60.0,
        )
        window = page.nodes[0].rectangle
        presser.close()
        assert (window.x, window.y, window.width, window.height) == (0, 0, 900, 1400)
        assert _ends(demo) == 0


def test_vnc_listens_on_loopback_only(tmp_path: Path) -> None:
    demo = _demo(tmp_path / "demo", "--vnc", env=_without_display())
    port = int(_read_until(demo, "VNC: ").split(":")[2].split()[0])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as viewer:
        assert viewer.recv(4) == b"RFB "
    assert _read_until(demo, "panel: ")
    assert _listening_addresses(port) == {"0100007F"}
    assert _ends(demo) == 0


def _listening_addresses(port: int) -> set[str]:
    """Addresses in hex on which this TCP port listens, over IPv4 and IPv6 (proc_net_tcp(5))."""
    found: set[str] = set()
    for table in ("tcp", "tcp6"):
        for line in (Path("/proc/net") / table).read_text().splitlines()[1:]:
            address, _, number = line.split()[1].partition(":")
            if line.split()[3] == "0A" and int(number, 16) == port:
                found.add(address)
    return found


def test_nothing_outlives_a_demo_that_is_killed(tmp_path: Path) -> None:
    with Stage(tmp_path / "stage", (900, 1400)) as stage:
        demo = _demo(tmp_path / "demo", env=stage.env)
        _read_until(demo, "panel: ")
        presser = Presser(stage.env)
        presser.wait_for_heading(lambda heading: heading == words.HOME, words.HOME, 60.0)
        presser.close()
        watched = [os.pidfd_open(pid) for pid in _descendants(demo.pid)]
        assert len(watched) >= 4, "city, kiosk, core and screen"
        demo.kill()
        demo.communicate(timeout=10)
        for pidfd in watched:
            assert select.select([pidfd], [], [], 30.0)[0], "a process is still alive"
            os.close(pidfd)


def _descendants(pid: int) -> list[int]:
    """All children of the process, theirs too."""
    try:
        told = (Path("/proc") / str(pid) / "task" / str(pid) / "children").read_text()
    except FileNotFoundError:
        return []
    children = [int(word) for word in told.split()]
    return [*children, *(below for child in children for below in _descendants(child))]
