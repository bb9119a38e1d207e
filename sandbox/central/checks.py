"""Checking a certificate, a proof or an enquiry's result: by what its QR holds, or by number.

Anybody may ask at a terminal; who asks learns nothing that is not on the paper. Whether a paper
is unknown, altered or somebody else's is one and the same answer, ``no_match``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from sandbox.central import qr_seal
from sandbox.central.caller import OfficeHere, TerminalHere
from sandbox.central.enquiries import CODE_ALPHABET, VERIFICATION_SITE
from sandbox.central.housing_page import SUBTITLE, TITLE
from sandbox.central.ledger import Row
from sandbox.central.moments import written
from sandbox.central.office import Office
from sandbox.central.strict import Strict
from sandbox.people import Resident

KINDS: Final = {
    "ownership": {"zh-CN": "不动产权证书", "en": "Ownership certificate"},
    "proof": {"zh-CN": "不动产登记证明", "en": "Registration proof"},
    "enquiry": {"zh-CN": TITLE, "en": SUBTITLE},
}
LARGEST_PAYLOAD: Final = 4296
"""What the largest QR code holds, in its alphanumeric mode."""
router = APIRouter()


class QrCheck(Strict):
    """What was in a QR code."""

    by: Literal["qr"]
    payload: Annotated[str, StringConstraints(min_length=1, max_length=LARGEST_PAYLOAD)]


class NumberCheck(Strict):
    """The paper's number, and the document of the one in whose name it is."""

    by: Literal["number"]
    number: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    document_kind: Literal["resident", "hmt_residence", "foreign_permanent"]
    document_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{17}[0-9X]$")]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that the centre has issued."""

    kind: str
    number: str
    holders: tuple[str, ...]
    title: str
    state: str
    changed_on: str | None


@router.post("/v1/checks", status_code=201)
def check(
    wanted: Annotated[QrCheck | NumberCheck, Field(discriminator="by")],
    office: OfficeHere,
    terminal: TerminalHere,  # noqa: ARG001 - any enrolled terminal may ask
) -> dict[str, object]:
    """Today's state of the paper, or that there is no such paper."""
    found = _by_qr(office, wanted.payload) if wanted.by == "qr" else _by_number(office, wanted)
    return _told(office, found)


def _told(office: Office, found: Paper | None) -> dict[str, object]:
    as_of = written(office.clock())
    if found is None:
        return {
            "verdict": "no_match",
            **dict.fromkeys(("kind", "number", "holder_masked", "title", "as_of", "changed_on")),
        }
    return {
        "verdict": found.state,
        "kind": KINDS[found.kind],
        "number": found.number,
        "holder_masked": masked_holders(office, found.holders),
        "title": found.title,
        "as_of": as_of,
        "changed_on": found.changed_on,
    }


def masked_holders(office: Office, holders: tuple[str, ...]) -> str:
    """The holders' names as a stranger may see them."""
    return "、".join(qr_seal.masked_name(office.city.resident(key).name) for key in holders)


def _by_qr(office: Office, payload: str) -> Paper | None:
    if payload.startswith(qr_seal.PREFIX):
        return _by_cose(office, payload)
    if payload.startswith(VERIFICATION_SITE):
        return _by_code(office, payload.removeprefix(VERIFICATION_SITE))
    return _by_plain_text(office, payload)


def _by_cose(office: Office, payload: str) -> Paper | None:
    claims = qr_seal.read(office, payload)
    cti = claims.get(7) if claims is not None else None
    if not isinstance(cti, bytes):
        return None
    row = office.ledger.one("SELECT * FROM certificates WHERE cti = ?", cti.hex())
    return _certificate(row) if row else _enquiry_where(office, "enquiry_id", cti.hex())


def _by_code(office: Office, code: str) -> Paper | None:
    """The code of a verification address; with the dashes that are printed, or without."""
    bare = code.replace("-", "").upper()
    for row in office.ledger.all("SELECT * FROM certificates"):
        if hmac.compare_digest(verification_code(office, row).encode(), bare.encode()):
            return _certificate(row)
    groups = "-".join(bare[i : i + 4] for i in range(0, len(bare), 4))
    return _enquiry_where(office, "verification_code", groups)


def _by_plain_text(office: Office, payload: str) -> Paper | None:
    """``受理号$不动产单元号$证号$hash``: of no worth without the centre, which knows the hash."""
    parts = payload.split("$")
    if len(parts) != 4:
        return None
    case_no, unit_no, number, stamp = parts
    if not hmac.compare_digest(_stamp(office, case_no, unit_no, number).encode(), stamp.encode()):
        return None
    row = office.ledger.one(
        "SELECT * FROM certificates WHERE number = ? AND unit_no = ?", number, unit_no
    )
    return _certificate(row) if row else None


def _by_number(office: Office, wanted: NumberCheck) -> Paper | None:
    holder = _holder(office, wanted)
    if holder is None:
        return None
    number = normal(wanted.number)
    for row in office.ledger.all("SELECT * FROM certificates"):
        if normal(str(row["number"])) == number and holder.key in _holders(row):
            return _certificate(row)
    found = _enquiry_where(office, "number", number)
    return found if found is not None and holder.key in found.holders else None


def _holder(office: Office, wanted: NumberCheck) -> Resident | None:
    for resident in office.city.residents:
        if (resident.kind, resident.number) == (wanted.document_kind, wanted.document_number):
            return resident
    return None


def normal(number: str) -> str:
    """Brackets occur in both widths and spaces vary (reference/domain.md §4)."""
    return "".join(unicodedata.normalize("NFKC", number).split())


def _certificate(row: Row) -> Paper:
    changed_on = row["changed_on"]
    return Paper(
        kind=str(row["kind"]),
        number=str(row["number"]),
        holders=_holders(row),
        title=str(row["title"]),
        state=str(row["state"]),
        changed_on=None if changed_on is None else str(changed_on),
    )


def _holders(row: Row) -> tuple[str, ...]:
    return tuple(str(key) for key in json.loads(str(row["holders"])))


def _enquiry_where(office: Office, column: str, value: str) -> Paper | None:
    """A result says how things were at a time: it stays what it is."""
    row = office.ledger.one(f"SELECT * FROM enquiries WHERE {column} = ?", value)  # noqa: S608 - our names
    if row is None:
        return None
    holders = (str(row["resident"]),)
    return Paper("enquiry", str(row["number"]), holders, TITLE, "current", None)


def verification_code(office: Office, certificate: Row) -> str:
    """The 16 characters of a certificate's verification address: nobody else can make them up."""
    digest = _mac(office, f"code/{certificate['cti']}")
    return "".join(CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in digest[:16])


def plain_text(office: Office, certificate: Row, case_no: str) -> str:
    """The unsigned QR text of an older system."""
    unit_no, number = str(certificate["unit_no"]), str(certificate["number"])
    return f"{case_no}${unit_no}${number}${_stamp(office, case_no, unit_no, number)}"


def _stamp(office: Office, *parts: str) -> str:
    return _mac(office, "$".join(parts)).hex()[:32]


def _mac(office: Office, text: str) -> bytes:
    secret = hashlib.sha256(office.vault.document_key.private_bytes_raw()).digest()
    return hmac.digest(secret, text.encode(), "sha256")
