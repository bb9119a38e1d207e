"""What every device is: identity, four status axes, jobs with one outcome each.

Standards leaned on: the four orthogonal axes of CEN/XFS and CUSS (link, media, consumables, last
error), with ``UNKNOWN`` and ``NOT_SUPPORTED`` as values that never read as fine.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Protocol


class Link(StrEnum):
    """Whether the device answers at all."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


class Media(StrEnum):
    """What lies in the device: a card on the reader, a sheet in the output."""

    ABSENT = "absent"
    PRESENT = "present"
    JAMMED = "jammed"
    UNKNOWN = "unknown"
    NOT_SUPPORTED = "not_supported"


class Supply(StrEnum):
    """Paper, toner, blanks."""

    OK = "ok"
    LOW = "low"
    OUT = "out"
    UNKNOWN = "unknown"
    NOT_SUPPORTED = "not_supported"


class Fixer(StrEnum):
    """Who can put a fault right."""

    CITIZEN = "citizen"
    ATTENDANT = "attendant"
    TECHNICIAN = "technician"


class Fault(Enum):
    """Every fault a device reports; ``code`` names it in texts, ``fixer`` who can mend it."""

    def __init__(self, code: str, fixer: Fixer) -> None:
        self.code = code
        self.fixer = fixer

    DISCONNECTED = ("disconnected", Fixer.ATTENDANT)
    PORT_IN_USE = ("port_in_use", Fixer.TECHNICIAN)
    SILENT = ("silent", Fixer.TECHNICIAN)
    GARBLED = ("garbled", Fixer.TECHNICIAN)
    BUSY = ("busy", Fixer.ATTENDANT)
    REFUSED = ("refused", Fixer.TECHNICIAN)
    HARDWARE = ("hardware", Fixer.TECHNICIAN)
    DRIVER_CRASHED = ("driver_crashed", Fixer.TECHNICIAN)
    CARD_UNREADABLE = ("card_unreadable", Fixer.CITIZEN)
    CARD_UNKNOWN_KIND = ("card_unknown_kind", Fixer.CITIZEN)
    CARD_PROTECTED = ("card_protected", Fixer.CITIZEN)
    PHOTO_UNDECODABLE = ("photo_undecodable", Fixer.TECHNICIAN)
    CAMERA_STALLED = ("camera_stalled", Fixer.TECHNICIAN)
    PAPER_OUT = ("paper_out", Fixer.ATTENDANT)
    PAPER_JAM = ("paper_jam", Fixer.ATTENDANT)
    COVER_OPEN = ("cover_open", Fixer.ATTENDANT)
    CUTTER = ("cutter", Fixer.TECHNICIAN)
    OVERHEATED = ("overheated", Fixer.ATTENDANT)
    OUTPUT_FULL = ("output_full", Fixer.ATTENDANT)
    TONER_OUT = ("toner_out", Fixer.ATTENDANT)
    MISSING_GLYPH = ("missing_glyph", Fixer.TECHNICIAN)


@dataclass(frozen=True, slots=True)
class Status:
    """One observation of a device, four axes. ``detail`` is for operators and holds no person."""

    device_id: str
    link: Link
    media: Media = Media.NOT_SUPPORTED
    supply: Supply = Supply.NOT_SUPPORTED
    fault: Fault | None = None
    detail: str = ""

    @property
    def ready(self) -> bool:
        """Whether a job may be given to the device now. Unknown is not ready."""
        return self.link is Link.UP and self.fault is None and self.supply is not Supply.OUT


class DeviceError(Exception):
    """A device could not do what was asked, for a reason a person can act on.

    The only exception a driver may let out; anything else is a bug of the driver.
    """

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{fault.code}: {detail}" if detail else fault.code)
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Progress:
    """A sign of life from a long job; between two of these it may be cancelled.

    ``what`` is a stable word for the screen ("waiting_for_card", "sheet", "turn_left"); ``done``
    of ``total`` counts what the job counts (sheets, turns), 0 of 0 where nothing is countable.
    """

    what: str = ""
    done: int = 0
    total: int = 0


Job = Generator[Progress, None, object]
"""Runs on the device's thread; what it returns is the value of ``Done``."""


class Device(Protocol):
    """Lifecycle shared by all drivers. Every call happens on the device's own thread.

    The constructor does no I/O. ``poll`` is cheap, ends in bounded time and never interrupts an
    exchange. Verbs return jobs.
    """

    @property
    def device_id(self) -> str:
        """The name this device has in the configuration."""
        ...

    def open(self) -> None:
        """Take the port. DeviceError when it cannot be had."""
        ...

    def close(self) -> None:
        """Give the port back. Never raises; safe to call twice."""
        ...

    def poll(self) -> Status:
        """Look at the device. DeviceError(DISCONNECTED) makes the worker reopen it."""
        ...


class PrintOutcome(StrEnum):
    """What is known of a print. UNKNOWN is never turned into one of the others by a guess."""

    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrintResult:
    """Outcome of one print with the evidence it rests on (keys and values of the protocol)."""

    outcome: PrintOutcome
    fault: Fault | None = None
    evidence: dict[str, str] = field(default_factory=dict[str, str])


class ChargeOutcome(StrEnum):
    """What a pad said of a payment. UNKNOWN is moved by an inquiry and by nothing else."""

    PAID = "paid"
    NOT_PAID = "not_paid"
    PENDING = "pending"
    NOT_FOUND = "not_found"
    """The pad does not know the reference, which proves nothing: it may have forgotten."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ChargeResult:
    """What one exchange with a pad brought, with the evidence it rests on.

    ``reason`` of NOT_PAID: declined | cancelled | closed | voided. ``paid_fen`` is what the pad
    said was paid, 0 unless PAID. ``evidence`` holds keys and values of the protocol and no person.
    """

    outcome: ChargeOutcome
    reason: str = ""
    paid_fen: int = 0
    evidence: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """A device's status differs from the last one seen."""

    status: Status


@dataclass(frozen=True, slots=True)
class JobProgressed:
    """A job gave a sign of life that differs from the one before."""

    job_id: str
    device_id: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class Done:
    """The job did all it was asked; ``value`` is what the driver returned."""

    value: object = None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The job was stopped at our request, after ``progress``."""

    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The job stopped because of a fault; how far it had come is in ``progress``."""

    fault: Fault
    progress: Progress | None = None
    detail: str = ""


Outcome = Done | Cancelled | Failed


@dataclass(frozen=True, slots=True)
class JobFinished:
    """A submitted job reached its end. Exactly one follows every submit."""

    job_id: str
    device_id: str
    outcome: Outcome


DeviceEvent = StatusChanged | JobProgressed | JobFinished
Emit = Callable[[DeviceEvent], None]
