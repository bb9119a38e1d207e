"""What other offices know already, shown field by field: contract, tax, register, identity card.

What stands against filing is told all at once, with its reason and the next step, before anything
is typed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.journey import framing, troubles
from kiosk.journey.case_facts import Compared, Item, Preparation, Reason
from kiosk.journey.effects import Prepare
from kiosk.journey.events import Answered, Event, Failed, IntentGiven, Prepared
from kiosk.journey.session import Session
from kiosk.journey.step import Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.steps.asking import Asking, Unanswered, wait_page
from kiosk.journey.troubles import Trouble
from screens.models.base import Bar, Button, Notice, Page
from screens.models.filing import (
    ComparedField,
    ComparePage,
    ListItem,
    ListPage,
    SourceValue,
)
from screens.models.intents import Pressed
from screens.models.pages import OutcomePage
from screens.models.words import Plain, Words

_CHOOSE = "item:"


@dataclass(frozen=True, slots=True)
class Choosing:
    """Several contracts: which one."""


@dataclass(frozen=True, slots=True)
class Comparing:
    """One contract, field by field."""


@dataclass(frozen=True, slots=True)
class Hindered:
    """The contract can't be filed now: all the reasons."""


class PreparationStep:
    """Goes on only with a contract that nothing stands against.

    Another contract has other parties: whoever was here beside the applicant is forgotten.
    """

    kind = "preparation"
    reversal = Reversal(
        invalidates=("preparation", "item", "form", "record", "signatures", "others")
    )

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Ask the centre; again after Back, since things may have been put right meanwhile."""
        return _ask(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Choose a contract, see it, go on."""
        match event, session.local:
            case Answered(answer=Prepared(preparation=preparation)), Asking():
                return _take(session, preparation)
            case Answered(answer=Failed() as failed), Asking():
                return Stay(session.at_step(Unanswered(troubles.of(failed))))
            case IntentGiven(intent=Pressed(name="retry")), Unanswered(trouble=trouble):
                return _ask(session) if trouble.retry else Stay(session)
            case IntentGiven(intent=Pressed(name=name)), Choosing() if name.startswith(_CHOOSE):
                return _choose(session, name.removeprefix(_CHOOSE))
            case IntentGiven(intent=Pressed(name="other")), Comparing() | Hindered():
                return Stay(replace(session, item=None, local=Choosing()))
            case IntentGiven(intent=Pressed(name="look_again")), Hindered():
                return _ask(replace(session, item=None, preparation=None))
            case IntentGiven(intent=Pressed(name="next")), Comparing() if session.item is not None:
                return _go_on(session, session.item)
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """The centre works while it is asked."""
        return Busy.WORKING if isinstance(session.local, Asking) else Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """Wait, trouble, the list, the comparison, or what stands against it."""
        match session.local:
            case Unanswered(trouble=trouble):
                return troubles.page(trouble, frame)
            case Choosing():
                return _list_page(session, frame)
            case Comparing() if session.item is not None:
                return _compare_page(session, session.item, frame)
            case Hindered() if session.item is not None:
                return _hindered_page(session, session.item, frame)
            case _:
                return wait_page(frame, "preparation")


def _ask(session: Session) -> Outcome:
    waiting, job_id = session.job()
    return Stay(waiting.at_step(Asking()), (Prepare(job_id, session.service.code),))


def _take(session: Session, preparation: Preparation) -> Outcome:
    known = replace(session, preparation=preparation, item=None)
    if not preparation.items:
        return Stay(known.at_step(Unanswered(Trouble("nothing_to_file", tone="wait", retry=False))))
    if len(preparation.items) == 1:
        return _choose(known, preparation.items[0].item)
    return Stay(known.at_step(Choosing()))


def _choose(session: Session, chosen: str) -> Outcome:
    listed = session.preparation.items if session.preparation else ()
    item = next((item for item in listed if item.item == chosen), None)
    if item is None:
        return Stay(session)
    return Stay(replace(session, item=item, local=Comparing()))


def _go_on(session: Session, item: Item) -> Outcome:
    if item.hindrances:
        return Stay(session.at_step(Hindered()))
    return Next(session)


def _list_page(session: Session, frame: Frame) -> ListPage:
    items = session.preparation.items if session.preparation else ()
    return ListPage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text("preparation.list.heading"),
        sentence=framing.text("preparation.list.sentence"),
        items=tuple(_listed(item) for item in items),
        bar=framing.bar(frame),
    )


def _listed(item: Item) -> ListItem:
    hindered = bool(item.hindrances)
    return ListItem(
        button=Button(name=f"{_CHOOSE}{item.item}", text=Plain(value=item.title)),
        title=Plain(value=item.title),
        lines=(framing.text("preparation.contract", number=item.number),),
        state=framing.text("preparation.hindered" if hindered else "preparation.ready"),
        tone="wait" if hindered else "done",
    )


def _compare_page(session: Session, item: Item, frame: Frame) -> ComparePage:
    fields = (*(_compared(compared) for compared in item.compared), _tax(item))
    differ = sum(field.verdict == "differs" for field in fields)
    waits = framing.text("preparation.hindered_only", count=len(item.hindrances))
    key = "button.why_not_yet" if item.hindrances else "button.next"
    heading = "preparation.heading_hindered" if item.hindrances else "preparation.heading"
    return ComparePage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text(heading),
        notice=Notice(tone="wait", text=waits) if item.hindrances else None,
        title=Plain(value=item.title),
        fields=fields,
        summary=framing.text(f"preparation.{'differs' if differ else 'agrees'}", count=differ),
        bar=framing.bar(frame, forward=framing.button("next", key), back=_other(session)),
    )


def _compared(compared: Compared) -> ComparedField:
    return ComparedField(
        label=framing.localised(compared.label),
        values=tuple(
            SourceValue(source=framing.localised(source), value=Plain(value=value))
            for source, value in compared.values
        ),
        verdict=compared.verdict,
        verdict_text=framing.text(f"compared.{compared.verdict}"),
    )


def _tax(item: Item) -> ComparedField:
    """The tax office's word beside the others'."""
    verdict = {"unpaid": "differs", "unknown": "unknown"}.get(item.tax, "single")
    said = framing.text("compared.unpaid" if item.tax == "unpaid" else f"compared.{verdict}")
    told = SourceValue(
        source=framing.text("preparation.tax_office"), value=framing.localised(item.tax_text)
    )
    return ComparedField(
        label=framing.text("review.tax"), values=(told,), verdict=verdict, verdict_text=said
    )


def _hindered_page(session: Session, item: Item, frame: Frame) -> OutcomePage:
    return OutcomePage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text("preparation.hindered.heading"),
        subheading=Plain(value=item.title),
        tone="wait",
        meaning=framing.text("preparation.hindered.meaning", count=len(item.hindrances)),
        todo=reasons(item.hindrances),
        reference=None,
        actions=(framing.button("look_again", "button.look_again"),),
        bar=Bar(back=_other(session) or framing.bar(frame).back, leave=framing.bar(frame).leave),
    )


def reasons(listed: tuple[Reason, ...]) -> tuple[Words, ...]:
    """Each reason with its next step, as sentences."""
    return tuple(
        framing.text(
            "reason.with_todo",
            text=framing.localised(reason.text),
            todo=framing.localised(reason.todo),
        )
        for reason in listed
    )


def _other(session: Session) -> Button | None:
    """Back to the list, where there is one."""
    several = session.preparation is not None and len(session.preparation.items) > 1
    return framing.button("other", "button.back") if several else None
