from __future__ import annotations

import logging
import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from offline_cache.backoff import FOREGROUND_CAP_S, IDLE_CAP_S, RETRY_AFTER_MAX_S, next_try
from offline_cache.delivery import Delivered, DeliveryReport, Entry, Later, Refused, Verdict
from offline_cache.errors import KeyReused
from offline_cache.outbox import Outbox
from offline_cache.store import Store

KEY = bytes(range(32))
YEAR_S = 365 * 86_400.0


@dataclass
class Clock:
    now: float = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Centre:
    """Remembers what arrived, and answers as its table says (delivered if it says nothing)."""

    answers: dict[str, Verdict] = field(default_factory=dict[str, Verdict])
    tried: list[str] = field(default_factory=list[str])
    applied: list[str] = field(default_factory=list[str])
    bodies: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def __call__(self, entry: Entry) -> Verdict:
        self.tried.append(entry.key)
        verdict = self.answers.get(entry.key, Delivered())
        if isinstance(verdict, Delivered):
            self.applied.append(entry.key)
            self.bodies[entry.key] = entry.body
        return verdict


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(store: Store, clock: Clock) -> Outbox:
    return Outbox(store, clock, rng=random.Random(1))  # noqa: S311 - repeatable jitter


def test_a_record_is_kept_once(outbox: Outbox) -> None:
    assert outbox.put("k", "case", "rating", b"5") is True
    assert outbox.put("k", "case", "rating", b"5") is False
    assert outbox.pending() == 1


@pytest.mark.parametrize(
    ("case", "kind", "body"),
    [("other", "rating", b"5"), ("case", "other", b"5"), ("case", "rating", b"4")],
)
def test_a_key_with_other_content_is_refused(
    outbox: Outbox, case: str, kind: str, body: bytes
) -> None:
    outbox.put("k", "case", "rating", b"5")
    with pytest.raises(KeyReused):
        outbox.put("k", case, kind, body)
    outbox.deliver_due(Centre())
    with pytest.raises(KeyReused):  # the fingerprint outlives the body
        outbox.put("k", case, kind, body)
    assert outbox.put("k", "case", "rating", b"5") is False


def test_delivered_oldest_first_and_wiped(outbox: Outbox, store: Store) -> None:
    centre = Centre()
    for number in range(5):
        outbox.put(f"k{number}", f"case{number % 2}", "rating", b"%d" % number)
    assert outbox.deliver_due(centre, limit=3) == DeliveryReport(delivered=3)
    assert outbox.deliver_due(centre) == DeliveryReport(delivered=2)
    assert outbox.deliver_due(centre) == DeliveryReport()
    assert centre.applied == ["k0", "k1", "k2", "k3", "k4"]
    assert centre.bodies["k3"] == b"3"
    assert outbox.pending() == 0
    assert store.rows("SELECT DISTINCT body, verdict, holds FROM outbox") == [
        (None, "delivered", 0)
    ]


def test_kept_over_a_restart_with_its_attempts(tmp_path: Path, clock: Clock) -> None:
    with Store(tmp_path / "own.db", KEY) as store:
        outbox = Outbox(store, clock)
        outbox.put("k", "case", "rating", b"5")
        outbox.deliver_due(Centre({"k": Later(retry_after_s=100)}))
    with Store(tmp_path / "own.db", KEY) as store:
        outbox = Outbox(store, clock)
        assert outbox.next_due(clock.now + 99) is None  # also the pause is remembered
        entry = outbox.next_due(clock.now + 200)
    assert entry is not None
    assert (entry.key, entry.case, entry.kind, entry.body) == ("k", "case", "rating", b"5")
    assert (entry.attempts, entry.kept_at) == (1, clock.now)


def test_a_case_waits_for_its_own_records_only(outbox: Outbox, clock: Clock) -> None:
    centre = Centre({"a1": Later(everyone=False)})
    for key, case in [("a1", "a"), ("a2", "a"), ("b1", "b"), ("b2", "b")]:
        outbox.put(key, case, "step", b"")
    assert outbox.deliver_due(centre) == DeliveryReport(delivered=2, later=1)
    assert centre.applied == ["b1", "b2"]
    clock.now += IDLE_CAP_S
    centre.answers.clear()
    outbox.deliver_due(centre)
    assert centre.applied == ["b1", "b2", "a1", "a2"]


