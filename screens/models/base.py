"""What every page has: the top strip, the named steps, the bottom strip, the countdown."""

from __future__ import annotations

from pydantic import Field

from screens.models.words import Localised, Model, Words


class Button(Model):
    """Something to press. ``name`` comes back in ``Pressed``; ``why`` says why it is greyed."""

    name: str
    text: Words
    enabled: bool = True
    why: Words | None = None


class Bar(Model):
    """The bottom strip: always these three places, in this order, whether filled or not."""

    back: Button | None = None
    leave: Button | None = None
    forward: Button | None = None


class Language(Model):
    """One language that can be chosen; ``name`` is its own name for itself."""

    code: str
    name: str


class Chrome(Model):
    """The top strip. ``states`` are the line and the devices in words; empty when all is well."""

    organisation: Localised
    states: tuple[Words, ...] = ()
    language: str = "zh-CN"
    languages: tuple[Language, ...] = ()
    elder: bool = False
    hotline: str = "12345"


class Steps(Model):
    """The progress line: names of the steps and which one this is (0-based)."""

    names: tuple[Words, ...]
    current: int


class Countdown(Model):
    """The idle question 'are you still there'; drawn over the page with its own buttons.

    ``more`` keeps the visit; ``leave`` ends it now.
    """

    seconds_left: int
    total_s: int
    more: Button
    leave: Button


class Notice(Model):
    """A banner under the heading. ``tone``: info, done, wait or danger."""

    tone: str = Field(pattern="^(info|done|wait|danger)$")
    text: Words


class Fact(Model):
    """A label and its value, as on a form. ``strong`` ones are drawn large."""

    label: Words
    value: Words
    strong: bool = False


class Page(Model):
    """Base of every view-model.

    ``page_id`` is the page's identity: while it stays the same the screen updates the widgets it
    has; when it changes a new page is drawn. ``heading`` is a sentence.
    """

    page_id: str
    chrome: Chrome
    heading: Words
    subheading: Words | None = None
    steps: Steps | None = None
    notice: Notice | None = None
    bar: Bar = Bar()
    countdown: Countdown | None = None
