"""A real pcscd for the sandbox, with one virtual reader (vpcd) of two slots and nothing else.

pcscd has its socket's path compiled in, so there is one for a mount namespace. Where the system
lets us, it gets a namespace of its own, in which its directory is one of ours: several cities and
test runs then live beside each other, and beside the system's pcscd. Clients find it by the
socket's path (the C library reads it from PCSCLITE_CSOCK_NAME). Where it does not (a chroot, a
container), the one place there is, is taken under a lock.

vpcd listens on **all** addresses of the machine: for development and test machines only.
"""

from __future__ import annotations

import fcntl
import functools
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sandbox.devices.twin import Json, Verb

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
SYSTEM_DIRECTORY = Path("/run/pcscd")
SOCKET = "pcscd.comm"
READER = "Sandbox Contact Reader"
START_S = 10.0
LOCK_S = 60.0
_PORTS = (20_000, 32_000)
"""Below the ephemeral range, so that no outgoing connection is given one of them."""
_LIFELINE = """
"$@" >"$LOG" 2>&1 </dev/null &
read -r _
kill -9 $!
wait
"""
"""Ends the service when its standard input is closed, however its owner ended."""
_PRIVATE = ["unshare", "--mount", "--propagation", "private"]


class PcscServiceError(RuntimeError):
    """The service cannot be started; the text says what to do."""


