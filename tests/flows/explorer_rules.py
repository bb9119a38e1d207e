"""What must never happen in a visit, judged from outside: by effects, pages and the past."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kiosk import text
from kiosk.journey import effects
from kiosk.journey.effects import Effect
from kiosk.journey.engine import CLOSING, COUNTDOWN, IDLE
from kiosk.journey.events import Answered, Event, FaceChecked, FaceOutcome
from kiosk.journey.facts import Way
from kiosk.journey.session import Session
from kiosk.journey.step import Busy
from kiosk.journey.steps.document import source_of
from screens.models.filing import SignaturePage
from screens.models.pages import AnyPage, PreviewPage
from screens.models.words import Plain
from tests.flows.explorer_state import Signed, State, plain

WAYS_OUT = {"leave", "skip", "finish", "keep"}
COMMITTED = (
    effects.PrintDocument,
    effects.PrintSlip,
    effects.SubmitApplication,
    effects.WithdrawCase,
    effects.BeginPayment,
    effects.AwaitPayment,
    effects.ClosePayment,
)
"""Whoever waits for one of these may be kept until it has ended."""
FOR_A_PERSON = (effects.ReadCard, effects.ScanCode)
"""Jobs that wait for somebody who may have gone."""
CLOCKS = {IDLE, COUNTDOWN, CLOSING, "farewell"}
BEFORE_ANYTHING = re.compile(
    r"trouble\.(centre_unreachable|centre_unbelievable|centre_busy|broken)\."
)
"""Troubles that say that nothing was charged and nothing was done."""
_KEY = re.compile(r'"key":"([^"]+)"')


@cache
def no_charge_claims() -> frozenset[str]:
    """Keys of sentences that say that nobody was charged."""
    said = text.tables()["zh-CN"]
    claims = {key for key, words in said.items() if re.search("没有(产生|扣款|为)", words)}
    return frozenset(claims - {"wait.payment_closing.sentence"})


def of_effect(effect: Effect, before: State, made: State, event: Event | None) -> Iterator[str]:
    """What an effect must never follow. ``made``: the state in which it is asked for."""
    session, past = before.session, before.past
    match effect:
        case effects.PrintDocument(subject=subject, source_id=source):
            if subject in past.out:
                yield "printed again after paper came out or may have"
            if (subject, source) not in past.intact:
                yield "printed without an intact seal"
        case effects.PrintSlip() if "slip" in past.out:
            yield "a slip printed again after paper came out or may have"
        case effects.CheckFace() if not _has_photo(session):
            yield "a face compared with a card without a photo"
        case effects.OpenSession(way=Way.FACE) if not (_is_match(event) and _has_photo(session)):
            yield "a session after a face that did not match"
        case effects.OpenSession(way=Way.SMS, code=code) if len(code) != 6:
            yield "a session without a code"
        case effects.FindHousing() | effects.FetchDocument() | effects.Prepare():
            if not made.session.party_state(0).opened:
                yield "an enquiry before the session is open"
        case effects.SubmitApplication():
            yield from _of_submission(effect, before)
        case effects.BeginPayment() | effects.WithdrawCase():
            yield from _of_money(effect, before)
        case _:
            pass


def _of_submission(effect: effects.SubmitApplication, before: State) -> Iterator[str]:
    session, past = before.session, before.past
    if past.handed_in == "decided":
        yield "handed in again after it was decided"
    if past.handed_in in {"asked", "unknown"} and effect.key != past.submit_key:
        yield "another application while the first one's outcome is unknown"
    draft = effect.draft
    if {each.party for each in draft.parties} != {party.party for party in session.parties}:
        yield "handed in with a party missing"
    for each in draft.parties:
        party, was = session.parties[each.index], past.signed.get(each.index)
        made_under = (draft.item, plain(draft.form), each.party, plain(each.answers))
        if was is None or (was.item, was.content, was.party, was.record) != made_under:
            yield "handed in with a signature that was made under something else"
        elif not was.opened or not _is_of(was, party.number_masked):
            yield "handed in with the signature of somebody who did not identify"
        if each.answers.get("genuine") != "yes":
            yield "handed in with an answer that stops it"


def _is_of(was: Signed, masked: str) -> bool:
    return (was.number[:6], was.number[-4:]) == (masked[:6], masked[-4:])


def _of_money(effect: effects.BeginPayment | effects.WithdrawCase, before: State) -> Iterator[str]:
    session, past = before.session, before.past
    match effect:
        case effects.BeginPayment():
            if past.money_moved or past.money == "asked":
                yield f"a payment begun while another is {past.money}"
            if past.withdrawal in {"asked", "unknown"}:
                yield "a payment begun while the application may be withdrawn"
            if session.order is None or session.order.state != "open":
                yield "a payment begun of an order that is not open"
        case effects.WithdrawCase(key=key):
            if session.case is None or session.case.outcome != "accepted":
                yield "withdrawn without an application"
            if past.money in {"asked", "open", "unknown"}:
                yield "withdrawn while it is not known whether it was paid"
            if past.withdrawal == "unknown" and key != past.withdraw_key:
                yield "withdrawn once more under another key"


def of_step(before: State, after: State) -> Iterator[str]:
    """What a transition must never do."""
    was, now = before.session, after.session
    backwards = (now.index, now.party_index) < (was.index, was.party_index)
    if before.past.sent and after.past.sent and backwards and after.past.wipes == 0:
        yield "went back behind what was handed in"
    if after.past.wipes == 0 and after.past.standing != now.party_index:
        yield "the vault keeps another party's things"
    if set(after.jobs) != set(now.jobs):
        yield "a job runs that nobody waits for, or none runs that is waited for"


def of_state(state: State) -> Iterator[str]:
    """What must hold everywhere."""
    journey = state.journey
    over = journey.ended is not None or journey.step_kind in {CLOSING, "farewell"}
    if over and state.personal:
        yield f"something personal is left ({', '.join(state.personal)})"
    if over and state.past.wipes != 1:
        yield f"wiped {state.past.wipes} times"
    if journey.ended is not None:
        if state.jobs:
            yield "a job runs on after the end"
        if state.timers & CLOCKS - {"farewell"}:
            yield "a timer of the visit ticks on"
        return
    yield from _of_idleness(state)


def _of_idleness(state: State) -> Iterator[str]:
    """Where nothing works for the visitor, a clock must run."""
    if not state.timers & CLOCKS:
        yield "nothing will ever end it when nobody is there"
    if state.journey.step_kind in {CLOSING, "farewell"}:
        return
    waits = not state.jobs or all(isinstance(job, FOR_A_PERSON) for job in state.jobs.values())
    if waits and _busy(state) in {Busy.WORKING, Busy.COMMITTED}:
        yield "the clock stands still while nothing works"


def _busy(state: State) -> Busy:
    return state.journey._step.busy(state.session)  # pyright: ignore[reportPrivateUsage] - judged


def of_page(state: State, page: AnyPage, buttons: set[str]) -> Iterator[str]:
    """What a page must have, and must not say."""
    past, told = state.past, page.model_dump_json()
    keys = set(_KEY.findall(told))
    committed = any(isinstance(job, COMMITTED) for job in state.jobs.values())
    if not buttons & WAYS_OUT and not committed:
        yield "no way out on the page"
    if past.wipes:
        return
    if past.sent and any(BEFORE_ANYTHING.match(key) for key in keys):
        yield "after handing in it says that nothing was done"
    if past.money_moved and (claims := keys & no_charge_claims()):
        yield f"it says that nothing was charged ({', '.join(sorted(claims))})"
    if "withdraw" in buttons and past.money in {"asked", "open", "unknown"}:
        yield "withdrawal is offered while it is not known whether it was paid"
    yield from _of_others(state, page, told)
    if isinstance(page, PreviewPage) and not _is_intact(state):
        yield "a document is shown whose seal was not found intact"


def _of_others(state: State, page: AnyPage, told: str) -> Iterator[str]:
    """Nothing of one party is shown to, or used for, another."""
    session = state.session
    here = session.card.number if session.card is not None else ""
    for other in session.others.values():
        number = other.card.number if other.card is not None else here
        if number != here and number[6:14] in told:
            yield "another party's number is on the page"
    signer = session.party.name if session.party is not None else ""
    if isinstance(page, SignaturePage) and page.signer != Plain(value=signer):
        yield "the wrong name stands at the signature"
    if session.record and session.case is None and not session.opened:
        yield "answers of somebody who has not identified"


def _is_intact(state: State) -> bool:
    session, past = state.session, state.past
    shown = {
        subject
        for subject in session.documents
        if (s := source_of(session, subject)) and (subject, s.source_id) in past.intact
    }
    return set(session.documents) == shown


def _has_photo(session: Session) -> bool:
    return session.card is not None and session.card.portrait


def _is_match(event: Event | None) -> bool:
    return (
        isinstance(event, Answered)
        and isinstance(event.answer, FaceChecked)
        and event.answer.outcome is FaceOutcome.MATCHED
    )
