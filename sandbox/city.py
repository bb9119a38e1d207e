"""The whole city on one desk: centre, line and the devices' twins, and the kiosk's settings.

Everything lies in one directory; a second start finds keys, ledger and the kiosk's own state
again. The kiosk is a stranger to this: it gets a TOML file and speaks to ports.
"""

from __future__ import annotations

import json
import random
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

from sandbox import portraits
from sandbox.central.centre import Centre
from sandbox.central.line import Line
from sandbox.central.orders_acquiring import Acquiring
from sandbox.devices.camera import CameraTwin
from sandbox.devices.card_photo import encode_photo
from sandbox.devices.ecrhub_pad import EcrhubPadTwin
from sandbox.devices.escpos_printer import EscposPrinterTwin
from sandbox.devices.ipp_eve import EvePrinterTwin
from sandbox.devices.pcsc_service import PcscService, PcscServiceError
from sandbox.devices.sdt_card import CardContents
from sandbox.devices.sdt_reader import SdtReaderTwin
from sandbox.devices.social_card import SocialCardContents
from sandbox.devices.twin import Twin
from sandbox.devices.vpcd_card import VpcdCardTwin
from sandbox.people import City, Resident
from sandbox.people_seed import invent_city

PROJECT = Path(__file__).resolve().parent.parent
_PORTS = (20_000, 32_000)
CARD_SERVICE_S = 3.0
"""Where there is one place for pcscd only, a second city does without rather than wait."""
CARD_CROP = (144, 10, 304, 208)
"""Head and shoulders in scikit-image's astronaut, as on a card: left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that tests shorten. ``idle_s`` None: what the centre says."""

    idle_s: float | None = None
    countdown_s: int | None = None
    closing_s: float = 15.0
    heartbeat_s: float = 5.0
    turn_s: float = 8.0


class SandboxCity:
    """``start`` opens all ports and writes ``kiosk.toml``; ``stop`` closes them."""

    def __init__(self, directory: Path, times: Times | None = None) -> None:
        self.directory = directory.absolute()
        self.directory.mkdir(parents=True, exist_ok=True)
        self._times = times or Times()
        self.people = invent_city()
        acquirers = self.directory / "acquirers"
        acquirers.mkdir(exist_ok=True)
        self.acquiring = Acquiring.kept_in(acquirers, lambda: datetime.now(UTC))
        self.centre = Centre(self.directory / "centre", self.people, acquiring=self.acquiring)
        self.centre.start()
        self.line = Line("line", "127.0.0.1", self.centre.main_port)
        self.reader = SdtReaderTwin(self.directory / "ttyIDCARD", cards=cards(self.people))
        faces: dict[str, Path | portraits.Image] = {"zhang": portraits.citizen()}
        faces["impostor"] = portraits.impostor(PROJECT / "build" / "portraits")
        self.camera = CameraTwin(faces, port=_free_port())
        self.slips = EscposPrinterTwin(self.directory / "slips", port=_free_port())
        self.certificates = EvePrinterTwin(self.directory / "certificates", _free_port())
        self.pad = EcrhubPadTwin(self.directory / "ttyPAD", self.acquiring.card)
        self.card_service = PcscService(self.directory / "pcsc", lock_s=CARD_SERVICE_S)
        self.social_card = VpcdCardTwin(self.card_service.port, cards=social_cards(self.people))
        self._without: set[str] = set()

    @property
    def twins(self) -> Mapping[str, Twin]:
        """Everything a hand can pull at, by the panel's names."""
        all_twins: tuple[Twin, ...] = (
            self.reader,
            self.camera,
            self.slips,
            self.certificates,
            self.pad,
            self.card_service,
            self.social_card,
            self.line,
            self.centre,
        )
        return {twin.name: twin for twin in all_twins if twin.name not in self._without}

    @property
    def config(self) -> Path:
        """The kiosk's settings."""
        return self.directory / "kiosk.toml"

    def start(self, *, screen: Mapping[str, str] | None = None) -> None:
        """Open all ports, then write the kiosk's settings. ``screen``: its [screen] section."""
        self._start_card_service()
        for name, twin in self.twins.items():
            if name != self.card_service.name:
                twin.start()
        self.camera.stand("zhang")
        (self.directory / "ca.pem").write_text(self.centre.ca_pem, encoding="ascii")
        code = self.directory / "enrolment.code"
        code.write_text(self.centre.new_enrolment_code(), encoding="ascii")
        self.config.write_text(self._settings(code, screen or {}), encoding="utf-8")

    def stop(self) -> None:
        """Close everything. Safe to call twice."""
        for twin in reversed(tuple(self.twins.values())):
            twin.stop()
        self.centre.close()
        self.acquiring.wallet.close_ledger()
        self.acquiring.card.close_ledger()

    def _start_card_service(self) -> None:
        """Without the right to run pcscd the city has no reader for social-security cards."""
        try:
            self.card_service.start()
        except PcscServiceError as exc:
            print(f"no social-security card reader: {exc}")
            self._without |= {self.card_service.name, self.social_card.name}

    def describe(self, panel: str) -> dict[str, object]:
        """What city.json says to whoever drives a visit from outside."""
        return {
            "panel": panel,
            "config": str(self.config),
            "spool": {
                "slips": str(self.directory / "slips"),
                "certificates": str(self.directory / "certificates" / "printed"),
            },
        }

    def _settings(self, code: Path, screen: Mapping[str, str]) -> str:
        decoder = [sys.executable, str(PROJECT / "sandbox" / "devices" / "card_photo.py"), "decode"]
        sections: dict[str, Mapping[str, object]] = {
            "terminal": {
                "state_dir": str(self.directory / "kiosk"),
                "runtime_dir": str(self.directory / "run"),
            },
            "central": {
                "url": f"https://127.0.0.1:{self.line.port}",
                "open_url": self.centre.open_url,
                "ca_file": str(self.directory / "ca.pem"),
                "document_key": self.centre.document_public_key,
                "enrolment_code_file": str(code),
                "heartbeat_s": self._times.heartbeat_s,
            },
            "devices.id_card": {
                "port": str(self.directory / "ttyIDCARD"),
                "photo_decoder": decoder,
            },
            "devices.camera": {"source": self.camera.url},
            "devices.face": {"turn_s": self._times.turn_s},
            "devices.receipt_printer": {"url": self.slips.url},
            "devices.certificate_printer": {"uri": self.certificates.uri, "counts_truly": True},
            "devices.payment_pad": {"port": str(self.directory / "ttyPAD")},
            "visit": self._visit(),
            "screen": screen,
        }
        if self.social_card.name not in self._without:
            sections["devices.social_card"] = {
                "reader": self.card_service.reader_name,
                "service_socket": self.card_service.socket_path,
            }
        return "\n".join(_section(name, values) for name, values in sections.items())

    def _visit(self) -> Mapping[str, object]:
        times = self._times
        told: dict[str, object] = {"closing_s": times.closing_s}
        if times.idle_s is not None:
            told["idle_s"] = times.idle_s
        if times.countdown_s is not None:
            told["countdown_s"] = times.countdown_s
        return told


