"""What every dealing with the centre at the counter needs: the client, the token, the clock.

Every method of a counter runs on the errands' thread and answers with what the journey
understands; every error of the centre becomes a Failed in :func:`failed`, and nowhere else.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from kiosk.central.client import CentralClient, new_key
from kiosk.central.errors import Busy, CentralError, Refused, Unbelievable
from kiosk.central.identity import EvidenceSigner
from kiosk.central.models_trust import TrustList
from kiosk.city_time import CITY, CityClock
from kiosk.journey.case_facts import CheckFacts
from kiosk.journey.events import Failed, Why
from kiosk.papers.pages import PageRenderer
from kiosk.vault import Vault
from screens.models.intents import Stroke

log = logging.getLogger(__name__)

RENEW_BEFORE_S = 60.0
Picture = Callable[[Sequence[Stroke]], bytes]
"""Strokes to a PNG: papers.signature.picture."""
OfflineCheck = Callable[[str], CheckFacts]
"""What a code says of itself without the centre: credentials.cose_qr."""


class CounterBase:
    """``catalogue_version`` is that of the catalogue which the visit's form came from."""

    def __init__(
        self,
        client: CentralClient,
        signer: EvidenceSigner,
        renderer: PageRenderer,
        clock: CityClock,
        trust: Callable[[], TrustList | None],
        *,
        picture: Picture,
        offline_check: OfflineCheck,
        catalogue_version: Callable[[], int],
    ) -> None:
        self._client = client
        self._signer = signer
        self._renderer = renderer
        self._clock = clock
        self._trust = trust
        self._picture = picture
        self._offline_check = offline_check
        self._catalogue_version = catalogue_version
        self.seal_checks: int = 0

    def close_session(self, session_id: str) -> None:
        """The visit is over. If this can't be said now the token ends by itself."""
        try:
            self._client.close_session(session_id, new_key())
        except CentralError as exc:
            log.info("session not closed at the centre: %s", exc)

    def _token(self, vault: Vault, index: int | None = None) -> str:
        """A party's token, the current one's by default, renewed when it is about to end.

        CentralError from the renewal; empty where nobody was checked.
        """
        index = vault.index if index is None else index
        held = vault.held(index)
        if held is None:
            return ""
        if time.monotonic() < held.until - RENEW_BEFORE_S:
            return held.session.token
        session_id = held.session.session_id
        renewal = self._client.renew_session(session_id, held.evidence, new_key())
        renewed = held.session.model_copy(update={"token": renewal.token})
        until = time.monotonic() + renewal.expires_in_s
        vault.keep_session(index, renewed, held.evidence, until)
        return renewal.token


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


def shown_time(moment: datetime | None) -> str:
    """A time as it is shown: the city's, to the minute; empty for none."""
    return moment.astimezone(CITY).strftime("%Y-%m-%d %H:%M") if moment is not None else ""
