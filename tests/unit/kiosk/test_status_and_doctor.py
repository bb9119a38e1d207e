"""What a running kiosk tells of itself, and what the doctor makes of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.api import Fault, Link, Media, Supply
from kiosk import status
from kiosk.config import Config, load
from kiosk.doctor import examine
from kiosk.status import Report, StatusSocket
from tests.unit.kiosk.test_config import GOOD, written


class Kiosk:
    """A core's stand-in: it only tells."""

    def __init__(self, directory: Path) -> None:
        self.devices: list[dict[str, str | None]] = []
        self.report: Report = {
            "devices": self.devices,
            "line_up": True,
            "unknown_prints": 0,
            "refused_records": 0,
            "open_payments": 0,
            "hidden_services": {},
            "refused_documents": {},
            "store_damaged": False,
        }
        self.broken = False
        self.socket = StatusSocket(directory, self._tell)
        self.socket.start()

    def device(self, name: str, **axes: str | None) -> None:
        usual = {"link": Link.UP, "media": Media.ABSENT, "supply": Supply.OK, "fault": None}
        self.devices.append({"device_id": name, **usual, **axes})

    def _tell(self) -> Report:
        if self.broken:
            raise ValueError("planted")
        return self.report


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    made = Kiosk(tmp_path)
    yield made
    made.socket.stop()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    text = GOOD.replace("/run/kiosk", str(tmp_path)).replace("/var/lib/kiosk", str(tmp_path))
    return load(written(tmp_path, text))


def test_the_report_comes_whole(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.report["long"] = "长" * 200_000
    assert status.ask(tmp_path) == kiosk.report


def test_where_none_runs_none_is_told(tmp_path: Path) -> None:
    assert status.ask(tmp_path) is None


def test_a_report_that_fails_or_an_asker_that_hangs_up_does_not_end_the_telling(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    kiosk.broken = True
    assert status.ask(tmp_path) is None
    kiosk.broken = False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asker:
        asker.connect(str(tmp_path / status.SOCKET))
    assert status.ask(tmp_path) == kiosk.report


def test_the_socket_is_this_user_s_alone_and_goes_at_the_end(kiosk: Kiosk, tmp_path: Path) -> None:
    path = tmp_path / status.SOCKET
    assert path.stat().st_mode & 0o777 == 0o600
    kiosk.socket.stop()
    assert not path.exists()


def test_the_doctor_believes_a_running_kiosk(kiosk: Kiosk, config: Config) -> None:
    kiosk.device("id_card")
    findings = examine(config)
    assert [(finding.what, finding.wrong) for finding in findings] == [
        ("kiosk (running)", ""),
        ("id_card", ""),
        ("centre", ""),
    ]


@pytest.mark.parametrize(
    "axes",
    [
        {"fault": Fault.PAPER_JAM.code},
        {"link": Link.DOWN},
        {"link": Link.UNKNOWN},
        {"supply": Supply.OUT},
    ],
    ids=["fault", "down", "unknown", "out"],
)
def test_what_is_not_well_is_wrong_and_somebody_can_mend_it(
    kiosk: Kiosk, config: Config, axes: dict[str, str | None]
) -> None:
    kiosk.device("certificate_printer", **axes)
    found = next(f for f in examine(config) if f.what == "certificate_printer")
    assert found.wrong
    assert found.fixer
    assert "ok" not in str(found)


def test_a_line_that_is_down_is_the_network_s(kiosk: Kiosk, config: Config) -> None:
    kiosk.report["line_up"] = False
    found = next(f for f in examine(config) if f.what == "centre")
    assert found.wrong
    assert found.fixer == "the network's operator"


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("unknown_prints", 2, "prints"),
        ("refused_records", 1, "outbox"),
        ("open_payments", 1, "payments"),
        ("hidden_services", {"odd": ["step 2 (slip): unknown kind", "no names"]}, "odd"),
        ("refused_documents", {"catalogue": "older: version 3 after 7"}, "catalogue"),
        ("store_damaged", True, "store"),
    ],
)
def test_what_waits_for_a_person_is_told_with_who_that_is(
    kiosk: Kiosk, config: Config, key: str, value: object, what: str
) -> None:
    assert what not in {finding.what for finding in examine(config)}
    kiosk.report[key] = value
    found = next(finding for finding in examine(config) if finding.what == what)
    assert found.wrong
    assert found.fixer


def test_what_is_wrong_with_the_centre_s_data_is_told_in_full(kiosk: Kiosk, config: Config) -> None:
    kiosk.report["hidden_services"] = {"odd": ["step 2 (slip): unknown kind", "no names"]}
    kiosk.report["refused_documents"] = {"catalogue": "signature"}
    told = [str(finding) for finding in examine(config)]
    assert any(
        "odd" in line and "step 2 (slip): unknown kind; no names" in line and "operator" in line
        for line in told
    )
    assert any("catalogue" in line and "signature" in line and "operator" in line for line in told)
