"""The visit's dealings with the centre, one errand each: here code, session, enquiry, document.

Applications are in counter_filing, cases and payment in counter_cases, checks in counter_checks.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime

from kiosk.central.errors import CentralError
from kiosk.central.identity import FaceCheck, SmsCheck
from kiosk.central.models_enquiry import HousingResult
from kiosk.city_time import CITY
from kiosk.counter.base import failed
from kiosk.counter.cases import CaseCounter
from kiosk.counter.checks import CheckCounter
from kiosk.counter.filing import FilingCounter
from kiosk.credentials.numbers import DocumentKind
from kiosk.journey import effects
from kiosk.journey.events import CodeSent, Failed, HousingFound, SessionOpened, Why
from kiosk.journey.facts import Holding, HousingFacts, Way
from kiosk.papers.pages import PageImage
from kiosk.vault import Standing, Vault

log = logging.getLogger(__name__)

WITHOUT_PHOTO = frozenset({DocumentKind.SOCIAL_SECURITY})
"""Documents that a face can't be compared with."""
PAGE_WIDTH_PX = 1240
"""A4 at 150 dpi: sharp on a screen 1080 wide."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document whose seal is intact, and its pages as pictures."""

    pages: tuple[PageImage, ...]
    sealed_by: str
    sealed_on: str


class Counter(FilingCounter, CaseCounter, CheckCounter):
    """Every method runs on the errands' thread; the vault says whose visit it is for."""

    def send_code(self, vault: Vault, who: Standing, effect: effects.SendCode) -> CodeSent | Failed:
        """Have a code sent to the phone that the centre knows of ``who``."""
        if who.identity is None:
            return Failed(Why.BROKEN, "no_identity")
        key = vault.key(effect.key)
        try:
            sent = self._client.send_sms_code(who.identity, key)
        except CentralError as exc:
            return failed(exc)
        return CodeSent(sent.challenge_id, sent.phone_masked, sent.resend_after_s)

    def open_session(
        self, vault: Vault, who: Standing, effect: effects.OpenSession
    ) -> SessionOpened | Failed:
        """Sign the evidence, open the session, keep its token in the vault.

        ``who``: who was checked; by now another card may lie in the vault.
        """
        if who.identity is None:
            return Failed(Why.BROKEN, "no_identity")
        if effect.way is Way.FACE and who.identity.kind in WITHOUT_PHOTO:
            return Failed(Why.BROKEN, "no_photo")
        now = self._clock.now()
        evidence = self._signer.sign(who.identity, self._check(effect, now), now)
        before = vault.held(who.index)
        try:
            session = self._client.open_session(evidence, vault.key(effect.key))
        except CentralError as exc:
            return failed(exc)
        if before is not None:
            self.close_session(before.session.session_id)  # of a check that was left meanwhile
        until = time.monotonic() + session.expires_in_s
        if not vault.keep_session(who.index, session, evidence, until):
            self.close_session(session.session_id)
            return Failed(Why.CANCELLED)
        return SessionOpened()

    def find_housing(self, vault: Vault, effect: effects.FindHousing) -> HousingFound | Failed:
        """Ask for the housing situation."""
        key = vault.key(effect.key)
        try:
            result = self._client.enquire_housing(
                self._token(vault), effect.scope, effect.purpose, key
            )
        except CentralError as exc:
            return failed(exc)
        return HousingFound(_housing(result))

    def fetch_document(self, vault: Vault, effect: effects.FetchDocument) -> Fetched | Failed:
        """Fetch the document, check its seal, render its pages. Unsealed is never shown."""
        from kiosk.credentials.pdf_seal import check_seal  # noqa: PLC0415 - pyHanko takes a second

        trust = self._trust()
        if trust is None:
            return Failed(Why.SEAL, "no_trust_list")
        try:
            document = self._client.document(self._token(vault), effect.subject, effect.source_id)
        except CentralError as exc:
            return failed(exc)
        verdict = check_seal(document.pdf, trust.seal_ca_pems())
        self.seal_checks += 1
        if not verdict.good:
            log.error("a document of the centre is not shown: seal %s", verdict.state)
            return Failed(Why.SEAL, verdict.state.value)
        if vault.closed:
            return Failed(Why.CANCELLED)
        pages = tuple(self._renderer.render(document.pdf, PAGE_WIDTH_PX))
        if not vault.keep_document(effect.subject, document.pdf, len(pages)):
            return Failed(Why.CANCELLED)
        on = verdict.sealed_at.astimezone(CITY).date().isoformat() if verdict.sealed_at else ""
        return Fetched(pages, verdict.signer, on)

    @staticmethod
    def _check(effect: effects.OpenSession, now: datetime) -> FaceCheck | SmsCheck:
        if effect.way is Way.SMS:
            return SmsCheck(challenge_id=effect.challenge_id, code=effect.code)
        band = "high" if effect.score_band == "high" else "medium"
        return FaceCheck(score_band=band, performed_at=now)


def _housing(result: HousingResult) -> HousingFacts:
    return HousingFacts(
        enquiry_id=result.enquiry_id,
        number=result.number,
        scope=dict(result.scope_names),
        holdings=tuple(
            Holding(
                unit_no=unit.unit_no,
                location=unit.location,
                use=dict(unit.use),
                area_m2=unit.area_m2,
                state=dict(unit.state),
            )
            for unit in result.properties
        ),
        data_from=result.data_from.isoformat(),
        as_of=result.as_of.isoformat(),
        verification_code=result.verification_code,
        verification_url=result.verification_url,
    )
