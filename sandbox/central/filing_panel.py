"""What a hand on the panel does to cases, units and the catalogue; and what it sees of them."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.central import cases, seizures
from sandbox.central.catalogue_faults import fault_named
from sandbox.central.documents import renew_catalogue
from sandbox.central.ledger import Row
from sandbox.central.office import Office
from sandbox.devices.twin import Json, Verb

UNSHOWN = frozenset({"application", "form", "notice", "notice_sealed", "answer"})
"""Columns of a case that hold persons or whole papers."""


class FilingPanel:
    """Part of the centre's twin."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """``hold_booking``, ``lack``, ``seize``, ``release``, ``catalogue_fault``."""
        return {
            "hold_booking": self.hold_booking,
            "lack": self.lack,
            "seize": self.seize,
            "release": self.release,
            "catalogue_fault": self.catalogue_fault,
        }

    def state(self) -> dict[str, Json]:
        """What is in force, and the cases in a word each."""
        mischief = self._office.mischief
        told: list[Json] = [
            {"case_no": str(row["case_no"]), "state": cases.state_of(row)} for row in self.cases()
        ]
        return {
            "hold_booking": mischief.holds_booking,
            "lack": mischief.finds_lacking,
            "catalogue_fault": mischief.catalogue,
            "cases": told,
        }

    def hold_booking(self, on: bool = True) -> None:  # noqa: FBT001, FBT002 - a verb's argument
        """Accepted (and paid) cases wait; when it is let go, all that wait are booked."""
        self._office.mischief.holds_booking = on
        if not on:
            with self._office.ledger.transaction():
                cases.book_what_waits(self._office)

    def lack(self, on: bool = True) -> None:  # noqa: FBT001, FBT002 - a verb's argument
        """Every application that comes in lacks two things."""
        self._office.mischief.finds_lacking = on

    def seize(self, person: str = "") -> None:
        """Seize all that a person owns or has bought, or one unit by its number."""
        seizures.restrain(self._office, person, seized=True)

    def release(self, person: str = "") -> None:
        """Lift the seizure of all that a person owns or has bought, or of one unit."""
        seizures.restrain(self._office, person, seized=False)

    def catalogue_fault(self, kind: str = "") -> None:
        """Deliver a bad catalogue from now on; empty: a good one, with a higher version."""
        fault = fault_named(kind)
        self._office.mischief.catalogue = fault
        if fault != "older_version":
            renew_catalogue(self._office)

    def cases(self) -> list[Row]:
        """Every case, oldest first, without its papers and its form."""
        rows = self._office.ledger.all("SELECT * FROM cases ORDER BY rowid")
        return [{k: v for k, v in row.items() if k not in UNSHOWN} for row in rows]

    def certificates(self) -> list[Row]:
        """Every e-certificate, in the order of entry, without its PDF."""
        rows = self._office.ledger.all("SELECT * FROM certificates ORDER BY rowid")
        return [{k: v for k, v in row.items() if k != "sealed"} for row in rows]
