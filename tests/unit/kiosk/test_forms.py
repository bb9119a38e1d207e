"""Forms of the catalogue: what a schema may say, what a citizen may type, what is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from kiosk.journey.forms import BadForm, FieldSpec, Form
from sandbox.central import catalogue_forms
from tests.flows.samples import BOTH

PHONE: dict[str, JsonValue] = {"type": "string", "pattern": "^1[0-9]{10}$", "maxLength": 11}
WAYS: dict[str, JsonValue] = {"type": "string", "enum": ["electronic", "post"]}
COPIES: dict[str, JsonValue] = {"type": "integer", "minimum": 1, "maximum": 20}
TOGETHER: dict[str, JsonValue] = {"type": "boolean"}
CODE: dict[str, JsonValue] = {"type": "string", "pattern": "^[A-Z0-9]*$", "minLength": 3}
RULES: dict[str, dict[str, JsonValue]] = {
    "phone": PHONE,
    "way": WAYS,
    "copies": COPIES,
    "together": TOGETHER,
    "code": CODE,
}
KINDS = {
    "phone": "digits",
    "way": "choice",
    "copies": "digits",
    "together": "yes_no",
    "code": "code",
}
GOOD = {"phone": "13800000000", "way": "post", "copies": "3", "together": "yes", "code": "A1B"}


def spec(name: str, kind: str, *, options: tuple[str, ...] = (), group: int = 0) -> FieldSpec:
    listed = tuple({"value": value, "names": BOTH} for value in options)
    return FieldSpec.model_validate(
        {
            "field": name,
            "label": BOTH,
            "kind": kind,
            "errors": BOTH,
            "options": listed,
            "group": group,
        }
    )


def fields(kinds: Mapping[str, str]) -> list[FieldSpec]:
    return [
        spec(name, kind, options=("electronic", "post") if kind == "choice" else (), group=n // 2)
        for n, (name, kind) in enumerate(kinds.items())
    ]


def schema(rules: Mapping[str, Mapping[str, JsonValue]], **more: JsonValue) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {name: dict(rule) for name, rule in rules.items()}
    return {"type": "object", "properties": found, "required": ["phone"], **more}


def form() -> Form:
    return Form(schema(RULES), fields(KINDS))


def of_one(rule: JsonValue, kind: str = "digits", **more: JsonValue) -> Form:
    options: tuple[str, ...] = ()
    if kind == "choice" and isinstance(rule, dict) and isinstance(listed := rule.get("enum"), list):
        options = tuple(value for value in listed if isinstance(value, str))
    whole: dict[str, JsonValue] = {"type": "object", "properties": {"one": rule}, **more}
    return Form(whole, [spec("one", kind, options=options)])


def test_the_citys_own_forms_can_be_asked() -> None:
    for service in (catalogue_forms.PRESALE_FIELDS, catalogue_forms.TRANSFER_FIELDS):
        told = json.loads(json.dumps(catalogue_forms.form(service)))
        asked = tuple(FieldSpec.model_validate_json(json.dumps(each)) for each in told["ui"])
        made = Form(told["schema"], asked)
        assert [f.field for page in made.pages for f in page] == [
            each["field"] for each in told["ui"]
        ]
        assert made.defects({}, made.fields) == {field.field for field in made.fields}


def test_pages_come_by_group_and_in_order() -> None:
    assert [[f.field for f in page] for page in form().pages] == [
        ["phone", "way"],
        ["copies", "together"],
        ["code"],
    ]


@pytest.mark.parametrize(
    ("name", "valid", "invalid"),
    [
        (
            "phone",
            ["13800000000", "19999999999"],
            [
                "1380000000",
                "138000000000",
                "23800000000",
                "13800000000\n",
                "１3800000000",
                "1" * 300,
            ],
        ),
        ("way", ["electronic", "post"], ["Post", "electronic ", "counter", "\0"]),
        (
            "copies",
            ["1", "20", "07"],
            ["0", "21", "-1", "1.0", "1e1", "１２", "1_0", " 3", "+3", "a"],
        ),
        ("together", ["yes", "no"], ["true", "YES", "1", "on"]),
        ("code", ["ABC", "A" * 200], ["AB", "ABc", "A" * 201, "AB\u202e", "AB\u200bC"]),
    ],
)
def test_errors_are_at_the_right_field_and_at_no_other(
    name: str, valid: list[str], invalid: list[str]
) -> None:
    asked = form()
    for value in valid:
        assert asked.defects({**GOOD, name: value}, asked.fields) == set(), value
    for value in invalid:
        assert asked.defects({**GOOD, name: value}, asked.fields) == {name}, value


def test_only_the_page_in_front_is_judged() -> None:
    asked = form()
    wrong = {**GOOD, "phone": "1", "copies": "99"}
    assert asked.defects(wrong, asked.pages[0]) == {"phone"}
    assert asked.defects(wrong, asked.pages[1]) == {"copies"}
    assert asked.defects(wrong, asked.pages[2]) == set()


def test_what_is_required_must_be_there_and_what_is_not_need_not() -> None:
    asked = form()
    assert asked.defects({}, asked.fields) == {"phone"}
    assert asked.defects({"phone": ""}, asked.fields) == {"phone"}


def test_content_has_the_schemas_types_and_nothing_empty() -> None:
    assert form().content(GOOD) == {
        "phone": "13800000000",
        "way": "post",
        "copies": 3,
        "together": True,
        "code": "A1B",
    }
    assert type(form().content(GOOD)["together"]) is bool
    assert form().content({"phone": "13800000000", "copies": "", "stray": "x"}) == {
        "phone": "13800000000"
    }
    assert form().content({**GOOD, "together": "no", "copies": "007"}) == {
        **form().content(GOOD),
        "together": False,
        "copies": 7,
    }


def test_what_another_office_knows_is_filled_in_as_if_typed() -> None:
    known = {"phone": "13800000000", "copies": 3, "together": False, "stray": 1}
    typed = form().typed_in(known)
    assert typed == {"phone": "13800000000", "copies": "3", "together": "no"}
    del known["stray"]
    assert form().content(typed) == known


@given(
    copies=st.integers(1, 20),
    together=st.booleans(),
    code=st.from_regex(r"[A-Z0-9]{3,200}", fullmatch=True),
    phone=st.from_regex(r"1[0-9]{10}", fullmatch=True),
    way=st.sampled_from(["electronic", "post"]),
)
@settings(max_examples=60, deadline=None)
def test_there_and_back_again(
    copies: int, *, together: bool, code: str, phone: str, way: str
) -> None:
    values = {"phone": phone, "way": way, "copies": copies, "together": together, "code": code}
    asked = form()
    typed = asked.typed_in(values)
    assert asked.defects(typed, asked.fields) == set()
    assert asked.content(typed) == values


@given(values=st.dictionaries(st.sampled_from([*RULES, "stray"]), st.text(max_size=230)))
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_judged(values: dict[str, str]) -> None:
    asked = form()
    wrong = asked.defects(values, asked.fields)
    kept = {name: value for name, value in values.items() if name not in wrong}
    sent = asked.content(kept)
    assert all(type(value) in {str, int, bool} for value in sent.values())
    assert set(sent) <= set(RULES)


def test_how_much_a_field_takes() -> None:
    asked = form()
    assert [asked.longest(name) for name in ("phone", "code", "way")] == [11, 200, 200]
    assert of_one({"type": "string", "maxLength": 5_000}).longest("one") == 200


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        (WAYS, "digits"),
        (PHONE, "choice"),
        (PHONE, "yes_no"),
        (TOGETHER, "choice"),
        (TOGETHER, "digits"),
        ({**WAYS, "pattern": "^electronic$"}, "choice"),
        ({**WAYS, "maxLength": 4}, "choice"),
    ],
)
def test_a_question_that_does_not_suit_its_rule(rule: JsonValue, kind: str) -> None:
    with pytest.raises(BadForm):
        of_one(rule, kind)


@pytest.mark.parametrize(
    "asked",
    [
        [],
        [spec("one", "choice", options=("post", "electronic"))],
        [spec("one", "choice", options=("electronic",))],
        [spec("one", "choice")],
        [spec("one", "choice", options=("electronic", "post"))] * 2,
    ],
)
def test_questions_that_are_not_the_schemas(asked: list[FieldSpec]) -> None:
    with pytest.raises(BadForm):
        Form({"type": "object", "properties": {"one": WAYS}}, asked)


def test_a_page_has_room_for_four_fields() -> None:
    names = [f"field_{n}" for n in range(5)]
    rules: dict[str, JsonValue] = dict.fromkeys(names, TOGETHER)
    whole: dict[str, JsonValue] = {"type": "object", "properties": rules}
    Form(whole, [spec(name, "yes_no", group=n // 4) for n, name in enumerate(names)])
    with pytest.raises(BadForm, match="page"):
        Form(whole, [spec(name, "yes_no") for name in names])
