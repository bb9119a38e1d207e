"""The visit's dealings with the centre: code, session, enquiry, document. One errand each.

Runs on the errands' thread and answers with what the journey understands; every error of the
centre becomes a Failed here, and nowhere else.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.central.client import CentralClient, new_key
from kiosk.central.errors import Busy, CentralError, Refused, Unbelievable
from kiosk.central.identity import EvidenceSigner, FaceCheck, SmsCheck
from kiosk.central.models import HousingResult, IdentityDocument, TrustList
from kiosk.city_time import CITY, CityClock
from kiosk.journey import effects
from kiosk.journey.events import (
    Answer,
    CodeSent,
    Failed,
    HousingFound,
    SessionOpened,
    Why,
)
from kiosk.journey.facts import Holding, HousingFacts, Way
from kiosk.papers.pages import PageImage, PageRenderer
from kiosk.vault import Vault

log = logging.getLogger(__name__)

RENEW_BEFORE_S = 60.0
PAGE_WIDTH_PX = 1240
"""A4 at 150 dpi: sharp on a screen 1080 wide."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document whose seal is intact, and its pages as pictures."""

    pages: tuple[PageImage, ...]
    sealed_by: str
    sealed_on: str


class Counter:
    """Every method runs on the errands' thread; the vault says whose visit it is for."""

    def __init__(
        self,
        client: CentralClient,
        signer: EvidenceSigner,
        renderer: PageRenderer,
        clock: CityClock,
        trust: Callable[[], TrustList | None],
    ) -> None:
        self._client = client
        self._signer = signer
        self._renderer = renderer
        self._clock = clock
        self._trust = trust
        self.seal_checks = 0

    def send_code(
        self, vault: Vault, identity: IdentityDocument | None, effect: effects.SendCode
    ) -> Answer:
        """Have a code sent to the phone that the centre knows of ``identity``."""
        if identity is None:
            return Failed(Why.BROKEN, "no_identity")
        key = vault.key(effect.key)
        try:
            sent = self._client.send_sms_code(identity, key)
        except CentralError as exc:
            return failed(exc)
        return CodeSent(sent.challenge_id, sent.phone_masked, sent.resend_after_s)

    def open_session(
        self, vault: Vault, identity: IdentityDocument | None, effect: effects.OpenSession
    ) -> Answer:
        """Sign the evidence, open the session, keep its token in the vault.

        ``identity``: who was checked; by now another card may lie in the vault.
        """
        if identity is None:
            return Failed(Why.BROKEN, "no_identity")
        now = self._clock.now()
        check: FaceCheck | SmsCheck
        if effect.way is Way.FACE:
            band = "high" if effect.score_band == "high" else "medium"
            check = FaceCheck(score_band=band, performed_at=now)
        else:
            check = SmsCheck(challenge_id=effect.challenge_id, code=effect.code)
        evidence, before = self._signer.sign(identity, check, now), vault.session
        try:
            session = self._client.open_session(evidence, vault.key(effect.key))
        except CentralError as exc:
            return failed(exc)
        if before is not None:
            self._close(before.session_id)  # of a check that was left while it was opened
        if not vault.keep_session(session, evidence, time.monotonic() + session.expires_in_s):
            self._close(session.session_id)
            return Failed(Why.CANCELLED)
        return SessionOpened()

    def find_housing(self, vault: Vault, effect: effects.FindHousing) -> Answer:
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
            document = self._client.document(self._token(vault), effect.enquiry_id)
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
        if not vault.keep_document(document.pdf, len(pages)):
            return Failed(Why.CANCELLED)
        on = verdict.sealed_at.astimezone(CITY).date().isoformat() if verdict.sealed_at else ""
        return Fetched(pages, verdict.signer, on)

    def close_session(self, session_id: str) -> None:
        """The visit is over. If this can't be said now the token ends by itself."""
        self._close(session_id)

    def _token(self, vault: Vault) -> str:
        """The visit's token, renewed when it is about to end. CentralError from the renewal."""
        session, evidence = vault.session, vault.evidence
        if session is None or evidence is None:
            return ""
        if time.monotonic() < vault.token_until - RENEW_BEFORE_S:
            return session.token
        renewal = self._client.renew_session(session.session_id, evidence, new_key())
        renewed = session.model_copy(update={"token": renewal.token})
        vault.keep_session(renewed, evidence, time.monotonic() + renewal.expires_in_s)
        return renewal.token

    def _close(self, session_id: str) -> None:
        try:
            self._client.close_session(session_id, new_key())
        except CentralError as exc:
            log.info("session not closed at the centre: %s", exc)


def failed(exc: CentralError) -> Failed:
    """What a central error means for the journey."""
    match exc:
        case Refused(problem=problem):
            texts = tuple(problem.texts.items())
            return Failed(Why.REFUSED, problem.code, texts, problem.attempts_left)
        case Unbelievable(reason=reason):
            return Failed(Why.UNBELIEVABLE, reason.value)
        case Busy():
            return Failed(Why.BUSY)
        case _:
            return Failed(Why.UNREACHABLE)


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
