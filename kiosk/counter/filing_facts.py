"""What the centre says of an application, in the journey's own terms. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.central.models_filing import Decision, Obstacle, PreparedFiling, PreparedItem
from kiosk.journey.case_facts import (
    CaseFacts,
    Compared,
    FeeLine,
    Item,
    PartyFacts,
    Preparation,
    Reason,
)


def preparation_of(prepared: PreparedFiling) -> Preparation:
    """What can be filed."""
    return Preparation(prepared.preparation_id, tuple(_item(item) for item in prepared.items))


def case_of(decision: Decision) -> CaseFacts:
    """What became of the application."""
    return CaseFacts(
        case_id=decision.case_id,
        case_no=decision.case_no,
        outcome=decision.outcome,
        title=decision.title,
        missing=_reasons(decision.missing),
        reasons=_reasons(decision.reasons),
        notice_number=decision.notice.number,
        notice_title=dict(decision.notice.title),
        case_url=decision.case_url,
        verification_code=decision.verification_code,
        order_id=decision.order.order_id if decision.order else "",
        total_fen=decision.order.total_fen if decision.order else 0,
    )


def _item(item: PreparedItem) -> Item:
    return Item(
        item=item.item,
        number=item.number,
        title=item.title,
        compared=tuple(
            Compared(
                code=each.field,
                label=dict(each.label),
                values=tuple((dict(value.source), value.value) for value in each.values),
                verdict=each.verdict,
            )
            for each in item.compared
        ),
        tax=item.tax.state,
        tax_text=dict(item.tax.text),
        hindrances=_reasons(item.hindrances),
        parties=_parties(item),
        fees=tuple(
            FeeLine(
                dict(fee.name),
                fee.total_fen,
                dict(fee.waived_reason) if fee.waived_reason is not None else None,
            )
            for fee in item.fees
        ),
        total_fen=item.total_fen,
        prefill=dict(item.prefill),
    )


def _parties(item: PreparedItem) -> tuple[PartyFacts, ...]:
    return tuple(
        PartyFacts(
            party=party.party,
            role=dict(party.role),
            name=party.name,
            number_masked=party.number_masked,
            is_self=party.is_self,
            share=party.share,
        )
        for party in item.parties
    )


def _reasons(obstacles: Iterable[Obstacle]) -> tuple[Reason, ...]:
    return tuple(Reason(each.code, dict(each.text), dict(each.todo)) for each in obstacles)
