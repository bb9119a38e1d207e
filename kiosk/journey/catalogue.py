"""Whether a service of the catalogue can be carried out by this version, before anybody sees it.

Each step kind reads its parameters by a model; what does not fit hides the service and is told to
the operator. A page is never half drawn for want of a parameter.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from kiosk.central.models import Choice, Localised, Service, StepSpec, Strict, StrictModel, Word
from kiosk.journey import forms, step_order
from kiosk.journey.case_facts import Means


def _each_once(listed: Sequence[Choice | CheckPlace]) -> Sequence[Choice | CheckPlace]:
    if len({each.value for each in listed}) < len(listed):
        raise ValueError("a value comes twice")
    return listed


Options = Annotated[
    tuple[Choice, ...], Field(min_length=1, max_length=50), AfterValidator(_each_once)
]
SUBJECTS = frozenset({"enquiry", "notice", "receipt", "certificate"})


class Nothing(Strict):
    """A step without parameters, or whose parameters this version need not read."""


class IdentifyParams(Strict):
    """Which kinds of documents a service takes."""

    documents: Annotated[tuple[Word, ...], Field(min_length=1, max_length=20)]


class HousingParams(Strict):
    """Where and what for."""

    scopes: Options
    purposes: Options


class SubjectParams(Strict):
    """Which document: enquiry, notice, receipt or certificate."""

    subject: str = "enquiry"

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.subject not in SUBJECTS:
            raise ValueError("no such document")
        return self


class FormParams(Strict):
    """A JSON Schema, and how its fields are asked for."""

    schema_: Annotated[forms.JsonObject, Field(alias="schema")]
    ui: Annotated[tuple[forms.FieldSpec, ...], Field(min_length=1, max_length=60)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        forms.Form(self.schema_, self.ui)
        return self


class Question(Strict):
    """One question. Another answer than ``required`` ends the visit here, as ``otherwise`` says."""

    code: Word
    text: Localised
    options: Options
    required: Word | None = None
    otherwise: Localised | None = None

    @model_validator(mode="after")
    def _told(self) -> Self:
        values = {option.value for option in self.options}
        if self.required is not None and (self.required not in values or self.otherwise is None):
            raise ValueError("what is required is no option, or nothing is said otherwise")
        return self


class QuestioningParams(Strict):
    """The questioning record (询问记录)."""

    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _each_asked_once(self) -> Self:
        if len({question.code for question in self.questions}) < len(self.questions):
            raise ValueError("two questions would share one answer")
        return self


class SignatureParams(Strict):
    """What is signed to."""

    statement: Localised


class PaymentParams(Strict):
    """How a fee may be paid."""

    means: Annotated[tuple[Means, ...], Field(min_length=1, max_length=2, strict=False)]

    @model_validator(mode="after")
    def _each_offered_once(self) -> Self:
        if len(set(self.means)) < len(self.means):
            raise ValueError("one way of paying twice")
        return self


class CheckPlace(Strict):
    """An office whose certificates are numbered ``<short>(<year>)<place>不动产权第<number>号``."""

    value: Word
    names: Localised
    short: Annotated[str, Field(min_length=1, max_length=2)]
    place: Annotated[str, Field(min_length=1, max_length=20)]


class CheckParams(Strict):
    """Whose certificates can be checked by their numbers, and by which documents of a holder."""

    documents: Options
    places: Annotated[
        tuple[CheckPlace, ...], Field(min_length=1, max_length=40), AfterValidator(_each_once)
    ]


PARAMS: Mapping[str, type[Strict]] = {
    "identify": IdentifyParams,
    "housing_enquiry": HousingParams,
    "document": SubjectParams,
    "print_document": SubjectParams,
    "application_form": FormParams,
    "questioning": QuestioningParams,
    "signature": SignatureParams,
    "payment": PaymentParams,
    "certificate_check": CheckParams,
}
"""Kinds that are not here take no parameters."""


def defects(service: Service, kinds: Collection[str]) -> tuple[str, ...]:
    """All that is wrong with a service, for the operator; empty when it can be offered."""
    if not service.available:
        return ()
    found = [] if service.steps else ["it has no steps"]
    for number, spec in enumerate(service.steps, 1):
        found += [f"step {number} ({spec.kind}): {what}" for what in _wrong_with(spec, kinds)]
    return (*found, *step_order.defects(service.steps))


def read(model: type[StrictModel], params: Mapping[str, object]) -> StrictModel:
    """A step's parameters as its kind reads them. ValidationError where they do not fit."""
    return model.model_validate_json(json.dumps(params))


def form_of(params: Mapping[str, object]) -> forms.Form:
    """The form that a step's parameters describe."""
    return _form_of(json.dumps(params))


@lru_cache(maxsize=16)
def _form_of(params: str) -> forms.Form:
    """Kept, since a page asks for it at every key."""
    told = FormParams.model_validate_json(params)
    return forms.Form(told.schema_, told.ui)


def _sentence(place: tuple[int | str, ...], what: str) -> str:
    return f"parameter {'.'.join(str(part) for part in place) or '(as a whole)'}: {what}"


def _wrong_with(spec: StepSpec, kinds: Collection[str]) -> list[str]:
    if spec.kind not in kinds:
        return ["unknown kind"]
    try:
        read(PARAMS.get(spec.kind, Nothing), spec.params)
    except ValidationError as exc:
        return [_sentence(error["loc"], error["msg"]) for error in exc.errors()[:3]]
    return []
