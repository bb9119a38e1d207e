"""A handwritten signature on the glass, made under exactly what was reviewed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import hypot

from kiosk.journey import application, catalogue, framing
from kiosk.journey.case_facts import Signature
from kiosk.journey.catalogue import SignatureParams
from kiosk.journey.events import Event, IntentGiven
from kiosk.journey.session import Session
from kiosk.journey.step import Busy, Frame, Next, Outcome, Params, Reversal, Stay
from screens.models.filing import SignaturePage
from screens.models.intents import Drawn, Pressed, Stroke
from screens.models.words import Plain

FIELD = "signature"
SHORTEST_LINE = 5_000
"""Ten-thousandths of the canvas that a signature's line has at least: a dot or a slip has less."""
NARROWEST = 800
"""How wide it is at least, in the same measure."""


@dataclass(frozen=True, slots=True)
class Signing:
    """The canvas; it is emptied when ``attempt`` rises."""

    attempt: int = 0
    strokes: tuple[Stroke, ...] = field(default=(), repr=False)
    too_little: bool = False


class SignatureStep:
    """Going back past it forgets it: whoever signs again sees again what they sign."""

    kind = "signature"
    reversal = Reversal(invalidates=("signature",))

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """An empty canvas."""
        return Stay(session.at_step(Signing()))

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Take the strokes; clear them; or sign."""
        signing = session.local if isinstance(session.local, Signing) else Signing()
        match event:
            case IntentGiven(intent=Drawn(field=name, strokes=strokes)) if name == FIELD:
                return Stay(session.at_step(replace(signing, strokes=strokes, too_little=False)))
            case IntentGiven(intent=Pressed(name="clear")):
                return Stay(session.at_step(Signing(signing.attempt + 1)))
            case IntentGiven(intent=Pressed(name="next")):
                return _sign(session, signing)
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """A person signs."""
        return Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> SignaturePage:
        """What is signed to, by whom, and where."""
        signing = session.local if isinstance(session.local, Signing) else Signing()
        statement = catalogue.read(SignatureParams, params).statement
        ready = bool(signing.strokes)
        return SignaturePage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("signature.heading"),
            field=FIELD,
            statement=framing.localised(statement),
            signer=Plain(value=session.card.name if session.card else ""),
            attempt=signing.attempt,
            error=framing.text("signature.too_little") if signing.too_little else None,
            clear=framing.button("clear", "button.sign_again", enabled=ready),
            bar=framing.bar(
                frame,
                forward=framing.button("next", "button.signed", enabled=ready, why="signature.why"),
            ),
        )


def _sign(session: Session, signing: Signing) -> Outcome:
    if not signing.strokes:
        return Stay(session)
    if not is_signature(signing.strokes):
        return Stay(session.at_step(Signing(signing.attempt + 1, too_little=True)))
    made_under = application.digest_of(session, session.party_index)
    return Next(replace(session, signature=Signature(made_under, signing.strokes)))


def is_signature(strokes: tuple[Stroke, ...]) -> bool:
    """Whether there is enough of a line to be somebody's name."""
    line = sum(hypot(b[0] - a[0], b[1] - a[1]) for stroke in strokes for a, b in pairwise(stroke))
    across = [point[0] for stroke in strokes for point in stroke]
    return line >= SHORTEST_LINE and max(across) - min(across) >= NARROWEST
