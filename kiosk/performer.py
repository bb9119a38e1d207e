"""Carries the journey's effects out; answers come back as events bearing the job id.

On the core's loop. Devices answer through ``finished`` and ``progressed``; the centre's answers
come from the errands' thread and are posted to the loop. What is personal lives in the vault.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, assert_never

from devices.api import JobFinished, JobProgressed, Status
from devices.receipt_printer.slip import Slip
from kiosk.counter.desk import Counter, Fetched
from kiosk.errands import Errands
from kiosk.journey import effects
from kiosk.journey.case_facts import OrderFacts
from kiosk.journey.effects import Effect
from kiosk.journey.events import (
    Answer,
    DocumentReady,
    Failed,
    OrderKnown,
    Printed,
    Why,
)
from kiosk.journey.facts import DocumentFacts, PrintFacts
from kiosk.pixels import PixelSlots
from kiosk.senses import Fitted, Senses
from kiosk.settlement.payments import Payments
from kiosk.settlement.prints import Prints
from kiosk.showing import ShownDocuments
from kiosk.vault import Vault

log = logging.getLogger(__name__)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where a performer's answers and records go. All on the core's loop."""

    answer: Callable[[str, Answer], None]
    progress: Callable[[str, str, int, int], None]
    post: Callable[[Callable[[], None]], None]
    keep: Callable[[str, dict[str, object]], None]
    set_timer: Callable[[str, float], None]
    cancel_timer: Callable[[str], None]
    slip: Callable[[effects.PrintSlip], Slip]


@dataclass(frozen=True, slots=True)
class Settlement:
    """The two kinds of irreversible acts."""

    prints: Prints
    payments: Payments


@dataclass(frozen=True, slots=True)
class _Visit:
    """What is forgotten with the visit. Late answers keep hold of their own visit's, not ours."""

    vault: Vault = field(default_factory=Vault)
    unwanted: set[str] = field(default_factory=set[str])
    orders: dict[str, OrderFacts] = field(default_factory=dict[str, OrderFacts])
    printing: dict[str, str] = field(default_factory=dict[str, str])
    """Jobs of the printers -> the journey's."""

    def waits_for(self, job_id: str) -> bool:
        """Whether somebody waits for this job."""
        return not self.vault.closed and job_id not in self.unwanted


