"""Whether an application may be taken in at all: its parties, their evidence, form, signatures.

Each check looks at everything before it refuses, so that all defects are told at once. They name
fields, never values.
"""

from __future__ import annotations

import base64
import io
import struct
from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from jsonschema import Draft202012Validator
from PIL import Image, UnidentifiedImageError

from sandbox.central import evidence as evidence_of
from sandbox.central.caller import Terminal
from sandbox.central.catalogue_filing import NAMES, form_fields
from sandbox.central.catalogue_forms import questions, schema
from sandbox.central.evidence import AHEAD
from sandbox.central.filing_form import FiledApplication, FiledParty, party_digest
from sandbox.central.moments import moment_of
from sandbox.central.office import SESSION_LIFE, Office
from sandbox.central.preparations import party_names
from sandbox.central.problems import Problem
from sandbox.people import Contract

Defect = dict[str, str]
LARGEST_PICTURE: Final = (4_000, 4_000)
"""Pixels: a signature's canvas is far smaller."""
NO_PICTURE: Final = (
    UnidentifiedImageError,
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    struct.error,
)
"""What Pillow raises over bytes that are no sound PNG; ValueError also where it is no base64."""


def require_in_order(
    office: Office, terminal: Terminal, application: FiledApplication, contract: Contract
) -> None:
    """Problem unless everybody who must has identified themselves, answered and signed."""
    if application.terminal_id != terminal.terminal_id:
        raise Problem("signature_mismatch", "the application names another terminal")
    _require_fresh(office, application)
    missing = list(_missing_parties(application, contract))
    if missing:
        raise Problem("party_missing", defects=missing)
    for code, check in (
        ("evidence_invalid", lambda: _evidence_defects(office, terminal, application, contract)),
        ("signature_mismatch", lambda: _signature_defects(application)),
        ("form_invalid", lambda: _form_defects(application, contract)),
    ):
        _refuse(code, check)


def _refuse(code: str, check: Callable[[], Iterator[Defect]]) -> None:
    defects = list(check())
    if defects:
        raise Problem(code, defects=defects)


def _defect(at: str, defect: str) -> Defect:
    return {"at": at, "defect": defect}


def _require_fresh(office: Office, application: FiledApplication) -> None:
    age = office.clock() - moment_of(application.at)
    if not -AHEAD <= age <= SESSION_LIFE:
        raise Problem("evidence_invalid", "stale, or from the future")


def _missing_parties(application: FiledApplication, contract: Contract) -> Iterator[Defect]:
    """Parties of the contract who are not here exactly once with a signature; and strangers."""
    wanted, given = party_names(contract), [each.party for each in application.parties]
    for party in wanted:
        if given.count(party) != 1:
            yield _defect(party, "missing" if party not in given else "twice")
    for index, each in enumerate(application.parties):
        if each.party not in wanted:
            yield _defect(f"parties.{index}.party", "no_such_party")
        elif each.signed is None:
            yield _defect(each.party, "not_signed")


def _evidence_defects(
    office: Office, terminal: Terminal, application: FiledApplication, contract: Contract
) -> Iterator[Defect]:
    """Evidence must be this terminal's, be the party's, have opened a session, and be young."""
    buyers = dict(zip(party_names(contract), contract.buyers, strict=True))
    for index, each in enumerate(application.parties):
        defect = _evidence_defect(office, terminal, each, buyers[each.party])
        if defect:
            yield _defect(f"parties.{index}.evidence", defect)


def _evidence_defect(office: Office, terminal: Terminal, party: FiledParty, resident: str) -> str:
    """What is wrong with it; empty if nothing is."""
    try:
        content = evidence_of.content_of(party.evidence, terminal.evidence_key_pem)
    except Problem:
        return "signature"
    session = office.ledger.one(
        "SELECT resident, opened_at FROM sessions WHERE evidence_sha256 = ? AND terminal_id = ?",
        evidence_of.digest(content),
        terminal.terminal_id,
    )
    if session is None:
        return "opened_no_session"
    if office.clock() - moment_of(str(session["opened_at"])) > SESSION_LIFE:
        return "stale"
    return "" if session["resident"] == resident else "another_person"


def _signature_defects(application: FiledApplication) -> Iterator[Defect]:
    for index, each in enumerate(application.parties):
        if each.signed is None:
            continue
        digest = party_digest(
            application.service, application.item, each.party, application.form, each.answers
        )
        if digest != each.signed.digest:
            yield _defect(f"parties.{index}.signed.digest", "differs")
        if not _is_drawing(each.signed.picture):
            yield _defect(f"parties.{index}.signed.picture", "no_drawing")


def _is_drawing(picture: str) -> bool:
    """A PNG of sensible size on which something is drawn."""
    try:
        with Image.open(
            io.BytesIO(base64.b64decode(picture, validate=True)), formats=["PNG"]
        ) as png:
            if png.width > LARGEST_PICTURE[0] or png.height > LARGEST_PICTURE[1]:
                return False
            bands = cast("tuple[Any, ...]", png.convert("LA").getextrema())
    except NO_PICTURE:
        return False
    return any(low != high for low, high in bands)


def _form_defects(application: FiledApplication, contract: Contract) -> Iterator[Defect]:
    """By the catalogue's own schema; then what the contract says; then each party's answers."""
    rules = schema(form_fields(application.service))
    # jsonschema leaves the types of its errors open
    validator = cast("Any", Draft202012Validator(rules))
    for error in sorted(validator.iter_errors(application.form), key=lambda e: str(e.json_path)):
        yield from _schema_defects(error, rules)
    ownership = application.form.get("joint_ownership")
    if isinstance(ownership, str) and (ownership == "sole") != (len(contract.buyers) == 1):
        yield _defect("form.joint_ownership", "contract")
    for index, each in enumerate(application.parties):
        yield from _answer_defects(f"parties.{index}.answers", each, application.service)


def _schema_defects(error: Any, rules: dict[str, object]) -> Iterator[Defect]:  # noqa: ANN401 - jsonschema's
    """One defect for each field that is missing, unknown or wrong."""
    fields = cast("dict[str, object]", rules["properties"])
    if error.validator == "required":
        name = next((name for name in fields if error.message.startswith(f"'{name}'")), "")
        yield _defect(f"form.{name}", "required")
    elif error.validator == "additionalProperties":
        for number, _ in enumerate(name for name in error.instance if name not in fields):
            yield _defect(f"form.?{number}", "unknown")  # a name of the client's is a value too
    else:
        yield _defect(".".join(["form", *map(str, error.absolute_path)]), str(error.validator))


def _answer_defects(at: str, party: FiledParty, service: str) -> Iterator[Defect]:
    asked = {str(question["code"]): question for question in questions(NAMES[service])}
    for code, question in asked.items():
        options = cast("list[dict[str, object]]", question["options"])
        answer = party.answers.get(code)
        if answer is None:
            yield _defect(f"{at}.{code}", "required")
        elif answer not in {option["value"] for option in options}:
            yield _defect(f"{at}.{code}", "enum")
        elif answer != question.get("required", answer):
            yield _defect(f"{at}.{code}", "required_answer")
    for number, _ in enumerate(code for code in party.answers if code not in asked):
        yield _defect(f"{at}.?{number}", "unknown")
