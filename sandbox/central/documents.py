"""Signed documents (configuration, catalogue, trust list) and the signed time.

A document's version rises when its content changes and once a day, since ``valid_until`` moves;
within a day the bytes stay the same, so an ETag can spare the transfer.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, time, timedelta
from typing import Annotated, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter, Header, Query, Response

from sandbox.central import qr_seal
from sandbox.central.caller import OfficeHere
from sandbox.central.catalogue import services
from sandbox.central.catalogue_faults import spoilt
from sandbox.central.moments import CITY_TIME, city_day, written
from sandbox.central.office import Office

VALID_DAYS: Final = 30
VERSION_BEFORE_FIRST: Final = 9
"""Not nought, so that even a first catalogue has an older one to fall back to by mistake."""
router = APIRouter()
open_router = APIRouter()
IfNoneMatch = Annotated[str | None, Header()]


@router.get("/v1/terminals/self/configuration")
def configuration(office: OfficeHere, if_none_match: IfNoneMatch = None) -> Response:
    """How the calling terminal is to present itself."""
    content: dict[str, object] = {
        "idle_s": 90,
        "countdown_s": 20,
        "organisation": dict(office.city.registry),
        "hotline": "12345",
        "nearest_outlets": [
            {
                "name": {"zh-CN": "云汀市政务服务中心", "en": "Yunting Government Service Centre"},
                "address": {
                    "zh-CN": "东渚区新汀大道1号一楼不动产登记大厅",
                    "en": "Hall 1, 1 Xinting Avenue, Dongzhu District",
                },
            },
            {
                "name": {"zh-CN": "北屿县便民服务站", "en": "Beiyu County Service Point"},
                "address": {"zh-CN": "北屿县渡口街18号", "en": "18 Dukou Street, Beiyu County"},
            },
        ],
    }
    return _published(office, "configuration", content, if_none_match)


@router.get("/v1/catalogue")
def catalogue(office: OfficeHere, if_none_match: IfNoneMatch = None) -> Response:
    """Every service of the city's terminals; as bad as the panel wants it."""
    fault = office.mischief.catalogue
    content: dict[str, object] = {"services": spoilt(services(office.city), fault)}
    answer = _published(
        office, "catalogue", content, if_none_match, versions_back=fault == "older_version"
    )
    if fault == "wrong_signature":
        stranger = Ed25519PrivateKey.generate()
        answer.headers["X-Signature"] = base64.b64encode(stranger.sign(answer.body)).decode("ascii")
    return answer


def renew_catalogue(office: Office) -> None:
    """Let the next catalogue have a higher version, even if it says the same."""
    office.ledger.execute("UPDATE documents SET content_sha256 = '' WHERE name = 'catalogue'")


@router.get("/v1/trust")
def trust(office: OfficeHere, if_none_match: IfNoneMatch = None) -> Response:
    """The CAs whose seals count, and the keys whose QR codes do."""
    content: dict[str, object] = {
        "seal_cas": [office.vault.seal_ca.certificate_pem.decode("ascii")],
        "qr_keys": qr_seal.listed(office),
    }
    expired = office.mischief.trust_expired
    return _published(office, "trust", content, if_none_match, expired=expired)


@router.get("/v1/revocations")
def revocations(office: OfficeHere, if_none_match: IfNoneMatch = None) -> Response:
    """The certificates that count no more."""
    content: dict[str, object] = {"revoked": _revoked(office)}
    expired = office.mischief.trust_expired
    return _published(office, "revocations", content, if_none_match, expired=expired, dated=True)


def _revoked(office: Office) -> list[dict[str, object]]:
    rows = office.ledger.all("SELECT * FROM certificates WHERE state <> 'current' ORDER BY cti")
    return [{"cti": r["cti"], "state": r["state"], "on": r["changed_on"]} for r in rows]


def _as_of(office: Office, version: int) -> str:
    """When this version of the revocation list was made: nothing newer is in it."""
    office.ledger.execute(
        "INSERT OR IGNORE INTO revocation_lists VALUES (?, ?)", version, written(office.clock())
    )
    row = office.ledger.one("SELECT as_of FROM revocation_lists WHERE version = ?", version)
    return str(row["as_of"]) if row else written(office.clock())


@open_router.get("/v1/time")
def signed_time(
    office: OfficeHere, nonce: Annotated[str, Query(pattern=r"^[0-9a-fA-F]{16,64}$")]
) -> Response:
    """The centre's time, bound to the caller's nonce: sets a terminal's wrong clock right."""
    now = office.clock().astimezone(CITY_TIME).isoformat(timespec="milliseconds")
    body = _bytes({"now": now, "nonce": nonce})
    headers = {"X-Signature": _signature(office, body), "Cache-Control": "no-store"}
    return Response(body, media_type="application/json", headers=headers)


def _published(
    office: Office,
    name: str,
    content: dict[str, object],
    if_none_match: str | None,
    *,
    versions_back: int = 0,
    expired: bool = False,
    dated: bool = False,
) -> Response:
    """The document, or 304 if the client has these bytes."""
    # an expired one is another version: a client must not take it for the one it knows
    version, issued = _version(office, name, {**content, "expired": True} if expired else content)
    version -= versions_back
    valid_until = written(issued + timedelta(days=-1 if expired else VALID_DAYS))
    as_of = {"as_of": _as_of(office, version)} if dated else {}
    body = _bytes({"version": version, "valid_until": valid_until, **as_of, **content})
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "X-Signature": _signature(office, body), "Cache-Control": "no-cache"}
    if if_none_match and etag in (tag.strip() for tag in if_none_match.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _version(office: Office, name: str, content: dict[str, object]) -> tuple[int, datetime]:
    """The version and the midnight of its issue; a change or a new day makes a new one."""
    today = city_day(office.clock())
    digest = hashlib.sha256(_bytes(content)).hexdigest()
    with office.ledger.transaction():
        row = office.ledger.one("SELECT * FROM documents WHERE name = ?", name)
        version = int(row["version"] or 0) if row else VERSION_BEFORE_FIRST
        known = row and (row["content_sha256"], row["issued_on"]) == (digest, today.isoformat())
        if not known:
            version += 1
            office.ledger.execute(
                "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)",
                name,
                digest,
                version,
                today.isoformat(),
            )
    return version, datetime.combine(today, time(), CITY_TIME)


def _bytes(document: dict[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _signature(office: Office, body: bytes) -> str:
    """Ed25519 over exactly these bytes, base64."""
    return base64.b64encode(office.vault.document_key.sign(body)).decode("ascii")
