"""A centre and a terminal on loopback; every test finds the register as on the first morning."""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pypdfium2 as pdfium
import pytest
from asn1crypto.x509 import Certificate
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from sandbox.central.centre import Centre
from sandbox.central.moments import city_clock
from sandbox.central.sample_applicant import SampleVisit, begin
from sandbox.central.sample_terminal import Reply, SampleTerminal
from sandbox.people import City
from sandbox.people_seed import invent_city

PRESALE = "presale_notice_registration"
TRANSFER = "new_home_transfer"


@dataclass(slots=True)
class HandClock:
    """The city's time with a hand on it."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return city_clock() + self.ahead


@dataclass(frozen=True, slots=True)
class Hall:
    """A centre with one terminal."""

    centre: Centre
    city: City
    clock: HandClock
    terminal: SampleTerminal

    def visit(self, service: str, *keys: str, nth: int = 0) -> SampleVisit:
        return begin(self.terminal, self.city, service, keys, nth)

    def pull(self, verb: str, **arguments: Any) -> None:  # noqa: ANN401 - any verb's
        self.centre.verbs[verb](**arguments)

    def pay(self, order_id: str) -> None:
        """A phone pays the order's QR."""
        attempt = f"{order_id[:20]}AA"
        path = f"/v1/orders/{order_id}/attempts"
        reply = self.terminal.write(path, {"attempt": attempt, "means": "qr"})
        assert reply.status == 201, reply.body
        self.pull("pay", attempt=attempt)
        assert self.terminal.call("GET", f"{path}/{attempt}").json()["state"] == "paid"

    def seal_holds(self, pdf: bytes) -> bool:
        pem: str = self.terminal.call("GET", "/v1/trust").json()["seal_cas"][0]
        loaded = cast("Iterator[Certificate]", load_certs_from_pemder_data(pem.encode()))
        signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
        context = ValidationContext(trust_roots=[next(loaded)], allow_fetching=False)
        return bool(validate_pdf_signature(signature, context).bottom_line)


@pytest.fixture(scope="session")
def city() -> City:
    return invent_city()


def opened(place: Path, city: City) -> Hall:
    """A running centre and an enrolled terminal below ``place``; close the centre yourself."""
    clock = HandClock()
    centre = Centre(place / "centre", city, clock=clock)
    centre.start()
    where = place / "terminal"
    terminal = SampleTerminal(where, centre.ca_pem, centre.main_url, centre.open_url)
    assert terminal.enrol(centre.new_enrolment_code()).status == 201
    return Hall(centre, city, clock, terminal)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("filing")


@pytest.fixture(scope="session")
def running(place: Path, city: City) -> Iterator[Hall]:
    hall = opened(place, city)
    yield hall
    hall.centre.close()


@pytest.fixture
def hall(running: Hall, place: Path) -> Iterator[Hall]:
    yield running
    with closing(sqlite3.connect(place / "centre" / "centre.sqlite")) as ledger, ledger:
        for table in ("cases", "case_parties", "preparations", "restraints", "orders", "attempts"):
            ledger.execute(f"DELETE FROM {table}")  # noqa: S608 - our names
        ledger.execute("DELETE FROM certificates WHERE case_id IS NOT NULL")
    running.clock.ahead = timedelta()
    running.pull("hold_booking", on=False)
    running.pull("lack", on=False)
    running.pull("tamper", kind="none")
    running.pull("catalogue_fault", kind="")
    running.pull("fail", path_prefix="", mode="none")


@pytest.fixture(scope="session")
def text_of() -> Callable[[bytes], str]:
    return _text


def _text(pdf: bytes) -> str:
    """What the pages say, without blanks."""
    loaded = cast("Any", pdfium.PdfDocument(pdf))
    text = "".join(page.get_textpage().get_text_range() for page in loaded)
    loaded.close()
    return re.sub(r"\s", "", text)


def refused(reply: Reply) -> tuple[int, str]:
    """Status and code of a problem."""
    return reply.status, str(reply.json()["code"])


def defects(reply: Reply) -> set[tuple[str, str]]:
    """Where and what, of a problem that lists them."""
    return {(each["at"], each["defect"]) for each in reply.json()["defects"]}
