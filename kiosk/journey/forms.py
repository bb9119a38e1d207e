"""A service's form: the catalogue's JSON Schema and the words it is asked in. Pure.

The schema decides what is valid; every error is the field's own plain sentence from the catalogue,
never the validator's. Values are kept as they were typed and turned into the schema's types when
they are checked and sent.

Read is a small part of JSON Schema: what can be asked on a page, checked in bounded time, and
filled in by somebody. A schema that says more is refused as a whole, so that this machine never
takes for valid what the centre does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Protocol, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from pydantic import Field, JsonValue

from kiosk.central.models import Choice, Localised, Strict, Word
from kiosk.credentials.shown_text import is_showable
from kiosk.journey.patterns import BadPattern, bounded

JsonObject = Mapping[str, JsonValue]
LONGEST_VALUE = 200
FIELDS_ON_PAGE = 4
"""What the form's page has room for (screens.models.filing)."""
YES, NO = "yes", "no"
_OF_THE_FORM = frozenset(
    {"$schema", "$id", "type", "properties", "required", "additionalProperties"}
)
_WORDS = frozenset({"title", "description"})
_KEYWORDS: Mapping[str, frozenset[str]] = {
    "string": frozenset({"enum", "pattern", "minLength", "maxLength"}),
    "integer": frozenset({"minimum", "maximum"}),
    "boolean": frozenset(),
}
"""Type of a property -> what it may say beside: nothing that refers elsewhere or nests."""
_LARGEST = 10**15 - 1
"""Greatest whole number that every reader of JSON holds, in whole digits."""
_WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)


class BadForm(ValueError):
    """Schema and questions do not make a form that this version can ask."""


class _Judge(Protocol):
    """What is used of a validator; its own stubs leave the types open."""

    def is_valid(self, instance: object) -> bool:
        """Whether the value fits."""
        ...


class FieldSpec(Strict):
    """How one field is asked for. ``group`` is the page it stands on (0-based)."""

    field: Word
    label: Localised
    kind: Literal["choice", "digits", "code", "yes_no"]
    options: Annotated[tuple[Choice, ...], Field(max_length=40)] = ()
    hint: Localised | None = None
    unit: Localised | None = None
    errors: Localised
    group: Annotated[int, Field(ge=0, le=20)] = 0


class _Property:
    """One field's rule. BadForm where it is none that can be asked for or kept to."""

    def __init__(self, name: str, own: JsonValue) -> None:
        self._name = name
        if not isinstance(own, Mapping):
            raise self._bad("no rule")
        self._own = own
        kind = own.get("type")
        if not isinstance(kind, str) or kind not in _KEYWORDS:
            raise self._bad(f"its type is not one of {', '.join(_KEYWORDS)}")
        self.type = kind
        if strange := own.keys() - _KEYWORDS[kind] - _WORDS - {"type"}:
            raise self._bad(f"{', '.join(sorted(strange))} cannot be asked for")
        self.longest = min(LONGEST_VALUE, self._whole("maxLength", 1, LONGEST_VALUE))
        if self._whole("minLength", 0, 0) > self.longest:
            raise self._bad("longer at least than at most")
        if self._whole("minimum", -_LARGEST, -_LARGEST) > self._whole(
            "maximum", -_LARGEST, _LARGEST
        ):
            raise self._bad("more at least than at most")
        self.options = self._options()
        self._pattern = self._expression()
        plain = {key: value for key, value in own.items() if key != "pattern"}
        self._judge = cast("_Judge", Draft202012Validator(plain))

    def holds(self, value: str) -> bool:
        """Whether what was typed is valid."""
        if len(value) > LONGEST_VALUE or not is_showable(value):
            return False
        try:
            typed = self.typed(value)
        except ValueError:
            return False
        fits = self._pattern is None or self._pattern.search(value) is not None
        return fits and self._judge.is_valid(typed)

    def typed(self, value: str) -> str | int | bool:
        """What was typed, in the schema's type; ValueError where it is not of it."""
        match self.type:
            case "integer" if _WHOLE.fullmatch(value):
                return int(value)
            case "boolean" if value in {YES, NO}:
                return value == YES
            case "string":
                return value
            case _:
                raise ValueError("not of the field's type")

    def _whole(self, keyword: str, least: int, default: int) -> int:
        found = self._own.get(keyword, default)
        if type(found) is not int or not least <= found <= _LARGEST:
            raise self._bad(f"{keyword} is no number that can be kept to")
        return found

    def _options(self) -> tuple[str, ...] | None:
        if "enum" not in self._own:
            return None
        listed = self._own["enum"]
        told = listed if isinstance(listed, list) else []
        found = [each for each in told if isinstance(each, str)]
        if not found or found != listed or len(set(found)) < len(found):
            raise self._bad("its options are not texts, each another one")
        return tuple(found)

    def _expression(self) -> re.Pattern[str] | None:
        found = self._own.get("pattern")
        if found is None and "pattern" not in self._own:
            return None
        if not isinstance(found, str):
            raise self._bad("its pattern is no text")
        try:
            return bounded(found, LONGEST_VALUE if "maxLength" not in self._own else self.longest)
        except BadPattern as exc:
            raise self._bad(f"its pattern can't be used: {exc}") from None

    def _bad(self, what: str) -> BadForm:
        return BadForm(f"{self._name}: {what}")


