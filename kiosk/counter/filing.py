"""An application at the counter: looked up, put together and signed for, handed in, taken back."""

from __future__ import annotations

import base64
import logging

from kiosk.central.calls import json_body, require_echo
from kiosk.central.calls_filing import application_request
from kiosk.central.errors import CentralError
from kiosk.central.identity import SignedEvidence
from kiosk.counter.base import CounterBase, failed
from kiosk.counter.filing_facts import case_of, preparation_of
from kiosk.credentials.signed_content import digest
from kiosk.journey import effects
from kiosk.journey.case_facts import Draft, PartyDraft
from kiosk.journey.events import Decided, Failed, Prepared, Why, Withdrawn
from kiosk.vault import Vault

log = logging.getLogger(__name__)


class Unsound(Exception):
    """A draft that can't be what its parties signed: our own bug. The text is a bare code."""


class FilingCounter(CounterBase):
    """The citizen is the applicant: the draft's first party, or whoever stands here."""

    def prepare(self, vault: Vault, effect: effects.Prepare) -> Prepared | Failed:
        """Look up what this person can file."""
        try:
            prepared = self._client.preparation(self._token(vault), effect.service)
        except CentralError as exc:
            return failed(exc)
        return Prepared(preparation_of(prepared))

    def submit(self, vault: Vault, effect: effects.SubmitApplication) -> Decided | Failed:
        """Hand the application in. The same ``key`` sends the very same bytes again.

        Failed(BROKEN) when a signature was made under something else than is handed in.
        """
        draft, key = effect.draft, vault.key(effect.key)
        try:
            request = vault.request(effect.key, lambda: self._request(vault, draft))
        except Unsound as exc:
            log.error("an application is not handed in: %s", exc)  # noqa: TRY400 - its own code says all
            return Failed(Why.BROKEN, str(exc))
        try:
            token = self._token(vault, draft.parties[0].index)
            decision = self._client.submit_application(token, request, key)
            require_echo(draft.service, decision.service, "service")
        except CentralError as exc:
            return failed(exc)
        return Decided(case_of(decision))

    def withdraw(self, vault: Vault, effect: effects.WithdrawCase) -> Withdrawn | Failed:
        """Take the application back."""
        key = vault.key(effect.key)
        try:
            withdrawal = self._client.withdraw(self._token(vault), effect.case_id, key)
        except CentralError as exc:
            return failed(exc)
        return Withdrawn(withdrawal.refund)

    def _request(self, vault: Vault, draft: Draft) -> bytes:
        """The application, and this terminal's signature over its exact bytes."""
        if not draft.parties:
            raise Unsound("no_party")
        application = json_body(self._application(vault, draft))
        return application_request(application, self._signer.sign_bytes(application))

    def _application(self, vault: Vault, draft: Draft) -> dict[str, object]:
        at = self._clock.now().isoformat(timespec="seconds")
        return {
            "terminal_id": self._signer.terminal_id,
            "at": at,
            "service": draft.service,
            "preparation_id": draft.preparation_id,
            "item": draft.item,
            "catalogue_version": self._catalogue_version(),
            "form": dict(draft.form),
            "parties": [
                self._party(draft, party, vault.evidence_of(party.index), at)
                for party in draft.parties
            ],
        }

    def _party(
        self, draft: Draft, party: PartyDraft, evidence: SignedEvidence | None, at: str
    ) -> dict[str, object]:
        """One party's part, if its signature still belongs to it."""
        if evidence is None:
            raise Unsound("no_evidence")
        drawn = digest(draft.service, draft.item, draft.form, party.party, party.answers)
        if drawn != party.signature.digest:
            raise Unsound("digest")
        picture = base64.b64encode(self._picture(party.signature.strokes)).decode()
        return {
            "party": party.party,
            "evidence": evidence.as_request(),
            "answers": dict(party.answers),
            "signed": {"digest": drawn, "picture": picture, "at": at},
        }
