"""What a certificate's code says without the centre: issued, unaltered, and as of when not revoked.

Uses only the signed key list and the signed revocation list that are held and not past their time.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.central.models_trust import RevocationList
from kiosk.central.watch import Documents
from kiosk.city_time import CITY
from kiosk.credentials import cose_qr
from kiosk.credentials.cose_qr import CodeKind, Doubt, Doubtful, SignedContent
from kiosk.journey.case_facts import CheckFacts, CheckVerdict

KINDS: Mapping[str, Mapping[str, str]] = {
    "ownership": {"zh-CN": "不动产权证书", "en": "Ownership certificate"},
    "proof": {"zh-CN": "不动产登记证明", "en": "Registration proof"},
    "enquiry": {"zh-CN": "查询结果证明", "en": "Enquiry result"},
}
"""What a code's kind is called where the centre can't say it."""
_FALSE = frozenset({Doubt.SIGNATURE, Doubt.KEY_TIME, Doubt.UNREADABLE})


def offline_check(text: str, held: Documents) -> CheckFacts:
    """Judge a code by what is held. UNCHECKABLE without a reason: only the centre can tell."""
    match cose_qr.kind_of(text):
        case CodeKind.OTHER:
            return CheckFacts(CheckVerdict.NOT_OURS)
        case CodeKind.URL | CodeKind.PLAIN:
            return CheckFacts(CheckVerdict.UNCHECKABLE)
        case CodeKind.SIGNED:
            return _signed(text, held)


def _signed(text: str, held: Documents) -> CheckFacts:
    try:
        content = cose_qr.verify(text, held.trust.qr_keys if held.trust is not None else ())
    except Doubtful as exc:
        if exc.doubt is Doubt.UNKNOWN_KEY and held.trust is None:
            return _without("trust", held)
        return _doubted(exc.doubt)
    if held.revocations is None:
        return _without("revocations", held)
    return _listed(content, held.revocations)


def _without(name: str, held: Documents) -> CheckFacts:
    why = "keys_expired" if name in held.expired else "keys_missing"
    return CheckFacts(CheckVerdict.UNCHECKABLE, why=why)


def _doubted(doubt: Doubt) -> CheckFacts:
    """A key that is not on our list may be on the centre's."""
    if doubt in _FALSE:
        return CheckFacts(CheckVerdict.FORGED)
    why = "keys_missing" if doubt is Doubt.UNKNOWN_KEY else ""
    return CheckFacts(CheckVerdict.UNCHECKABLE, why=why)


def _listed(content: SignedContent, revocations: RevocationList) -> CheckFacts:
    revoked = revocations.find(content.cti)
    verdict = CheckVerdict(revoked.state) if revoked else CheckVerdict.SIGNATURE_ONLY
    return CheckFacts(
        verdict=verdict,
        kind=KINDS.get(content.kind),
        number=content.number,
        holder_masked=content.holder_masked,
        title=content.location,
        as_of=revocations.as_of.astimezone(CITY).strftime("%Y-%m-%d %H:%M"),
        changed_on=revoked.on.isoformat() if revoked else "",
        issued_on=content.issued_on.isoformat(),
        issuer=content.issuer,
    )
