"""The certificate 个人住房情况查询结果 as a PDF page (typst), not yet sealed."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final

import segno
import typst

from sandbox.central.moments import CITY_TIME
from sandbox.central.register_names import STATES, USES
from sandbox.central.seal_image import rosette_svg, seal_svg
from sandbox.people import Property, Resident

TITLE: Final = "个人住房情况查询结果"
SUBTITLE: Final = "Housing Situation Certificate"
COLUMNS: Final = ("序号", "不动产单元号", "坐落", "用途", "面积（㎡）", "状态")
CARD_NAMES: Final = {
    "resident": "居民身份证",
    "hmt_residence": "港澳台居民居住证",
    "foreign_permanent": "外国人永久居留身份证",
}
TEMPLATE: Final = Path(__file__).with_name("housing_page.typ")
STANDARD: Final = "a-2u"
"""PDF/A for keeping; its rules also make a character without a glyph an error, not a box."""
FOOTER: Final = "云汀市为虚构城市，本页人物、证件与房产均为示例数据。"


class CannotPrint(RuntimeError):
    """The page can't be made as it should be: a font is missing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was asked and what was found: everything that the page says."""

    office: str
    number: str
    holder: Resident
    scope: str
    """The division's name."""
    purpose: str
    """The purpose's name."""
    homes: Sequence[Property]
    data_from: date
    as_of: datetime
    verification_code: str
    verification_url: str


def unit_in_groups(unit_no: str) -> str:
    """The 28 characters as they are displayed: 6-6-7-9."""
    return " ".join((unit_no[:6], unit_no[6:12], unit_no[12:19], unit_no[19:]))


def chinese_date(day: date) -> str:
    """``2026年1月5日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def statement(finding: Finding) -> str:
    """The sentence that the citizen came for."""
    if not finding.homes:
        return "在上述查询范围内，未查询到申请人名下的住房登记信息。"
    return f"在上述查询范围内，申请人名下登记的住房共计 {len(finding.homes)} 套。"


def render(finding: Finding) -> bytes:
    """The page(s) as PDF/A; CannotPrint or TypstError if a font or a character is missing."""
    return _Press.shared().print(json.dumps(_data(finding), ensure_ascii=False), finding.as_of)


def _data(finding: Finding) -> dict[str, object]:
    """What ``housing_page.typ`` expects."""
    as_of = finding.as_of.astimezone(CITY_TIME)
    return {
        "title": TITLE,
        "subtitle": SUBTITLE,
        "organisation": finding.office,
        "number": finding.number,
        "facts": _facts(finding, as_of),
        "opening": (
            f"经查询云汀市不动产登记信息平台，截至{chinese_date(as_of)}{as_of:%H时%M分}，"
            "申请人在查询范围内的住房登记情况如下："
        ),
        "columns": COLUMNS,
        "rows": [_row(index, home) for index, home in enumerate(finding.homes, 1)],
        "statement": statement(finding),
        "notes": _notes(finding),
        "date": chinese_date(as_of),
        "footer": FOOTER,
        "verification_code": finding.verification_code,
        "verification_url": finding.verification_url,
        "qr": _qr(finding.verification_url),
        "seal": seal_svg(finding.office, "查询专用章"),
        "rosette": _rosette(),
    }


def _facts(finding: Finding, as_of: datetime) -> list[tuple[str, str]]:
    holder = finding.holder
    return [
        ("姓名", holder.name),
        ("证件种类", CARD_NAMES[holder.kind]),
        ("证件号码", holder.number),
        ("查询用途", finding.purpose),
        ("查询范围", finding.scope),
        ("数据起始日期", chinese_date(finding.data_from)),
        ("查询时间", f"{chinese_date(as_of)} {as_of:%H:%M}"),
        ("查询方式", "自助服务终端"),
    ]


def _row(index: int, home: Property) -> tuple[str, ...]:
    return (
        str(index),
        unit_in_groups(home.unit_no),
        home.location,
        USES[home.use]["zh-CN"],
        home.area_m2,
        STATES[home.state]["zh-CN"],
    )


def _notes(finding: Finding) -> list[str]:
    limits = (
        f"本结果仅反映查询范围内自{chinese_date(finding.data_from)}起录入登记信息平台的住房登记信息，"
        "不含尚未录入的历史档案及查询范围以外的房屋。"
    )
    use = (
        f"本结果仅限申请人用于“{finding.purpose}”，登记状态以查询时间为准，"
        "此后发生变化的以不动产登记簿为准。"
    )
    check = "本件加盖电子印章，打印件可凭查验码或二维码查验；查验结果与本件不一致的，本件无效。"
    return [limits, use, check]


def _qr(url: str) -> str:
    """A QR code without border: the page has white around it already."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=0, dark="#1b2430")
    return out.getvalue().decode("utf-8")


@cache
def _rosette() -> str:
    return rosette_svg()


class _Press:
    """One compiler, reused: loading the fonts is most of the first page's time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._compiler = typst.Compiler(TEMPLATE)

    @staticmethod
    @cache
    def shared() -> _Press:
        """The process's only press."""
        return _Press()

    def print(self, data: str, dated: datetime) -> bytes:
        """Compile the template with this data; ``dated`` is the document's own date."""
        with self._lock:
            pdf, warnings = self._compiler.compile_with_warnings(
                format="pdf",
                sys_inputs={"data": data},
                pdf_standards=STANDARD,
                timestamp=int(dated.timestamp()),
            )
        if warnings:
            raise CannotPrint(str(warnings[0]))
        if not isinstance(pdf, bytes):
            raise CannotPrint("typst gave no single PDF")
        return pdf
