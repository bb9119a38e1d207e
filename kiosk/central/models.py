"""What the centre says and is told: frozen, strict, bounded. No HTTP here.

Unknown fields are ignored, so that a growing centre does not stop a terminal; what is known must
have the right type and a bounded length. Validation errors never quote the value (it may be a
person's), and ``repr`` leaves personal fields out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, TypeVar, cast

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    ValidationError,
    model_validator,
)

from kiosk.credentials.numbers import DocumentKind

LEADING_LANGUAGE = "zh-CN"
MAX_SERVICES = 200

WORD = r"^[a-z0-9_.\-]{1,64}$"
Word = Annotated[str, StringConstraints(pattern=WORD)]
"""A stable code: of a service, a step kind, a problem."""
Line = Annotated[str, StringConstraints(min_length=1, max_length=400)]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:\-]{0,127}$")]
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.~+/=\-]{16,4096}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Seconds = Annotated[int, Field(ge=0, le=86_400)]
Pem = Annotated[str, StringConstraints(min_length=64, max_length=16_384)]
Key = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""An idempotency key."""
VerificationCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 \-]{4,64}$")]


def _speaks_chinese(text: Mapping[str, str]) -> Mapping[str, str]:
    if LEADING_LANGUAGE not in text:
        raise ValueError("no text in the leading language")
    return text


Localised = Annotated[
    Mapping[Language, LongText], Field(max_length=16), AfterValidator(_speaks_chinese)
]
"""One text in several languages: BCP 47 tag -> text, always with zh-CN."""


class Strict(BaseModel):
    """The settings that every model of the wire shares."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="ignore", hide_input_in_errors=True, allow_inf_nan=False
    )


StrictModel = TypeVar("StrictModel", bound=Strict)


class Problem(Strict):
    """An RFC 9457 error. ``code`` is stable; ``texts`` are for the citizen, ``detail`` is not."""

    status: Annotated[int, Field(ge=400, le=599)]
    code: Word
    title: Annotated[str, Field(max_length=400)] = ""
    detail: Annotated[str, Field(max_length=4000)] = ""
    texts: Annotated[Mapping[Language, LongText], Field(max_length=16)] = Field(
        default_factory=dict[str, str]
    )
    attempts_left: Annotated[int, Field(ge=0, le=100)] | None = None


class Signed(Strict):
    """What each signed document carries beside its own content."""

    version: Annotated[int, Field(ge=0)]
    valid_until: AwareDatetime


class Outlet(Strict):
    """A hall or window where the same can be done."""

    name: Localised
    address: Localised


class Configuration(Signed):
    """The terminal's own settings. Times in seconds."""

    idle_s: Annotated[int, Field(ge=1, le=3600)]
    countdown_s: Annotated[int, Field(ge=1, le=600)]
    organisation: Localised
    hotline: Annotated[str, StringConstraints(pattern=r"^[0-9+ \-]{3,24}$")]
    nearest_outlets: Annotated[tuple[Outlet, ...], Field(max_length=50)] = ()


class When(Strict):
    """A step comes only while a fact of the visit has this value; which facts: journey.plan."""

    fact: Word
    equals: bool | Annotated[str, StringConstraints(max_length=64)]


class StepSpec(Strict):
    """One step of a service: which kind, with which parameters (read by that kind's own model).

    Neighbouring steps with ``for_each`` form one loop.
    """

    kind: Word
    params: Mapping[str, JsonValue] = Field(default_factory=dict[str, JsonValue])
    when: When | None = None
    for_each: Literal["parties"] | None = None


class Choice(Strict):
    """A value that is sent and the text it is shown with; the shape of choices inside params."""

    value: Word
    names: Localised


class Service(Strict):
    """One service of the catalogue. ``steps`` is empty where it is not available here."""

    code: Word
    names: Localised
    summary: Localised
    icon: Word
    category: Word
    materials: Annotated[tuple[Localised, ...], Field(max_length=40)] = ()
    shared_materials: Annotated[tuple[Localised, ...], Field(max_length=40)] = ()
    """What other departments send: nobody needs to bring it."""
    fee: Localised | None = None
    time_limit: Localised | None = None
    legal_basis: Localised | None = None
    requires_devices: Annotated[tuple[Word, ...], Field(max_length=20)] = ()
    requires_link: bool = True
    offline: Literal["hidden", "request", "draft", "works"] = "hidden"
    reach: Word = "city"
    person_checks: Annotated[tuple[Word, ...], Field(max_length=10)] = ()
    available: bool = True
    unavailable_reason: Localised | None = None
    pay_at: Literal["acceptance", "after_booking"] | None = None
    tax_precondition: bool = False
    steps: Annotated[tuple[StepSpec, ...], Field(max_length=60)] = ()


