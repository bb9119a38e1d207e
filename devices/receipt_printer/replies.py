"""What the printer's status bytes say. Pure.

Sources: Epson TM-T88III manual (DLE EOT, GS r), cross-checked with EscPosUtils. The fixed bits
keep the kinds apart: a DLE EOT answer has bits 1 and 4 set, a GS r answer has bit 4 clear.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from devices.api import Fault, Supply


class Kind(StrEnum):
    """Which command a byte answers."""

    REALTIME = "dle_eot"
    QUEUED = "gs_r"
    GARBAGE = "garbage"


def kind_of(byte: int) -> Kind:
    """Sort one byte by its fixed bits; what fits neither answer is noise on the line."""
    if byte & 0x93 == 0x12:
        return Kind.REALTIME
    return Kind.QUEUED if byte & 0x90 == 0 else Kind.GARBAGE


@dataclass(frozen=True, slots=True)
class Condition:
    """The four answers to DLE EOT 1 to 4, as they came."""

    printer: int
    offline: int
    error: int
    paper: int

    @property
    def fault(self) -> Fault | None:
        """What keeps the printer from printing; the cause before its consequences."""
        causes = (
            (self.offline & 0x04, Fault.COVER_OPEN),
            (self.paper & 0x60 or self.offline & 0x20, Fault.PAPER_OUT),
            (self.error & 0x08, Fault.CUTTER),
            (self.error & 0x20, Fault.HARDWARE),
            (self.error & 0x40, Fault.OVERHEATED),
            (self.offline & 0x40, Fault.HARDWARE),
            (self.offline & 0x08, Fault.BUSY),
            (self.printer & 0x08, Fault.HARDWARE),
        )
        return next((fault for bits, fault in causes if bits), None)

    def supply(self, *, near_end_sensor: bool) -> Supply:
        """Paper, from the roll's two sensors."""
        if self.paper & 0x60 or self.offline & 0x20:
            return Supply.OUT
        return Supply.LOW if near_end_sensor and self.paper & 0x0C else Supply.OK

    def __str__(self) -> str:
        """For evidence and the operator: the four bytes in hex."""
        return bytes([self.printer, self.offline, self.error, self.paper]).hex(" ")


def paper_ended(gs_r_1: int) -> bool:
    """Whether the answer to GS r 1 says that the roll is at its end (not only near it)."""
    return bool(gs_r_1 & 0x0C)
