"""A paper's bytes as they go out: sealed once and kept, or spoilt as the panel wants it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Response

from sandbox.central import pdf_seal
from sandbox.central.ledger import Value
from sandbox.central.office import Office


def delivery(
    office: Office,
    kept: Value,
    page: Callable[[], bytes],
    keep: Callable[[bytes], object],
    *,
    finance: bool = False,
) -> bytes:
    """The sealed paper: ``kept`` if it is there, else ``page`` is made, sealed and kept.

    ``finance``: with the 财务专用章 instead of the registry's own seal.
    """
    tampering = office.mischief.document
    vault = office.vault
    if tampering == "other_ca":
        false = vault.other_finance_seal if finance else vault.other_seal
        return pdf_seal.seal(page(), false, vault.other_seal_ca, _office_name(office))
    sealed = kept if isinstance(kept, bytes) else None
    if sealed is None:
        seal = vault.finance_seal if finance else vault.seal
        sealed = pdf_seal.seal(page(), seal, vault.seal_ca, _office_name(office))
        keep(sealed)
    if tampering == "byte":
        return pdf_seal.flip_byte(sealed)
    return pdf_seal.append_content(sealed) if tampering == "append" else sealed


def answer(sealed: bytes, pages: int) -> Response:
    """The paper as an answer of the centre."""
    return Response(
        sealed,
        media_type="application/pdf",
        headers={"X-Document-Pages": str(pages), "Cache-Control": "no-store"},
    )


def _office_name(office: Office) -> str:
    return office.city.registry["zh-CN"]
