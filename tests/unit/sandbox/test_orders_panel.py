"""The panel's phone: open codes are shown with amount and payee, and a button pays them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from sandbox.central.centre import Centre
from sandbox.city import SandboxCity
from sandbox.devices.twin import Twin
from sandbox.panel import Panel
from sandbox.people import City
from tests.unit.sandbox.orders_hall import FEE_FEN, PAYEE, Hall

pytestmark = pytest.mark.city


@dataclass(frozen=True, slots=True)
class CityOfOffices:
    """A city without devices: what the panel asks of it."""

    centre: Centre
    people: City

    @property
    def twins(self) -> Mapping[str, Twin]:
        return {"centre": self.centre}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    hall = Hall.opened(tmp_path_factory.mktemp("hall"))
    yield hall
    hall.close()


@pytest.fixture(scope="module", name="panel")
def running_panel(hall: Hall) -> Iterator[Panel]:
    city = CityOfOffices(hall.centre, hall.city)
    panel = Panel(cast("SandboxCity", city))  # its devices are not asked for here
    panel.start()
    yield panel
    panel.stop()


def _call(panel: Panel, method: str, path: str, body: object = None) -> tuple[int, Any]:
    connection = HTTPConnection(urlsplit(panel.url).netloc, timeout=10)
    sent = None if body is None else json.dumps(body)
    connection.request(method, path, sent, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    told = answer.status, json.loads(answer.read())
    connection.close()
    return told


def test_the_phone_shows_and_pays_what_is_due(hall: Hall, panel: Panel) -> None:
    assert _call(panel, "GET", "/api/payments") == (200, [])
    assert _call(panel, "POST", "/api/centre/pay", {})[0] == 400
    order_id = hall.order()
    ref = hall.attempt(order_id)
    status, codes = _call(panel, "GET", "/api/payments")
    assert (status, [code["attempt"] for code in codes]) == (200, [ref])
    assert (codes[0]["amount_fen"], codes[0]["payee"]) == (FEE_FEN, PAYEE["zh-CN"])
    assert 290 <= codes[0]["expires_in_s"] <= 300
    shown = _call(panel, "GET", "/api/state")[1]["centre"]["payments"]
    assert [code["attempt"] for code in shown] == [ref]
    paid = _call(panel, "POST", "/api/centre/pay", {"attempt": ref, "channel": "ecny"})
    assert paid == (200, {})
    assert hall.state(order_id, ref) == ("paid", "")
    assert _call(panel, "GET", "/api/payments") == (200, [])
    ledger = _call(panel, "GET", "/api/ledger")[1]
    assert [row["channel"] for row in ledger["attempts"] if row["attempt"] == ref] == ["ecny"]
    assert [row["state"] for row in ledger["orders"] if row["order_id"] == order_id] == ["paid"]


def test_codes_to_hold_up_are_handed_out(hall: Hall, panel: Panel) -> None:
    status, codes = _call(panel, "GET", "/api/codes")
    assert (status, codes["forged"]) == (200, {})
    assert all(text.startswith("BDC1:") for text in codes["good"].values())
    assert {unit.certificate_no for unit in hall.city.properties} <= set(codes["good"])
    assert codes["url"].startswith("https://cx.yunting.example/v/")
    assert codes["plain"].count("$") == 3
    assert _call(panel, "POST", "/api/centre/forge_qr", {"kind": "altered"}) == (200, {})
    assert set(_call(panel, "GET", "/api/codes")[1]["forged"]) == {"altered"}
