"""A running centre with two terminals, and cases put into its ledger that have to be paid."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.central import orders
from sandbox.central.centre import Centre
from sandbox.central.ledger import Ledger, Row
from sandbox.central.moments import city_clock, written
from sandbox.central.office import Office
from sandbox.central.sample_terminal import Reply, SampleTerminal
from sandbox.certificates import Vault
from sandbox.people import City
from sandbox.people_contracts import TRANSFER
from sandbox.people_seed import invent_city

FEE_FEN = 8_000
NAMES = {"zh-CN": "住宅类不动产登记费", "en": "Registration fee, dwelling"}
PAYEE = {"zh-CN": "东渚区财政局非税收入专户", "en": "Dongzhu Finance Bureau"}
LINE: Mapping[str, object] = {
    "code": "452001",
    "name": NAMES,
    "kind": "fee",
    "quantity": 1,
    "unit_fen": FEE_FEN,
    "total_fen": FEE_FEN,
    "payee": PAYEE,
    "region": "990102",
}


@dataclass(slots=True)
class HandClock:
    """The city's time with a hand on it; certificates keep the real one."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return city_clock() + self.ahead


@dataclass(frozen=True, slots=True)
class Hall:
    """``office`` is a second pair of eyes on the centre's ledger and the same acquirers."""

    centre: Centre
    city: City
    clock: HandClock
    office: Office
    terminal: SampleTerminal
    neighbour: SampleTerminal

    @classmethod
    def opened(cls, directory: Path) -> Hall:
        city, clock = invent_city(), HandClock()
        centre = Centre(directory / "centre", city, clock=clock)
        centre.start()
        terminals: list[SampleTerminal] = []
        for name in ("terminal", "neighbour"):
            new = SampleTerminal(directory / name, centre.ca_pem, centre.main_url, centre.open_url)
            assert new.enrol(centre.new_enrolment_code()).status == 201
            terminals.append(new)
        keys = Vault.open(directory / "centre" / "keys", clock())
        ledger = Ledger(directory / "centre" / "centre.sqlite")
        office = Office(city, keys, ledger, clock, acquiring=centre.acquiring)
        return cls(centre, city, clock, office, *terminals)

    def close(self) -> None:
        self.office.ledger.close()
        self.centre.close()

    def token(self, key: str = "zhang") -> str:
        reply = self.terminal.open_session(self.city.resident(key))
        assert reply.status == 201
        return str(reply.json()["token"])

    def order(self, *lines: Mapping[str, object], party: str = "zhang") -> str:
        """A filed and accepted case's order, of the first terminal."""
        case_id, number = secrets.token_hex(16), secrets.token_hex(8)
        terminal_id = self.terminal.terminal_id
        with self.office.ledger.transaction():
            order_id = orders.open_order(
                self.office, case_id, number, "990102", lines or (LINE,), terminal_id
            )
            self.office.ledger.insert("cases", self._case(case_id, number, party, order_id))
            self.office.ledger.insert(
                "case_parties", {"case_id": case_id, "resident": party, "party": "buyer-1"}
            )
        return order_id

    def _case(self, case_id: str, number: str, party: str, order_id: str) -> Row:
        contract = self.city.contracts_of(party, TRANSFER)[0]
        now = written(self.clock())
        return {
            "case_id": case_id,
            "case_no": number,
            "terminal_id": self.terminal.terminal_id,
            "key": number,
            "application_sha256": case_id,
            "service": TRANSFER,
            "contract": contract.key,
            "region": contract.region,
            "unit_no": contract.unit_no,
            "title": contract.location,
            "filed_at": now,
            "decided_at": now,
            "outcome": "accepted",
            "verification_code": number,
            "application": b"{}",
            "form": "{}",
            "missing": "[]",
            "reasons": "[]",
            "notice_number": number,
            "notice_title": "{}",
            "notice_pages": 1,
            "notice": b"",
            "order_id": order_id,
            "answer": "{}",
        }

    # the calls

    def told(self, order_id: str) -> dict[str, Any]:
        return self.terminal.call("GET", f"/v1/orders/{order_id}").json()

    def attempt(self, order_id: str, ref: str = "", means: str = "qr") -> str:
        """A new attempt's reference; it must be pending."""
        ref = ref or new_ref()
        reply = self.try_attempt(order_id, ref, means)
        assert (reply.status, reply.json()["state"]) == (201, "pending")
        return ref

    def try_attempt(self, order_id: str, ref: str, means: str = "qr") -> Reply:
        body = {"attempt": ref, "means": means}
        return self.terminal.write(f"/v1/orders/{order_id}/attempts", body)

    def state(self, order_id: str, ref: str) -> tuple[str, str]:
        reply = self.terminal.call("GET", f"/v1/orders/{order_id}/attempts/{ref}")
        return state_and_reason(reply)

    def closed(self, order_id: str, ref: str) -> tuple[str, str]:
        return state_and_reason(
            self.terminal.write(f"/v1/orders/{order_id}/attempts/{ref}/close", {})
        )

    def alarms(self, subject: str) -> list[str]:
        rows = self.centre.incidents()
        return [str(row["code"]) for row in rows if row["subject"] == subject]

    def case(self, order_id: str) -> Row:
        row = self.office.ledger.one("SELECT * FROM cases WHERE order_id = ?", order_id)
        assert row is not None
        return row


def new_ref() -> str:
    return "P" + secrets.token_hex(12).upper()


def state_and_reason(reply: Reply) -> tuple[str, str]:
    assert reply.status == 200, reply.body
    told = reply.json()
    return str(told["state"]), str(told["reason"])


def refused(reply: Reply) -> tuple[int, str]:
    return reply.status, str(reply.json()["code"])


def lines_with(**changes: object) -> dict[str, object]:
    return {**json.loads(json.dumps(dict(LINE))), **changes}
