"""Checking somebody's certificate at the counter: by its code, or by its number.

A signed code is looked at here first. One whose signature does not hold is called forged and is
never sent: no answer of the centre could make it right. Where the centre can't be asked, a code
still says what it says under its signature; a number says nothing.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.central.calls_checks import same_number
from kiosk.central.errors import Busy, CentralError, Refused
from kiosk.central.models_checks import CertificateCheck
from kiosk.counter.base import CounterBase, failed, shown_time
from kiosk.journey import effects
from kiosk.journey.case_facts import CheckFacts, CheckVerdict
from kiosk.journey.events import Checked, Failed
from kiosk.vault import Vault

NOT_SENT = frozenset({CheckVerdict.FORGED, CheckVerdict.NOT_OURS})
REVOKED = frozenset({CheckVerdict.CANCELLED, CheckVerdict.REPLACED})


class CheckCounter(CounterBase):
    """Nobody is identified for a check; the vault only keeps the idempotency key."""

    def check_code(self, vault: Vault, effect: effects.CheckCode) -> Checked | Failed:
        """Check a certificate by what its code says."""
        offline = self._offline_check(effect.payload)
        if offline.verdict in NOT_SENT:
            return Checked(offline)
        try:
            told = self._client.check_code(effect.payload, vault.key(effect.key))
        except Refused as exc:
            return failed(exc)
        except Busy:
            return Checked(_unasked(offline, "busy"))
        except CentralError:
            return Checked(_unasked(offline, "line"))
        if not _agrees(told, offline):
            return Checked(_unasked(offline, "line"))
        return Checked(_merged(told, offline))

    def check_number(self, vault: Vault, effect: effects.CheckNumber) -> Checked | Failed:
        """Check a certificate by its number and its holder's document."""
        try:
            told = self._client.check_number(
                effect.number, effect.document_kind, effect.document_number, vault.key(effect.key)
            )
        except Refused as exc:
            return failed(exc)
        except Busy:
            return Checked(CheckFacts(CheckVerdict.UNCHECKABLE, why="busy"))
        except CentralError:
            return Checked(CheckFacts(CheckVerdict.UNCHECKABLE, why="line"))
        return Checked(_facts(told))


def _agrees(told: CertificateCheck, offline: CheckFacts) -> bool:
    """Whether the centre speaks of the certificate that the code itself names, if it names one."""
    if told.number is None or not offline.number:
        return True
    return same_number(told.number, offline.number)


def _unasked(offline: CheckFacts, why: str) -> CheckFacts:
    """What is left without the centre; its own reason stays where the code gave one."""
    if offline.verdict is CheckVerdict.UNCHECKABLE and not offline.why:
        return replace(offline, why=why)
    return offline


def _merged(told: CertificateCheck, offline: CheckFacts) -> CheckFacts:
    """The centre's word, except against a signed list that says it no longer counts."""
    if told.verdict == "current" and offline.verdict in REVOKED:
        return offline
    return replace(_facts(told), issued_on=offline.issued_on, issuer=offline.issuer)


def _facts(told: CertificateCheck) -> CheckFacts:
    return CheckFacts(
        verdict=CheckVerdict(told.verdict),
        kind=dict(told.kind) if told.kind is not None else None,
        number=told.number or "",
        holder_masked=told.holder_masked or "",
        title=told.title or "",
        as_of=shown_time(told.as_of),
        changed_on=told.changed_on.isoformat() if told.changed_on is not None else "",
    )