class Form:
    """A form that can be asked. BadForm says what is wrong with it."""

    def __init__(self, schema: JsonObject, fields: Sequence[FieldSpec]) -> None:
        self._properties = _properties(schema)
        self.fields = tuple(fields)
        _match(self._properties, self.fields)
        self._required = _required(schema, self._properties)

    @property
    def pages(self) -> tuple[tuple[FieldSpec, ...], ...]:
        """The fields by page, in order."""
        return _by_page(self.fields)

    def defects(self, values: Mapping[str, str], fields: Sequence[FieldSpec]) -> frozenset[str]:
        """Names of the fields among ``fields`` whose values are missing or not valid."""
        return frozenset(field.field for field in fields if not self._holds(field, values))

    def content(self, values: Mapping[str, str]) -> dict[str, object]:
        """The form as it is signed and sent. Only of values without defects."""
        return {
            field.field: self._properties[field.field].typed(values[field.field])
            for field in self.fields
            if values.get(field.field, "")
        }

    def typed_in(self, values: Mapping[str, object]) -> dict[str, str]:
        """Values of the centre as if they had been typed; what the form does not ask is left."""
        return {
            name: _as_typed(value) for name, value in values.items() if name in self._properties
        }

    def longest(self, field: str) -> int:
        """How many characters a field takes."""
        return self._properties[field].longest

    def _holds(self, field: FieldSpec, values: Mapping[str, str]) -> bool:
        value = values.get(field.field, "")
        if not value:
            return field.field not in self._required
        return self._properties[field.field].holds(value)


def _as_typed(value: object) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return str(value)


def _by_page(fields: Sequence[FieldSpec]) -> tuple[tuple[FieldSpec, ...], ...]:
    groups = sorted({field.group for field in fields})
    return tuple(tuple(f for f in fields if f.group == group) for group in groups)


def _properties(schema: JsonObject) -> dict[str, _Property]:
    found = schema.get("properties")
    if schema.get("type") != "object" or not isinstance(found, Mapping):
        raise BadForm("the schema is not that of an object")
    if strange := schema.keys() - _OF_THE_FORM - _WORDS:
        raise BadForm(f"{', '.join(sorted(strange))} cannot be asked for")
    properties = {name: _Property(name, own) for name, own in found.items()}
    try:
        Draft202012Validator.check_schema(dict(schema))
    except SchemaError as exc:
        where = ".".join(str(part) for part in exc.absolute_path)
        raise BadForm(f"not a JSON Schema, at {where or 'its top'}") from None
    return properties


def _required(schema: JsonObject, properties: Mapping[str, object]) -> frozenset[str]:
    named = frozenset(cast("list[str]", schema.get("required", [])))
    if unknown := named - properties.keys():
        raise BadForm(f"required and not there: {', '.join(sorted(unknown))}")
    return named


def _match(properties: Mapping[str, _Property], fields: Sequence[FieldSpec]) -> None:
    """Every property is asked for once, on a page with room, and with options that it takes."""
    asked = [field.field for field in fields]
    if len(asked) != len(set(asked)) or set(asked) != set(properties):
        raise BadForm("the questions are not those of the schema")
    if any(len(page) > FIELDS_ON_PAGE for page in _by_page(fields)):
        raise BadForm(f"a page has more than {FIELDS_ON_PAGE} fields")
    for field in fields:
        own = properties[field.field]
        _match_options(field, own)
        if (field.kind == "yes_no") != (own.type == "boolean"):
            raise BadForm(f"{field.field}: yes or no is asked of a boolean only")


def _match_options(field: FieldSpec, own: _Property) -> None:
    if (field.kind == "choice") != (own.options is not None):
        raise BadForm(f"{field.field}: it is not chosen, or there is nothing to choose from")
    if own.options is None:
        return
    if tuple(option.value for option in field.options) != own.options:
        raise BadForm(f"{field.field}: its options are not the schema's")
    if not all(len(option) <= own.longest and own.holds(option) for option in own.options):
        raise BadForm(f"{field.field}: an option of its own is not valid")
