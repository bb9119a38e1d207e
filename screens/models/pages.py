"""The pages of a visit, one view-model each."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from screens.models.base import Button, Fact, Page
from screens.models.filing import (
    ComparePage,
    FormPage,
    ListPage,
    PayPage,
    QrPage,
    ReviewPage,
    ScanPage,
    SignaturePage,
    StagesPage,
    VerdictPage,
)
from screens.models.words import Model, Words


class Tile(Model):
    """One service on the home page. A greyed tile says why, and where it works instead."""

    button: Button
    icon: str
    summary: Words
    elsewhere: Words | None = None


class HomePage(Page):
    """The menu from the catalogue."""

    kind: Literal["home"] = "home"
    tiles: tuple[Tile, ...]


class GuidePage(Page):
    """Before anything is typed: what to bring, what it costs, how long it takes."""

    kind: Literal["guide"] = "guide"
    facts: tuple[Fact, ...]


class DevicePage(Page):
    """Asks for something at a device: put the card here, wait for the paper there.

    ``device``: id_card, social_card, id_or_social (lay the ID card flat or insert the other),
    camera, receipt_printer, certificate_printer, payment_pad. ``busy`` draws the quiet mark.
    ``done`` of ``total``: the sheet under way; 0 of 0 when nothing is countable.
    """

    kind: Literal["device"] = "device"
    device: str
    sentence: Words
    busy: bool = False
    done: int = 0
    total: int = 0
    actions: tuple[Button, ...] = ()


class ConfirmPage(Page):
    """Is this you? The one page whose words hold a whole ID number. ``portrait``: a pixel slot."""

    kind: Literal["confirm"] = "confirm"
    portrait: str | None = None
    facts: tuple[Fact, ...]


class Way(Model):
    """One of the equal ways on a choice page: a big button with what it means."""

    button: Button
    icon: str
    explanation: Words


class WaysPage(Page):
    """A choice between equal ways (consent: face here, or SMS code)."""

    kind: Literal["ways"] = "ways"
    paragraphs: tuple[Words, ...]
    ways: tuple[Way, ...]


class FacePage(Page):
    """Live view with the one thing to do now. ``turn``: none, left, right (the citizen's own).

    ``live`` names the pixel slot; the picture is drawn mirrored, as in a mirror.
    """

    kind: Literal["face"] = "face"
    live: str
    sentence: Words
    turn: str = Field(default="none", pattern="^(none|left|right)$")
    done: int = 0
    total: int = 0
    actions: tuple[Button, ...] = ()


class CodePage(Page):
    """Digits with an on-screen keypad. ``field`` comes back in ``Edited``; ``length`` digits."""

    kind: Literal["code"] = "code"
    field: str
    length: int
    value: str = ""
    sentence: Words
    error: Words | None = None
    actions: tuple[Button, ...] = ()


class Option(Model):
    """One choice in a group."""

    value: str
    text: Words


class ChoiceGroup(Model):
    """A labelled set of options of which one is chosen; ``Edited(field, value)`` comes back."""

    field: str
    label: Words
    options: tuple[Option, ...]
    chosen: str | None = None
    error: Words | None = None


class ChoicesPage(Page):
    """One or two groups of options: scope and purpose."""

    kind: Literal["choices"] = "choices"
    groups: tuple[ChoiceGroup, ...]


class WaitPage(Page):
    """Something is being done: what, and for how long yet (``about_s``; 0 = not known)."""

    kind: Literal["wait"] = "wait"
    sentence: Words
    about_s: int = 0


class ResultItem(Model):
    """One found thing: a title and its facts."""

    title: Words
    facts: tuple[Fact, ...]


class ResultPage(Page):
    """What the enquiry found: a sentence that says it, the things, and what it does not say."""

    kind: Literal["result"] = "result"
    summary: Words
    items: tuple[ResultItem, ...]
    facts: tuple[Fact, ...]
    caution: Words | None = None


class PreviewPage(Page):
    """The document's pages as pictures, with page buttons; ``slots`` name pixel slots in order."""

    kind: Literal["preview"] = "preview"
    slots: tuple[str, ...]
    current: int = 0
    seal: Words
    previous: Button
    following: Button


class OutcomePage(Page):
    """What happened, what it means for the citizen's case, what to do now. Never a code alone.

    ``tone``: done, wait or danger. ``reference`` is a number to quote, in groups of four.
    """

    kind: Literal["outcome"] = "outcome"
    tone: str = Field(pattern="^(done|wait|danger)$")
    meaning: Words
    todo: tuple[Words, ...]
    reference: Words | None = None
    actions: tuple[Button, ...] = ()


class RatingPage(Page):
    """好差评: five grades, none chosen beforehand, skippable. Grades best first."""

    kind: Literal["rating"] = "rating"
    grades: tuple[Button, ...]


class FarewellPage(Page):
    """Take your card and papers. ``take``: card, certificate, slip."""

    kind: Literal["farewell"] = "farewell"
    take: tuple[str, ...]
    sentences: tuple[Words, ...]


AnyPage = Annotated[
    HomePage
    | GuidePage
    | DevicePage
    | ConfirmPage
    | WaysPage
    | FacePage
    | CodePage
    | ChoicesPage
    | WaitPage
    | ResultPage
    | PreviewPage
    | OutcomePage
    | RatingPage
    | FarewellPage
    | ComparePage
    | FormPage
    | ListPage
    | PayPage
    | QrPage
    | ReviewPage
    | ScanPage
    | SignaturePage
    | StagesPage
    | VerdictPage,
    Field(discriminator="kind"),
]
