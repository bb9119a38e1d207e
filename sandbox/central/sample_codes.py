"""QR texts for whoever holds a paper up to the camera: good ones, forged ones, other kinds.

The panel hands them out; the wire never does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import base45
import cbor2

from sandbox.central import checks, qr_seal
from sandbox.central.enquiries import VERIFICATION_SITE
from sandbox.central.ledger import Row
from sandbox.central.office import Office
from sandbox.central.qr_seal import PREFIX
from sandbox.devices.twin import Json

SAMPLE_CASE_NO: Final = "201903050587"
"""As in the sample of a live system."""
FOREIGN_URL: Final = "https://pay.elsewhere.example/q/990011"


def codes(office: Office, forged: Mapping[str, str]) -> dict[str, Json]:
    """``good`` by certificate number, ``forged`` by kind, and one of each other kind."""
    rows = _certificates(office)
    good: dict[str, Json] = {str(row["number"]): signed_text(office, row) for row in rows}
    told: dict[str, Json] = {"good": good, "forged": dict(forged), "foreign_url": FOREIGN_URL}
    if rows:
        told["url"] = VERIFICATION_SITE + checks.verification_code(office, rows[0])
        told["plain"] = checks.plain_text(office, rows[0], SAMPLE_CASE_NO)
    return told


def signed_text(office: Office, row: Row) -> str:
    """The certificate's QR text, signed anew. Papers from before the cases have the old key."""
    key = office.vault.qr_key if row["case_id"] is not None else office.vault.old_qr_key
    return qr_seal.text_of(qr_seal.signed(_claims(office, row), key))


def _claims(office: Office, row: Row) -> dict[int, Any]:
    holders = tuple(str(key) for key in json.loads(str(row["holders"])))
    said = {
        "kind": str(row["kind"]),
        "no": str(row["number"]),
        "hn": checks.masked_holders(office, holders),
        "loc": str(row["title"]),
        "unit": str(row["unit_no"]),
        "on": str(row["issued_on"]),
        "area": str(row["area_m2"]),
    }
    return qr_seal.claims(office, bytes.fromhex(str(row["cti"])), said)


def forge(office: Office, kind: str) -> str:
    """A forgery of the first certificate; ValueError if the kind is not known."""
    make = FORGERIES.get(kind)
    rows = _certificates(office)
    if make is None:
        raise ValueError(f"kind must be one of {', '.join(FORGERIES)}")
    if not rows:
        raise ValueError("there is no certificate to be forged")
    return make(office, rows[0])


def _certificates(office: Office) -> list[Row]:
    return office.ledger.all("SELECT * FROM certificates ORDER BY rowid")


def _altered(office: Office, row: Row) -> str:
    """Another holder under the true signature."""
    message = cbor2.loads(base45.b45decode(signed_text(office, row).removeprefix(PREFIX)))
    content = cbor2.loads(message.value[2])
    content[qr_seal.OURS] = {**content[qr_seal.OURS], "hn": "李*"}
    message.value[2] = cbor2.dumps(content)
    return qr_seal.text_of(cbor2.dumps(message))


def _flipped(office: Office, row: Row) -> str:
    """One bit of the signature."""
    spoilt = bytearray(base45.b45decode(signed_text(office, row).removeprefix(PREFIX)))
    spoilt[-1] ^= 0x01
    return qr_seal.text_of(bytes(spoilt))


def _other_key(office: Office, row: Row) -> str:
    """A forger's key that calls itself the registry's."""
    kid = qr_seal.key_id(office.vault.qr_key)
    strange = office.vault.strange_qr_key
    return qr_seal.text_of(qr_seal.signed(_claims(office, row), strange, kid))


def _unknown_key(office: Office, row: Row) -> str:
    """A forger's key under its own id."""
    return qr_seal.text_of(qr_seal.signed(_claims(office, row), office.vault.strange_qr_key))


def _cut(office: Office, row: Row) -> str:
    """Its last third torn off."""
    text = signed_text(office, row)
    return text[: len(text) * 2 // 3]


FORGERIES: Final[Mapping[str, Callable[[Office, Row], str]]] = {
    "altered": _altered,
    "flipped": _flipped,
    "other_key": _other_key,
    "unknown_key": _unknown_key,
    "cut": _cut,
}