class Performer:
    """One visit at a time; ``wipe`` ends it."""

    def __init__(
        self,
        fitted: Fitted,
        counter: Counter,
        errands: Errands,
        settlement: Settlement,
        slots: PixelSlots,
        outlets: Outlets,
        *,
        face_give_up_s: float = 60.0,
    ) -> None:
        self._counter = counter
        self._errands = errands
        self._settlement = settlement
        self._slots = slots
        self._out = outlets
        self._visit = _Visit()
        self._shown = ShownDocuments(slots)
        self._senses = Senses(
            fitted, slots, lambda: self._visit.vault, outlets.answer, face_give_up_s=face_give_up_s
        )

    def perform(self, effect: Effect) -> None:
        """Start one effect."""
        match effect:
            case effects.ReadCard():
                self._senses.read_card(effect.job_id)
            case effects.CheckFace():
                self._senses.check_face(effect.job_id)
            case effects.ScanCode():
                self._senses.scan_code(effect.job_id)
            case effects.FetchDocument():
                self._fetch(effect)
            case effects.PrintDocument():
                self._print_document(effect)
            case effects.PrintSlip():
                self._print_slip(effect)
            case effects.BeginPayment() | effects.AwaitPayment() | effects.ClosePayment():
                self._pay(effect)
            case effects.TurnTo():
                self._visit.vault.turn_to(effect.index)
            case effects.Cancel():
                self._cancel(effect.job_id)
            case effects.Keep():
                self._out.keep(effect.kind, effect.body)
            case effects.SetTimer():
                self._out.set_timer(effect.name, effect.seconds)
            case effects.CancelTimer():
                self._out.cancel_timer(effect.name)
            case effects.WipeVisit():
                self.wipe()
            case _:
                self._at_counter(effect.job_id, self._errand(effect))

    def progressed(self, event: JobProgressed) -> None:
        """A device's job gave a sign. A printer's job bears its intent's key."""
        progress = event.progress
        job_id = self._visit.printing.get(event.job_id, event.job_id)
        self._out.progress(job_id, progress.what, progress.done, progress.total)

    def finished(self, event: JobFinished) -> None:
        """A reading or looking job ended; printers and pad go to settlement, not here."""
        self._senses.finished(event)

    def hung(self, device_id: str) -> None:
        """A driver does not come back: whoever waits for it is told, and may leave."""
        self._senses.hung(device_id)

    def seen(self, status: Status) -> None:
        """A device's status, as it changes and from time to time."""
        self._senses.seen(status)

    def wipe(self) -> None:
        """Forget the visitor: vault, slots, live view; the centre's sessions are closed.

        Each part whatever becomes of the others: the next visitor is about to come.
        """
        visit, self._visit = self._visit, _Visit()
        parts: tuple[Callable[[], None], ...] = (
            lambda: self._close(visit.vault),
            self._senses.forget,
            self._settlement.prints.forget,
            self._settlement.payments.forget,
            self._shown.forget,
            self._slots.wipe,
        )
        for part in parts:
            try:
                part()
            except Exception:
                log.exception("a part of the wipe failed")

    def _close(self, vault: Vault) -> None:
        for session_id in vault.close():
            self._errands.run(lambda sid=session_id: self._counter.close_session(sid))

    def _errand(self, effect: Errand) -> Callable[[Vault], Answer]:
        """What is asked at the counter. Who stands here is taken now, not when it is its turn."""
        counter, who = self._counter, self._visit.vault.standing()
        match effect:
            case effects.SendCode():
                return lambda v: counter.send_code(v, who, effect)
            case effects.OpenSession():
                return lambda v: counter.open_session(v, who, effect)
            case effects.FindHousing():
                return lambda v: counter.find_housing(v, effect)
            case effects.Prepare():
                return lambda v: counter.prepare(v, effect)
            case effects.SubmitApplication():
                return lambda v: counter.submit(v, effect)
            case effects.WithdrawCase():
                return lambda v: counter.withdraw(v, effect)
            case effects.FetchOrder():
                return lambda _: counter.fetch_order(effect)
            case effects.FetchReceipt():
                return lambda v: counter.fetch_receipt(v, effect)
            case effects.ListCases():
                return counter.list_cases
            case effects.FetchCase():
                return lambda v: counter.fetch_case(v, effect)
            case effects.ListCertificates():
                return counter.list_certificates
            case effects.CheckCode():
                return lambda v: counter.check_code(v, effect)
            case effects.CheckNumber():
                return lambda v: counter.check_number(v, effect)
            case _:
                assert_never(effect)

    def _cancel(self, job_id: str) -> None:
        self._visit.unwanted.add(job_id)
        self._senses.cancel(job_id)

    def _reply(self, job_id: str) -> Callable[[Answer], None]:
        """Where this job's answer goes, as long as its visit lasts and waits for it."""
        visit = self._visit

        def told(answer: Answer) -> None:
            if visit.waits_for(job_id):
                self._out.answer(job_id, answer)

        return told

    def _pay(self, effect: Pay) -> None:
        payments, told = self._settlement.payments, self._reply(effect.job_id)
        match effect:
            case effects.BeginPayment():
                order = self._visit.orders.get(effect.order_id)
                if order is None:
                    told(Failed(Why.BROKEN, "no_order"))
                else:
                    payments.begin(order, effect.means, told)
            case effects.AwaitPayment():
                payments.wait(effect.attempt, told)
            case effects.ClosePayment():
                payments.close(effect.attempt, told)

    def _at_counter(self, job_id: str, ask: Callable[[Vault], Answer]) -> None:
        visit, reply = self._visit, self._reply(job_id)

        def take(answer: Answer) -> None:
            if isinstance(answer, OrderKnown) and visit.waits_for(job_id):
                # what was last shown to be paid is what is paid
                visit.orders[answer.order.order_id] = answer.order
            reply(answer)

        self._ask(job_id, ask, take)

    def _ask(
        self, job_id: str, ask: Callable[[Vault], Result], take: Callable[[Result | Failed], None]
    ) -> None:
        """Ask the centre, unless nobody waits any more; ``take`` the answer on the loop."""
        visit = self._visit

        def errand() -> None:
            if not visit.waits_for(job_id):
                return
            answer = _safely(lambda: ask(visit.vault))
            self._out.post(lambda: take(answer))

        self._errands.run(errand)

    def _fetch(self, effect: effects.FetchDocument) -> None:
        """What was shown of this subject goes at once: nobody may print it for the new one."""
        visit, counter = self._visit, self._counter
        self._shown.remove(effect.subject)

        def take(fetched: Fetched | Failed) -> None:
            if visit.waits_for(effect.job_id):  # else no slots for what is not shown
                self._fetched(effect, fetched)

        self._ask(effect.job_id, lambda v: counter.fetch_document(v, effect), take)

    def _fetched(self, effect: effects.FetchDocument, fetched: Fetched | Failed) -> None:
        reply = self._reply(effect.job_id)
        if not isinstance(fetched, Fetched):
            reply(fetched)
            return
        try:
            names = self._shown.show(effect.subject, effect.source_id, fetched.pages)
        except OSError:  # no memory file: whoever waits must be told all the same
            log.exception("a document's pages could not be shown")
            reply(Failed(Why.BROKEN))
            return
        facts = DocumentFacts(names, fetched.sealed_by, fetched.sealed_on)
        reply(DocumentReady(effect.subject, facts))

    def _print_document(self, effect: effects.PrintDocument) -> None:
        """Print what was shown, and nothing else that the vault may hold by now."""
        document = self._visit.vault.document(effect.subject)
        if document is None or not self._shown.shows(effect.subject, effect.source_id):
            self._reply(effect.job_id)(Failed(Why.BROKEN, "no_document"))
            return
        subject = {
            "subject": effect.subject,
            "number": effect.number,
            "pages": str(document.pages),
        }
        if effect.subject == "enquiry":
            subject["enquiry_id"] = effect.source_id
        key = self._print_key(effect.job_id)
        self._settlement.prints.print_document(
            key, subject, document.pdf, self._printed(effect.job_id)
        )

    def _print_slip(self, effect: effects.PrintSlip) -> None:
        slip, key = self._out.slip(effect), self._print_key(effect.job_id)
        self._settlement.prints.print_slip(
            key, effect.slip.number, slip, self._printed(effect.job_id)
        )

    def _print_key(self, job_id: str) -> str:
        key = self._visit.vault.key(job_id)
        self._visit.printing[key] = job_id
        return key

    def _printed(self, job_id: str) -> Callable[[PrintFacts], None]:
        reply = self._reply(job_id)
        return lambda result: reply(Printed(result))


Errand = (
    effects.SendCode
    | effects.OpenSession
    | effects.FindHousing
    | effects.Prepare
    | effects.SubmitApplication
    | effects.WithdrawCase
    | effects.FetchOrder
    | effects.FetchReceipt
    | effects.ListCases
    | effects.FetchCase
    | effects.ListCertificates
    | effects.CheckCode
    | effects.CheckNumber
)
"""Effects that are a question to the centre."""
Pay = effects.BeginPayment | effects.AwaitPayment | effects.ClosePayment


def _safely(ask: Callable[[], Result]) -> Result | Failed:
    try:
        return ask()
    except Exception:
        log.exception("an errand of the visit failed")
        return Failed(Why.BROKEN)
