"""Driver name in the configuration -> class. Explicit imports, so that a freezer sees them.

The modules named here import nothing heavy: cv2, dlib and escpos come with the first open.
"""

from __future__ import annotations

from collections.abc import Mapping

from devices.camera.opencv_camera import OpencvCamera
from devices.certificate_printer.ipp_printer import IppPrinter
from devices.face.checker import FaceChecker
from devices.id_card.sdt_serial import SdtReader
from devices.receipt_printer.escpos_printer import EscposPrinter

ID_CARD: Mapping[str, type[SdtReader]] = {"sdt_serial": SdtReader}
CAMERA: Mapping[str, type[OpencvCamera]] = {"opencv": OpencvCamera}
FACE: Mapping[str, type[FaceChecker]] = {"dlib": FaceChecker}
RECEIPT_PRINTER: Mapping[str, type[EscposPrinter]] = {"escpos": EscposPrinter}
CERTIFICATE_PRINTER: Mapping[str, type[IppPrinter]] = {"ipp": IppPrinter}
