"""What the centre publishes under its signature, between the real two ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.central.client import CentralClient
from kiosk.central.models import Catalogue, Configuration, Service, When
from kiosk.central.models_trust import RevocationList, TrustList
from kiosk.central.trust import Doubt, Untrusted, load_signing_key, open_signed
from sandbox.central.centre import Centre
from sandbox.central.moments import city_clock

pytestmark = pytest.mark.city


def test_the_signed_documents(client: CentralClient, centre: Centre) -> None:
    key, now = load_signing_key(centre.document_public_key.encode()), city_clock()
    configuration, catalogue, trust, revocations = (
        client.configuration(),
        client.catalogue(),
        client.trust_list(),
        client.revocations(),
    )
    assert configuration is not None
    assert catalogue is not None
    assert trust is not None
    assert revocations is not None
    assert open_signed(configuration, Configuration, key, now=now).hotline == "12345"
    offered = open_signed(catalogue, Catalogue, key, now=now)
    services = offered.services
    assert services[0].code == "housing_situation"
    assert services[0].steps[0].kind == "identify"
    assert {service.code for service in services if not service.available} == {"payment", "guide"}
    assert offered.unreadable == ()
    believed = open_signed(trust, TrustList, key, now=now)
    assert (len(believed.seal_cas), len(believed.qr_keys)) == (1, 2)
    assert open_signed(revocations, RevocationList, key, now=now).as_of <= city_clock()
    for document, ask in (
        (configuration, client.configuration),
        (catalogue, client.catalogue),
        (trust, client.trust_list),
        (revocations, client.revocations),
    ):
        assert ask(document.etag) is None
        assert ask('"another"') == document
    with pytest.raises(Untrusted) as caught:
        open_signed(trust, TrustList, key, now=now + timedelta(days=400))
    assert caught.value.reason is Doubt.EXPIRED


def test_the_grammar_of_steps_arrives(client: CentralClient, centre: Centre) -> None:
    service = service_of(client, centre, "new_home_transfer")
    steps = {step.kind: step for step in service.steps}
    assert steps["payment"].when == When(fact="fee_due", equals=True)
    assert steps["signature"].for_each == "parties"
    assert steps["preparation"].when is None
    assert (service.pay_at, service.tax_precondition) == ("acceptance", True)


def test_one_malformed_service_takes_only_itself_down(
    client: CentralClient, centre: Centre
) -> None:
    whole = catalogue_of(client, centre)
    centre.verbs["catalogue_fault"](kind="malformed_service")
    try:
        spoilt = catalogue_of(client, centre)
    finally:
        centre.verbs["catalogue_fault"](kind="")
    assert spoilt.unreadable == ("presale_notice_registration",)
    left = [each for each in whole.services if each.code != "presale_notice_registration"]
    assert list(spoilt.services) == left


def catalogue_of(client: CentralClient, centre: Centre) -> Catalogue:
    signed = client.catalogue()
    assert signed is not None
    key = load_signing_key(centre.document_public_key.encode())
    return open_signed(signed, Catalogue, key, now=city_clock())


def service_of(client: CentralClient, centre: Centre, code: str) -> Service:
    services = catalogue_of(client, centre).services
    return next(service for service in services if service.code == code)
