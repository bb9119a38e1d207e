"""Fills the receipt printer's Slip. Words are resolved here, in the visit's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from devices.api import PrintOutcome
from devices.receipt_printer.slip import Gap, Heading, Line, Pair, Qr, Rule, Slip
from kiosk.central.models import Configuration
from kiosk.credentials.numbers import group_in_fours
from kiosk.journey.effects import PrintSlip
from kiosk.text import say


@dataclass(frozen=True, slots=True)
class SlipFacts:
    """What stands on the slip of an enquiry. Nothing on it names the visitor."""

    service: Mapping[str, str]
    organisation: Mapping[str, str]
    hotline: str
    number: str
    verification_code: str
    verification_url: str
    document: PrintOutcome
    at: datetime


def facts_of(effect: PrintSlip, configuration: Configuration | None, at: datetime) -> SlipFacts:
    """What the visit knows and what the centre configured; without it the slip names no office."""
    return SlipFacts(
        service=effect.service,
        organisation=configuration.organisation if configuration else {},
        hotline=configuration.hotline if configuration else "12345",
        number=effect.number,
        verification_code=effect.verification_code,
        verification_url=effect.verification_url,
        document=effect.document,
        at=at,
    )


def enquiry_slip(facts: SlipFacts, language: str) -> Slip:
    """The 凭条 of an enquiry: number, verification code with QR, what became of the paper."""

    def words(key: str, **args: str | int) -> str:
        return say(language, f"paper.slip.{key}", **args)

    return Slip(
        lines=(
            Heading(_in(facts.service, language)),
            Line(_in(facts.organisation, language), centre=True),
            Rule(),
            Pair(words("at"), facts.at.strftime("%Y-%m-%d %H:%M")),
            Pair(words("number"), group_in_fours(facts.number)),
            Line(words(f"document.{facts.document}"), bold=True),
            Rule(),
            Pair(words("code"), facts.verification_code),
            Qr(facts.verification_url, words("scan")),
            Rule(),
            Line(words("next")),
            Line(words("hotline", hotline=facts.hotline)),
            Line(words("not_a_receipt")),
            Gap(2),
        )
    )


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("zh-CN", "")
