"""The devices that are built are those of the configuration, with its values."""

from __future__ import annotations

from devices.api import DeviceEvent, Fault, Link, StatusChanged
from kiosk import fittings
from kiosk.config import Camera, Devices, Face, IdCard, PaymentPad, SocialCard
from kiosk.fittings import fit
from kiosk.live import HEIGHT, WIDTH
from kiosk.senses import Fitted
from tests.unit.kiosk.bench import Inbox

GONE = "/dev/there-is-no-such-device"


def ignored(event: DeviceEvent) -> None:
    del event


def test_nothing_is_fitted_that_is_not_configured() -> None:
    bare = fit(Devices(), ignored)
    assert (bare.fitted, bare.certificates, bare.slips, bare.pad) == (Fitted(), None, None, None)
    assert (bare.workers, bare.hosts, bare.encodes(), bare.hung()) == ({}, [], 0, [])


def test_pad_and_social_card_bear_the_names_that_the_core_knows_them_by() -> None:
    both = fit(
        Devices(payment_pad=PaymentPad(port=GONE), social_card=SocialCard(reader="ACR")), ignored
    )
    assert both.workers.keys() == {"payment_pad", "social_card"}
    assert both.pad is not None
    assert both.fitted.social is not None
    assert both.pad[1] is both.workers["payment_pad"]
    assert both.fitted.social[1] is both.workers["social_card"]


def test_the_decoder_of_codes_comes_with_the_camera_and_face_needs_a_host() -> None:
    with_camera = fit(Devices(camera=Camera(source=GONE), face=Face()), ignored)
    assert with_camera.workers.keys() == {"camera", "face", "scanner"}
    assert len(with_camera.hosts) == 1
    assert fit(Devices(id_card=IdCard(port=GONE)), ignored).fitted.scanner is None


def test_the_camera_delivers_what_the_live_view_has_room_for() -> None:
    """Larger pictures would be shown too, but at half their size or less."""
    with_camera = fit(Devices(camera=Camera(source=GONE)), ignored)
    assert with_camera.fitted.camera is not None
    assert with_camera.fitted.camera[0]._size == (WIDTH, HEIGHT)  # pyright: ignore[reportPrivateUsage] - the driver tells it to nobody


def test_a_device_that_is_not_there_says_so_and_stops_in_time() -> None:
    inbox = Inbox()
    fitted = fit(
        Devices(payment_pad=PaymentPad(port=GONE), social_card=SocialCard(service_socket=GONE)),
        inbox.post,
    )
    fitted.start()
    try:
        for _ in range(2):
            seen = inbox.until(lambda event: isinstance(event, StatusChanged))
            assert isinstance(seen, StatusChanged)
            assert (seen.status.link, seen.status.fault) == (Link.DOWN, Fault.DISCONNECTED)
    finally:
        fitted.stop()


def test_a_driver_that_came_back_lately_does_not_hang() -> None:
    reader = fit(Devices(id_card=IdCard(port=GONE)), ignored)
    assert reader.hung() == []
    assert reader.workers["id_card"].silent_s < fittings.HUNG_S
