"""What registering a unit costs (发改价格规〔2016〕2559号), from a table.

Item codes as a live system has them; amounts in fen. A notice registration (预告登记) is free.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.central.catalogue_filing import PRESALE
from sandbox.central.catalogue_words import Text, text
from sandbox.people import Contract, Region

REGISTRATION: Final = {
    "residential": ("452001", text("住宅类不动产登记费", "Registration fee, dwelling"), 8_000),
    "commercial": ("452002", text("非住宅类不动产登记费", "Registration fee, other"), 55_000),
    "storage": ("452001", text("车库、储藏室登记费", "Registration fee, storage"), 8_000),
}
FURTHER_CERTIFICATE: Final = ("452003", text("证书工本费", "Further certificate"), 1_000)
"""The first certificate of a case is in the registration fee."""
NOTICE_IS_FREE: Final = text("预告登记不收登记费", "Notice registrations are free of charge")


@dataclass(frozen=True, slots=True)
class Fee:
    """One line of the table, for one case."""

    code: str
    name: Text
    quantity: int
    unit_fen: int
    waived_fen: int = 0
    waived_reason: Text | None = None

    @property
    def total_fen(self) -> int:
        """What is left to pay."""
        return self.quantity * self.unit_fen - self.waived_fen

    def told(self) -> dict[str, object]:
        """As a preparation lists it."""
        return {
            "code": self.code,
            "name": self.name,
            "quantity": self.quantity,
            "unit_fen": self.unit_fen,
            "waived_fen": self.waived_fen,
            "total_fen": self.total_fen,
            "waived_reason": self.waived_reason,
        }

    def ordered(self, region: Region) -> dict[str, object]:
        """As a line of an order: cleared to the county where the property lies (属地)."""
        payee = text(
            f"{region.names['zh-CN']}财政局非税收入专户",
            f"{region.names['en']} Finance Bureau, non-tax revenue account",
        )
        return {
            "code": self.code,
            "name": self.name,
            "kind": "fee",
            "quantity": self.quantity,
            "unit_fen": self.unit_fen,
            "total_fen": self.total_fen,
            "payee": payee,
            "region": region.code,
        }


def fees(contract: Contract, *, separate_certificates: bool = False) -> list[Fee]:
    """The lines of a case; ``separate_certificates``: each of several owners wants one."""
    code, name, unit_fen = REGISTRATION[contract.use]
    if contract.service == PRESALE:
        return [Fee(code, name, 1, unit_fen, unit_fen, NOTICE_IS_FREE)]
    lines = [Fee(code, name, 1, unit_fen)]
    further = len(contract.buyers) - 1
    if separate_certificates and further:
        code, name, unit_fen = FURTHER_CERTIFICATE
        lines.append(Fee(code, name, further, unit_fen))
    return lines


def total_fen(lines: list[Fee]) -> int:
    """The sum to pay."""
    return sum(line.total_fen for line in lines)
