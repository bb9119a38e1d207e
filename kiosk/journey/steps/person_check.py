"""Proves that the person here is the card's: by face or by SMS code, as was consented to.

Both end in the centre's session. A barrier: once the session is open, Back stops here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kiosk.journey import framing, troubles
from kiosk.journey.effects import Cancel, CheckFace, OpenSession, SendCode, SetTimer
from kiosk.journey.events import (
    Answered,
    CodeSent,
    Event,
    FaceChecked,
    FaceOutcome,
    Failed,
    IntentGiven,
    OfferChanged,
    Progressed,
    SessionOpened,
    TimerFired,
    Why,
)
from kiosk.journey.facts import Way
from kiosk.journey.session import Session
from kiosk.journey.step import BARRIER, Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.steps.consent import FACE_TRIES, why_not
from kiosk.journey.troubles import Trouble
from screens.models.base import Button, Page
from screens.models.intents import Edited, Pressed
from screens.models.pages import CodePage, FacePage, WaitPage

LIVE_SLOT = "live"
CODE_LENGTH = 6
RESEND = "resend"
_HINTS = {
    "look_straight",
    "turn_left",
    "turn_right",
    "come_closer",
    "one_person_only",
    "no_face",
}


@dataclass(frozen=True, slots=True)
class Facing:
    """The camera looks; ``hint`` is what to do now."""

    hint: str = "look_straight"
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Sending:
    """A code is being sent."""


@dataclass(frozen=True, slots=True)
class Typing:
    """A code was sent and is being typed."""

    challenge_id: str
    phone_masked: str
    code: str = field(default="", repr=False)
    attempts_left: int | None = None
    may_resend: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """The centre is asked; ``before`` is where to return when the code was wrong."""

    before: Facing | Typing


@dataclass(frozen=True, slots=True)
class Stuck:
    """Something is wrong."""

    trouble: Trouble


class PersonCheckStep:
    """Never fails open: no liveness, no match, no answer each open nothing."""

    kind = "person_check"
    reversal: Reversal = BARRIER

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Begin the way that was consented to."""
        return _begin(session, session.way or Way.SMS)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Answers move it, except where a person types."""
        match event:
            case Progressed() if isinstance(session.local, Facing):
                return _progress(session, session.local, event)
            case Answered(answer=SessionOpened()):
                return Next(replace(session, opened=True))
            case Answered():
                return _answered(session, event)
            case TimerFired(name=name) if name == RESEND and isinstance(session.local, Typing):
                return Stay(session.at_step(replace(session.local, may_resend=True)))
            case IntentGiven():
                return _intent(session, event)
            case OfferChanged() | _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """The camera and the centre have limits of their own; a typing person has the clock."""
        return Busy.NO if isinstance(session.local, (Typing, Stuck)) else Busy.WORKING

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """Live view, keypad, wait or trouble."""
        match session.local:
            case Facing() as facing:
                return _face_page(session, facing, frame)
            case Typing() as typing:
                return _code_page(typing, frame)
            case Stuck() as stuck:
                return troubles.page(stuck.trouble, frame, actions=_other_ways(session))
            case _:
                key = "code_sending" if isinstance(session.local, Sending) else "opening"
                return WaitPage(
                    page_id=frame.page_id,
                    chrome=frame.chrome,
                    steps=frame.steps,
                    heading=framing.text(f"wait.{key}.heading"),
                    sentence=framing.text(f"wait.{key}.sentence"),
                    about_s=3,
                    bar=framing.bar(frame),
                )


def _begin(session: Session, way: Way) -> Outcome:
    waiting, job_id = replace(session, way=way).job()
    if way is Way.FACE:
        return Stay(waiting.at_step(Facing()), (CheckFace(job_id),))
    return Stay(waiting.at_step(Sending()), (SendCode(job_id, key=job_id),))


def _progress(session: Session, facing: Facing, event: Progressed) -> Outcome:
    hint = event.what if event.what in _HINTS else facing.hint
    return Stay(session.at_step(replace(facing, hint=hint, done=event.done, total=event.total)))


def _answered(session: Session, event: Answered) -> Outcome:
    match event.answer, session.local:
        case FaceChecked() as checked, Facing() as facing:
            return _face_checked(session, checked, facing)
        case CodeSent() as sent, _:
            typing = Typing(sent.challenge_id, sent.phone_masked)
            return Stay(session.at_step(typing), (SetTimer(RESEND, sent.resend_after_s),))
        case Failed() as failed, Opening(before=Typing() as typing) if _is_wrong_code(failed):
            again = replace(typing, code="", attempts_left=failed.attempts_left)
            return Stay(session.at_step(again))
        case Failed(code="sms_code_exhausted" | "sms_code_expired" as code), _:
            return Stay(session.at_step(Stuck(Trouble(code))))
        case Failed() as failed, _:
            return Stay(session.at_step(Stuck(troubles.of(failed, "camera_gone"))))
        case _:
            return Stay(session)


def _is_wrong_code(failed: Failed) -> bool:
    return failed.why is Why.REFUSED and failed.code == "sms_code_wrong"


def _face_checked(session: Session, checked: FaceChecked, facing: Facing) -> Outcome:
    if checked.outcome is FaceOutcome.MATCHED:
        waiting, job_id = session.job()
        effect = OpenSession(job_id, job_id, Way.FACE, score_band=checked.score_band)
        return Stay(waiting.at_step(Opening(facing)), (effect,))
    counted = replace(session, face_tries=session.face_tries + 1)
    retry = counted.face_tries < FACE_TRIES and checked.outcome is not FaceOutcome.NO_REFERENCE
    trouble = Trouble(f"face_{checked.outcome}", tone="wait", retry=retry)
    return Stay(counted.at_step(Stuck(trouble)))


def _intent(session: Session, event: IntentGiven) -> Outcome:
    match event.intent, session.local:
        case Edited(field="code", value=value), Typing() as typing:
            digits = "".join(c for c in value if c in "0123456789")[:CODE_LENGTH]
            return Stay(session.at_step(replace(typing, code=digits)))
        case Pressed(name="next"), Typing() as typing if len(typing.code) == CODE_LENGTH:
            waiting, job_id = session.job()
            effect = OpenSession(
                job_id, job_id, Way.SMS, challenge_id=typing.challenge_id, code=typing.code
            )
            return Stay(waiting.at_step(Opening(typing)), (effect,))
        case Pressed(name="resend"), Typing(may_resend=True):
            return _begin(session, Way.SMS)
        case Pressed(name="retry"), Stuck(trouble=Trouble(retry=True)):
            return _begin(session, session.way or Way.SMS)
        case Pressed(name="way:sms"), Stuck() | Facing() if not why_not(session, Way.SMS):
            return _switch(session, Way.SMS)
        case Pressed(name="way:face"), Stuck() if not why_not(session, Way.FACE):
            return _switch(session, Way.FACE)
        case _:
            return Stay(session)


def _switch(session: Session, way: Way) -> Outcome:
    """The other way; what still runs for the first is cancelled by losing its job."""
    stale = tuple(Cancel(job_id) for job_id in sorted(session.jobs))
    begun = _begin(replace(session, jobs=frozenset()), way)
    return Stay(begun.session, (*stale, *begun.effects))


def _other_ways(session: Session) -> tuple[Button, ...]:
    """The way not tried; face is not offered again once its tries are used."""
    ways: list[Button] = []
    if session.way is Way.FACE and not why_not(session, Way.SMS):
        ways.append(framing.button("way:sms", "button.use_sms"))
    if session.way is Way.SMS and not why_not(session, Way.FACE):
        ways.append(framing.button("way:face", "button.use_face"))
    return tuple(ways)


def _face_page(session: Session, facing: Facing, frame: Frame) -> FacePage:
    turns = {"turn_left": "left", "turn_right": "right"}
    sms = (framing.button("way:sms", "button.use_sms"),)
    return FacePage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text("face.heading"),
        live=LIVE_SLOT,
        sentence=framing.text(f"face.{facing.hint}"),
        turn=turns.get(facing.hint, "none"),
        done=facing.done,
        total=facing.total,
        actions=sms if not why_not(session, Way.SMS) else (),
        bar=framing.bar(frame),
    )


def _code_page(typing: Typing, frame: Frame) -> CodePage:
    error = None
    if typing.attempts_left is not None:
        error = framing.text("code.wrong", left=typing.attempts_left)
    return CodePage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text("code.heading"),
        field="code",
        length=CODE_LENGTH,
        value=typing.code,
        sentence=framing.text("code.sentence", phone=typing.phone_masked),
        error=error,
        actions=(_resend(typing),),
        bar=framing.bar(
            frame,
            forward=framing.button("next", enabled=len(typing.code) == CODE_LENGTH, why="code.why"),
        ),
    )


def _resend(typing: Typing) -> Button:
    key = "button.resend" if typing.may_resend else "button.resend_later"
    return framing.button("resend", key, enabled=typing.may_resend)
