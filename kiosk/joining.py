"""Becoming a terminal of the centre: load the enrolment, or make it, as often as it takes.

A thread of its own, since the line may be down for hours; the machine shows its home page
meanwhile. Whatever is wrong is logged at each try and may be put right while it runs.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from kiosk.central.enrolment import Enrolment, enrol, load_enrolment
from kiosk.central.errors import CentralError
from kiosk.central.exchange import Patience
from kiosk.central.identity import EvidenceSigner
from kiosk.config import Central

log = logging.getLogger(__name__)

AGAIN_S = 5.0
Joined = Callable[[Enrolment, EvidenceSigner], None]


class Joining:
    """``joined`` is called once, on the joining's thread: it must only post."""

    def __init__(
        self, central: Central, directory: Path, joined: Joined, *, again_s: float = AGAIN_S
    ) -> None:
        self._central = central
        self._directory = directory
        self._joined = joined
        self._again_s = again_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="joining", daemon=True)

    def start(self) -> None:
        """Begin to try."""
        self._thread.start()

    def stop(self) -> None:
        """Try no more; a call under way ends by its own limits."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                enrolment = load_enrolment(self._directory) or self._enrol()
                signer = EvidenceSigner.load(enrolment.terminal_id, enrolment.evidence_key_file)
            except (CentralError, OSError, ValueError) as exc:
                log.warning("not enrolled yet: %s", exc)
                self._stopping.wait(self._again_s)
            else:
                self._joined(enrolment, signer)
                return

    def _enrol(self) -> Enrolment:
        code_file = self._central.enrolment_code_file
        if code_file is None:
            raise ValueError("no certificate and no enrolment code: an operator must enrol this")
        code = code_file.read_text(encoding="ascii").strip()
        central = self._central
        return enrol(
            central.open_url, central.ca_file, code, self._directory, patience=patience(central)
        )


def patience(central: Central) -> Patience:
    """The configured limits as the exchange takes them."""
    return Patience(
        connect_s=central.connect_timeout_s,
        read_s=central.read_timeout_s,
        whole_s=central.read_timeout_s * 2,
        line_s=central.read_timeout_s,
    )
