from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from offline_cache.delivery import Record
from offline_cache.errors import IntentConflict, KeyReused, StoreFull
from offline_cache.intents import Intent, IntentKind, Intents
from offline_cache.outbox import Outbox
from offline_cache.store import Store

KEY = bytes(range(32))
DOCUMENT = {"document": "C-2026-000017", "case": "Q-1"}
PRINTED = Record("report-1", "Q-1", "print_outcome", b'{"outcome":"printed"}')


@dataclass
class Clock:
    now: float = 5_000.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def intents(store: Store) -> Intents:
    return Intents(store, Clock())


@pytest.fixture
def outbox(store: Store) -> Outbox:
    return Outbox(store, Clock())


def _settle_and_crash(store: Store, intents: Intents) -> None:
    with store.transaction():
        intents.settle("i1", "printed", {}, also_put=[Record("r2", "Q-1", "print_outcome", b"")])
        raise LookupError


def _get(intents: Intents, key: str) -> Intent:
    found = intents.get(key)
    assert found is not None
    return found


def test_an_act_from_begin_to_end(intents: Intents) -> None:
    assert intents.get("i1") is None
    assert intents.begin("i1", IntentKind.PRINT_DOCUMENT, DOCUMENT) is True
    intents.note("i1", {"printer_uuid": "urn:uuid:1"})
    intents.note("i1", {"job_id": "7"})
    [opened] = intents.open_intents()
    assert opened.facts == {"printer_uuid": "urn:uuid:1", "job_id": "7"}
    assert intents.settle("i1", "printed", {"job-state": "completed"}) is True
    assert intents.open_intents() == []
    assert _get(intents, "i1") == Intent(
        key="i1",
        kind="print_document",
        subject=DOCUMENT,
        facts={"printer_uuid": "urn:uuid:1", "job_id": "7"},
        begun_at=5_001.0,
        outcome="printed",
        evidence={"job-state": "completed"},
        settled_at=5_002.0,
        finding=None,
        reviewer=None,
    )


def test_only_the_first_begin_may_act(intents: Intents) -> None:
    assert intents.begin("i1", IntentKind.PRINT_SLIP, DOCUMENT) is True
    assert intents.begin("i1", IntentKind.PRINT_SLIP, DOCUMENT) is False
    with pytest.raises(IntentConflict):
        intents.begin("i1", IntentKind.PRINT_DOCUMENT, DOCUMENT)
    with pytest.raises(IntentConflict):
        intents.begin("i1", IntentKind.PRINT_SLIP, {"case": "Q-2"})


def test_settled_once(intents: Intents) -> None:
    intents.begin("i1", IntentKind.PRINT_SLIP, DOCUMENT)
    assert intents.settle("i1", "unknown", {"by": "restart"}) is True
    assert intents.settle("i1", "unknown", {"by": "later"}) is False
    with pytest.raises(IntentConflict):
        intents.settle("i1", "printed", {})
    with pytest.raises(IntentConflict):
        intents.note("i1", {"job_id": "8"})
    assert _get(intents, "i1").evidence == {"by": "restart"}


def test_an_unknown_key_is_refused(intents: Intents) -> None:
    for act in (
        lambda: intents.note("absent", {}),
        lambda: intents.settle("absent", "printed", {}),
        lambda: intents.review("absent", "printed", "staff-1"),
    ):
        with pytest.raises(IntentConflict):
            act()


def test_open_ones_survive_a_restart_in_order(tmp_path: Path) -> None:
    with Store(tmp_path / "own.db", KEY) as store:
        intents = Intents(store, Clock())
        intents.begin("z", IntentKind.PRINT_DOCUMENT, DOCUMENT)
        intents.begin("b", IntentKind.PRINT_SLIP, DOCUMENT)
        intents.begin("a", IntentKind.PRINT_DOCUMENT, DOCUMENT)
        intents.settle("b", "printed", {})
    with Store(tmp_path / "own.db", KEY) as store:
        intents = Intents(store, Clock(0.0))  # also with a clock set back
        intents.begin("c", IntentKind.PRINT_SLIP, DOCUMENT)
        assert [intent.key for intent in intents.open_intents()] == ["z", "a", "c"]
        documents = intents.open_intents(IntentKind.PRINT_DOCUMENT)
        assert [intent.key for intent in documents] == ["z", "a"]


