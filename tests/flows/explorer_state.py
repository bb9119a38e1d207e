"""What tells one state of a walk from another, and what its past forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import cache
from typing import cast

from kiosk import home
from kiosk.journey import application
from kiosk.journey.effects import Effect
from kiosk.journey.engine import Journey
from kiosk.journey.session import PartyState, Session
from kiosk.journey.steps.signature import Signing
from screens.models.pages import AnyPage

MAY_REMAIN = {
    *("visit_id", "service", "offer", "index", "entered_at", "next_job", "jobs", "times"),
    *("prints", "withdrawn", "slip"),
}
"""Fields of a session that may be filled when the visit is over: none of them tells of a person."""
_JOB = re.compile(r"visit\.\d+")


@dataclass(frozen=True)
class Signed:
    """What a party's signature was made under, and who stood here; kept apart from any digest."""

    item: str
    content: object
    party: str
    record: object
    number: str
    opened: bool


@dataclass(frozen=True)
class Past:
    """The ghosts: what has happened, whatever the journey remembers of it.

    ``handed_in``: "", asked, unknown, decided; ``money``: "", asked, open, unknown, paid, free;
    ``withdrawal``: "", asked, unknown, done. ``out``: subjects of which paper came out or may have.
    ``intact``: subject and source of documents whose seal held at the last look.
    """

    handed_in: str = ""
    submit_key: str = ""
    money: str = ""
    withdrawal: str = ""
    withdraw_key: str = ""
    out: frozenset[str] = frozenset()
    intact: frozenset[tuple[str, str]] = frozenset()
    signed: Mapping[int, Signed] = field(default_factory=dict[int, Signed])
    standing: int = 0
    """Whose things the vault keeps now."""
    wipes: int = 0

    @property
    def sent(self) -> bool:
        """Whether the centre may have the application."""
        return self.handed_in != ""

    @property
    def money_moved(self) -> bool:
        """Whether anybody may have been charged."""
        return self.money in {"open", "unknown", "paid"}


@dataclass(frozen=True)
class Way:
    """How a state was come to: the last event, and the way before it."""

    name: str
    before: Way | None = None

    def __str__(self) -> str:
        return " > ".join(reversed(list(self._names())))

    def _names(self) -> Iterator[str]:
        way: Way | None = self
        while way is not None:
            yield way.name
            way = way.before


@dataclass(frozen=True)
class State:
    """A journey, what runs and ticks around it, and its past."""

    journey: Journey
    way: Way
    jobs: Mapping[str, Effect] = field(default_factory=dict[str, Effect])
    timers: frozenset[str] = frozenset()
    past: Past = field(default_factory=Past)

    @property
    def session(self) -> Session:
        return self.journey.session

    @property
    def key(self) -> object:
        """States with the same key go on alike: they differ in ids, times and wording only."""
        journey, session, past = self.journey, self.session, self.past
        return (
            (session.index, session.party_index, journey.ended, journey.insists),
            journey.step_kind,
            plain(session.local),
            plain(session.aside),
            tuple(sorted(_job(effect) for effect in self.jobs.values())),
            (self.timers, session.offer.ready, session.offer.line_up),
            _of_people(session, past),
            _of_facts(session),
            (past.handed_in, past.money, past.withdrawal, past.out, past.intact, past.wipes),
        )

    @property
    def page(self) -> AnyPage:
        """What the glass shows."""
        chrome = home.chrome(None, (), language="zh-CN", elder=False)
        return cast("AnyPage", self.journey.view(chrome))

    @property
    def personal(self) -> tuple[str, ...]:
        """Names of the session's fields that still hold something of the visitor."""
        return tuple(name for name, empty in _EMPTY.items() if getattr(self.session, name) != empty)


def plain(value: object) -> object:
    """A value as something hashable, ids of jobs made alike; hidden fields count too."""
    if isinstance(value, str):
        return _JOB.sub("job", value) if "visit." in value else value
    if value is None or isinstance(value, (int, frozenset)):
        return cast("object", value)
    if isinstance(value, Signing):
        return ("Signing", value.strokes, value.too_little)  # how often it was tried tells nothing
    if is_dataclass(value) and not isinstance(value, type):
        kind = type(value)
        return (kind.__name__, *(plain(getattr(value, name)) for name in _names(kind)))
    if isinstance(value, Mapping):
        held = cast("Mapping[str, object]", value)
        return tuple(sorted((name, plain(each)) for name, each in held.items()))
    if isinstance(value, tuple):
        return tuple(plain(each) for each in cast("tuple[object, ...]", value))
    return value


def signed_now(session: Session, index: int) -> Signed:
    """What that party's signature would be made under at this moment."""
    state = session.party_state(index)
    try:
        content = plain(application.content(session))
    except ValueError:
        content = "cannot be sent"
    return Signed(
        session.item.item if session.item else "",
        content,
        session.parties[index].party,
        plain(state.record),
        state.card.number if state.card else "",
        state.opened,
    )


def _job(effect: Effect) -> str:
    return f"{type(effect).__name__}:{getattr(effect, 'subject', '')}"


def _of_people(session: Session, past: Past) -> object:
    """Who has stood here. Once the application is decided nobody can return to any of it."""
    if session.case is not None:
        return None
    people = {session.party_index, *session.others}
    parties = tuple((i, _of_party(session.party_state(i))) for i in sorted(people))
    fits = tuple(
        index
        for index in range(len(session.parties))
        if session.party_state(index).signature is not None
        and (was := past.signed.get(index)) is not None
        and signed_now(session, index) == was
    )
    return (
        parties,
        fits,
        session.item.item if session.item else None,
        tuple(item.item for item in session.preparation.items) if session.preparation else None,
        plain(session.form),
    )


def _of_party(state: PartyState) -> object:
    """How they were checked matters until the session is open: there is no way back behind it."""
    card = state.card
    number = (card.number, card.kind, card.portrait) if card is not None else None
    check = "opened" if state.opened else (state.way, state.face_tries)
    return (number, check, plain(state.record), state.signature is not None)


def _of_facts(session: Session) -> object:
    case, looked_at, payment = session.case, session.looked_at, session.payment
    return (
        (case.outcome, case.order_id) if case is not None else None,
        session.order.state if session.order is not None else None,
        (payment.money, payment.reason) if payment is not None else None,
        (looked_at.case_id, looked_at.certificate_id) if looked_at is not None else None,
        session.certificate.certificate_id if session.certificate is not None else None,
        (session.check.verdict, session.check.why) if session.check is not None else None,
        tuple(
            fact is not None
            for fact in (session.housing, session.receipt, session.cases, session.certificates)
        ),
        frozenset(session.documents),
        plain(session.prints),
        session.slip,
        (session.withdrawn, session.withdrawal_key != "", plain(session.answers)),
    )


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


_EMPTY: Mapping[str, object] = {
    own.name: own.default_factory() if own.default_factory is not MISSING else own.default
    for own in fields(Session)
    if own.name not in MAY_REMAIN
}
