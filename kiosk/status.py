"""What a running kiosk tells of itself: one JSON object per connection to a local socket.

For ``doctor``, benchmarks and staff. Holds devices, line and counters; no person, no number.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import cast

log = logging.getLogger(__name__)

SOCKET = "status.sock"
Report = dict[str, object]


class StatusSocket:
    """Answers every connection with what ``report`` returns (called on this thread)."""

    def __init__(self, runtime_dir: Path, report: Callable[[], Report]) -> None:
        self._path = runtime_dir / SOCKET
        self._report = report
        self._path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        old = os.umask(0o177)
        try:
            self._listener.bind(str(self._path))
        finally:
            os.umask(old)
        self._listener.listen(4)
        self._thread = threading.Thread(target=self._serve, name="status", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close and remove the socket."""
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            log.debug("the status socket was not listening")
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while True:
            try:
                asker, _ = self._listener.accept()
            except OSError:
                return
            with asker:
                asker.settimeout(2.0)
                try:
                    asker.sendall(json.dumps(self._report()).encode())
                except OSError:
                    log.info("whoever asked for the status has gone")
                except Exception:
                    log.exception("no status could be told")


def ask(runtime_dir: Path, timeout_s: float = 3.0) -> Report | None:
    """The running kiosk's report; None when none runs."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asker:
        asker.settimeout(timeout_s)
        try:
            asker.connect(str(runtime_dir / SOCKET))
            parts = iter(lambda: asker.recv(65536), b"")
            return cast("Report", json.loads(b"".join(parts)))
        except (OSError, ValueError):
            return None
