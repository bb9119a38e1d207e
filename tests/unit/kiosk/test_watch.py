"""The watch on the centre: what is believed, kept, and dropped when its time is over."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.central import watch as watch_module
from kiosk.central.client import CentralClient
from kiosk.central.errors import Busy, CentralError, Refused, Unreachable
from kiosk.central.models import Catalogue, Heartbeat, HeartbeatAnswer, Problem
from kiosk.central.trust import SignedDocument
from kiosk.central.watch import REFRESH_S, CentreWatch, Documents
from offline_cache.snapshot import Snapshots
from offline_cache.store import Store

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
BOTH = {"zh-CN": "样例", "en": "Sample"}
REFUSED = Refused(Problem(status=403, code="not_yours"))


NAMES = ("configuration", "catalogue", "trust", "revocations")


def document(
    name: str,
    version: int = 1,
    key: Ed25519PrivateKey = KEY,
    *,
    until: str = (NOW + timedelta(days=1)).isoformat(),
    **more: object,
) -> SignedDocument:
    """What the centre would send; valid for a day."""
    contents: dict[str, dict[str, object]] = {
        "configuration": {
            "idle_s": 90, "countdown_s": 20, "organisation": BOTH, "hotline": "12345",
        },
        "catalogue": {"services": []},
        "trust": {"seal_cas": []},
        "revocations": {"as_of": NOW.isoformat(), "revoked": []},
    }  # fmt: skip
    content = {"version": version, "valid_until": until, **contents[name], **more}
    body = json.dumps(content).encode()
    return SignedDocument(body, base64.b64encode(key.sign(body)).decode(), f'"{name}-{version}"')


@dataclass
class Centre:
    """Answers with what it holds; 304 to its own etag; raises what is planted, while it is."""

    held: dict[str, SignedDocument] = field(
        default_factory=lambda: {name: document(name) for name in NAMES}
    )
    planted: dict[str, CentralError] = field(default_factory=dict[str, CentralError])
    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def heartbeat(self, heartbeat: Heartbeat) -> HeartbeatAnswer:
        assert heartbeat.at == NOW
        self._called("heartbeat", "")
        return HeartbeatAnswer()

    def configuration(self, etag: str = "") -> SignedDocument | None:
        return self._give("configuration", etag)

    def catalogue(self, etag: str = "") -> SignedDocument | None:
        return self._give("catalogue", etag)

    def trust_list(self, etag: str = "") -> SignedDocument | None:
        return self._give("trust", etag)

    def revocations(self, etag: str = "") -> SignedDocument | None:
        return self._give("revocations", etag)

    def _give(self, name: str, etag: str) -> SignedDocument | None:
        self._called(name, etag)
        held = self.held[name]
        return None if etag and etag == held.etag else held

    def _called(self, name: str, etag: str) -> None:
        self.asked.append((name, etag))
        if name in self.planted:
            raise self.planted[name]


class Machine:
    """A watch that is stepped by hand; ``restart`` keeps only the disk."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path, self.centre, self.now, self.clock = path, Centre(), NOW, 1000.0
        monkeypatch.setattr(watch_module.time, "monotonic", lambda: self.clock)
        self.key = KEY
        self.start()

    def start(self) -> None:
        self.store = Store(self.path, bytes(32)[:-1] + b"\x01")
        self.told: list[Documents] = []
        self.lines: list[bool] = []
        self.watch = CentreWatch(
            cast("CentralClient", self.centre),
            Snapshots(self.store, lambda: 1.0),
            self.key.public_key(),
            now=lambda: self.now,
            heartbeat=lambda: Heartbeat(at=NOW, versions={}),
            line=self.lines.append,
            documents=self.told.append,
            interval_s=5,
        )

    def restart(self) -> None:
        self.store.close()
        self.start()

    def steps(self, after_s: float = REFRESH_S) -> Documents:
        """A step late enough for a refresh; what is believed then."""
        self.clock += after_s
        self.watch.step()
        return self.told[-1]

    def goes_down(self) -> None:
        for name in ("heartbeat", *NAMES):
            self.centre.planted[name] = Unreachable()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    made = Machine(tmp_path / "cache.db", monkeypatch)
    yield made
    made.store.close()


