"""Certificate printer twin: Debian's ippeveprinter with a paper path of ours.

A real IPP Everywhere printer in software; nothing of IPP is imitated here. What it cannot show
(processing-stopped, counted sheets, lost jobs ...) is in ipp_scripted.py. Its sensors are told in
two ways, both its own: the tray through its web form (an empty tray holds a job back before it
starts), cover and jam through the print command's STATE lines. To make the latter known while no
job runs, a job named ``front-panel`` is printed that moves no sheet.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sandbox.devices import ipp_wire as wire
from sandbox.devices.ipp_eve_mode import MISBEHAVIOURS, PANEL_JOB, Mode, read_mode, write_mode
from sandbox.devices.twin import Json, Verb

_START_S = 10.0
_CANCELED = 7
_BUSY = 0x0507


class EvePrinterTwin:
    """The certificate printer of the sandbox city, at ipp://localhost:PORT/ipp/print.

    ``directory`` gets ``printed/`` (PDF of each finished document, PNG of each sheet that came
    out), a spool and a log. Thread-safe.
    """

    def __init__(self, directory: Path, port: int) -> None:
        self._directory = directory.absolute()
        self._port = port
        self._keeper: subprocess.Popen[bytes] | None = None
        self._told_panel: tuple[str, ...] = ()
        self._lock = threading.RLock()

    @property
    def name(self) -> str:
        """How the panel calls it."""
        return "certificate_printer"

    @property
    def uri(self) -> str:
        """Where a driver finds it."""
        return f"ipp://localhost:{self._port}/ipp/print"

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What a hand can do to it."""
        return {
            "paper": self.paper,
            "cover": self.cover,
            "jam": self.jam,
            "unplug": self.unplug,
            "plug": self.plug,
            "pace": self.pace,
            "misbehave": self.misbehave,
        }

    def start(self) -> None:
        """Switch it on, with an empty spool and an empty output tray."""
        with self._lock:
            shutil.rmtree(self._directory / "printed", ignore_errors=True)
            (self._directory / "printed").mkdir(parents=True)
            write_mode(self._directory, Mode())
            self.plug()

    def stop(self) -> None:
        """Switch it off."""
        self.unplug()

    def state(self) -> dict[str, Json]:
        """Sensors, power and what lies in the output tray."""
        mode = read_mode(self._directory)
        return {
            "powered": self._keeper is not None and self._keeper.poll() is None,
            "paper": mode.paper,
            "cover_open": mode.cover_open,
            "jam": mode.jam,
            "seconds_per_sheet": mode.seconds_per_sheet,
            "misbehave": mode.misbehave,
            "sheets": len(list((self._directory / "printed").glob("*.png"))),
            "documents": [path.name for path in self.printed()],
        }

    def printed(self) -> list[Path]:
        """PDF of every document that came out whole, oldest first."""
        return sorted((self._directory / "printed").glob("*.pdf"))

    def paper(self, state: str) -> None:
        """``ok``: fill the tray; ``out``: empty it."""
        if state not in ("ok", "out"):
            raise ValueError("paper is ok or out")
        self._set(paper=state)

    def cover(self, *, open: bool) -> None:  # noqa: A002  # the verb's word on the panel
        """Open or close the cover."""
        self._set(cover_open=bool(open))

    def jam(self, *, on: bool) -> None:
        """Jam a sheet, or pull it out."""
        self._set(jam=bool(on))

    def pace(self, seconds_per_sheet: float) -> None:
        """How long a sheet takes."""
        if not 0 <= seconds_per_sheet <= 60:
            raise ValueError("a sheet takes 0 to 60 seconds")
        self._set(seconds_per_sheet=float(seconds_per_sheet))

    def misbehave(self, mode: str) -> None:
        """``aborts`` before the first sheet; ``no_count``: all sheets come, none is counted.

        ``out_midway``: the tray runs empty before the second sheet (the first, if there is but
        one); ``none``: behave.
        """
        if mode not in MISBEHAVIOURS:
            raise ValueError(f"misbehave is one of {', '.join(MISBEHAVIOURS)}")
        self._set(misbehave=mode)

    def unplug(self) -> None:
        """Cut the power: everything is killed at once, and the printer forgets its jobs."""
        with self._lock:
            keeper, self._keeper = self._keeper, None
            if keeper is None:
                return
            with contextlib.suppress(ProcessLookupError):
                os.killpg(keeper.pid, signal.SIGKILL)
            keeper.wait()
            if keeper.stdin is not None:
                keeper.stdin.close()

    def plug(self) -> None:
        """Give it power again and wait until it answers."""
        with self._lock:
            if self._keeper is not None:
                return
            spool = self._directory / "spool"
            shutil.rmtree(spool, ignore_errors=True)
            spool.mkdir(parents=True)
            self._keeper = self._start_keeper()
            self._told_panel = ()
            self._await_answer(self._keeper)
            self._tell_sensors()

    def _start_keeper(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "sandbox.devices.ipp_eve_keeper"),
                *(str(self._directory), str(self._port), str(self._write_command())),
            ],
            cwd=_root(),
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def _write_command(self) -> Path:
        """The printer takes the path of one executable, without arguments."""
        script = self._directory / "print-command"
        script.write_text(
            f'#!/bin/sh\ncd "{_root()}" && exec "{sys.executable}" '
            f'-m sandbox.devices.ipp_eve_command "{self._directory}" "$1"\n'
        )
        script.chmod(0o700)
        return script

    def _await_answer(self, keeper: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            if keeper.poll() is not None:
                break
            with contextlib.suppress(OSError):
                socket.create_connection(("localhost", self._port), timeout=1).close()
                return
            time.sleep(0.02)  # another process: looked at again
        self.unplug()
        raise RuntimeError("ippeveprinter did not start: see ippeveprinter.log in its directory")

    def _set(self, **changes: str | bool | float) -> None:
        with self._lock:
            write_mode(self._directory, replace(read_mode(self._directory), **changes))  # pyright: ignore[reportArgumentType]  # names and types are those of the verbs above
            if self._keeper is not None:
                self._tell_sensors()

    def _tell_sensors(self) -> None:
        mode = read_mode(self._directory)
        panel = tuple(reason for reason in mode.reasons if reason != "media-empty")
        if panel != self._told_panel:
            self._fill_tray(sheets=250)  # else the panel's job would wait for paper
            self._print_panel_job()
            self._told_panel = panel
        self._fill_tray(sheets=0 if mode.paper == "out" else 250)

    def _fill_tray(self, sheets: int) -> None:
        """Trays 1 and 3 are told together: a tray left out of the form counts as empty."""
        bypass = 0 if sheets == 0 else -2
        connection = http.client.HTTPConnection("localhost", self._port, timeout=3)
        try:
            connection.request(
                "GET",
                f"/media?size1=iso_a4_210x297mm&type1=stationery&level1={sheets}"
                f"&size3=iso_a4_210x297mm&type3=stationery&level3={bypass}",
            )
            connection.getresponse().read()
        finally:
            connection.close()

    def _print_panel_job(self) -> None:
        """Run the command once so that it tells the sensors. A job that runs tells them itself."""
        operation = (
            *wire.HEAD,
            (wire.URI, "printer-uri", [self.uri]),
            (wire.NAME, "requesting-user-name", ["sandbox"]),
            (wire.NAME, "job-name", [PANEL_JOB]),
            (wire.MIME, "document-format", ["application/pdf"]),
        )
        body = wire.message(0x0002, 1, [(wire.OPERATION_GROUP, operation)])
        answer = wire.parse(wire.post(self._port, body + b"%PDF-1.4\n"))
        if answer.operation != _BUSY:
            self._await_end(answer.number_of("job-id"))

    def _await_end(self, job: int) -> None:
        """Wait for the job itself: a printer that says idle may only not have begun yet."""
        operation = (
            *wire.HEAD,
            (wire.URI, "printer-uri", [self.uri]),
            (wire.INTEGER, "job-id", [job]),
        )
        question = wire.message(0x0009, 1, [(wire.OPERATION_GROUP, operation)])
        deadline = time.monotonic() + _START_S
        while wire.parse(wire.post(self._port, question)).number_of("job-state") < _CANCELED:
            if time.monotonic() > deadline:
                raise RuntimeError("the printer does not take what its sensors see")
            time.sleep(0.02)  # another process: looked at again


def _root() -> Path:
    """Where ``sandbox`` can be imported from."""
    return Path(__file__).parents[2]
