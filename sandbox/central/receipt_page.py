"""The fiscal e-receipt 非税收入通用票据（电子） as a PDF page (typst), not yet sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sandbox.central.housing_page import FOOTER, chinese_date
from sandbox.central.moments import CITY_TIME
from sandbox.central.press import press, qr_svg
from sandbox.central.receipt_amount import in_capitals
from sandbox.central.seal_image import seal_svg

TITLE: Final = "云汀市非税收入通用票据（电子）"
TEMPLATE: Final = "receipt_page.typ"
COLUMNS: Final = ("项目编码", "项目名称", "单位", "数量", "标准（元）", "金额（元）", "备注")
CHECK_SITE: Final = "https://cx.yunting.example/p/"
NOTE: Final = (
    "本票据由财政部门监制，与纸质票据具有同等法律效力；可凭票据代码、号码和校验码查验真伪。"
)


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line of the order, in its words."""

    code: str
    name: str
    quantity: int
    unit_fen: int
    total_fen: int
    payee: str


@dataclass(frozen=True, slots=True)
class FiscalReceipt:
    """Everything that the page says."""

    office: str
    """The collecting unit, whose seal it bears."""
    code: str
    """票据代码, 8 digits."""
    number: str
    """票据号码, 10 digits."""
    check_code: str
    payer: str
    lines: Sequence[ReceiptLine]
    total_fen: int
    issued_at: datetime
    case_no: str
    channel: str
    channel_ref: str


def render(receipt: FiscalReceipt) -> bytes:
    """The page as PDF/A; see ``Press.print`` for what can go wrong."""
    return press(TEMPLATE).print(_data(receipt), receipt.issued_at)


def in_figures(fen: int) -> str:
    """``8000`` is 80.00."""
    return f"{fen // 100}.{fen % 100:02d}"


def _data(receipt: FiscalReceipt) -> dict[str, object]:
    """What ``receipt_page.typ`` expects."""
    url = f"{CHECK_SITE}{receipt.code}-{receipt.number}-{receipt.check_code}"
    return {
        "title": TITLE,
        "office": receipt.office,
        "facts": [
            ("票据代码", receipt.code),
            ("票据号码", receipt.number),
            ("交款人统一社会信用代码", "—"),
            ("校验码", receipt.check_code),
            ("交款人", receipt.payer),
            ("开票日期", chinese_date(receipt.issued_at.astimezone(CITY_TIME))),
        ],
        "columns": COLUMNS,
        "rows": [_row(line) for line in receipt.lines],
        "capitals": in_capitals(receipt.total_fen),
        "figures": f"￥{in_figures(receipt.total_fen)}",
        "others": [
            ("受理编号", receipt.case_no),
            ("缴款渠道", receipt.channel),
            ("渠道流水号", receipt.channel_ref),
            ("入账单位", "、".join(dict.fromkeys(line.payee for line in receipt.lines))),
        ],
        "signers": [("收款单位（章）", receipt.office), ("复核人", "系统"), ("收款人", "系统")],
        "note": NOTE,
        "footer": FOOTER,
        "qr": qr_svg(url),
        "seal": seal_svg(receipt.office, "财务专用章"),
    }


def _row(line: ReceiptLine) -> tuple[str, ...]:
    waived = line.quantity * line.unit_fen - line.total_fen
    return (
        line.code,
        line.name,
        "件",
        str(line.quantity),
        in_figures(line.unit_fen),
        in_figures(line.total_fen),
        f"减免 {in_figures(waived)}" if waived else "",
    )
