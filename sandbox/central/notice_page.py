"""受理通知书, 补正告知书 and 不予受理告知书: the written answer to an application, not yet sealed.

Interim Regulations Art. 17: in writing, at once, and naming all that is missing or in the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sandbox.central.catalogue_words import Text, text
from sandbox.central.compared_fields import yuan
from sandbox.central.decisions import Outcome
from sandbox.central.hindrances import Obstacle
from sandbox.central.housing_page import FOOTER, chinese_date, unit_in_groups
from sandbox.central.moments import CITY_TIME
from sandbox.central.press import press, qr_svg
from sandbox.central.seal_image import seal_svg

TEMPLATE: Final = "notice_page.typ"
TITLES: Final[dict[Outcome, Text]] = {
    "accepted": text("不动产登记受理通知书", "Notice of Acceptance"),
    "to_be_completed": text("不动产登记补正告知书", "Notice of Missing Items"),
    "not_accepted": text("不动产登记不予受理告知书", "Notice of Non-acceptance"),
}
SHORT: Final[dict[Outcome, str]] = {"accepted": "受", "to_be_completed": "补", "not_accepted": "不"}
"""The character that tells the three apart in a notice's number."""
ITEMS_TITLE: Final[dict[Outcome, str]] = {
    "accepted": "",
    "to_be_completed": "需要补正的全部内容",
    "not_accepted": "不予受理的全部理由",
}
AFTER_ACCEPTANCE: Final = (
    "登簿后生成电子证照，可在自助服务终端“电子证照”中查看，与纸质凭证具有同等效力。"
    "办理时限自受理之日起最长为1个工作日。登簿以前，可以凭身份证件撤回申请。"
)
AFTER_COMPLETION: Final = (
    "补齐以上内容后，可在任一自助服务终端或登记窗口重新提交申请。本次告知不收取任何费用。"
)
REMEDIES: Final = (
    "不予受理的理由消除以后，可以重新申请。对本决定不服的，可以自收到本告知书之日起六十日内"
    "申请行政复议，或者自收到之日起六个月内向人民法院提起行政诉讼。"
)
"""Administrative Reconsideration Law Art. 20, Administrative Procedure Law Art. 46."""


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """Everything that a notice says."""

    office: str
    number: str
    outcome: Outcome
    case_no: str
    case_url: str
    service: str
    applicants: Sequence[str]
    location: str
    unit_no: str
    contract_no: str
    filed_at: datetime
    obstacles: Sequence[Obstacle]
    total_fen: int


def render(notice: NoticeFacts) -> bytes:
    """The page(s) as PDF/A."""
    return press(TEMPLATE).print(_data(notice), notice.filed_at)


def _data(notice: NoticeFacts) -> dict[str, object]:
    """What ``notice_page.typ`` expects."""
    title = TITLES[notice.outcome]
    filed = notice.filed_at.astimezone(CITY_TIME)
    return {
        "title": title["zh-CN"],
        "subtitle": title["en"],
        "organisation": notice.office,
        "number": notice.number,
        "case_no": " ".join(notice.case_no[i : i + 4] for i in range(0, len(notice.case_no), 4)),
        "addressees": "、".join(notice.applicants),
        "opening": _opening(notice, filed),
        "facts": _facts(notice, filed),
        "items_title": ITEMS_TITLE[notice.outcome],
        "items": [(item.text["zh-CN"], item.todo["zh-CN"]) for item in notice.obstacles],
        "notes": _notes(notice),
        "date": chinese_date(filed),
        "footer": FOOTER,
        "qr": qr_svg(notice.case_url),
        "seal": seal_svg(notice.office, "登记业务专用章"),
    }


def _opening(notice: NoticeFacts, filed: datetime) -> str:
    came = f"您于{chinese_date(filed)}通过自助服务终端提交的{notice.service}申请，"
    return (
        came
        + {
            "accepted": "经审核，材料齐全、符合规定，现予受理。",
            "to_be_completed": "经审核，还需要补正。现将需要补正的全部内容一次告知如下。",
            "not_accepted": "经审核，不符合受理条件，现决定不予受理。全部理由告知如下。",
        }[notice.outcome]
    )


def _facts(notice: NoticeFacts, filed: datetime) -> list[tuple[str, str]]:
    return [
        ("受理编号", notice.case_no),
        ("登记事项", notice.service),
        ("坐落", notice.location),
        ("不动产单元号", unit_in_groups(notice.unit_no)),
        ("合同编号", notice.contract_no),
        ("申请时间", f"{chinese_date(filed)} {filed:%H:%M}"),
        *([("应缴费用", _due(notice))] if notice.outcome == "accepted" else []),
    ]


def _due(notice: NoticeFacts) -> str:
    return f"{yuan(notice.total_fen)} 元" if notice.total_fen else "不收费"


def _notes(notice: NoticeFacts) -> list[str]:
    """The paragraphs below the table and the list."""
    if notice.outcome == "to_be_completed":
        return [AFTER_COMPLETION]
    if notice.outcome == "not_accepted":
        return [REMEDIES]
    return [("请按应缴费用缴费，缴费后自动登簿。" if notice.total_fen else "") + AFTER_ACCEPTANCE]
