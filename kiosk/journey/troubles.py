"""What went wrong, told to the citizen: what happened, what it means, what to do now."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.journey import framing
from kiosk.journey.events import Failed, Why
from kiosk.journey.step import Frame
from screens.models.base import Button
from screens.models.pages import OutcomePage
from screens.models.words import Words


@dataclass(frozen=True, slots=True)
class Trouble:
    """A step's state while something is wrong.

    ``key`` names its three texts (``trouble.<key>.heading|meaning|todo``); ``texts`` are the
    centre's own words, shown as the meaning where it gave some; ``retry``: trying again can help.
    """

    key: str
    tone: str = "danger"
    retry: bool = True
    texts: tuple[tuple[str, str], ...] = ()
    forward: str = ""
    """Name of the button that goes on all the same; empty: the visit can't go on from here."""
    forward_text: str = "button.go_on"
    """Its text beside a retry."""
    retry_text: str = "button.retry"


_BY_WHY = {
    Why.UNREACHABLE: "centre_unreachable",
    Why.UNBELIEVABLE: "centre_unbelievable",
    Why.BUSY: "centre_busy",
    Why.REFUSED: "centre_refused",
    Why.SEAL: "document_untrusted",
    Why.CANCELLED: "broken",
    Why.BROKEN: "broken",
}
_OWN_TEXTS = {"person_unknown", "evidence_invalid"}
"""Problem codes of the centre that have a sentence of their own here."""


_AT_THE_DOOR = {"token_invalid", "session_unknown", "terminal_unknown", "idempotency_running"}
"""Problem codes of refusals that came before the request itself was looked at."""


def of(failed: Failed, device_key: str = "device_gone") -> Trouble:
    """The trouble that a failed job means. ``device_key`` says which device was asked."""
    if failed.why is Why.DEVICE:
        return Trouble(device_key, tone="wait")
    if failed.why is Why.REFUSED and failed.code in _OWN_TEXTS:
        return Trouble(failed.code, retry=False)
    key = _BY_WHY[failed.why]
    tone = "wait" if failed.why in (Why.UNREACHABLE, Why.BUSY) else "danger"
    return Trouble(key, tone=tone, retry=failed.why is not Why.REFUSED, texts=failed.texts)


def is_unsettled(failed: Failed) -> bool:
    """Whether what was asked for may have been carried out all the same.

    Only the centre's own no settles it, and not one that was said at its door: of an earlier try
    under the same key that says nothing.
    """
    return failed.why is not Why.REFUSED or failed.code in _AT_THE_DOOR


def page(
    trouble: Trouble,
    frame: Frame,
    *,
    actions: tuple[Button, ...] = (),
    reference: Words | None = None,
    asking: bool = False,
) -> OutcomePage:
    """The page for it. Trying again, where it can help, is the forward button.

    Going on all the same is forward only where nothing can be tried again. ``asking``: it is being
    tried again at this moment.
    """
    again = framing.button("retry", trouble.retry_text, enabled=not asking, why="trouble.asking")
    forward = again if trouble.retry else None
    if trouble.forward and forward is not None:
        actions = (*actions, framing.button(trouble.forward, trouble.forward_text))
    elif trouble.forward:
        forward = framing.button(trouble.forward)
    meaning: Words = framing.text(f"trouble.{trouble.key}.meaning")
    if trouble.texts:
        meaning = framing.localised(dict(trouble.texts))
    return OutcomePage(
        page_id=f"{frame.page_id}.{trouble.key}",
        chrome=frame.chrome,
        heading=framing.text(f"trouble.{trouble.key}.heading"),
        steps=frame.steps,
        tone=trouble.tone,
        meaning=meaning,
        todo=(framing.text(f"trouble.{trouble.key}.todo"),),
        reference=reference,
        actions=actions,
        bar=framing.bar(frame, forward=forward),
    )
