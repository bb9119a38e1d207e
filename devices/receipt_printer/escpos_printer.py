"""Driver for ESC/POS receipt printers over TCP or a serial port.

What counts as printed: all data sent, the queued answer to GS r 1 received behind it, and then
four clean real-time answers. Less than that is UNKNOWN; NOT_PRINTED is said only when nothing of
the slip left the machine.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Generator, Sequence
from pathlib import Path

from devices.api import (
    DeviceError,
    Fault,
    Job,
    Link,
    PrintOutcome,
    PrintResult,
    Progress,
    Status,
    Supply,
)
from devices.receipt_printer import protocol
from devices.receipt_printer.glyphs import GlyphFonts, MissingGlyph, installed_fonts
from devices.receipt_printer.line import Line, parse_url
from devices.receipt_printer.profile import PrinterProfile
from devices.receipt_printer.replies import Condition, Kind, kind_of, paper_ended
from devices.receipt_printer.slip import Slip

STATUS_S = 0.5
"""How long one real-time answer may take; a healthy printer needs a millisecond or two."""

QUIET_S = 0.05
DISCARD_READS = 50
SILENT_LOOKS_BEFORE_REOPEN = 4
"""A TCP peer that lost its power says nothing for ever: after these the line is made anew."""


class EscposPrinter:
    """A ``Device`` that prints slips. All calls on its worker's thread."""

    def __init__(
        self,
        device_id: str,
        url: str,
        *,
        profile: PrinterProfile | None = None,
        fonts: Sequence[Path] | None = None,
        timeout_s: float = 2.0,
        finish_s: float = 20.0,
    ) -> None:
        """Take no port yet. ValueError on a bad url.

        ``timeout_s`` bounds every connect, write and silence; ``finish_s`` is how long a printer
        that still answers may take to print what it was sent. ``fonts`` are asked in order for
        what the printer's own lacks; by default those that the package's dependencies install.
        """
        self._device_id = device_id
        self._address = parse_url(url)
        self._profile = profile or PrinterProfile()
        self._fonts = GlyphFonts(installed_fonts() if fonts is None else fonts)
        self._timeout_s = timeout_s
        self._status_s = min(STATUS_S, timeout_s)
        self._finish_s = finish_s
        self._line: Line | None = None
        self._queued: deque[int] = deque()
        self._silent_looks = 0
        self._line_is_torn = False
        self._answer_may_be_late = False
        self._rest_may_follow = False

    @property
    def device_id(self) -> str:
        """The name this device has in the configuration."""
        return self._device_id

    def open(self) -> None:
        """Connect. DeviceError when the port can't be had."""
        from devices.receipt_printer.escpos_line import open_line  # noqa: PLC0415 - takes 0.5 s

        self.close()
        self._line = open_line(self._address, self._timeout_s)
        self._line_is_torn = False
        self._silent_looks = 0

    def close(self) -> None:
        """Give the port back."""
        line, self._line = self._line, None
        self._queued.clear()
        if line is not None:
            line.close()

    def poll(self) -> Status:
        """Ask DLE EOT 1 to 4. DeviceError(DISCONNECTED) when the line is gone."""
        try:
            condition = self._look()
        except DeviceError as exc:
            if exc.fault is Fault.DISCONNECTED:
                raise
            return self._unanswered(exc)
        self._silent_looks = 0
        return Status(
            self._device_id,
            Link.UP,
            supply=condition.supply(near_end_sensor=self._profile.near_end_sensor),
            fault=condition.fault,
            detail=f"DLE EOT {condition}",
        )

    def _unanswered(self, exc: DeviceError) -> Status:
        self._silent_looks += 1
        if self._line_is_torn or self._silent_looks >= SILENT_LOOKS_BEFORE_REOPEN:
            self.open()
        return Status(
            self._device_id,
            Link.UNKNOWN,
            supply=Supply.UNKNOWN,
            fault=exc.fault,
            detail=exc.detail,
        )

    def print(self, slip: Slip) -> Job:
        """Print; the job returns a PrintResult. DeviceError(MISSING_GLYPH) before any byte."""
        try:
            chunks = protocol.encode(slip, self._profile, self._fonts)
        except MissingGlyph as exc:
            raise DeviceError(Fault.MISSING_GLYPH, str(exc)) from exc
        except OSError as exc:
            raise DeviceError(Fault.MISSING_GLYPH, "a font file can't be read") from exc
        evidence = {"bytes": str(sum(map(len, chunks)))}
        refusal = self._refusal(evidence)
        if refusal is not None:
            return PrintResult(PrintOutcome.NOT_PRINTED, refusal, evidence)
        fault = yield from self._carry_out(chunks, evidence)
        if fault is None:
            return PrintResult(PrintOutcome.PRINTED, None, evidence)
        self._forget_rest()
        return PrintResult(PrintOutcome.UNKNOWN, fault, evidence)

    def _refusal(self, evidence: dict[str, str]) -> Fault | None:
        """Why nothing may be sent now; None when the printer says that it is ready."""
        try:
            condition = self._look()
        except DeviceError as exc:
            evidence["before"] = exc.fault.code
            return exc.fault
        evidence["before"] = str(condition)
        return condition.fault

    def _carry_out(
        self, chunks: list[bytes], evidence: dict[str, str]
    ) -> Generator[Progress, None, Fault | None]:
        """Send and wait for proof; None is proof, a fault what is known instead of it."""
        try:
            yield from self._send_all(chunks, evidence)
            return (yield from self._await_proof(len(chunks), evidence))
        except GeneratorExit:
            self._cut_off()
            raise
        except DeviceError as exc:
            evidence["lost"] = exc.fault.code
            return exc.fault

    def _send_all(
        self, chunks: list[bytes], evidence: dict[str, str]
    ) -> Generator[Progress, None, None]:
        if self._rest_may_follow:
            self._send(protocol.start() + protocol.cut(self._profile))
        for done, chunk in enumerate(chunks, 1):
            evidence["chunks_sent"] = f"{done - 1}/{len(chunks)}"
            self._send(chunk)
            evidence["chunks_sent"] = f"{done}/{len(chunks)}"
            yield Progress("slip_line", done, len(chunks))
        self._rest_may_follow = False

    def _await_proof(
        self, total: int, evidence: dict[str, str]
    ) -> Generator[Progress, None, Fault | None]:
        self._queued.clear()
        self._send(protocol.REPORT_PAPER)
        give_up = time.monotonic() + self._finish_s
        silent_until = time.monotonic() + self._timeout_s
        while not self._queued:
            self._listen(self._status_s)
            if self._queued:
                break
            yield Progress("finishing", total, total)
            try:
                fault = self._note(evidence).fault
                silent_until = time.monotonic() + self._timeout_s
            except DeviceError as exc:
                if exc.fault is not Fault.SILENT or time.monotonic() > silent_until:
                    raise
                continue
            if fault is not None or time.monotonic() > give_up:
                evidence["gs_r_1"] = "silent"
                return fault or Fault.SILENT
        return self._verdict(self._queued.popleft(), evidence)

    def _verdict(self, gs_r_1: int, evidence: dict[str, str]) -> Fault | None:
        evidence["gs_r_1"] = f"{gs_r_1:02x}"
        fault = self._note(evidence).fault
        return Fault.PAPER_OUT if fault is None and paper_ended(gs_r_1) else fault

    def _note(self, evidence: dict[str, str]) -> Condition:
        condition = self._look()
        evidence["after"] = str(condition)
        return condition

    def _forget_rest(self) -> None:
        """Keep what is still in the buffers from coming out in front of the next visitor."""
        self._rest_may_follow = True
        with contextlib.suppress(DeviceError):
            self._send(protocol.CLEAR_BUFFERS)

    def _cut_off(self) -> None:
        """The job was stopped between two rows: let the piece fall, so that the next is whole."""
        with contextlib.suppress(DeviceError):
            self._send(protocol.start() + protocol.cut(self._profile))

    def _look(self) -> Condition:
        """DLE EOT 1 to 4. DeviceError(SILENT | GARBLED | DISCONNECTED)."""
        if self._line_is_torn:
            raise DeviceError(Fault.SILENT, "stopped taking data in the middle of a command")
        if self._answer_may_be_late:
            self._discard(QUIET_S)
            self._answer_may_be_late = False
        return Condition(self._ask(1), self._ask(2), self._ask(3), self._ask(4))

    def _ask(self, n: int) -> int:
        """One real-time answer. They don't say which query they belong to: one at a time."""
        self._discard(0.0)
        self._send(protocol.realtime_query(n))
        until = time.monotonic() + self._status_s
        while (left_s := until - time.monotonic()) > 0:
            answers = self._listen(left_s)
            if answers:
                return answers[0]
        self._answer_may_be_late = True
        raise DeviceError(Fault.SILENT, f"no answer to DLE EOT {n}")

    def _listen(self, timeout_s: float) -> list[int]:
        """Real-time answers that came; answers to GS r go to their queue. GARBLED on noise."""
        data = self._open_line.receive(timeout_s)
        if any(kind_of(byte) is Kind.GARBAGE for byte in data):
            raise DeviceError(Fault.GARBLED, "answers that no printer gives")
        self._queued.extend(byte for byte in data if kind_of(byte) is Kind.QUEUED)
        return [byte for byte in data if kind_of(byte) is Kind.REALTIME]

    def _discard(self, quiet_s: float) -> None:
        """Drop real-time answers nobody waits for (a raster may hold 10 04 01 by chance)."""
        for _ in range(DISCARD_READS):
            data = self._open_line.receive(quiet_s)
            if not data:
                return
            self._queued.extend(byte for byte in data if kind_of(byte) is Kind.QUEUED)

    def _send(self, data: bytes) -> None:
        try:
            self._open_line.send(data)
        except DeviceError:
            self._line_is_torn = True
            raise

    @property
    def _open_line(self) -> Line:
        if self._line is None:
            raise DeviceError(Fault.DISCONNECTED, "not open")
        return self._line
