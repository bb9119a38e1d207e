"""From a printer's state reasons to the kiosk's status axes. Pure."""

from __future__ import annotations

from devices.api import Fault, Link, Media, Status, Supply
from devices.certificate_printer.protocol import PrinterPhase, PrinterState, stem

_FAULTS: tuple[tuple[Fault, frozenset[str]], ...] = (
    (Fault.PAPER_JAM, frozenset({"media-jam"})),
    (Fault.COVER_OPEN, frozenset({"cover-open", "door-open", "interlock-open"})),
    (Fault.PAPER_OUT, frozenset({"media-empty", "media-needed", "input-tray-missing"})),
    (Fault.TONER_OUT, frozenset({"toner-empty", "marker-supply-empty"})),
    (Fault.OUTPUT_FULL, frozenset({"output-area-full", "output-tray-missing"})),
    (Fault.OVERHEATED, frozenset({"fuser-over-temp"})),
    (Fault.BUSY, frozenset({"spool-area-full"})),
    (Fault.HARDWARE, frozenset({"fuser-under-temp", "opc-life-over", "marker-waste-full"})),
)
"""In the order in which a person has to put them right: a jam is cleared before paper goes in."""

_OUT = (Fault.PAPER_OUT, Fault.TONER_OUT)
_LOW = frozenset({"media-low", "toner-low", "marker-supply-low"})
_LOW_LEVEL = 5
"""Percent of a marker; negative levels say unknown or unlimited (RFC 3805) and count as neither."""

_DETAIL_MAX = 200


def fault_of(printer: PrinterState) -> Fault | None:
    """The one fault to deal with first, or None."""
    stems = {stem(reason) for reason in printer.reasons or ()}
    for fault, names in _FAULTS:
        if not names.isdisjoint(stems):
            return fault
    if printer.phase is PrinterPhase.STOPPED:
        return Fault.HARDWARE
    if printer.accepting is False:
        return Fault.REFUSED
    return None


def status_of(device_id: str, printer: PrinterState) -> Status:
    """A whole status. A printer that tells no state at all is up, but nothing is known of it."""
    fault = fault_of(printer)
    return Status(
        device_id,
        Link.UP if printer.phase is not None else Link.UNKNOWN,
        Media.JAMMED if fault is Fault.PAPER_JAM else Media.NOT_SUPPORTED,
        _supply_of(printer),
        fault,
        ",".join(r for r in printer.reasons or () if r != "none")[:_DETAIL_MAX],
    )


def _supply_of(printer: PrinterState) -> Supply:
    if printer.reasons is None:
        return Supply.UNKNOWN
    stems = {stem(reason) for reason in printer.reasons}
    if any(fault in _OUT and not names.isdisjoint(stems) for fault, names in _FAULTS):
        return Supply.OUT
    low = any(0 <= level <= _LOW_LEVEL for level in printer.marker_levels)
    return Supply.LOW if low or not _LOW.isdisjoint(stems) else Supply.OK