class PcscService:
    """pcscd as the sandbox has it. As a twin it can be killed and started again.

    ``directory`` gets its settings and its log. ``port`` is the first slot's; 0 picks a pair of
    free ones at the first start. ``private`` False forces the system's place.
    """

    def __init__(
        self,
        directory: Path,
        *,
        port: int = 0,
        private: bool | None = None,
        lock_s: float = LOCK_S,
        name: str = "card_service",
    ) -> None:
        self._directory = directory.absolute()
        self._port = port
        self._private = private
        self._lock_s = lock_s
        self._name = name
        self._lock: int | None = None
        self._launched = False
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        """How the panel calls it."""
        return self._name

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What a hand can do to it."""
        return {"unplug": self.unplug, "plug": self.plug}

    @property
    def port(self) -> int:
        """Where a card is put into the first slot; the second is the next port."""
        if not self._port:
            self._port = _free_pair()
        return self._port

    @property
    def reader_name(self) -> str:
        """What the first slot's name contains, and no other's."""
        return f"{READER} 00 00"

    @property
    def second_reader_name(self) -> str:
        """The same for the second slot."""
        return f"{READER} 00 01"

    @property
    def socket_path(self) -> str:
        """Where clients find it: PCSCLITE_CSOCK_NAME; empty when it is the system's place."""
        return str(_own_directory() / SOCKET) if self._is_private() else ""

    @property
    def log(self) -> Path:
        """What pcscd said; no command or answer is in it."""
        return self._directory / "pcscd.log"

    def state(self) -> dict[str, Json]:
        """Whether it runs, and where."""
        return {
            "running": self._process is not None and self._process.poll() is None,
            "private": self._is_private(),
            "port": self._port,
        }

    def start(self) -> None:
        """Start it and wait until it has its readers. PcscServiceError says why it cannot."""
        if not DRIVER.exists() or shutil.which("pcscd") is None:
            raise PcscServiceError("pcscd and vsmartcard-vpcd must be installed")
        self._directory.mkdir(parents=True, exist_ok=True)
        self._place().mkdir(parents=True, exist_ok=True)
        self._take_lock()
        try:
            self.plug()
        except PcscServiceError:
            self.stop()
            raise

    def stop(self) -> None:
        """End it and give its place back. Safe to call twice."""
        self.unplug()
        if self._lock is not None:
            if self._launched:  # else what lies there may be a stranger's
                self._sweep()
            os.close(self._lock)
            self._lock, self._launched = None, False
            if self._is_private():
                shutil.rmtree(_own_directory(), ignore_errors=True)

    def unplug(self) -> None:
        """Kill it, as a crash would; its socket stays behind."""
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.wait()

    def plug(self) -> None:
        """Start it again, at the same ports."""
        if self._lock is None:
            raise PcscServiceError("the card service has not been started")
        if self._process is not None:
            return
        self._clear_place()
        self._write_settings()
        self._launched = True
        self._process = self._launch()
        self._await_ready(self._process)

    def _is_private(self) -> bool:
        return _namespaces_work() if self._private is None else self._private

    def _place(self) -> Path:
        return _own_directory() if self._is_private() else SYSTEM_DIRECTORY

    def _take_lock(self) -> None:
        """One service at a place: others wait for their turn, but not for ever."""
        if self._lock is not None:
            return
        lock = os.open(self._place() / "sandbox.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + self._lock_s
        while not _locked(lock):
            if time.monotonic() > deadline:
                os.close(lock)
                raise PcscServiceError("another sandbox holds the card service; stop it first")
            time.sleep(0.05)  # another process: looked at again
        self._lock = lock

    def _clear_place(self) -> None:
        """Sweep up after a service that was killed. PcscServiceError when one answers there."""
        with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
            probe.connect(str(self._place() / SOCKET))
            raise PcscServiceError(
                "a pcscd without the sandbox's reader runs already; stop it"
                " (systemctl stop pcscd.socket pcscd)"
            )
        self._sweep()

    def _sweep(self) -> None:
        for left in (SOCKET, "pcscd.pid"):
            (self._place() / left).unlink(missing_ok=True)

    def _write_settings(self) -> None:
        readers = self._directory / "reader.conf.d"
        readers.mkdir(exist_ok=True)
        (readers / "vpcd").write_text(
            f'FRIENDLYNAME "{READER}"\n'
            f"DEVICENAME /dev/null:0x{self.port:04X}\n"
            f"LIBPATH {DRIVER}\n"
            f"CHANNELID 0x{self.port:04X}\n",
            encoding="ascii",
        )

    def _launch(self) -> subprocess.Popen[bytes]:
        self.log.unlink(missing_ok=True)
        service = ["pcscd", "-f", "-i", "-c", str(self._directory / "reader.conf.d")]
        # with the lifeline's shell killed, the service goes too
        command = ["sh", "-c", _LIFELINE, "pcscd", "setpriv", "--pdeathsig", "KILL", *service]
        if self._is_private():
            bind = 'mkdir -p "$1" && mount --bind "$0" "$1" && shift && exec "$@"'
            place = [str(_own_directory()), str(SYSTEM_DIRECTORY)]
            command = [*_PRIVATE, "sh", "-c", bind, *place, *command]
        return subprocess.Popen(
            command,
            env={**os.environ, "LOG": str(self.log)},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C in the terminal is for the sandbox, not for this
        )

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for its own word: to knock at a slot's port would be to put a card in."""
        deadline = time.monotonic() + START_S
        while process.poll() is None and time.monotonic() < deadline:
            said = self.log.read_text(errors="replace") if self.log.exists() else ""
            if "daemon ready" in said:
                return
            if "another pcscd" in said or "at_exit" in said:
                break
            time.sleep(0.02)  # another process: looked at again
        self.unplug()
        raise PcscServiceError(f"pcscd did not start; it needs root. See {self.log.name}")


@functools.cache
def _own_directory() -> Path:
    """One for the whole process: the C library looks up the socket's path only once."""
    return Path(tempfile.mkdtemp(prefix="sandbox-pcscd-"))


@functools.cache
def _namespaces_work() -> bool:
    return subprocess.run([*_PRIVATE, "true"], capture_output=True, check=False).returncode == 0


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _free_pair() -> int:
    """Two ports side by side on which nobody listens, at any address."""
    while True:
        port = random.randrange(*_PORTS)
        with socket.socket() as first, socket.socket() as second, suppress(OSError):
            first.bind(("", port))
            second.bind(("", port + 1))
            return port