@pytest.mark.parametrize("place", range(4))
def test_a_poison_holds_its_case_and_no_other(outbox: Outbox, place: int) -> None:
    keys = [f"{case}{number}" for number in range(4) for case in "abc"]
    for key in keys:
        outbox.put(key, key[0], "step", b"")
    centre = Centre({f"b{place}": Refused("schema")})
    report = outbox.deliver_due(centre, limit=100)
    held = {f"b{number}" for number in range(place, 4)}
    assert report == DeliveryReport(delivered=8 + place, refused=1)
    assert set(centre.applied) == set(keys) - held
    [letter] = outbox.dead_letters()
    assert (letter.key, letter.case, letter.code) == (f"b{place}", "b", "schema")
    assert letter.held == 3 - place
    assert outbox.pending() == 3 - place
    assert outbox.wait_s(0.0) is None  # nothing to wake up for


def test_a_dead_letter_is_retried_or_given_up(outbox: Outbox, store: Store) -> None:
    for key in ("a1", "a2", "b1", "b2"):
        outbox.put(key, key[0], "step", b"x")
    centre = Centre({"a1": Refused("schema"), "b1": Refused("schema")})
    outbox.deliver_due(centre)
    assert outbox.retry_refused("a2") is False  # it only waits
    assert outbox.discard_refused("b1") is True
    assert outbox.discard_refused("b1") is False
    centre.answers.clear()
    assert outbox.retry_refused("a1") is True
    outbox.deliver_due(centre)
    assert centre.applied == ["a1", "a2", "b2"]
    assert outbox.dead_letters() == []
    assert store.rows("SELECT count(*) FROM outbox WHERE body IS NOT NULL") == [(0,)]


def test_a_dead_line_is_not_tried_by_every_record(outbox: Outbox, clock: Clock) -> None:
    for number in range(10):
        outbox.put(f"k{number}", f"case{number}", "rating", b"")
    down = Centre({f"k{number}": Later() for number in range(10)})
    assert outbox.deliver_due(down) == DeliveryReport(later=1, line_down=True)
    assert outbox.deliver_due(down) == DeliveryReport()
    wait_s = outbox.wait_s(clock.now)
    assert wait_s is not None
    assert 0 < wait_s <= 4
    clock.now += wait_s
    up = Centre()
    outbox.deliver_due(up)
    assert len(up.applied) >= 9


def test_one_record_that_breaks_the_centre_does_not_stop_the_others(
    outbox: Outbox, clock: Clock
) -> None:
    centre = Centre({"k0": Later()})  # 500 each time, as if the centre were down
    for number in range(20):
        outbox.put(f"k{number}", f"case{number}", "rating", b"")
    rounds = 0
    while outbox.pending() > 1 and rounds < 60:
        outbox.deliver_due(centre)
        clock.now += outbox.wait_s(clock.now) or 0.0
        rounds += 1
    assert set(centre.applied) == {f"k{number}" for number in range(1, 20)}


def test_the_first_answer_makes_the_line_fresh(outbox: Outbox, clock: Clock) -> None:
    outbox.put("k0", "case", "rating", b"")
    for _ in range(12):
        outbox.deliver_due(Centre({"k0": Later()}))
        clock.now += IDLE_CAP_S
    outbox.deliver_due(Centre({"k0": Refused("schema")}))  # also a refusal is an answer
    waits = list[float]()
    for number in range(1, 12):
        outbox.put(f"k{number}", f"case{number}", "rating", b"")
        outbox.deliver_due(Centre({f"k{number}": Later()}))
        waits.append(outbox.wait_s(clock.now) or 0.0)
        clock.now += IDLE_CAP_S
        outbox.deliver_due(Centre())
    assert 0 < max(waits) <= 4


@pytest.mark.parametrize("everyone", [True, False])
def test_hurrying_keeps_what_the_centre_asked_for(
    outbox: Outbox, clock: Clock, *, everyone: bool
) -> None:
    outbox.put("k", "case", "rating", b"")
    outbox.deliver_due(Centre({"k": Later(retry_after_s=600, everyone=everyone)}))
    outbox.hurry()
    assert outbox.next_due(clock.now + 599.9) is None
    assert outbox.next_due(clock.now + 600) is not None  # and not a second more
    outbox.put("l", "other", "rating", b"")  # it was asked of everyone, or of that record alone
    assert (outbox.next_due(clock.now + 599.9) is None) is everyone


def test_retry_after_is_obeyed_and_a_mad_one_capped(outbox: Outbox, clock: Clock) -> None:
    outbox.put("k", "case", "rating", b"")
    outbox.deliver_due(Centre({"k": Later(retry_after_s=600)}))
    assert outbox.next_due(clock.now + 599.9) is None
    outbox.hurry()
    assert outbox.next_due(clock.now + 599.9) is None
    assert outbox.next_due(clock.now + 600 + FOREGROUND_CAP_S) is not None
    clock.now += 600 + IDLE_CAP_S
    outbox.deliver_due(Centre({"k": Later(retry_after_s=YEAR_S)}))
    assert outbox.next_due(clock.now + RETRY_AFTER_MAX_S - 1) is None
    assert outbox.next_due(clock.now + RETRY_AFTER_MAX_S + IDLE_CAP_S) is not None