def whole(documents: Documents) -> bool:
    return all(getattr(documents, name) is not None for name in NAMES)


def test_the_first_step_brings_the_line_and_the_documents(machine: Machine) -> None:
    assert whole(machine.steps())
    assert machine.lines == [True]


def test_what_did_not_change_is_told_once(machine: Machine) -> None:
    for _ in range(3):
        machine.steps()
    assert len(machine.told) == 1
    assert machine.centre.asked[-1] == ("revocations", '"revocations-1"')


def test_documents_are_not_asked_for_at_every_beat(machine: Machine) -> None:
    machine.steps()
    machine.steps(after_s=5)
    assert [name for name, _ in machine.centre.asked].count("catalogue") == 1


def test_snapshots_survive_a_restart_without_the_line(machine: Machine) -> None:
    machine.steps()
    machine.goes_down()
    machine.restart()
    assert whole(machine.steps())
    assert machine.lines == [False]


def test_a_document_signed_by_somebody_else_is_not_used(machine: Machine) -> None:
    machine.centre.held["catalogue"] = document("catalogue", key=OTHER_KEY)
    believed = machine.steps()
    assert believed.catalogue is None
    assert believed.configuration is not None


def test_a_bad_signature_does_not_displace_what_is_held(machine: Machine) -> None:
    machine.steps()
    machine.centre.held["catalogue"] = document("catalogue", 2, key=OTHER_KEY)
    believed = machine.steps()
    assert believed.catalogue is not None
    assert believed.catalogue.version == 1


