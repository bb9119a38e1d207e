"""The composition root: who hears of which event, and what the machine tells of itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from devices.api import (
    Cancelled,
    DeviceEvent,
    Done,
    Fault,
    JobFinished,
    JobProgressed,
    Link,
    Progress,
    Status,
    StatusChanged,
)
from kiosk import fittings, status
from kiosk.central.models import Catalogue
from kiosk.central.watch import Documents
from kiosk.config import Config, load
from kiosk.core import Core
from kiosk.doctor import examine
from kiosk.performer import Performer, Settlement
from kiosk.settlement.payments import Payments
from kiosk.settlement.prints import Prints
from kiosk.status import Report
from offline_cache.intents import IntentKind
from offline_cache.payments import NewPayment, PaymentBook
from tests.flows.samples import service
from tests.unit.kiosk.bench import PATIENCE_S
from tests.unit.kiosk.test_config import GOOD, written

PAD, SOCIAL = "payment_pad", "social_card"
FITTED = """
[devices.payment_pad]
port = "{gone}"
[devices.social_card]
service_socket = "{gone}"
[devices.receipt_printer]
url = "{gone}"
[devices.camera]
source = "{gone}"
[visit]
"""


class Listener:
    """Remembers what it was told, as settlement and performer would be."""

    def __init__(self) -> None:
        self.told: list[tuple[str, object]] = []
        self.printed = self.paid_count = self.unknown_count = 0

    def finished(self, event: JobFinished) -> None:
        self.told.append(("finished", event.job_id))

    def progressed(self, event: JobProgressed) -> None:
        self.told.append(("progressed", event.job_id))

    def hung(self, device_id: str) -> None:
        self.told.append(("hung", device_id))

    def seen(self, status: Status) -> None:
        self.told.append(("seen", status))


class OpenCore(Core):
    """The real one; the test stands where its loop does."""

    def listened_to(self) -> tuple[Listener, Listener, Listener]:
        """Prints, payments and performer, from now on."""
        prints, payments, performer = Listener(), Listener(), Listener()
        self._settlement = Settlement(cast("Prints", prints), cast("Payments", payments))
        self._performer = cast("Performer", performer)
        return prints, payments, performer

    def sees(self, event: DeviceEvent) -> None:
        self._device(event)

    def looks_around(self) -> None:
        self._look_around()

    def believes(self, documents: Documents) -> None:
        self._visits.take_documents(documents)

    def begins_to_pay(self) -> None:
        new = NewPayment("A" * 24, "o-1", "9901022611210001", "990102", 8000, "qr")
        assert PaymentBook(self._store, lambda: 1.0).begin(new)

    def begins_to_print(self, kind: IntentKind = IntentKind.PRINT_DOCUMENT) -> None:
        assert self._intents.begin("f" * 32, kind, {"number": "1"})

    def decides(self, running: threading.Event) -> None:
        """Set once its loop goes round."""
        self._loop.post(running.set)

    def tells(self) -> Report:
        return self._report()

    def forgets_what_is_old(self) -> None:
        self._housekeep()

    def loses_its_disk(self) -> None:
        self._store.close()

    def fitted(self) -> set[str]:
        return set(self._fittings.workers)

    def closes(self) -> None:
        """One that never ran has no threads to stop."""
        self._link.stop()
        self._status.stop()
        self._store.close()


def settings(tmp_path: Path, devices: str = "[visit]") -> Config:
    text = GOOD.replace("/run/kiosk", str(tmp_path / "run"))
    text = text.replace("/var/lib/kiosk", str(tmp_path / "state"))
    gone = str(tmp_path / "gone")
    text = text.replace('port = "/dev/ttyS0"', f'port = "{gone}"')
    return load(written(tmp_path, text.replace("[visit]", devices.format(gone=gone))))


@pytest.fixture
def core(tmp_path: Path) -> Iterator[OpenCore]:
    made = OpenCore(settings(tmp_path, FITTED))
    yield made
    made.closes()


def test_a_machine_has_only_what_its_configuration_names(tmp_path: Path, core: OpenCore) -> None:
    assert core.fitted() == {
        *("id_card", SOCIAL, "camera", "scanner", "receipt_printer", PAD),
    }
    (tmp_path / "bare").mkdir()
    bare = OpenCore(settings(tmp_path / "bare"))
    try:
        assert bare.fitted() == {"id_card"}
        assert bare.tells()["open_payments"] == 0
    finally:
        bare.closes()


@pytest.mark.parametrize(
    ("device", "hears"),
    [
        (PAD, "payments"),
        ("certificate_printer", "prints"),
        ("receipt_printer", "prints"),
        ("id_card", "performer"),
        (SOCIAL, "performer"),
        ("camera", "performer"),
        ("face", "performer"),
        ("scanner", "performer"),
    ],
)
def test_the_end_of_a_job_goes_to_who_asked_for_it(core: OpenCore, device: str, hears: str) -> None:
    listeners = dict(zip(("prints", "payments", "performer"), core.listened_to(), strict=True))
    core.sees(JobFinished("j", device, Done()))
    assert {name: one.told for name, one in listeners.items() if one.told} == {
        hears: [("finished", "j")]
    }


def test_a_sign_of_any_device_goes_to_the_visit(core: OpenCore) -> None:
    _, _, performer = core.listened_to()
    core.sees(JobProgressed("j", PAD, Progress("pad_waiting")))
    assert performer.told == [("progressed", "j")]


def test_before_the_centre_is_known_no_end_is_lost_but_nobody_s(core: OpenCore) -> None:
    core.sees(JobFinished("warm", "face", Cancelled()))
    core.sees(JobProgressed("warm", "face", Progress("loading")))
    core.sees(JobFinished("pay-x", PAD, Cancelled()))
    core.sees(JobFinished("print", "receipt_printer", Cancelled()))


def test_who_hangs_is_told_to_who_waits_for_it(
    core: OpenCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fittings, "HUNG_S", -1.0)  # none of them was ever started
    prints, payments, performer = core.listened_to()
    core.looks_around()
    assert prints.told == [("hung", "receipt_printer")]
    assert [told for told in payments.told if told[0] == "hung"] == [("hung", PAD)]
    assert payments.told[-1] == ("hung", PAD), "after its status, which would call it well"
    hung = {about for what, about in performer.told if what == "hung"}
    assert hung == {"id_card", SOCIAL, "camera", "scanner"}
    devices = cast("list[dict[str, object]]", core.tells()["devices"])
    assert {device["fault"] for device in devices} == {"silent"}


def test_a_status_is_logged_when_it_is_news(
    core: OpenCore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="kiosk.core")
    for _ in range(3):
        core.sees(StatusChanged(Status("id_card", Link.DOWN, fault=Fault.DISCONNECTED)))
    assert caplog.text.count("id_card: down") == 1


def test_a_status_reaches_the_visit_at_once_and_again_while_it_stays_so(core: OpenCore) -> None:
    """A reader may be well again without its status having changed: one garbled answer."""
    _, payments, performer = core.listened_to()
    up = Status("id_card", Link.UP)
    core.sees(StatusChanged(up))
    assert performer.told == [("seen", up)]
    assert payments.told == [("seen", up)], "a pad that hung is known to be back by it"
    core.looks_around()
    assert performer.told == [("seen", up)] * 2


def test_what_waits_for_a_person_is_in_the_report(core: OpenCore) -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    odd = service().model_copy(update={"code": "odd", "steps": ()})
    listed = Catalogue(version=7, valid_until=until, services=(odd, service()), unreadable=("#2",))
    core.believes(Documents(catalogue=listed, refused={"trust": "signature"}))
    core.begins_to_pay()
    core.begins_to_print()
    told = core.tells()
    assert told["open_payments"] == 1
    assert told["open_intents"] == 1
    assert told["refused_documents"] == {"trust": "signature"}
    hidden = cast("dict[str, list[str]]", told["hidden_services"])
    assert hidden.keys() == {"odd", "#2"}
    assert all(hidden.values())


def test_a_disk_that_refuses_does_not_keep_the_machine_from_starting(
    core: OpenCore, caplog: pytest.LogCaptureFixture
) -> None:
    core.loses_its_disk()
    core.forgets_what_is_old()
    assert "nothing forgotten today" in caplog.text


def test_it_runs_without_centre_and_without_devices_and_the_doctor_reads_it(
    tmp_path: Path,
) -> None:
    config = settings(tmp_path, FITTED)
    core = OpenCore(config)
    core.begins_to_print(IntentKind.PRINT_SLIP)
    running = threading.Event()
    core.decides(running)
    thread = threading.Thread(target=core.run)
    thread.start()
    try:
        assert running.wait(PATIENCE_S)
        told = {finding.what: finding for finding in examine(config)}
        report = status.ask(config.terminal.runtime_dir)
    finally:
        core.stop()
        thread.join(PATIENCE_S * 3)
    assert not thread.is_alive()
    assert report is not None
    assert (report["unknown_prints"], report["open_payments"]) == (1, 0)
    assert told["prints"].wrong, "a slip under way when the power failed"
    assert told["prints"].fixer == "attendant"
    assert "payments" not in told
    assert told[PAD].wrong
    assert told[SOCIAL].wrong
