"""Starts the eve printer's processes and makes sure that none outlives the twin.

``python -m sandbox.devices.ipp_eve_keeper DIRECTORY PORT COMMAND``, started in a session of its
own. Standard input is the lifeline: when the twin goes, however it goes, the kernel closes the pipe
and the whole process group is killed. The other direction (somebody kills the keeper) is covered
by a parent-death signal; that alone would not do, since it fires when the *thread* that started a
process ends, and the panel's threads come and go.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

_WITH_US = ["setpriv", "--pdeathsig", "KILL"]


def start_bus() -> str:
    """Start a private message bus and return its address.

    ippeveprinter insists on one for DNS-SD even when told not to advertise itself.
    """
    bus = subprocess.Popen(
        [
            *_WITH_US,
            *("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"),
            f"--address=unix:abstract=eve-printer-{os.getpid()}",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    if bus.stdout is None:
        raise RuntimeError("no pipe from dbus-daemon")
    return bus.stdout.readline().strip()


def start_printer(directory: Path, port: int, command: str, bus: str) -> int:
    """Start ippeveprinter on loopback and return its process id."""
    log = (directory / "ippeveprinter.log").open("ab")
    printer = subprocess.Popen(
        [
            *_WITH_US,
            *("ippeveprinter", "-p", str(port), "-n", "localhost", "-r", "off"),
            *("-d", str(directory / "spool"), "-f", "application/pdf"),
            *("-M", "Sandbox", "-m", "Certificate Printer", "-c", command, "CertificatePrinter"),
        ],
        env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": bus},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    return printer.pid


def main() -> None:
    """Run until the lifeline breaks or the printer dies; then end everything."""
    directory, port, command = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    try:
        printer = start_printer(directory, port, command, start_bus())
        select.select([sys.stdin.fileno(), os.pidfd_open(printer)], [], [])
    finally:
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
