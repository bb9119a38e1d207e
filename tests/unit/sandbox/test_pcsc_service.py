"""The sandbox's pcscd: started, killed, refused."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.devices import pcsc_service
from sandbox.devices.pcsc_service import PcscService, PcscServiceError
from sandbox.devices.twin import Twin

pytestmark = pytest.mark.city


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PcscService]:
    service = PcscService(tmp_path / "service")
    service.start()
    yield service
    service.stop()


def answers(service: PcscService) -> bool:
    place = service.socket_path or str(pcsc_service.SYSTEM_DIRECTORY / pcsc_service.SOCKET)
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(place) == 0


def test_it_runs_until_it_is_stopped(service: PcscService) -> None:
    stands: Twin = service
    assert (stands.name, stands.state()["running"]) == ("card_service", True)
    assert answers(service)
    service.stop()
    service.stop()
    assert (service.state()["running"], answers(service)) == (False, False)


def test_it_has_its_two_slots_and_no_other_reader(service: PcscService) -> None:
    log = service.log.read_text()
    assert log.count("Attempting startup of") == 2
    assert f"Attempting startup of {service.reader_name} using" in log
    assert f"Attempting startup of {service.second_reader_name} using" in log


def test_killed_it_comes_back_at_the_same_ports(service: PcscService) -> None:
    port = service.port
    service.unplug()
    assert not answers(service)
    service.plug()
    assert answers(service)
    assert service.port == port
    assert f"port {port}" in service.log.read_text()


def test_a_second_one_in_the_same_place_is_refused(service: PcscService, tmp_path: Path) -> None:
    assert answers(service)
    with pytest.raises(PcscServiceError, match="another sandbox holds the card service"):
        PcscService(tmp_path / "second", lock_s=0).start()


def test_a_strange_service_in_the_systems_place_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pcsc_service, "SYSTEM_DIRECTORY", tmp_path)
    with socket.socket(socket.AF_UNIX) as strange:
        strange.bind(str(tmp_path / pcsc_service.SOCKET))
        strange.listen()
        service = PcscService(tmp_path / "ours", private=False, lock_s=0)
        with pytest.raises(PcscServiceError, match="without the sandbox's reader runs already"):
            service.start()
        assert answers(service)
    assert service.socket_path == ""


def test_it_must_have_been_started_once(tmp_path: Path) -> None:
    with pytest.raises(PcscServiceError, match="has not been started"):
        PcscService(tmp_path).plug()