def test_a_visitor_waits_a_minute_at_most(outbox: Outbox, clock: Clock) -> None:
    outbox.put("k", "case", "rating", b"")
    centre = Centre({"k": Later()})
    waits = list[float]()
    for _ in range(30):
        outbox.deliver_due(centre)
        waits.append(outbox.wait_s(clock.now) or 0.0)
        clock.now += IDLE_CAP_S
    assert FOREGROUND_CAP_S < max(waits) <= IDLE_CAP_S
    while (outbox.wait_s(clock.now) or 0.0) <= FOREGROUND_CAP_S:
        clock.now += IDLE_CAP_S
        outbox.deliver_due(centre)
    outbox.hurry()
    assert (outbox.wait_s(clock.now) or 0.0) <= FOREGROUND_CAP_S
    for _ in range(30):
        clock.now += FOREGROUND_CAP_S
        outbox.deliver_due(centre)
        assert (outbox.wait_s(clock.now) or 0.0) <= FOREGROUND_CAP_S


def test_jitter_spreads_over_the_whole_pause_and_grows() -> None:
    chance = random.Random(7)  # noqa: S311 - repeatable
    for failures, ceiling in [(1, 4.0), (4, 32.0), (40, 900.0)]:
        waits = [next_try(0.0, failures, 900.0, None, chance).at for _ in range(400)]
        assert 0.0 <= min(waits) < 0.1 * ceiling
        assert 0.9 * ceiling < max(waits) <= ceiling


@pytest.mark.parametrize("jump_s", [-86_400.0, 86_400.0, -10 * YEAR_S, 10 * YEAR_S])
def test_a_clock_that_jumps_sticks_nothing(outbox: Outbox, clock: Clock, jump_s: float) -> None:
    outbox.put("k", "case", "rating", b"")
    outbox.deliver_due(Centre({"k": Later(retry_after_s=60)}))
    clock.now += jump_s
    assert outbox.oldest_age_s() >= 0.0
    centre = Centre()
    outbox.put("l", "other", "rating", b"")
    for _ in range(3):
        outbox.deliver_due(centre)
        clock.now += outbox.wait_s(clock.now) or 0.0
    assert sorted(centre.applied) == ["k", "l"]


def test_age_is_that_of_the_oldest_pending(outbox: Outbox, clock: Clock) -> None:
    assert outbox.oldest_age_s() == 0.0
    outbox.put("k", "case", "rating", b"")
    clock.now += 50
    outbox.put("l", "case", "rating", b"")
    clock.now += 50
    assert outbox.oldest_age_s() == 100.0
    outbox.deliver_due(Centre(), limit=1)
    assert outbox.oldest_age_s() == 50.0


def test_a_crash_in_delivery_is_a_later_for_that_record(
    outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.put("k", "case", "rating", b"secret-body")
    outbox.put("l", "other", "rating", b"")
    caplog.set_level(logging.DEBUG)

    def deliver(entry: Entry) -> Verdict:
        if entry.key == "k":
            raise ValueError(entry.body)
        return Delivered()

    assert outbox.deliver_due(deliver) == DeliveryReport(delivered=1, later=1)
    assert outbox.pending() == 1
    assert "ValueError" in caplog.text
    assert "secret-body" not in caplog.text


def test_put_belongs_to_the_open_transaction(outbox: Outbox, store: Store) -> None:
    def put_and_crash() -> None:
        with store.transaction():
            outbox.put("k", "case", "rating", b"")
            raise LookupError

    with pytest.raises(LookupError):
        put_and_crash()
    assert outbox.pending() == 0
    with store.transaction():
        outbox.put("k", "case", "rating", b"")
    assert outbox.pending() == 1


def test_putting_while_delivering_does_not_block(outbox: Outbox) -> None:
    def deliver(entry: Entry) -> Verdict:
        if entry.key == "k":
            outbox.put("l", "other", "rating", b"")
        return Delivered()

    outbox.put("k", "case", "rating", b"")
    assert outbox.deliver_due(deliver) == DeliveryReport(delivered=2)


def test_old_verdicts_are_forgotten_and_open_records_never(outbox: Outbox, clock: Clock) -> None:
    for key in ("k", "poison", "behind"):
        outbox.put(key, key[0], "rating", b"")
    outbox.put("waiting", "p", "rating", b"")
    outbox.deliver_due(Centre({"poison": Refused("schema")}))
    clock.now += 31 * 86_400
    assert outbox.forget_delivered(clock.now - 30 * 86_400) == 2
    assert [letter.key for letter in outbox.dead_letters()] == ["poison"]
    assert outbox.pending() == 1
