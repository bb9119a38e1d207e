"""The hands on the money and on the register: a phone that pays, staff who revoke, misbehaviour.

Verbs of the twin ``centre``; each takes keyword arguments and raises ValueError with a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sandbox.central import checks, sample_codes
from sandbox.central.ledger import Row
from sandbox.central.moments import city_day, moment_of
from sandbox.central.office import Office
from sandbox.central.orders_acquiring import CHANNELS
from sandbox.central.orders_book import lines_of, order_row
from sandbox.central.orders_settlement import Settlement, attempt_row, settle
from sandbox.devices.twin import Json, Verb

STATES = ("current", "cancelled", "replaced")


class OrdersPanel:
    """What the panel can do here; any thread may call."""

    def __init__(self, office: Office, settlement: Settlement) -> None:
        self._office = office
        self._settlement = settlement
        self._late = False
        self._forged: dict[str, str] = {}

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """By the names that the panel uses."""
        return {
            "pay": self.pay,
            "decline": self.decline,
            "qr_lifetime": self.qr_lifetime,
            "late_payments": self.late_payments,
            "hold_refunds": self.hold_refunds,
            "revoke": self.revoke,
            "expire_trust": self.expire_trust,
            "forge_qr": self.forge_qr,
        }

    def state(self) -> dict[str, Json]:
        """What is set."""
        return {
            "qr_lifetime_s": self._office.acquiring.qr_life.total_seconds(),
            "late_payments": self._late,
            "refunds_held": self._office.acquiring.refunds_held,
            "trust_expired": self._office.mischief.trust_expired,
        }

    def open_codes(self) -> list[dict[str, Json]]:
        """QR codes that a phone could pay now, the newest first: amount, payee, time left."""
        now = self._office.clock()
        rows = [row for row in self._qr_attempts() if row["state"] == "pending"]
        left = [(row, moment_of(str(row["expires_at"])) - now) for row in rows]
        return [self._code(row, rest) for row, rest in left if rest > timedelta()]

    def codes(self) -> dict[str, Json]:
        """QR texts to hold up; ``forged`` holds the kinds that were asked for."""
        return sample_codes.codes(self._office, self._forged)

    def pay(self, attempt: str = "", channel: str = "wechat") -> None:
        """Pay a QR on the phone; without ``attempt`` the newest. Refused once it is over.

        With ``late_payments`` on, the acquirer takes it all the same.
        """
        if channel not in CHANNELS:
            raise ValueError(f"channel must be one of {', '.join(CHANNELS)}")
        ref = self._chosen(attempt)
        self._office.acquiring.wallet.pay(ref, channel)
        self._settlement.wait()

    def decline(self, attempt: str = "", reason: str = "declined") -> None:
        """Let the payment fail: ``declined`` by the channel, or ``cancelled`` by the payer."""
        if reason not in {"declined", "cancelled"}:
            raise ValueError("reason must be declined or cancelled")
        self._office.acquiring.wallet.decline(self._chosen(attempt), reason)
        self._settlement.wait()

    def qr_lifetime(self, seconds: float = 300) -> None:
        """How long QR codes live that are made from now on."""
        if seconds < 0:
            raise ValueError("seconds must not be negative")
        self._office.acquiring.qr_life = timedelta(seconds=float(seconds))

    def late_payments(self, on: bool = True) -> None:  # noqa: FBT001, FBT002 - a panel's switch
        """Both acquirers take money for what is closed."""
        self._late = bool(on)
        self._office.acquiring.wallet.late(self._late)
        self._office.acquiring.card.late(self._late)

    def hold_refunds(self, on: bool = True) -> None:  # noqa: FBT001, FBT002 - a panel's switch
        """Keep what is to be given back; off gives it back now."""
        self._office.acquiring.refunds_held = bool(on)
        if not on:
            self._settlement.sweep()
            self._settlement.wait()

    def revoke(self, number: str, state: str = "cancelled") -> None:
        """Let a certificate count no more; ``current`` takes that back."""
        if state not in STATES:
            raise ValueError(f"state must be one of {', '.join(STATES)}")
        day = None if state == "current" else city_day(self._office.clock()).isoformat()
        for row in self._office.ledger.all("SELECT number FROM certificates"):
            if checks.normal(str(row["number"])) == checks.normal(number):
                self._office.ledger.execute(
                    "UPDATE certificates SET state = ?, changed_on = ? WHERE number = ?",
                    state,
                    day,
                    row["number"],
                )
                return
        raise ValueError("there is no certificate of that number")

    def expire_trust(self, on: bool = True) -> None:  # noqa: FBT001, FBT002 - a panel's switch
        """Deliver key list and revocation list past their last day."""
        self._office.mischief.trust_expired = bool(on)

    def forge_qr(self, kind: str = "altered") -> None:
        """Make a forgery; ``codes`` hands it out. See sample_codes.FORGERIES for the kinds."""
        self._forged[kind] = sample_codes.forge(self._office, kind)

    def _qr_attempts(self) -> list[Row]:
        """The newest first."""
        return self._office.ledger.all(
            "SELECT * FROM attempts WHERE means = 'qr' ORDER BY rowid DESC"
        )

    def _chosen(self, attempt: str) -> str:
        """The reference to act on; a QR past its life is closed before anybody can pay it."""
        ref = attempt or self._newest()
        with self._office.ledger.transaction():
            row = attempt_row(self._office, ref)
            if row is None or row["means"] != "qr":
                raise ValueError("there is no QR code of that attempt")
            settle(self._office, row)
        return ref

    def _newest(self) -> str:
        wanted = {"pending", "not_paid"} if self._late else {"pending"}
        for row in self._qr_attempts():
            if row["state"] in wanted:
                return str(row["attempt"])
        raise ValueError("there is no QR code to be paid")

    def _code(self, row: Row, left: timedelta) -> dict[str, Json]:
        order = order_row(self._office, str(row["order_id"]))
        payees = [line["payee"]["zh-CN"] for line in lines_of(order)] if order else []
        return {
            "attempt": str(row["attempt"]),
            "case_no": str(order["case_no"]) if order else "",
            "amount_fen": int(row["amount_fen"] or 0),
            "payee": "、".join(dict.fromkeys(str(payee) for payee in payees)),
            "expires_in_s": max(0, int(left.total_seconds())),
        }
