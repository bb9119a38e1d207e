"""``doctor``: opens every device and the centre; one line each, and who can mend it.

A running kiosk is asked for its state, since its ports are taken; else they are opened here.
"""

from __future__ import annotations

import base64
import queue
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from devices.api import (
    DeviceEvent,
    Fault,
    Fixer,
    JobFinished,
    Link,
    Status,
    StatusChanged,
    Supply,
)
from devices.api import Failed as JobFailed
from kiosk import status
from kiosk.central.client import Patience
from kiosk.central.enrolment import load_enrolment, signed_time
from kiosk.central.errors import CentralError, Unreachable
from kiosk.config import Config
from kiosk.fittings import Fittings, fit
from kiosk.supervisor import DEVICES

PATIENCE_S = 12.0
_CODES = {fault.code: fault for fault in Fault}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. ``wrong`` is empty when all is well."""

    what: str
    wrong: str = ""
    fixer: str = ""

    def __str__(self) -> str:
        """As it is printed."""
        return f"{self.what:20} {f'{self.wrong} - {self.fixer}' if self.wrong else 'ok'}"


def examine(config: Config) -> list[Finding]:
    """Everything that is fitted, and the centre."""
    report = status.ask(config.terminal.runtime_dir)
    if report is not None:
        return [Finding("kiosk (running)"), *_from_report(report)]
    return [*_open_devices(config), _centre(config), _enrolment(config)]


def _from_report(report: status.Report) -> Iterator[Finding]:
    for device in cast("list[dict[str, str | None]]", report["devices"]):
        name, code = str(device["device_id"]), device["fault"]
        if code is not None:
            yield _fault(name, _CODES[code])
        elif device["link"] != Link.UP:
            yield Finding(name, f"link {device['link']}", Fixer.TECHNICIAN)
        elif device["supply"] == Supply.OUT:
            yield Finding(name, f"supply {device['supply']}", Fixer.ATTENDANT)
        else:
            yield Finding(name)
    line = "" if report["line_up"] else "does not answer, or not as itself"
    yield Finding("centre", line, "the network's operator" if line else "")
    yield from _kept(report)


def _kept(report: status.Report) -> Iterator[Finding]:
    """What lies on the disk and waits for a person; nothing is said of what does not."""
    if count := report["unknown_prints"]:
        yield Finding("prints", f"{count} of unknown outcome", Fixer.ATTENDANT)
    if count := report["refused_records"]:
        yield Finding("outbox", f"{count} refused by the centre", "the centre's operator")
    if count := report["open_payments"]:
        yield Finding("payments", f"{count} not settled", Fixer.ATTENDANT)
    for code, why in cast("dict[str, list[str]]", report["hidden_services"]).items():
        yield Finding(code, f"hidden: {'; '.join(why)}", "the centre's operator")
    for name, why in cast("dict[str, str]", report["refused_documents"]).items():
        yield Finding(name, f"the centre's is not used: {why}", "the centre's operator")
    if report["store_damaged"]:
        yield Finding("store", "was damaged and set aside", Fixer.TECHNICIAN)


def _open_devices(config: Config) -> list[Finding]:
    events: queue.SimpleQueue[DeviceEvent] = queue.SimpleQueue()
    fittings = fit(config.devices, events.put)
    fittings.start()
    if fittings.fitted.face is not None:
        checker, worker = fittings.fitted.face
        worker.submit("warm", checker.warm)
    try:
        seen = _collect(fittings, events)
    finally:
        fittings.stop()
    return [_finding(name, seen.get(name)) for name in DEVICES if name in fittings.workers]


def _collect(
    fittings: Fittings, events: queue.SimpleQueue[DeviceEvent]
) -> dict[str, Status | Fault]:
    """Wait until every device has said something certain, or the patience is over."""
    seen: dict[str, Status | Fault] = {}
    until = time.monotonic() + PATIENCE_S
    while not _all_certain(seen, fittings) and time.monotonic() < until:
        try:
            event = events.get(timeout=0.2)
        except queue.Empty:
            continue
        if isinstance(event, StatusChanged):
            seen[event.status.device_id] = event.status
        elif isinstance(event, JobFinished) and isinstance(event.outcome, JobFailed):
            seen[event.device_id] = event.outcome.fault
    return seen


def _all_certain(seen: dict[str, Status | Fault], fittings: Fittings) -> bool:
    return all(_certain(seen.get(name)) for name in fittings.workers)


def _certain(one: Status | Fault | None) -> bool:
    """A device that is starting says nothing yet; a fault or readiness is an answer."""
    return isinstance(one, Fault) or (one is not None and (one.ready or one.fault is not None))


def _finding(name: str, seen: Status | Fault | None) -> Finding:
    match seen:
        case None:
            return Finding(name, "said nothing", Fixer.TECHNICIAN)
        case Fault():
            return _fault(name, seen)
        case Status(fault=Fault() as fault):
            return _fault(name, fault)
        case Status() if seen.ready:
            return Finding(name)
        case Status():
            return Finding(name, f"link {seen.link}, supply {seen.supply}", Fixer.ATTENDANT)


def _fault(name: str, fault: Fault) -> Finding:
    return Finding(name, fault.code.replace("_", " "), fault.fixer)


def _centre(config: Config) -> Finding:
    """Signed time over the open listener: TLS, our CA, and the centre's signature in one call."""
    central = config.central
    patience = Patience(connect_s=central.connect_timeout_s, read_s=central.read_timeout_s)
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(central.document_key))
        signed_time(central.open_url, central.ca_file, key, patience=patience)
    except Unreachable:
        return Finding("centre", "does not answer", "the network's operator")
    except CentralError as exc:
        return Finding("centre", f"answers, but not as itself ({exc})", "the network's operator")
    except (OSError, ValueError):
        return Finding("centre", "ca_file or document_key can't be used", Fixer.TECHNICIAN)
    return Finding("centre")


def _enrolment(config: Config) -> Finding:
    try:
        enrolment = load_enrolment(config.terminal.state_dir / "identity")
    except (OSError, ValueError):
        return Finding("enrolment", "certificate can't be read", Fixer.TECHNICIAN)
    if enrolment is None and config.central.enrolment_code_file is None:
        return Finding("enrolment", "not enrolled, no code", "the centre's operator")
    return Finding("enrolment")
