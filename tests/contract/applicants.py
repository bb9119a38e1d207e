"""People at the counter with an application: the real counter, the real centre, no machine."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from PIL import Image, ImageDraw

from kiosk.central.client import CentralClient
from kiosk.central.identity import EvidenceSigner
from kiosk.central.models_trust import TrustList
from kiosk.central.trust import load_signing_key, open_signed
from kiosk.city_time import CityClock
from kiosk.counter.desk import Counter
from kiosk.credentials.signed_content import digest
from kiosk.journey import effects
from kiosk.journey.case_facts import (
    CaseFacts,
    CheckFacts,
    CheckVerdict,
    Draft,
    Item,
    PartyDraft,
    Preparation,
    Signature,
)
from kiosk.journey.events import Decided, Failed, Prepared, SessionOpened
from kiosk.journey.facts import Way
from kiosk.papers.pages import PageRenderer
from kiosk.vault import Vault
from sandbox.central.centre import Centre
from sandbox.central.moments import city_clock
from sandbox.people import City
from screens.models.intents import Stroke
from tests.unit.kiosk.centre_desk import Plates

from .conftest import document_of

PRESALE, TRANSFER = "presale_notice_registration", "new_home_transfer"
STROKES: tuple[Stroke, ...] = (((100, 500, 0), (9_000, 300, 200)), ((200, 800, 400),))
ANSWERS = {"true_intent": "yes", "materials_true": "yes", "dispute": "no", "shared": "no"}


def picture(strokes: Sequence[Stroke]) -> bytes:
    """A PNG with a line for each stroke."""
    canvas = Image.new("L", (400, 200), 255)
    draw = ImageDraw.Draw(canvas)
    for stroke in strokes:
        draw.line([(x // 25, y // 50) for x, y, _ in stroke], fill=0, width=3)
    out = io.BytesIO()
    canvas.save(out, "PNG")
    return out.getvalue()


def trust_of(client: CentralClient, centre: Centre) -> TrustList:
    signed = client.trust_list()
    assert signed is not None
    key = load_signing_key(centre.document_public_key.encode())
    return open_signed(signed, TrustList, key, now=city_clock())


@dataclass
class Hall:
    """The counter, and what it says of codes without the centre."""

    client: CentralClient
    centre: Centre
    signer: EvidenceSigner
    city: City
    offline: CheckFacts = field(
        default_factory=lambda: CheckFacts(CheckVerdict.SIGNATURE_ONLY, issued_on="2026-11-20")
    )

    def __post_init__(self) -> None:
        trust = trust_of(self.client, self.centre)
        self.counter = Counter(
            self.client,
            self.signer,
            PageRenderer(Plates()),
            CityClock(lambda: 0.0, city_clock),
            lambda: trust,
            picture=picture,
            offline_check=lambda _: self.offline,
            catalogue_version=lambda: 10,
        )
        self._numbers = iter(range(10_000))

    def next_id(self) -> str:
        return f"v.{next(self._numbers)}"

    def visit(self, *people: str) -> Vault:
        """All of them identified, the last one standing there."""
        vault = Vault()
        for index, person in enumerate(people):
            vault.turn_to(index)
            vault.identity = document_of(self.city, person)
            opening = effects.OpenSession(
                self.next_id(), self.next_id(), Way.FACE, score_band="high"
            )
            opened = self.counter.open_session(vault, vault.standing(), opening)
            assert opened == SessionOpened()
        return vault

    def prepared(self, vault: Vault, service: str) -> Preparation:
        answer = self.counter.prepare(vault, effects.Prepare(self.next_id(), service))
        assert isinstance(answer, Prepared), answer
        return answer.preparation

    def draft(self, vault: Vault, service: str, **changes: object) -> Draft:
        """Everybody of the first contract has signed."""
        vault.turn_to(0)
        preparation = self.prepared(vault, service)
        item = preparation.items[0]
        form = form_of(item, service) | changes
        parties = tuple(signed(service, item, form))
        return Draft(service, preparation.preparation_id, item.item, form, parties)

    def submit(self, vault: Vault, draft: Draft, key: str) -> Decided | Failed:
        return self.counter.submit(vault, effects.SubmitApplication(self.next_id(), key, draft))

    def filed(self, service: str, *people: str) -> tuple[Vault, CaseFacts]:
        """A case, freshly decided."""
        vault = self.visit(*people)
        answer = self.submit(vault, self.draft(vault, service), self.next_id())
        assert isinstance(answer, Decided), answer
        return vault, answer.case


def form_of(item: Item, service: str) -> dict[str, object]:
    filled = {**item.prefill, "payment_method": "loan"}
    return filled | ({"utilities_transfer": True} if service == TRANSFER else {})


def signed(service: str, item: Item, form: Mapping[str, object]) -> Iterator[PartyDraft]:
    """Each party's part, the applicant's first, as the journey numbers them."""
    parties = sorted(item.parties, key=lambda party: not party.is_self)
    for index, party in enumerate(parties):
        drawn = digest(service, item.item, form, party.party, ANSWERS)
        yield PartyDraft(index, party.party, ANSWERS, Signature(drawn, STROKES))