def test_an_older_version_is_not_used_though_well_signed(machine: Machine) -> None:
    machine.centre.held["catalogue"] = document("catalogue", 7)
    machine.steps()
    machine.centre.held["catalogue"] = document("catalogue", 6)
    believed = machine.steps()
    assert believed.catalogue is not None
    assert believed.catalogue.version == 7


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (document("catalogue", 6), "older: version 6 after 7"),
        (document("catalogue", 8, key=OTHER_KEY), "signature"),
        (document("catalogue", 8, services="none"), "schema"),
        (document("catalogue", 8, until=NOW.isoformat()), "expired"),
    ],
    ids=["older", "signature", "schema", "expired"],
)
def test_a_document_that_is_not_used_is_told_to_the_operator_until_a_good_one_comes(
    machine: Machine, bad: SignedDocument, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    machine.centre.held["catalogue"] = document("catalogue", 7)
    assert machine.steps().refused == {}
    machine.centre.held["catalogue"] = bad
    told = [machine.steps() for _ in range(3)][-1]
    assert [name for name, told_why in told.refused.items() if why in told_why] == ["catalogue"]
    assert told.catalogue is not None
    assert told.catalogue.version == 7
    assert len(machine.told) == 2, "what is as before is not told again"
    assert caplog.text.count("catalogue of the centre is not used") == 1
    machine.centre.held["catalogue"] = document("catalogue", 9)
    assert machine.steps().refused == {}


def test_the_centre_that_returns_to_what_is_held_is_no_longer_complained_of(
    machine: Machine,
) -> None:
    """It answers 304 then: there is nothing to judge, and nothing wrong."""
    machine.steps()
    machine.centre.held["trust"] = document("trust", 2, key=OTHER_KEY)
    assert machine.steps().refused.keys() == {"trust"}
    machine.centre.held["trust"] = document("trust")
    assert machine.steps().refused == {}


def test_a_line_that_breaks_takes_nothing_back_of_what_was_refused(machine: Machine) -> None:
    machine.steps()
    machine.centre.held["trust"] = document("trust", 2, key=OTHER_KEY)
    machine.steps()
    machine.goes_down()
    assert machine.steps().refused.keys() == {"trust"}


def test_an_expired_catalogue_disappears_and_a_new_one_comes(machine: Machine) -> None:
    machine.steps()
    machine.goes_down()
    machine.now = NOW + timedelta(days=2)
    assert machine.steps() == Documents(expired=frozenset(NAMES))
    machine.centre.planted.clear()
    machine.now = NOW
    believed = machine.steps()
    assert whole(believed)
    assert believed.expired == frozenset()


def test_what_comes_expired_is_told_apart_from_what_never_came(machine: Machine) -> None:
    ended = document("trust", until=NOW.isoformat())
    machine.centre.held["trust"] = ended
    machine.centre.planted["revocations"] = REFUSED
    believed = machine.steps()
    assert (believed.trust, believed.revocations) == (None, None)
    assert believed.expired == {"trust"}
    machine.centre.held["trust"] = document("trust", 2)
    assert machine.steps(after_s=5).expired == frozenset()
    machine.centre.held["trust"] = document("trust", 3, until=NOW.isoformat())
    believed = machine.steps()
    assert believed.trust is not None, "an expired newer one does not displace what holds"
    assert believed.expired == frozenset()


def test_an_older_revocation_list_is_not_used(machine: Machine) -> None:
    revoked = [{"cti": "a" * 32, "state": "cancelled", "on": "2026-11-20"}]
    machine.centre.held["revocations"] = document("revocations", 7, revoked=revoked)
    machine.steps()
    machine.centre.held["revocations"] = document("revocations", 6)
    believed = machine.steps()
    assert believed.revocations is not None
    found = believed.revocations.find(b"\xaa" * 16)
    assert found is not None
    assert found.state == "cancelled"
    assert believed.revocations.find(b"\xab" * 16) is None


def test_unreadable_services_are_told_to_the_operator(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    machine.centre.held["catalogue"] = document("catalogue", services=[{"code": "bad_one"}, 7])
    believed = machine.steps()
    assert believed.catalogue is not None
    assert believed.catalogue.unreadable == ("bad_one", "#1")
    assert "bad_one, #1" in caplog.text


def test_the_time_of_what_is_held_is_looked_at_though_it_is_opened_once(machine: Machine) -> None:
    opened = [machine.steps().catalogue, machine.watch._held("catalogue", Catalogue)]  # pyright: ignore[reportPrivateUsage] - what is kept
    assert opened[0] is opened[1]
    machine.now = NOW + timedelta(days=2)
    assert machine.watch._held("catalogue", Catalogue) is None  # pyright: ignore[reportPrivateUsage] - as above


def test_a_held_document_that_is_no_longer_believed_is_asked_for_anew(machine: Machine) -> None:
    """Its etag would only bring a 304, and the machine would stay without a menu for ever."""
    machine.steps()
    machine.key = OTHER_KEY
    machine.restart()
    machine.centre.held["catalogue"] = document("catalogue", key=OTHER_KEY)
    believed = machine.steps()
    assert ("catalogue", "") in machine.centre.asked[-4:]
    assert believed.catalogue is not None
    assert believed.trust is None


@pytest.mark.parametrize("error", [REFUSED, Busy(3.0)], ids=["refused", "busy"])
def test_a_refusal_is_an_answer_and_keeps_no_other_document_away(
    machine: Machine, error: CentralError
) -> None:
    machine.centre.planted["configuration"] = error
    machine.centre.planted["heartbeat"] = error
    believed = machine.steps()
    assert machine.lines == [True]
    assert believed.configuration is None
    assert believed.catalogue is not None
    machine.centre.planted.clear()
    assert whole(machine.steps(after_s=5)), "and it is tried again at the next beat"


def test_a_line_that_breaks_between_beat_and_documents_is_down(machine: Machine) -> None:
    machine.centre.planted["catalogue"] = Unreachable()
    machine.steps()
    assert machine.lines[-1] is False


def test_a_bug_in_a_step_does_not_end_the_watch(machine: Machine) -> None:
    stumbled: list[str] = []

    def bug() -> None:
        stumbled.append("once")
        raise ZeroDivisionError

    guarded: Callable[[Callable[[], None]], None] = machine.watch._guarded  # pyright: ignore[reportPrivateUsage] - what is tested
    guarded(bug)
    assert stumbled == ["once"]


def test_the_thread_tells_what_is_held_before_it_asks_and_stops_at_once(machine: Machine) -> None:
    machine.steps()
    machine.goes_down()
    machine.restart()
    machine.watch.start()
    machine.watch.look_now()
    assert machine.watch.stop()
    assert whole(machine.told[0])
