"""Builds the devices that the configuration names, each with its worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from devices import drivers
from devices.api import Device, Emit
from devices.certificate_printer.ipp_printer import IppPrinter
from devices.face.liveness import Limits
from devices.payment_pad.ecrhub_serial import EcrhubPad
from devices.receipt_printer.escpos_printer import EscposPrinter
from devices.vendor_host import VendorHost, host_command
from devices.worker import DeviceWorker
from kiosk.config import Devices
from kiosk.senses import Fitted

FACE_POLL_S = 2.0
"""The face process is ours: a sign of life each two seconds is enough."""

HUNG_S = 60.0
"""No call of a driver lasts half as long: the longest are loading the face models and the questions
to a printer that does not answer."""


@dataclass(slots=True)
class Fittings:
    """All of the machine's devices, started and stopped together."""

    fitted: Fitted
    certificates: tuple[IppPrinter, DeviceWorker] | None
    slips: tuple[EscposPrinter, DeviceWorker] | None
    pad: tuple[EcrhubPad, DeviceWorker] | None
    workers: dict[str, DeviceWorker]
    hosts: list[VendorHost] = field(default_factory=list[VendorHost])

    def start(self) -> None:
        """Start every worker."""
        for worker in self.workers.values():
            worker.start()

    def stop(self) -> None:
        """Stop every worker and end the vendor hosts."""
        for worker in self.workers.values():
            worker.stop()
        for host in self.hosts:
            host.close()

    def hung(self) -> list[str]:
        """Devices whose driver has not come back from a call for far too long."""
        return [name for name, worker in self.workers.items() if worker.silent_s > HUNG_S]

    def encodes(self) -> int:
        """How many faces were encoded since the start."""
        return self.fitted.face[0].encodes if self.fitted.face is not None else 0


def vendor_host(job: str) -> VendorHost:
    """A host for one job, started at need."""
    return VendorHost(host_command(job))


def fit(config: Devices, emit: Emit) -> Fittings:
    """Build what is configured; no I/O happens before ``start``."""
    workers: dict[str, DeviceWorker] = {}
    hosts: list[VendorHost] = []

    def worker(device: Device, poll_s: float = 0.25) -> DeviceWorker:
        workers[device.device_id] = DeviceWorker(device, emit, poll_s=poll_s)
        return workers[device.device_id]

    def face_host() -> VendorHost:
        hosts.append(vendor_host("face"))
        return hosts[-1]

    reader = _reader(config)
    camera = _camera(config)
    face = _face(config, face_host)
    certificates = _certificates(config)
    slips = _slips(config)
    social = _social(config)
    scanner = drivers.QR_SCANNER["zxing"]("scanner") if camera else None
    pad = _pad(config)
    return Fittings(
        fitted=Fitted(
            reader=(reader, worker(reader)) if reader else None,
            social=(social, worker(social)) if social else None,
            camera=(camera, worker(camera)) if camera else None,
            face=(face, worker(face, FACE_POLL_S)) if face else None,
            scanner=(scanner, worker(scanner, FACE_POLL_S)) if scanner else None,
        ),
        certificates=(certificates, worker(certificates)) if certificates else None,
        slips=(slips, worker(slips)) if slips else None,
        pad=(pad, worker(pad)) if pad else None,
        workers=workers,
        hosts=hosts,
    )


def _reader(config: Devices) -> drivers.SdtReader | None:
    if (own := config.id_card) is None:
        return None
    reader = drivers.ID_CARD[own.driver]
    return reader("id_card", own.port, baud=own.baud, photo_decoder=own.photo_decoder)


def _camera(config: Devices) -> drivers.OpencvCamera | None:
    if (own := config.camera) is None:
        return None
    return drivers.CAMERA[own.driver]("camera", own.source)


def _face(config: Devices, host: Callable[[], VendorHost]) -> drivers.FaceChecker | None:
    if (own := config.face) is None:
        return None
    limits = Limits(answer_s=own.turn_s)
    checker = drivers.FACE[own.driver]
    return checker("face", host(), threshold=own.threshold, limits=limits)


def _certificates(config: Devices) -> IppPrinter | None:
    if (own := config.certificate_printer) is None:
        return None
    printer = drivers.CERTIFICATE_PRINTER[own.driver]
    return printer(
        "certificate_printer",
        own.uri,
        counts_truly=own.counts_truly,
        print_silence_s=own.print_silence_s,
    )


def _slips(config: Devices) -> EscposPrinter | None:
    if (own := config.receipt_printer) is None:
        return None
    fonts = [Path(font) for font in own.fonts] or None
    return drivers.RECEIPT_PRINTER[own.driver]("receipt_printer", own.url, fonts=fonts)


def _social(config: Devices) -> drivers.PcscReader | None:
    if (own := config.social_card) is None:
        return None
    reader = drivers.SOCIAL_CARD[own.driver]
    return reader("social_card", own.reader, service_socket=own.service_socket)


def _pad(config: Devices) -> EcrhubPad | None:
    if (own := config.payment_pad) is None:
        return None
    pad = drivers.PAYMENT_PAD[own.driver]
    return pad("payment_pad", own.port, baud=own.baud, app_id=own.app_id, patience_s=own.patience_s)
