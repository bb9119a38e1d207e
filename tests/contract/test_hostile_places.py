"""Every part of every good answer put wrong, one at a time, by named classes: none is believed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from kiosk.central.calls import read_model
from kiosk.central.errors import Disbelief, Unbelievable
from kiosk.central.exchange import Answer
from kiosk.central.models import Strict
from kiosk.central.models_checks import CertificateCheck

from . import answers
from .answers import BOTH, Json
from .calls_made import CALLS

Place = tuple[str | int, ...]
FREE = {("items", 0, "prefill")}
"""What may hold anything of three types."""


def places(value: object, place: Place = ()) -> Iterator[Place]:
    """All places of a good answer; of a text in languages only the whole."""
    if place:
        yield place
    if place in FREE or value == BOTH:
        return
    if isinstance(value, dict):
        for name, part in cast("Json", value).items():
            yield from places(part, (*place, name))
    elif isinstance(value, list):
        for number, part in enumerate(cast("list[object]", value)):
            yield from places(part, (*place, number))


def at(answer: Json, place: Place) -> Any:  # noqa: ANN401 - a place in JSON
    found: Any = answer
    for part in place:
        found = found[part]
    return found


def put(answer: Json, place: Place, value: object) -> Json:
    changed = copy.deepcopy(answer)
    at(changed, place[:-1])[place[-1]] = value
    return changed


def wrong_type(good: object) -> object:
    match good:
        case bool():
            return "yes"
        case int():
            return str(good)
        case str():
            return 7
        case list():
            return {"0": 1}
        case _:
            return [good]


CLASSES: dict[str, Callable[[object], object]] = {
    "wrong type": wrong_type,
    "empty object": lambda _: {},
    "a float": lambda _: 1.5,
    "endless text": lambda _: "x" * 100_000,
    "markup": lambda _: "<b>\x00</b>\n",
    "below zero": lambda _: -1,
    "past all bounds": lambda _: 10**30,
    "endless list": lambda good: cast("list[object]", good) * 600,
}
APPLIES: dict[str, Callable[[object], bool]] = {
    "below zero": lambda good: isinstance(good, int) and not isinstance(good, bool),
    "past all bounds": lambda good: isinstance(good, int) and not isinstance(good, bool),
    "empty object": lambda good: good != answers.PREFILL,
    "markup": lambda good: not isinstance(good, str),
    "endless list": lambda good: isinstance(good, list) and bool(cast("list[object]", good)),
}


def believed(model: type[Strict], answer: Json) -> bool:
    try:
        read_model(Answer(200, {}, json.dumps(answer).encode()), model)
    except Unbelievable as exc:
        return exc.reason is not Disbelief.SCHEMA
    return True


@pytest.mark.parametrize("kind", CLASSES)
def test_every_place_put_wrong_is_noticed(kind: str) -> None:
    tried = 0
    for name, call in CALLS.items():
        good = call.good()
        assert believed(call.model, good), name
        for place in places(good):
            if not APPLIES.get(kind, lambda _: True)(at(good, place)):
                continue
            changed = put(good, place, CLASSES[kind](at(good, place)))
            assert not believed(call.model, changed), f"{kind}: {name} at {place}"
            tried += 1
    assert tried >= 10, "the class applies to something"


def test_every_required_part_is_missed() -> None:
    optional = {
        "share", "prefill", "waived_reason", "order", "certificate_id", "at", "note", "qr",
        "reason", "channel", "channel_ref", "channels", "changed_on",
    }  # fmt: skip
    tried = 0
    for name, call in CALLS.items():
        good = call.good()
        for place in places(good):
            if isinstance(place[-1], int) or place[-1] in optional:
                continue
            changed = copy.deepcopy(good)
            del at(changed, place[:-1])[place[-1]]
            assert not believed(call.model, changed), f"{name} without {place}"
            tried += 1
    assert tried > 80


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("preparation", ("items", 0, "compared", 0, "verdict"), "probably"),
        ("preparation", ("items", 0, "compared", 0, "values"), []),
        ("preparation", ("items", 0, "tax", "state"), "promised"),
        ("preparation", ("items", 0, "total_fen"), 7999),
        ("preparation", ("items", 0, "fees", 1, "unit_fen"), 7999),
        ("preparation", ("items", 0, "fees", 0, "waived_fen"), 8001),
        ("preparation", ("items", 0, "parties"), []),
        ("preparation", ("items", 0, "parties", 1, "is_self"), True),
        ("preparation", ("items", 0, "parties", 0, "is_self"), False),
        ("preparation", ("items", 0, "parties", 1, "party"), "buyer-1"),
        ("preparation", ("items", 0, "parties", 0, "number_masked"), "990102199001011234"),
        ("preparation", ("items", 0, "prefill"), {"a": {"nested": 1}}),
        ("preparation", ("items", 0, "hindrances", 0, "text"), {"en": "no Chinese"}),
        ("application", ("outcome",), "perhaps"),
        ("application", ("outcome",), "to_be_completed"),
        ("application", ("missing",), [answers.reason("x")]),
        ("application", ("reasons",), [answers.reason("x")]),
        ("application", ("case_no",), "990102261121000X"),
        ("application", ("case_no",), "99010226112100011"),
        ("application", ("case_url",), "http://cx.yunting.example/c/A"),
        ("application", ("case_url",), "https://cx.yunting.example/c/ A"),
        ("application", ("order", "total_fen"), 0),
        ("application", ("notice", "pages"), 0),
        ("withdrawal", ("withdrawn",), False),
        ("cases", ("cases", 0, "state"), "lost"),
        ("cases", ("cases", 0, "stage"), 5),
        ("cases", ("cases", 0, "filed_at"), "2026-11-21T11:00:00"),
        ("case", ("stages", 0, "stage"), "review"),
        ("case", ("stages", 0, "state"), "soon"),
        ("case", ("stages",), []),
        ("certificates", ("certificates", 0, "kind"), "deed"),
        ("certificates", ("certificates", 0, "state"), "fine"),
        ("receipt", ("code",), "9901012"),
        ("receipt", ("number",), "１234567890"),
        ("order", ("total_fen",), 7999),
        ("order", ("lines",), []),
        ("order", ("state",), "forgiven"),
        ("order", ("lines", 0, "kind"), "tip"),
        ("begin", ("state",), "started"),
        ("begin", ("qr", "payload"), "https://pay.example/q\n"),
        ("attempt", ("paid_fen",), 0),
        ("attempt", ("state",), "not_paid"),
        ("attempt", ("state",), "pending"),
        ("attempt", ("state",), "unknown"),
        ("attempt", ("reason",), "tired"),
        ("check by code", ("verdict",), "genuine"),
        ("check by code", ("verdict",), "current"),
        ("check by code", ("verdict",), "no_match"),
        ("check by code", ("number",), None),
        ("check by code", ("as_of",), None),
    ],
)
def test_what_contradicts_itself_or_says_an_unknown_word(
    name: str, place: Place, value: object
) -> None:
    call = CALLS[name]
    assert believed(call.model, call.good())
    assert not believed(call.model, put(call.good(), place, value))


def test_no_match_tells_nothing_else() -> None:
    assert believed(CertificateCheck, answers.no_match())
    for name, value in answers.check().items():
        if name not in {"verdict", "as_of"}:
            assert not believed(CertificateCheck, {**answers.no_match(), name: value}), name


def test_new_fields_of_a_growing_centre_are_passed_over() -> None:
    for call in CALLS.values():
        assert believed(call.model, {**call.good(), "newer": {"a": [1]}})
