"""Cases, e-certificates, what is to be paid and the receipt for it, at the counter."""

from __future__ import annotations

from datetime import datetime

from kiosk.central.errors import CentralError
from kiosk.central.models_filing import Case, CaseRow, Certificate, Stage
from kiosk.central.models_payment import FiscalReceipt, Order
from kiosk.city_time import CITY
from kiosk.counter.base import CounterBase, failed, shown_time
from kiosk.journey import effects
from kiosk.journey.case_facts import (
    CaseSummary,
    CertificateFacts,
    OrderFacts,
    OrderLine,
    ReceiptFacts,
    StageFacts,
)
from kiosk.journey.events import (
    CaseKnown,
    CasesListed,
    CertificatesListed,
    Failed,
    OrderKnown,
    ReceiptKnown,
)
from kiosk.vault import Vault


class CaseCounter(CounterBase):
    """Lists come newest first, whatever the centre's order."""

    def list_cases(self, vault: Vault) -> CasesListed | Failed:
        """This person's cases."""
        try:
            told = self._client.cases(self._token(vault)).cases
        except CentralError as exc:
            return failed(exc)
        newest = sorted(told, key=lambda row: row.filed_at, reverse=True)
        return CasesListed(tuple(_case(row) for row in newest))

    def fetch_case(self, vault: Vault, effect: effects.FetchCase) -> CaseKnown | Failed:
        """One case with its stages."""
        try:
            case = self._client.case(self._token(vault), effect.case_id)
        except CentralError as exc:
            return failed(exc)
        return CaseKnown(_case(case))

    def list_certificates(self, vault: Vault) -> CertificatesListed | Failed:
        """This person's e-certificates."""
        try:
            told = self._client.certificates(self._token(vault)).certificates
        except CentralError as exc:
            return failed(exc)
        newest = sorted(told, key=lambda each: each.issued_on, reverse=True)
        return CertificatesListed(tuple(_certificate(each) for each in newest))

    def fetch_order(self, effect: effects.FetchOrder) -> OrderKnown | Failed:
        """What is to be paid: the terminal's own question, without anybody's token."""
        try:
            return OrderKnown(_order(self._client.order(effect.order_id)))
        except CentralError as exc:
            return failed(exc)

    def fetch_receipt(self, vault: Vault, effect: effects.FetchReceipt) -> ReceiptKnown | Failed:
        """The fiscal e-receipt. Refused with ``receipt_not_ready`` while there is none."""
        try:
            return ReceiptKnown(_receipt(self._client.receipt(self._token(vault), effect.order_id)))
        except CentralError as exc:
            return failed(exc)


def _case(row: CaseRow) -> CaseSummary:
    return CaseSummary(
        case_id=row.case_id,
        case_no=row.case_no,
        names=dict(row.names),
        title=row.title,
        filed_on=_day(row.filed_at),
        state=row.state,
        certificate_id=row.certificate_id or "",
        stages=tuple(_stage(stage) for stage in row.stages) if isinstance(row, Case) else (),
    )


def _stage(stage: Stage) -> StageFacts:
    note = dict(stage.note) if stage.note is not None else None
    return StageFacts(stage.stage, dict(stage.name), stage.state, shown_time(stage.at), note)


def _certificate(certificate: Certificate) -> CertificateFacts:
    return CertificateFacts(
        certificate_id=certificate.certificate_id,
        kind=certificate.kind,
        kind_names=dict(certificate.kind_names),
        number=certificate.number,
        title=certificate.title,
        issued_on=certificate.issued_on.isoformat(),
        state=certificate.state,
    )


def _order(order: Order) -> OrderFacts:
    return OrderFacts(
        order_id=order.order_id,
        case_no=order.case_no,
        region=order.region,
        total_fen=order.total_fen,
        state=order.state,
        lines=tuple(
            OrderLine(dict(line.name), dict(line.payee), line.total_fen) for line in order.lines
        ),
        channels=tuple(dict(channel.names) for channel in order.channels),
    )


def _receipt(receipt: FiscalReceipt) -> ReceiptFacts:
    return ReceiptFacts(
        receipt_id=receipt.receipt_id,
        title=receipt.title,
        code=receipt.code,
        number=receipt.number,
        check_code=receipt.check_code,
        payee=receipt.payee["zh-CN"],  # the form has one language
        total_fen=receipt.total_fen,
        issued_at=shown_time(receipt.issued_at),
    )


def _day(moment: datetime) -> str:
    return moment.astimezone(CITY).date().isoformat()
