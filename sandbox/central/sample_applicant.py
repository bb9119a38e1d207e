"""People who file an application by hand: how a terminal builds one, and how the tests do.

Written from the contract, not from the centre's own code: what both had wrong would not be seen.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import Image, ImageDraw

from sandbox.central.moments import city_clock, written
from sandbox.central.sample_terminal import Reply, SampleTerminal, face
from sandbox.people import City

ANSWERS = {"true_intent": "yes", "materials_true": "yes", "dispute": "no", "shared": "no"}
TRANSFER = "new_home_transfer"


class NoSession(RuntimeError):
    """The centre opened no session for the person."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has identified themselves."""

    token: str
    evidence: Mapping[str, str]
    """The signed evidence that opened the session."""


@dataclass(frozen=True, slots=True)
class SampleVisit:
    """One visit: the parties who are there, and what was prepared for the first of them."""

    terminal: SampleTerminal
    people: Sequence[Person]
    service: str
    preparation: Mapping[str, Any]
    nth: int = 0
    """Which of the prepared items."""

    @property
    def token(self) -> str:
        """The first person's."""
        return self.people[0].token

    @property
    def item(self) -> dict[str, Any]:
        """The prepared item."""
        return self.preparation["items"][self.nth]

    def hindrances(self) -> list[str]:
        """The codes of what stands in the way of the item."""
        return [hindrance["code"] for hindrance in self.item["hindrances"]]

    def form(self, **changes: object) -> dict[str, object]:
        """A form that is in order, but for the changes."""
        filled: dict[str, object] = {**self.item["prefill"], "payment_method": "loan"}
        if self.service == TRANSFER:
            filled |= {"utilities_transfer": True}
        return filled | changes

    def application(
        self,
        form: Mapping[str, object] | None = None,
        answers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """What the terminal is going to sign; every person here has signed by hand."""
        filled = dict(form) if form is not None else self.form()
        given = dict(answers) if answers is not None else dict(ANSWERS)
        return {
            "terminal_id": self.terminal.terminal_id,
            "at": written(city_clock()),
            "service": self.service,
            "preparation_id": self.preparation["preparation_id"],
            "item": self.item["item"],
            "catalogue_version": 10,
            "form": filled,
            "parties": [
                self._party(str(party["party"]), person, filled, given)
                for party, person in zip(self.item["parties"], self.people, strict=False)
            ],
        }

    def _party(
        self,
        party: str,
        person: Person,
        form: Mapping[str, object],
        answers: Mapping[str, str],
    ) -> dict[str, Any]:
        said = {
            "answers": answers,
            "form": form,
            "item": self.item["item"],
            "party": party,
            "service": self.service,
        }
        canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        signed = {
            "digest": hashlib.sha256(canonical.encode()).hexdigest(),
            "picture": drawing(),
            "at": written(city_clock()),
        }
        return {
            "party": party,
            "evidence": dict(person.evidence),
            "answers": dict(answers),
            "signed": signed,
        }

    def body(self, application: Mapping[str, object] | None = None) -> dict[str, str]:
        """The body of the call: the application's bytes, signed by the terminal."""
        signed = self.terminal.signed(application or self.application())
        return {"application": signed["evidence"], "signature": signed["signature"]}

    def file(
        self, application: Mapping[str, object] | None = None, key: str | None = None
    ) -> Reply:
        """File it, by the first person's token."""
        return self.send(self.body(application), key)

    def send(self, body: Mapping[str, object], key: str | None = None) -> Reply:
        """File just this body."""
        key = key or secrets.token_hex(16)
        return self.terminal.call("POST", "/v1/applications", body, key=key, token=self.token)

    def get(self, path: str) -> Reply:
        """Something of the first person's."""
        return self.terminal.call("GET", path, token=self.token)

    def withdraw(self, case_id: str) -> Reply:
        """Take a case back."""
        return self.terminal.write(f"/v1/cases/{case_id}/withdrawal", {}, token=self.token)


def identify(terminal: SampleTerminal, city: City, key: str) -> Person:
    """A session by face; NoSession if the centre refuses."""
    evidence = terminal.signed(terminal.evidence(city.resident(key), face()))
    reply = terminal.write("/v1/sessions", evidence)
    if reply.status != 201:
        raise NoSession(str(reply.json().get("code")))
    return Person(reply.json()["token"], evidence)


def begin(
    terminal: SampleTerminal, city: City, service: str, keys: Sequence[str], nth: int = 0
) -> SampleVisit:
    """Everybody identifies themselves; then the first one's contracts are looked up."""
    people = [identify(terminal, city, key) for key in keys]
    token = people[0].token
    prepared = terminal.call("GET", f"/v1/preparations/{service}", token=token)
    return SampleVisit(terminal, people, service, prepared.json(), nth)


@cache
def drawing() -> str:
    """A line as if signed on the glass: PNG, base64."""
    picture = Image.new("L", (320, 120), 255)
    ImageDraw.Draw(picture).line((20, 70, 120, 30, 200, 90, 300, 40), fill=0, width=5)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode("ascii")
