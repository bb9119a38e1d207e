"""What the centre would say of applications, payments and checks, invented and valid in form."""

from __future__ import annotations

import json
from functools import cache

from kiosk.central.models import Service
from kiosk.journey.case_facts import (
    CaseFacts,
    CaseSummary,
    CertificateFacts,
    CheckFacts,
    CheckVerdict,
    Compared,
    FeeLine,
    Item,
    Means,
    Money,
    Offered,
    OrderFacts,
    OrderLine,
    PartyFacts,
    PaymentFacts,
    Preparation,
    Reason,
    ReceiptFacts,
    StageFacts,
)
from kiosk.journey.facts import CardFacts
from sandbox.central import catalogue
from sandbox.people_seed import invent_city
from screens.models.intents import Stroke
from tests.flows.samples import BOTH, good_card, with_check_digit

STROKES: tuple[Stroke, ...] = (
    tuple((500 + 300 * n, 3000 + 900 * (n % 3), 20 * n) for n in range(20)),
    tuple((1000 + 350 * n, 6000 - 800 * (n % 2), 600 + 20 * n) for n in range(15)),
)
"""Somebody's name, more or less."""
DOT: tuple[Stroke, ...] = (((5000, 5000, 0), (5010, 5010, 10)),)
OTHER_NAME = "何样例"


@cache
def city_service(code: str) -> Service:
    """A service exactly as the sandbox's centre delivers it."""
    listed = catalogue.services(invent_city())
    chosen = next(service for service in listed if service["code"] == code)
    return Service.model_validate_json(json.dumps(chosen))


def masked(number: str) -> str:
    return f"{number[:6]}{'*' * 8}{number[-4:]}"


def other_card() -> CardFacts:
    """The second applicant's."""
    number = with_check_digit("99010219800101002")
    return CardFacts("resident", OTHER_NAME, number, good_card().valid_until, portrait=True)


def party(number: int, card: CardFacts, *, is_self: bool) -> PartyFacts:
    return PartyFacts(f"buyer-{number}", BOTH, card.name, masked(card.number), is_self, "1/2")


def item(name: str = "item-1", *, two: bool = False, hindrances: int = 0, fee: int = 0) -> Item:
    parties = [party(1, good_card(), is_self=True)]
    if two:
        parties.append(party(2, other_card(), is_self=False))
    return Item(
        item=name,
        number="YT2026000001",
        title="样例花园 3 幢 501 室",
        compared=(
            Compared("location", BOTH, ((BOTH, "样例花园 3 幢 501 室"),) * 2, "agrees"),
            Compared("area", BOTH, ((BOTH, "89.12"), (BOTH, "89.21")), "differs"),
        ),
        tax="unpaid" if hindrances else "paid",
        tax_text=BOTH,
        hindrances=tuple(Reason(f"hindrance_{n}", BOTH, BOTH) for n in range(hindrances)),
        parties=tuple(parties),
        fees=(FeeLine(BOTH, fee),),
        total_fen=fee,
        prefill={"joint_ownership": "sole"},
    )


def preparation(*items: Item) -> Preparation:
    return Preparation("preparation-1", items or (item(),))


def case(outcome: str = "accepted", *, fee: int = 0) -> CaseFacts:
    missing = tuple(Reason(f"missing_{n}", BOTH, BOTH) for n in range(2))
    return CaseFacts(
        case_id="case-1",
        case_no="9901022611210001",
        outcome=outcome,
        title="样例花园 3 幢 501 室",
        missing=missing if outcome == "to_be_completed" else (),
        reasons=missing[:1] if outcome == "not_accepted" else (),
        notice_number="N-1",
        notice_title=BOTH,
        case_url="https://check.example/c/ABCDEFGH",
        verification_code="ABCD-EFGH-JKLM-NPQR",
        order_id="order-1" if fee and outcome == "accepted" else "",
        total_fen=fee if outcome == "accepted" else 0,
    )


def order(state: str = "open", fee: int = 8000) -> OrderFacts:
    line = OrderLine(BOTH, BOTH, fee)
    return OrderFacts("order-1", "9901022611210001", "990102", fee, state, (line,), (BOTH, BOTH))


def offered(means: Means = Means.QR, attempt: str = "attempt00000000000001") -> Offered:
    qr = f"https://pay.example/{attempt}" if means is Means.QR else ""
    return Offered(attempt, means, qr, 300 if qr else 0)


def money(known: Money, reason: str = "", attempt: str = "attempt00000000000001") -> PaymentFacts:
    return PaymentFacts(attempt, known, reason, 8000, "wechat")


def receipt() -> ReceiptFacts:
    return ReceiptFacts(
        receipt_id="receipt-1",
        title="云汀市非税收入通用票据（电子）",
        code="99010126",
        number="0000000001",
        check_code="a1b2c3",
        payee="云汀市不动产登记中心",
        total_fen=8000,
        issued_at="2026-11-21 11:05",
    )


def summary(state: str = "running", *, booked: bool = False) -> CaseSummary:
    kinds = ("application", "review", "booking", "payment", "certificate")
    states = ("done", "done" if booked else "current", "todo", "not_needed", "todo")
    return CaseSummary(
        case_id="case-1",
        case_no="9901022611210001",
        names=BOTH,
        title="样例花园 3 幢 501 室",
        filed_on="2026-11-21",
        state="booked" if booked else state,
        certificate_id="certificate-1" if booked else "",
        stages=tuple(StageFacts(k, BOTH, s) for k, s in zip(kinds, states, strict=True)),
    )


def certificate(state: str = "current") -> CertificateFacts:
    return CertificateFacts(
        certificate_id="certificate-1",
        kind="ownership",
        kind_names=BOTH,
        number="云(2026)云汀市不动产权第0000001号",
        title="样例花园 3 幢 501 室",
        issued_on="2026-11-21",
        state=state,
    )


def check(verdict: CheckVerdict, why: str = "") -> CheckFacts:
    known = verdict in {CheckVerdict.CURRENT, CheckVerdict.CANCELLED, CheckVerdict.REPLACED}
    return CheckFacts(
        verdict,
        kind=BOTH if known else None,
        number="云(2026)云汀市不动产权第0000001号" if known else "",
        holder_masked="章**" if known else "",
        title="样例花园 3 幢 501 室" if known else "",
        as_of="2026-11-21 11:05" if known else "",
        why=why,
    )
