"""The scripted printer, spoken to with nothing but its own codec."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.devices import ipp_wire as wire
from sandbox.devices.ipp_scripted import ScriptedPrinterTwin
from sandbox.devices.twin import Twin


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[ScriptedPrinterTwin]:
    twin = ScriptedPrinterTwin(tmp_path)
    twin.start()
    yield twin
    twin.stop()


def ask(
    twin: ScriptedPrinterTwin, operation: int, *more: wire.Attribute, document: bytes = b""
) -> wire.Request:
    attributes = [*wire.HEAD, (wire.URI, "printer-uri", [twin.uri]), *more]
    body = wire.message(operation, 5, [(wire.OPERATION_GROUP, attributes)])
    return wire.parse(wire.post(twin.port, body + document))


def job(number: int) -> wire.Attribute:
    return (wire.INTEGER, "job-id", [number])


def test_a_job_lives_one_moment_a_look(twin: ScriptedPrinterTwin) -> None:
    created = ask(twin, 5, (wire.NAME, "job-name", ["key"]))
    assert created.number_of("job-id") == 1
    assert created.text("job-state-reasons") == "job-data-insufficient"
    ask(twin, 6, job(1), document=b"%PDF /Type /Page /Type /Page")
    looks = [ask(twin, 9, job(1)) for _ in range(4)]
    assert [look.number_of("job-state") for look in looks] == [3, 5, 5, 9]
    assert [look.number_of("job-impressions-completed") for look in looks] == [0, 0, 1, 2]
    listed = ask(twin, 10, (wire.KEYWORD, "which-jobs", ["completed"]))
    assert listed.text("job-name") == "key"
    assert [path.name for path in twin.printed()] == ["001.pdf"]


def test_a_cancelled_job_is_canceled(twin: ScriptedPrinterTwin) -> None:
    ask(twin, 5, (wire.NAME, "job-name", ["key"]))
    assert ask(twin, 8, job(1)).operation == 0
    assert ask(twin, 9, job(1)).number_of("job-state") == 7
    assert ask(twin, 8, job(1)).operation == 0x0404


def test_power_loss_forgets_and_counts_from_one(twin: ScriptedPrinterTwin) -> None:
    as_twin: Twin = twin
    ask(twin, 5, (wire.NAME, "job-name", ["key"]))
    before = ask(twin, 11).number_of("printer-up-time")
    as_twin.verbs["unplug"]()
    as_twin.verbs["plug"]()
    assert ask(twin, 11).number_of("printer-up-time") < before
    assert ask(twin, 9, job(1)).operation == 0x0406
    assert as_twin.state() == {"powered": True, "script": "prints", "jobs": 0}


def test_a_script_that_is_none_is_refused(twin: ScriptedPrinterTwin) -> None:
    with pytest.raises(ValueError, match="script is one of"):
        twin.verbs["script"](name="sings")
