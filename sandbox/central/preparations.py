"""Preparations: what other departments share about a person's contracts, before anything is typed.

What was shown is kept: an application refers to it, and can only be about what was shown.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import timedelta
from typing import Final, cast

from fastapi import APIRouter

from sandbox.central import compared_fields, fees, hindrances
from sandbox.central.caller import OfficeHere, SessionHere, TerminalHere
from sandbox.central.catalogue_filing import NAMES, TRANSFER
from sandbox.central.catalogue_words import Text, text
from sandbox.central.compared_fields import masked_number
from sandbox.central.moments import moment_of, written
from sandbox.central.office import Office
from sandbox.central.problems import Problem
from sandbox.people import Contract, Resident, TaxState

PREPARATION_LIFE: Final = timedelta(hours=2)
"""Longer than a visit may last; what departments said yesterday is asked again."""
ROLE: Final = text("买受人", "Buyer")
TAX: Final[dict[TaxState, Text]] = {
    "paid": text("契税已缴清", "Deed tax paid"),
    "exempt": text("契税已免税", "Exempt from deed tax"),
    "unpaid": text("契税未缴", "Deed tax not paid"),
    "unknown": text("暂时查不到缴税情况", "The tax office can't tell now"),
}
router = APIRouter()


@router.get("/v1/preparations/{service}")
def prepare(
    service: str, office: OfficeHere, session: SessionHere, terminal: TerminalHere
) -> dict[str, object]:
    """The contracts that the session's person may register by this service, and all about them."""
    if service not in NAMES:
        raise Problem("service_unknown")
    reader = office.city.resident(session.resident)
    contracts = office.city.contracts_of(reader.key, service)
    preparation_id, now = secrets.token_hex(16), written(office.clock())
    office.ledger.insert(
        "preparations",
        {
            "preparation_id": preparation_id,
            "terminal_id": terminal.terminal_id,
            "resident": reader.key,
            "service": service,
            "made_at": now,
            "items": json.dumps({item_of(contract): contract.key for contract in contracts}),
        },
    )
    return {
        "preparation_id": preparation_id,
        "service": service,
        "as_of": now,
        "items": [_item(office, contract, reader) for contract in contracts],
    }


def item_of(contract: Contract) -> str:
    """How a preparation and an application call the contract."""
    return hashlib.sha256(contract.number.encode()).hexdigest()[:16]


def shown(office: Office, preparation_id: str, service: str, item: str) -> Contract:
    """The contract that was shown as ``item``; Problem ``preparation_unknown`` if none was."""
    row = office.ledger.one("SELECT * FROM preparations WHERE preparation_id = ?", preparation_id)
    if row is None or row["service"] != service:
        raise Problem("preparation_unknown")
    if office.clock() - moment_of(str(row["made_at"])) > PREPARATION_LIFE:
        raise Problem("preparation_unknown", "too old")
    items = cast("dict[str, str]", json.loads(str(row["items"])))
    contract = office.city.contract(items.get(item, ""))
    if contract is None:
        raise Problem("preparation_unknown", "the preparation has no such item")
    return contract


def party_names(contract: Contract) -> list[str]:
    """``buyer-1`` and so on, in the contract's order."""
    return [f"buyer-{number}" for number in range(1, len(contract.buyers) + 1)]


def _item(office: Office, contract: Contract, reader: Resident) -> dict[str, object]:
    lines = fees.fees(contract)
    fields = compared_fields.compare(office.city, contract, reader)
    return {
        "item": item_of(contract),
        "number": contract.number,
        "title": contract.location,
        "compared": [field.told() for field in fields],
        "tax": {"state": contract.tax, "text": TAX[contract.tax]},
        "hindrances": [obstacle.told() for obstacle in hindrances.found(office, contract)],
        "parties": _parties(office, contract, reader),
        "seller": {
            "name": office.city.company(contract.seller).name,
            "authorised": contract.authorised,
        },
        "fees": [line.told() for line in lines],
        "total_fen": fees.total_fen(lines),
        "prefill": _prefill(contract, reader),
    }


def _parties(office: Office, contract: Contract, reader: Resident) -> list[dict[str, object]]:
    buyers = [office.city.resident(key) for key in contract.buyers]
    return [
        {
            "party": party,
            "role": ROLE,
            "name": buyer.name,
            "number_masked": masked_number(buyer.number),
            "is_self": buyer.key == reader.key,
            "share": share,
        }
        for party, buyer, share in zip(party_names(contract), buyers, contract.shares, strict=True)
    ]


def _prefill(contract: Contract, reader: Resident) -> dict[str, object]:
    """What the form need not ask: the reader may change it."""
    filled: dict[str, object] = {
        "contact_phone": reader.phone,
        "certificate_delivery": "electronic",
        "joint_ownership": ownership(contract),
    }
    return filled | {"separate_certificates": False} if contract.service == TRANSFER else filled


def ownership(contract: Contract) -> str:
    """The form's word for how the contract divides the home."""
    if len(contract.buyers) == 1:
        return "sole"
    return "joint" if contract.shares[0] == "共同共有" else "shares"
