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
    "preparation": "prepare",
    "application_form": "fill",
    "turn": "sign",
    "questioning": "sign",
    "review": "sign",
    "signature": "sign",
    "submit": "submit",
    "case_result": "submit",
    "payment": "pay",
    "fiscal_receipt": "pay",
    "case_list": "view",
    "case_stages": "view",
    "certificate_list": "view",
    "certificate_check": "check",
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
    if frame.can_withdraw:
        own = button("withdraw")
    leave = button("leave") if frame.can_leave else None
    return Bar(back=back or own, leave=leave, forward=forward)


def phases(kinds: Sequence[str], index: int) -> Steps:
    """The progress line: the phases in order, and the one the current step belongs to.

    It never runs backwards: a phase that came before (a document is viewed again, after paying)
    counts as part of the one that is under way.
    """
    names: list[str] = []
    places: list[int] = []
    for kind in kinds:
        phase = PHASES.get(kind, "fill")
        if phase not in names:
            names.append(phase)
        places.append(len(names) - 1)
    return Steps(names=tuple(text(f"phase.{name}") for name in names), current=places[index])


def frame(
    session: Session,
    kinds: Sequence[str],
    chrome: Chrome,
    *,
    can_go_back: bool,
    can_leave: bool,
    can_withdraw: bool = False,
) -> Frame:
    """What the current step draws its page into."""
    local = type(session.local).__name__ if session.local is not None else ""
    return Frame(
        chrome=chrome,
        steps=phases(kinds, session.index),
        page_id=f"{session.visit_id}/{session.index}.{session.party_index}"
        f".{kinds[session.index]}.{local}",
        can_go_back=can_go_back,
        can_leave=can_leave,
        can_withdraw=can_withdraw,
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
    """What to take along: the card where one was asked for; paper unless surely not printed."""
    asked = any(spec.kind == "identify" for spec in session.service.steps)
    printed = any(
        result.outcome is not PrintOutcome.NOT_PRINTED for result in session.prints.values()
    )
    slip = session.slip is not None and session.slip.outcome is not PrintOutcome.NOT_PRINTED
    out = (("card", asked), ("certificate", printed), ("slip", slip))
    return tuple(name for name, there in out if there)


def in_fours(number: str) -> Plain:
    """A number for eyes that copy it, in groups of four."""
    return Plain(value=numbers.group_in_fours(number))


def reference(session: Session) -> Plain | None:
    """The case's or the enquiry's number; None before there is one."""
    if session.case is not None:
        return in_fours(session.case.case_no)
    return in_fours(session.housing.number) if session.housing is not None else None


def next_kind(session: Session) -> str:
    """The kind of the step that the catalogue names after the current one; empty at the end."""
    following = session.service.steps[session.index : session.index + 1]
    return following[0].kind if following else ""


def fee(amount_fen: int) -> Text:
    """What is charged, or that nothing is."""
    return yuan(amount_fen) if amount_fen else text("money.free")


def yuan(amount_fen: int) -> Text:
    """An amount of money."""
    return text("money.yuan", amount=f"{amount_fen // 100}.{amount_fen % 100:02d}")


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
