"""Driver name in the configuration -> class. Explicit imports, so that a freezer sees them.

The modules named here import nothing heavy: cv2, dlib, escpos, smartcard and zxingcpp come with
the first open or the first use.
"""

from __future__ import annotations

from collections.abc import Mapping

from devices.camera.opencv_camera import OpencvCamera
from devices.certificate_printer.ipp_printer import IppPrinter
from devices.face.checker import FaceChecker
from devices.id_card.sdt_serial import SdtReader
from devices.payment_pad.ecrhub_serial import EcrhubPad
from devices.qr_scanner.scanner import QrScanner
from devices.receipt_printer.escpos_printer import EscposPrinter
from devices.social_card.pcsc_reader import PcscReader

ID_CARD: Mapping[str, type[SdtReader]] = {"sdt_serial": SdtReader}
CAMERA: Mapping[str, type[OpencvCamera]] = {"opencv": OpencvCamera}
FACE: Mapping[str, type[FaceChecker]] = {"dlib": FaceChecker}
RECEIPT_PRINTER: Mapping[str, type[EscposPrinter]] = {"escpos": EscposPrinter}
CERTIFICATE_PRINTER: Mapping[str, type[IppPrinter]] = {"ipp": IppPrinter}
PAYMENT_PAD: Mapping[str, type[EcrhubPad]] = {"ecrhub_serial": EcrhubPad}
SOCIAL_CARD: Mapping[str, type[PcscReader]] = {"pcsc": PcscReader}
QR_SCANNER: Mapping[str, type[QrScanner]] = {"zxing": QrScanner}
