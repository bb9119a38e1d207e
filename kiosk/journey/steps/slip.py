"""The visit's slip (凭条): its number, what became of paper and money, a QR to go on with.

A slip that could not be printed never holds up the visit: the number is shown instead.
"""

from __future__ import annotations

from dataclasses import replace

from devices.api import PrintOutcome
from kiosk.journey.case_facts import Money
from kiosk.journey.effects import Effect, PrintSlip
from kiosk.journey.facts import PrintFacts, SlipFacts
from kiosk.journey.session import Session
from kiosk.journey.step import Params
from kiosk.journey.steps.printing import PrintingStep
from kiosk.journey.troubles import Trouble


class SlipStep(PrintingStep):
    """Prints once; another one is printed only when the citizen asks for it."""

    kind = "slip"
    device = "receipt_printer"
    texts = "slip"

    def effect(self, session: Session, params: Params, job_id: str) -> Effect | None:
        """Of the case where there is one, else of the enquiry."""
        facts = slip_of(session)
        return PrintSlip(job_id, facts) if facts is not None else None

    def known(self, session: Session, params: Params, result: PrintFacts) -> Session:
        """Beyond the wipe: the farewell says what to take."""
        return replace(session, slip=result)

    def trouble(self, outcome: PrintOutcome, fault: str) -> Trouble:
        """It may be printed again when surely none came out; it holds nothing of value."""
        retry = outcome is PrintOutcome.NOT_PRINTED
        return Trouble("slip_not_printed", tone="wait", retry=retry, forward="next")


def slip_of(session: Session) -> SlipFacts | None:
    """What the slip says; None where the visit came to nothing that has a number."""
    service = dict(session.service.names)
    if session.case is not None:
        return _of_case(session, service)
    if session.housing is None:
        return None
    return SlipFacts(
        service=service,
        number=session.housing.number,
        lines=(f"document.{_outcome(session, 'enquiry')}",),
        code=session.housing.verification_code,
        code_url=session.housing.verification_url,
    )


def _of_case(session: Session, service: dict[str, str]) -> SlipFacts | None:
    case, payment = session.case, session.payment
    if case is None:
        return None
    total_fen = session.order.total_fen if session.order else case.total_fen
    lines = [f"case.{case.outcome}", f"notice.{_outcome(session, 'notice')}"]
    if case.order_id:
        lines.append(f"money.{payment.money if payment else Money.NOT_PAID}")
    return SlipFacts(
        service=service,
        number=case.case_no,
        number_label="case_number",
        lines=tuple(lines),
        amount_fen=total_fen if case.order_id else None,
        payment_ref=payment.attempt if payment and payment.money is not Money.NOT_PAID else "",
        code_url=case.case_url,
        caption="scan_case",
    )


def _outcome(session: Session, subject: str) -> PrintOutcome:
    printed = session.prints.get(subject)
    return printed.outcome if printed else PrintOutcome.NOT_PRINTED
