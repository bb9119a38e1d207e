"""What stands in the way of a registration: found all at once, each with its reason and next step.

Asked for a preparation, and again when an application comes in. The rules: Interim Regulations
Art. 17 and 22, Deed Tax Law Art. 11; systems that are in use check the same on the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.central import compared_fields
from sandbox.central.catalogue_words import Text, text
from sandbox.central.office import Office
from sandbox.central.seizures import is_seized
from sandbox.people import Contract


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A reason in plain words and what to do about it."""

    code: str
    text: Text
    todo: Text

    def told(self) -> dict[str, object]:
        """As the wire has it."""
        return {"code": self.code, "text": self.text, "todo": self.todo}


HINDRANCES: Final = {
    code: Obstacle(code, reason, todo)
    for code, reason, todo in (
        (
            "tax_unpaid",
            text(
                "税务部门的记录显示，这份合同的契税还没有缴。按规定，缴了税才能登记。",
                "The tax office says that the deed tax for this contract has not been paid. "
                "By law the tax comes before the registration.",
            ),
            text(
                "请先到税务窗口，或用手机“电子税务局”缴契税。缴完以后当天就可以回来办理。",
                "Please pay the deed tax at the tax counter or with the tax office's app. You can "
                "come back on the same day.",
            ),
        ),
        (
            "tax_unknown",
            text(
                "暂时查不到这份合同的缴税情况，所以现在不能办理。这不是您的问题。",
                "The tax office can't tell us now whether the tax was paid, so we can't go on. "
                "This is not your fault.",
            ),
            text(
                "请过一会儿再试，或带上完税凭证到人工窗口办理。",
                "Please try again later, or go to a counter with your tax receipt.",
            ),
        ),
        (
            "not_authorised",
            text(
                "开发商还没有授权登记中心为它卖出的房屋办理登记。",
                "The developer has not yet authorised the registry to register its sales.",
            ),
            text(
                "请联系开发商（售楼处）办理登记授权，授权后再来；也可以和开发商的工作人员一起到窗口办理。",
                "Please ask the developer's sales office to authorise it and come back, or go to "
                "a counter together with the developer.",
            ),
        ),
        (
            "contract_not_filed",
            text(
                "住建部门还没有这份合同的网签备案。",
                "The housing department has no filing of this contract yet.",
            ),
            text(
                "请联系开发商（售楼处）办理合同备案，备案后再来办理。",
                "Please ask the developer's sales office to file the contract, then come back.",
            ),
        ),
        (
            "unit_seized",
            text(
                "这套房已被法院查封，查封期间不能办理登记。",
                "A court has seized this home. It can't be registered while it is seized.",
            ),
            text(
                "请向查封的法院或开发商了解情况，解除查封后再来办理。",
                "Please ask the court or the developer, and come back when the seizure is lifted.",
            ),
        ),
        (
            "case_running",
            text(
                "这套房已有一件登记申请正在办理，不能重复申请。",
                "An application for this home is being handled already.",
            ),
            text(
                "请在“办理进度查询”里查看那件申请；要重新申请的，先撤回它。",
                "Please look at it under Case progress. To apply anew, withdraw it first.",
            ),
        ),
        (
            "data_differs",
            text(
                "几个部门的记录不一致，请看标有“不一致”的项目。",
                "The departments' records differ; please look at the items marked as different.",
            ),
            text(
                "请联系开发商和税务部门，把记录改成一致后再来；也可以带合同原件到人工窗口办理。",
                "Please ask the developer and the tax office to correct the record and come back, "
                "or go to a counter with your original contract.",
            ),
        ),
        (
            "already_registered",
            text(
                "这套房已经登记过了，不用再申请。",
                "This home is registered already; there is no need to apply again.",
            ),
            text(
                "请在“电子证照”里查看您的证书或证明。",
                "Please see your certificate under E-certificates.",
            ),
        ),
    )
}
LACKING: Final = (
    Obstacle(
        "marriage_record",
        text(
            "没有查到您的婚姻登记信息，需要您补交。",
            "Your marriage record could not be fetched; we need it from you.",
        ),
        text(
            "请带结婚证或离婚证原件；未婚的，到窗口填写一份声明。",
            "Please bring your marriage or divorce certificate; if you are single, sign a "
            "declaration at a counter.",
        ),
    ),
    Obstacle(
        "contract_plan",
        text(
            "合同缺少房屋平面图（合同附件一），需要补交。",
            "The floor plan (annex 1 of the contract) is missing.",
        ),
        text(
            "请带购房合同原件到人工窗口补扫，或请开发商补传。",
            "Please have your original contract scanned at a counter, or ask the developer to "
            "send the plan.",
        ),
    ),
)
"""What the registry asks for where it can't be had from another department."""
TO_BE_COMPLETED: Final = frozenset({"tax_unknown", "data_differs"})
"""Hindrances that the applicant can mend within the case; the others end it."""


def found(office: Office, contract: Contract) -> list[Obstacle]:
    """Everything that stands in the way of this contract's registration now."""
    present = {
        "contract_not_filed": contract.filed_on is None,
        "tax_unpaid": contract.tax == "unpaid",
        "tax_unknown": contract.tax == "unknown",
        "not_authorised": not contract.authorised,
        "data_differs": compared_fields.differ(office.city, contract),
        "unit_seized": is_seized(office, contract.unit_no),
        "case_running": _case_running(office, contract.unit_no),
        "already_registered": _registered(office, contract),
    }
    return [HINDRANCES[code] for code, is_present in present.items() if is_present]


def _case_running(office: Office, unit_no: str) -> bool:
    row = office.ledger.one(
        "SELECT 1 FROM cases WHERE unit_no = ? AND outcome = 'accepted' "
        "AND booked_at IS NULL AND withdrawn_at IS NULL",
        unit_no,
    )
    return row is not None


def _registered(office: Office, contract: Contract) -> bool:
    row = office.ledger.one(
        "SELECT 1 FROM cases WHERE contract = ? AND booked_at IS NOT NULL", contract.key
    )
    return row is not None
