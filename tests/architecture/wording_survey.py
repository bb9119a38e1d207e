"""Which string keys the code uses, read from its syntax tree.

A key reaches the tables through ``text``, ``button``, ``words``, ``say`` or the screen's ``own``:
as a literal, or as an f-string whose holes are filled from a closed set (``FAMILIES``).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from devices.api import PrintOutcome
from kiosk.credentials.numbers import DocumentKind
from kiosk.journey import catalogue, forms, framing, troubles
from kiosk.journey.case_facts import CheckVerdict, Means, Money
from kiosk.journey.events import FaceOutcome
from kiosk.journey.facts import Way
from kiosk.journey.steps import (
    case_list,
    certificate_list,
    check_pages,
    housing_enquiry,
    identify,
    person_check,
    printing,
    rating,
)
from kiosk.supervisor import DEVICES

ROOT = Path(__file__).parents[2]
PREFIXES = {"text": "", "button": "", "say": "", "words": "paper.slip.", "own": "screen."}
"""Function that names a key -> what stands before the key it is given."""
TROUBLES = {
    *troubles._BY_WHY.values(),  # pyright: ignore[reportPrivateUsage] - the closed set itself
    *troubles._OWN_TEXTS,  # pyright: ignore[reportPrivateUsage] - the words it counts
    *(f"face_{outcome}" for outcome in FaceOutcome if outcome is not FaceOutcome.MATCHED),
    *("reader_gone", "camera_gone", "device_gone", "sms_code_exhausted", "sms_code_expired"),
    *("nothing_to_file", "submit_unknown", "withdrawal_unknown", "case_booked", "case_closed"),
    *("order_unknown", "order_not_open", "pad_gone", "pay_unknown", "receipt_not_ready"),
    "paper_not_here",
    *(f"pay_{reason}" for reason in ("declined", "cancelled", "expired", "closed")),
    *("not_printed", "not_printed_paper", "print_unknown", "slip_not_printed", "broken"),
}
CASE_OUTCOMES = ("accepted", "to_be_completed", "not_accepted")
FIELDS_TYPED = tuple(name for page in check_pages._PAGES for name in page)  # pyright: ignore[reportPrivateUsage] - the words it counts
WAITS = (
    *("code_sending", "opening", "preparation", "submit", "order", "payment", "payment_closing"),
    *("receipt", "cases", "stages", "certificates", "check"),
)
FAMILIES: dict[str, Collection[str]] = {
    "button.{}": (),  # framing.button itself; its callers give literals
    "paper.slip.{}": {
        *("number", "case_number", "scan", "scan_case"),
        *(f"{paper}.{outcome}" for paper in ("document", "notice") for outcome in PrintOutcome),
        *(f"case.{outcome}" for outcome in CASE_OUTCOMES),
        *(f"money.{money}" for money in Money),
    },
    "{}.heading": ("printing", "slip"),
    "{}.sentence": ("printing", "slip"),
    "answer.{}": (forms.YES, forms.NO),
    "card.sentence.{}": ("one", "or_social"),
    **{f"case.{{}}.{part}": CASE_OUTCOMES for part in ("heading", "meaning")},
    "cases.state.{}": case_list.TONES,
    "stages.heading.{}": case_list.TONES,
    "stages.sentence.{}": case_list.TONES,
    "certificates.state.{}": certificate_list.TONES,
    "check.field.{}": FIELDS_TYPED,
    "check.wrong.{}": FIELDS_TYPED,
    "check.form.{}": ("0", "1"),
    "check.form.{}.sentence": ("0", "1"),
    "check.kind.{}": check_pages.KINDS,
    "compared.{}": ("agrees", "differs", "single", "unknown"),
    "payment.way.{}": tuple(means.value for means in Means),
    "payment.why_not.{}": ("line_down", "pad_down", "withdrawal_unknown"),
    "preparation.{}": ("agrees", "differs"),
    "preview.heading.{}": catalogue.SUBJECTS,
    "stage.{}": ("done", "current", "todo", "not_needed"),
    "turn.meaning.{}": ("new", "again"),
    "turn.todo.{}": ("new", "again"),
    "verdict.fact.{}": (
        *("kind", "number", "holder", "where", "issued_on", "changed_on", "as_of", "listed_at"),
    ),
    "verdict.{}": {verdict.value for verdict in CheckVerdict} - {CheckVerdict.UNCHECKABLE.value},
    "verdict.uncheckable.{}": ("line", "busy", "keys_expired", "keys_missing"),
    "card.wrong.{}": {
        identify.NOT_THIS_PERSON,
        *identify._CARD_FAULTS,  # pyright: ignore[reportPrivateUsage] - the words it counts
        *("not_for_this_service", "check_digit", "expired"),
    },
    "confirm.number.{}": tuple(kind.value for kind in DocumentKind),
    "consent.{}": tuple(way.value for way in Way),
    "consent.{}.explained": tuple(way.value for way in Way),
    "consent.why_not.{}": (
        *("not_offered", "line_down", "no_portrait", "tries_used", "camera_down"),
        "card_without_photo",
    ),
    "enquiry.{}": housing_enquiry.FIELDS,
    "face.{}": person_check._HINTS,  # pyright: ignore[reportPrivateUsage] - the words it counts
    "farewell.early.{}": ("left", "idle", "failed", "withdrawn"),
    "guide.{}": ("bring", "shared", "fee", "time", "basis"),
    "home.down.{}": DEVICES,
    "home.{}": ("paper_out", "paper_jam", "cover_open"),
    "phase.{}": {*framing.PHASES.values(), "fill"},
    "printing.{}": printing._WAITS_FOR,  # pyright: ignore[reportPrivateUsage] - the words it counts
    "rating.{}": tuple(str(grade) for grade in rating.GRADES),
    "screen.take_{}": ("card", "certificate", "slip"),
    "state.{}": DEVICES,
    **{f"trouble.{{}}.{part}": TROUBLES for part in ("heading", "meaning", "todo")},
    **{f"wait.{{}}.{part}": WAITS for part in ("heading", "sentence")},
}


@dataclass
class Survey:
    """``literal``: key -> the names of what it is given; ``templates``: f-strings with ``{}``."""

    literal: dict[str, list[set[str]]] = field(default_factory=dict[str, list[set[str]]])
    templates: set[str] = field(default_factory=set[str])
    constants: set[str] = field(default_factory=set[str])

    def used(self) -> set[str]:
        """Every key that can be asked for."""
        spread = {
            template.replace("{}", value)
            for template in self.templates
            for value in FAMILIES.get(template, ())
        }
        return set(self.literal) | spread

    def undocumented(self) -> set[str]:
        """F-strings that no family explains."""
        return self.templates - FAMILIES.keys()


def survey(sources: Iterable[str], table_names: set[str]) -> Survey:
    """Read the sources. ``table_names``: the tables' first words (``home``, ``card``, ...)."""
    found = Survey()
    looks_like_a_key = re.compile(rf"(?:{'|'.join(sorted(table_names))})(?:\.[a-z0-9_]+)+")
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                _note_call(node, found)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.constants.add(node.value)
                if looks_like_a_key.fullmatch(node.value):
                    found.literal.setdefault(node.value, [])
    return found


def _note_call(call: ast.Call, found: Survey) -> None:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name not in PREFIXES:
        return
    positional = call.args[1:] if name in {"button", "say"} and len(call.args) > 1 else call.args
    prefix = PREFIXES[name]
    if name == "button" and len(call.args) == 1:
        prefix = "button."
    given = {keyword.arg or "**" for keyword in call.keywords}
    for branch in _branches(positional[0]) if positional else ():
        if isinstance(branch, ast.Constant) and isinstance(branch.value, str) and branch.value:
            found.literal.setdefault(prefix + branch.value, []).append(given)
        elif isinstance(branch, ast.JoinedStr):
            found.templates.add(prefix + _template(branch))


def _branches(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.IfExp):
        yield from _branches(node.body)
        yield from _branches(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _branches(value)
    else:
        yield node


def _template(joined: ast.JoinedStr) -> str:
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "{}" for part in joined.values
    )