class Catalogue(Signed):
    """The services, in the order in which the home page shows them.

    They are read one by one: one that this version can't read is left out and named in
    ``unreadable``, by its code or as ``#`` and its place, and the others stay.
    """

    services: Annotated[tuple[Service, ...], Field(max_length=MAX_SERVICES)]
    unreadable: Annotated[tuple[str, ...], Field(max_length=MAX_SERVICES)] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_by_one(cls, told: object) -> object:
        """What comes from JSON has a list of services; what is made in Python has a tuple."""
        services = _list_of(told, "services")
        if services is None:
            return told
        head = Signed.model_validate_json(json.dumps(told))
        read = [_service(service) for service in services]
        lost = [_name(services[at], at) for at, service in enumerate(read) if service is None]
        return {
            "version": head.version,
            "valid_until": head.valid_until,
            "services": tuple(service for service in read if service is not None),
            "unreadable": tuple(lost),
        }


def _list_of(told: object, name: str) -> list[object] | None:
    found = cast("Mapping[str, object]", told).get(name) if isinstance(told, dict) else None
    return cast("list[object]", found) if isinstance(found, list) else None


def _service(told: object) -> Service | None:
    try:
        return Service.model_validate_json(json.dumps(told))
    except ValidationError:
        return None


def _name(service: object, place: int) -> str:
    code = cast("Mapping[str, object]", service).get("code") if isinstance(service, dict) else None
    known = isinstance(code, str) and re.fullmatch(WORD, code, re.ASCII)
    return code if isinstance(code, str) and known else f"#{place}"


class DeviceReport(Strict):
    """One device's axes as words of devices.api."""

    device_id: Identifier
    link: Word
    media: Word
    supply: Word
    fault: Word | None = None


class Heartbeat(Strict):
    """A sign of life. Holds no person."""

    at: AwareDatetime
    versions: Mapping[str, str]
    devices: tuple[DeviceReport, ...] = ()
    queue_depth: Annotated[int, Field(ge=0)] = 0


class HeartbeatAnswer(Strict):
    """What the centre wants of the terminal; objects of kinds that later issues define."""

    commands: Annotated[tuple[Mapping[str, JsonValue], ...], Field(max_length=100)] = ()


class IdentityDocument(Strict):
    """Who the document says it is about. ``valid_until`` None: valid for good."""

    kind: DocumentKind
    number: Annotated[str, StringConstraints(min_length=8, max_length=32)] = Field(repr=False)
    name: Line = Field(repr=False)
    valid_until: date | None = Field(default=None, repr=False)


class SmsChallenge(Strict):
    """An SMS code is on its way. The phone number comes masked."""

    challenge_id: Identifier
    phone_masked: Annotated[str, StringConstraints(min_length=4, max_length=32)] = Field(repr=False)
    expires_in_s: Seconds
    resend_after_s: Seconds


class Session(Strict):
    """A citizen's session at the centre; the token is short-lived, renewable with its evidence."""

    session_id: Identifier
    token: Token = Field(repr=False)
    expires_in_s: Seconds
    renew_until: AwareDatetime


class Renewal(Strict):
    """A new token for a running session."""

    token: Token = Field(repr=False)
    expires_in_s: Seconds


class Closed(Strict):
    """The session is gone at the centre."""

    closed: Literal[True]


NUMBER_MAX = 64
"""Characters of a paper's number in a report: a certificate's is Chinese text, no identifier."""


class PrintOutcomeReport(Strict):
    """What is known of a print; ``sheets`` None where nothing is known."""

    enquiry_id: Identifier | None
    number: Annotated[str, StringConstraints(min_length=1, max_length=NUMBER_MAX)]
    job_name: Identifier
    outcome: Literal["printed", "not_printed", "unknown"]
    sheets: Annotated[int, Field(ge=0)] | None
    at: AwareDatetime
