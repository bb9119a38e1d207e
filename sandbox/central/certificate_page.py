"""不动产权证书 and 不动产登记证明 as electronic certificates: one page, not yet sealed.

The fields are those of the paper certificate; the QR holds the register's signed statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal

from sandbox.central.catalogue_words import Text, text
from sandbox.central.housing_page import FOOTER, chinese_date, unit_in_groups
from sandbox.central.moments import CITY_TIME
from sandbox.central.pdf_seal import page_count
from sandbox.central.press import CannotPrint, press, qr_svg
from sandbox.central.seal_image import rosette_svg, seal_svg

Kind = Literal["ownership", "proof"]
KIND_NAMES: Final[dict[Kind, Text]] = {
    "ownership": text("不动产权证书", "Ownership certificate"),
    "proof": text("不动产登记证明", "Registration proof"),
}
TEMPLATE: Final = "certificate_page.typ"
PAGES: Final = 1
ACCENT: Final[dict[Kind, str]] = {"ownership": "#9c1f24", "proof": "#1f5d4c"}
OPENING: Final[dict[Kind, str]] = {
    "ownership": (
        "根据《中华人民共和国民法典》等法律法规，为保护不动产权利人合法权益，对不动产权利人申请"
        "登记的本证所列不动产权利，经审查核实，准予登记，颁发此证。"
    ),
    "proof": (
        "根据《中华人民共和国民法典》等法律法规，为保护申请人合法权益，对申请人申请登记的本证明"
        "所列不动产权利或登记事项，经审查核实，准予登记，颁发此证明。"
    ),
}


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """Everything that a certificate says."""

    office: str
    kind: Kind
    number: str
    holders: Sequence[str]
    """Names."""
    shares: str
    obligor: str
    """Only on a proof: the other side of the notice."""
    location: str
    unit_no: str
    use: str
    area_m2: str
    remarks: str
    issued_on: date
    qr: str
    """The text of the signed QR."""


def render(facts: CertificateFacts) -> bytes:
    """The page as PDF/A; CannotPrint if it does not fit on one."""
    dated = datetime.combine(facts.issued_on, time(), CITY_TIME)
    pdf = press(TEMPLATE).print(_data(facts), dated)
    if page_count(pdf) != PAGES:
        raise CannotPrint("the certificate does not fit on its page")
    return pdf


def _data(facts: CertificateFacts) -> dict[str, object]:
    """What ``certificate_page.typ`` expects."""
    return {
        "title": KIND_NAMES[facts.kind]["zh-CN"],
        "subtitle": KIND_NAMES[facts.kind]["en"],
        "accent": ACCENT[facts.kind],
        "organisation": facts.office,
        "number": facts.number,
        "opening": OPENING[facts.kind],
        "facts": _ownership(facts) if facts.kind == "ownership" else _proof(facts),
        "date": chinese_date(facts.issued_on),
        "footer": FOOTER,
        "qr": qr_svg(facts.qr),
        "seal": seal_svg(facts.office, "登记专用章"),
        "rosette": rosette_svg(),
    }


def _ownership(facts: CertificateFacts) -> list[tuple[str, str]]:
    return [
        ("权利人", "、".join(facts.holders)),
        ("共有情况", facts.shares),
        ("坐落", facts.location),
        ("不动产单元号", unit_in_groups(facts.unit_no)),
        ("权利类型", "国有建设用地使用权 / 房屋所有权"),
        ("权利性质", "出让 / 市场化商品房"),
        ("用途", facts.use),
        ("面积", f"房屋建筑面积 {facts.area_m2} ㎡"),
        ("附记", facts.remarks or "无"),
    ]


def _proof(facts: CertificateFacts) -> list[tuple[str, str]]:
    return [
        ("证明权利或事项", "预购商品房预告登记"),
        ("权利人（申请人）", "、".join(facts.holders)),
        ("义务人", facts.obligor),
        ("坐落", facts.location),
        ("不动产单元号", unit_in_groups(facts.unit_no)),
        ("其他", f"共有情况：{facts.shares}；建筑面积 {facts.area_m2} ㎡；用途：{facts.use}"),
        ("附记", facts.remarks or "无"),
    ]
