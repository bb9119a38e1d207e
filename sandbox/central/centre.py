"""The city's registration platform as one thing to start, look at and pull at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast, get_args

from sandbox.central.applications import main_application, open_application
from sandbox.central.certificates_register import enter_present_owners
from sandbox.central.faults import Faults
from sandbox.central.filing_panel import FilingPanel
from sandbox.central.front import Front
from sandbox.central.gate import Gate
from sandbox.central.idempotency import AnswerMemory
from sandbox.central.ledger import Ledger, Row
from sandbox.central.listener import Listener, ServingThread, TlsFiles
from sandbox.central.moments import Clock, city_clock
from sandbox.central.office import Office
from sandbox.central.orders_acquiring import Acquiring
from sandbox.central.orders_panel import OrdersPanel
from sandbox.central.orders_settlement import Settlement
from sandbox.central.pdf_seal import Tampering
from sandbox.central.terminals import new_code
from sandbox.certificates import Vault
from sandbox.devices.twin import Json, Verb
from sandbox.people import City

SHOWN_MESSAGES = 20
"""How many SMS the panel's phone page shows."""


class Centre:
    """A twin named ``centre``; keeps keys and ledger in ``directory``, over restarts too.

    The constructor makes the keys and opens the ledger; ``start`` opens the ports. A port of 0
    takes a free one, which is kept when the centre is stopped and started again. ``acquiring``:
    the acquirers that the payment pad's twin shares; without them the centre has two of its own.
    """

    def __init__(
        self,
        directory: Path,
        people: City,
        host: str = "127.0.0.1",
        port: int = 0,
        open_port: int = 0,
        clock: Clock = city_clock,
        acquiring: Acquiring | None = None,
    ) -> None:
        vault = Vault.open(directory / "keys", clock())
        self._ledger_path = directory / "centre.sqlite"
        ledger = Ledger(self._ledger_path)
        self._host = host
        self._own_acquiring = acquiring is None
        acquiring = acquiring or Acquiring.kept_in(directory / "acquirers", clock)
        self._office = Office(people, vault, ledger, clock, acquiring=acquiring)
        self._settlement = Settlement(self._office)
        self._money = OrdersPanel(self._office, self._settlement)
        self._filing = FilingPanel(self._office)
        enter_present_owners(self._office)
        self._faults = Faults()
        files = (vault.directory / "server.key.pem", vault.directory / "server.pem")
        self._main = Listener(host, port, TlsFiles(*files, vault.directory / "ca.pem"))
        self._open = Listener(host, open_port, TlsFiles(*files, None))
        memory = AnswerMemory(ledger, clock)
        gate = Gate(ledger, clock)
        self._main_front = Front(
            main_application(self._office),
            admit=gate.admit,
            memory=memory,
            faults=self._faults,
            clock=clock,
        )
        self._open_front = Front(
            open_application(self._office),
            admit=None,
            memory=memory,
            faults=self._faults,
            clock=clock,
        )
        self._serving: ServingThread | None = None

    # a twin

    @property
    def name(self) -> str:
        """``centre``."""
        return "centre"

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """``tamper``, ``fail``, ``slow``, and ``start``/``stop`` for an outage."""
        return {
            "tamper": self.tamper,
            "fail": self.fail,
            "slow": self.slow,
            "start": self.start,
            "stop": self.stop,
            **self._money.verbs,
            **self._filing.verbs,
        }

    def start(self) -> None:
        """Listen on both ports. Safe to call twice."""
        if self._serving is not None:
            return
        main, opened = self._main.bind(), self._open.bind()
        self._serving = ServingThread(
            [
                (self._main.server(self._main_front), main),
                (self._open.server(self._open_front), opened),
            ]
        )
        self._serving.start()
        self._settlement.start()

    def stop(self) -> None:
        """Refuse connections; keys and ledger stay for the next start. Safe to call twice."""
        if self._serving is None:
            return
        self._release()
        self._settlement.stop()
        self._serving.stop()
        self._serving = None

    def close(self) -> None:
        """Stop for good and close the ledger's file."""
        self.stop()
        self._office.ledger.close()
        if self._own_acquiring:
            self.acquiring.wallet.close_ledger()
            self.acquiring.card.close_ledger()

    def state(self) -> dict[str, Json]:
        """What the panel shows; persons only by their keys, and the SMS on their phones."""
        messages: list[Json] = [
            {"resident": m["resident"], "text": str(m["text"]), "at": str(m["at"])}
            for m in self.phone_messages()[-SHOWN_MESSAGES:]
            if isinstance(m["resident"], str)
        ]
        faults: list[Json] = [
            {"path_prefix": prefix, "mode": mode, "times": times}
            for prefix, mode, times in self._faults.in_force()
        ]
        return {
            "up": self._serving is not None,
            "main_url": self.main_url,
            "open_url": self.open_url,
            "tamper": self._office.mischief.document,
            "faults": faults,
            "slow_s": self._faults.slow_s,
            "terminals": len(self._rows("terminals")),
            **self._filing.state(),
            "phone": messages,
            "payments": cast("Json", self._money.open_codes()),
            **self._money.state(),
        }

    def tamper(self, kind: str = "none") -> None:
        """Spoil every document delivered from now on; see pdf_seal.Tampering for the kinds."""
        known = next((known for known in get_args(Tampering) if known == kind), None)
        if known is None:
            raise ValueError(f"kind must be one of {', '.join(get_args(Tampering))}")
        self._office.mischief.document = known

    def fail(self, path_prefix: str = "/", mode: str = "none", times: int = -1) -> None:
        """Misbehave on paths below the prefix; hanging requests are released by any change."""
        self._faults.set(path_prefix, mode, int(times))
        self._release()

    def slow(self, seconds: float = 0.0) -> None:
        """Hold every answer back that long."""
        self._faults.slow(float(seconds))

    def _release(self) -> None:
        self._main_front.release()
        self._open_front.release()

    # what a terminal must be told

    @property
    def main_url(self) -> str:
        """Where enrolled terminals call, no slash at the end."""
        return f"https://{self._host}:{self._main.port}"

    @property
    def open_url(self) -> str:
        """Where enrolment and time are."""
        return f"https://{self._host}:{self._open.port}"

    @property
    def main_port(self) -> int:
        """The port of ``main_url``: what a ``Line`` stands in front of."""
        return self._main.port

    @property
    def ca_pem(self) -> str:
        """The CA that terminals pin."""
        return self._office.vault.ca.certificate_pem.decode("ascii")

    @property
    def document_public_key(self) -> str:
        """Ed25519, raw, base64: what signed documents are checked with."""
        return self._office.vault.document_public_key

    def new_enrolment_code(self) -> str:
        """A one-time code for one terminal."""
        return new_code(self._office.ledger)

    def phone_messages(self, resident: str = "") -> list[Row]:
        """SMS sent, oldest first: resident (key), phone, text, at; all or one resident's."""
        rows = self._rows("phone_messages")
        return [row for row in rows if not resident or row["resident"] == resident]

    # money and codes

    @property
    def acquiring(self) -> Acquiring:
        """The acquirers behind screens and pads, with their ledgers."""
        return self._office.acquiring

    @property
    def money(self) -> OrdersPanel:
        """The phone that pays, and the other hands on money and register."""
        return self._money

    def settle(self) -> None:
        """Wait until all that the acquirers have told is carried over (while the centre is up)."""
        self._settlement.wait()

    # the ledger, for onlookers and tests

    def orders(self) -> list[Row]:
        """Orders by state; ``lines`` as JSON."""
        return self._rows("orders")

    def attempts(self) -> list[Row]:
        """Attempts to pay them."""
        return self._rows("attempts")

    def incidents(self) -> list[Row]:
        """Alarms of the centre (``terminal_id`` "centre") and incidents that terminals reported."""
        return self._rows("incidents")

    def pad_results(self) -> list[Row]:
        """What terminals said that their pads said."""
        return self._rows("pad_results")

    def fiscal_receipts(self) -> list[Row]:
        """Fiscal receipts, without payer and PDF."""
        rows = self._rows("fiscal_receipts")
        hidden = {"payer", "document", "sealed"}
        return [{k: v for k, v in row.items() if k not in hidden} for row in rows]

    def evaluations(self) -> list[Row]:
        """Ratings received."""
        return self._rows("evaluations")

    def statistics(self) -> list[dict[str, object]]:
        """Visits in figures; ``steps`` as a list of dicts."""
        rows = self._rows("statistics")
        return [{**row, "steps": json.loads(str(row["steps"]))} for row in rows]

    def print_outcomes(self) -> list[Row]:
        """What terminals said became of prints."""
        return self._rows("print_outcomes")

    def sessions(self) -> list[Row]:
        """Citizens' sessions: resident (key), check_kind, opened_at, closed_at ..."""
        return self._rows("sessions")

    def enquiries(self) -> list[Row]:
        """Housing enquiries, without their PDFs."""
        rows = self._rows("enquiries")
        return [{k: v for k, v in row.items() if k not in {"document", "sealed"}} for row in rows]

    def cases(self) -> list[Row]:
        """Cases without their papers and forms: case_no, service, outcome, booked_at ..."""
        return self._filing.cases()

    def certificates(self) -> list[Row]:
        """E-certificates without their PDFs: number, kind, holders (JSON of keys), state ..."""
        return self._filing.certificates()

    def heartbeats(self) -> list[dict[str, object]]:
        """The last heartbeat of each terminal; ``body`` as a dict."""
        rows = self._rows("heartbeats")
        return [{**row, "body": json.loads(str(row["body"]))} for row in rows]

    def _rows(self, table: str) -> list[Row]:
        return self._office.ledger.all(f"SELECT * FROM {table} ORDER BY rowid")  # noqa: S608 - ours
