"""The eve printer as a twin: its verbs, its power, and that nothing of it outlives it."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.devices.ipp_eve import EvePrinterTwin
from sandbox.devices.twin import Twin

ROOT = Path(__file__).parents[3]

HOLDER = """
import sys
from pathlib import Path
from sandbox.devices.ipp_eve import EvePrinterTwin
twin = EvePrinterTwin(Path(sys.argv[1]), int(sys.argv[2]))
twin.start()
print("up", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def twin(tmp_path: Path, port: int) -> Iterator[EvePrinterTwin]:
    twin = EvePrinterTwin(tmp_path, port)
    twin.start()
    yield twin
    twin.stop()


def processes_naming(directory: Path) -> dict[str, int]:
    """Program -> pid of every process that has the directory among its arguments."""
    found: dict[str, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                arguments = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if any(str(directory).encode() in argument for argument in arguments):
                found[" ".join(a.decode() for a in arguments[:3])] = int(entry.name)
    return found


def gone(pids: list[int]) -> bool:
    """Wait until all these processes have ended; the kernel tells."""
    for pid in pids:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        with os.fdopen(handle, "rb") as ended:
            if not select.select([ended], [], [], 10)[0]:
                return False
    return True


def group_of(pid: int) -> list[int]:
    """Everybody in a process's session: keeper, bus, printer."""
    session = os.getsid(pid)
    members: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if os.getsid(int(entry.name)) == session:
                    members.append(int(entry.name))
            except ProcessLookupError:
                continue
    return members


@pytest.mark.city
def test_it_is_a_twin_whose_verbs_show_in_its_state(twin: EvePrinterTwin) -> None:
    as_twin: Twin = twin
    as_twin.verbs["paper"](state="out")
    as_twin.verbs["cover"](open=True)
    as_twin.verbs["pace"](seconds_per_sheet=0.5)
    as_twin.verbs["misbehave"](mode="no_count")
    state = as_twin.state()
    assert (state["paper"], state["cover_open"], state["jam"]) == ("out", True, False)
    assert (state["seconds_per_sheet"], state["misbehave"]) == (0.5, "no_count")
    assert (state["powered"], state["sheets"], state["documents"]) == (True, 0, [])
    as_twin.verbs["unplug"]()
    assert as_twin.state()["powered"] is False
    as_twin.verbs["plug"]()
    assert as_twin.state()["paper"] == "out"


@pytest.mark.parametrize(
    ("verb", "argument"),
    [
        ("paper", {"state": "wet"}),
        ("misbehave", {"mode": "dances"}),
        ("pace", {"seconds_per_sheet": -1}),
    ],
)
def test_a_wrong_word_is_refused(verb: str, argument: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"paper is|misbehave is|a sheet takes"):
        EvePrinterTwin(tmp_path, 1).verbs[verb](**argument)


@pytest.mark.city
def test_stopping_ends_every_process_and_may_be_done_twice(
    twin: EvePrinterTwin, tmp_path: Path
) -> None:
    pids = list(processes_naming(tmp_path).values())
    members = group_of(pids[0])
    assert len(members) == 3
    twin.stop()
    twin.stop()
    assert gone(members)


@pytest.mark.city
@pytest.mark.parametrize("victim", ["twin", "keeper"])
def test_nothing_outlives_a_killed_twin_or_keeper(victim: str, tmp_path: Path, port: int) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path), str(port)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"up\n"
        named = processes_naming(tmp_path)
        keeper = next(pid for name, pid in named.items() if "ipp_eve_keeper" in name)
        members = group_of(keeper)
        assert len(members) == 3
        os.kill(holder.pid if victim == "twin" else keeper, signal.SIGKILL)
        # a killed keeper stays as its living parent's zombie, which for a pidfd has ended too
        assert gone(members)
        holder.kill()