def cards(people: City) -> dict[str, CardContents]:
    """Every resident's card with the citizen's photo, and one whose number is wrong."""
    picture = Image.fromarray(np.asarray(data.astronaut(), dtype=np.uint8))
    photo = encode_photo(picture.crop(CARD_CROP))
    known = {resident.key: _card(resident, photo) for resident in people.residents}
    first = known["zhang"]
    wrong = replace(first, number=first.number[:-1] + ("0" if first.number[-1] != "0" else "1"))
    return {**known, "wrong_number": wrong}


def social_cards(people: City) -> dict[str, SocialCardContents]:
    """Second-generation cards of everybody with an identity number; nobody's photo is on one."""
    return {
        resident.key: SocialCardContents(
            number=resident.number,
            name=resident.name,
            card_number=f"T{index:08d}",
            issued_on="20200101",
            sex=resident.sex,
        )
        for index, resident in enumerate(people.residents, 1)
        if resident.kind == "resident"
    }


def _card(resident: Resident, photo: bytes) -> CardContents:
    return CardContents(
        name=resident.name,
        sex=resident.sex,
        nation=resident.ethnic_code,
        birth=_day(resident.birth),
        address=resident.address,
        number=resident.number,
        issuer=resident.issuer,
        valid_from=_day(resident.valid_from),
        valid_until=_day(resident.valid_until) if resident.valid_until else "长期",
        kind=resident.kind,
        photo=photo,
        english_name=resident.english_name,
        nationality=resident.nationality,
        travel_permit=resident.travel_permit,
    )


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")


def _section(name: str, values: Mapping[str, object]) -> str:
    """One TOML table; JSON's strings, numbers, lists and booleans are TOML's too."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join([f"[{name}]", *lines, ""])


def _free_port() -> int:
    """A port that no outgoing connection is given: below the usual ephemeral range.

    A twin that is unplugged gives its port up and must find it free again when it is plugged in.
    """
    while True:
        port = random.randrange(*_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
