"""What surrounds every step's page: ids, the named phases, bars, the idle question, farewell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from devices.api import PrintOutcome
from kiosk.credentials import numbers
from kiosk.journey.session import Session
from kiosk.journey.step import Frame
from screens.models.base import Bar, Button, Chrome, Countdown, Steps
from screens.models.pages import FarewellPage
from screens.models.words import Localised, Plain, Text, Words

PHASES: Mapping[str, str] = {
    "guide": "guide",
    "identify": "identity",
    "consent": "identity",
    "person_check": "identity",
    "housing_enquiry": "fill",
    "housing_result": "view",
    "document": "view",
    "print_document": "print",
    "slip": "print",
    "rating": "finish",
    "farewell": "finish",
}
"""Ten steps are too many names for one line: they are told as five phases."""


def localised(texts: Mapping[str, str]) -> Localised:
    """The centre's texts as words for a page."""
    return Localised(by_language=dict(texts))


def text(key: str, **args: str | int | Localised) -> Text:
    """A key of the string tables with its placeholders."""
    return Text(key=key, args=args)


def button(
    name: str, key: str | None = None, *, enabled: bool = True, why: str | None = None
) -> Button:
    """A button whose text is ``button.<name>`` unless another key is given.

    ``why``: the key of the reason that is shown while it is grey.
    """
    reason = text(why) if why is not None and not enabled else None
    return Button(name=name, text=text(key or f"button.{name}"), enabled=enabled, why=reason)


def bar(frame: Frame, *, forward: Button | None = None, back: Button | None = None) -> Bar:
    """The bottom strip of a step's page; ``back`` replaces the engine's own Back."""
    own = button("back") if frame.can_go_back else None
    leave = button("leave") if frame.can_leave else None
    return Bar(back=back or own, leave=leave, forward=forward)


def phases(kinds: Sequence[str], index: int) -> Steps:
    """The progress line: distinct phases in order, and the one the current step belongs to."""
    names: list[str] = []
    for kind in kinds:
        phase = PHASES.get(kind, "fill")
        if phase not in names:
            names.append(phase)
    current = names.index(PHASES.get(kinds[index], "fill"))
    return Steps(names=tuple(text(f"phase.{name}") for name in names), current=current)


def frame(
    session: Session, kinds: Sequence[str], chrome: Chrome, *, can_go_back: bool, can_leave: bool
) -> Frame:
    """What the current step draws its page into."""
    local = type(session.local).__name__ if session.local is not None else ""
    return Frame(
        chrome=chrome,
        steps=phases(kinds, session.index),
        page_id=f"{session.visit_id}/{session.index}.{kinds[session.index]}.{local}",
        can_go_back=can_go_back,
        can_leave=can_leave,
    )


def countdown(seconds_left: int, total_s: int) -> Countdown:
    """The idle question."""
    return Countdown(
        seconds_left=seconds_left,
        total_s=total_s,
        more=button("more_time"),
        leave=button("leave", "button.end_now"),
    )


def left_things(session: Session) -> tuple[str, ...]:
    """What to take along: the card always; paper unless it surely was not printed."""
    papers = (("certificate", session.printed), ("slip", session.slip))
    out = tuple(
        name
        for name, result in papers
        if result is not None and result.outcome is not PrintOutcome.NOT_PRINTED
    )
    return ("card", *out)


def in_fours(number: str) -> Plain:
    """A number for eyes that copy it, in groups of four."""
    return Plain(value=numbers.group_in_fours(number))


def reference(session: Session) -> Plain | None:
    """The enquiry's number; None before there is one."""
    return in_fours(session.housing.number) if session.housing is not None else None


def closing_page(session: Session, chrome: Chrome, reason: str) -> FarewellPage:
    """The farewell after an early end.

    The card is always announced: a reader that has read one cannot prove that it is empty again.
    """
    sentences: tuple[Words, ...] = (text("farewell.wiped"),)
    return FarewellPage(
        page_id=f"{session.visit_id}/closing",
        chrome=chrome,
        heading=text("farewell.early.heading"),
        subheading=text(f"farewell.early.{reason}"),
        take=left_things(session),
        sentences=sentences,
        bar=Bar(forward=button("finish")),
    )