def test_the_staff_list_holds_unknowns_until_reviewed(intents: Intents, outbox: Outbox) -> None:
    for key, outcome in [("i1", "unknown"), ("i2", "printed"), ("i3", "unknown")]:
        intents.begin(key, IntentKind.PRINT_DOCUMENT, DOCUMENT)
        intents.settle(key, outcome, {})
    assert [intent.key for intent in intents.settled_unknown()] == ["i1", "i3"]
    assert intents.review("i1", "printed", "staff-7", also_put=[PRINTED]) is True
    assert intents.review("i1", "printed", "staff-7", also_put=[PRINTED]) is False
    assert outbox.pending() == 1
    assert [intent.key for intent in intents.settled_unknown()] == ["i3"]
    assert (_get(intents, "i1").outcome, _get(intents, "i1").finding) == ("unknown", "printed")
    with pytest.raises(IntentConflict):
        intents.review("i1", "not_printed", "staff-8")
    with pytest.raises(IntentConflict):
        intents.review("i2", "not_printed", "staff-8")


def test_outcome_and_report_are_kept_together(intents: Intents, outbox: Outbox) -> None:
    intents.begin("i1", IntentKind.PRINT_DOCUMENT, DOCUMENT)
    intents.settle("i1", "printed", {}, also_put=[PRINTED])
    entry = outbox.next_due(10_000.0)
    assert entry is not None
    assert (entry.key, entry.case, entry.kind, entry.body) == (
        PRINTED.key,
        PRINTED.case,
        PRINTED.kind,
        PRINTED.body,
    )


def test_a_failure_between_outcome_and_report_leaves_neither(
    intents: Intents, outbox: Outbox, store: Store
) -> None:
    intents.begin("i1", IntentKind.PRINT_DOCUMENT, DOCUMENT)
    outbox.put(PRINTED.key, "elsewhere", "rating", b"")
    with pytest.raises(KeyReused):  # raised by the put, after the outcome was written
        intents.settle("i1", "printed", {}, also_put=[PRINTED])
    assert _get(intents, "i1").outcome is None
    with pytest.raises(LookupError):
        _settle_and_crash(store, intents)
    assert [intent.key for intent in intents.open_intents()] == ["i1"]
    assert outbox.pending() == 1


def test_no_room_for_the_report_leaves_the_intent_open(tmp_path: Path) -> None:
    with Store(tmp_path / "own.db", KEY, max_bytes=200_000) as store:
        intents = Intents(store, Clock())
        intents.begin("i1", IntentKind.PRINT_DOCUMENT, DOCUMENT)
        big = Record("r", "Q-1", "print_outcome", bytes(300_000))
        with pytest.raises(StoreFull):
            intents.settle("i1", "printed", {}, also_put=[big])
        assert [intent.key for intent in intents.open_intents()] == ["i1"]
        assert Outbox(store, Clock()).pending() == 0
        assert intents.settle("i1", "printed", {}, also_put=[PRINTED]) is True


def test_forgetting_spares_what_is_open_or_on_the_staff_list(intents: Intents) -> None:
    for key, outcome in [("i1", "printed"), ("i2", "unknown"), ("i3", "unknown"), ("i4", "")]:
        intents.begin(key, IntentKind.PRINT_DOCUMENT, DOCUMENT)
        if outcome:
            intents.settle(key, outcome, {})
    intents.review("i3", "not_printed", "staff-7")
    assert intents.forget_settled(before=9_999.0) == 2
    assert [intent.key for intent in intents.settled_unknown()] == ["i2"]
    assert [intent.key for intent in intents.open_intents()] == ["i4"]
