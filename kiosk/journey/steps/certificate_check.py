"""证书核验: by the code on the paper, or by its number and its holder's document. Anybody may.

What cannot be checked now is said to be so, never guessed; a signature that was checked without
the centre says what it proves and what it does not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.journey import catalogue, framing, troubles
from kiosk.journey.catalogue import CheckParams
from kiosk.journey.effects import Cancel, CheckCode, CheckNumber, ScanCode
from kiosk.journey.events import Answered, Checked, CodeSeen, Event, Failed, IntentGiven
from kiosk.journey.session import Session
from kiosk.journey.step import Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.steps import check_pages
from kiosk.journey.steps.asking import wait_page
from kiosk.journey.steps.check_pages import Typing
from kiosk.journey.troubles import Trouble
from screens.models.base import Page
from screens.models.intents import Edited, Pressed


@dataclass(frozen=True, slots=True)
class Choosing:
    """By code or by number."""


@dataclass(frozen=True, slots=True)
class Scanning:
    """The camera looks for a code."""

    job_id: str


@dataclass(frozen=True, slots=True)
class Checking:
    """The centre is asked."""


@dataclass(frozen=True, slots=True)
class Failing:
    """The check could not be made for a reason of ours; nothing is said of the certificate."""

    trouble: Trouble


class CertificateCheckStep:
    """Ends with a verdict; another certificate may follow."""

    kind = "certificate_check"
    reversal = Reversal(invalidates=("check",))

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Which way."""
        return Stay(session.at_step(Choosing()))

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Choose, show or type, learn the verdict."""
        match event, session.local:
            case Answered(answer=CodeSeen(payload=payload)), Scanning():
                return _check_code(session, payload)
            case Answered(answer=Checked(check=check)), Checking():
                return Stay(replace(session, check=check, local=None))
            case Answered(answer=Failed() as failed), Scanning():
                return Stay(session.at_step(Failing(troubles.of(failed, "camera_gone"))))
            case Answered(answer=Failed() as failed), Checking():
                return Stay(session.at_step(Failing(troubles.of(failed))))
            case IntentGiven(intent=Edited(field=name, value=value)), Typing() as typing:
                return Stay(session.at_step(typing.with_value(name, value)))
            case IntentGiven(intent=Pressed(name="next"), today=today), Typing() as typing:
                told = catalogue.read(CheckParams, params)
                return _typed(session, typing, told, typing.defects(told, today))
            case IntentGiven(intent=Pressed(name=name)), _:
                return _pressed(session, name)
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """The centre works while it is asked; the camera waits for a person."""
        return Busy.WORKING if isinstance(session.local, Checking) else Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """The ways, the camera, the form, the verdict."""
        match session.local:
            case Scanning():
                return check_pages.scan_page(frame)
            case Typing() as typing:
                return check_pages.form_page(typing, catalogue.read(CheckParams, params), frame)
            case Checking():
                return wait_page(frame, "check")
            case Failing(trouble=trouble):
                way = framing.button("choose", "button.other_way")
                return troubles.page(trouble, frame, actions=(way,))
            case None if session.check is not None:
                return check_pages.verdict_page(session.check, frame)
            case _:
                return check_pages.ways_page(session, frame)


def _pressed(session: Session, name: str) -> Outcome:
    match name, session.local:
        case "way:scan", Choosing() if check_pages.camera_ready(session):
            return _scan(session)
        case "way:type", Choosing():
            return Stay(session.at_step(Typing()))
        case "choose", Scanning() | Typing() | Failing() | None:
            return _choose(session)
        case "retry", Failing():
            return _choose(session)
        case "type_back", Typing(page=0):
            return _choose(session)
        case "type_back", Typing() as typing:
            return Stay(session.at_step(replace(typing, page=typing.page - 1)))
        case "again" | "another", None:
            return _choose(session)
        case "next", None if session.check is not None:
            return Next(session)
        case _:
            return Stay(session)


def _choose(session: Session) -> Outcome:
    stale = tuple(Cancel(job_id) for job_id in sorted(session.jobs))
    clean = replace(session, jobs=frozenset(), check=None, local=Choosing())
    return Stay(clean, stale)


def _scan(session: Session) -> Outcome:
    waiting, job_id = session.job()
    return Stay(waiting.at_step(Scanning(job_id)), (ScanCode(job_id),))


def _check_code(session: Session, payload: str) -> Outcome:
    waiting, job_id = session.job()
    effect = CheckCode(job_id, job_id, payload)
    return Stay(waiting.at_step(Checking()), (effect,))


def _typed(session: Session, typing: Typing, params: CheckParams, wrong: frozenset[str]) -> Outcome:
    if wrong:
        return Stay(session.at_step(replace(typing, wrong=wrong)))
    if not typing.last:
        return Stay(session.at_step(replace(typing, page=typing.page + 1)))
    waiting, job_id = session.job()
    document, holder = typing.values["document"], typing.values["holder"]
    effect = CheckNumber(job_id, job_id, typing.number(params), document, holder)
    return Stay(waiting.at_step(Checking()), (effect,))
