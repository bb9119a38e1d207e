"""Schemas that are no forms: each is refused as such, and nothing else happens."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from kiosk.journey.forms import BadForm, Form
from tests.unit.kiosk.test_forms import PHONE, of_one, spec

BROKEN: dict[str, JsonValue] = {
    "no schema": {},
    "of a list": {"type": "array", "properties": {"one": PHONE}},
    "two types": {"type": ["object"], "properties": {"one": PHONE}},
    "no such type": {"type": "objekt", "properties": {"one": PHONE}},
    "no properties": {"type": "object"},
    "properties in a list": {"type": "object", "properties": [PHONE]},
    "properties are a word": {"type": "object", "properties": "one"},
    "another field": {"type": "object", "properties": {"two": PHONE}},
    "one more": {"type": "object", "properties": {"one": PHONE, "two": PHONE}},
    "required is a word": {"type": "object", "properties": {"one": PHONE}, "required": "one"},
    "required is none": {"type": "object", "properties": {"one": PHONE}, "required": None},
    "required twice": {"type": "object", "properties": {"one": PHONE}, "required": ["one", "one"]},
    "required a number": {"type": "object", "properties": {"one": PHONE}, "required": [1]},
    "required elsewhere": {"type": "object", "properties": {"one": PHONE}, "required": ["two"]},
    "a condition": {"type": "object", "properties": {"one": PHONE}, "if": {}, "then": False},
    "all of": {"type": "object", "properties": {"one": PHONE}, "allOf": [False]},
    "a reference": {"type": "object", "properties": {"one": PHONE}, "$ref": "https://x.example/"},
    "definitions": {"type": "object", "properties": {"one": PHONE}, "$defs": {}},
    "more elsewhere": {"type": "object", "properties": {"one": PHONE}, "additionalProperties": 1},
    "no title": {"type": "object", "properties": {"one": PHONE}, "title": 7},
}
BROKEN_RULES: dict[str, JsonValue] = {
    "true": True,
    "none": None,
    "a word": "string",
    "no type": {},
    "types": {"type": ["string", "null"]},
    "a type that is a map": {"type": {}},
    "an object": {"type": "object"},
    "a list": {"type": "array"},
    "a number": {"type": "number"},
    "a reference": {"type": "string", "$ref": "#"},
    "a dynamic reference": {"type": "string", "$dynamicRef": "#meta"},
    "not": {"type": "string", "not": {}},
    "any of": {"type": "string", "anyOf": []},
    "a format": {"type": "string", "format": "regex"},
    "a constant": {"type": "string", "const": "x"},
    "text with a minimum": {"type": "string", "minimum": 1},
    "whole with a pattern": {"type": "integer", "pattern": "^1$"},
    "whole with options": {"type": "integer", "enum": [1, 2]},
    "nothing to choose": {"type": "string", "enum": []},
    "options in a map": {"type": "string", "enum": {"a": 1}},
    "options that are numbers": {"type": "string", "enum": ["a", 1]},
    "options twice": {"type": "string", "enum": ["a", "a"]},
    "a choice that is not one": {"type": "string", "enum": ["a"]},
    "no pattern": {"type": "string", "pattern": None},
    "a pattern that is a number": {"type": "string", "pattern": 7},
    "an open pattern": {"type": "string", "pattern": "^1[0-9{10}$("},
    "an endless pattern": {"type": "string", "pattern": "a{99999999999999999999}"},
    "a catastrophe": {"type": "string", "pattern": "^(a+)+$"},
    "a long pattern": {"type": "string", "pattern": "a" * 201},
    "never long enough": {"type": "string", "minLength": 201},
    "longer than at most": {"type": "string", "minLength": 5, "maxLength": 4},
    "no room": {"type": "string", "maxLength": 0},
    "less than none": {"type": "string", "minLength": -1},
    "a fraction": {"type": "string", "maxLength": 11.0},
    "a length that is true": {"type": "string", "maxLength": True},
    "a length in words": {"type": "string", "maxLength": "11"},
    "more than at most": {"type": "integer", "minimum": 5, "maximum": 4},
    "half": {"type": "integer", "minimum": 0.5},
    "not a number": {"type": "integer", "minimum": float("nan")},
    "endless": {"type": "integer", "maximum": float("inf")},
    "too great": {"type": "integer", "maximum": 10**30},
    "a title that is none": {"type": "string", "title": []},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_schema_is_a_bad_form(name: str) -> None:
    broken = BROKEN[name]
    assert isinstance(broken, dict)
    with pytest.raises(BadForm):
        Form(broken, [spec("one", "digits")])


@pytest.mark.parametrize("name", BROKEN_RULES)
def test_a_broken_rule_is_a_bad_form(name: str) -> None:
    with pytest.raises(BadForm) as caught:
        of_one(BROKEN_RULES[name])
    assert str(caught.value)


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
_WORDS = st.sampled_from(
    [
        *("type", "properties", "required", "one", "pattern", "enum", "object", "string"),
        *("integer", "boolean", "minLength", "maxLength", "minimum", "maximum", "$ref", "items"),
    ]
)
_JSON = st.recursive(
    _SCALARS | _WORDS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(_WORDS | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(told=st.dictionaries(_WORDS, _JSON, max_size=5), rule=_JSON, typed=st.booleans())
@settings(max_examples=400, deadline=None)
def test_any_schema_is_a_form_or_a_bad_one(
    told: dict[str, JsonValue], rule: JsonValue, *, typed: bool
) -> None:
    whole = {**told, "type": "object", "properties": {"one": rule}} if typed else told
    try:
        made = Form(whole, [spec("one", "digits")])
    except BadForm:
        return
    assert made.defects({"one": "1"}, made.fields) <= {"one"}
