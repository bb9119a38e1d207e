"""The pages of an application, a payment and a check, one view-model each."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from screens.models.base import Button, Fact, Page
from screens.models.words import Model, Words


class SourceValue(Model):
    """What one source says of a field."""

    source: Words
    value: Words


class ComparedField(Model):
    """One field as its sources have it. ``verdict`` is drawn as a word and a mark, never alone."""

    label: Words
    values: tuple[SourceValue, ...]
    verdict: str = Field(pattern="^(agrees|differs|single|unknown)$")
    verdict_text: Words


class ComparePage(Page):
    """Shared data field by field: what agrees, what does not. ``title``: which contract.

    Long lists have page buttons.
    """

    kind: Literal["compare"] = "compare"
    title: Words
    fields: tuple[ComparedField, ...]
    summary: Words


class ListItem(Model):
    """One thing to choose; ``state`` is a short word with a tone (info, done, wait, danger)."""

    button: Button
    title: Words
    lines: tuple[Words, ...] = ()
    state: Words | None = None
    tone: str = Field(default="info", pattern="^(info|done|wait|danger)$")


class ListPage(Page):
    """Things to choose one of (contracts, cases, certificates). Empty: ``nothing`` says so."""

    kind: Literal["list"] = "list"
    sentence: Words | None = None
    items: tuple[ListItem, ...]
    nothing: Words | None = None


class FieldOption(Model):
    """One option of a choice field."""

    value: str
    text: Words


class FormField(Model):
    """One field of a form. ``Edited(field, value)`` comes back at each change.

    ``input``: ``choice`` (options), ``digits`` (0-9), ``id_number`` (digits and X), ``code``
    (A-Z and digits). ``length`` is the most characters. ``error`` is drawn at the field.
    """

    field: str
    label: Words
    input: str = Field(pattern="^(choice|digits|id_number|code)$")
    value: str = ""
    options: tuple[FieldOption, ...] = ()
    length: int = Field(default=40, ge=1, le=200)
    hint: Words | None = None
    unit: Words | None = None
    error: Words | None = None


class FormPage(Page):
    """A few fields (at most four). A field that is typed into shows its keypad under the form.

    ``focused`` names the field that has the keypad; the screen changes it by a touch on its own.
    """

    kind: Literal["form"] = "form"
    sentence: Words | None = None
    fields: tuple[FormField, ...]
    focused: str = ""


class ReviewSection(Model):
    """What belongs together; ``edit`` goes back to where it was entered, None where it can't."""

    title: Words
    rows: tuple[Fact, ...]
    edit: Button | None = None


class ReviewPage(Page):
    """Everything that will be signed. Long ones have page buttons; ``forward`` waits for no one."""

    kind: Literal["review"] = "review"
    sections: tuple[ReviewSection, ...]
    sentence: Words | None = None


class SignaturePage(Page):
    """A canvas for a handwritten signature, 16 wide by 9 high.

    ``Drawn(field, strokes)`` comes back after each stroke.

    ``statement``: what is signed to. When ``attempt`` rises the canvas is emptied. ``clear``
    empties it; it is pressed like any button, and the screen does nothing by itself.
    """

    kind: Literal["signature"] = "signature"
    field: str
    statement: Words
    signer: Words
    attempt: int = 0
    error: Words | None = None
    clear: Button


class PayLine(Model):
    """One line of the order, with who gets it."""

    label: Words
    payee: Words
    amount: Words


class PayPage(Page):
    """What is to be paid and how. ``ways`` are equal; empty on an order that is only shown."""

    kind: Literal["pay"] = "pay"
    lines: tuple[PayLine, ...]
    total: Words
    ways: tuple[Button, ...] = ()
    sentence: Words | None = None


class QrPage(Page):
    """A QR code for the payer's phone. ``expires_in_s`` counts from when the page first came.

    ``qr`` is the code's text; nothing is drawn of a text over 1,000 characters.
    """

    kind: Literal["qr"] = "qr"
    total: Words
    qr: str = Field(max_length=1000)
    expires_in_s: int = Field(default=0, ge=0)
    sentence: Words
    channels: tuple[Words, ...] = ()
    actions: tuple[Button, ...] = ()


class Stage(Model):
    """One of the five stages. ``state`` is drawn as a mark and told by ``state_text``."""

    name: Words
    state: str = Field(pattern="^(done|current|todo|not_needed)$")
    state_text: Words
    at: Words | None = None
    note: Words | None = None


class StagesPage(Page):
    """How far a case is: five stages, one under the other."""

    kind: Literal["stages"] = "stages"
    title: Words
    reference: Words
    stages: tuple[Stage, ...]
    sentence: Words | None = None


class ScanPage(Page):
    """Hold a code up to the camera. ``live`` names the pixel slot, mirrored as on FacePage."""

    kind: Literal["scan"] = "scan"
    live: str
    sentence: Words
    error: Words | None = None
    actions: tuple[Button, ...] = ()


class VerdictPage(Page):
    """What a check came to. ``tone``: done (current), wait (cannot be checked now), danger.

    ``proves`` and ``proves_not`` say what the verdict rests on; both may be empty.
    """

    kind: Literal["verdict"] = "verdict"
    tone: str = Field(pattern="^(done|wait|danger)$")
    verdict: Words
    facts: tuple[Fact, ...] = ()
    proves: tuple[Words, ...] = ()
    proves_not: tuple[Words, ...] = ()
    actions: tuple[Button, ...] = ()
