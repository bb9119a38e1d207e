"""Fills the receipt printer's Slip. Words are resolved here, in the visit's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from devices.receipt_printer.slip import Amount, Gap, Heading, Line, Pair, Qr, Rule, Slip, SlipLine
from kiosk.central.models import Configuration
from kiosk.credentials.numbers import group_in_fours
from kiosk.journey.facts import SlipFacts
from kiosk.text import say


def visit_slip(
    facts: SlipFacts, configuration: Configuration | None, at: datetime, language: str
) -> Slip:
    """The 凭条 of a visit: its number, what became of paper and money, a QR to go on with.

    Without a configuration the slip names no office.
    """
    organisation: Mapping[str, str] = configuration.organisation if configuration else {}
    hotline = configuration.hotline if configuration else "12345"

    def words(key: str, **args: str | int) -> str:
        return say(language, f"paper.slip.{key}", **args)

    parts: list[SlipLine] = [
        Heading(_in(facts.service, language)),
        Line(_in(organisation, language), centre=True),
        Rule(),
        Pair(words("at"), at.strftime("%Y-%m-%d %H:%M")),
        Pair(words(facts.number_label), group_in_fours(facts.number)),
    ]
    if facts.amount_fen is not None:
        parts.append(Amount(words("amount"), words("yuan", amount=yuan(facts.amount_fen))))
    if facts.payment_ref:
        parts.append(Pair(words("payment_ref"), group_in_fours(facts.payment_ref)))
    parts += [Line(words(line), bold=True) for line in facts.lines]
    parts.append(Rule())
    if facts.code:
        parts.append(Pair(words("code"), facts.code))
    if facts.code_url:
        parts.append(Qr(facts.code_url, words(facts.caption)))
        parts.append(Rule())
    parts += [
        Line(words("next")),
        Line(words("hotline", hotline=hotline)),
        Line(words("not_a_receipt")),
        Gap(2),
    ]
    return Slip(lines=tuple(parts))


def yuan(amount_fen: int) -> str:
    """Fen as yuan with two decimals: 8000 -> 80.00."""
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("zh-CN", "")
