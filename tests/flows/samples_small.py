"""The city's services with short forms, so that every state of a visit can be walked.

Kinds, order, ``when`` and ``for_each`` are the city's own; only what is asked for is cut short.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.central.models import Service
from kiosk.journey.facts import CardFacts
from screens.models.intents import Edited
from tests.flows import samples_filing as filing
from tests.flows.samples import BOTH, good_card, with_check_digit

THIRD_NAME = "贾样例"
FORM: dict[str, object] = {
    "schema": {
        "type": "object",
        "properties": {
            "share": {"type": "string", "enum": ["sole", "joint"]},
            "copies": {"type": "integer", "minimum": 1, "maximum": 2},
        },
        "required": ["share", "copies"],
    },
    "ui": [
        {
            "field": "share",
            "label": BOTH,
            "kind": "choice",
            "options": [{"value": each, "names": BOTH} for each in ("sole", "joint")],
            "errors": BOTH,
        },
        {"field": "copies", "label": BOTH, "kind": "digits", "errors": BOTH, "group": 1},
    ],
}
"""One field a page."""
FORM_EDITS = (
    Edited(field="share", value="sole"),
    Edited(field="share", value="joint"),
    Edited(field="share", value="none"),
    Edited(field="copies", value="1"),
    Edited(field="copies", value="x"),
)


@dataclass(frozen=True)
class Asked:
    """A question that is cut short to its options; ``required`` stops the visit otherwise."""

    code: str
    options: Sequence[str]
    required: str | None = None

    def as_told(self) -> Mapping[str, object]:
        told: dict[str, object] = {
            "code": self.code,
            "text": BOTH,
            "options": [{"value": value, "names": BOTH} for value in self.options],
        }
        stop = {"required": self.required, "otherwise": BOTH} if self.required else {}
        return {**told, **stop}

    @property
    def edits(self) -> tuple[Edited, ...]:
        return tuple(Edited(field=self.code, value=value) for value in self.options)


GENUINE = Asked("genuine", ("yes", "no"), "yes")
ONE_PAGE = (GENUINE,)
TWO_PAGES = (GENUINE, Asked("second", ("a",)), Asked("third", ("a",)))


def small(
    code: str, *, checks: Sequence[str] = ("face",), asked: Sequence[Asked] = ONE_PAGE
) -> Service:
    """The city's service of that code with the short form and these questions."""
    told = json.loads(filing.city_service(code).model_dump_json())
    for step in told["steps"]:
        if step["kind"] == "application_form":
            step["params"] = FORM
        if step["kind"] == "questioning":
            step["params"] = {"questions": [each.as_told() for each in asked]}
    told["person_checks"] = list(checks)
    return Service.model_validate_json(json.dumps(told))


def third_card() -> CardFacts:
    """Who buys the other home together with the first applicant."""
    number = with_check_digit("99010219751212003")
    return CardFacts("resident", THIRD_NAME, number, good_card().valid_until, portrait=True)
