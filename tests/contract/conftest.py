"""The real centre of the sandbox and the real client, on loopback, in one process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.central.client import CentralClient, Patience
from kiosk.central.enrolment import Enrolment, enrol
from kiosk.central.identity import EvidenceSigner, FaceCheck
from kiosk.central.models import IdentityDocument
from kiosk.credentials.numbers import DocumentKind
from sandbox.central.centre import Centre
from sandbox.central.line import Line
from sandbox.central.moments import city_clock
from sandbox.people import City
from sandbox.people_seed import invent_city

SHORT = Patience(connect_s=2.0, read_s=0.4, whole_s=2.0, line_s=2.0)
"""For tests in which nobody answers; all others get the product's own patience."""


@pytest.fixture(scope="session")
def city() -> City:
    return invent_city()


@pytest.fixture(scope="session")
def running_centre(tmp_path_factory: pytest.TempPathFactory, city: City) -> Iterator[Centre]:
    centre = Centre(tmp_path_factory.mktemp("centre"), city)
    centre.start()
    yield centre
    centre.close()


@pytest.fixture
def centre(running_centre: Centre) -> Iterator[Centre]:
    yield running_centre
    running_centre.fail("/", "none")
    running_centre.tamper("none")


@pytest.fixture(scope="session")
def ca_file(running_centre: Centre, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("pin") / "ca.pem"
    file.write_text(running_centre.ca_pem)
    return file


@pytest.fixture(scope="session")
def enrolment(
    running_centre: Centre, ca_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Enrolment:
    code = running_centre.new_enrolment_code()
    return enrol(running_centre.open_url, ca_file, code, tmp_path_factory.mktemp("terminal"))


def client_of(
    url: str, ca_file: Path, enrolment: Enrolment, patience: Patience | None = None
) -> CentralClient:
    files = (enrolment.certificate_file, enrolment.key_file)
    return CentralClient(url, ca_file, *files, patience=patience)


@pytest.fixture
def client(centre: Centre, ca_file: Path, enrolment: Enrolment) -> Iterator[CentralClient]:
    client = client_of(centre.main_url, ca_file, enrolment)
    yield client
    client.close()


@pytest.fixture
def hasty(centre: Centre, ca_file: Path, enrolment: Enrolment) -> Iterator[CentralClient]:
    client = client_of(centre.main_url, ca_file, enrolment, SHORT)
    yield client
    client.close()


@pytest.fixture
def signer(enrolment: Enrolment) -> EvidenceSigner:
    return EvidenceSigner.load(enrolment.terminal_id, enrolment.evidence_key_file)


@pytest.fixture
def line(centre: Centre) -> Iterator[Line]:
    line = Line(target_port=centre.main_port)
    line.start()
    yield line
    line.stop()


@pytest.fixture
def distant(line: Line, ca_file: Path, enrolment: Enrolment) -> Iterator[CentralClient]:
    """A client behind the line that can be pulled at."""
    patience = replace(SHORT, connect_s=1.0)
    client = client_of(f"https://127.0.0.1:{line.port}", ca_file, enrolment, patience)
    yield client
    client.close()


def document_of(city: City, key: str) -> IdentityDocument:
    person = city.resident(key)
    return IdentityDocument(
        kind=DocumentKind(person.kind),
        number=person.number,
        name=person.name,
        valid_until=person.valid_until,
    )


def face_check() -> FaceCheck:
    return FaceCheck(score_band="high", performed_at=city_clock())
